//! The OpenAPI layer as views over nodes: operations, parameters, bodies, responses, security.
//!
//! A view says what the standard says about defaults and inheritance, and nothing about what to do with it. `$ref`s
//! are followed; what a broken one should lead to is left out of the lists and listed by [`Operation::problems`].
//!
//! ```
//! use oas_document::{Document, openapi};
//!
//! let text = "\
//! openapi: 3.0.3
//! paths:
//!   /images/{id}:
//!     parameters: [{name: id, in: path, required: true, schema: {type: string}}]
//!     get: {operationId: GetImage, responses: {'200': {description: it}, 4XX: {description: no}}}
//! ";
//! let document = Document::parse("api.yaml", text).unwrap();
//! let operations = openapi::operations(&document);
//! let [get] = &operations[..] else { panic!() };
//! assert_eq!((get.method.as_str(), get.path, get.id()), ("GET", "/images/{id}", Some("GetImage")));
//! assert_eq!(get.parameters()[0].name, "id");
//! assert_eq!(get.responses()[1].status, openapi::StatusPattern::Range(4));
//! ```

mod content;
mod operation;
mod parameter;
mod response;
mod security;

use crate::{Document, Node, ReferenceError};

pub(crate) use content::examples;
pub use content::{MediaType, media_types};
pub use oas_wire::{MediaRange, ParameterLocation, StatusPattern, Style};
pub use operation::{Method, Operation, RequestBody, Role};
pub use parameter::Parameter;
pub use response::{Header, Response};
pub(crate) use security::requirement;
pub use security::{Requirement, SchemeUse, Security};

/// The operations under `paths`, in document order.
///
/// Where a path item has a `$ref`, its own operations come before those that it refers to.
pub fn operations(document: &Document) -> Vec<Operation<'_>> {
    let paths = document
        .root()
        .get("paths")
        .into_iter()
        .flat_map(Node::entries);
    // Extensions are no paths.
    let paths = paths.filter(|(path, _)| path.starts_with('/'));
    paths
        .flat_map(|(path, item)| operation::of_path_item(path, item, Role::Path))
        .collect()
}

/// The operations under `webhooks` (OpenAPI 3.1.2, OpenAPI Object), which the API sends rather than receives.
pub fn webhooks(document: &Document) -> Vec<Operation<'_>> {
    let webhooks = document
        .root()
        .get("webhooks")
        .into_iter()
        .flat_map(Node::entries);
    webhooks
        .flat_map(|(name, item)| operation::of_path_item(name, item, Role::Webhook))
        .collect()
}

/// The schemas under `components`, in document order, with their names (OpenAPI 3.0.4, Components Object).
pub fn schemas(document: &Document) -> impl Iterator<Item = (&str, Node<'_>)> {
    components(document, "schemas")
}

/// The components of a kind, in document order, with their names.
fn components<'d>(
    document: &'d Document,
    kind: &str,
) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
    let components = document.root().get("components");
    let components = components.and_then(|components| components.get(kind));
    components.into_iter().flat_map(Node::entries)
}

/// The names in the braces of a path template (OpenAPI 3.0.4, Path Templating Matching), in order, repetitions too.
///
/// ```
/// assert_eq!(oas_document::openapi::template_names("/a/{b}/{c}.{d}"), ["b", "c", "d"]);
/// ```
pub fn template_names(path: &str) -> Vec<&str> {
    let parts = path.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

/// A parameter object that is read by itself.
pub(crate) fn parameter(node: Node<'_>) -> Option<Parameter<'_>> {
    parameter::of(node, node, false)
}

/// Resolves a node, putting a failure on a list.
fn resolved<'d>(node: Node<'d>, problems: &mut Vec<ReferenceError<'d>>) -> Option<Node<'d>> {
    node.resolve().map_err(|error| problems.push(error)).ok()
}
