//! Parameters and form bodies as text, percent-encoded: the codecs of [`oas_wire::style`], for any value that serializes
//! to JSON.
//!
//! `null` means that a parameter is absent, so an `Option` can be passed as it is; an empty list or object counts as
//! absent too (RFC 6570 §2.3). What a style cannot express is an error, and the message does not contain the value.
//!
//! Where a text goes on the request does not belong here: see [`RequestBuilder`](crate::RequestBuilder).

use oas_wire::{
    ParameterLocation, Serialization,
    style::{Codec, EncodeError, Value},
};
use serde::Serialize;

fn encoded<T: Serialize + ?Sized, E>(
    location: ParameterLocation,
    serialization: Serialization,
    name: &str,
    value: &T,
    encode: impl FnOnce(Codec<'_>, &Value) -> Result<E, EncodeError>,
) -> Result<E, String> {
    Value::of(value)
        .and_then(|value| encode(Codec::new(name, location, serialization), &value))
        .map_err(|error| format!("{location} parameter `{name}`: {error}"))
}

/// Encodes a path parameter.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// assert_eq!(encode::path(Serialization::SIMPLE, "color", "a/b").unwrap(), "a%2Fb");
/// let exploded = Serialization::MATRIX.explode(true);
/// assert_eq!(encode::path(exploded, "color", &["blue", "black"]).unwrap(), ";color=blue;color=black");
/// ```
///
/// # Errors
/// When the style cannot express the value, or the value is absent. Whether the path as a whole can be sent is looked at by
/// [`Core::request`](crate::Core::request): an empty segment would make it another path.
pub fn path<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<String, String> {
    let location = ParameterLocation::Path;
    let text = encoded(location, serialization, name, value, |codec, value| {
        codec.encode_text(value)
    })?;
    text.ok_or_else(|| format!("path parameter `{name}` has no value"))
}

/// Encodes a query parameter: its pairs, joined with `&`, or `None` for an absent one.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// let query = |serialization, value: &[&str]| encode::query(serialization, "color", value).unwrap();
/// assert_eq!(query(Serialization::FORM, &["blue", "b&w"]).as_deref(), Some("color=blue&color=b%26w"));
/// assert_eq!(query(Serialization::FORM.explode(false), &["blue", "a,b"]).as_deref(), Some("color=blue,a%2Cb"));
/// assert_eq!(query(Serialization::FORM, &[]), None);
/// ```
///
/// # Errors
/// When the style cannot express the value.
pub fn query<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, String> {
    let location = ParameterLocation::Query;
    let pairs = encoded(location, serialization, name, value, |codec, value| {
        codec.encode_pairs(value)
    })?;
    Ok((!pairs.is_empty()).then(|| pairs.join("&")))
}

/// Encodes a header parameter: the value of the header, or `None` for an absent one. Nothing is percent-encoded (OpenAPI
/// 3.0.4 appendix D).
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// assert_eq!(encode::header(Serialization::SIMPLE, "X-Ids", &[1, 2]).unwrap().as_deref(), Some("1,2"));
/// assert_eq!(encode::header(Serialization::SIMPLE, "X-Ids", &None::<String>).unwrap(), None);
/// ```
///
/// # Errors
/// When the style cannot express the value, such as a list with a comma in an item.
pub fn header<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, String> {
    let location = ParameterLocation::Header;
    encoded(location, serialization, name, value, |codec, value| {
        codec.encode_text(value)
    })
}

/// Encodes a cookie parameter: the pairs `name=value` that it makes. Exploded, every item or property becomes a cookie of
/// its own.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// let ids = encode::cookie(Serialization::FORM.explode(false), "ids", &["a", "b;c"]);
/// assert_eq!(ids.unwrap(), ["ids=a,b%3Bc"]);
/// ```
///
/// # Errors
/// When the style cannot express the value.
pub fn cookie<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Vec<String>, String> {
    let location = ParameterLocation::Cookie;
    encoded(location, serialization, name, value, |codec, value| {
        codec.encode_pairs(value)
    })
}

/// Encodes a form body: `application/x-www-form-urlencoded`.
///
/// `encodings` has the properties that are not encoded in the default way (OpenAPI 3.0.4, Encoding Object): scalars and
/// lists of scalars as in a query, everything else as JSON. Names that the value does not have are of no effect.
///
/// ```
/// use oas_client::{Serialization, encode};
/// use std::collections::BTreeMap;
///
/// let body = BTreeMap::from([("tags", ["a", "b"])]);
/// let form = encode::form(&body, &[("tags", Serialization::PIPE_DELIMITED)]);
/// assert_eq!(form.unwrap(), "tags=a%7Cb");
/// ```
///
/// # Errors
/// When the value is no object, or a property is what its style cannot express.
pub fn form<T: Serialize + ?Sized>(
    body: &T,
    encodings: &[(&str, Serialization)],
) -> Result<String, String> {
    let body = Value::of(body).map_err(|error| error.to_string())?;
    oas_wire::form::encode(&body, encodings).map_err(|error| error.to_string())
}
