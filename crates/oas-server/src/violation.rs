//! Collects the violations of a request, each with its place.
//!
//! Every check of the crate reports here, so that a response contains all mistakes at once. A violation must not
//! contain anything that the caller submitted: its message names the expected value and the *kind* of value that was
//! found, never the value.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::Rejection;

/// The part of a request that a violation is in (OpenAPI 3.0.4, Parameter Locations, with the body beside the four).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Location {
    /// A parameter in the path.
    Path,
    /// A parameter in the query string.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// The request body.
    Body,
}

impl Location {
    /// Returns the word that OpenAPI uses for the location.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One mistake in a request.
///
/// In a body the pointer starts at the document's root (RFC 6901): `/params/name`. In a parameter its first token is the
/// parameter's name: `/limit`, `/filter/since`, `/ids/2`. [`Violation::location`] distinguishes the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// The part of the request that contains the value.
    #[serde(rename = "in")]
    pub location: Location,
    /// The expected value, and the kind of value that was found. It never contains the submitted value.
    pub message: Cow<'static, str>,
    /// JSON Pointer (RFC 6901) to the value, or to the member that is missing.
    pub pointer: String,
}

impl Violation {
    /// Creates a violation at `pointer`.
    pub fn new(
        location: Location,
        pointer: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            location,
            message: message.into(),
            pointer: pointer.into(),
        }
    }

    /// Returns the texts that [`Display`](fmt::Display) joins.
    pub(crate) fn texts(&self) -> [&str; 5] {
        let (message, pointer) = (&*self.message, &*self.pointer);
        match (self.location, pointer) {
            (Location::Body, "") => ["", "", "body", ": ", message],
            (Location::Body, pointer) => ["", "", pointer, ": ", message],
            (location, pointer) => [location.as_str(), " ", pointer, ": ", message],
        }
    }
}

/// `/params/name: is required`, and for a parameter `query /limit: expected integer, found string`.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts()
            .into_iter()
            .try_for_each(|text| f.write_str(text))
    }
}

/// All mistakes of one request, up to [`Violations::LIMIT`].
///
/// ```
/// use oas_server::{Location, Violation, Violations};
///
/// let mut violations = Violations::new();
/// violations.push(Violation::new(Location::Body, "/params", "is required"));
/// assert_eq!(violations.to_string(), "/params: is required");
/// assert!(violations.into_result().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations {
    list: Vec<Violation>,
}

impl Violations {
    /// The number of violations that are kept. One more entry reports that there were others.
    pub const LIMIT: usize = crate::schema::Schema::LIMIT;

    /// Creates an empty list, without allocating.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Adds a violation, or the remark that there are more where [`Violations::LIMIT`] is reached.
    pub fn push(&mut self, violation: Violation) {
        match self.list.len() {
            n if n < Self::LIMIT => self.list.push(violation),
            Self::LIMIT => self.list.push(Violation::new(
                violation.location,
                "",
                "and more: the list ends here",
            )),
            _ => {}
        }
    }

    /// Returns whether the list is full, so that further checks have no effect.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() > Self::LIMIT
    }

    /// Returns whether the request is valid so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn as_slice(&self) -> &[Violation] {
        &self.list
    }

    /// Returns the violations in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.list.iter()
    }

    /// Returns `Ok` if the request is valid.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::BadRequest`] with the violations.
    pub fn into_result(self) -> Result<(), Rejection> {
        if self.list.is_empty() {
            Ok(())
        } else {
            Err(Rejection::BadRequest { violations: self })
        }
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'v> IntoIterator for &'v Violations {
    type Item = &'v Violation;
    type IntoIter = std::slice::Iter<'v, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Extend<Violation> for Violations {
    fn extend<I: IntoIterator<Item = Violation>>(&mut self, violations: I) {
        for violation in violations {
            self.push(violation);
        }
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self {
            list: vec![violation],
        }
    }
}

/// The violations, joined by `; `.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}
