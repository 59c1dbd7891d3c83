//! Defines [`Lenient`], a text beside the value that it has in a format: a date, a UUID, an address, a decimal number.
//!
//! A client must not fail because of one timestamp that is not as documented, and a text that is received and sent back must not
//! change. [`Lenient`] therefore keeps the text beside its value. Generated servers reject a text that has no value before a
//! handler is called.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::union;

/// A text, and the value that it has in a format, such as a timestamp in `date-time`.
///
/// Deserializing fails only if the value is not a string: a text that is not of the format is kept, and has no value. Two texts
/// are equal if their values are, or if neither has a value and the texts are the same: `2017-11-14T22:20:57Z` and
/// `2017-11-14T23:20:57+01:00` are equal timestamps. The text is serialized unchanged.
///
/// # Examples
///
/// ```
/// use std::net::Ipv4Addr;
///
/// use oas_types::Lenient;
///
/// let address: Lenient<Ipv4Addr> = serde_json::from_str(r#""10.0.0.2""#)?;
/// assert_eq!(address.value(), Some(&Ipv4Addr::new(10, 0, 0, 2)));
/// assert_eq!(address, Ipv4Addr::new(10, 0, 0, 2).into());
///
/// let other: Lenient<Ipv4Addr> = serde_json::from_str(r#""localhost""#)?;
/// assert_eq!(other.value(), None);
/// assert_eq!(other.as_str(), "localhost");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Lenient<T> {
    text: String,
    value: Option<T>,
}

/// A type whose values are texts of a string format, such as [`Ipv4Addr`] for `ipv4`.
///
/// [`Lenient`] parses and formats its text by this trait. The trait is implemented for the types that generated code uses:
/// addresses of the standard library, and types of `jiff`, `uuid`, `url` and `rust_decimal` behind features of these names.
/// Its method [`is_equal`](Self::is_equal) replaces [`PartialEq`], because not every one of these types has it.
pub trait TextFormat: Sized {
    /// Parses a text; `None` if the text is not of the format, or its value is out of the range of the type.
    fn parse(text: &str) -> Option<Self>;

    /// Formats the value as a text of the format.
    fn to_text(&self) -> String;

    /// Returns whether two values are equal.
    fn is_equal(&self, other: &Self) -> bool;
}

impl<T: TextFormat> Lenient<T> {
    /// Returns whether `text` is of the format and has a value. Servers reject texts that have none.
    ///
    /// ```
    /// use std::net::Ipv6Addr;
    ///
    /// use oas_types::Lenient;
    ///
    /// assert!(Lenient::<Ipv6Addr>::accepts("::1"));
    /// assert!(!Lenient::<Ipv6Addr>::accepts("127.0.0.1"));
    /// ```
    #[must_use]
    pub fn accepts(text: &str) -> bool {
        T::parse(text).is_some()
    }
}

impl<T> Lenient<T> {
    /// Returns the value; `None` if the text is not of the format, or its value is out of the range of `T`.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the value.
    ///
    /// # Errors
    ///
    /// Returns the text, unchanged, if it is not of the format, or its value is out of the range of `T`.
    pub fn into_value(self) -> Result<T, String> {
        self.value.ok_or(self.text)
    }
}

impl<T: TextFormat> From<T> for Lenient<T> {
    fn from(value: T) -> Self {
        Self {
            text: value.to_text(),
            value: Some(value),
        }
    }
}

impl<T: TextFormat> From<String> for Lenient<T> {
    fn from(text: String) -> Self {
        let value = T::parse(&text);
        Self { text, value }
    }
}

impl<T: TextFormat> From<&str> for Lenient<T> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl<T: TextFormat> FromStr for Lenient<T> {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl<T> AsRef<str> for Lenient<T> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<T: TextFormat> PartialEq for Lenient<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Some(value), Some(other)) => value.is_equal(other),
            (None, None) => self.text == other.text,
            _ => false,
        }
    }
}

impl<T: TextFormat> Eq for Lenient<T> {}

impl<T: TextFormat + Hash> Hash for Lenient<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.value {
            Some(value) => value.hash(state),
            None => self.text.hash(state),
        }
    }
}

/// Formats the text, in quotes.
impl<T> fmt::Debug for Lenient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// Formats the text, unchanged.
impl<T> fmt::Display for Lenient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<T> Serialize for Lenient<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Some(_) => serializer.serialize_str(&self.text),
            // Where alternatives differ by format, one that has no value for the text yields.
            None => union::unknown(&self.text, serializer),
        }
    }
}

impl<'de, T: TextFormat> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// Types that have their format in `FromStr` and `Display`.
macro_rules! formats {
    ($($(#[$feature:meta])? $ty:ty;)*) => {$(
        $(#[$feature])?
        impl TextFormat for $ty {
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn to_text(&self) -> String {
                self.to_string()
            }

            fn is_equal(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

formats! {
    Ipv4Addr;
    Ipv6Addr;
    #[cfg(feature = "jiff")] jiff::Timestamp;
    #[cfg(feature = "jiff")] jiff::civil::Date;
    #[cfg(feature = "jiff")] crate::OffsetTime;
    #[cfg(feature = "uuid")] uuid::Uuid;
    #[cfg(feature = "url")] url::Url;
}

/// Two spans are equal if they are equal in every unit: an hour is not equal to sixty minutes.
#[cfg(feature = "jiff")]
impl TextFormat for jiff::Span {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn is_equal(&self, other: &Self) -> bool {
        self.fieldwise() == other.fieldwise()
    }
}

/// A text has a value only if the type can represent the number without rounding.
#[cfg(feature = "rust_decimal")]
impl TextFormat for rust_decimal::Decimal {
    fn parse(text: &str) -> Option<Self> {
        Self::from_str_exact(text).ok()
    }

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}
