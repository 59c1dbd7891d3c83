//! Compares parts of the document that are otherwise ignored: dangling references, ignored siblings of references, and
//! unknown fields.

use std::collections::HashMap;

use oas_document::{
    Document, Node, ReferenceError, Version,
    object_model::{self, Object, is_extension},
};

use super::Comparison;
use crate::{
    change::{Change, matched},
    docs,
    equivalence::in_parallel,
    place,
    rule::table,
    severity::Effect,
};

/// The objects of a document that are references.
type References<'d> = Vec<(Node<'d>, Object)>;

fn references(document: &Document) -> References<'_> {
    let mut objects = object_model::objects(document);
    objects.retain(|(node, _)| node.reference().is_some());
    objects
}

/// Returns dangling references, by their places; those of schemas are reported where schemas are compared.
fn unfollowed<'d>(
    document: &'d Document,
    references: &References<'d>,
) -> Vec<(String, ReferenceError<'d>)> {
    let objects = references.iter();
    let objects = objects.filter(|(_, object)| *object != Object::Schema);
    let broken = objects.filter_map(|(node, _)| node.resolve().err());
    let all = broken.chain(document.unfollowed_references());
    all.map(|error| (place(error.node), error)).collect()
}

fn place(node: Node<'_>) -> String {
    let file = if node.file_root() == node.document().root() {
        ""
    } else {
        node.file()
    };
    format!("{file}#{}", place::canonical(node))
}

/// Returns the references of a document beside which fields are ignored.
fn ignoring<'d>(document: &Document, references: References<'d>) -> Vec<Node<'d>> {
    let references = references.into_iter().filter(|(_, object)| {
        // From 3.1 on, the keywords beside the reference of a schema count, and those of a path item always do.
        *object != Object::PathItem
            && (*object != Object::Schema || document.version() == Version::V3_0)
    });
    references.map(|(node, _)| node).collect()
}

fn by_place(references: Vec<Node<'_>>) -> Vec<(String, Node<'_>)> {
    let references = references.into_iter();
    references.map(|node| (place(node), node)).collect()
}

/// Returns whether a sibling of a reference only annotates, in every kind of object.
fn annotates(key: &str) -> bool {
    matches!(
        key,
        "summary" | "description" | "title" | "example" | "examples" | "externalDocs"
    ) || is_extension(key)
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn references(&mut self) {
        let (base, head) = in_parallel(|| references(self.base), || references(self.head));
        let mut changes = self.unfollowed_references(&base, &head);
        changes.extend(self.ignored_siblings(base, head));
        for change in &changes {
            self.note(None, change, "");
        }
    }

    /// Returns the cause of an added or removed reference, and its name. It is the component itself if the other document
    /// does not contain it, because that edit is behind all references to it, and otherwise the reference.
    pub(super) fn cause(
        &self,
        raw: Node<'d>,
        target: Node<'d>,
        subject: Node<'d>,
    ) -> (Node<'d>, Node<'d>) {
        let document = raw.document();
        let other = match std::ptr::eq(document, self.base) {
            true => self.head,
            false => self.base,
        };
        let in_root = target.file_root() == document.root();
        let is_shared = raw != target && place::component(target).is_some() && in_root;
        match is_shared && other.node_at(&target.pointer()).is_none() {
            true => (target, target),
            false => (raw, subject),
        }
    }

    fn unfollowed_references(
        &self,
        base: &References<'d>,
        head: &References<'d>,
    ) -> Vec<Change<'d>> {
        let (base, head) = (unfollowed(self.base, base), unfollowed(self.head, head));
        let sides = matched(
            base.iter().map(|(place, error)| (place.as_str(), *error)),
            head.iter().map(|(place, error)| (place.as_str(), *error)),
        );
        let mut changes = Vec::new();
        for (_, base, head) in sides {
            let same = match (base, head) {
                (Some(one), Some(other)) => {
                    one.reference == other.reference && one.kind == other.kind
                }
                _ => false,
            };
            let Some(error) = head.or(base).filter(|_| !same) else {
                continue;
            };
            // An element that was added or removed as a whole has no counterpart.
            let other = match head {
                Some(_) => self.base,
                None => self.head,
            };
            if other.node_at(&error.node.pointer()).is_none() {
                continue;
            }
            let sides = (base.map(|error| error.node), head.map(|error| error.node));
            let anchor = match head {
                Some(error) => error.node,
                None => self.nearest_remaining(error.node),
            };
            let side = if head.is_some() {
                ""
            } else {
                ", before the change,"
            };
            let message = format!("the reference{side} is not followed: {error}");
            changes.push(Change::new(
                &table::NOT_COMPARED,
                Effect::Unknown,
                sides,
                (error.node, anchor),
                message,
            ));
        }
        changes
    }

    /// Compares the ignored siblings of references literally.
    fn ignored_siblings(&self, base: References<'d>, head: References<'d>) -> Vec<Change<'d>> {
        let (base, head) = (ignoring(self.base, base), ignoring(self.head, head));
        // Hardly any document has such fields.
        let has_sibling = |node: &Node<'_>| node.entries().len() > 1;
        if !base.iter().chain(&head).any(has_sibling) {
            return Vec::new();
        }
        let head: HashMap<String, Node<'d>> = by_place(head).into_iter().collect();
        let base = by_place(base);
        let mut changes = Vec::new();
        for (place, base) in base {
            let Some(head) = head.get(&place) else {
                continue;
            };
            for (key, one, other) in matched(base.entries(), head.entries()) {
                if key == "$ref" || !docs::differ(one, other) {
                    continue;
                }
                let (rule, effect) = match annotates(key) {
                    true => (&table::DOCS_CHANGED, Effect::None),
                    false => (&table::NOT_COMPARED, Effect::Unknown),
                };
                let message = format!(
                    "{} beside the reference, where the standard ignores it",
                    crate::change::changed(key, one, other)
                );
                let places = (*head, *head);
                changes.push(Change::new(rule, effect, (one, other), places, message));
            }
        }
        changes
    }
}
