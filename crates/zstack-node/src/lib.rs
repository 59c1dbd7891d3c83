#![doc = include_str!("../README.md")]

#[cfg(feature = "simulated")]
pub mod simulated;
