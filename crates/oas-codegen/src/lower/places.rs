//! Names types by the places where their schemas are written.
//!
//! A schema that several places use, such as one in a shared response or in a file of its own, has the same name
//! whichever of them is lowered first.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use oas_document::openapi::{self, Step, steps_to};
use oas_document::{Document, Node};

use super::operations::id_of;
use super::responses::variant;
use super::{Lowering, Named, sent};
use crate::model::{Status, TypeId, TypeRef};
use crate::names::camel;

/// The names that places have of their own.
pub(super) struct Places<'d> {
    /// The names of operations, by their nodes.
    operations: HashMap<Node<'d>, String>,
    /// The names of schema components in Rust, which other components yield to.
    schemas: HashSet<String>,
}

impl<'d> Places<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let operations = openapi::operations(document).into_iter();
        let operations = operations.chain(sent::operations(document));
        let operations = operations.map(|operation| (operation.node, camel(&id_of(&operation))));
        let schemas = openapi::schemas(document).map(|(name, _)| camel(name));
        Self {
            operations: operations.collect(),
            schemas: schemas.collect(),
        }
    }

    /// Returns the name of a component. One that is not a schema and has the name of a schema is named after its kind, too.
    fn component(&self, field: &str, name: &str) -> String {
        let name = camel(name);
        let kind = match field {
            "responses" => "Response",
            "requestBodies" => "Body",
            "parameters" => "Parameter",
            "headers" => "Header",
            _ => return name,
        };
        match self.schemas.contains(&name) {
            true => format!("{name}{kind}"),
            false => name,
        }
    }
}

impl<'d> Lowering<'d> {
    /// Returns the name of a schema's type by the place of the schema.
    pub(super) fn name_by_place(&self, schema: Node<'d>) -> String {
        let mut name = String::new();
        for (node, step) in steps_to(schema) {
            if let Some(id) = self.type_at_place(node).filter(|_| node != schema) {
                self.type_name(id).clone_into(&mut name);
                continue;
            }
            match step {
                Step::File(file) => name = name_of_file(file),
                Step::Component(field, component) => {
                    name = self.defined(node, self.places.component(field, component));
                }
                Step::Definition(definition) => name = self.defined(node, camel(definition)),
                Step::Path(path) => name = name_of_path(path),
                Step::Operation => {
                    if let Some(operation) = self.places.operations.get(&node) {
                        name.clone_from(operation);
                    }
                }
                Step::RequestBody => name.push_str("Body"),
                Step::Response(key) => name.push_str(&match key.parse() {
                    Ok(Status::Exact(200)) => "Response".to_owned(),
                    Ok(status) => variant(status),
                    Err(_) => camel(key),
                }),
                Step::Property(part) | Step::Header(part) | Step::Parameter(part) => {
                    name.push_str(&camel(part));
                }
                Step::Item => name.push_str("Item"),
                Step::ItemAt(index) => name.push_str(&format!("Item{}", index + 1)),
                Step::Additional => name.push_str("Value"),
                _ => {}
            }
        }
        name
    }

    /// Returns the name for the types within an object: that of its place if it is written outside of operations, where
    /// several of them may use it, and otherwise `own`.
    pub(super) fn name_within(&self, object: Node<'d>, own: impl FnOnce() -> String) -> String {
        let mut steps = steps_to(object).into_iter();
        match steps.any(|(_, step)| step == Step::Operation) {
            true => own(),
            false => self.name_by_place(object),
        }
    }

    /// Returns the name of a definition. One of another file yields to a component of the document, and is named after its
    /// file, too.
    fn defined(&self, node: Node<'d>, name: String) -> String {
        let is_foreign = node.file() != self.document.root().file();
        let is_taken = self.places.schemas.contains(&name) && !self.named.contains_key(&node);
        match is_foreign && is_taken {
            true => name_of_file(node.file()) + &name,
            false => name,
        }
    }

    /// Returns the type that a schema has so far.
    fn type_at_place(&self, schema: Node<'d>) -> Option<TypeId> {
        match self.named.get(&schema) {
            Some(Named::Reserved(id) | Named::Open { id, .. }) => Some(*id),
            Some(Named::Done(ty)) => named_by(ty),
            None => self.inline.get(&schema).and_then(named_by),
        }
    }
}

fn named_by(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Nullable(inner) => named_by(inner),
        _ => None,
    }
}

/// Returns the name for what the operations of a path share: its last two segments that are no parameters.
fn name_of_path(path: &str) -> String {
    let literal = |segment: &&str| !segment.is_empty() && !segment.contains('{');
    let mut last: Vec<&str> = path.rsplit('/').filter(literal).take(2).collect();
    last.reverse();
    match last.is_empty() {
        true => camel(path),
        false => camel(&last.join(" ")),
    }
}

/// Returns the name for the schema that a file consists of: that of the file, or of its folder if every folder has one
/// of the name.
fn name_of_file(file: &str) -> String {
    let path = Path::new(file);
    let text =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    // All that follows the first point is a suffix: `pet.schema.yaml`.
    let stem = text(path.file_name()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let folder = path.parent().and_then(|folder| text(folder.file_name()));
    match folder {
        Some(folder) if matches!(stem, "index" | "schema" | "_index") => camel(&folder),
        _ => camel(stem),
    }
}
