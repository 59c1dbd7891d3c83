//! Derives the severity of a change from its effect on the admitted values.
//!
//! Severities are derived here and nowhere assigned by hand, but for rules that state a policy or concern documentation. A
//! consumer that was right by the base document must not fail with the head document: it keeps sending what it was allowed to
//! send, and it copes with what it was promised.
//!
//! | effect | request | response |
//! |---|---|---|
//! | none | info | info |
//! | widens | info | **breaking** |
//! | narrows | **breaking** | info |
//! | incomparable | **breaking** | **breaking** |
//! | unknown | warning | warning |

use std::fmt;

use serde::Serialize;

/// The effect of a change on the set of values (or requests, or responses) that the document admits at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The set stays the same.
    None,
    /// Everything admitted before is still admitted, and more.
    Widens,
    /// Nothing new is admitted, and something no longer is.
    Narrows,
    /// Something new is admitted, and something no longer is.
    Incomparable,
    /// The documents do not show which of these effects the change has.
    Unknown,
}

impl Effect {
    /// Returns the effect of the opposite change, and of the same change under `not`.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Widens => Self::Narrows,
            Self::Narrows => Self::Widens,
            same => same,
        }
    }

    /// Returns the effect of two changes together. [`Widens`](Self::Widens) and [`Narrows`](Self::Narrows) together are
    /// [`Incomparable`](Self::Incomparable). [`Unknown`](Self::Unknown) and any other effect are [`Unknown`](Self::Unknown),
    /// which can have a lower [`severity`](Self::severity) than the other effect.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) | (other, Self::None) => other,
            (one, other) if one == other => one,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Incomparable,
        }
    }

    /// Returns the severity of the effect in a direction.
    ///
    /// ```
    /// use oas_diff::{Direction, Effect, Severity};
    ///
    /// assert_eq!(Effect::Narrows.severity(Direction::Request), Severity::Breaking);
    /// assert_eq!(Effect::Narrows.severity(Direction::Response), Severity::Info);
    /// ```
    #[must_use]
    pub fn severity(self, direction: Direction) -> Severity {
        match (self, direction) {
            (Self::None, _)
            | (Self::Widens, Direction::Request)
            | (Self::Narrows, Direction::Response) => Severity::Info,
            (Self::Unknown, _) => Severity::Warning,
            (Self::Incomparable, _)
            | (Self::Widens, Direction::Response)
            | (Self::Narrows, Direction::Request) => Severity::Breaking,
        }
    }

    /// Returns a clause that explains why the effect matters in a direction.
    pub(crate) fn reason(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::None, _) => "nothing is admitted or rejected that was not before",
            (Self::Widens, Direction::Request) => "every request that was accepted still is",
            (Self::Widens, Direction::Response) => {
                "consumers can receive what they were not promised"
            }
            (Self::Narrows, Direction::Request) => "requests that were accepted can be rejected",
            (Self::Narrows, Direction::Response) => {
                "consumers receive nothing that they did not expect before"
            }
            (Self::Incomparable, Direction::Request) => {
                "requests that were accepted can be rejected"
            }
            (Self::Incomparable, Direction::Response) => {
                "consumers can receive what they were not promised"
            }
            (Self::Unknown, _) => "the document does not show whether consumers keep working",
        }
    }
}

/// The direction in which the values at a place are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The consumer sends the values, and the API has to accept them: parameters and request bodies, and the responses of a
    /// consumer to callbacks and webhooks.
    Request,
    /// The API sends the values, and the consumer has to accept them: response bodies and headers, and the requests of the API to
    /// callbacks and webhooks.
    Response,
}

impl Direction {
    /// Returns the other direction, which callbacks and webhooks use (OpenAPI 3.0.4, Callback Object, and 3.1.2, OpenAPI
    /// Object).
    #[must_use]
    pub fn inverted(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// The severity of a finding, ordered from harmless to breaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Documentation and metadata, which do not affect programs.
    Docs,
    /// Compatible.
    Info,
    /// The document cannot decide whether consumers break.
    Warning,
    /// Consumers that were right by the base document can fail with the head document.
    Breaking,
}

impl Severity {
    /// All severities, from harmless to breaking.
    pub const ALL: [Self; 4] = [Self::Docs, Self::Info, Self::Warning, Self::Breaking];

    /// Returns the name that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The circumstances of a place that reduce the severity of its changes to [`Severity::Info`]: `read_only` in requests,
/// `write_only` in responses, and `allowed` in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mitigations {
    /// The value is `readOnly`, and not sent in requests (OpenAPI 3.0.4, Schema Object).
    pub read_only: bool,
    /// The value is `writeOnly`, and not sent in responses.
    pub write_only: bool,
    /// The change was announced or is allowed: the element is deprecated and its sunset has passed, or the operation is unstable.
    pub allowed: bool,
}

impl Mitigations {
    /// Adds the mitigations of a place within this one.
    #[must_use]
    pub fn and(self, inner: Self) -> Self {
        Self {
            read_only: self.read_only || inner.read_only,
            write_only: self.write_only || inner.write_only,
            allowed: self.allowed || inner.allowed,
        }
    }

    pub(crate) fn nullify(self, direction: Direction) -> bool {
        self.allowed
            || match direction {
                Direction::Request => self.read_only,
                Direction::Response => self.write_only,
            }
    }
}
