//! Defines the violations that the walk reports.

use std::fmt;

use crate::SchemaId;

/// One place in a value that breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// JSON Pointer (RFC 6901) to the value, or to the member that is missing.
    pub pointer: String,
    /// The expected value, and the kind of value that was found. It never contains the value.
    pub message: String,
    /// The keyword that is broken, or the empty text where it is no keyword: by the schema `false`, or by a bound on the
    /// work of a check.
    pub keyword: &'static str,
    /// The schema that has the keyword, in [`Tables`](crate::Tables); absent for constants.
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
