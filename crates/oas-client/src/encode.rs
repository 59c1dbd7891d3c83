//! Encodes parameters and form bodies as text, for any value that serializes to JSON.
//!
//! `null` encodes an absent parameter, so that an `Option` can be passed; an empty list or object is absent too (RFC
//! 6570 §2.3). A value that the style cannot express is an error, whose message does not contain the value.
//!
//! [`RequestBuilder`](crate::RequestBuilder) adds the encoded texts to a request.

use oas_wire::{
    ParameterLocation, Serialization,
    form::FormError,
    query_string::{self, QueryStringError},
    style::{self, Codec, Value},
};
use serde::Serialize;

use crate::error::Error;

/// The reason why a parameter or a form cannot be encoded. No message contains a value, unless an implementation of
/// `Serialize` puts one into its error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A parameter cannot be encoded: its value cannot be serialized to JSON, its style cannot express the value, or its location
    /// does not have the style.
    #[error("{location} parameter `{name}`: {reason}")]
    Parameter {
        /// The location of the parameter.
        location: ParameterLocation,
        /// The name of the parameter.
        name: String,
        /// The reason.
        reason: style::StyleEncodeError,
    },
    /// The path parameter of this name has no value.
    #[error("path parameter `{0}` has no value")]
    NoValue(String),
    /// The media type of a parameter that is the whole query string cannot express its value, or the value cannot be serialized to
    /// JSON.
    #[error("query `{name}`: {reason}")]
    Query {
        /// The name of the parameter.
        name: String,
        /// The reason.
        reason: QueryStringError,
    },
    /// The value of a form cannot be serialized to JSON, the form in which it is encoded.
    #[error(transparent)]
    NotJson(style::StyleEncodeError),
    /// The value of a form is not an object, or the encoding of a property cannot express its value.
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
    encode: impl FnOnce(Codec<'_>, Value) -> Result<E, style::StyleEncodeError>,
) -> Result<E, EncodeError> {
    Value::of(value)
        .and_then(|value| encode(Codec::new(name, location, serialization), value))
        .map_err(|reason| EncodeError::Parameter {
            location,
            name: name.to_owned(),
            reason,
        })
}

/// Encodes the value of the path parameter `name`, percent-encoded. In the style `matrix`, the text contains the name.
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
///
/// Returns an error if the style cannot express the value, or the value is null, or an empty list or object. An empty
/// text is not an error here; it is reported when the request is sent.
pub fn path<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<String, EncodeError> {
    let location = ParameterLocation::Path;
    let text = encoded(location, serialization, name, value, |codec, value| {
        codec.into_text(value)
    })?;
    text.ok_or_else(|| EncodeError::NoValue(name.to_owned()))
}

/// Encodes a query parameter as pairs such as `name=value`, joined with `&`. Returns `None` for null, and for an empty
/// list or object.
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
///
/// Returns an error if the style cannot express the value.
pub fn query<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, EncodeError> {
    let location = ParameterLocation::Query;
    let pairs = encoded(location, serialization, name, value, |codec, value| {
        codec.encode_pairs(&value)
    })?;
    Ok((!pairs.is_empty()).then(|| pairs.join("&")))
}

/// Encodes a parameter that is the whole query string (`in: querystring`, OpenAPI 3.2.0). Returns `None` for null.
/// `name` is used in errors only.
///
/// With [`Serialization::FORM`] the result is a form, whose properties have the `encodings` described at [`form`]. With
/// any other serialization it is a percent-encoded text or JSON.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// let query = encode::query_string(Serialization::SIMPLE, "selector", "$.a[1]", &[]);
/// assert_eq!(query.unwrap().as_deref(), Some("%24.a%5B1%5D"));
/// ```
///
/// # Errors
///
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

/// Encodes the value of a header parameter, without percent-encoding (OpenAPI 3.0.4 appendix D). Returns `None` for
/// null, and for an empty list or object in a style. `name` is used in errors only.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// assert_eq!(encode::header(Serialization::SIMPLE, "X-Ids", &[1, 2]).unwrap().as_deref(), Some("1,2"));
/// assert_eq!(encode::header(Serialization::SIMPLE, "X-Ids", &None::<String>).unwrap(), None);
/// ```
///
/// # Errors
///
/// Returns an error if a list or object is inside another, an item or value contains a comma, or the name of an
/// exploded property contains `=`.
pub fn header<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Option<String>, EncodeError> {
    let location = ParameterLocation::Header;
    encoded(location, serialization, name, value, |codec, value| {
        codec.into_text(value)
    })
}

/// Encodes a cookie parameter as pairs such as `name=value`, one for each cookie. If it is exploded, every item or
/// property is a cookie. Returns nothing for null, and for an empty list or object.
///
/// ```
/// use oas_client::{Serialization, encode};
///
/// let ids = encode::cookie(Serialization::FORM.explode(false), "ids", &["a", "b;c"]);
/// assert_eq!(ids.unwrap(), ["ids=a,b%3Bc"]);
/// ```
///
/// # Errors
///
/// Returns an error if the style cannot express the value.
pub fn cookie<T: Serialize + ?Sized>(
    serialization: Serialization,
    name: &str,
    value: &T,
) -> Result<Vec<String>, EncodeError> {
    let location = ParameterLocation::Cookie;
    encoded(location, serialization, name, value, |codec, value| {
        codec.encode_pairs(&value)
    })
}

/// Encodes an `application/x-www-form-urlencoded` body, from a value that serializes to an object.
///
/// `encodings` contains the properties whose encoding is not the default (OpenAPI 3.0.4, Encoding Object): by default
/// scalars and lists of scalars are encoded as in a query, and all other values as JSON. Names that the value does not
/// have are ignored.
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
///
/// Returns an error if the value is not an object, or the encoding of a property cannot express its value.
pub fn form<T: Serialize + ?Sized>(
    body: &T,
    encodings: &[(&str, Serialization)],
) -> Result<String, EncodeError> {
    let body = Value::of(body).map_err(EncodeError::NotJson)?;
    oas_wire::form::encode(&body, encodings).map_err(EncodeError::Form)
}
