//! Defines effective schemas: the combined keywords of all objects of a schema, as plain data with a field for each
//! keyword.
//!
//! They are computed in [`super::merge`].

use std::{
    collections::{HashMap, HashSet},
    ops::Index,
};

use super::merge::{Names, additional_of, both};
use super::{Limit, Schema, SchemaProblem, Types};
use crate::{Decimal, Node, ReferenceError, Version, suggest::nearest};

/// The parsed value of a keyword, with the node of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<'d, T> {
    /// The parsed value.
    pub value: T,
    /// The value as it is written.
    pub node: Node<'d>,
}

impl<'d, T> Spanned<'d, T> {
    pub(crate) fn new(value: T, node: Node<'d>) -> Self {
        Spanned { value, node }
    }
}

/// The limits of lengths and counts, such as `limits[Limit::MaxItems]`. If several objects of a schema have a limit, it
/// is the tightest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits<'d>([Option<Spanned<'d, u64>>; Limit::ALL.len()]);

impl<'d> Limits<'d> {
    /// Returns the value of `limit`; `None` if there is no such limit.
    #[must_use]
    pub fn value(&self, limit: Limit) -> Option<u64> {
        self[limit].as_ref().map(|limit| limit.value)
    }

    /// Adds a limit, which replaces a looser one.
    pub(super) fn tighten(&mut self, limit: Limit, value: u64, node: Node<'d>) {
        let is_tighter = |old: u64| match limit.is_upper() {
            true => value < old,
            false => value > old,
        };
        if self.value(limit).is_none_or(is_tighter) {
            self.0[limit as usize] = Some(Spanned::new(value, node));
        }
    }
}

impl<'d> Index<Limit> for Limits<'d> {
    type Output = Option<Spanned<'d, u64>>;

    fn index(&self, limit: Limit) -> &Self::Output {
        // The array has a place for each variant.
        &self.0[limit as usize]
    }
}

/// A lower or upper bound of a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bound<'d> {
    /// The bound, exact.
    pub value: Decimal,
    /// Whether the bound itself is excluded, by `exclusiveMinimum` or `exclusiveMaximum` as a boolean (3.0) or as a
    /// number (3.1).
    pub exclusive: bool,
    /// The value of the keyword that contains the number.
    pub node: Node<'d>,
}

/// A property that `properties` of at least one object of the schema lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property<'d> {
    /// The name.
    pub name: &'d str,
    /// The conjunction of all schemas for the property: those of `properties` and of matching `patternProperties`, and
    /// the `additionalProperties` of objects that do not list it.
    pub schema: Schema<'d>,
    /// Whether the property must be present.
    pub required: bool,
    /// The schemas of the property in `properties`, one for each object that lists it; a `$ref` is not followed.
    pub nodes: Vec<Node<'d>>,
}

/// The values that are allowed for properties which other keywords do not describe. Which properties these are depends on the
/// place: see [`EffectiveSchema::additional`], [`EffectiveSchema::unevaluated`] and [`EffectiveSchema::unlisted_property`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Additional<'d> {
    /// Any value is allowed, because no keyword restricts it.
    #[default]
    Any,
    /// There must be no such property. The node is the `false` that excludes it; every other schema without valid values is
    /// [`Schema`](Self::Schema).
    Denied(Node<'d>),
    /// Values of this schema are allowed.
    Schema(Schema<'d>),
}

/// A `oneOf` or `anyOf` with several branches.
///
/// Branches that admit only null are left out: [`EffectiveSchema::types`] contains null instead. A union of which one
/// branch remains is not listed unless a `discriminator` is beside it; the branch is part of the schema itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Union<'d> {
    /// The array of branches.
    pub node: Node<'d>,
    /// The branches, in document order.
    pub branches: Vec<Branch<'d>>,
}

/// A branch of a [`Union`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Branch<'d> {
    /// The item of the array; a `$ref` is not followed.
    pub node: Node<'d>,
    /// The schema of the branch, with the target of its `$ref`, but without the keywords beside the union:
    /// [`Schema::and`] combines both.
    pub schema: Schema<'d>,
}

/// `if`, `then` and `else` (JSON Schema 2020-12 §10.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditional<'d> {
    /// The schema under `if`.
    pub condition: Schema<'d>,
    /// The schema under `then`, for values that are valid against the condition.
    pub then: Option<Schema<'d>>,
    /// The schema under `else`, for all other values.
    pub otherwise: Option<Schema<'d>>,
    /// The value of `if`.
    pub node: Node<'d>,
}

/// `contains` with `minContains` and `maxContains` (JSON Schema 2020-12 §10.3.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contains<'d> {
    /// The schema that some items must match.
    pub schema: Schema<'d>,
    /// The smallest number of matching items; 1 by default.
    pub min: u64,
    /// The largest number of matching items; `None` if it is not limited.
    pub max: Option<u64>,
    /// The value of `contains`.
    pub node: Node<'d>,
}

/// A discriminator: a property whose value selects a branch of a union, or a schema that extends this one (OpenAPI
/// 3.0.4, Discriminator Object).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discriminator<'d> {
    /// The name of the property whose value selects the schema (`propertyName`).
    pub property: &'d str,
    /// The schema for values that no entry selects (`defaultMapping`, OpenAPI 3.2). The `value` of this entry is empty.
    pub default: Option<MappingEntry<'d>>,
    /// The Discriminator Object.
    pub node: Node<'d>,
}

impl<'d> Discriminator<'d> {
    /// Returns the entries of `mapping`, in document order. An entry whose reference leads to nothing has an error as
    /// its `target`; an entry that is not a string is left out.
    ///
    /// The implicit values, which are the names of the schemas, are not included; [`EffectiveSchema::discriminator_tags`] adds those
    /// of the branches, and [`selected`](Self::selected) those of the schemas that extend this one.
    pub fn mapping(&self) -> Vec<MappingEntry<'d>> {
        let entries = self.node.get("mapping").into_iter().flat_map(Node::entries);
        let entries = entries.filter_map(|(value, node)| super::merge::mapping_entry(value, node));
        entries.collect()
    }

    /// Returns the values of a discriminator without a union beside it, each with the schema object that it selects: the entries of
    /// [`mapping`](Self::mapping) that can be resolved, then the names of the schemas that extend the one with the discriminator
    /// (OpenAPI 3.0.4, Discriminator Object).
    ///
    /// `descendants` are those of the document, which the function [`descendants`](super::descendants) returns.
    #[must_use]
    pub fn selected(
        &self,
        descendants: &HashMap<Node<'d>, Vec<Node<'d>>>,
    ) -> Vec<(&'d str, Node<'d>)> {
        let mapping = self.mapping().into_iter();
        let mapped = mapping.filter_map(|entry| Some((entry.value, entry.target.ok()?)));
        let mut selected: Vec<(&str, Node<'_>)> = mapped.collect();
        let named: HashSet<&str> = selected.iter().map(|(value, _)| *value).collect();
        let owner = self.node.parent();
        let children = owner.and_then(|owner| descendants.get(&owner));
        let children = children.into_iter().flatten();
        let implicit = children.filter_map(|child| Some((child.key()?, *child)));
        selected.extend(implicit.filter(|(name, _)| !named.contains(name)));
        selected
    }
}

/// An entry of a discriminator's `mapping`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MappingEntry<'d> {
    /// The value of the property: the key of the entry.
    pub value: &'d str,
    /// The schema object that the value selects, with `$ref`s followed.
    pub target: Result<Node<'d>, ReferenceError<'d>>,
    /// The value of the entry: a reference, or the name of a schema.
    pub node: Node<'d>,
}

/// The combined keywords of all objects of a schema; see [`Schema::effective`].
///
/// Only [`types`](EffectiveSchema::types) contains whether null is admitted; all other fields are about other values.
///
/// Code that has to know all keywords, such as a comparison, destructures this without `..`, so that the compiler reports each place
/// that a new keyword concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other crates destructure it")]
pub struct EffectiveSchema<'d> {
    /// The types that the schema admits: those that `type`, `enum`, `const`, `oneOf` and `anyOf` have in common.
    pub types: Types,
    /// The values of `type`, one for each object that has it.
    pub type_nodes: Vec<Node<'d>>,
    /// The only admitted values except null: those that all `enum` and `const`, and `types`, have in common, in the
    /// order of the first list. `None` if there is neither `enum` nor `const`; empty if no value except null is
    /// admitted.
    pub values: Option<Vec<Node<'d>>>,
    /// The values of `enum` and `const`, one for each object that has the keyword.
    pub value_nodes: Vec<Node<'d>>,
    /// The first `const` (JSON Schema 2020-12 Validation §6.1.3).
    pub constant: Option<Node<'d>>,
    /// The values of `format`, without repetitions.
    pub formats: Vec<Spanned<'d, &'d str>>,
    /// The values of `pattern`, without repetitions; a text must match all of them.
    pub patterns: Vec<Spanned<'d, &'d str>>,
    /// The tightest lower bound.
    pub minimum: Option<Bound<'d>>,
    /// The tightest upper bound.
    pub maximum: Option<Bound<'d>>,
    /// The values of `multipleOf`, without repetitions; a number must be a multiple of all of them.
    pub multiple_of: Vec<Spanned<'d, Decimal>>,
    /// The limits of lengths and counts.
    pub limits: Limits<'d>,
    /// The value of the first `uniqueItems: true`.
    pub unique_items: Option<Node<'d>>,
    /// The properties that `properties` of any object lists, in document order.
    pub properties: Vec<Property<'d>>,
    /// The names in `required`, without repetitions, including those that are not in `properties`.
    pub required: Vec<Spanned<'d, &'d str>>,
    /// The entries of `patternProperties`: a pattern, and the schema of the properties whose names match it.
    pub pattern_properties: Vec<(&'d str, Schema<'d>)>,
    /// The schema of the names of properties (`propertyNames`).
    pub property_names: Option<Schema<'d>>,
    /// The properties that neither `properties` nor `pattern_properties` list (`additionalProperties`).
    pub additional: Additional<'d>,
    /// The properties that no object and no branch lists (`unevaluatedProperties`). If the schema has no branches and
    /// conditions, which list properties too, this is [`Additional::Any`], and `unevaluatedProperties` is part of
    /// `additional`.
    pub unevaluated: Additional<'d>,
    /// The schema of the items after those of `prefix_items`.
    pub items: Option<Schema<'d>>,
    /// The schemas of the first items, by position (`prefixItems`).
    pub prefix_items: Vec<Schema<'d>>,
    /// The values of `contains`, one for each object that has it.
    pub contains: Vec<Contains<'d>>,
    /// The value of the first `unevaluatedItems`.
    pub unevaluated_items: Option<Node<'d>>,
    /// The `oneOf`s, one for each object that has the keyword; a value must satisfy all of them.
    pub one_of: Vec<Union<'d>>,
    /// The `anyOf`s, one for each object that has the keyword; a value must satisfy all of them.
    pub any_of: Vec<Union<'d>>,
    /// The schemas under `not`; a value must match none of them.
    pub not: Vec<Schema<'d>>,
    /// The conditions, one for each object that has `if`.
    pub conditionals: Vec<Conditional<'d>>,
    /// The entries of `dependentRequired`: the name of a property, and the names that are required if it is present.
    pub dependent_required: Vec<(&'d str, Spanned<'d, Vec<&'d str>>)>,
    /// The entries of `dependentSchemas`: the name of a property, and the schema that applies to the object if it is
    /// present.
    pub dependent_schemas: Vec<(&'d str, Schema<'d>)>,
    /// The first `contentMediaType`.
    pub content_media_type: Option<Spanned<'d, &'d str>>,
    /// The first `contentEncoding`.
    pub content_encoding: Option<Spanned<'d, &'d str>>,
    /// The conjunction of all `contentSchema`s.
    pub content_schema: Option<Schema<'d>>,
    /// The discriminator of the outermost object that has one.
    pub discriminator: Option<Discriminator<'d>>,
    /// The value of the first `readOnly: true`.
    pub read_only: Option<Node<'d>>,
    /// The value of the first `writeOnly: true`.
    pub write_only: Option<Node<'d>>,
    /// The value of the first `deprecated: true`.
    pub deprecated: Option<Node<'d>>,
    /// `title` of the outermost object that has one.
    pub title: Option<Spanned<'d, &'d str>>,
    /// `description` of the outermost object that has one.
    pub description: Option<Spanned<'d, &'d str>>,
    /// `default` of the outermost object that has one.
    pub default: Option<Node<'d>>,
    /// The values of `example`, then the items of `examples`, those of outer objects first.
    pub examples: Vec<Node<'d>>,
    /// `xml` of the outermost object that has one.
    pub xml: Option<Node<'d>>,
    /// `externalDocs` of the outermost object that has one.
    pub external_docs: Option<Node<'d>>,
    /// The first object that is the schema `false`, which admits no value.
    pub false_schema: Option<Node<'d>>,
    /// The parts that restrict properties which their `properties` do not list.
    pub unlisted_parts: Vec<Node<'d>>,
}

/// Returns whether `contentMediaType` of this value, which 3.0 does not have, is that of JSON.
pub(super) fn is_json_text(node: Node<'_>, media_type: &str) -> bool {
    let range = oas_wire::MediaRange::parse_lenient(media_type);
    node.document().version() > Version::V3_0 && range.is_ok_and(|range| range.is_json())
}

impl<'d> EffectiveSchema<'d> {
    /// Iterates over the keywords that compare the items of an array with one another, or count some of them: `uniqueItems` and
    /// `contains`.
    pub fn across_items(&self) -> impl Iterator<Item = Node<'d>> {
        let contains = self.contains.iter().map(|contains| contains.node);
        self.unique_items.into_iter().chain(contains)
    }

    /// Returns whether the schema describes the bytes of a file, and not a text: a string with `format: binary`, or with a
    /// `contentMediaType` other than plain text and JSON that is not encoded as text (OpenAPI 3.1.1, Working With Binary Data).
    #[must_use]
    pub fn is_binary(&self) -> bool {
        let is_other = |media_type: &Spanned<'_, &str>| {
            let range = oas_wire::MediaRange::parse_lenient(media_type.value);
            media_type.node.document().version() > Version::V3_0
                && !range.is_ok_and(|range| range.has_essence("text/plain") || range.is_json())
        };
        self.formats.iter().any(|format| format.value == "binary")
            || self.content_encoding.is_none()
                && self.content_media_type.as_ref().is_some_and(is_other)
    }

    /// Returns the schema of the JSON text that a string contains: `contentSchema`, if `contentMediaType` is JSON and
    /// there is no `contentEncoding` (JSON Schema 2020-12 Validation §8.5).
    #[must_use]
    pub fn json_content(&self) -> Option<&Schema<'d>> {
        let media_type = self.content_media_type.as_ref()?;
        let is_json = is_json_text(media_type.node, media_type.value);
        let is_plain = self.content_encoding.is_none();
        self.content_schema.as_ref().filter(|_| is_json && is_plain)
    }

    /// Returns the property with this name, if `properties` of any object lists it.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property<'d>> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// Returns the schema of a property that is not among [`properties`](EffectiveSchema::properties): the conjunction of what
    /// each part has for `name`, which are the schemas of the patterns that match, or else `additionalProperties`. If no part
    /// has any, the result is [`additional`](EffectiveSchema::additional), or [`Additional::Any`] if there is a pattern that cannot be
    /// compiled, which may match.
    ///
    /// Branches, conditions, and [`unevaluated`](EffectiveSchema::unevaluated) are not considered.
    ///
    /// ```
    /// use oas_document::{Document, schema::{Additional, Schema}};
    ///
    /// let text = "openapi: 3.1.0\ncomponents: {schemas: {Pet: {patternProperties: {^x-: {type: string}}, additionalProperties: false}}}\n";
    /// let document = Document::parse("api.yaml", text).unwrap();
    /// let pet = Schema::of(document.node_at("/components/schemas/Pet").unwrap()).effective();
    /// assert!(matches!(pet.unlisted_property("x-color"), Additional::Schema(_)));
    /// assert!(matches!(pet.unlisted_property("color"), Additional::Denied(_)));
    /// ```
    pub fn unlisted_property(&self, name: &str) -> Additional<'d> {
        let parts = self.unlisted_parts.iter().map(|part| Names::of(*part));
        let parts: Vec<Names<'d>> = parts.collect();
        let schemas = parts.iter().flat_map(|part| part.unlisted(name));
        match schemas.map(additional_of).reduce(both) {
            Some(found) => found,
            None if parts.iter().any(Names::is_undecided) => Additional::Any,
            None => self.additional.clone(),
        }
    }

    /// Returns the values of the discriminator, each with the schema object that it selects: the entries of `mapping`
    /// that can be resolved, then the names of the branches (OpenAPI 3.0.4, Discriminator Object). It is empty if there
    /// is not a discriminator.
    #[must_use]
    pub fn discriminator_tags(&self) -> Vec<(&'d str, Node<'d>)> {
        let Some(discriminator) = &self.discriminator else {
            return Vec::new();
        };
        let mapping = discriminator.mapping();
        let mut tags: Vec<(&'d str, Node<'d>)> = mapping
            .iter()
            .filter_map(|entry| Some((entry.value, entry.target.ok()?)))
            .collect();
        let mut known: HashSet<&str> = tags.iter().map(|(tag, _)| *tag).collect();
        let unions = self.one_of.iter().chain(&self.any_of);
        for branch in unions.flat_map(|union| &union.branches) {
            // Only a branch that is a reference has a name.
            if let Ok(target) = branch.node.resolve()
                && target != branch.node
                && let Some(name) = target.key()
                && known.insert(name)
            {
                tags.push((name, target));
            }
        }
        tags
    }

    /// Returns a problem for each required name that is not in `properties`.
    pub fn required_without_property(&self) -> impl Iterator<Item = SchemaProblem<'d>> {
        let missing = self
            .required
            .iter()
            .filter(|name| self.property(name.value).is_none());
        missing.map(|name| SchemaProblem::RequiredWithoutProperty {
            name: name.value,
            node: name.node,
            similar: nearest(
                name.value,
                self.properties.iter().map(|property| property.name),
            ),
        })
    }

    /// Returns whether `types` is empty, so that no value is valid. `false` does not prove that there is a valid value.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.types.is_empty()
    }
}
