//! Represents a change before its severity is known: what a comparison found at one place of the two documents.

use std::{cmp::Ordering, collections::BTreeMap};

use oas_document::{Kind, Node};
use serde_json::Value;

use crate::{
    rule::Rule,
    severity::{Direction, Effect, Mitigations},
};

/// The effect of a change in each direction; usually the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Effects {
    pub(crate) request: Effect,
    pub(crate) response: Effect,
}

impl From<Effect> for Effects {
    fn from(effect: Effect) -> Self {
        Self {
            request: effect,
            response: effect,
        }
    }
}

impl Effects {
    pub(crate) const NONE: Self = Self {
        request: Effect::None,
        response: Effect::None,
    };

    pub(crate) fn in_direction(self, direction: Direction) -> Effect {
        match direction {
            Direction::Request => self.request,
            Direction::Response => self.response,
        }
    }

    pub(crate) fn map(self, f: impl Fn(Effect) -> Effect) -> Self {
        Self {
            request: f(self.request),
            response: f(self.response),
        }
    }

    /// Returns the worse effect in each direction: a known break outweighs an unknown effect.
    pub(crate) fn worse(self, other: Self) -> Self {
        let worse = |one: Effect, other: Effect, direction| match one
            .severity(direction)
            .cmp(&other.severity(direction))
        {
            Ordering::Less => other,
            Ordering::Equal => one.and(other),
            Ordering::Greater => one,
        };
        Self {
            request: worse(self.request, other.request, Direction::Request),
            response: worse(self.response, other.response, Direction::Response),
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            request: self.request.and(other.request),
            response: self.response.and(other.response),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Change<'d> {
    pub(crate) rule: &'static Rule,
    pub(crate) effects: Effects,
    /// The changed node in the base document, if it exists there.
    pub(crate) base: Option<Node<'d>>,
    /// The changed node in the head document, if it exists there.
    pub(crate) head: Option<Node<'d>>,
    /// The element that the message names: a schema, a parameter, an operation.
    pub(crate) subject: Node<'d>,
    /// The nearest thing in the head document that still exists.
    pub(crate) anchor: Node<'d>,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    /// The message, which describes what happened to the subject.
    pub(crate) message: String,
    pub(crate) mitigations: Mitigations,
}

impl<'d> Change<'d> {
    /// Creates a change whose two sides are identified by their nodes.
    pub(crate) fn new(
        rule: &'static Rule,
        effects: impl Into<Effects>,
        (base, head): (Option<Node<'d>>, Option<Node<'d>>),
        (subject, anchor): (Node<'d>, Node<'d>),
        message: String,
    ) -> Self {
        Change {
            rule,
            effects: effects.into(),
            base,
            head,
            subject,
            anchor,
            old: base.and_then(short),
            new: head.and_then(short),
            message,
            mitigations: Mitigations::default(),
        }
    }
}

/// Returns the value of a node if it is short enough for a report.
pub(crate) fn short(node: Node<'_>) -> Option<Value> {
    let few = |count| count <= 20;
    let scalar = |node: Node<'_>| !matches!(node.kind(), Kind::Array | Kind::Object);
    let shown = match node.kind() {
        Kind::Array => few(node.items().len()) && node.items().all(scalar),
        Kind::Object => node.entries().len() <= 4 && node.entries().all(|(_, value)| scalar(value)),
        _ => true,
    };
    shown.then(|| node.to_json())
}

/// Formats a value for messages: strings quoted, long ones cut.
pub(crate) fn quoted(node: Node<'_>) -> String {
    let text = match short(node) {
        Some(value) => value.to_string(),
        None => return node.kind().to_string(),
    };
    clip(&text, 80)
}

/// Formats a text for messages.
pub(crate) fn quoted_text(text: &str) -> String {
    clip(&serde_json::Value::from(text).to_string(), 80)
}

/// Formats what happened to a keyword, in words.
pub(crate) fn changed(keyword: &str, base: Option<Node<'_>>, head: Option<Node<'_>>) -> String {
    match (base, head) {
        // Two that are too long to be shown.
        (Some(base), Some(head)) if quoted(base) == quoted(head) => format!("{keyword} changed"),
        (Some(base), Some(head)) => format!(
            "{keyword} changed from {} to {}",
            quoted(base),
            quoted(head)
        ),
        (None, Some(head)) => format!("{keyword} {} {}", quoted(head), "added"),
        (Some(base), None) => format!("{keyword} {} {}", quoted(base), "removed"),
        (None, None) => format!("{keyword} changed"),
    }
}

/// Cuts a text to a number of characters.
pub(crate) fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Entries of two objects by key: those of the base document first, then new ones.
pub(crate) fn matched<'a, T>(
    base: impl IntoIterator<Item = (&'a str, T)>,
    head: impl IntoIterator<Item = (&'a str, T)>,
) -> Vec<(&'a str, Option<T>, Option<T>)> {
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: Vec<(&str, Option<T>, Option<T>)> = Vec::new();
    for (key, value) in base {
        positions.entry(key).or_insert_with(|| {
            all.push((key, Some(value), None));
            all.len() - 1
        });
    }
    for (key, value) in head {
        match positions.get(key).and_then(|at| all.get_mut(*at)) {
            Some(entry) => {
                entry.2.get_or_insert(value);
            }
            None => {
                positions.insert(key, all.len());
                all.push((key, None, Some(value)));
            }
        }
    }
    all
}
