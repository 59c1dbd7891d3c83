//! Which operation of the one document is which of the other, and what changed around an operation as a whole.

use std::collections::{HashMap, HashSet};

use oas_document::{
    Node,
    object_model::Object,
    openapi::{self, Method, Operation, Role},
};

use super::{Comparison, Scope};
use crate::{
    change::{Change, matched},
    docs,
    lifecycle::{Life, Removal},
    model::ReachedOperation,
    rule::{Rule, table},
    severity::{Direction, Effect, Guards},
};

/// Callbacks of callbacks that are looked into.
const MAX_CALLBACKS: usize = 4;

/// A path without the names of its parameters.
pub(crate) fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '{' => {
                inside = true;
                shape.push('{');
            }
            '}' => {
                inside = false;
                shape.push('}');
            }
            _ if inside => {}
            other => shape.push(other),
        }
    }
    // A slash at the end is no other path to most servers, but the standard tells them apart.
    shape
}

fn name(operation: &Operation<'_>) -> String {
    match operation.role {
        Role::Path => format!("{} {}", operation.method, operation.path),
        Role::Webhook => format!("webhook {} {}", operation.method, operation.path),
        _ => format!("callback {} {}", operation.method, operation.path),
    }
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn operations(&mut self) {
        let (base, head) = (
            openapi::operations(self.base),
            openapi::operations(self.head),
        );
        self.all(base, head, false);
        let (base, head) = (openapi::webhooks(self.base), openapi::webhooks(self.head));
        self.all(base, head, true);
    }

    fn all(&mut self, base: Vec<Operation<'d>>, head: Vec<Operation<'d>>, inverted: bool) {
        let pairs = match_operations(self, &base, &head);
        let matched_head: HashSet<usize> = pairs.iter().filter_map(|at| *at).collect();
        let shapes: HashSet<String> = head.iter().map(|operation| shape(operation.path)).collect();
        let base_shapes: HashSet<String> =
            base.iter().map(|operation| shape(operation.path)).collect();
        for (operation, partner) in base.iter().zip(&pairs) {
            let partner = partner.and_then(|at| head.get(at));
            let scope = self.scope(operation, partner.unwrap_or(operation), inverted);
            match partner {
                Some(partner) => self.operation(scope, operation, partner, 0),
                None => {
                    let path_gone = !shapes.contains(&shape(operation.path));
                    self.removed(scope, operation, path_gone);
                }
            }
        }
        for (at, operation) in head.iter().enumerate() {
            if matched_head.contains(&at) {
                continue;
            }
            let scope = self.scope(operation, operation, inverted);
            let path_new = !base_shapes.contains(&shape(operation.path));
            let (rule, node, what) = match (operation.role, path_new) {
                (Role::Webhook, _) => (&table::WEBHOOK_ADDED, operation.node, "webhook added"),
                (_, true) => (&table::PATH_ADDED, operation.path_item, "path added"),
                (_, false) => (&table::OPERATION_ADDED, operation.node, "operation added"),
            };
            let change = Change::new(
                rule,
                Effect::Widens,
                (None, Some(node)),
                (node, node),
                what.to_owned(),
            );
            self.report(scope, Direction::Request, &change, "");
        }
    }

    fn scope(
        &mut self,
        operation: &Operation<'d>,
        latest: &Operation<'d>,
        inverted: bool,
    ) -> Scope {
        let unstable = Life::of_node(operation.node).is_unstable();
        Scope {
            operation: self.out.operation(ReachedOperation {
                name: name(operation),
                method: operation.method.to_string(),
                path: operation.path.to_owned(),
                operation_id: latest.id().map(str::to_owned),
            }),
            inverted,
            guards: Guards {
                sanctioned: unstable,
                ..Guards::default()
            },
        }
    }

    fn removed(&mut self, scope: Scope, operation: &Operation<'d>, path_gone: bool) {
        let (rule, node, what) = match (operation.role, path_gone) {
            (Role::Webhook, _) => (&table::WEBHOOK_REMOVED, operation.node, "webhook removed"),
            (_, true) => (&table::PATH_REMOVED, operation.path_item, "path removed"),
            (_, false) => (
                &table::OPERATION_REMOVED,
                operation.node,
                "operation removed",
            ),
        };
        let near = self.surviving(node);
        let life = Life::of_node(operation.node);
        self.removal(
            scope,
            rule,
            &life,
            Effect::Narrows,
            (node, near),
            what.to_owned(),
        );
    }

    /// The removal of something whose life may have been announced to end.
    pub(super) fn removal(
        &mut self,
        scope: Scope,
        rule: &'static Rule,
        life: &Life<'d>,
        unannounced: Effect,
        (node, near): (Node<'d>, Node<'d>),
        what: String,
    ) {
        let change =
            |rule, effect, what| Change::new(rule, effect, (Some(node), None), (node, near), what);
        let change = match life.removal(self.today) {
            Removal::Announced => change(rule, Effect::None, what),
            Removal::TooEarly(sunset) => {
                let what = format!("{what}, before its sunset on {sunset}");
                change(&table::REMOVED_BEFORE_SUNSET, Effect::None, what)
            }
            Removal::Unannounced => change(rule, unannounced, what),
        };
        // Whoever waits for the API's own requests no longer gets them, whichever way they went.
        let direct = Scope {
            inverted: false,
            ..scope
        };
        self.report(direct, Direction::Request, &change, "");
    }

    /// What of the head document stands where a node of the base document stood, or around it.
    pub(super) fn surviving(&self, node: Node<'d>) -> Node<'d> {
        crate::collect::surviving(self.head, node)
    }

    pub(super) fn operation(
        &mut self,
        scope: Scope,
        base: &Operation<'d>,
        head: &Operation<'d>,
        depth: usize,
    ) {
        let objects = (base.node, head.node);
        if shape(base.path) != shape(head.path) && base.role == Role::Path {
            let what = format!("path changed from {} to {}", base.path, head.path);
            let sides = (Some(base.path_item), Some(head.path_item));
            // The old path is gone, and that may have been announced.
            let (rule, effect) = match Life::of_node(base.node).removal(self.today) {
                Removal::Announced => (&table::PATH_RENAMED, Effect::None),
                Removal::TooEarly(_) => (&table::REMOVED_BEFORE_SUNSET, Effect::None),
                Removal::Unannounced => (&table::PATH_RENAMED, Effect::Narrows),
            };
            let change = Change::new(rule, effect, sides, (head.node, head.node), what);
            self.report(scope, Direction::Request, &change, "");
        }
        self.security(scope, base, head);
        self.servers(scope, base, head);
        self.parameters(scope, base, head);
        self.path_items(scope, base.path_item, head.path_item);
        if self.same.holds(base.node, head.node) {
            return;
        }
        for change in docs::fields(objects, Object::Operation) {
            self.note(Some(scope), &change, "");
        }
        self.lifecycle(scope, objects, head.node, "");
        self.names(scope, base, head);
        self.request_body(scope, objects, (base.request_body(), head.request_body()));
        self.responses(scope, base, head);
        self.callbacks(scope, base, head, depth);
    }

    /// Compares what two path items say themselves, and what they say beside references to others.
    fn path_items(&mut self, scope: Scope, base: Node<'d>, head: Node<'d>) {
        let resolved = |item: Node<'d>| item.resolve().unwrap_or(item);
        let targets = (resolved(base), resolved(head));
        let mut changes = docs::fields(targets, Object::PathItem);
        if targets.0 != base && targets.1 != head {
            changes.extend(docs::fields((base, head), Object::PathItem));
        }
        for change in &changes {
            self.note(Some(scope), change, "");
        }
    }

    fn names(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let objects = (base.node, head.node);
        if let Some(change) = docs::field(&table::OPERATION_ID_WIRE, objects, "operationId") {
            self.note(Some(scope), &change, "");
            let rule = match (base.id(), head.id()) {
                (Some(_), Some(_)) => &table::OPERATION_ID,
                (Some(_), None) => &table::OPERATION_ID_REMOVED,
                _ => return,
            };
            let change = Change { rule, ..change };
            self.note(Some(scope), &change, "");
        }
        let (old, new) = (base.tags(), head.tags());
        if old != new
            && let Some(change) = docs::field(&table::TAGS_CHANGED, objects, "tags")
        {
            self.note(Some(scope), &change, "");
            if old.first() != new.first() {
                let change = Change {
                    rule: &table::TAG_MODULE,
                    ..change
                };
                self.note(Some(scope), &change, "");
            }
        }
    }

    fn callbacks(
        &mut self,
        scope: Scope,
        base: &Operation<'d>,
        head: &Operation<'d>,
        depth: usize,
    ) {
        if depth >= MAX_CALLBACKS {
            return;
        }
        let callbacks =
            |operation: &Operation<'d>| -> HashMap<(&'d str, String, Method<'d>), Operation<'d>> {
                let found = operation.callbacks().into_iter();
                found
                    .map(|(name, callback)| {
                        ((name, shape(callback.path), callback.method), callback)
                    })
                    .collect()
            };
        let (mut old, new) = (callbacks(base), callbacks(head));
        let mut keys: Vec<_> = old.keys().chain(new.keys()).cloned().collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let inner = Scope {
                inverted: !scope.inverted,
                ..scope
            };
            match (old.remove(&key), new.get(&key)) {
                (Some(one), Some(other)) => self.operation(inner, &one, other, depth + 1),
                (Some(one), None) => {
                    let near = self.surviving(one.node);
                    let what = format!("callback `{}` removed", key.0);
                    let life = Life::of_node(one.node);
                    self.removal(
                        scope,
                        &table::CALLBACK_REMOVED,
                        &life,
                        Effect::Narrows,
                        (one.node, near),
                        what,
                    );
                }
                (None, Some(other)) => {
                    let what = format!("callback `{}` added", key.0);
                    let places = (other.node, other.node);
                    let sides = (None, Some(other.node));
                    let change =
                        Change::new(&table::CALLBACK_ADDED, Effect::None, sides, places, what);
                    self.report(scope, Direction::Request, &change, "");
                }
                (None, None) => {}
            }
        }
    }
}

/// For each operation of the base document the position of its partner in the head document.
fn match_operations<'d>(
    comparison: &Comparison<'_, 'd>,
    base: &[Operation<'d>],
    head: &[Operation<'d>],
) -> Vec<Option<usize>> {
    let mut partners: Vec<Option<usize>> = vec![None; base.len()];
    let mut taken: HashSet<usize> = HashSet::new();
    let mut pass = |key: &dyn Fn(&Operation<'d>) -> Option<String>| {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, operation) in head
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken.contains(at))
        {
            if let Some(key) = key(operation) {
                by_key.entry(key).or_default().push(at);
            }
        }
        for (operation, partner) in base
            .iter()
            .zip(&mut partners)
            .filter(|(_, partner)| partner.is_none())
        {
            let candidates = key(operation).and_then(|key| by_key.get_mut(&key));
            if let Some(candidates) = candidates.filter(|candidates| !candidates.is_empty()) {
                let at = candidates.remove(0);
                taken.insert(at);
                *partner = Some(at);
            }
        }
    };
    pass(&|operation| Some(format!("{} {}", operation.method, operation.path)));
    pass(&|operation| Some(format!("{} {}", operation.method, shape(operation.path))));
    pass(&|operation| {
        operation
            .id()
            .map(|id| format!("{} {id}", operation.method))
    });
    // A path that moved as a whole, unchanged, is the path that it was.
    for (operation, partner) in base
        .iter()
        .zip(&mut partners)
        .filter(|(_, partner)| partner.is_none())
    {
        let moved = head.iter().enumerate().position(|(at, other)| {
            !taken.contains(&at)
                && operation.role == Role::Path
                && other.method == operation.method
                && operation.id().is_none()
                && operation.node.entries().len() > 1
                && comparison.same.holds(operation.path_item, other.path_item)
        });
        if let Some(at) = moved {
            taken.insert(at);
            *partner = Some(at);
        }
    }
    partners
}

/// Entries of two lists by name, as [`matched`] gives them, for names that are compared without case.
pub(super) fn matched_without_case<'d, T: Copy>(
    base: &[(&'d str, T)],
    head: &[(&'d str, T)],
) -> Vec<(Option<T>, Option<T>)> {
    let lower = |entries: &[(&'d str, T)]| -> Vec<(String, T)> {
        entries
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), *value))
            .collect()
    };
    let (base, head) = (lower(base), lower(head));
    let all = matched(
        base.iter().map(|(name, value)| (name.as_str(), *value)),
        head.iter().map(|(name, value)| (name.as_str(), *value)),
    );
    all.into_iter()
        .map(|(_, base, head)| (base, head))
        .collect()
}
