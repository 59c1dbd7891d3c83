//! Gathers changes so that each cause is reported once, and converts them to findings.

use std::collections::{BTreeMap, HashMap};

use oas_document::{Diagnostics, Document, Node};
use oas_wire::json_pointer;

use crate::{
    change::Change,
    model::{Finding, Rating, ReachedOperation, Side},
    place,
    rule::{Reason, Rule, SeverityPolicy},
    severity::{Direction, Effect, Mitigations, Severity},
};

/// Position of an operation in the list of all operations of both documents.
pub(crate) type OperationId = usize;

type Key<'d> = (&'static str, Option<Node<'d>>, Option<Node<'d>>, String);

#[derive(Debug)]
struct Entry<'d> {
    change: Change<'d>,
    ratings: BTreeMap<Direction, (Severity, Effect)>,
    operations: Vec<OperationId>,
    via: String,
}

/// The number of changes of a rule that become findings. All others become one more, so that they count for the verdict.
const MAX_PER_RULE: usize = Diagnostics::MAX_PER_RULE;

#[derive(Debug, Default)]
pub(crate) struct Collector<'d> {
    entries: Vec<Entry<'d>>,
    index: HashMap<Key<'d>, usize>,
    /// The number of entries by rule.
    entries_of: HashMap<&'static str, usize>,
    /// The operations of both documents.
    operations: Vec<ReachedOperation>,
}

/// A place at which a walk encountered a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occurrence {
    pub(crate) operation: Option<OperationId>,
    pub(crate) direction: Option<Direction>,
    pub(crate) mitigations: Mitigations,
}

impl<'d> Collector<'d> {
    pub(crate) fn operation(&mut self, operation: ReachedOperation) -> OperationId {
        self.operations.push(operation);
        self.operations.len() - 1
    }

    /// Adds a change at a place. `effect` is its effect there.
    pub(crate) fn add(
        &mut self,
        change: &Change<'d>,
        effect: Effect,
        occurrence: Occurrence,
        via: impl FnOnce() -> String,
    ) {
        let Some(entry) = self.entry(change, via) else {
            return;
        };
        if let Some(direction) = occurrence.direction {
            let severity = change.rule.severity(
                effect,
                direction,
                occurrence.mitigations.and(change.mitigations),
            );
            let rating = entry.ratings.entry(direction).or_insert((severity, effect));
            if severity > rating.0 {
                *rating = (severity, effect);
            }
        }
        if let Some(operation) = occurrence.operation
            && entry.operations.last() != Some(&operation)
            && !entry.operations.contains(&operation)
        {
            entry.operations.push(operation);
        }
    }

    /// Returns the entry of a change, or that of all changes for which there is no room.
    fn entry(
        &mut self,
        change: &Change<'d>,
        via: impl FnOnce() -> String,
    ) -> Option<&mut Entry<'d>> {
        let count = self.entries_of.entry(change.rule.id).or_default();
        let is_full = *count >= MAX_PER_RULE && !self.index.contains_key(&key(change));
        let other = is_full.then(|| others(change));
        let change = other.as_ref().unwrap_or(change);
        let at = *self.index.entry(key(change)).or_insert_with(|| {
            *count += 1;
            self.entries.push(Entry {
                change: change.clone(),
                ratings: BTreeMap::new(),
                operations: Vec::new(),
                via: via(),
            });
            self.entries.len() - 1
        });
        self.entries.get_mut(at)
    }

    /// Returns whether a change with these sides was found for some operation.
    pub(crate) fn knows(&self, change: &Change<'d>) -> bool {
        self.index.contains_key(&key(change))
    }

    /// Returns the findings, and the operations that they may affect.
    pub(crate) fn findings(self) -> (Vec<Finding>, Vec<ReachedOperation>) {
        let Collector {
            entries,
            operations,
            ..
        } = self;
        let findings = entries.into_iter().map(|entry| finding(entry, &operations));
        let mut findings: Vec<Finding> = findings.collect();
        findings.sort_by(|one, other| one.order().cmp(&other.order()));
        (findings, operations)
    }
}

fn key<'d>(change: &Change<'d>) -> Key<'d> {
    (
        change.rule.id,
        change.base,
        change.head,
        change.message.clone(),
    )
}

/// Returns the change that represents all further ones of a rule.
fn others<'d>(change: &Change<'d>) -> Change<'d> {
    let document = change.anchor.document().root();
    let message =
        format!("more than {MAX_PER_RULE} changes of this rule; the others are not listed");
    let sides = (None, None);
    Change::new(
        change.rule,
        Effect::None,
        sides,
        (document, document),
        message,
    )
}

fn finding(entry: Entry<'_>, known: &[ReachedOperation]) -> Finding {
    let Entry {
        change,
        ratings,
        mut operations,
        via,
    } = entry;
    operations.sort_unstable();
    let operations: Vec<String> = operations
        .iter()
        .filter_map(|at| Some(known.get(*at)?.name.clone()))
        .collect();
    let worst = ratings.iter().max_by_key(|(_, (severity, _))| *severity);
    let severity = match (change.rule.severity, worst) {
        (SeverityPolicy::Docs, _) => Severity::Docs,
        (SeverityPolicy::Fixed(severity), None) => severity,
        (_, Some((_, (severity, _)))) => *severity,
        // A change that no operation reaches has no effect on the wire.
        (_, None) => Severity::Info,
    };
    // The note explains the mitigation, because a change that breaks elsewhere is harmless here.
    let note = match (change.rule.severity, worst) {
        (SeverityPolicy::ByEffect(_), Some((direction, (Severity::Info, effect))))
            if effect.severity(*direction) > Severity::Info =>
        {
            Some(
                "the value is not sent this way, or the change was announced or is not held against an unstable operation",
            )
        }
        (SeverityPolicy::ByEffect(Reason::Effect), Some((direction, (_, effect))))
            if !matches!(effect, Effect::None | Effect::Unknown) =>
        {
            Some(effect.reason(*direction))
        }
        (SeverityPolicy::ByEffect(Reason::Rule), Some((direction, (Severity::Info, effect)))) => {
            Some(effect.reason(*direction))
        }
        (SeverityPolicy::Negotiated, Some((_, (Severity::Info, effect)))) => {
            Some(effect.reason(Direction::Request))
        }
        (SeverityPolicy::ByEffect(_) | SeverityPolicy::Negotiated, None) => {
            Some("no operation reaches it")
        }
        _ => None,
    };
    let note = note.unwrap_or(change.rule.reason).to_owned();
    let directions: Vec<Direction> = ratings.keys().copied().collect();
    let canonical = |node: Option<Node<'_>>| node.map(place::canonical).unwrap_or_default();
    let text = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    // A component is an anchor of its own; elsewhere the operation is a part of the pointer.
    let hash = place::hash(&[
        change.rule.id,
        &canonical(change.base),
        &canonical(change.head),
        &text(&change.old),
        &text(&change.new),
    ]);
    Finding {
        rule: change.rule.id,
        severity,
        decision: None,
        profile: change.rule.profile,
        direction: match directions.as_slice() {
            [] => "none",
            [Direction::Request] => "request",
            [Direction::Response] => "response",
            _ => "both",
        },
        ratings: ratings
            .into_iter()
            .map(|(direction, (severity, effect))| Rating {
                direction,
                effect,
                severity,
            })
            .collect(),
        operations,
        via,
        base: change.base.map(side),
        head: change.head.map(side),
        anchor: Some(side(change.head.unwrap_or(change.anchor))),
        fingerprint: format!("{:012x}", hash & 0xffff_ffff_ffff),
        message: format!(
            "{}: {}",
            place::display_name(change.subject),
            change.message
        ),
        note,
        old: change.old,
        new: change.new,
        rust: None,
        accepted: None,
        document: 0,
    }
}

/// Creates a finding of a rule that applies without any operation, between two places of the documents.
pub(crate) fn at_places(
    rule: &'static Rule,
    (base, base_at): (&Document, Option<&str>),
    (head, head_at): (&Document, Option<&str>),
    message: String,
) -> Option<Finding> {
    let old = base_at.and_then(|pointer| base.node_at(pointer));
    let new = head_at.and_then(|pointer| head.node_at(pointer));
    let anchor = match (new, old) {
        (Some(node), _) => node,
        (None, Some(node)) => nearest_remaining(head, node),
        (None, None) => return None,
    };
    let change = Change::new(
        rule,
        Effect::None,
        (old, new),
        (new.or(old)?, anchor),
        message,
    );
    let entry = Entry {
        change,
        ratings: BTreeMap::new(),
        operations: Vec::new(),
        via: String::new(),
    };
    Some(finding(entry, &[]))
}

/// Returns the node of a document at the place of another document's node, or the nearest one around it.
pub(crate) fn nearest_remaining<'d>(document: &'d Document, node: Node<'_>) -> Node<'d> {
    // Root files can have different names; those that they refer to are found by name.
    let root = match node.file_root() == node.document().root() {
        true => None,
        false => document.file_root(node.file()),
    };
    let mut here = root.unwrap_or_else(|| document.root());
    for token in json_pointer::tokens(&node.pointer()) {
        let target = || here.resolve().ok();
        match here.child(&token).or_else(|| target()?.child(&token)) {
            Some(found) => here = found,
            None => break,
        }
    }
    here
}

pub(crate) fn side(node: Node<'_>) -> Side {
    let place = node.place();
    Side {
        pointer: node.pointer(),
        file: place.file,
        line: place.line,
        column: place.column,
    }
}
