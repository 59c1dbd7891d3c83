//! Lists the components that are in other files than the root of a document.

use std::collections::HashSet;

use oas_document::{
    Document, Node,
    object_model::{FieldType, Object, objects},
};

use super::names::is_component;

/// A component of a file that the document refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Component<'d> {
    pub(crate) node: Node<'d>,
    pub(crate) object: Object,
    /// Its key, or the name of a file that is one component.
    pub(crate) name: &'d str,
}

/// Returns the components of other files that references lead to, in the order of the document.
pub(crate) fn elsewhere(document: &Document) -> Vec<Component<'_>> {
    if document.files().count() < 2 {
        return Vec::new();
    }
    let objects = objects(document);
    let typed: HashSet<Node<'_>> = objects.iter().map(|(node, _)| *node).collect();
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (node, object) in objects {
        let is_kind = |field: FieldType| field == FieldType::Map(object);
        let mut kinds = Object::Components.fields().iter().map(|field| field.ty);
        // A path item is not a component of a file of paths.
        let is_other = node.file_root() != document.root() && object != Object::PathItem;
        if !is_other || !kinds.any(is_kind) || !seen.insert(node) {
            continue;
        }
        let name = match node.parent() {
            Some(map) => node
                .key()
                .filter(|_| is_component(node) && !typed.contains(&map)),
            None => file_name(node.file()),
        };
        found.extend(name.map(|name| Component { node, object, name }));
    }
    found
}

/// Returns the name of a file, without folders and ending.
fn file_name(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.split('.').next()
}
