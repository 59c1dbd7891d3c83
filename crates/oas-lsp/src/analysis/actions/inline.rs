//! Replaces a reference by its target.

use oas_document::{
    Node,
    object_model::{Object, objects_within},
    schema::Schema,
};

use super::{
    super::{
        moved::{Moved, has_identity},
        surgery::{self, Insertion},
    },
    Action, Kind,
};

pub(super) fn action<'d>(node: Node<'d>, objects: &[(Node<'d>, Object)]) -> Option<Action> {
    let is_reference = |node: &Node<'_>| node.reference().is_some();
    let node = Some(node)
        .filter(is_reference)
        .or(node.parent().filter(is_reference))?;
    let (_, object) = *objects.iter().find(|(other, _)| *other == node)?;
    // Keywords beside it would have to be merged.
    if node.entries().len() != 1 || is_chosen_by_name(node) {
        return None;
    }
    node.resolve().ok()?;
    let target = node.target()?;
    let mut around = std::iter::successors(Some(node), |node| node.parent());
    if around.any(|outer| outer == target) {
        return None;
    }
    // No two schemas can have the same `$id`, and the branches of a discriminator without a union refer to this schema.
    let mut inside = objects_within(target, object).into_iter();
    let is_parent = object == Object::Schema && has_branches_elsewhere(target);
    if is_parent || inside.any(|(inner, object)| has_identity(inner, object)) {
        return None;
    }
    let moved = Moved::to(target, object, node.file())?;
    let edit = surgery::replace(node, &Insertion::Moved(moved))?;
    // The target can be a whole file.
    let name = target.key().unwrap_or_else(|| target.file());
    Some(Action {
        title: format!("Inline `{name}`"),
        kind: Kind::Inline,
        edits: vec![edit],
    })
}

/// Returns whether a discriminator selects the schema by its name, which an inline schema does not have (OpenAPI 3.0.4,
/// Discriminator Object).
fn is_chosen_by_name(node: Node<'_>) -> bool {
    let Some((list, owner)) = node.parent().and_then(|list| Some((list, list.parent()?))) else {
        return false;
    };
    let has_discriminator = |node| Schema::of(node).effective().discriminator.is_some();
    match list.key() {
        Some("oneOf" | "anyOf") => has_discriminator(owner),
        Some("allOf") => has_discriminator(node),
        _ => false,
    }
}

/// Returns whether a schema has a discriminator whose branches refer to the schema with `allOf`.
fn has_branches_elsewhere(schema: Node<'_>) -> bool {
    let has = |keyword| schema.get(keyword).is_some();
    has("discriminator") && !has("oneOf") && !has("anyOf")
}
