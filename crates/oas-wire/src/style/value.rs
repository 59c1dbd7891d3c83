//! Defines the JSON values that encoders of styles accept.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::Error as _,
};
use serde_json::value::RawValue;

use super::{StyleEncodeError, json::push_string, scalar};

/// Lists and objects within each other, at most: as many as `serde_json` reads.
const MAX_DEPTH: usize = 128;

/// A JSON value that keeps the order of its properties and the digits of its numbers. [`Codec`](super::Codec) encodes it.
///
/// ```
/// use oas_wire::style::Value;
///
/// let value = Value::of(&[0.1, 2.0]).unwrap();
/// assert_eq!(value, Value::Array(vec![Value::Number("0.1".into()), Value::Number("2.0".into())]));
/// assert_eq!(value.to_json(), "[0.1,2.0]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of JSON")]
pub enum Value {
    Null,
    Boolean(bool),
    /// The number as JSON text.
    Number(Box<str>),
    String(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Value {
    /// Serializes a value, which gives floats their shortest digits.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be serialized to JSON, such as a map whose keys are not strings.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, StyleEncodeError> {
        match scalar::value_of(value) {
            Some(value) => Ok(value),
            None => Self::parse(&serde_json::to_string(value).map_err(StyleEncodeError::json)?),
        }
    }

    /// Parses JSON text.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON, or is nested more than 128 levels deep.
    pub fn parse(json: &str) -> Result<Self, StyleEncodeError> {
        Self::within(json, 0)
    }

    fn within(json: &str, depth: usize) -> Result<Self, StyleEncodeError> {
        if depth > MAX_DEPTH {
            return Err(StyleEncodeError::NotJson("it nests too deeply".into()));
        }
        let json = json.trim();
        Ok(match json.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = parsed(json)?;
                let entries = entries.into_iter();
                let values =
                    entries.map(|(name, raw)| Ok((name, Self::within(raw.get(), depth + 1)?)));
                Self::Object(values.collect::<Result<_, StyleEncodeError>>()?)
            }
            Some(b'[') => {
                let items = parsed::<Vec<&RawValue>>(json)?.into_iter();
                let values = items.map(|raw| Self::within(raw.get(), depth + 1));
                Self::Array(values.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::String(parsed(json)?),
            Some(b't' | b'f') => Self::Boolean(parsed(json)?),
            Some(b'n') => parsed(json).map(|()| Self::Null)?,
            _ => Self::Number(parsed::<&RawValue>(json)?.get().into()),
        })
    }

    /// Returns the value as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.push(&mut out);
        out
    }

    fn push(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::String(text) => push_string(out, text),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.push(out);
                }
                out.push(']');
            }
            Self::Object(properties) => {
                out.push('{');
                for (index, (name, value)) in properties.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    push_string(out, name);
                    out.push(':');
                    value.push(out);
                }
                out.push('}');
            }
        }
    }

    /// Returns the text of a scalar; `None` for any other value.
    pub(super) fn scalar(&self) -> Option<&str> {
        Some(match self {
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
            Self::Number(text) => text,
            Self::String(text) => text,
            Self::Null | Self::Array(_) | Self::Object(_) => return None,
        })
    }
}

/// Serializes the value for `serde_json`. In other formats, numbers do not keep their digits.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(text) => RawValue::from_string(text.to_string())
                .map_err(S::Error::custom)?
                .serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(properties) => {
                serializer.collect_map(properties.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// Reads any JSON that `serde_json` reads.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get()).map_err(serde::de::Error::custom)
    }
}

fn parsed<'t, T: Deserialize<'t>>(json: &'t str) -> Result<T, StyleEncodeError> {
    serde_json::from_str(json).map_err(StyleEncodeError::json)
}

/// The properties of an object, in order.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// A value without nesting, which is all that most styles can express. Nulls are gone: RFC 6570 §2.3 calls them undefined,
/// and leaves them out. A list or an object of which nothing is left is undefined as well.
pub(super) enum Flat<'v> {
    Undefined,
    Scalar(&'v str),
    Array(Vec<&'v str>),
    Object(Vec<(&'v str, &'v str)>),
}

impl<'v> Flat<'v> {
    pub(super) fn of(value: &'v Value) -> Result<Self, StyleEncodeError> {
        let is_defined = |value: &&Value| !matches!(value, Value::Null);
        let scalar = |value: &'v Value| value.scalar().ok_or(StyleEncodeError::Nested);
        Ok(match value {
            Value::Null => Self::Undefined,
            Value::Array(items) => {
                let items = items.iter().filter(is_defined).map(scalar);
                match items.collect::<Result<Vec<_>, _>>()? {
                    items if items.is_empty() => Self::Undefined,
                    items => Self::Array(items),
                }
            }
            Value::Object(properties) => {
                let properties = properties.iter().filter(|(_, value)| is_defined(&value));
                let flat = properties.map(|(name, value)| Ok((name.as_str(), scalar(value)?)));
                match flat.collect::<Result<Vec<_>, StyleEncodeError>>()? {
                    properties if properties.is_empty() => Self::Undefined,
                    properties => Self::Object(properties),
                }
            }
            value => Self::Scalar(scalar(value)?),
        })
    }

    /// Returns the parts of a value that is not exploded: a list's items, or an object's names and values in
    /// turn.
    pub(super) fn parts(&self) -> Vec<&str> {
        match self {
            Self::Undefined => Vec::new(),
            Self::Scalar(text) => vec![text],
            Self::Array(items) => items.clone(),
            Self::Object(properties) => properties
                .iter()
                .flat_map(|(name, value)| [*name, *value])
                .collect(),
        }
    }

    /// Joins the parts by separators: `R,100,G,200`; exploded, a property is `R=100`.
    pub(super) fn joined(
        &self,
        explode: bool,
        separator: &str,
        encode: impl Fn(&str) -> Cow<'_, str>,
    ) -> String {
        if let Self::Scalar(text) = self {
            return encode(text).into_owned();
        }
        let parts: Vec<String> = match self {
            Self::Object(properties) if explode => properties
                .iter()
                .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
                .collect(),
            flat => flat
                .parts()
                .into_iter()
                .map(|part| encode(part).into_owned())
                .collect(),
        };
        parts.join(separator)
    }
}
