//! Encodes and decodes values in the styles of parameters (OpenAPI 3.0.4, Style Values and Style Examples, 3.2.0
//! "Style Values", RFC 6570 §3.2). Each style has its encoder and its decoder in one file.
//!
//! A [`Codec`] is created from the name of a parameter, its location and its [`Serialization`]. It encodes a [`Value`], and decodes
//! text into JSON, for which it needs to know what is [`Expected`]: the text `a,b` can be a list or a string.
//!
//! ```
//! use oas_wire::{ParameterLocation, style::{Codec, Serialization, Value}};
//!
//! let codec = Codec::new("color", ParameterLocation::Query, Serialization::FORM);
//! let colors = Value::of(&["blue", "b&w"]).unwrap();
//! assert_eq!(codec.encode_pairs(&colors).unwrap(), ["color=blue", "color=b%26w"]);
//! ```
//!
//! # What the standard leaves open
//!
//! * **Undefined values.** `null` and empty lists and objects are not sent, and nulls within a value are left out (RFC 6570
//!   §2.3 and §3.2.1). So a list of one empty string is decoded as an empty list where nothing repeats the name: `color=`.
//! * **Delimiters within values** are percent-encoded where an encoded delimiter differs from one that separates. Where it does
//!   not, the value is rejected: a blank in `spaceDelimited`, a pipe in `pipeDelimited`, a comma in a header field.
//! * **A dot in an exploded `label`** is percent-encoded, although RFC 6570 leaves it alone, because it separates there.
//! * **Scalars in `spaceDelimited`, `pipeDelimited` and `deepObject`** and the exploded form of the first two are not
//!   defined. They are written as in `form`.
//! * **Nesting in `deepObject`** is not defined either. Properties nest, `a[b][c]=1`, and lists are written with their index,
//!   `a[b][0]=1`. The decoder reads `a[b][]=1` and `a[b]=1&a[b]=2` as lists as well.
//! * **`allowReserved`** leaves what looks percent-encoded alone, so that such a value is decoded into another one.

mod codec;
mod deep_object;
mod error;
pub(crate) mod expected;
mod form;
pub(crate) mod json;
mod label;
mod matrix;
mod scalar;
mod serialization;
mod simple;
mod value;

pub use codec::Codec;
pub use error::{StyleDecodeError, StyleDecodeErrorKind, StyleEncodeError};
pub use expected::{Expected, Kinds};
pub use serialization::{Serialization, Style};
pub use value::Value;

/// Converts a text that is not percent-encoded into JSON text, of a kind that `expected` admits: `12` is a number or a string.
#[must_use]
pub fn decode_scalar(text: &str, expected: impl Expected) -> String {
    let mut out = String::new();
    json::push_scalar(&mut out, text, expected);
    out
}
