//! Implements the style `label`: `.blue,black`, or `.blue.black` if exploded (RFC 6570 §3.2.5).

use std::borrow::Cow;

use super::{StyleDecodeErrorKind, value::Flat};
use crate::percent;

pub(super) fn encode(flat: &Flat<'_>, explode: bool) -> String {
    match explode {
        true => format!(".{}", flat.joined(true, ".", without_dot)),
        false => format!(".{}", flat.joined(false, ",", percent::encode)),
    }
}

/// Encodes a text with its dots, which separate parts here, although RFC 6570 does not encode them.
fn without_dot(text: &str) -> Cow<'_, str> {
    Cow::Owned(percent::encode(text).replace('.', "%2E"))
}

/// Returns the separator between the parts.
pub(super) const fn separator(explode: bool) -> char {
    if explode { '.' } else { ',' }
}

/// Returns the text after the dot.
pub(super) fn value(text: &str) -> Result<&str, StyleDecodeErrorKind> {
    text.strip_prefix('.').ok_or(StyleDecodeErrorKind::NoDot)
}
