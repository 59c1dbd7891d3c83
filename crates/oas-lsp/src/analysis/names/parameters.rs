//! Collects names of parameters: the values of `name`, and the braces of paths, links and runtime expressions that
//! refer to them.

use std::{collections::HashMap, ops::Range};

use oas_document::{
    Document, Node,
    openapi::{Operation, ParameterLocation},
};

use super::{super::operations, Name, Occurrence};

/// A text that contains the name of a parameter, with the range of the name.
struct Mention<'d> {
    node: Node<'d>,
    on_key: bool,
    parts: Vec<Range<usize>>,
    /// A value of `name` that has to be equal to the text.
    parameter: Node<'d>,
}

/// Collects the names of parameters.
///
/// A path and all of its operations share a path parameter; a component is shared by all operations that refer to it.
pub(super) fn collect<'d>(document: &'d Document, found: &mut Vec<Occurrence<'d>>) {
    let mut operations = operations(document);
    let callbacks: Vec<_> = operations.iter().flat_map(Operation::callbacks).collect();
    operations.extend(callbacks.into_iter().map(|(_, operation)| operation));

    let mut groups = Groups::default();
    let mut in_paths: HashMap<(Node<'d>, &str), Node<'d>> = HashMap::new();
    let mut mentions = Vec::new();
    for operation in &operations {
        for parameter in operation.parameters() {
            let Some(name) = parameter.node.get("name") else {
                continue;
            };
            groups.add(name);
            if parameter.location == ParameterLocation::Path {
                let key = (operation.path_item, parameter.name);
                match in_paths.get(&key) {
                    Some(first) => groups.join(*first, name),
                    None => {
                        in_paths.insert(key, name);
                        mentions.extend(in_template(operation, parameter.name, name));
                    }
                }
            }
            let location = parameter.location.name();
            mentions.extend(in_expressions(operation, location, parameter.name, name));
        }
        mentions.extend(in_links(operation, &operations));
    }
    let names: Vec<Node<'d>> = groups.parents.keys().copied().collect();
    for at in names {
        let name = Name::Parameter(groups.first(at));
        found.push(Occurrence::whole(name, at, false, true));
    }
    let mut seen = std::collections::HashSet::new();
    for mention in mentions {
        if mention.parts.is_empty()
            || !seen.insert((mention.node, mention.on_key, mention.parts.clone()))
        {
            continue;
        }
        let name = Name::Parameter(groups.first(mention.parameter));
        found.push(Occurrence {
            parts: mention.parts,
            ..Occurrence::whole(name, mention.node, mention.on_key, false)
        });
    }
}

/// Returns the names in the braces of a path.
fn in_template<'d>(
    operation: &Operation<'d>,
    name: &str,
    parameter: Node<'d>,
) -> Option<Mention<'d>> {
    let node = operation.path_item;
    let parts = between(node.key()?, "{", name, "}");
    Some(Mention {
        node,
        on_key: true,
        parts,
        parameter,
    })
}

/// Returns the names in the keys of links to an operation, such as `id` or `path.id` (OpenAPI 3.0.4, Link Object).
fn in_links<'d>(operation: &Operation<'d>, all: &[Operation<'d>]) -> Vec<Mention<'d>> {
    let mut mentions = Vec::new();
    for link in operation
        .responses()
        .iter()
        .flat_map(|response| response.links())
    {
        let id = link.operation_id();
        let Some(target) = all.iter().find(|other| id.is_some() && other.id() == id) else {
            continue;
        };
        let entries = link
            .node
            .get("parameters")
            .into_iter()
            .flat_map(Node::entries);
        for (key, node) in entries {
            for parameter in target.parameters() {
                let start = match key.strip_suffix(parameter.name) {
                    Some("") => 0,
                    Some(before) if before.strip_suffix('.') == Some(parameter.location.name()) => {
                        before.len()
                    }
                    _ => continue,
                };
                let Some(name) = parameter.node.get("name") else {
                    continue;
                };
                let part = start..key.len();
                mentions.push(Mention {
                    node,
                    on_key: true,
                    parts: vec![part],
                    parameter: name,
                });
            }
        }
    }
    mentions
}

/// Returns the names in runtime expressions of an operation's links and callbacks (OpenAPI 3.0.4, Runtime Expressions).
fn in_expressions<'d>(
    operation: &Operation<'d>,
    location: &str,
    name: &str,
    parameter: Node<'d>,
) -> Vec<Mention<'d>> {
    let start = format!("$request.{location}.");
    let mut mentions = Vec::new();
    let mut add = |node: Node<'d>, on_key: bool| {
        let text = if on_key { node.key() } else { node.as_str() };
        let parts = text.map(|text| between(text, &start, name, ""));
        mentions.extend(parts.map(|parts| Mention {
            node,
            on_key,
            parts,
            parameter,
        }));
    };
    for link in operation
        .responses()
        .iter()
        .flat_map(|response| response.links())
    {
        let values = link
            .node
            .get("parameters")
            .into_iter()
            .flat_map(Node::entries);
        let values = values.map(|(_, value)| value);
        for value in values.chain(link.node.get("requestBody")) {
            add(value, false);
        }
    }
    let callbacks = operation.node.get("callbacks").into_iter();
    for (_, callback) in callbacks.flat_map(Node::entries) {
        let items = callback.resolve().ok().into_iter().flat_map(Node::entries);
        for (_, item) in items {
            add(item, true);
        }
    }
    mentions
}

/// Returns the ranges of a name in a text: after one part, and before another part or a character that no name
/// contains.
fn between(text: &str, before: &str, name: &str, after: &str) -> Vec<Range<usize>> {
    let pattern = format!("{before}{name}{after}");
    let found = text.match_indices(&pattern).map(|(at, _)| {
        let start = at + before.len();
        start..start + name.len()
    });
    let ends = |part: &Range<usize>| {
        let rest = text.get(part.end..).unwrap_or_default();
        !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    found.filter(ends).collect()
}

/// Values of `name` that have to be equal, in groups.
#[derive(Default)]
struct Groups<'d> {
    parents: HashMap<Node<'d>, Node<'d>>,
}

impl<'d> Groups<'d> {
    fn add(&mut self, node: Node<'d>) {
        self.parents.entry(node).or_insert(node);
    }

    /// Returns the first value of a group, in document order.
    fn first(&self, mut node: Node<'d>) -> Node<'d> {
        while let Some(parent) = self.parents.get(&node).filter(|parent| **parent != node) {
            node = *parent;
        }
        node
    }

    fn join(&mut self, one: Node<'d>, other: Node<'d>) {
        let (one, other) = (self.first(one), self.first(other));
        self.parents.insert(one.max(other), one.min(other));
    }
}
