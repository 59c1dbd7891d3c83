//! The check from outside: every keyword in its words, and random schemas against two straightforward models.

// Clippy lets tests unwrap, but not their helpers.
#![allow(clippy::unwrap_used)]

mod decode;
mod format;
mod keywords;
mod model;
mod node;
mod pattern;
mod specification;
mod support;
