//! The runtime of generated types, through serde as generated code uses it.

mod base64;
mod integer;
mod lenient;
mod nullable;
mod number;
mod union;
