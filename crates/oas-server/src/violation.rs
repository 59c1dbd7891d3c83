//! Collects the violations of a request with their places.
//!
//! Every check of the crate adds to one list, so that a response contains all violations. A violation must not contain
//! values of the caller: its message names the expected value and the *kind* of the value that was found.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::Rejection;

/// The part of a request that contains a violation: a parameter location (OpenAPI 3.0.4, Parameter Locations), or the
/// body.
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
    /// Returns the name of the location, such as `query`.
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

/// A place of a request that is invalid. `Display` formats it as `/params/name: is required`, or for a parameter as
/// `query /limit: expected integer, found string`.
///
/// The pointer (RFC 6901) into a body begins at the root of the body: `/params/name`. The first token of a pointer into
/// a parameter is the name of the parameter: `/limit`, `/filter/since`, `/ids/2`. [`RequestViolation::location`] distinguishes
/// the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestViolation {
    /// The part of the request.
    #[serde(rename = "in")]
    pub location: Location,
    /// The message: the expected value, and the kind of the value that was found. It never contains the value itself.
    pub message: Cow<'static, str>,
    /// The JSON pointer (RFC 6901) of the value, or of a missing property.
    pub pointer: String,
}

impl RequestViolation {
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

    /// Returns the texts that [`Display`](fmt::Display) has before the pointer. They need no escaping anywhere.
    pub(crate) fn place(&self) -> [&'static str; 2] {
        match (self.location, &*self.pointer) {
            (Location::Body, "") => ["body", ""],
            (Location::Body, _) => ["", ""],
            (location, _) => [location.as_str(), " "],
        }
    }
}

/// Formats `/params/name: is required`, and for a parameter `query /limit: expected integer, found string`.
impl fmt::Display for RequestViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [place, blank] = self.place();
        let texts = [place, blank, &self.pointer, ": ", &self.message];
        texts.into_iter().try_for_each(|text| f.write_str(text))
    }
}

/// The violations of a request. `Display` joins them by `; `.
///
/// ```
/// use oas_server::{Location, RequestViolation, Violations};
///
/// let mut violations = Violations::new();
/// violations.push(RequestViolation::new(Location::Body, "/params", "is required"));
/// assert_eq!(violations.to_string(), "/params: is required");
/// assert!(violations.into_result().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations {
    list: Vec<RequestViolation>,
}

impl Violations {
    /// The largest number of violations in the list. If there are more, one further entry reports that.
    pub const LIMIT: usize = crate::schema::Schema::LIMIT;

    /// Creates an empty list, without allocating.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Adds a violation. At [`Violations::LIMIT`], adds an entry that reports further violations instead; beyond, does
    /// nothing.
    pub fn push(&mut self, violation: RequestViolation) {
        match self.list.len() {
            n if n < Self::LIMIT => self.list.push(violation),
            Self::LIMIT => self.list.push(RequestViolation::new(
                violation.location,
                "",
                "and more: the list ends here",
            )),
            _ => {}
        }
    }

    /// Returns whether the list is full, so that `push` does nothing.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() > Self::LIMIT
    }

    /// Returns whether there are no violations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn as_slice(&self) -> &[RequestViolation] {
        &self.list
    }

    /// Returns the violations in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, RequestViolation> {
        self.list.iter()
    }

    /// Returns `Ok` if there are no violations.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::BadRequest`] with the violations otherwise.
    pub fn into_result(self) -> Result<(), Rejection> {
        if self.list.is_empty() {
            Ok(())
        } else {
            Err(Rejection::BadRequest { violations: self })
        }
    }
}

impl IntoIterator for Violations {
    type Item = RequestViolation;
    type IntoIter = std::vec::IntoIter<RequestViolation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'v> IntoIterator for &'v Violations {
    type Item = &'v RequestViolation;
    type IntoIter = std::slice::Iter<'v, RequestViolation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Extend<RequestViolation> for Violations {
    fn extend<I: IntoIterator<Item = RequestViolation>>(&mut self, violations: I) {
        for violation in violations {
            self.push(violation);
        }
    }
}

impl From<RequestViolation> for Violations {
    fn from(violation: RequestViolation) -> Self {
        Self {
            list: vec![violation],
        }
    }
}

/// Formats the violations, joined by `; `.
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
