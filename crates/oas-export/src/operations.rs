//! Converts path items, and merges the operations of a group.

mod bodies;
mod parameters;
mod responses;

use std::collections::{HashMap, HashSet};

use oas_document::{
    Content, Document, Node, Version,
    object_model::{Object, is_extension},
    openapi::{self, MERGED_OPERATIONS, OPERATION_GROUPS, Operation, SelectorPlace, is_made_group},
};

use crate::{
    map::{Map, plain},
    objects::Exporter,
    rules,
};

/// Returns the operations of each group, including those of callbacks.
pub(crate) fn groups(document: &Document) -> HashMap<Node<'_>, Vec<Operation<'_>>> {
    let mut groups: HashMap<Node<'_>, Vec<Operation<'_>>> = HashMap::new();
    let mut pending = openapi::operations(document);
    pending.extend(openapi::webhooks(document));
    let mut seen = HashSet::new();
    while let Some(operation) = pending.pop() {
        if !seen.insert(operation.node) {
            continue;
        }
        if let Some(selector) = operation
            .selector
            .filter(|selector| !is_made_group(selector.group))
        {
            groups.entry(selector.group).or_default().push(operation);
        }
        pending.extend(
            operation
                .callbacks()
                .into_iter()
                .map(|(_, operation)| operation),
        );
    }
    for operations in groups.values_mut() {
        operations.sort_by_key(|operation| operation.node);
    }
    groups
}

/// Returns the `operationId` of merged operations, generated from method and path, as in `putImagesActions`.
pub(crate) fn merged_ids<'d>(
    document: &'d Document,
    groups: &HashMap<Node<'d>, Vec<Operation<'d>>>,
) -> HashMap<Node<'d>, String> {
    let operations = openapi::operations(document);
    let mut taken: HashSet<String> = operations
        .iter()
        .filter_map(|operation| operation.id())
        .map(str::to_owned)
        .collect();
    let mut in_order: Vec<_> = groups
        .iter()
        .filter_map(|(group, operations)| Some((*group, operations.first()?)))
        .collect();
    in_order.sort_by_key(|(group, _)| *group);
    let ids = in_order.into_iter().map(|(group, first)| {
        let mut id = first.method.as_str().to_lowercase();
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let path = first
            .path
            .split(|c: char| !is_word(c))
            .filter(|word| !word.is_empty());
        for word in path {
            let mut letters = word.chars();
            id.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
        let mut unique = id.clone();
        let mut number = 1;
        while !taken.insert(unique.clone()) {
            number += 1;
            unique = format!("{id}{number}");
        }
        (group, unique)
    });
    ids.collect()
}

impl<'d> Exporter<'d> {
    /// Converts a path item, with each group as an operation. One that is referred to is inlined if the version has no
    /// components for it.
    pub(crate) fn path_item(&mut self, node: Node<'d>) -> Map {
        let mut map = Map::default();
        if node.reference().is_some() {
            let Some((target, written)) = self.target(node) else {
                return Map::of(plain(node));
            };
            let in_root = target.file() == self.document.root().file();
            let is_component = target.pointer().starts_with("/components/");
            let inline = self.references.is_adopting(node)
                || self.version == Version::V3_0 && (is_component || !in_root);
            if inline {
                map = Map::of(self.inlined(target, Object::PathItem));
            } else {
                let pointer = self
                    .references
                    .pointer(node, written, target, Object::PathItem);
                map.set("$ref", pointer.as_str());
            }
        }
        let mut own = self.fields(node, Object::PathItem);
        own.remove("$ref");
        if let Some(owner) = node.get(OPERATION_GROUPS) {
            let mut merged = Map::default();
            for (field, group) in owner.entries() {
                if is_made_group(group) {
                    continue;
                }
                self.references.note_gone(group);
                if let Some(operations) = self.groups.get(&group).cloned() {
                    merged.set(field, self.merged(group, &operations));
                } else if !is_extension(field) {
                    own.set(field, plain(group));
                }
            }
            // The merged operation replaces the extension.
            let entries = std::mem::take(&mut own).into_iter();
            for (key, value) in entries {
                if key == OPERATION_GROUPS {
                    own.extend(std::mem::take(&mut merged));
                } else {
                    own.set(&key, value);
                }
            }
        }
        if self.version < Version::V3_2 {
            self.query_strings(&mut own, node);
        }
        if let Some(Content::List(inherited)) = map.get("parameters").cloned()
            && let Some(Content::List(parameters)) = own.get_mut("parameters")
        {
            parameters.extend(inherited);
        }
        map.extend(own);
        map
    }

    /// Merges the operations of a group.
    fn merged(&mut self, group: Node<'d>, operations: &[Operation<'d>]) -> Content {
        let Some((first, selector)) = operations
            .iter()
            .find_map(|operation| Some((operation, operation.selector?)))
        else {
            return Content::Map(Vec::new());
        };
        let place = selector.place;
        let title = format!("{} {}", first.method, first.path);
        let message = format!(
            "the export has one operation `{title}` for {} operations; what is not the same in all is in `{MERGED_OPERATIONS}`",
            operations.len()
        );
        self.report(rules::MERGED_OPERATIONS, group, message);

        let mut map = Map::default();
        let mut tags: Vec<&str> = Vec::new();
        for tag in operations.iter().flat_map(|operation| operation.tags()) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if !tags.is_empty() {
            map.set(
                "tags",
                Content::List(tags.into_iter().map(Content::from).collect()),
            );
        }
        map.set("description", description(operations, place).as_str());
        if let Some(id) = self.merged_ids.get(&group).cloned() {
            map.set("operationId", id.as_str());
        }
        let parameters = self.merged_parameters(operations, place);
        if !parameters.is_empty() {
            map.set("parameters", Content::List(parameters));
        }
        if let Some(body) = self.merged_body(operations, place) {
            map.set("requestBody", body);
        }
        let responses = self.merged_responses(operations);
        if !responses.is_empty() {
            map.set("responses", responses);
        }
        self.require_responses(&mut map);
        self.merged_callbacks(operations, &mut map);
        if operations.iter().all(Operation::is_deprecated) {
            map.set("deprecated", true);
        }
        self.merged_security(operations, &mut map);
        self.merged_servers(operations, &mut map);
        let alike = shared_extensions(operations);
        for (name, value) in &alike {
            map.set(name, plain(*value));
        }
        map.set(
            MERGED_OPERATIONS,
            self.differences(operations, place, &alike),
        );
        map.into()
    }

    /// Returns the fields of each operation that are not the same in all, with the texts and names. The body is left out where its key selects
    /// the operation.
    fn differences(
        &mut self,
        operations: &[Operation<'d>],
        place: SelectorPlace<'d>,
        alike: &[(&str, Node<'d>)],
    ) -> Content {
        const TEXTS: [&str; 6] = [
            "operationId",
            "summary",
            "description",
            "tags",
            "externalDocs",
            "deprecated",
        ];
        // What they contain was converted for the merged operation, and its findings are known.
        let found = std::mem::take(&mut self.found);
        let whole = operations.iter().map(|operation| {
            let selected = operation.selector.map_or("", |selector| selector.value);
            (
                selected.to_owned(),
                self.fields(operation.node, Object::Operation),
            )
        });
        let whole: Vec<(String, Map)> = whole.collect();
        self.found = found;
        let is_own = |key: &str, value: &Content| {
            let everywhere = || whole.iter().all(|(_, other)| other.get(key) == Some(value));
            match key {
                "requestBody" if place == SelectorPlace::BodyKey => false,
                _ if is_extension(key) => alike.iter().all(|(name, _)| *name != key),
                _ => TEXTS.contains(&key) || !everywhere(),
            }
        };
        let own = whole.iter().map(|(selected, operation)| {
            let entries = operation.clone().into_iter();
            let entries = entries.filter(|(key, value)| is_own(key, value));
            (selected.clone(), entries.collect::<Map>().into())
        });
        own.collect::<Map>().into()
    }

    fn merged_callbacks(&mut self, operations: &[Operation<'d>], map: &mut Map) {
        let mut callbacks = Map::default();
        for operation in operations {
            let entries = operation
                .node
                .get("callbacks")
                .into_iter()
                .flat_map(Node::entries);
            for (name, callback) in entries {
                let value = self.object(callback, Object::Callback);
                let selected = operation.selector.map_or("", |selector| selector.value);
                let name = match callbacks.get(name) {
                    Some(known) if *known != value => format!("{name}-{selected}"),
                    _ => name.to_owned(),
                };
                callbacks.set(&name, value);
            }
        }
        if !callbacks.is_empty() {
            map.set("callbacks", callbacks);
        }
    }

    /// Returns the security requirements of all operations, any of which is enough.
    fn merged_security(&mut self, operations: &[Operation<'d>], map: &mut Map) {
        let own = |operation: &Operation<'d>| operation.node.get("security");
        let Some(first) = operations.iter().find_map(own) else {
            return;
        };
        let all: Vec<Node<'d>> = operations
            .iter()
            .filter_map(|operation| operation.security().node)
            .collect();
        let alike = all.len() == operations.len() && all.iter().all(|other| first.value_eq(*other));
        let mut requirements: Vec<Content> = Vec::new();
        for operation in operations {
            let list = operation.security().node;
            let before = requirements.len();
            for requirement in list.into_iter().flat_map(Node::items) {
                let requirement = self.object(requirement, Object::SecurityRequirement);
                if !requirements.contains(&requirement) {
                    requirements.push(requirement);
                }
            }
            let is_open = list.is_none_or(|list| list.items().next().is_none());
            let anonymous = Content::Map(Vec::new());
            if is_open
                && !alike
                && before == requirements.len()
                && !requirements.contains(&anonymous)
            {
                requirements.push(anonymous);
            }
        }
        map.set("security", Content::List(requirements));
        if !alike {
            let message = format!(
                "{} demand different credentials; the exported operation demands those of any",
                named(operations)
            );
            self.report(rules::WIDENED_OPERATIONS, first, message);
        }
    }

    fn merged_servers(&mut self, operations: &[Operation<'d>], map: &mut Map) {
        let own = |operation: &Operation<'d>| operation.node.get("servers");
        let Some(first) = operations.iter().find_map(own) else {
            return;
        };
        let mut servers: Vec<Content> = Vec::new();
        let mut alike = true;
        for operation in operations {
            alike &= own(operation).is_some_and(|list| list.value_eq(first));
            for server in operation.servers() {
                let server = self.object(server.node, Object::Server);
                if !servers.contains(&server) {
                    servers.push(server);
                }
            }
        }
        map.set("servers", Content::List(servers));
        if !alike {
            let message = format!(
                "{} have different servers; the exported operation has all of them",
                named(operations)
            );
            self.report(rules::WIDENED_OPERATIONS, first, message);
        }
    }
}

/// Lists operations by the values that select them, for a message: `` `reboot`, `lock` and `unlock` ``.
pub(crate) fn named<'o, 'd: 'o>(operations: impl IntoIterator<Item = &'o Operation<'d>>) -> String {
    let selectors = operations
        .into_iter()
        .filter_map(|operation| operation.selector);
    listed(selectors.map(|selector| selector.value))
}

/// Lists values for a message.
pub(crate) fn listed<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    let names: Vec<String> = values
        .into_iter()
        .map(|value| format!("`{value}`"))
        .collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Formats the description of a merged operation: its selectors, with the summary of each operation.
fn description(operations: &[Operation<'_>], place: SelectorPlace<'_>) -> String {
    let mut text = match place {
        SelectorPlace::BodyKey => {
            "The body has exactly one of these keys, which selects what is done:\n".to_owned()
        }
        SelectorPlace::Query(name) => {
            format!("The query parameter `{name}` selects what is done:\n")
        }
        SelectorPlace::Header(name) => format!("The header `{name}` selects what is done:\n"),
        _ => String::new(),
    };
    for operation in operations {
        let value = operation.selector.map_or("", |selector| selector.value);
        text.push_str(&format!("\n- `{value}`"));
        let own = |field| operation.node.get(field).and_then(Node::as_str);
        let texts: Vec<&str> = [own("summary"), own("description")]
            .into_iter()
            .flatten()
            .collect();
        if !texts.is_empty() {
            // Formats paragraphs of an item in a Markdown list.
            let texts = texts
                .join("\n\n")
                .trim_end()
                .replace('\n', "\n  ")
                .replace("\n  \n", "\n\n");
            text.push_str(&format!(": {texts}"));
        }
    }
    text
}

/// Returns the extensions that all operations have with the same value.
fn shared_extensions<'d>(operations: &[Operation<'d>]) -> Vec<(&'d str, Node<'d>)> {
    let Some((first, others)) = operations.split_first() else {
        return Vec::new();
    };
    let everywhere = |(name, value): &(&str, Node<'d>)| {
        let mut others = others.iter();
        others.all(|other| {
            other
                .node
                .get(name)
                .is_some_and(|other| value.value_eq(other))
        })
    };
    openapi::extensions(first.node).filter(everywhere).collect()
}
