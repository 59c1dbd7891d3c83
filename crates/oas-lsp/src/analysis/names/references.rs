//! Collects names in references: `$ref`, `operationRef`, and the mappings of discriminators.

use std::ops::Range;

use oas_document::{Node, object_model::Object, openapi};
use oas_wire::{json_pointer, percent};

use super::{Name, Occurrence};

/// Returns the values of an object that are references, or names of schemas in their place.
pub(crate) fn values<'d>(node: Node<'d>, object: Object) -> Vec<Node<'d>> {
    let mut found = Vec::from_iter(node.get("$ref"));
    match object {
        Object::Link => found.extend(node.get("operationRef")),
        Object::Discriminator => {
            let mapping = node.get("mapping").into_iter().flat_map(Node::entries);
            found.extend(mapping.map(|(_, at)| at));
            found.extend(node.get("defaultMapping"));
        }
        _ => {}
    }
    found
}

/// Returns the schema that an entry of a mapping names. A name of a schema takes precedence over a relative reference
/// (OpenAPI 3.0.4, Options for Mapping Values to Schemas).
pub(crate) fn named_schema<'d>(at: Node<'d>, object: Object) -> Option<Node<'d>> {
    if object != Object::Discriminator || at.key() == Some("$ref") {
        return None;
    }
    openapi::components(at.file_root(), "schemas")?.get(at.as_str()?)
}

/// Collects the names in the references of an object.
pub(super) fn collect<'d>(node: Node<'d>, object: Object, found: &mut Vec<Occurrence<'d>>) {
    for at in values(node, object) {
        match named_schema(at, object) {
            Some(schema) => found.push(Occurrence::whole(Name::Place(schema), at, false, false)),
            None => reference(at, found),
        }
    }
}

/// Collects the names in a reference: that of the component which contains its target, and that of the target.
fn reference<'d>(at: Node<'d>, found: &mut Vec<Occurrence<'d>>) {
    let Some(text) = at.as_str() else { return };
    let Some(mut here) = at.reference_root(text) else {
        return;
    };
    let Some(fragment) = text.find('#').map(|at| at + 1) else {
        found.push(of_part(here, at, 0..text.len()));
        return;
    };
    let written = text.get(fragment..).unwrap_or_default();
    if !written.starts_with('/') {
        // The target is an anchor, or the whole file.
        let target = at.follow(text).ok();
        found.extend(target.map(|target| of_part(target, at, fragment..text.len())));
        return;
    }
    let mut start = fragment + 1;
    let mut places = Vec::new();
    for token in written.split('/').skip(1) {
        let decoded = percent::decode_lenient(token);
        let key = json_pointer::unescape(&decoded);
        let Some(child) = here.child(&key) else {
            // The path passes through another reference, so that its first part names no component.
            let target = at.follow(text).ok();
            places.extend(target.map(|target| (target, start..text.len())));
            break;
        };
        here = child;
        places.push((child, start..start + token.len()));
        start += token.len() + 1;
    }
    let Some((target, part)) = places.pop() else {
        return;
    };
    let outer = places.into_iter().find(|(place, _)| is_component(*place));
    found.extend(outer.map(|(place, part)| of_part(place, at, part)));
    found.push(of_part(target, at, part));
}

fn of_part<'d>(target: Node<'d>, at: Node<'d>, part: Range<usize>) -> Occurrence<'d> {
    Occurrence {
        parts: vec![part],
        in_reference: true,
        ..Occurrence::whole(Name::Place(target), at, false, false)
    }
}

/// Returns whether a value is a component: an entry of one of the maps of `components`, or of a file that contains such
/// entries only.
pub(crate) fn is_component(node: Node<'_>) -> bool {
    let Some(map) = node.parent() else {
        return false;
    };
    let root = node.file_root();
    match map.parent() {
        // A file of components, each below its name.
        None => root.get("openapi").is_none() && map.is_object(),
        Some(components) => {
            components.parent() == Some(root)
                && components.key() == Some("components")
                && map
                    .key()
                    .is_some_and(|key| Object::Components.field(key).is_some())
        }
    }
}
