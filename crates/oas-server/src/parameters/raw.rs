//! Finding the strings that a parameter or a credential is made of, in the query, the header and the cookies.
//!
//! Nothing is percent-decoded here but names: where a value ends is decided before that. What cannot be read as text is
//! `None`, so that its place is known although its value is not.

use std::borrow::Cow;

use http::HeaderValue;
use http::header::COOKIE;
use http::request::Parts;

use oas_wire::percent::decode_form;
use oas_wire::{cookie, form};

/// A value that was found; `None` where it is not text.
pub(crate) type Found<'r> = Option<Cow<'r, str>>;

/// The pairs of the query with their names decoded. One whose name cannot be belongs to nobody.
pub(crate) fn query_pairs(parts: &Parts) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    form::pairs(parts.uri.query().unwrap_or_default())
        .filter_map(|(name, value)| Some((decode_form(name).ok()?, value)))
}

/// The values of the query parameter `name`, decoded.
pub(crate) fn query_values<'r>(parts: &'r Parts, name: &str) -> impl Iterator<Item = Found<'r>> {
    query_pairs(parts)
        .filter(move |(key, _)| key == name)
        .map(|(_, value)| decode_form(value).ok())
}

/// The lines of the header field `name`.
pub(crate) fn header_fields<'r>(
    parts: &'r Parts,
    name: &str,
) -> impl Iterator<Item = Option<&'r str>> {
    parts.headers.get_all(name).iter().map(text)
}

/// All cookies, their values without quotes and undecoded.
pub(crate) fn cookies(parts: &Parts) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|field| std::str::from_utf8(field.as_bytes()).ok())
        .flat_map(cookie::pairs)
}

fn text(field: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(field.as_bytes()).ok().map(str::trim)
}
