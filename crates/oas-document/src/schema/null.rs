//! Which types a schema admits, null above all.
//!
//! A `oneOf` of which several branches admit null admits it here, though exactly one may match by the letter: that
//! is what authors mean by making each branch nullable.
//!
//! Branches of `oneOf` and `anyOf` are looked into, with a budget: what cannot be found out within it counts as
//! admitted.

use std::cell::Cell;

use super::{Part, Schema, Type, Types, union};
use crate::{Node, Version};

/// Schemas that one question may look into.
const BUDGET: u32 = 1000;
/// Depth of nested unions that is looked into.
const MAX_DEPTH: u32 = 16;

/// The types that a schema admits.
pub(super) fn types(schema: &Schema<'_>) -> Types {
    let budget = Cell::new(BUDGET);
    types_within(schema, &budget, 0)
}

fn types_within(schema: &Schema<'_>, budget: &Cell<u32>, depth: u32) -> Types {
    schema
        .parts()
        .iter()
        .map(|part| part_types(part, budget, depth))
        .fold(Types::ANY, |all, types| all & types)
}

fn part_types(part: &Part<'_>, budget: &Cell<u32>, depth: u32) -> Types {
    let node = part.node;
    let mut types = own_types(node);
    for key in ["oneOf", "anyOf"] {
        if let Some(branches) = node.get(key).filter(|branches| branches.is_array())
            && union::sole_branch(node, branches).is_none()
        {
            types = types & union_types(branches, budget, depth);
        }
    }
    if let Some(excluded) = node.get("not").and_then(excluded_types) {
        types = types.without(excluded);
    }
    if part.null || union::is_nullable(node) {
        types = types | Types::NULL;
    }
    types
}

fn union_types(branches: Node<'_>, budget: &Cell<u32>, depth: u32) -> Types {
    let mut union = Types::NONE;
    for branch in branches.items() {
        if budget.get() == 0 || depth >= MAX_DEPTH {
            return Types::ANY;
        }
        budget.set(budget.get() - 1);
        union = union | types_within(&Schema::of(branch), budget, depth + 1);
    }
    union
}

/// The types that an object admits by `type`, `enum` and `const` of its own, and by `nullable`.
pub(super) fn own_types(node: Node<'_>) -> Types {
    if node.as_bool() == Some(false) {
        return Types::NONE;
    }
    let mut types = node.get("type").map_or(Types::ANY, declared_types);
    if let Some(values) = node.get("enum").filter(|values| values.is_array()) {
        // `{type: string, enum: [null]}` is how some generators write null in 3.0; nothing else can be meant.
        if values.items().any(Node::is_null) && node.document().version() == Version::V3_0 {
            types = types | Types::NULL;
        }
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

/// The types that a `type` keyword names; everything where it names none that exists.
pub(super) fn declared_types(keyword: Node<'_>) -> Types {
    let named = |node: Node<'_>| match node.as_str() {
        Some(name) => Type::from_name(name).map(Types::from),
        // An unquoted `type: null` of YAML is the value null; what is meant is clear.
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

/// The types that `not: {type: …}` takes away, where it says nothing else.
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
