//! Implements the style `matrix`: `;color=blue,black` (RFC 6570 §3.2.7).

use super::{StyleDecodeErrorKind, value::Flat};
use crate::percent;

pub(super) fn encode(name: &str, flat: &Flat<'_>, explode: bool) -> String {
    match (flat, explode) {
        (Flat::Array(items), true) => items.iter().map(|item| part(name, item)).collect(),
        (Flat::Object(properties), true) => properties
            .iter()
            .map(|(name, value)| part(name, value))
            .collect(),
        (flat, _) => named(name, &flat.joined(false, ",", percent::encode)),
    }
}

fn part(name: &str, value: &str) -> String {
    named(name, &percent::encode(value))
}

/// Formats a pair. There is no equals sign before an empty value.
fn named(name: &str, value: &str) -> String {
    let name = percent::encode(name);
    match value {
        "" => format!(";{name}"),
        value => format!(";{name}={value}"),
    }
}

/// Returns the text after the first semicolon.
pub(super) fn strip(text: &str) -> Result<&str, StyleDecodeErrorKind> {
    text.strip_prefix(';')
        .ok_or(StyleDecodeErrorKind::NoSemicolon)
}

/// Returns the value of a part, which has to have the name `name`.
pub(super) fn value<'t>(name: &str, part: &'t str) -> Result<&'t str, StyleDecodeErrorKind> {
    let (written, value) = pair(part);
    match percent::decode(written) {
        Ok(written) if written == name => Ok(value),
        _ => Err(StyleDecodeErrorKind::NotNamed),
    }
}

/// Splits a part into its name and value.
pub(super) fn pair(part: &str) -> (&str, &str) {
    part.split_once('=').unwrap_or((part, ""))
}
