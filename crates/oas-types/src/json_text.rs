//! Defines a string that contains JSON, such as the data of an event.
//!
//! A client must not fail because of one text that is not as documented, and a text that is received and sent back must not change.
//! [`JsonText`] therefore keeps the text beside its value. Servers validate the text before, so that it has a value.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::union;

/// A text that contains JSON, and the value of the JSON: a string with `contentMediaType: application/json` and a `contentSchema`
/// (JSON Schema 2020-12 Validation §8).
///
/// Deserializing does not fail: a text that is not JSON, or not that of a `T`, is kept, and has no value. Two of them are equal if
/// their values are, or their texts if neither has a value. A text is serialized unchanged.
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
    /// The text that was deserialized or parsed; `None` if the value was converted.
    text: Option<String>,
    /// In a box, so that the text of a type can contain that type.
    value: Option<Box<T>>,
}

impl<T> JsonText<T> {
    /// Returns the value; `None` if the text is not JSON, or cannot be deserialized as `T`.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        self.value.as_deref()
    }

    /// Returns the value.
    ///
    /// # Errors
    ///
    /// Returns the text, unchanged, if it is not JSON, or cannot be deserialized as `T`.
    pub fn into_value(self) -> Result<T, String> {
        match self.value {
            Some(value) => Ok(*value),
            None => Err(self.text.unwrap_or_default()),
        }
    }
}

impl<T: DeserializeOwned> JsonText<T> {
    /// Parses `text` as JSON, and keeps it as it is written. [`value`](Self::value) is `None` if the text is not JSON, or cannot be
    /// deserialized as `T`.
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
