//! Compares the two documents operation by operation.
//!
//! Changes of schemas are compared in [`crate::schema`]; this module finds the schemas, their direction, and the changes
//! around them.

mod components;
mod content;
mod operations;
mod parameters;
mod references;
mod responses;
mod security;
mod servers;

use std::collections::HashSet;

use oas_document::{Document, Node, object_model::Object, schema::Schema};

use crate::{
    change::Change,
    collect::{Collector, Occurrence, OperationId},
    docs,
    equivalence::Equivalence,
    lifecycle::{Date, Lifetime},
    model::{Finding, ReachedOperation},
    rule::table,
    schema::{Pairs, Serialization},
    severity::{Direction, Effect, Mitigations},
    version,
};

/// Returns all changes from one document to the other, and the operations that they may affect.
pub(crate) fn compare(
    base: &Document,
    head: &Document,
    today: Date,
) -> (Vec<Finding>, Vec<ReachedOperation>) {
    // One document may have as a group what the other one has as a single operation.
    let (split_base, split_head) = (base.grouped_as(head), head.grouped_as(base));
    let (base, head) = (
        split_base.as_ref().unwrap_or(base),
        split_head.as_ref().unwrap_or(head),
    );
    let equivalence = Equivalence::of(base, head);
    let mut comparison = Comparison {
        base,
        head,
        equivalence: &equivalence,
        pairs: Pairs::new(&equivalence, today),
        out: Collector::default(),
        today,
        references: None,
        callbacks: Vec::new(),
    };
    comparison.document();
    comparison.operations();
    comparison.components();
    comparison.references();
    comparison.out.findings()
}

struct Comparison<'a, 'd> {
    base: &'d Document,
    head: &'d Document,
    equivalence: &'a Equivalence<'d>,
    pairs: Pairs<'a, 'd>,
    out: Collector<'d>,
    today: Date,
    /// The texts of all references of both documents, once they were asked for.
    references: Option<HashSet<&'d str>>,
    /// The callbacks that are being compared, the outermost first.
    callbacks: Vec<&'d str>,
}

/// Formats the path from an operation, through its callbacks.
fn within(callbacks: &[&str], via: &str) -> String {
    let mut way = String::new();
    for name in callbacks {
        way.push_str(&format!("callback {name} "));
    }
    way.push_str(via);
    way.trim_end().to_owned()
}

/// The operation that is being compared.
#[derive(Clone, Copy, Debug, Default)]
struct Scope {
    /// `None` for a comparison outside of operations.
    operation: Option<OperationId>,
    /// Whether the API sends the request: callbacks and webhooks.
    inverted: bool,
    mitigations: Mitigations,
}

impl Scope {
    fn direction(self, direction: Direction) -> Direction {
        if self.inverted {
            direction.inverted()
        } else {
            direction
        }
    }
}

impl<'d> Comparison<'_, 'd> {
    /// Takes a change that an operation meets.
    fn report(&mut self, scope: Scope, direction: Direction, change: &Change<'d>, via: &str) {
        let direction = scope.direction(direction);
        let occurrence = Occurrence {
            operation: scope.operation,
            // A change outside of operations has no direction.
            direction: scope.operation.map(|_| direction),
            mitigations: scope.mitigations,
        };
        let Comparison { out, callbacks, .. } = self;
        out.add(
            change,
            change.effects.in_direction(direction),
            occurrence,
            || within(callbacks, via),
        );
    }

    /// Takes a change that has no direction.
    fn note(&mut self, scope: Option<Scope>, change: &Change<'d>, via: &str) {
        let occurrence = Occurrence {
            operation: scope.and_then(|scope| scope.operation),
            direction: None,
            mitigations: Mitigations::default(),
        };
        let Comparison { out, callbacks, .. } = self;
        out.add(change, Effect::None, occurrence, || within(callbacks, via));
    }

    /// Compares deprecation and stability, which count for unstable operations too.
    fn lifecycle(
        &mut self,
        scope: Scope,
        (base, head): (Node<'d>, Node<'d>),
        place: Node<'d>,
        via: &str,
    ) {
        let scope = Scope {
            mitigations: Mitigations::default(),
            ..scope
        };
        let (before, after) = (Lifetime::of_node(base), Lifetime::of_node(head));
        for change in before.changes(&after, (place, place), self.today) {
            self.report(scope, Direction::Request, &change, via);
        }
    }

    /// Compares two schemas at a place of an operation.
    fn schemas(
        &mut self,
        scope: Scope,
        direction: Direction,
        (base, head): (&Schema<'d>, &Schema<'d>),
        serialization: Serialization,
        via: &str,
    ) {
        let Some(pair) = self.pairs.pair(base, head, serialization) else {
            return;
        };
        let direction = scope.direction(direction);
        let Comparison {
            pairs,
            out,
            callbacks,
            ..
        } = self;
        pairs.walk(pair, &mut |meeting| {
            let occurrence = Occurrence {
                operation: scope.operation,
                direction: scope.operation.map(|_| direction),
                mitigations: scope.mitigations.and(meeting.mitigations),
            };
            let effect = meeting.effects.in_direction(direction);
            out.add(meeting.change, effect, occurrence, || {
                within(callbacks, format!("{via} {}", meeting.route).trim_end())
            });
            true
        });
    }

    /// Compares the document's own description: `info`, servers, tags and the like.
    fn document(&mut self) {
        let (base, head) = (self.base.root(), self.head.root());
        let mut changes = Vec::new();
        changes.extend(docs::field(
            &table::OPENAPI_VERSION,
            (base, head),
            "openapi",
        ));
        changes.extend(docs::fields((base, head), Object::OpenApi));
        if let (Some(base), Some(head)) = (base.get("info"), head.get("info")) {
            let version = |info: Node<'d>| info.get("version").and_then(Node::scalar_text);
            let rule = match version::is_less(version(head), version(base)) {
                true => &table::VERSION_WENT_BACK,
                false => &table::VERSION_CHANGED,
            };
            changes.extend(docs::field(rule, (base, head), "version"));
            changes.extend(docs::fields((base, head), Object::Info));
        }
        changes.extend(
            docs::field(&table::DOCS_CHANGED, (base, head), "info")
                .filter(|change| change.base.is_none() || change.head.is_none()),
        );
        changes.extend(self.tag_declarations());
        for change in &changes {
            self.note(None, change, "");
        }
    }

    fn tag_declarations(&self) -> Vec<Change<'d>> {
        let of = |document: &'d Document| {
            let tags = document
                .root()
                .get("tags")
                .into_iter()
                .flat_map(Node::items);
            tags.filter_map(|tag| Some((tag.get("name")?.as_str()?, tag)))
        };
        let mut changes = Vec::new();
        for (name, base, head) in crate::change::matched(of(self.base), of(self.head)) {
            if !docs::differ(base, head) {
                continue;
            }
            let message = match (base, head) {
                (None, _) => format!("declaration of tag `{name}` added"),
                (_, None) => format!("declaration of tag `{name}` removed"),
                _ => format!("declaration of tag `{name}` changed"),
            };
            let root = self.head.root();
            changes.push(Change::new(
                &table::TAG_DECLARATION,
                Effect::None,
                (base, head),
                (root, root),
                message,
            ));
        }
        changes
    }
}
