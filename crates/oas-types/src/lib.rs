#![doc = include_str!("../README.md")]

#[cfg(feature = "base64")]
pub mod base64;
pub mod integer;
mod json_text;
pub mod lenient;
pub mod nullable;
#[cfg(feature = "jiff")]
mod offset_time;
pub mod union;

#[cfg(feature = "base64")]
pub use base64::Base64;
pub use json_text::JsonText;
pub use lenient::Lenient;
#[cfg(feature = "jiff")]
pub use offset_time::OffsetTime;
