//! Defines the violations that the walk reports.

use std::fmt;

use crate::SchemaId;

/// A way in which a value does not conform to its schema, or the reason why it could not be validated, such as the limit of
/// nesting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// The JSON Pointer (RFC 6901) to the value, or to the missing property. For JSON inside a string (`contentSchema`) it leads
    /// to the string, and `message` contains the rest.
    pub pointer: String,
    /// The reason as a clause without a subject, such as `expected string, found integer`. It does not contain the value.
    pub message: String,
    /// The violated keyword, such as `maxItems`; empty for the schema `false`, a property that appears more than once, invalid
    /// JSON, and the limits of the validation. Invalid JSON is the only violation of its list.
    pub keyword: &'static str,
    /// The index in [`Tables`](crate::Tables) of the schema that has the keyword, or is `false`; `None` for schemas that are
    /// constants, and for violations of no schema: repeated properties, invalid JSON and limits.
    pub schema: Option<SchemaId>,
}

/// `/params/name: is required`; of the root the message alone.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.message),
            pointer => write!(f, "{pointer}: {}", self.message),
        }
    }
}
