//! Decodes header fields of a response to the types that the document describes.

use std::{borrow::Cow, fmt};

use http::HeaderMap;
use oas_wire::{
    ParameterLocation, Serialization,
    style::{Codec, Expected, Kinds},
};
use serde::de::DeserializeOwned;

use crate::{payload, redact::HeaderNames};

/// The headers of a response, each decoded when it is requested. Views in generated clients consist of it.
///
/// A header that is not as documented is an error of its own getter only, not of the call or of other headers.
///
/// ```
/// use oas_client::{HeaderFormat, HeaderMap, Headers, Kinds};
///
/// let mut map = HeaderMap::new();
/// map.insert("x-ids", "1, 2".parse()?);
/// let headers = Headers::new(&map);
/// let ids: Option<Vec<i64>> = headers.optional("X-Ids", HeaderFormat::list(Kinds::NUMBER))?;
/// assert_eq!(ids, Some(vec![1, 2]));
/// let next: Option<String> = headers.optional("X-Next", HeaderFormat::scalar(Kinds::STRING))?;
/// assert_eq!(next, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Headers<'a>(&'a HeaderMap);

impl<'a> Headers<'a> {
    /// Creates a view of the headers of a response, documented or not.
    #[must_use]
    pub const fn new(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// Decodes a header that the document does not require; returns `None` if the response does not have it.
    ///
    /// # Errors
    ///
    /// Returns [`HeaderError::Malformed`] if the header does not have the format `format`, or is not a `T`.
    pub fn optional<T: DeserializeOwned>(
        self,
        name: &'static str,
        format: HeaderFormat,
    ) -> Result<Option<T>, HeaderError> {
        let malformed = |reason: String| HeaderError::Malformed { name, reason };
        let lines = self.0.get_all(name).iter();
        let lines = lines.map(|line| std::str::from_utf8(line.as_bytes()).map(Cow::Borrowed));
        let lines: Vec<Cow<'_, str>> = lines
            .collect::<Result<_, _>>()
            .map_err(|_| malformed("it is not UTF-8".to_owned()))?;
        let codec = Codec::new(name, ParameterLocation::Header, format.serialization);
        let json = codec.decode_text(&lines, Nesting::Whole(format));
        let json = json.map_err(|error| malformed(format!("it {error}")))?;
        json.map(|json| payload::decode(json.as_bytes()))
            .transpose()
            .map_err(|error| malformed(error.to_string()))
    }

    /// Decodes a header that the document requires.
    ///
    /// # Errors
    ///
    /// Returns [`HeaderError::Missing`] if the response does not have the header, and [`HeaderError::Malformed`] if it
    /// does not have the format `format`, or is not a `T`.
    pub fn required<T: DeserializeOwned>(
        self,
        name: &'static str,
        format: HeaderFormat,
    ) -> Result<T, HeaderError> {
        self.optional(name, format)?
            .ok_or(HeaderError::Missing { name })
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HeaderNames(self.0).fmt(f)
    }
}

/// The reason why a documented header cannot be decoded. It does not contain the value, which can be a cookie.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The document requires the header, and the response does not have it.
    #[error("the response has no header `{name}`")]
    Missing {
        /// The name of the header in the document.
        name: &'static str,
    },
    /// The header is not as documented.
    #[error("the header `{name}` is not as documented: {reason}")]
    Malformed {
        /// The name of the header in the document.
        name: &'static str,
        /// The reason.
        reason: String,
    },
}

/// The format of a header's text: JSON, or the style `simple` (OpenAPI 3.0.4, Header Object) with the kinds of JSON values to which it
/// can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderFormat {
    kinds: Kinds,
    items: Kinds,
    properties: &'static [(&'static str, Kinds)],
    additional: Kinds,
    serialization: Serialization,
}

impl HeaderFormat {
    /// Creates the format of a value of these kinds that is neither a list nor an object.
    #[must_use]
    pub const fn scalar(kinds: Kinds) -> Self {
        Self {
            kinds,
            items: Kinds::ANY,
            properties: &[],
            additional: Kinds::ANY,
            serialization: Serialization::SIMPLE,
        }
    }

    /// Creates the format of JSON, as `content` of a Header Object describes it.
    ///
    /// ```
    /// use oas_client::{HeaderFormat, HeaderMap, Headers};
    ///
    /// let mut map = HeaderMap::new();
    /// map.insert("x-ids", "[1, 2]".parse()?);
    /// assert_eq!(Headers::new(&map).required::<Vec<i64>>("X-Ids", HeaderFormat::json())?, [1, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn json() -> Self {
        let mut format = Self::scalar(Kinds::ANY);
        format.serialization = Serialization::Json;
        format
    }

    /// Creates the format of a list with items of these kinds: `1,2`, or a header field for each item.
    #[must_use]
    pub const fn list(items: Kinds) -> Self {
        let mut format = Self::scalar(Kinds::ARRAY);
        format.items = items;
        format
    }

    /// Creates the format of an object, `height,1,width,2`, with the kinds of each property. `additional` are the kinds
    /// of properties that are not named.
    #[must_use]
    pub const fn object(properties: &'static [(&'static str, Kinds)], additional: Kinds) -> Self {
        let mut format = Self::scalar(Kinds::OBJECT);
        format.properties = properties;
        format.additional = additional;
        format
    }

    /// Adds kinds that the whole value can have too.
    #[must_use]
    pub const fn or(mut self, kinds: Kinds) -> Self {
        self.kinds = self.kinds.or(kinds);
        self
    }

    /// Changes the format of an object to `height=1,width=2` (`explode`).
    #[must_use]
    pub const fn exploded(mut self) -> Self {
        self.serialization = self.serialization.explode(true);
        self
    }
}

/// A level of a value: style `simple` has two.
#[derive(Clone, Copy)]
enum Nesting {
    Whole(HeaderFormat),
    Part(Kinds),
}

impl Expected for Nesting {
    fn kinds(self) -> Kinds {
        match self {
            Self::Whole(format) => format.kinds,
            Self::Part(kinds) => kinds,
        }
    }

    fn item(self, _: usize) -> Self {
        match self {
            Self::Whole(format) => Self::Part(format.items),
            Self::Part(_) => Self::Part(Kinds::ANY),
        }
    }

    fn member(self, name: &str) -> Self {
        let Self::Whole(format) = self else {
            return Self::Part(Kinds::ANY);
        };
        let mut properties = format.properties.iter();
        let named = properties.find(|(known, _)| *known == name);
        Self::Part(named.map_or(format.additional, |(_, kinds)| *kinds))
    }

    fn has_property(self, name: &str) -> bool {
        matches!(self, Self::Whole(format) if format.properties.iter().any(|(known, _)| *known == name))
    }

    fn has_properties(self) -> bool {
        matches!(self, Self::Whole(format) if !format.properties.is_empty())
    }

    fn has_additional(self) -> bool {
        matches!(self, Self::Whole(format) if format.additional != Kinds::ANY)
    }
}
