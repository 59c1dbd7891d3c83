//! Contains the combined keywords of all parts of a schema: plain data, one field for each keyword.
//!
//! They are computed in [`super::merge`].

use std::{collections::HashSet, ops::Index};

use oas_schema::Pattern;

use super::{Limit, Problem, Schema, Types};
use crate::{Decimal, Node, ReferenceError, Version, suggest::nearest};

/// The meaning of a keyword, and the node that has it (the value of the keyword).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<'d, T> {
    /// The value of the keyword.
    pub value: T,
    /// The node of the keyword.
    pub node: Node<'d>,
}

impl<'d, T> Spanned<'d, T> {
    pub(crate) fn new(value: T, node: Node<'d>) -> Spanned<'d, T> {
        Spanned { value, node }
    }
}

/// The tightest limit of each keyword that limits a length or a count, such as `limits[Limit::MaxItems]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits<'d>([Option<Spanned<'d, u64>>; Limit::ALL.len()]);

impl<'d> Limits<'d> {
    /// Returns the value of a limit.
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

/// A bound of a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bound<'d> {
    /// The bound, exact.
    pub value: Decimal,
    /// Whether the bound itself is excluded; `exclusiveMinimum` as a boolean (3.0) and as a number (3.1) alike.
    pub exclusive: bool,
    /// The value of the keyword that holds the number.
    pub node: Node<'d>,
}

/// A property that some part names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property<'d> {
    /// Its name.
    pub name: &'d str,
    /// The conjunction of the schemas that all parts have for it: `properties`, matching `patternProperties`, and
    /// `additionalProperties` of parts that do not name it.
    pub schema: Schema<'d>,
    /// Whether it must be present.
    pub required: bool,
    /// The values under its name in the `properties` of the parts, as written (a `$ref` is not followed).
    pub nodes: Vec<Node<'d>>,
}

/// The schema of properties with other names than those listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Additional<'d> {
    /// Any, with any value.
    #[default]
    Any,
    /// None are allowed. The node is the keyword that excludes them.
    Closed(Node<'d>),
    /// Any, with values of a schema.
    Schema(Schema<'d>),
}

/// A `oneOf` or `anyOf`.
///
/// Branches that admit only null are left out: null is in [`EffectiveSchema::types`]. A union of a single branch is part of
/// the schema itself and not listed.
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
    /// The branch as written (a `$ref` is not followed).
    pub node: Node<'d>,
    /// The schema of the branch.
    pub schema: Schema<'d>,
}

/// `if`, `then` and `else` (JSON Schema 2020-12 §10.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditional<'d> {
    /// The condition.
    pub condition: Schema<'d>,
    /// The schema for values that are valid against the condition.
    pub then: Option<Schema<'d>>,
    /// The schema for all other values.
    pub otherwise: Option<Schema<'d>>,
    /// The value of `if`.
    pub node: Node<'d>,
}

/// `contains` with `minContains` and `maxContains` (JSON Schema 2020-12 §10.3.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contains<'d> {
    /// The schema of some items.
    pub schema: Schema<'d>,
    /// The smallest number of such items.
    pub min: u64,
    /// The largest number of such items.
    pub max: Option<u64>,
    /// The value of `contains`.
    pub node: Node<'d>,
}

/// The way in which the branches of a union, or the children of a schema, are distinguished (OpenAPI 3.0.4,
/// Discriminator Object).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discriminator<'d> {
    /// The property that holds the name.
    pub property: &'d str,
    /// The schema of values with another tag (`defaultMapping`, OpenAPI 3.2).
    pub default: Option<MappingEntry<'d>>,
    /// The discriminator object.
    pub node: Node<'d>,
}

impl<'d> Discriminator<'d> {
    /// Returns the explicit names, in document order. Names of schemas are names too, without being listed.
    ///
    /// They are resolved on demand: every schema that includes the one with the discriminator has them, and most are
    /// never used.
    pub fn mapping(&self) -> Vec<MappingEntry<'d>> {
        let entries = self.node.get("mapping").into_iter().flat_map(Node::entries);
        let entries = entries.filter_map(|(value, node)| super::merge::mapping_entry(value, node));
        entries.collect()
    }
}

/// An entry of a discriminator's `mapping`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MappingEntry<'d> {
    /// The value of the property.
    pub value: &'d str,
    /// The schema object that it selects, with `$ref`s followed.
    pub target: Result<Node<'d>, ReferenceError<'d>>,
    /// The entry's value: a reference or the name of a schema.
    pub node: Node<'d>,
}

/// The keywords of all parts of a schema together.
///
/// Whether null is admitted is in [`types`](EffectiveSchema::types) alone; all other fields are about other values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EffectiveSchema<'d> {
    /// The types that are admitted, with what `enum`, `const`, `oneOf` and `anyOf` leave of them.
    pub types: Types,
    /// The places of `type`.
    pub type_nodes: Vec<Node<'d>>,
    /// The only values that are admitted, without null: what `enum` and `const` of all parts, and `types`, have in
    /// common, in the order of the first. Empty where nothing but null is left.
    pub values: Option<Vec<Node<'d>>>,
    /// The places of `enum` and `const`.
    pub value_nodes: Vec<Node<'d>>,
    /// `const` (JSON Schema 2020-12 §6.1.3), the first.
    pub constant: Option<Node<'d>>,
    /// `format`, each once.
    pub formats: Vec<Spanned<'d, &'d str>>,
    /// `pattern`, each once; all must match.
    pub patterns: Vec<Spanned<'d, &'d str>>,
    /// The tightest lower bound.
    pub minimum: Option<Bound<'d>>,
    /// The tightest upper bound.
    pub maximum: Option<Bound<'d>>,
    /// `multipleOf`, each once; all must divide.
    pub multiple_of: Vec<Spanned<'d, Decimal>>,
    /// The limits of lengths and counts, each the tightest.
    pub limits: Limits<'d>,
    /// The places of `uniqueItems: true`.
    pub unique_items: Option<Node<'d>>,
    /// All properties that some part names, in document order.
    pub properties: Vec<Property<'d>>,
    /// All required names, those without a property too, each once.
    pub required: Vec<Spanned<'d, &'d str>>,
    /// `patternProperties`: patterns and what the properties that match must be.
    pub pattern_properties: Vec<(&'d str, Schema<'d>)>,
    /// `propertyNames`.
    pub property_names: Option<Schema<'d>>,
    /// The schema of properties with other names.
    pub additional: Additional<'d>,
    /// `unevaluatedProperties`, where branches or conditions name properties that it does not count as other names.
    /// Without any, it is part of `additional`.
    pub unevaluated: Additional<'d>,
    /// The schema of an array's items, after those of `prefix_items`.
    pub items: Option<Schema<'d>>,
    /// The schemas of the first items, by position.
    pub prefix_items: Vec<Schema<'d>>,
    /// `contains`.
    pub contains: Vec<Contains<'d>>,
    /// The places of `unevaluatedItems`.
    pub unevaluated_items: Option<Node<'d>>,
    /// `oneOf`, one entry a keyword; all must hold.
    pub one_of: Vec<Union<'d>>,
    /// `anyOf`, one entry a keyword; all must hold.
    pub any_of: Vec<Union<'d>>,
    /// `not`.
    pub not: Vec<Schema<'d>>,
    /// `if`, `then`, `else`.
    pub conditionals: Vec<Conditional<'d>>,
    /// `dependentRequired`: a property and the names that it demands.
    pub dependent_required: Vec<(&'d str, Spanned<'d, Vec<&'d str>>)>,
    /// `dependentSchemas`: a property and the schema that its presence brings into force.
    pub dependent_schemas: Vec<(&'d str, Schema<'d>)>,
    /// `contentMediaType`.
    pub content_media_type: Option<Spanned<'d, &'d str>>,
    /// `contentEncoding`.
    pub content_encoding: Option<Spanned<'d, &'d str>>,
    /// `contentSchema`.
    pub content_schema: Option<Schema<'d>>,
    /// The discriminator, of the outermost part that has one.
    pub discriminator: Option<Discriminator<'d>>,
    /// The places of `readOnly: true`.
    pub read_only: Option<Node<'d>>,
    /// The places of `writeOnly: true`.
    pub write_only: Option<Node<'d>>,
    /// The places of `deprecated: true`.
    pub deprecated: Option<Node<'d>>,
    /// `title`, of the outermost part that has one.
    pub title: Option<Spanned<'d, &'d str>>,
    /// `description`, of the outermost part that has one.
    pub description: Option<Spanned<'d, &'d str>>,
    /// `default`, of the outermost part that has one.
    pub default: Option<Node<'d>>,
    /// `example` and the items of `examples`, outermost first.
    pub examples: Vec<Node<'d>>,
    /// `xml`, of the outermost part that has one.
    pub xml: Option<Node<'d>>,
    /// `externalDocs`, of the outermost part that has one.
    pub external_docs: Option<Node<'d>>,
    /// The part that is the schema `false`, which admits nothing.
    pub false_schema: Option<Node<'d>>,
}

/// Returns whether `contentMediaType` of this value, which 3.0 does not have, is that of JSON.
pub(super) fn is_json_text(node: Node<'_>, media_type: &str) -> bool {
    let range = oas_wire::MediaRange::parse_lenient(media_type);
    node.document().version() > Version::V3_0 && range.is_ok_and(|range| range.is_json())
}

impl<'d> EffectiveSchema<'d> {
    /// Returns the schema of the JSON that each text is: `contentSchema`, where `contentMediaType` is JSON and no `contentEncoding` is
    /// between (JSON Schema 2020-12 Validation §8.5).
    pub fn json_content(&self) -> Option<&Schema<'d>> {
        let media_type = self.content_media_type.as_ref()?;
        let is_json = is_json_text(media_type.node, media_type.value);
        let is_plain = self.content_encoding.is_none();
        self.content_schema.as_ref().filter(|_| is_json && is_plain)
    }

    /// Returns the property of a name.
    pub fn property(&self, name: &str) -> Option<&Property<'d>> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// Returns the schema of a property that is not among [`properties`](EffectiveSchema::properties): those of the
    /// patterns that its name matches, or else that of other properties.
    ///
    /// Of several parts with `additionalProperties` each counts, irrespective of the patterns of the others.
    pub fn beyond_properties(&self, name: &str) -> Additional<'d> {
        let matching = self
            .pattern_properties
            .iter()
            .filter(|(pattern, _)| Pattern::from((*pattern).to_owned()).matches(name));
        match Schema::all(matching.map(|(_, schema)| schema.clone())) {
            Some(schema) => Additional::Schema(schema),
            None => self.additional.clone(),
        }
    }

    /// Returns the values of the discriminator and the schema objects that they select: the entries of its mapping,
    /// then the names of the branches (OpenAPI 3.0.4, Discriminator Object).
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

    /// Returns the names that are required and that no property has.
    pub fn required_without_property(&self) -> impl Iterator<Item = Problem<'d>> {
        let missing = self
            .required
            .iter()
            .filter(|name| self.property(name.value).is_none());
        missing.map(|name| Problem::RequiredWithoutProperty {
            name: name.value,
            node: name.node,
            near: nearest(
                name.value,
                self.properties.iter().map(|property| property.name),
            ),
        })
    }

    /// Returns whether no value is valid, as far as types and values show.
    pub fn is_never(&self) -> bool {
        self.types.is_empty()
    }
}
