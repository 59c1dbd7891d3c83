//! Paths and tags become groups of operations with names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oas_document::openapi::{self, Method, Problem, Role};
use oas_document::{Diagnostic, Node};
use oas_wire::field::is_token;

use super::{Lowering, sent};
use crate::model::{Body, Operation, Selector, SelectorPlace, TagGroup, Text};
use crate::names::{Scope, camel, shouty, snake};
use crate::rules;
use crate::symbols::reserved;

impl<'d> Lowering<'d> {
    pub(super) fn groups(&mut self, mut operations: Vec<openapi::Operation<'d>>) -> Vec<TagGroup> {
        operations.retain(|operation| self.has_supported_method(operation));
        let mut names = Names {
            methods: Scope::reserving(reserved::METHODS),
            types: Scope::reserving(reserved::operations()),
            statics: Scope::reserving(reserved::STATICS),
        };
        for scheme in &self.security {
            names.methods.claim(&format!("with_{}", scheme.field));
        }
        // Where two would have one name, the alphabet decides and not the order of the document. Traits have their names
        // before operations can take them.
        let tags: BTreeSet<_> = operations.iter().map(tag).collect();
        let traits: HashMap<_, _> = tags
            .into_iter()
            .map(|tag| (tag, names.of_trait(tag)))
            .collect();
        let mut by_id: Vec<_> = operations.iter().enumerate().collect();
        by_id.sort_by_cached_key(|(_, operation)| (id_of(operation), operation.key().to_string()));
        let named = by_id
            .into_iter()
            .map(|(index, operation)| (index, names.of_operation(&id_of(operation))));
        let named: BTreeMap<usize, OperationNames> = named.collect();
        let mut groups: Vec<TagGroup> = Vec::new();
        let mut by_tag: HashMap<Option<&str>, usize> = HashMap::new();
        for (operation, names) in operations.iter().zip(named.into_values()) {
            let tag = tag(operation);
            let index = *by_tag.entry(tag).or_insert_with(|| {
                groups.push(self.group(tag, traits[&tag].clone()));
                groups.len() - 1
            });
            let lowered = self.operation(names, operation);
            groups[index].operations.push(lowered);
        }
        groups
    }

    fn has_supported_method(&mut self, operation: &openapi::Operation<'d>) -> bool {
        let Method::Other(name) = operation.method else {
            return true;
        };
        let has_field = Method::ALL.iter().any(|method| method.as_str() == name);
        let supported = is_token(name) && !has_field;
        if !supported {
            let message = match has_field {
                true => format!("`{name}` has a field of its own in the path item"),
                false => format!("`{}` is not a method of HTTP", name.escape_debug()),
            };
            self.report(rules::UNSUPPORTED_METHOD, operation.node, &message);
        }
        supported
    }

    fn note_unused(
        &mut self,
        node: Node<'d>,
        message: &str,
        why: &'static str,
        help: &'static str,
    ) {
        let message = format!("nothing is generated for {message}");
        let note = Diagnostic::of_rule(rules::NOT_GENERATED, node, message);
        self.diagnostics.push(note.note(why).help(help));
    }

    fn group(&self, tag: Option<&str>, name: String) -> TagGroup {
        let declared = openapi::tags(self.document).find(|declared| Some(declared.name) == tag);
        let description = declared.and_then(|declared| {
            Text::paragraphs([declared.summary_node(), declared.description_node()])
        });
        TagGroup {
            name,
            description,
            tag: tag.map(str::to_owned),
            operations: Vec::new(),
        }
    }

    fn operation(
        &mut self,
        names: OperationNames,
        operation: &openapi::Operation<'d>,
    ) -> Operation {
        let node = operation.node;
        let id = id_of(operation);
        for problem in operation.problems() {
            if let Problem::MissingOperationId(_) = problem {
                let finding = Diagnostic::from(problem).help(format!("add `operationId: {id}`"));
                self.diagnostics.push(finding);
            } else {
                self.report_problem(problem);
            }
        }
        if let Some(list) = operation.own_servers() {
            self.note_unused(
                list,
                "servers of a path or an operation",
                "the base URL of the client counts",
                "give the client this server as its base URL",
            );
        }
        let type_name = names.type_name;
        let responses = operation.responses();
        let extensions = openapi::extensions(node).map(|(key, value)| {
            let text = value.as_str().map(str::to_owned);
            // A text as it is, every other value as JSON.
            let text = text.unwrap_or_else(|| value.to_json().to_string());
            (key.to_owned(), text)
        });
        Operation {
            method_name: names.method_name,
            const_name: names.const_name,
            method: operation.method.as_str().to_owned(),
            path: match operation.role {
                Role::Path => operation.path.to_owned(),
                // The name of a webhook and the expression of a callback are no paths.
                _ => sent::path(&id),
            },
            selector: operation.selector.map(selector),
            pointer: node.pointer(),
            summary: operation.summary_node().and_then(Text::of),
            description: operation.description_node().and_then(Text::of),
            deprecated: operation.is_deprecated(),
            idempotent: operation.idempotent(),
            extensions: extensions.collect(),
            parameters: self.parameters(&type_name, operation),
            body: self.body(&type_name, operation),
            responses: self.responses(&type_name, operation.method, &responses),
            rejections: self.rejections(&responses),
            security: self.requirements(operation),
            type_name,
            id,
        }
    }

    fn body(&mut self, type_name: &str, operation: &openapi::Operation<'d>) -> Option<Body> {
        let body = operation.request_body()?;
        let hint = self.name_within(body.node, || format!("{type_name}Body"));
        let media = self.media(&hint, &body.content(), true);
        (!media.is_empty()).then(|| Body {
            required: body.is_required(),
            description: body.description_node().and_then(Text::of),
            media,
        })
    }
}

fn selector(selector: openapi::Selector<'_>) -> Selector {
    Selector {
        place: match selector.place {
            openapi::SelectorPlace::Query(name) => SelectorPlace::Query(name.to_owned()),
            openapi::SelectorPlace::Header(name) => SelectorPlace::Header(name.to_owned()),
            _ => SelectorPlace::BodyKey,
        },
        value: selector.value.to_owned(),
    }
}

/// Names already given out, by what they name.
struct Names {
    methods: Scope,
    types: Scope,
    statics: Scope,
}

/// The names of one operation.
struct OperationNames {
    type_name: String,
    method_name: String,
    const_name: String,
}

impl Names {
    fn of_trait(&mut self, tag: Option<&str>) -> String {
        let name = tag.map_or_else(|| "Api".to_owned(), camel);
        self.types.claim(&name)
    }

    /// Claims the names of an operation; that of its types in all combinations with suffixes.
    fn of_operation(&mut self, id: &str) -> OperationNames {
        let suffixes = ["", "Input", "Output", "Body", "Form", "Success", "Failure"];
        OperationNames {
            type_name: self.types.claim_family(&camel(id), &suffixes),
            method_name: self.methods.claim(&snake(id)),
            const_name: self.statics.claim(&shouty(id)),
        }
    }
}

/// Returns the first tag of an operation: several traits must not have the same method.
fn tag<'d>(operation: &openapi::Operation<'d>) -> Option<&'d str> {
    operation.tags().first().copied()
}

/// Generates an id: `GET /users/{id}/keys` becomes `getUsersByIdKeys`, and `POST /users/{id}` with the key `lock`
/// `postUsersByIdLock`.
pub(super) fn id_of(operation: &openapi::Operation<'_>) -> String {
    if let Some(id) = operation.id() {
        return id.to_owned();
    }
    let mut id = operation.method.as_str().to_ascii_lowercase();
    for segment in operation
        .path
        .split(['/', '.', ':'])
        .filter(|segment| !segment.is_empty())
    {
        let parameter = segment.starts_with('{');
        let word = camel(segment);
        id.push_str(if parameter { "By" } else { "" });
        id.push_str(&word);
    }
    if let Some(selector) = operation.selector {
        id.push_str(&camel(selector.value));
    }
    id
}
