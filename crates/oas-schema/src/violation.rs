//! Defines the violations that the walk reports.

use std::fmt;

use crate::SchemaId;

/// A violation of a schema by a value at one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// The JSON Pointer (RFC 6901) to the value, or to the missing property.
    pub pointer: String,
    /// The reason, such as `expected string, found integer`. It does not contain the value.
    pub message: String,
    /// The violated keyword, such as `maxItems`; empty for the schema `false`, invalid JSON, and the limits of the validation.
    pub keyword: &'static str,
    /// The index in [`Tables`](crate::Tables) of the schema that has the keyword; `None` for constants.
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
