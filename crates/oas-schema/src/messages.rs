//! The words of messages that are used in several places. They name what was expected, and of what was found the kind.

use crate::{Literal, Pattern, Schema, Storage, Types};

/// Makes a message, for whoever needs it: alternatives are tried out, and the violations of those that fail are not told.
pub(super) type Message<'m> = &'m dyn Fn() -> String;

impl<S: Storage> Schema<S> {
    /// The message about a value of the wrong type.
    pub(super) fn expected(&self, found: Types) -> String {
        expected(self.accepted(), found)
    }

    /// The types that the schema itself accepts.
    pub(super) fn accepted(&self) -> Types {
        if self.nullable {
            self.types.or(Types::NULL)
        } else {
            self.types
        }
    }
}

/// The message about a value of the wrong type.
pub(super) fn expected(types: Types, found: Types) -> String {
    format!("expected {types}, found {found}")
}

/// The message about a text that does not match a pattern, or that nothing checked: it must not pass for one that matches.
pub(super) fn not_matching(pattern: &Pattern) -> String {
    match pattern.error() {
        None => format!("must match {}", pattern.source()),
        Some(error) => format!("cannot be checked against {}: {error}", pattern.source()),
    }
}

/// How many listed values a message names.
const NAMED: usize = 16;

/// The message about a value that is not listed.
pub(super) fn one_of<S: Storage>(values: &[Literal<S>]) -> String {
    list(
        values.len(),
        values.iter().take(NAMED).map(Literal::to_string),
    )
}

/// The message about a tag that no mapping has.
pub(super) fn one_of_texts<'t>(count: usize, texts: impl Iterator<Item = &'t str>) -> String {
    list(count, texts.take(NAMED).map(|text| format!("{text:?}")))
}

fn list(count: usize, names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    if count > NAMED {
        names.push("…".to_owned());
    }
    match count {
        0 => "no value is allowed".to_owned(),
        1 => format!("must be {}", names.concat()),
        _ => format!("must be one of {}", names.join(", ")),
    }
}
