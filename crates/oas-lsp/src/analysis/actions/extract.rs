//! Extracts an inline schema into a component.

use heck::ToUpperCamelCase as _;
use oas_document::{Content, Document, Node};
use oas_wire::json_pointer;

use super::{
    super::{
        names::is_component,
        surgery::{self, New},
    },
    Action, Kind,
};

pub(super) fn action(document: &Document, schema: Node<'_>) -> Option<Action> {
    let is_worth_it =
        schema.is_object() && schema.entries().len() > 1 && schema.get("$ref").is_none();
    if !is_worth_it || is_component(schema) || schema.file_root() != document.root() {
        return None;
    }
    let components = document.root().get("components");
    let schemas = components.and_then(|components| components.get("schemas"));
    let wanted = name(schema);
    let is_free = |name: &String| schemas.and_then(|schemas| schemas.get(name)).is_none();
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let name = std::iter::once(wanted.clone())
        .chain(numbered)
        .find(is_free)?;
    let pointer = format!("/components/schemas/{}", json_pointer::escape(&name));
    let reference = Content::map([("$ref", format!("#{pointer}").as_str().into())]);
    let moved = surgery::add(document, schema.file(), &pointer, New::Moved(schema))?;
    let replaced = surgery::replace(schema, &reference.into())?;
    Some(Action {
        title: format!("Extract into component `{name}`"),
        kind: Kind::Extract,
        edits: vec![replaced, moved],
    })
}

/// Generates the name of a component from the place of the schema: the component or operation that contains it, and the
/// path to it.
fn name(schema: Node<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut here = schema;
    while let Some(parent) = here.parent() {
        let part = match (parent.key(), here.key()) {
            (Some("properties"), Some(name)) => Some(name.to_owned()),
            (Some("responses"), Some(status)) => Some(match status.starts_with('2') {
                true => "Response".to_owned(),
                false => format!("Response{status}"),
            }),
            (_, Some("requestBody")) => Some("Request".to_owned()),
            (_, Some("items")) => Some("Item".to_owned()),
            (_, Some("additionalProperties")) => Some("Value".to_owned()),
            (Some("oneOf" | "anyOf" | "allOf"), None) => {
                here.index().map(|index| format!("Variant{}", index + 1))
            }
            _ => None,
        };
        parts.extend(part);
        let named = here.get("operationId").or_else(|| here.get("name"));
        if let Some(name) = named.and_then(Node::as_str).filter(|_| here != schema) {
            parts.push(name.to_owned());
            break;
        }
        if is_component(here) {
            parts.extend(here.key().map(str::to_owned));
            break;
        }
        here = parent;
    }
    parts.reverse();
    match parts.join(" ").to_upper_camel_case() {
        name if name.is_empty() => "Schema".to_owned(),
        name => name,
    }
}
