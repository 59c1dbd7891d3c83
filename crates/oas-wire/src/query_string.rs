//! Encodes and decodes parameters with `in: querystring`, whose value is the whole query (OpenAPI 3.2.0, Parameter Locations).
//!
//! Such a parameter has a media type, from which its [`Serialization`] follows: the style `form` for
//! `application/x-www-form-urlencoded`, which has the syntax of a query, [`Serialization::Json`] for JSON, and any other style for
//! text. JSON and text are percent-encoded as a whole. The name of the parameter is not sent.

use std::borrow::Cow;

use crate::{
    ParameterLocation, Serialization, Style,
    form::{self, FormError},
    style::{Codec, Expected, StyleDecodeError, StyleEncodeError, Value},
};

/// The reason why a query cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryStringError {
    /// The value cannot be encoded as a form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The value cannot be serialized, or its style cannot express it.
    #[error(transparent)]
    Text(#[from] StyleEncodeError),
}

/// Returns whether a query with this serialization is a form, and not a text that is percent-encoded as a whole.
#[must_use]
pub fn is_form(serialization: Serialization) -> bool {
    serialization.style() == Some(Style::Form)
}

/// Encodes a query; `None` if there is none, because `value` is null, or an empty object in a form, or an empty text.
///
/// `encodings` are the properties of a form with another serialization than the default, as for [`form::encode`].
///
/// # Errors
///
/// Returns an error if the serialization cannot express the value.
///
/// ```
/// use oas_wire::{Serialization, query_string, style::Value};
///
/// let value = Value::Object(vec![("tags".to_owned(), Value::of(&["a", "b"]).unwrap())]);
/// let encode = |serialization| query_string::encode(&value, serialization, &[]).unwrap();
/// assert_eq!(encode(Serialization::FORM).as_deref(), Some("tags=a&tags=b"));
/// assert_eq!(encode(Serialization::Json).as_deref(), Some("%7B%22tags%22%3A%5B%22a%22%2C%22b%22%5D%7D"));
/// ```
pub fn encode(
    value: &Value,
    serialization: Serialization,
    encodings: &[(&str, Serialization)],
) -> Result<Option<String>, QueryStringError> {
    let query = match is_form(serialization) {
        true if *value == Value::Null => None,
        true => Some(form::encode(value, encodings)?),
        false => codec(serialization).encode_text(value)?,
    };
    Ok(query.filter(|query| !query.is_empty()))
}

/// Decodes a query into JSON text.
///
/// `encodings` are the properties of a form with another serialization than the default, as for [`form::decode`]. `expected`
/// describes the value.
///
/// # Errors
///
/// Returns an error if the query cannot be decoded. The JSON is not validated.
pub fn decode<'n>(
    query: &str,
    serialization: Serialization,
    encodings: impl IntoIterator<Item = (&'n str, Serialization)>,
    expected: impl Expected,
) -> Result<String, StyleDecodeError> {
    if is_form(serialization) {
        return form::decode(query, encodings, expected);
    }
    let json = codec(serialization).decode_text(&[Cow::Borrowed(query)], expected)?;
    Ok(json.unwrap_or_default())
}

/// Returns the codec of a query that is not a form. The name is not used.
fn codec(serialization: Serialization) -> Codec<'static> {
    Codec::new("", ParameterLocation::QueryString, serialization)
}
