//! Recognizes `oneOf` and `anyOf` that are equivalent to "X" or "X or null".

use super::null;
use crate::{Node, object_model::is_annotation, schema::Types};

/// Returns whether an object admits null by `nullable: true` (OpenAPI 3.0.4, Schema Object).
///
/// The standard requires `type` beside it, and does not define it from 3.1 on; it is accepted without `type` and in
/// every version, because documents use it so.
pub(super) fn is_nullable(node: Node<'_>) -> bool {
    node.get("nullable").and_then(Node::as_bool) == Some(true)
}

/// Returns the only branch of a `oneOf` or `anyOf` that admits anything but null, and whether another admits null.
///
/// Returns `None` if there are several such branches, or a discriminator makes a choice of a single branch.
pub(crate) fn sole_branch<'d>(schema: Node<'d>, branches: Node<'d>) -> Option<(Node<'d>, bool)> {
    if schema.get("discriminator").is_some() {
        return None;
    }
    let mut sole = None;
    let mut null = false;
    for branch in branches.items() {
        if is_null(branch) {
            null = true;
        } else if sole.replace(branch).is_some() {
            return None;
        }
    }
    sole.map(|branch| (branch, null))
}

/// Returns whether a schema object admits only null, and has no further keyword.
pub(super) fn is_null(node: Node<'_>) -> bool {
    let Ok(node) = node.resolve() else {
        return false;
    };
    let plain = |key| matches!(key, "type" | "enum" | "const" | "nullable") || is_annotation(key);
    let says_type = ["type", "enum", "const"]
        .iter()
        .any(|key| node.get(key).is_some());
    says_type && node.entries().all(|(key, _)| plain(key)) && null::own_types(node) == Types::NULL
}
