//! Computes which types a schema admits, above all null.
//!
//! A `oneOf` with several branches that admit null admits it here, although the standard allows exactly one match:
//! authors who make each branch nullable mean that.

use super::{Schema, Subschema, Type, Types, decided, union};
use crate::{Node, Version};

/// Returns the types that a schema admits.
pub(super) fn types(schema: &Schema<'_>) -> Types {
    match schema.parts() {
        [] => Types::ANY,
        [first, ..] => decided::types(first.node.document(), schema),
    }
}

/// Returns the types that a schema admits; `of_branch` returns those of a branch.
pub(super) fn admitted<'d>(schema: &Schema<'d>, of_branch: &impl Fn(Node<'d>) -> Types) -> Types {
    let parts = schema.parts().iter();
    parts.fold(Types::ANY, |types, part| {
        types & part_types(part, of_branch)
    })
}

fn part_types<'d>(part: &Subschema<'d>, of_branch: &impl Fn(Node<'d>) -> Types) -> Types {
    let node = part.node;
    let mut types = own_types(node);
    for union in unions(node) {
        let branches = union.items().map(|item| of_branch(branch(item)));
        types = types & branches.fold(Types::NONE, |all, one| all | one);
    }
    if let Some(excluded) = node.get("not").and_then(excluded_types) {
        types = types.without(excluded);
    }
    if part.null || union::is_nullable(node) {
        types = types | Types::NULL;
    }
    types
}

/// Returns the branches that the types of a schema depend on.
pub(super) fn branches<'d>(schema: &Schema<'d>) -> Vec<Node<'d>> {
    let unions = schema.parts().iter().flat_map(|part| unions(part.node));
    unions.flat_map(|union| union.items().map(branch)).collect()
}

/// Returns the `oneOf` and the `anyOf` of an object, as far as they have several branches.
fn unions<'d>(node: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    let unions = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(move |key| node.get(key));
    unions.filter(move |union| union.is_array() && union::sole_branch(node, *union).is_none())
}

/// Returns the schema object of a branch: branches are mostly references, and many lead to one target.
fn branch(item: Node<'_>) -> Node<'_> {
    let is_alone = item.document().version() == Version::V3_0 || item.entries().len() == 1;
    match is_alone {
        true => item.resolve().unwrap_or(item),
        false => item,
    }
}

/// Returns the types that an object admits by its own `type`, `enum` and `const`, and by `nullable`.
pub(super) fn own_types(node: Node<'_>) -> Types {
    if node.as_bool() == Some(false) {
        return Types::NONE;
    }
    let declared = node.get("type");
    let mut types = declared.map_or(Types::ANY, |keyword| listed_types(node, keyword));
    if let Some(values) = node.get("enum").filter(|values| values.is_array()) {
        types = types
            & values
                .items()
                .map(Types::of_value)
                .fold(Types::NONE, |all, one| all | one);
    }
    if let Some(value) = node.get("const") {
        types = types & Types::of_value(value);
    }
    if union::is_nullable(node) {
        types = types | Types::NULL;
    }
    types
}

/// Returns the types that the `type` keyword of an object names, with those that its `enum` adds.
///
/// Some generators emit null as `{type: string, enum: [null]}` in 3.0, which has no other sensible meaning.
pub(super) fn listed_types(object: Node<'_>, keyword: Node<'_>) -> Types {
    let types = declared_types(keyword);
    let mut values = object.get("enum").into_iter().flat_map(Node::items);
    match object.document().version() {
        Version::V3_0 if values.any(Node::is_null) => types | Types::NULL,
        _ => types,
    }
}

/// Returns whether a schema admits null by JSON Schema, without `nullable`.
pub(super) fn admits_by_letter(node: Node<'_>) -> bool {
    let schema = Schema::of(node);
    let by_nullable = |part: &Subschema<'_>| part.nullable || union::is_nullable(part.node);
    schema.types().has_null() && !schema.parts().iter().any(by_nullable)
}

/// Returns the types that a `type` keyword names; all types if it names none that exists.
pub(super) fn declared_types(keyword: Node<'_>) -> Types {
    let named = |node: Node<'_>| match node.as_str() {
        Some(name) => Type::from_name(name).map(Types::from),
        // An unquoted `type: null` of YAML is parsed as the value null, but its meaning is clear.
        None => node.is_null().then_some(Types::NULL),
    };
    let types = match keyword.is_array() {
        true => keyword
            .items()
            .filter_map(named)
            .fold(Types::NONE, |all, one| all | one),
        false => named(keyword).unwrap_or_default(),
    };
    if types.is_empty() { Types::ANY } else { types }
}

/// Returns the types that `not: {type: …}` excludes, if it has no other keyword.
fn excluded_types(node: Node<'_>) -> Option<Types> {
    let node = node.resolve().ok()?;
    let keyword = node.get("type")?;
    let alone = node
        .entries()
        .all(|(key, _)| key == "type" || key == "description");
    // Without integers, fractions stay, and no name is left for them.
    let types = declared_types(keyword);
    (alone && !types.is_any() && (types.contains(Type::Number) || !types.contains(Type::Integer)))
        .then_some(types)
}
