//! Formats messages that several modules use. They name the expected value, and only the kind of the value that was
//! found.

use crate::{Literal, Pattern, Schema, Storage, Types};

/// Formats a message on demand: violations of alternatives that are only tried are never reported, and need none.
pub(super) type Message<'m> = &'m dyn Fn() -> String;

impl<S: Storage> Schema<S> {
    /// Formats the message about a value of the wrong type.
    pub(super) fn expected(&self, found: Types) -> String {
        expected(self.accepted(), found)
    }

    /// Returns the types that the schema itself accepts.
    pub(super) fn accepted(&self) -> Types {
        if self.nullable {
            self.types.or(Types::NULL)
        } else {
            self.types
        }
    }
}

/// Formats the message about a value of the wrong type.
pub(super) fn expected(types: Types, found: Types) -> String {
    format!("expected {types}, found {found}")
}

/// Formats the message about a text that does not match a pattern.
pub(super) fn not_matching(pattern: &Pattern) -> String {
    ["must match ", pattern.source()].concat()
}

/// The number of enum values that a message names.
const MAX_NAMED: usize = 16;
/// The length in bytes of all the values that a message names, unless the first is longer.
const MAX_LIST_LEN: usize = 200;

/// Formats the message about a value that is not listed.
pub(super) fn one_of<S: Storage>(values: &[Literal<S>]) -> String {
    list(values.len(), values.iter().map(Literal::to_string))
}

/// Formats the message about a tag that no mapping contains.
pub(super) fn one_of_texts<'t>(count: usize, texts: impl Iterator<Item = &'t str>) -> String {
    list(count, texts.map(|text| format!("{text:?}")))
}

fn list(count: usize, names: impl Iterator<Item = String>) -> String {
    let mut length = 0;
    let mut named: Vec<String> = Vec::new();
    for name in names.take(MAX_NAMED) {
        length += name.len();
        if length > MAX_LIST_LEN && !named.is_empty() {
            break;
        }
        named.push(name);
    }
    if named.len() < count {
        named.push("…".to_owned());
    }
    match count {
        0 => "no value is allowed".to_owned(),
        1 => format!("must be {}", named.concat()),
        _ => format!("must be one of {}", named.join(", ")),
    }
}
