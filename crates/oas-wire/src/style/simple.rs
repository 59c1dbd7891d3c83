//! Implements the style `simple`: `blue,black` (RFC 6570 §3.2.2), in paths and, without percent-encoding, in header fields.

use std::borrow::Cow;

use super::{StyleEncodeError, value::Flat};
use crate::percent;

pub(super) fn encode_path(flat: &Flat<'_>, explode: bool) -> String {
    flat.joined(explode, ",", percent::encode)
}

/// Encodes the value of a header field, in which nothing is percent-encoded (OpenAPI 3.0.4 appendix D).
pub(super) fn encode_header(flat: &Flat<'_>, explode: bool) -> Result<String, StyleEncodeError> {
    let is_ambiguous = match flat {
        Flat::Undefined | Flat::Scalar(_) => false,
        flat => {
            let names_end = matches!(flat, Flat::Object(_)) && explode;
            let mut parts = flat.parts().into_iter().enumerate();
            parts.any(|(index, part)| {
                part.contains(',') || names_end && index % 2 == 0 && part.contains('=')
            })
        }
    };
    match is_ambiguous {
        true => Err(StyleEncodeError::Delimiter("a delimiter")),
        false => Ok(flat.joined(explode, ",", |text| Cow::Borrowed(text))),
    }
}

/// Returns the parts between separators. An empty text has none, though it may have been a list of one empty
/// string.
pub(super) fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).filter(move |_| !text.is_empty())
}
