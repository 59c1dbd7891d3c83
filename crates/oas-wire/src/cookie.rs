//! Parses the `Cookie` field (RFC 6265 §4.2.1).

use std::borrow::Cow;

use crate::percent;

/// Returns the names and values of the cookies in a `Cookie` field. Names are percent-decoded; values are not, and quotes around
/// them are removed. Parts without an equals sign are skipped.
///
/// ```
/// let cookies: Vec<_> = oas_wire::cookie::pairs("a%20b=1; c=\"%3B\"; d").collect();
/// assert_eq!(cookies, [("a b".into(), "1"), ("c".into(), "%3B")]);
/// ```
pub fn pairs(field: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    field
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| {
            let bare = value
                .strip_prefix('"')
                .and_then(|value| value.strip_suffix('"'));
            // The name of a cookie is a token, in which a percent sign may be one.
            let name = percent::decode(name).unwrap_or(Cow::Borrowed(name));
            (name, bare.unwrap_or(value))
        })
}

/// Returns whether `value` can be the value of a cookie without encoding (RFC 6265 §4.1.1): visible ASCII characters other than
/// quote, comma, semicolon and backslash.
#[must_use]
pub fn is_value(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\'))
}
