//! Finding the strings that a parameter or a credential is made of, in the query, the header and the cookies.
//!
//! What cannot be read as text is `None`, so that its place is known although its value is not.

use std::borrow::Cow;

use http::HeaderValue;
use http::header::COOKIE;
use http::request::Parts;

use crate::percent::{decode, decode_form};

/// A value that was found; `None` where it is not text.
pub(crate) type Found<'r> = Option<Cow<'r, str>>;

/// The pairs of a query or a form, undecoded.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The values of the query parameter `name`, undecoded.
pub(crate) fn query_texts<'r>(parts: &'r Parts, name: &str) -> Vec<Found<'r>> {
    pairs(parts.uri.query().unwrap_or_default())
        .filter(|(key, _)| *key == name || decode_form(key).is_some_and(|key| key == name))
        .map(|(_, value)| Some(Cow::Borrowed(value)))
        .collect()
}

/// The values of the query parameter `name`.
pub(crate) fn query_values<'r>(parts: &'r Parts, name: &str) -> Vec<Found<'r>> {
    query_texts(parts, name)
        .into_iter()
        .map(|text| decode_form(&text?).map(|text| Cow::Owned(text.into_owned())))
        .collect()
}

/// The lines of the header field `name`.
pub(crate) fn header_fields<'r>(parts: &'r Parts, name: &str) -> Vec<Found<'r>> {
    parts.headers.get_all(name).iter().map(text).collect()
}

/// The values of the cookie `name` (RFC 6265 §4.2.1), without their quotes.
pub(crate) fn cookies<'r>(parts: &'r Parts, name: &str) -> Vec<Found<'r>> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|field| std::str::from_utf8(field.as_bytes()).ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| {
            let bare = value
                .strip_prefix('"')
                .and_then(|value| value.strip_suffix('"'));
            decode(bare.unwrap_or(value))
        })
        .collect()
}

fn text(field: &HeaderValue) -> Found<'_> {
    std::str::from_utf8(field.as_bytes())
        .ok()
        .map(|text| Cow::Borrowed(text.trim()))
}
