//! Parameters and form bodies as text, percent-encoded: the codecs of [`oas_wire::style`], for any value that serializes
//! to JSON.
//!
//! `null` means that a parameter is absent, so an `Option` can be passed as it is; an empty list or object counts as
//! absent too (RFC 6570 §2.3). What a style cannot express is an error, and the message does not contain the value.
//!
//! Where a text goes on the request does not belong here: see [`RequestBuilder`](crate::RequestBuilder).

use oas_wire::{
    ParameterLocation, Serialization,
    form::FormError,
    query_string::{self, QueryStringError},
    style::{self, Codec, Value},
};
use serde::Serialize;

use crate::error::Error;

/// The error of a parameter or a form that cannot be encoded. No message contains a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The style of a parameter cannot express its value.
    #[error("{location} parameter `{name}`: {reason}")]
    Parameter {
        /// The location of the parameter.
        location: ParameterLocation,
        /// The name of the parameter.
        name: String,
        /// The reason.
        reason: style::EncodeError,
    },
    /// A path parameter has no value.
    #[error("path parameter `{0}` has no value")]
    NoValue(String),
    /// The media type of a whole query cannot express its value.
    #[error("query `{name}`: {reason}")]
    Query {
        /// The name of the parameter.
        name: String,
        /// The reason.
        reason: QueryStringError,
    },
    /// A form cannot be JSON, which it is encoded from.
    #[error(transparent)]
    NotJson(style::EncodeError),
    /// A form is not an object, or the encoding of a property cannot express its value.
    #[error(transparent)]
    Form(FormError),
}

impl<E> From<EncodeError> for Error<E> {
    fn from(error: EncodeError) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

fn encoded<T: Serialize + ?Sized, E>(
    location: ParameterLocation,
    serialization: Serialization,
    name: &str,
    value: &T,
    encode: impl FnOnce(Codec<'_>, &Value) -> Result<E, style::EncodeError>,
) -> Result<E, EncodeError> {
    Value::of(value)
        .and_then(|value| encode(Codec::new(name, location, serialization), &value))
        .map_err(|reason| EncodeError::Parameter {
            location,
            name: name.to_owned(),
            reason,
        })
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
/// Returns an error if the style cannot express the value, or the value is absent. The path as a whole is validated by
/// [`Core::request`](crate::Core::request): an empty segment would make it another path.
pub fn path<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<String, EncodeError> {
    let location = ParameterLocation::Path;
    let text = encoded(location, serialization, name, value, |codec, value| {
        codec.encode_text(value)
    })?;
    text.ok_or_else(|| EncodeError::NoValue(name.to_owned()))
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
/// Returns an error if the style cannot express the value.
pub fn query<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, EncodeError> {
    let location = ParameterLocation::Query;
    let pairs = encoded(location, serialization, name, value, |codec, value| {
        codec.encode_pairs(value)
    })?;
    Ok((!pairs.is_empty()).then(|| pairs.join("&")))
}

/// Encodes a whole query (`in: querystring`, OpenAPI 3.2.0), or `None` for an absent one.
///
/// It is a form where `serialization` is [`Serialization::FORM`], whose `encodings` are those of [`form`], and a percent-encoded
/// text otherwise.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// let query = encode::query_string(Serialization::SIMPLE, "selector", "$.a[1]", &[]);
/// assert_eq!(query.unwrap().as_deref(), Some("%24.a%5B1%5D"));
/// ```
///
/// # Errors
/// Returns an error if the media type cannot express the value.
pub fn query_string<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
    encodings: &[(&str, Serialization)],
) -> Result<Option<String>, EncodeError> {
    let value = Value::of(value).map_err(QueryStringError::from);
    value
        .and_then(|value| query_string::encode(&value, serialization, encodings))
        .map_err(|reason| EncodeError::Query {
            name: name.to_owned(),
            reason,
        })
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
/// Returns an error if the style cannot express the value, such as a list with a comma in an item.
pub fn header<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, EncodeError> {
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
/// Returns an error if the style cannot express the value.
pub fn cookie<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Vec<String>, EncodeError> {
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
/// Returns an error if the value is no object, or a property is what its style cannot express.
pub fn form<T: Serialize + ?Sized>(
    body: &T,
    encodings: &[(&str, Serialization)],
) -> Result<String, EncodeError> {
    let body = Value::of(body).map_err(EncodeError::NotJson)?;
    oas_wire::form::encode(&body, encodings).map_err(EncodeError::Form)
}
