//! Paths and tags become groups of operations with names.

use std::collections::HashMap;

use oas_document::{Diagnostic, Node};

use super::{Lowering, flag, text};
use crate::findings;
use crate::model::{Body, Group, Operation};
use crate::names::{Scope, camel, shouty, snake};
use crate::symbols::reserved;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl<'d> Lowering<'d> {
    pub(super) fn groups(&mut self) -> Vec<Group> {
        if let Some(webhooks) = self.document.root().get("webhooks") {
            self.tell_unused("webhooks", webhooks);
        }
        let operations = self.operations();
        let mut names = Names {
            methods: Scope::reserving(reserved::METHODS),
            types: Scope::reserving(reserved::operations()),
            statics: Scope::reserving(reserved::STATICS),
        };
        for scheme in &self.security {
            names.methods.claim(&format!("with_{}", scheme.field));
        }
        // Traits have their names before operations can take them.
        let mut groups: Vec<Group> = Vec::new();
        let mut by_tag: HashMap<Option<String>, usize> = HashMap::new();
        for (.., operation) in &operations {
            by_tag.entry(tag(*operation)).or_insert_with(|| {
                groups.push(self.group(&mut names, tag(*operation)));
                groups.len() - 1
            });
        }
        for (path, item, method, operation) in operations {
            let lowered = self.operation(&mut names, path, item, method, operation);
            groups[by_tag[&tag(operation)]].operations.push(lowered);
        }
        groups
    }

    /// All operations in document order: path, path item, method, operation.
    fn operations(&mut self) -> Vec<(&'d str, Node<'d>, &'static str, Node<'d>)> {
        let paths: Vec<(&str, Node<'d>)> = self
            .document
            .root()
            .get("paths")
            .into_iter()
            .flat_map(Node::entries)
            .collect();
        let mut operations = Vec::new();
        for (path, item) in paths {
            if path.starts_with("x-") {
                continue;
            }
            let target = self.resolve(item).filter(|target| *target != item);
            for item in std::iter::once(item).chain(target) {
                for (key, node) in item.entries() {
                    if let Some(method) = METHODS.into_iter().find(|method| *method == key) {
                        let known =
                            |(at, _, other, _): &(&str, _, _, _)| (*at, *other) == (path, method);
                        if !operations.iter().rev().take(METHODS.len()).any(known) {
                            operations.push((path, item, method, node));
                        }
                    } else {
                        self.tell_unused(key, node);
                    }
                }
            }
        }
        operations
    }

    /// What a document says beside the operations that are generated.
    fn tell_unused(&mut self, key: &str, node: Node<'d>) {
        match key {
            "query" | "additionalOperations" => self.report(
                findings::METHOD_UNSUPPORTED,
                node,
                "only the methods of OpenAPI 3.1 are generated",
            ),
            "servers" => self.note_unused(
                node,
                "servers of a path or an operation",
                "the base URL of the client counts",
                "give the client this server as its base URL",
            ),
            "webhooks" => self.note_unused(
                node,
                "webhooks",
                "the API sends these requests, and the crates hold those that it receives",
                "generate the receiving side from a document that has them under `paths`",
            ),
            "callbacks" => self.note_unused(
                node,
                "callbacks",
                "the API sends these requests, and the crates hold those that it receives",
                "generate the receiving side from a document that has them under `paths`",
            ),
            _ => {}
        }
    }

    fn note_unused(&mut self, node: Node<'d>, what: &str, why: &str, fix: &str) {
        let what = format!("nothing is generated for {what}");
        let note = Diagnostic::of_rule(findings::NOT_GENERATED, node, what);
        self.diagnostics.push(note.because(why).fix(fix));
    }

    fn group(&self, names: &mut Names, tag: Option<String>) -> Group {
        let tags = self
            .document
            .root()
            .get("tags")
            .into_iter()
            .flat_map(Node::items);
        let declared = tags
            .into_iter()
            .find(|node| node.get("name").and_then(Node::as_str) == tag.as_deref());
        let name = tag.as_deref().map_or_else(|| "Api".to_owned(), camel);
        Group {
            name: names.types.claim(&name),
            description: tag
                .as_ref()
                .and(declared)
                .and_then(|node| text(node, "description")),
            tag,
            operations: Vec::new(),
        }
    }

    fn operation(
        &mut self,
        names: &mut Names,
        path: &str,
        item: Node<'d>,
        method: &str,
        node: Node<'d>,
    ) -> Operation {
        let id = text(node, "operationId").unwrap_or_else(|| {
            let made = made_id(method, path);
            self.diagnostics.push(
                Diagnostic::of_rule(
                    findings::OPERATION_WITHOUT_ID,
                    node,
                    format!("this operation has no `operationId`; it is called `{made}`"),
                )
                .fix(format!("add `operationId: {made}`")),
            );
            made
        });
        for (key, node) in node.entries() {
            self.tell_unused(key, node);
        }
        let type_name = names.operation(&camel(&id));
        let parameters = self.parameters(&type_name, path, item, node);
        let body = self.body(&type_name, node);
        let responses = self.responses(&type_name, node);
        let rejections = self.rejections(node);
        Operation {
            method_name: names.methods.claim(&snake(&id)),
            const_name: names.statics.claim(&shouty(&id)),
            type_name,
            id,
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            pointer: node.pointer(),
            summary: text(node, "summary").or_else(|| text(item, "summary")),
            description: text(node, "description").or_else(|| text(item, "description")),
            deprecated: flag(node, "deprecated", false),
            idempotent: node.get("x-idempotent").and_then(Node::as_bool),
            extensions: extensions(node),
            parameters,
            body,
            responses,
            security: self.requirements(node),
            rejections,
        }
    }

    fn body(&mut self, type_name: &str, operation: Node<'d>) -> Option<Body> {
        let body = self.resolve(operation.get("requestBody")?)?;
        let media = self.media(&format!("{type_name}Body"), body, true);
        (!media.is_empty()).then(|| Body {
            required: flag(body, "required", false),
            description: text(body, "description"),
            media,
        })
    }

    /// The path of the first server, which stands before every path of the document.
    pub(super) fn base_path(&self) -> String {
        let servers = self.document.root().get("servers");
        let url = servers
            .and_then(|servers| servers.items().next())
            .and_then(|server| text(server, "url"));
        let url = url.unwrap_or_default();
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
            None if url.starts_with('/') => &url,
            None => "",
        };
        // A variable in the path is for whoever runs the server to fill: clients give it in their base URL.
        if path.contains(['{', '?', '#']) {
            String::new()
        } else {
            path.trim_end_matches('/').to_owned()
        }
    }
}

/// Names already given out, by what they name.
struct Names {
    methods: Scope,
    types: Scope,
    statics: Scope,
}

impl Names {
    /// The name of an operation's types: free itself, and with what is appended to it.
    fn operation(&mut self, name: &str) -> String {
        let suffixes = ["", "Input", "Output", "Body", "Form", "Success", "Failure"];
        let name = self.types.free_family(name, &suffixes);
        for suffix in suffixes {
            self.types.claim(&format!("{name}{suffix}"));
        }
        name
    }
}

/// A text as it is, every other value as JSON.
fn extensions(operation: Node<'_>) -> Vec<(String, String)> {
    let extensions = operation.entries().filter(|(key, _)| key.starts_with("x-"));
    extensions
        .map(|(key, value)| {
            let text = value.as_str().map(str::to_owned);
            let text = text.unwrap_or_else(|| value.to_json().to_string());
            (key.to_owned(), text)
        })
        .collect()
}

/// The first tag of an operation: a trait must not be asked for the same method twice.
fn tag(operation: Node<'_>) -> Option<String> {
    let tags = operation.get("tags")?;
    tags.items().find_map(Node::as_str).map(str::to_owned)
}

/// `GET /users/{id}/keys` is `getUsersByIdKeys`.
fn made_id(method: &str, path: &str) -> String {
    let mut id = method.to_owned();
    for segment in path
        .split(['/', '.', ':'])
        .filter(|segment| !segment.is_empty())
    {
        let parameter = segment.starts_with('{');
        let word = camel(segment);
        id.push_str(if parameter { "By" } else { "" });
        id.push_str(&word);
    }
    id
}
