//! Computes which types a schema admits, above all null.
//!
//! A `oneOf` with several branches that admit null admits it here, although the standard allows exactly one match:
//! authors who make each branch nullable mean that.
//!
//! Branches of `oneOf` and `anyOf` are visited once each, and no more than a thousand: a type that is undecided then
//! counts as admitted.

use std::collections::HashMap;

use super::{Part, Schema, Type, Types, union};
use crate::{Node, Version};

/// Branches that one question may look into.
const MAX_BRANCHES: usize = 1000;
/// Depth of nested unions that is looked into.
const MAX_DEPTH: usize = 64;

/// Returns the types that a schema admits.
pub(super) fn types(schema: &Schema<'_>) -> Types {
    Question::default().schema(schema)
}

#[derive(Default)]
struct Question<'d> {
    /// Branches seen so far. One that is being looked into adds nothing to a union that it is a part of.
    known: HashMap<Node<'d>, Types>,
    depth: usize,
}

impl<'d> Question<'d> {
    fn schema(&mut self, schema: &Schema<'d>) -> Types {
        schema
            .parts()
            .iter()
            .fold(Types::ANY, |types, part| types & self.part(part))
    }

    fn part(&mut self, part: &Part<'d>) -> Types {
        let node = part.node;
        let mut types = own_types(node);
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = node.get(key).filter(|branches| branches.is_array())
                && union::sole_branch(node, branches).is_none()
            {
                types = types & self.branches(branches);
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

    fn branches(&mut self, branches: Node<'d>) -> Types {
        let mut union = Types::NONE;
        for branch in branches.items() {
            // Branches are mostly references; a target is visited once.
            let alone = branch.document().version() == Version::V3_0 || branch.entries().len() == 1;
            let branch = if alone {
                branch.resolve().unwrap_or(branch)
            } else {
                branch
            };
            let types = match self.known.get(&branch) {
                Some(types) => *types,
                None if self.known.len() >= MAX_BRANCHES || self.depth >= MAX_DEPTH => {
                    return Types::ANY;
                }
                None => {
                    self.known.insert(branch, Types::NONE);
                    self.depth += 1;
                    let types = self.schema(&Schema::of(branch));
                    self.depth -= 1;
                    self.known.insert(branch, types);
                    types
                }
            };
            union = union | types;
        }
        union
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
    let by_nullable = |part: &Part<'_>| part.nullable || union::is_nullable(part.node);
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
