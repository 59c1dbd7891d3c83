#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod base64;
pub mod basic;
pub mod cookie;
pub mod curl;
mod decode;
pub mod error_body;
pub mod field;
pub mod form;
mod integers;
pub mod items;
pub mod json_pointer;
mod mark;
mod media_kind;
pub mod media_range;
pub mod media_type;
pub mod multipart;
pub mod parameter;
pub mod path_template;
pub mod percent;
pub mod query_string;
mod secret;
pub mod sse;
mod status;
pub mod style;
pub mod text;
pub mod xml;

pub use decode::Decode;
pub use integers::with_plain_integers;
pub use json_pointer::JsonPointer;
pub use mark::without_byte_order_mark;
pub use media_kind::MediaKind;
pub use media_range::{Accept, MediaRange, Specificity};
pub use media_type::{InvalidMediaType, MediaType};
pub use parameter::ParameterLocation;
pub use secret::Secret;
pub use status::{StatusPattern, may_have_content, reason_phrase};
pub use style::{Serialization, Style};
