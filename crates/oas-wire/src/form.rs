//! Encodes and decodes `application/x-www-form-urlencoded` bodies and queries (OpenAPI 3.0.4, Encoding Object, WHATWG URL §5).

use std::borrow::Cow;

use crate::{
    ParameterLocation, Serialization, percent,
    style::{
        Codec, Expected, StyleDecodeError, StyleDecodeErrorKind, StyleEncodeError, Value,
        json::{is_json, object, push_string},
    },
};

/// The reason why a form cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// The value is not an object.
    #[error("a form body has to be an object")]
    NoObject,
    /// A property cannot be encoded.
    #[error("form property `{name}`: {source}")]
    Property {
        /// The name of the property.
        name: String,
        /// The reason why it cannot be encoded.
        source: StyleEncodeError,
    },
}

/// Returns the serialization of a property that a document does not list: JSON if it is nested, and style `form` otherwise.
fn default_for(value: &Value) -> Serialization {
    let nests = |value: &Value| matches!(value, Value::Object(_) | Value::Array(_));
    let is_json = match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(nests),
        _ => false,
    };
    if is_json {
        Serialization::Json
    } else {
        Serialization::FORM
    }
}

fn codec(name: &str, serialization: Serialization) -> Codec<'_> {
    Codec::new(name, ParameterLocation::Query, serialization)
}

/// Encodes an object as a form body.
///
/// By default, scalars and lists of scalars are encoded as in a query, and everything else as JSON. `encodings` are the properties
/// with another serialization; names that `body` does not have are ignored.
///
/// # Errors
///
/// Returns an error if `body` is not an object, or the style of a property cannot express its value.
///
/// ```
/// use oas_wire::{Serialization, form, style::Value};
///
/// let body = Value::Object(vec![("tags".to_owned(), Value::of(&["a", "b"]).unwrap())]);
/// assert_eq!(form::encode(&body, &[]).unwrap(), "tags=a&tags=b");
/// assert_eq!(form::encode(&body, &[("tags", Serialization::PIPE_DELIMITED)]).unwrap(), "tags=a%7Cb");
/// ```
pub fn encode(body: &Value, encodings: &[(&str, Serialization)]) -> Result<String, FormError> {
    let Value::Object(properties) = body else {
        return Err(FormError::NoObject);
    };
    let mut pairs = Vec::new();
    for (name, value) in properties {
        let declared = encodings.iter().find(|(property, _)| property == name);
        let serialization = declared.map_or_else(|| default_for(value), |(_, declared)| *declared);
        let encoded = codec(name, serialization).encode_pairs(value);
        pairs.extend(encoded.map_err(|source| FormError::Property {
            name: name.clone(),
            source,
        })?);
    }
    Ok(pairs.join("&"))
}

/// Formats a pair `name=value` of a query, a form or a cookie, with both sides percent-encoded.
///
/// ```
/// assert_eq!(oas_wire::form::pair("action", "start & go"), "action=start%20%26%20go");
/// ```
#[must_use]
pub fn pair(name: &str, value: &str) -> String {
    format!("{}={}", percent::encode(name), percent::encode(value))
}

/// Decodes a form body into the text of a JSON object.
///
/// `encodings` are the properties with another serialization than the default, as for [`encode`]. `expected` describes the object.
///
/// # Errors
///
/// Returns an error if the text cannot be decoded. The JSON is not validated.
pub fn decode<'n>(
    text: &str,
    encodings: impl IntoIterator<Item = (&'n str, Serialization)>,
    expected: impl Expected,
) -> Result<String, StyleDecodeError> {
    let mut own: Vec<(Cow<'_, str>, &str)> = Vec::new();
    for (name, value) in pairs(text) {
        let name = percent::decode_form(name).map_err(|_| StyleDecodeErrorKind::Encoding)?;
        own.push((name, value));
    }
    let mut out = String::from("{");
    let encodings = encodings.into_iter().map(|(name, serialization)| {
        let (codec, property) = (codec(name, serialization), expected.member(name));
        let takes_others = codec.takes_any(property);
        (name, serialization, codec, property, takes_others)
    });
    let mut encodings: Vec<_> = encodings.collect();
    // What takes any pair comes behind those that know theirs.
    encodings.sort_by_key(|(.., takes_others)| *takes_others);
    for (name, serialization, codec, property, takes_others) in encodings {
        let (taken, others) = own.into_iter().partition(|(name, _)| {
            codec.owns(name, property) && !(takes_others && expected.has_property(name))
        });
        own = others;
        let json = codec
            .decode_pairs(&taken, property)
            .map_err(|error| error.under(name))?;
        if let Some(json) = json {
            if serialization == Serialization::Json && !is_json(&json) {
                return Err(StyleDecodeError::from(StyleDecodeErrorKind::NotJson).under(name));
            }
            push_string(&mut out, name);
            out.push(':');
            out.push_str(&json);
            out.push(',');
        }
    }
    let fields = own.into_iter().map(|(name, value)| {
        let decoded = percent::decode_form(value);
        let value = decoded
            .map_err(|_| StyleDecodeError::from(StyleDecodeErrorKind::Encoding).under(&name))?;
        Ok((name, value))
    });
    let rest = object(fields, expected)?;
    let rest = rest.strip_prefix('{').unwrap_or_default();
    if rest == "}" {
        // The comma behind the last of the encoded properties.
        out.truncate(out.trim_end_matches(',').len());
    }
    out.push_str(rest);
    Ok(out)
}

/// Splits a query or a form into its names and values, without decoding them. Empty pairs are skipped; a pair without an equals sign
/// has an empty value.
///
/// ```
/// let pairs: Vec<_> = oas_wire::form::pairs("a=1&&b=%26&c").collect();
/// assert_eq!(pairs, [("a", "1"), ("b", "%26"), ("c", "")]);
/// ```
pub fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}
