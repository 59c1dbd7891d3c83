//! Defines limits of numbers of things.

use oas_document::schema::{Counted, Limits};

/// The least and the greatest number of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least number.
    pub least: u64,
    /// The greatest number, if it is limited.
    pub most: Option<u64>,
}

impl Bounds {
    /// Returns the limits of a schema that count these parts of a value.
    #[must_use]
    pub fn of(limits: &Limits<'_>, counted: Counted) -> Self {
        let [least, most] = counted.limits();
        Self {
            least: limits.value(least).unwrap_or_default(),
            most: limits.value(most),
        }
    }

    /// Returns the limits of a schema that count the bytes of a file, as which a document writes characters.
    #[must_use]
    pub fn of_bytes(limits: &Limits<'_>) -> Self {
        Self::of(limits, Counted::Characters)
    }

    /// Returns whether there is a number that is outside.
    #[must_use]
    pub fn is_limited(self) -> bool {
        self != Self::default()
    }
}
