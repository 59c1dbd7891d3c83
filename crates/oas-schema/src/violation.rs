//! What the walk reports.

use std::fmt;

/// One place in a value that breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// JSON Pointer (RFC 6901) to the value, or to the member that is missing.
    pub pointer: String,
    /// What was expected, and the kind of value that was found. Never the value.
    pub message: String,
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
