//! The words of messages that are used in several places. They name what was expected, and of what was found the kind.

use crate::{Literal, Schema, Types};

impl Schema {
    /// The message about a value of the wrong type.
    pub(super) fn expected(&self, found: Types) -> String {
        let types = if self.nullable {
            self.types.or(Types::NULL)
        } else {
            self.types
        };
        format!("expected {types}, found {found}")
    }
}

/// `1 item`, `2 items`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "property") => format!("{count} properties"),
        _ => format!("{count} {noun}s"),
    }
}

/// How many listed values a message names.
const NAMED: usize = 16;

/// The message about a value that is not listed.
pub(super) fn one_of(values: &[Literal]) -> String {
    let mut names: Vec<_> = values.iter().take(NAMED).map(Literal::to_string).collect();
    if values.len() > NAMED {
        names.push("…".to_owned());
    }
    match values {
        [_] => format!("must be {}", names.concat()),
        _ => format!("must be one of {}", names.join(", ")),
    }
}
