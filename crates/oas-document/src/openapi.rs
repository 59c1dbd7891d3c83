//! Provides views over nodes: operations, parameters, bodies, responses, security.
//!
//! A view applies the defaults and the inheritance of the standard, and follows `$ref`s. What cannot be interpreted is
//! missing from the lists that views return. [`Operation::problems`] and [`problems`] return it as [`Problem`]s, each
//! of which converts to the [`Diagnostic`](crate::Diagnostic) that the linter reports. Every view has the node that it
//! interprets, for places.
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
mod documentation;
mod extension;
mod info;
mod inner_parts;
mod method;
mod operation;
mod parameter;
mod part_sequence;
mod problem;
mod response;
mod security;
mod selector;
mod steps;
mod translation;

use crate::{Document, Node, Version, object_model::is_extension};

pub use crate::openstack::is_made_group;
pub(crate) use content::examples;
pub use content::{Encoding, Example, MediaType, media_types};
pub use documentation::{
    CodeSample, documented_type, is_documented_required, type_name, wire_note,
};
pub(crate) use extension::extension;
pub use extension::{
    EXTENSIONS, EnumValue, ErrorProperties, Extension, LIFECYCLE_EXTENSIONS, MERGED_OPERATIONS,
    OPERATION_GROUPS, PLACEHOLDERS, STABILITY_LEVELS, WHOLE_PLACEHOLDERS, enum_values,
    error_properties, extensions, failure_property, unknown_properties,
};
pub use info::{
    Contact, ExternalDocs, Info, License, Server, ServerVariable, Tag, document_docs, info,
    servers, tags,
};
pub use inner_parts::{InnerParts, NamedPart};
pub use method::Method;
pub use oas_wire::items::Framing;
pub use oas_wire::{MediaKind, MediaRange, ParameterLocation, StatusPattern, Style};
pub use operation::{Operation, RequestBody, Role};
pub use parameter::Parameter;
pub(crate) use parameter::Parameters;
pub(crate) use parameter::{key_of_parameter, parameter_key};
pub use part_sequence::{PartKind, PartSequence, PositionalPart};
pub use problem::Problem;
pub(crate) use response::invalid_status;
pub use response::{Header, Link, Response};
pub(crate) use security::{FLOW_KINDS, Kind, SCHEME_KINDS, requirement};
pub use security::{
    OAuthFlow, Requirement, SchemeUse, Security, SecurityKind, SecurityScheme,
    security_scheme_types, security_schemes,
};
pub(crate) use selector::{OperationGroup, groups};
pub use selector::{OperationKey, Selector, SelectorPlace};
pub use steps::{Step, steps_to};
pub(crate) use translation::is_text;
pub use translation::{TRANSLATIONS, languages, translation, translations_of};

/// The extension of the document that holds the responses to requests that no operation serves.
const UNROUTED_RESPONSES: &str = "x-unrouted-responses";

/// Returns the operations under `paths`, in document order, those of `x-operations` included.
///
/// If a path item has a `$ref`, its own operations are before those of the target. Keys that begin with `x-` are
/// extensions, not paths.
#[must_use]
pub fn operations(document: &Document) -> Vec<Operation<'_>> {
    operations_of(document, "paths", Role::Path)
}

/// Returns the operations under `webhooks` (OpenAPI 3.1.1, OpenAPI Object), which the API sends rather than receives.
#[must_use]
pub fn webhooks(document: &Document) -> Vec<Operation<'_>> {
    operations_of(document, "webhooks", Role::Webhook)
}

fn operations_of<'d>(document: &'d Document, field: &str, role: Role) -> Vec<Operation<'d>> {
    entries(document.root(), field)
        .flat_map(|(path, item)| operation::of_path_item(path, item, role))
        .collect()
}

/// Returns the names and schemas under `components/schemas`, in document order (OpenAPI 3.0.4, Components Object).
pub fn schemas(document: &Document) -> impl Iterator<Item = (&str, Node<'_>)> {
    components(document.root(), "schemas")
        .into_iter()
        .flat_map(Node::entries)
}

/// Returns the responses of `x-unrouted-responses`, in document order: a server sends them to requests that match no
/// operation.
#[must_use]
pub fn unrouted_responses(document: &Document) -> Vec<Response<'_>> {
    response::of(document.root(), UNROUTED_RESPONSES, &mut Vec::new())
}

/// Returns the problems that belong to no operation: `$ref`s of path items and security schemes that lead to nothing,
/// invalid groups in `x-operations`, and invalid entries of `x-unrouted-responses`.
#[must_use]
pub fn problems(document: &Document) -> Vec<Problem<'_>> {
    let items = entries(document.root(), "paths");
    let schemes = components(document.root(), "securitySchemes");
    let schemes = schemes.into_iter().flat_map(Node::entries);
    let raw = items.chain(schemes).map(|(_, raw)| raw);
    let mut problems: Vec<_> = raw
        .filter_map(|raw| raw.resolve().err().map(Problem::Reference))
        .collect();
    let items = entries(document.root(), "paths").chain(entries(document.root(), "webhooks"));
    for item in items.flat_map(|(_, item)| operation::layers(item)) {
        groups(item, &mut problems);
    }
    for response in response::of(document.root(), UNROUTED_RESPONSES, &mut problems) {
        response.problems_noting(&mut problems);
    }
    problems
}

/// Returns the components of a kind, such as `schemas`, by their names; `None` if there are none. `root` is the root of the document,
/// or of another file that has the form of one (OpenAPI 3.0.4, Components Object).
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "{openapi: 3.0.4, paths: {}, components: {schemas: {Id: {type: string}}}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let schemas = openapi::components(document.root(), "schemas").unwrap();
/// assert!(schemas.get("Id").is_some());
/// ```
#[must_use]
pub fn components<'d>(root: Node<'d>, kind: &str) -> Option<Node<'d>> {
    root.get("components")?.get(kind)
}

/// Returns whether the name of a component may contain `character` (OpenAPI 3.0.4, Components Object).
#[must_use]
pub fn is_component_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

/// Parses a Parameter Object by itself.
pub(crate) fn parameter(node: Node<'_>) -> Option<Parameter<'_>> {
    parameter::of(node, node, false)
}

/// Returns the entries of a map of objects, without extensions.
fn entries<'d>(node: Node<'d>, field: &str) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
    let entries = node.get(field).into_iter().flat_map(Node::entries);
    entries.filter(|(name, _)| !is_extension(name))
}

/// Returns the string value of a field; `None` if the field is missing or not a string.
fn text<'d>(node: Node<'d>, field: &str) -> Option<&'d str> {
    node.get(field).and_then(Node::as_str)
}

/// Returns the value of a describing field, such as `description`, of an object: from 3.1 on, a field beside a `$ref`
/// replaces that of the target (OpenAPI 3.1.2, Reference Object).
fn described<'d>(raw: Node<'d>, node: Node<'d>, field: &str) -> Option<Node<'d>> {
    let is_reference = raw != node && raw.document().version() >= Version::V3_1;
    let beside = is_reference.then(|| raw.get(field)).flatten();
    beside.or_else(|| node.get(field))
}

/// Returns the boolean value of a field; `None` if the field is missing or not a boolean.
fn flag(node: Node<'_>, field: &str) -> Option<bool> {
    node.get(field).and_then(Node::as_bool)
}

/// Resolves a node, putting a failure on a list.
fn resolved<'d>(node: Node<'d>, problems: &mut Vec<Problem<'d>>) -> Option<Node<'d>> {
    node.resolve()
        .map_err(|error| problems.push(Problem::Reference(error)))
        .ok()
}
