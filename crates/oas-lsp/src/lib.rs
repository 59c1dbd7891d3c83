#![doc = include_str!("../README.md")]

pub mod analysis;
mod host;
mod server;
pub mod text;

pub use host::Host;
pub use server::{Error, serve, serve_stdio};
