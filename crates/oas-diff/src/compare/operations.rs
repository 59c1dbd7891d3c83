//! Matches the operations of the two documents, and compares what surrounds them.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, VecDeque},
};

use oas_document::{
    Node,
    object_model::Object,
    openapi::{self, Operation, OperationKey, Role, SelectorPlace},
};

use oas_wire::path_template::{self, Part, shape};

use super::{Comparison, Scope, servers::address};
use crate::{
    change::{Change, matched},
    collect::side,
    docs,
    lifecycle::{Lifetime, Removal},
    model::ReachedOperation,
    rule::{Rule, table},
    severity::{Direction, Effect, Mitigations},
};

/// Callbacks of callbacks that are looked into.
const MAX_CALLBACKS: usize = 4;

impl<'d> Comparison<'_, 'd> {
    pub(super) fn operations(&mut self) {
        let (base, head) = (
            openapi::operations(self.base),
            openapi::operations(self.head),
        );
        if base.is_empty() && head.is_empty() {
            self.servers_of_documents();
        }
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
            let scope = self.scope(operation, partner, inverted);
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
            let scope = self.scope(operation, Some(operation), inverted);
            let path_new = !base_shapes.contains(&shape(operation.path));
            let (rule, node, message) = match (operation.role, path_new) {
                (Role::Webhook, _) => (&table::WEBHOOK_ADDED, operation.node, "webhook added"),
                (_, true) => (&table::PATH_ADDED, operation.path_item, "path added"),
                (_, false) => (&table::OPERATION_ADDED, operation.node, "operation added"),
            };
            let change = Change::new(
                rule,
                Effect::Widens,
                (None, Some(node)),
                (node, node),
                message.to_owned(),
            );
            self.report(scope, Direction::Request, &change, "");
        }
    }

    fn scope(
        &mut self,
        operation: &Operation<'d>,
        head: Option<&Operation<'d>>,
        inverted: bool,
    ) -> Scope {
        let unstable = Lifetime::of_node(operation.node).is_unstable();
        Scope {
            operation: Some(self.out.operation(ReachedOperation {
                name: operation.title(),
                method: operation.method.to_string(),
                path: operation.path.to_owned(),
                operation_id: head.unwrap_or(operation).id().map(str::to_owned),
                head: head.map(|head| side(head.node)),
            })),
            inverted,
            mitigations: Mitigations {
                allowed: unstable,
                ..Mitigations::default()
            },
        }
    }

    fn removed(&mut self, scope: Scope, operation: &Operation<'d>, path_gone: bool) {
        let (rule, node, message) = match (operation.role, path_gone) {
            (Role::Webhook, _) => (&table::WEBHOOK_REMOVED, operation.node, "webhook removed"),
            (_, true) => (&table::PATH_REMOVED, operation.path_item, "path removed"),
            (_, false) => (
                &table::OPERATION_REMOVED,
                operation.node,
                "operation removed",
            ),
        };
        let anchor = self.nearest_remaining(node);
        let life = Lifetime::of_node(operation.node);
        self.removal(
            scope,
            rule,
            &life,
            Effect::Narrows,
            (node, anchor),
            message.to_owned(),
        );
    }

    /// Returns the removal of an element, which may have been announced.
    pub(super) fn removal(
        &mut self,
        scope: Scope,
        rule: &'static Rule,
        life: &Lifetime<'d>,
        unannounced: Effect,
        (node, anchor): (Node<'d>, Node<'d>),
        message: String,
    ) {
        let change = |rule, effect, message| {
            Change::new(rule, effect, (Some(node), None), (node, anchor), message)
        };
        let change = match life.removal(self.today) {
            Removal::Announced => announced(change(rule, unannounced, message)),
            Removal::TooEarly(sunset) => {
                let message = format!("{message}, before its sunset on {sunset}");
                change(&table::REMOVED_BEFORE_SUNSET, Effect::None, message)
            }
            Removal::Unannounced => change(rule, unannounced, message),
        };
        // A receiver of the API's own requests no longer gets them, whichever way they went.
        let direct = Scope {
            inverted: false,
            ..scope
        };
        self.report(direct, Direction::Request, &change, "");
    }

    /// Returns the node of the head document at the place of a base node, or the nearest one around it.
    pub(super) fn nearest_remaining(&self, node: Node<'d>) -> Node<'d> {
        crate::collect::nearest_remaining(self.head, node)
    }

    pub(super) fn operation(
        &mut self,
        scope: Scope,
        base: &Operation<'d>,
        head: &Operation<'d>,
        depth: usize,
    ) {
        let objects = (base.node, head.node);
        if shape(base.path) != shape(head.path)
            && base.role == Role::Path
            && !is_same_address(base, head)
        {
            let message = format!("path changed from {} to {}", base.path, head.path);
            let sides = (Some(base.path_item), Some(head.path_item));
            // The old path is gone, and that may have been announced.
            let (rule, effect) = match Lifetime::of_node(base.node).removal(self.today) {
                Removal::Announced => (&table::PATH_RENAMED, Effect::None),
                Removal::TooEarly(_) => (&table::REMOVED_BEFORE_SUNSET, Effect::None),
                Removal::Unannounced => (&table::PATH_RENAMED, Effect::Narrows),
            };
            let change = Change::new(rule, effect, sides, (head.node, head.node), message);
            self.report(scope, Direction::Request, &change, "");
        }
        self.selector(scope, base, head);
        self.security(scope, base, head);
        self.servers(scope, base, head);
        self.parameters(scope, base, head);
        self.path_items(scope, base.path_item, head.path_item);
        if self.equivalence.is_unchanged(base.node, head.node) {
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

    /// Compares the selector that distinguishes the requests of an operation from those of others.
    fn selector(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let part = |operation: &Operation<'d>| {
            let selector = operation.selector?;
            Some((selector.place, selector.value))
        };
        let shown = |(place, value): (SelectorPlace<'_>, &str)| match place {
            SelectorPlace::Query(name) => format!("`{name}={value}` in the query"),
            SelectorPlace::Header(name) => format!("the header `{name}: {value}`"),
            _ => format!("the key `{value}` of the body"),
        };
        let (effect, message) = match (part(base), part(head)) {
            (old, new) if old == new => return,
            // The body's schema already determines whether the key is required.
            (None, Some((SelectorPlace::BodyKey, _)) | None) => return,
            (None, Some(new)) => (Effect::Narrows, format!("requests need {}", shown(new))),
            (Some(old), None) => (
                Effect::Widens,
                format!("requests no longer need {}", shown(old)),
            ),
            (Some(old), Some(new)) => {
                let message = format!("requests need {} instead of {}", shown(new), shown(old));
                (Effect::Narrows, message)
            }
        };
        let sides = (Some(base.node), Some(head.node));
        let places = (head.node, head.node);
        let change = Change::new(&table::SELECTOR_CHANGED, effect, sides, places, message);
        self.report(scope, Direction::Request, &change, "");
    }

    /// Compares the fields of two path items themselves, including siblings of references.
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
        let callbacks = |operation: &Operation<'d>| -> Vec<(&'d str, Operation<'d>)> {
            let mut callbacks = operation.callbacks();
            callbacks.sort_by_key(|(name, callback)| {
                (*name, address_of_callback(callback.path), callback.method)
            });
            callbacks
        };
        let (mut old, mut new) = (callbacks(base), callbacks(head));
        let mut pairs = Vec::new();
        // By name and expression, then by name or expression alone: the expression is where the API calls, and the name is not
        // sent.
        let mut take = |by_name: bool, by_address: bool| {
            old.retain(|(name, one)| {
                let position = new.iter().position(|(there, other)| {
                    let address = address_of_callback(one.path);
                    one.method == other.method
                        && (!by_name || name == there)
                        && (!by_address || address == address_of_callback(other.path))
                });
                let Some(position) = position else {
                    return true;
                };
                pairs.push(((*name, *one), new.remove(position)));
                false
            });
        };
        take(true, true);
        take(true, false);
        take(false, true);
        for ((name, one), (there, other)) in pairs {
            if name != there {
                let message = format!("callback `{name}` is called `{there}`");
                let sides = (Some(one.node), Some(other.node));
                let places = (other.node, other.node);
                let change =
                    Change::new(&table::DOCS_CHANGED, Effect::None, sides, places, message);
                self.note(Some(scope), &change, "");
            }
            self.callback(scope, there, (&one, &other), depth);
        }
        for (name, one) in old {
            let anchor = self.nearest_remaining(one.node);
            let message = format!("callback `{name}` removed");
            let life = Lifetime::of_node(one.node);
            let rule = &table::CALLBACK_REMOVED;
            self.removal(
                scope,
                rule,
                &life,
                Effect::Narrows,
                (one.node, anchor),
                message,
            );
        }
        for (name, other) in new {
            let message = format!("callback `{name}` added");
            let places = (other.node, other.node);
            let sides = (None, Some(other.node));
            let change = Change::new(&table::CALLBACK_ADDED, Effect::None, sides, places, message);
            self.report(scope, Direction::Request, &change, "");
        }
    }

    fn callback(
        &mut self,
        scope: Scope,
        name: &'d str,
        (base, head): (&Operation<'d>, &Operation<'d>),
        depth: usize,
    ) {
        if address_of_callback(base.path) != address_of_callback(head.path) {
            let message = format!(
                "callback `{name}` goes to {} instead of {}",
                head.path, base.path
            );
            let sides = (Some(base.path_item), Some(head.path_item));
            let places = (head.path_item, head.path_item);
            let rule = &table::CALLBACK_ADDRESS;
            let change = Change::new(rule, Effect::Narrows, sides, places, message);
            self.report(scope, Direction::Request, &change, "");
        }
        let inner = Scope {
            inverted: !scope.inverted,
            ..scope
        };
        self.callbacks.push(name);
        self.operation(inner, base, head, depth + 1);
        self.callbacks.pop();
    }
}

/// Marks a change that was announced to consumers.
pub(super) fn announced(change: Change<'_>) -> Change<'_> {
    Change {
        mitigations: Mitigations {
            allowed: true,
            ..change.mitigations
        },
        ..change
    }
}

/// Returns the expression of a callback without the names of its path parameters; an expression that starts with `$` comes
/// from the request.
fn address_of_callback(expression: &str) -> String {
    let parts = path_template::parts(expression).map(|part| match part {
        Part::Literal(text) => text.into(),
        Part::Parameter(name) if name.starts_with('$') => format!("{{{name}}}").into(),
        Part::Parameter(_) => "{}".into(),
    });
    parts.collect::<Vec<Cow<'_, str>>>().concat()
}

/// Returns the paths under which an operation is served, without hosts; empty if a server's path cannot be separated from its
/// host.
fn addresses(operation: &Operation<'_>) -> Vec<String> {
    let path = shape(operation.path);
    let mut addresses: Vec<String> = base_paths(operation)
        .into_iter()
        .map(|(host, base)| format!("{host}{base}{path}"))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Returns the host and path of each server.
fn base_paths(operation: &Operation<'_>) -> Vec<(String, String)> {
    let servers = operation.servers();
    let urls = servers.iter().filter_map(|server| server.url());
    let mut paths: Vec<(String, String)> = urls
        .map(address)
        .map(|url| {
            let after_scheme = url.find("://").map_or(0, |at| at + 3);
            let host = match after_scheme {
                0 => 0,
                start => url
                    .get(start..)
                    .and_then(|rest| rest.find('/'))
                    .map_or(url.len(), |at| start + at),
            };
            let (host, path) = url.split_at(host);
            (host.to_owned(), path.to_owned())
        })
        .collect();
    if paths.is_empty() {
        paths.push((String::new(), String::new()));
    }
    paths
}

/// Returns whether two operations have the same addresses, whichever part of them is in the servers.
pub(super) fn is_same_address(base: &Operation<'_>, head: &Operation<'_>) -> bool {
    addresses(base) == addresses(head)
}

/// Returns the position in the head document of the partner of each operation in the base document.
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
    pass(&|operation| Some(operation.key().to_string()));
    pass(&|operation| {
        let path = &shape(operation.path);
        let key = OperationKey {
            path,
            ..operation.key()
        };
        Some(key.to_string())
    });
    // A path that moved between `servers` and `paths` has the same key.
    pass(&|operation| {
        let path = &addresses(operation).join(" ");
        let key = OperationKey {
            path,
            ..operation.key()
        };
        (operation.role == Role::Path).then(|| key.to_string())
    });
    pass(&|operation| {
        operation
            .id()
            .map(|id| format!("{} {id}", operation.method))
    });
    // A path that moved as a whole, unchanged, is the path that it was.
    let equivalence = comparison.equivalence;
    let mut left: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (at, other) in head.iter().enumerate() {
        if !taken.contains(&at) {
            let content = equivalence.content_in_head(other.path_item);
            left.entry(content).or_default().push_back(at);
        }
    }
    for (operation, partner) in base
        .iter()
        .zip(&mut partners)
        .filter(|(_, partner)| partner.is_none())
    {
        let is_telling = operation.role == Role::Path
            && operation.id().is_none()
            && operation.node.entries().len() > 1;
        let content = equivalence.content_in_base(operation.path_item);
        let Some(alike) = left.get_mut(&content).filter(|_| is_telling) else {
            continue;
        };
        let moved = alike.iter().position(|at| {
            head.get(*at).is_some_and(|other| {
                other.method == operation.method
                    && other.key().selected_by == operation.key().selected_by
                    && equivalence.is_unchanged(operation.path_item, other.path_item)
            })
        });
        *partner = moved.and_then(|at| alike.remove(at));
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
