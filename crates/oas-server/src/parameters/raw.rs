//! Finds the encoded strings of a parameter or a credential in the query, the header and the cookies.
//!
//! Only names are percent-decoded here: a value has to be split at its delimiters before it is decoded. A value that is
//! not valid text is `None`, so that its place is known although its value is not.

use std::borrow::Cow;

use http::HeaderValue;
use http::header::COOKIE;
use http::request::Parts;
use oas_wire::percent::decode_form;
use oas_wire::{cookie, form};

/// A value that was found; `None` where it is not text.
pub(crate) type Found<'r> = Option<Cow<'r, str>>;

/// Returns the query as it was sent; `None` where it is empty.
pub(crate) fn query(parts: &Parts) -> Option<&str> {
    parts.uri.query().filter(|query| !query.is_empty())
}

/// Returns the pairs of the query with their names decoded. A pair whose name cannot be decoded belongs to no
/// parameter.
pub(crate) fn query_pairs(parts: &Parts) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    form::pairs(parts.uri.query().unwrap_or_default())
        .filter_map(|(name, value)| Some((decode_form(name).ok()?, value)))
}

/// Returns the values of the query parameter `name`, decoded.
pub(crate) fn query_values<'r>(parts: &'r Parts, name: &str) -> impl Iterator<Item = Found<'r>> {
    query_pairs(parts)
        .filter(move |(key, _)| key == name)
        .map(|(_, value)| decode_form(value).ok())
}

/// Returns the lines of the header field `name`.
pub(crate) fn header_fields<'r>(
    parts: &'r Parts,
    name: &str,
) -> impl Iterator<Item = Option<&'r str>> {
    parts.headers.get_all(name).iter().map(text)
}

/// Returns all cookies, with their values unquoted but not decoded.
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
