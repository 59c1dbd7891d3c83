//! Parses media types (RFC 9110 §8.3.1).

use std::{cmp::Reverse, fmt, ops::Deref};

use crate::MediaRange;

/// A media type: the value of a `Content-Type` field.
///
/// It borrows from the text that it was parsed from. A media type is the [`MediaRange`] that includes nothing else, and
/// has all of its methods.
///
/// ```
/// use oas_wire::MediaType;
///
/// let problem = MediaType::parse("Application/Problem+JSON; charset=utf-8").unwrap();
/// assert_eq!(problem.essence(), "application/problem+json");
/// assert!(problem.is_json());
/// assert_eq!(problem.parameter("Charset").as_deref(), Some("utf-8"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MediaType<'t>(MediaRange<'t>);

/// The reason why a text is not a media type or a media range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMediaType {
    /// The text does not begin with `type/subtype`, both of them tokens.
    #[error("a media type starts with `type/subtype`, both of them tokens")]
    Essence,
    /// The text after the subtype is not `; name=value`, with a token or a quoted string as the value.
    #[error("the parameters of a media type are written `; name=value`")]
    Parameters,
    /// The text is a range such as `image/*`, and not a media type.
    #[error("a range is not a media type")]
    Range,
}

impl<'t> MediaType<'t> {
    /// Parses a media type strictly (RFC 9110 §8.3.1).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is a range, a list of media types, or has a malformed parameter.
    ///
    /// ```
    /// use oas_wire::MediaType;
    ///
    /// assert!(MediaType::parse("text/plain;charset=\"utf-8\"").is_ok());
    /// for invalid in ["json", "a/", "a/b/c", "*/*", "a/b; c", "a/b; c = d", "a/b; c=d e"] {
    ///     assert!(MediaType::parse(invalid).is_err(), "{invalid}");
    /// }
    /// ```
    pub fn parse(text: &'t str) -> Result<Self, InvalidMediaType> {
        Self::of(MediaRange::parse(text)?)
    }

    /// Parses a media type leniently (WHATWG MIME Sniffing §4.4): malformed parameters are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if the text does not start with a media type.
    ///
    /// ```
    /// use oas_wire::MediaType;
    ///
    /// let html = MediaType::parse_lenient("text/html; charset = latin1; broken").unwrap();
    /// assert_eq!(html.parameter("charset").as_deref(), Some("latin1"));
    /// ```
    pub fn parse_lenient(text: &'t str) -> Result<Self, InvalidMediaType> {
        Self::of(MediaRange::parse_lenient(text)?)
    }

    /// Returns the index of the most specific range in `ranges` that includes the media type, and of several such the first; `None`
    /// if no range includes it. Texts that are not media ranges are ignored.
    ///
    /// ```
    /// use oas_wire::MediaType;
    ///
    /// let png = MediaType::parse("image/png").unwrap();
    /// assert_eq!(png.closest(&["*/*", "image/*", "image/gif"]), Some(1));
    /// assert_eq!(png.closest(&["text/*"]), None);
    /// ```
    #[must_use]
    pub fn closest(&self, ranges: &[impl AsRef<str>]) -> Option<usize> {
        // Most operations take one media type, and most requests have it: nothing is closer then.
        if let [only] = ranges
            && self.has_essence(only.as_ref())
        {
            return Some(0);
        }
        ranges
            .iter()
            .enumerate()
            .filter_map(|(index, range)| {
                let range = MediaRange::parse_lenient(range.as_ref()).ok()?;
                Some((range.specificity(self)?, Reverse(index)))
            })
            .max()
            .map(|(_, Reverse(index))| index)
    }

    fn of(range: MediaRange<'t>) -> Result<Self, InvalidMediaType> {
        range.media_type().ok_or(InvalidMediaType::Range)
    }

    pub(crate) fn of_range(range: MediaRange<'t>) -> Option<Self> {
        (!range.is_wildcard()).then_some(Self(range))
    }
}

impl<'t> Deref for MediaType<'t> {
    type Target = MediaRange<'t>;

    fn deref(&self) -> &MediaRange<'t> {
        &self.0
    }
}

impl fmt::Display for MediaType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
