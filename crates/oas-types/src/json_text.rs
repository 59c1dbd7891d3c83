//! JSON in a string: the data of an event, a message in an envelope.
//!
//! A client must not fail over one text that is not as documented, and a text that is read and sent back must come back as it was.
//! [`JsonText`] therefore keeps the text beside its value. Servers check it before, so that a value is there.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::union;

/// A text that is JSON, and its value: a string with `contentMediaType: application/json` and a `contentSchema` (JSON Schema
/// 2020-12 Validation §8).
///
/// A text that is not such JSON is kept, and has no value. Two of them are equal if their values are, or their texts where
/// neither has a value. A text is serialized as it was read.
///
/// # Examples
///
/// ```
/// use oas_types::JsonText;
///
/// let numbers: JsonText<Vec<i64>> = serde_json::from_str(r#""[1, 2]""#)?;
/// assert_eq!(numbers.value(), Some(&vec![1, 2]));
/// assert_eq!(numbers, vec![1, 2].into());
/// assert_eq!(serde_json::to_string(&numbers)?, r#""[1, 2]""#);
///
/// let other: JsonText<Vec<i64>> = serde_json::from_str(r#""none""#)?;
/// assert_eq!(other.into_value(), Err("none".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct JsonText<T> {
    /// The text as it was read; none for what was made of a value.
    text: Option<String>,
    /// In a box, so that the text of a type can contain that type.
    value: Option<Box<T>>,
}

impl<T> JsonText<T> {
    /// Returns the value; `None` for a text that is not the JSON of one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        self.value.as_deref()
    }

    /// Converts the text into its value.
    ///
    /// # Errors
    ///
    /// Returns the text as it was read if it is not JSON, or cannot be decoded as `T`.
    pub fn into_value(self) -> Result<T, String> {
        match self.value {
            Some(value) => Ok(*value),
            None => Err(self.text.unwrap_or_default()),
        }
    }
}

impl<T: DeserializeOwned> JsonText<T> {
    /// Parses a text. One that is not the JSON of a value is kept.
    ///
    /// ```
    /// use oas_types::JsonText;
    ///
    /// assert_eq!(JsonText::from_text("7").value(), Some(&7));
    /// ```
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = serde_json::from_str(&text).ok().map(Box::new);
        Self {
            text: Some(text),
            value,
        }
    }
}

impl<T> From<T> for JsonText<T> {
    fn from(value: T) -> Self {
        Self {
            text: None,
            value: Some(Box::new(value)),
        }
    }
}

impl<T: PartialEq> PartialEq for JsonText<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (None, None) => self.text == other.text,
            (value, other) => value == other,
        }
    }
}

impl<T: Eq> Eq for JsonText<T> {}

/// The value, or the text that has none.
impl<T: fmt::Debug> fmt::Debug for JsonText<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => self.text.as_deref().unwrap_or_default().fmt(f),
        }
    }
}

impl<T: Serialize> Serialize for JsonText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (&self.text, &self.value) {
            (Some(text), Some(_)) => serializer.serialize_str(text),
            (None, value) => {
                let text = serde_json::to_string(value).map_err(S::Error::custom)?;
                serializer.serialize_str(&text)
            }
            // Where alternatives differ by content, one that has no value for the text yields.
            (Some(text), None) => union::unknown(text, serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from_text)
    }
}
