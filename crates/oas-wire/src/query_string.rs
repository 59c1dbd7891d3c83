//! A query as one value: parameters with `in: querystring` (OpenAPI 3.2.0, Parameter Locations).
//!
//! Such a parameter has a media type, and its [`Serialization`] is what is left of it: the style `form` for
//! `application/x-www-form-urlencoded`, which is a query already, and JSON or any other style for a text that is
//! percent-encoded as a whole. Its name is not sent.

use std::borrow::Cow;

use crate::{
    ParameterLocation, Serialization, Style,
    form::{self, FormError},
    style::{Codec, DecodeError, EncodeError, Expected, Value},
};

/// The reason why a query cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryStringError {
    /// The query is no form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The query is no text.
    #[error(transparent)]
    Text(#[from] EncodeError),
}

/// Returns whether a query is a form, and not a text of another media type.
#[must_use]
pub fn is_form(serialization: Serialization) -> bool {
    serialization.style() == Some(Style::Form)
}

/// Encodes a query; `None` for an undefined value, and for a form without fields.
///
/// `encodings` has the properties of a form that are not encoded in the default way, as for [`form::encode`].
///
/// # Errors
///
/// Returns an error if the media type cannot express the value.
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

/// Decodes a query into the JSON that is expected.
///
/// `encodings` has the properties of a form that are not encoded in the default way, as for [`form::decode`].
///
/// # Errors
///
/// Returns an error if the query cannot be taken apart. Whether the JSON is what a schema wants is not looked at.
pub fn decode<'n>(
    query: &str,
    serialization: Serialization,
    encodings: impl IntoIterator<Item = (&'n str, Serialization)>,
    expected: impl Expected,
) -> Result<String, DecodeError> {
    if is_form(serialization) {
        return form::decode(query, encodings, expected);
    }
    let json = codec(serialization).decode_text(&[Cow::Borrowed(query)], expected)?;
    Ok(json.unwrap_or_default())
}

/// Returns the codec of a query that is no form. The name is not used.
fn codec(serialization: Serialization) -> Codec<'static> {
    Codec::new("", ParameterLocation::QueryString, serialization)
}
