//! From what a change does to the admitted values to how bad that is.
//!
//! Severities are derived here and nowhere assigned by hand, but for rules that state a policy or speak of
//! documentation. A consumer that was right by the base document must not fail with the head document: it keeps sending
//! what it was allowed to send, and it copes with what it was promised.
//!
//! | effect | request | response |
//! |---|---|---|
//! | none | info | info |
//! | widens | info | **breaking** |
//! | narrows | **breaking** | info |
//! | incomparable | **breaking** | **breaking** |
//! | unknown | warning | warning |

use crate::{
    model::{Direction, Effect, Severity},
    rule::{Rated, Rule},
};

/// What takes the weight from a change at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guards {
    /// The value is `readOnly`: requests do not carry it (OpenAPI 3.0.4 §4.7.24.2).
    pub read_only: bool,
    /// The value is `writeOnly`: responses do not carry it.
    pub write_only: bool,
    /// The change is announced or allowed otherwise: deprecated with its sunset passed, or in an unstable operation.
    pub sanctioned: bool,
}

impl Guards {
    /// The guards of a place within a place.
    #[must_use]
    pub fn and(self, inner: Guards) -> Guards {
        Guards {
            read_only: self.read_only || inner.read_only,
            write_only: self.write_only || inner.write_only,
            sanctioned: self.sanctioned || inner.sanctioned,
        }
    }

    fn nullify(self, direction: Direction) -> bool {
        self.sanctioned
            || match direction {
                Direction::Request => self.read_only,
                Direction::Response => self.write_only,
            }
    }
}

/// What an effect means in a direction.
///
/// ```
/// use oas_diff::{Direction, Effect, Severity, law};
///
/// assert_eq!(law::severity(Effect::Narrows, Direction::Request), Severity::Breaking);
/// assert_eq!(law::severity(Effect::Narrows, Direction::Response), Severity::Info);
/// ```
pub fn severity(effect: Effect, direction: Direction) -> Severity {
    match (effect, direction) {
        (Effect::None, _)
        | (Effect::Widens, Direction::Request)
        | (Effect::Narrows, Direction::Response) => Severity::Info,
        (Effect::Unknown, _) => Severity::Warning,
        (Effect::Incomparable, _)
        | (Effect::Widens, Direction::Response)
        | (Effect::Narrows, Direction::Request) => Severity::Breaking,
    }
}

/// How bad what a rule found is, guards considered.
pub(crate) fn rate(rule: &Rule, effect: Effect, direction: Direction, guards: Guards) -> Severity {
    match rule.rated {
        Rated::Docs => Severity::Docs,
        Rated::As(severity) => severity,
        Rated::Policy if guards.sanctioned => Severity::Info,
        Rated::Policy => Severity::Breaking,
        Rated::Law(_) | Rated::Negotiated if guards.nullify(direction) => Severity::Info,
        Rated::Law(_) => severity(effect, direction),
        Rated::Negotiated => severity(effect, Direction::Request),
    }
}

/// Why an effect matters in a direction, in a clause.
pub(crate) fn why(effect: Effect, direction: Direction) -> &'static str {
    match (effect, direction) {
        (Effect::None, _) => "nothing is admitted or refused that was not before",
        (Effect::Widens, Direction::Request) => "every request that was accepted still is",
        (Effect::Widens, Direction::Response) => {
            "consumers can receive what they were not promised"
        }
        (Effect::Narrows, Direction::Request) => "requests that were accepted can be refused",
        (Effect::Narrows, Direction::Response) => {
            "consumers receive nothing that they did not expect before"
        }
        (Effect::Incomparable, Direction::Request) => "requests that were accepted can be refused",
        (Effect::Incomparable, Direction::Response) => {
            "consumers can receive what they were not promised"
        }
        (Effect::Unknown, _) => "the document cannot tell whether consumers keep working",
    }
}
