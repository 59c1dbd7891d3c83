//! Compares texts, examples and extensions, which do not affect programs.

use oas_document::{
    Node,
    object_model::{FieldType, Object, is_extension},
    openapi::{LIFECYCLE_EXTENSIONS, OPERATION_GROUPS},
};

use crate::{
    change::{Change, changed, matched},
    coverage,
    rule::{Rule, table},
    severity::Effect,
};

/// Returns whether an extension has a meaning here and is compared elsewhere.
fn is_known(key: &str) -> bool {
    LIFECYCLE_EXTENSIONS.contains(&key) || key == OPERATION_GROUPS
}

/// Returns whether two nodes, which may be absent, differ.
pub(crate) fn differ(base: Option<Node<'_>>, head: Option<Node<'_>>) -> bool {
    match (base, head) {
        (Some(base), Some(head)) => !base.value_eq(head),
        (None, None) => false,
        _ => true,
    }
}

/// Returns the extensions of an object.
pub(crate) fn extensions(node: Node<'_>) -> impl Iterator<Item = (&str, Node<'_>)> {
    node.entries()
        .filter(|(key, _)| is_extension(key) && !is_known(key))
}

/// Returns the change of a field that is only documentation.
pub(crate) fn field<'d>(
    rule: &'static Rule,
    (base, head): (Node<'d>, Node<'d>),
    field: &str,
) -> Option<Change<'d>> {
    let sides = (base.get(field), head.get(field));
    differ(sides.0, sides.1).then(|| {
        let message = changed(field, sides.0, sides.1);
        Change::new(rule, Effect::None, sides, (head, head), message)
    })
}

/// Returns the change of a map of objects that can be references, such as `examples`; the targets of references are compared.
pub(crate) fn map<'d>(
    rule: &'static Rule,
    (base, head): (Node<'d>, Node<'d>),
    field: &str,
) -> Option<Change<'d>> {
    let sides = (base.get(field), head.get(field));
    let entries = |map: Option<Node<'d>>| map.into_iter().flat_map(Node::entries);
    let resolved = |node: Node<'d>| node.resolve().unwrap_or(node);
    let same = matched(entries(sides.0), entries(sides.1))
        .into_iter()
        .all(|(_, one, other)| !differ(one.map(resolved), other.map(resolved)));
    // A value that is not a map is compared as it is.
    let maps = [sides.0, sides.1].into_iter().flatten();
    let differs = match maps.into_iter().all(Node::is_object) {
        true => !same || sides.0.is_some() != sides.1.is_some(),
        false => differ(sides.0, sides.1),
    };
    differs.then(|| {
        let message = changed(field, sides.0, sides.1);
        Change::new(rule, Effect::None, sides, (head, head), message)
    })
}

/// Returns the changes of fields that no version of the standard has, whose meaning is unknown.
fn unknown_fields<'d>(objects: (Node<'d>, Node<'d>), object: Object) -> Vec<Change<'d>> {
    let unknown = |node: Node<'d>| {
        node.entries()
            .map(|(key, _)| key)
            .filter(move |key| !is_extension(key) && *key != "$ref")
            .filter(move |key| object.field(key).is_none())
    };
    if object.patterned_fields().is_some() {
        return Vec::new();
    }
    let mut keys: Vec<&str> = unknown(objects.0).chain(unknown(objects.1)).collect();
    keys.sort_unstable();
    keys.dedup();
    let changes = keys.into_iter();
    changes
        .filter_map(|key| field(&table::NOT_COMPARED, objects, key))
        .collect()
}

/// Returns the changes of an object's documentation, its extensions, and its unknown fields.
pub(crate) fn fields<'d>(objects: (Node<'d>, Node<'d>), object: Object) -> Vec<Change<'d>> {
    let fields = coverage::documentation(object);
    let change = |(name, rule)| match object.field(name).map(|field| field.ty) {
        Some(FieldType::Map(_)) => map(rule, objects, name),
        _ => field(rule, objects, name),
    };
    let mut changes: Vec<Change<'d>> = fields.filter_map(change).collect();
    changes.extend(unknown_fields(objects, object));
    let extensions = matched(extensions(objects.0), extensions(objects.1));
    for (key, _, _) in extensions {
        let change = field(extension_rule(key), objects, key);
        // A reference that is written otherwise can lead to the same.
        changes.extend(match key {
            "x-unrouted-responses" => change.and_then(|_| map(extension_rule(key), objects, key)),
            _ => change,
        });
    }
    changes
}

/// Returns the rule for a change of an extension: its own if the extension has a meaning for clients or servers.
pub(crate) fn extension_rule(name: &str) -> &'static Rule {
    match name {
        "x-error" => &table::ERROR_TEXT,
        "x-failure-property" => &table::FAILURE_PROPERTY,
        "x-idempotent" => &table::IDEMPOTENCE,
        "x-rejection" | "x-unrouted-responses" => &table::REJECTION_CHANGED,
        _ => &table::EXTENSION_CHANGED,
    }
}
