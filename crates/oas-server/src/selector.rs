//! Defines selectors, which distinguish operations with the same method and path, as tables.

use crate::schema::Static;
use crate::storage::Storage;

/// The part of a request, and its value, that select an operation among those with the same method and path.
///
/// ```
/// use oas_server::{Method, Operation, Selector};
///
/// static REBOOT: Operation = Operation::new("RebootServer", Method::POST, "/servers/{id}/action")
///     .selector(Selector::body_key("reboot"));
/// static RESIZE: Operation = Operation::new("ResizeServer", Method::POST, "/servers/{id}/action")
///     .selector(Selector::body_key("resize"));
/// assert!(matches!(RESIZE.selector, Some(Selector::BodyKey("resize"))));
/// ```
pub enum Selector<S: Storage = Static> {
    /// The body is a JSON object with this key.
    BodyKey(S::Text),
    /// The query has a parameter with this name and value.
    Query(S::Text, S::Text),
    /// The request has a header with this name and value.
    Header(S::Text, S::Text),
}

impl Selector {
    /// Creates a selector by the key `key` of a body that is a JSON object.
    #[must_use]
    pub const fn body_key(key: &'static str) -> Self {
        Self::BodyKey(key)
    }

    /// Creates a selector by the query parameter `name` with the value `value`.
    #[must_use]
    pub const fn query(name: &'static str, value: &'static str) -> Self {
        Self::Query(name, value)
    }

    /// Creates a selector by the header `name` with the value `value`.
    #[must_use]
    pub const fn header(name: &'static str, value: &'static str) -> Self {
        Self::Header(name, value)
    }
}

impl<S: Storage> Selector<S> {
    /// Returns the key of the body, or the value of the parameter or header.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::BodyKey(value) | Self::Query(_, value) | Self::Header(_, value) => value,
        }
    }

    /// Returns whether two selectors select the same requests.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let same = |one: &S::Text, two: &S::Text| **one == **two;
        match (self, other) {
            (Self::BodyKey(one), Self::BodyKey(two)) => same(one, two),
            (Self::Query(name, one), Self::Query(other, two)) => {
                same(name, other) && same(one, two)
            }
            (Self::Header(name, one), Self::Header(other, two)) => {
                name.eq_ignore_ascii_case(other) && same(one, two)
            }
            _ => false,
        }
    }
}
