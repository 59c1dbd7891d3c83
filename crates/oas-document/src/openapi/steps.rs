//! Describes where a schema is written: the steps to it from a component, an operation or the root of a file.

use std::iter;

use super::Method;
use crate::Node;

/// A step on the path to a schema; see [`steps_to`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step<'d> {
    /// A file, by its name: the first step if the schema is in no component, path or webhook.
    File(&'d str),
    /// A component: the field of the Components Object, such as `schemas`, and the name of the component.
    Component(&'d str, &'d str),
    /// A path template, the name of a webhook, or the runtime expression of a callback.
    Path(&'d str),
    /// An operation.
    Operation,
    /// The body of a request.
    RequestBody,
    /// A response, by its key in `responses`.
    Response(&'d str),
    /// A header of a response or of a part, by its name.
    Header(&'d str),
    /// A parameter, by its name.
    Parameter(&'d str),
    /// A property, by its name, or the properties that match a pattern, by the pattern.
    Property(&'d str),
    /// A schema that is reached by references only, by its key: an entry of `$defs`, or a value under a key that is no
    /// field.
    Definition(&'d str),
    /// The items of an array or of a sequence.
    Item,
    /// The item of an array at this index.
    ItemAt(usize),
    /// The properties that are not listed in `properties`.
    Additional,
}

/// Returns the steps from the root of a file to the schema, the outermost first, each with the node that it leads to.
///
/// The steps depend only on the objects around the schema, not on references to it. Media types and the branches of
/// `allOf`, `oneOf` and `anyOf` are not steps.
///
/// ```
/// use oas_document::{Document, openapi::{Step, steps_to}};
///
/// let text = "\
/// openapi: 3.0.4
/// paths:
///   /images:
///     get: {responses: {'200': {description: it, content: {application/json: {schema: {items: {type: string}}}}}}}
/// components:
///   schemas:
///     Image: {properties: {size: {type: integer}}}
/// ";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let way = |pointer| steps_to(document.node_at(pointer).unwrap()).into_iter().map(|(_, step)| step);
///
/// let size = way("/components/schemas/Image/properties/size");
/// assert!(size.eq([Step::Component("schemas", "Image"), Step::Property("size")]));
/// let item = way("/paths/~1images/get/responses/200/content/application~1json/schema/items");
/// assert!(item.eq([Step::Path("/images"), Step::Operation, Step::Response("200"), Step::Item]));
/// ```
pub fn steps_to<'d>(schema: Node<'d>) -> Vec<(Node<'d>, Step<'d>)> {
    let mut nodes: Vec<_> = iter::successors(Some(schema), |node| node.parent()).collect();
    nodes.reverse();
    let mut steps = Vec::new();
    let mut rest = nodes.iter().copied();
    let Some(root) = rest.next() else {
        return steps;
    };
    while let Some(node) = rest.next() {
        let Some(field) = node.key() else {
            continue;
        };
        // Of a map, the way leads through the value, whose key is its name.
        let mut named = |step: fn(&'d str) -> Step<'d>| {
            let value = rest.next()?;
            Some((value, step(value.key()?)))
        };
        let step = match field {
            "components" if node.parent() == Some(root) => rest.next().and_then(|components| {
                let component = rest.next()?;
                let (field, name) = (components.key()?, component.key()?);
                Some((component, Step::Component(field, name)))
            }),
            "paths" | "webhooks" if node.parent() == Some(root) => named(Step::Path),
            "callbacks" => {
                named(Step::Path);
                named(Step::Path)
            }
            "responses" => named(Step::Response),
            "headers" => named(Step::Header),
            "properties" | "patternProperties" | "dependentSchemas" => named(Step::Property),
            "$defs" | "definitions" => named(Step::Definition),
            "content" | "examples" | "encoding" => {
                rest.next();
                None
            }
            "parameters" => rest.next().and_then(|parameter| {
                let name = super::text(parameter, "name").or(parameter.key())?;
                Some((parameter, Step::Parameter(name)))
            }),
            "prefixItems" => rest
                .next()
                .and_then(|item| Some((item, Step::ItemAt(item.index()?)))),
            "requestBody" => Some((node, Step::RequestBody)),
            "items" | "itemSchema" | "contains" | "unevaluatedItems" => Some((node, Step::Item)),
            "additionalProperties" | "unevaluatedProperties" => Some((node, Step::Additional)),
            "additionalOperations" => {
                let operation = rest.next();
                operation.map(|operation| (operation, Step::Operation))
            }
            super::OPERATION_GROUPS => {
                // The method, the field `operations` and the value that selects.
                let operation = rest.nth(2);
                operation.map(|operation| (operation, Step::Operation))
            }
            "schema" | "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else"
            | "propertyNames" | "contentSchema" => None,
            _ if Method::from_field(field).is_some() => Some((node, Step::Operation)),
            _ => Some((node, Step::Definition(field))),
        };
        if steps.is_empty() && matches!(step, Some((_, inner)) if !begins(inner)) {
            steps.push((root, Step::File(root.file())));
        }
        steps.extend(step);
    }
    if steps.is_empty() {
        steps.push((root, Step::File(root.file())));
    }
    steps
}

/// Returns whether a way can begin with a step, because its name is that of a whole and not of a part.
fn begins(step: Step<'_>) -> bool {
    matches!(
        step,
        Step::Component(..) | Step::Path(_) | Step::Definition(_) | Step::Operation
    )
}
