#![doc = include_str!("../README.md")]

#[cfg(feature = "base64")]
pub mod base64;
pub mod integer;
pub mod nullable;
pub mod union;

#[cfg(feature = "base64")]
pub use base64::Base64;
