//! Compares enumerations: which values were added or removed, and whether the values of one side are those that the other
//! side admits.

use std::collections::HashSet;

use oas_document::{Decimal, Node, schema::Type};
use serde_json::Value;

use super::{
    Side,
    compare_pair::{Comparison, appearance},
    language::{Demand, Inclusion},
    scalars::demands,
    set::{End, Set},
};
use crate::{
    change::{changed, quoted},
    rule::table,
    severity::Effect,
};

/// Values of a list that a message shows.
const MAX_DISPLAYED: usize = 8;

/// On how many sides values are listed: a list decides about all values but null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Nowhere,
    Once,
    Twice,
}

impl<'d> Comparison<'_, '_, 'd> {
    /// Compares the lists of values.
    pub(super) fn values(&mut self) -> Listed {
        let listed = match (self.base_set.values.clone(), self.head_set.values.clone()) {
            (None, None) => Listed::Nowhere,
            (None, Some(values)) => {
                let values = self.admitted(values, Side::Head);
                self.listed_once(&values, Side::Head);
                Listed::Once
            }
            (Some(values), None) => {
                let values = self.admitted(values, Side::Base);
                self.listed_once(&values, Side::Base);
                Listed::Once
            }
            (Some(base), Some(head)) => {
                let base = self.admitted(base, Side::Base);
                let head = self.admitted(head, Side::Head);
                self.lists(&base, &head);
                Listed::Twice
            }
        };
        self.extensible_values();
        listed
    }

    /// Returns the values that the other keywords of their own schema admit.
    fn admitted(&mut self, values: Vec<Node<'d>>, side: Side) -> Vec<Node<'d>> {
        let rejected = self.rejected(&values, side);
        let is_admitted = |value: &Node<'d>| !rejected.contains(value);
        values.into_iter().filter(is_admitted).collect()
    }

    /// Compares an enumeration that exists on one side only: its values should be some of those that the other side admits.
    fn listed_once(&mut self, values: &[Node<'d>], side: Side) {
        let (node, other) = match side {
            Side::Base => (self.base_set.list, Side::Head),
            Side::Head => (self.head_set.list, Side::Base),
        };
        let all = self.lists_all(values, other);
        let rejected = self.rejected(values, other);
        let effect = match (rejected.is_empty(), all) {
            (true, true) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (false, false) => Effect::Incomparable,
        };
        let (effect, place, verb, never) = match side {
            Side::Base => (
                effect.reversed(),
                (node, None),
                "no longer restricted",
                "cannot come any more",
            ),
            Side::Head => (effect, (None, node), "restricted", "could not come before"),
        };
        let (rule, kind) = match is_constant(node) {
            true => (&table::CONST, "constant"),
            false => (&table::ENUM, "values"),
        };
        let mut message = format!("{verb} to the {kind} {}", list(values));
        if !rejected.is_empty() {
            message.push_str(&format!(", of which {} {never}", list(&rejected)));
        }
        self.constraint(rule, effect, place, message);
        self.generated_type();
    }

    /// Returns whether an enumeration contains all values that the other side admits: both booleans, all integers between two
    /// bounds, all texts that a pattern matches, or only null.
    fn lists_all(&mut self, values: &[Node<'d>], side: Side) -> bool {
        let other = match side {
            Side::Base => &self.base_set,
            Side::Head => &self.head_set,
        };
        let types = other.types.without_null();
        let mut known = types;
        if types.contains(Type::Boolean) {
            let is_text = self.serialization.is_text();
            let is_listed = |flag: bool| {
                values.iter().any(|value| {
                    let written = value.scalar_text().filter(|_| is_text);
                    value.as_bool() == Some(flag)
                        || written == Some(if flag { "true" } else { "false" })
                })
            };
            if !is_listed(true) || !is_listed(false) {
                return false;
            }
            known = known.without(Type::Boolean.into());
        }
        if types.contains(Type::Integer) && !types.contains(Type::Number) {
            if !lists_integers(values, other) {
                return false;
            }
            known = known.without(Type::Integer.into());
        }
        if types.contains(Type::String) && !other.patterns.is_empty() {
            let texts = values.iter().filter_map(|value| value.as_str());
            let texts: Vec<String> = texts.map(escaped).collect();
            let wanted = Demand::Pattern(format!("^(?:{})$", texts.join("|")));
            let demands = demands(other, &other.patterns);
            let inclusion = self.pairs.languages.inclusion(&demands, &wanted);
            if texts.is_empty() || inclusion != Inclusion::Within {
                return false;
            }
            known = known.without(Type::String.into());
        }
        known.is_empty()
    }

    /// Returns the values that a side rejects.
    fn rejected(&mut self, values: &[Node<'d>], side: Side) -> Vec<Node<'d>> {
        let schema = match side {
            Side::Base => self.base,
            Side::Head => self.head,
        };
        let is_text = self.serialization.is_text();
        let judge = &mut self.pairs.judge;
        let mut admits = |value: &Node<'d>| {
            let mut written = vec![value.to_json()];
            if is_text && let Some(text) = value.scalar_text() {
                // Where every value is encoded as text, a number is equal to its text.
                written.push(Value::String(text.to_owned()));
                written.extend(serde_json::from_str(text).ok());
            }
            let mut written = written.iter();
            written.any(|value| judge.admits(side, schema, value))
        };
        let rejected = values.iter().filter(|value| !admits(value));
        rejected.copied().collect()
    }

    fn lists(&mut self, base: &[Node<'d>], head: &[Node<'d>]) {
        let (old, new) = (self.base_set.list, self.head_set.list);
        let is_text = self.serialization.is_text();
        let lacks = |list: &[Node<'d>], value: &Node<'d>| {
            let same = |other: &Node<'d>| {
                other.value_eq(*value)
                    || (is_text
                        && value.scalar_text().is_some()
                        && other.scalar_text() == value.scalar_text())
            };
            !list.iter().any(same)
        };
        let gone: Vec<_> = base
            .iter()
            .copied()
            .filter(|value| lacks(head, value))
            .collect();
        let added: Vec<_> = head
            .iter()
            .copied()
            .filter(|value| lacks(base, value))
            .collect();
        if let ([one], [other]) = (base, head)
            && !gone.is_empty()
            && is_constant(old)
            && is_constant(new)
        {
            let message = format!(
                "constant changed from {} to {}",
                quoted(*one),
                quoted(*other)
            );
            return self.constraint(&table::CONST, Effect::Incomparable, (old, new), message);
        }
        let values = |values: &[Node<'d>]| match values {
            [one] => format!("value {}", quoted(*one)),
            several => format!("values {}", list(several)),
        };
        // A single value is shown at its place, several at that of the list.
        let (effect, sides, message) = match (gone.as_slice(), added.as_slice()) {
            ([], []) => return,
            (gone, []) => {
                let sides = match gone {
                    [one] => (Some(*one), None),
                    _ => (old, new),
                };
                (Effect::Narrows, sides, format!("{} removed", values(gone)))
            }
            ([], added) => {
                let sides = match added {
                    [one] => (None, Some(*one)),
                    _ => (old, new),
                };
                (Effect::Widens, sides, format!("{} added", values(added)))
            }
            (gone, added) => {
                let sides = match (gone, added) {
                    ([one], [other]) => (Some(*one), Some(*other)),
                    _ => (old, new),
                };
                let message = format!("{} removed, {} added", values(gone), values(added));
                (Effect::Incomparable, sides, message)
            }
        };
        self.constraint(&table::ENUM_VALUE, effect, sides, message);
        let json = |values: &[Node<'d>]| match values {
            [] => None,
            [one] => Some(one.to_json()),
            several => Some(several.iter().map(|value| value.to_json()).collect()),
        };
        if let Some(change) = self.compared.changes.last_mut() {
            (change.old, change.new) = (json(&gone), json(&added));
        }
        if !gone.is_empty() {
            let message = match gone.as_slice() {
                [one] => format!("variant for {} removed", quoted(*one)),
                several => format!("variants for {} removed", list(several)),
            };
            let sides = match gone.as_slice() {
                [one] => (Some(*one), None),
                _ => (old, new),
            };
            self.push(&table::VARIANT_REMOVED, Effect::None, sides, message);
        }
    }

    /// Compares `x-extensible-enum`: values that consumers know, of a list that is documented to grow.
    fn extensible_values(&mut self) {
        let lists = |schema: &oas_document::schema::Schema<'d>| {
            schema.keyword("x-extensible-enum").into_iter()
        };
        let (old, new) = (lists(self.base).next(), lists(self.head).next());
        let of = |schema| -> Vec<Node<'d>> { lists(schema).flat_map(Node::items).collect() };
        let (base, head) = (of(self.base), of(self.head));
        if base.is_empty() != head.is_empty() {
            let message = format!("extensible list of values {}", appearance(base.is_empty()));
            return self.constraint(&table::EXTENSIBLE_ENUM, Effect::None, (old, new), message);
        }
        let lacks =
            |list: &[Node<'d>], value: &Node<'d>| !list.iter().any(|other| other.value_eq(*value));
        let gone: Vec<_> = base
            .iter()
            .copied()
            .filter(|value| lacks(&head, value))
            .collect();
        let added: Vec<_> = head
            .iter()
            .copied()
            .filter(|value| lacks(&base, value))
            .collect();
        if !gone.is_empty() {
            let message = format!("{} removed from the extensible list", list(&gone));
            self.constraint(
                &table::EXTENSIBLE_ENUM,
                Effect::Narrows,
                (old, new),
                message,
            );
        }
        if !added.is_empty() {
            let message = format!("{} added to the extensible list", list(&added));
            let rule = table::EXTENSIBLE_ENUM.rule(Effect::Widens);
            self.push(rule, Effect::None, (old, new), message);
        }
    }

    /// Reports to generated code that its type is another.
    fn generated_type(&mut self) {
        let (b, h) = (self.base_set.declared, self.head_set.declared);
        if b != h && !b.is_any() && !h.is_any() {
            let sides = (self.type_node(Side::Base), self.type_node(Side::Head));
            let message = changed("type", sides.0, sides.1);
            self.push(&table::FIELD_TYPE, Effect::None, sides, message);
        }
    }
}

/// Returns whether an enumeration contains all integers between the bounds of a set.
fn lists_integers(values: &[Node<'_>], set: &Set<'_>) -> bool {
    let bound = |end: &Option<End<'_>>| end.as_ref()?.value.to_i128();
    let (Some(lower), Some(upper)) = (bound(&set.lower), bound(&set.upper)) else {
        return false;
    };
    let count = upper.saturating_sub(lower).saturating_add(1);
    let listed: HashSet<i128> = values
        .iter()
        .filter_map(|value| Decimal::of(*value)?.to_i128())
        .filter(|value| (lower..=upper).contains(value))
        .collect();
    i128::try_from(listed.len()).is_ok_and(|listed| listed >= count)
}

/// Returns an expression that matches exactly this text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn is_constant(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.key() == Some("const"))
}

pub(super) fn list(values: &[Node<'_>]) -> String {
    let shown = values
        .iter()
        .take(MAX_DISPLAYED)
        .map(|value| quoted(*value));
    let shown: Vec<String> = shown.collect();
    let more = if values.len() > MAX_DISPLAYED {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
