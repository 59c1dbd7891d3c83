//! Analyses the form in which schemas are written, for code that names types.
//!
//! In the schema algebra, `allOf: [$ref]` and the `$ref` alone are the same set of values, and the name of the
//! reference is lost. Generated code needs the name.

use std::collections::HashMap;

use rustc_hash::FxHashSet;

use super::{Spanned, asserts_by, null, union};
use crate::{Document, Node, ReferenceError, Version, object_model::is_annotation, openapi};

/// Returns the member with the `$ref` of a schema such as `allOf: [$ref]` or `oneOf: [$ref, {type: 'null'}]`, if the
/// schema admits the values of the target, and at most also null. Returns `None` for every other schema, also for
/// one that is a `$ref` itself, and for a component that a discriminator of the target selects.
///
/// [`declares_null`] returns whether the schema adds null.
///
/// ```
/// use oas_document::{Document, schema};
///
/// let text = "\
/// openapi: 3.0.3
/// components:
///   schemas:
///     Owner: {allOf: [{$ref: '#/components/schemas/Person'}], nullable: true, description: Whose it is.}
///     Person: {type: object}
/// ";
/// let document = Document::parse("people.yaml", text).unwrap();
/// let owner = document.node_at("/components/schemas/Owner").unwrap();
/// let reference = schema::sole_reference(owner).unwrap();
/// assert_eq!(reference.reference(), Some("#/components/schemas/Person"));
/// assert!(schema::declares_null(owner));
/// ```
#[must_use]
pub fn sole_reference(schema: Node<'_>) -> Option<Node<'_>> {
    let (wrapper, group) = ["allOf", "oneOf", "anyOf"]
        .iter()
        .find_map(|key| Some((*key, schema.get(key)?)))?;
    let mut branches = group.items().filter(|branch| !union::is_null(*branch));
    let only = branches.next()?;
    let only = match only.reference() {
        Some(_) => only,
        // Generators write `oneOf: [{allOf: [$ref]}, {type: 'null'}]`.
        None if !declares_null(only) => sole_reference(only)?,
        None => return None,
    };
    let repeats = |ty: Node<'_>| {
        let target = only.resolve().ok().and_then(|target| target.get("type"));
        let declared = target.and_then(Node::as_str);
        declared.is_some() && ty.as_str() == declared
    };
    let plain = schema.entries().all(|(key, value)| {
        key == wrapper
            || (key == "type" && repeats(value))
            || !(asserts_by(key) || matches!(key, "$ref" | "$dynamicRef" | "allOf"))
    });
    let is_only = plain && branches.next().is_none();
    (is_only && !(wrapper == "allOf" && is_selected(schema, only))).then_some(only)
}

/// Returns whether a schema that extends the target of `reference` is one of those that a discriminator of the target
/// [selects](descendants), so that a value of it is no value of all the others.
fn is_selected(schema: Node<'_>, reference: Node<'_>) -> bool {
    let components = schema.document().node_at("/components/schemas");
    let is_component = components.is_some_and(|components| schema.parent() == Some(components));
    is_component
        && reference.resolve().is_ok_and(|target| {
            let has = |key| target.get(key).is_some();
            has("discriminator") && !has("oneOf") && !has("anyOf")
        })
}

/// Returns whether a `$ref` has siblings that can restrict the values of its target, or that determine how they are decoded, such
/// as `required`, `allOf` or `discriminator` (JSON Schema 2020-12 Core §8.2.3.1). Only the keywords count: a `type` that repeats
/// that of the target is a sibling too.
///
/// Returns `false` if there is no `$ref`, and in OpenAPI 3.0, which ignores such siblings (OpenAPI 3.0.4, Reference Object).
#[must_use]
pub fn refines_reference(schema: Node<'_>) -> bool {
    schema.reference().is_some()
        && !ignores_siblings(schema)
        && schema
            .entries()
            .any(|(key, _)| asserts_by(key) || key == "allOf")
}

/// Follows a chain of `$ref`s to the schema object at its end, or to the first one on the way that
/// [refines](refines_reference) its target. Returns `schema` itself if it has no `$ref`.
///
/// # Errors
///
/// Returns an error if a `$ref` of the chain cannot be resolved.
///
/// ```
/// use oas_document::{Document, schema};
///
/// let text = "\
/// openapi: 3.1.0
/// components:
///   schemas:
///     A: {$ref: '#/components/schemas/B'}
///     B: {$ref: '#/components/schemas/C', required: [id]}
///     C: {type: object}
/// ";
/// let document = Document::parse("chain.yaml", text).unwrap();
/// let a = document.node_at("/components/schemas/A").unwrap();
/// assert_eq!(schema::referenced(a).unwrap().key(), Some("B"));
/// assert_eq!(a.resolve().unwrap().key(), Some("C"));
/// ```
pub fn referenced<'d>(schema: Node<'d>) -> Result<Node<'d>, ReferenceError<'d>> {
    schema.resolve()?;
    let mut here = schema;
    while let Some(next) = here.document().next(here) {
        here = next?;
        if refines_reference(here) {
            break;
        }
    }
    Ok(here)
}

/// Returns whether a schema object declares null by its own `nullable`, by `null` in its list of types, or by a branch of its
/// `oneOf` or `anyOf` that admits null alone.
///
/// Neither `$ref` nor `allOf` is followed.
pub fn declares_null(schema: Node<'_>) -> bool {
    let branch = |key| {
        let branches = schema.get(key).into_iter().flat_map(Node::items);
        branches.into_iter().any(union::is_null)
    };
    let types = schema.get("type").map(null::declared_types);
    union::is_nullable(schema)
        || types.is_some_and(|types| types.has_null() && !types.is_any())
        || branch("oneOf")
        || branch("anyOf")
}

/// Returns the target of a `$dynamicRef` if no sibling restricts the value (JSON Schema 2020-12 Core §8.2.3.2); `None`
/// otherwise. The `$dynamicRef` is resolved like a `$ref`, irrespective of the dynamic scope.
pub fn sole_dynamic_reference(schema: Node<'_>) -> Option<Node<'_>> {
    let reference = schema.get("$dynamicRef").and_then(Node::as_str)?;
    let plain = schema
        .entries()
        .all(|(key, _)| !asserts_by(key) && !matches!(key, "$ref" | "allOf"));
    plain.then(|| schema.follow(reference).ok()).flatten()
}

/// Returns whether a schema object has `allOf` or `$dynamicRef`, by which it includes others.
#[must_use]
pub fn is_composed(schema: Node<'_>) -> bool {
    schema.get("allOf").is_some() || schema.get("$dynamicRef").is_some()
}

/// Returns whether a schema object has `properties` of its own.
#[must_use]
pub fn has_properties(schema: Node<'_>) -> bool {
    schema.get("properties").is_some()
}

/// Returns whether a branch of a union only narrows the object that contains the union, such as `required: [a]`: it has
/// no keywords but `required`, `not`, `minProperties`, `maxProperties` and annotations.
#[must_use]
pub fn only_narrows(schema: Node<'_>) -> bool {
    let narrows = |key| {
        let keywords = ["required", "not", "minProperties", "maxProperties"];
        keywords.contains(&key) || is_annotation(key)
    };
    schema.entries().all(|(key, _)| narrows(key))
}

/// The annotations of one schema object, without those of schemas to which it refers or that it includes.
///
/// [`EffectiveSchema`](super::EffectiveSchema) has the annotations of the whole schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Annotations<'d> {
    /// `title`.
    pub title: Option<Spanned<'d, &'d str>>,
    /// `description`.
    pub description: Option<Spanned<'d, &'d str>>,
    /// `deprecated: true`.
    pub deprecated: bool,
}

impl<'d> Annotations<'d> {
    /// Returns the annotations of a schema object.
    pub fn of(schema: Node<'d>) -> Self {
        let text = |key| {
            let node = schema.get(key)?;
            Some(Spanned::new(node.as_str()?, node))
        };
        Annotations {
            title: text("title"),
            description: text("description"),
            deprecated: schema.get("deprecated").and_then(Node::as_bool) == Some(true),
        }
    }
}

/// Returns `example` of a schema object, or else of the target of its `$ref` (OpenAPI 3.0.4, Schema Object).
#[must_use]
pub fn example(schema: Node<'_>) -> Option<Node<'_>> {
    let own = schema.get("example").filter(|_| !ignores_siblings(schema));
    own.or_else(|| schema.resolve().ok()?.get("example"))
}

/// Returns whether siblings of a `$ref` are ignored (OpenAPI 3.0.4, Reference Object).
fn ignores_siblings(schema: Node<'_>) -> bool {
    schema.reference().is_some() && schema.document().version() == Version::V3_0
}

/// Returns, for each schema that others extend by a `$ref` in `allOf`, the schema components that extend it, directly
/// or through others, in document order.
///
/// A discriminator of the extended schema can select each of them (OpenAPI 3.0.4, Discriminator Object).
#[must_use]
pub fn descendants(document: &Document) -> HashMap<Node<'_>, Vec<Node<'_>>> {
    let mut descendants: HashMap<Node<'_>, Vec<Node<'_>>> = HashMap::new();
    for (_, schema) in openapi::schemas(document) {
        // Only a schema with a discriminator needs them, and few have many ancestors.
        let mut ancestors = parents(schema);
        let mut known: FxHashSet<Node<'_>> = ancestors.iter().copied().collect();
        let mut next = 0;
        while let Some(&ancestor) = ancestors.get(next) {
            next += 1;
            let new = parents(ancestor).into_iter();
            ancestors.extend(new.filter(|parent| known.insert(*parent)));
        }
        for ancestor in ancestors.into_iter().filter(|ancestor| *ancestor != schema) {
            descendants.entry(ancestor).or_default().push(schema);
        }
    }
    descendants
}

/// Returns the schemas that the references in the `allOf` of a schema lead to.
fn parents(schema: Node<'_>) -> Vec<Node<'_>> {
    let members = schema.get("allOf").into_iter().flat_map(Node::items);
    let references = members.filter(|member| member.reference().is_some());
    references
        .filter_map(|reference| reference.resolve().ok())
        .collect()
}
