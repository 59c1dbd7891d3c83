//! Combines the keywords of all parts of a schema.
//!
//! The cost is linear in the number of keywords; nothing below properties, items and branches is read.

use std::collections::HashSet;

use oas_schema::Pattern;

use super::keyword::Keyword;
use super::{
    Additional, Bound, Branch, Conditional, Contains, Discriminator, EffectiveSchema, MappingEntry,
    Property, Schema, Spanned, Types, Union, null, union,
};
use crate::{Decimal, Node, grouped::grouped, openapi};

pub(super) fn effective<'d>(schema: &Schema<'d>) -> EffectiveSchema<'d> {
    let mut merged = EffectiveSchema {
        types: null::types(schema),
        ..EffectiveSchema::default()
    };
    for part in schema.parts() {
        merged.false_schema = merged
            .false_schema
            .or((part.node.as_bool() == Some(false)).then_some(part.node));
        for (key, value) in part.node.entries() {
            if let Some(keyword) = Keyword::of(key) {
                merged.keyword(part.node, keyword, value);
            }
        }
    }
    merged.values(schema);
    merged.objects(schema);
    merged.arrays(schema);
    merged.annotations(schema);
    merged
}

impl<'d> EffectiveSchema<'d> {
    /// Keywords that are combined one by one, without regard to the others of the same object.
    fn keyword(&mut self, object: Node<'d>, keyword: Keyword, value: Node<'d>) {
        match keyword {
            Keyword::Type => self.type_nodes.push(value),
            Keyword::Format => add_text(&mut self.formats, value),
            Keyword::Pattern => add_text(&mut self.patterns, value),
            Keyword::MultipleOf => {
                if let Some(number) = Decimal::of(value)
                    && self
                        .multiple_of
                        .iter()
                        .all(|spanned| spanned.value != number)
                {
                    self.multiple_of.push(Spanned::new(number, value));
                }
            }
            Keyword::Bound(kind) => {
                if let Some(bound) = bound(object, kind, value) {
                    match kind {
                        oas_schema::Bound::Minimum | oas_schema::Bound::ExclusiveMinimum => {
                            tighten_bound(&mut self.minimum, bound, |new, old| new > old);
                        }
                        oas_schema::Bound::Maximum | oas_schema::Bound::ExclusiveMaximum => {
                            tighten_bound(&mut self.maximum, bound, |new, old| new < old);
                        }
                    }
                }
            }
            Keyword::Limit(limit) => {
                if let Some(count) = count(value) {
                    self.limits.tighten(limit, count, value);
                }
            }
            Keyword::UniqueItems => set_if_true(&mut self.unique_items, value),
            Keyword::UnevaluatedItems => {
                self.unevaluated_items = self.unevaluated_items.or(Some(value))
            }
            Keyword::ReadOnly => set_if_true(&mut self.read_only, value),
            Keyword::WriteOnly => set_if_true(&mut self.write_only, value),
            Keyword::Deprecated => set_if_true(&mut self.deprecated, value),
            Keyword::Not => self.not.push(Schema::of(value)),
            Keyword::OneOf => self.one_of.extend(branches(object, value)),
            Keyword::AnyOf => self.any_of.extend(branches(object, value)),
            Keyword::If => self.conditionals.push(Conditional {
                condition: Schema::of(value),
                then: object.get("then").map(Schema::of),
                otherwise: object.get("else").map(Schema::of),
                node: value,
            }),
            Keyword::Contains => self.contains.push(Contains {
                schema: Schema::of(value),
                min: object.get("minContains").and_then(count).unwrap_or(1),
                max: object.get("maxContains").and_then(count),
                node: value,
            }),
            Keyword::PropertyNames => conjoin(&mut self.property_names, Schema::of(value)),
            Keyword::ContentSchema => conjoin(&mut self.content_schema, Schema::of(value)),
            Keyword::ContentMediaType => keep_first(&mut self.content_media_type, value),
            Keyword::ContentEncoding => keep_first(&mut self.content_encoding, value),
            Keyword::DependentSchemas => {
                self.dependent_schemas.extend(
                    value
                        .entries()
                        .map(|(name, schema)| (name, Schema::of(schema))),
                );
            }
            Keyword::DependentRequired => {
                self.dependent_required
                    .extend(value.entries().map(|(name, names)| {
                        let spanned =
                            Spanned::new(names.items().filter_map(Node::as_str).collect(), names);
                        (name, spanned)
                    }))
            }
            Keyword::Required => {
                self.required.extend(
                    value
                        .items()
                        .filter_map(|node| Some(Spanned::new(node.as_str()?, node))),
                );
            }
            // Parts of `if` and `contains`.
            Keyword::Then | Keyword::Else | Keyword::MinContains | Keyword::MaxContains => {}
            // The methods below combine these.
            Keyword::Enum
            | Keyword::Const
            | Keyword::Properties
            | Keyword::PatternProperties
            | Keyword::AdditionalProperties
            | Keyword::UnevaluatedProperties
            | Keyword::Items
            | Keyword::AdditionalItems
            | Keyword::PrefixItems
            | Keyword::Discriminator
            | Keyword::Title
            | Keyword::Description
            | Keyword::Default
            | Keyword::Example
            | Keyword::Examples
            | Keyword::Xml
            | Keyword::ExternalDocs => {}
            // These are part of what the conjuncts are, or of the types.
            Keyword::AllOf | Keyword::Ref | Keyword::DynamicRef | Keyword::Nullable => {}
            // These do not describe values.
            Keyword::Id
            | Keyword::Anchor
            | Keyword::DynamicAnchor
            | Keyword::Schema
            | Keyword::Vocabulary
            | Keyword::Comment
            | Keyword::Defs
            | Keyword::Definitions => {}
            // Nothing enforces it, which is reported.
            Keyword::Dependencies => {}
        }
    }

    /// Combines `enum` and `const`.
    fn values(&mut self, schema: &Schema<'d>) {
        for part in schema.parts() {
            let list = part.node.get("enum").filter(|list| list.is_array());
            let constant = part.node.get("const");
            self.constant = self.constant.or(constant);
            self.value_nodes.extend(list.into_iter().chain(constant));
            for allowed in list
                .map(|list| list.items().collect::<Vec<_>>())
                .into_iter()
                .chain(constant.map(|c| vec![c]))
            {
                match &mut self.values {
                    Some(values) => {
                        values.retain(|value| allowed.iter().any(|other| value.value_eq(*other)))
                    }
                    None => self.values = Some(allowed),
                }
            }
        }
        let types = self.types;
        if let Some(values) = &mut self.values {
            values.retain(|value| !value.is_null() && types.is_superset(Types::of_value(*value)));
        }
    }

    /// Combines `properties` and related keywords: the schema that one part declares for other names applies to
    /// properties that only other parts name.
    fn objects(&mut self, schema: &Schema<'d>) {
        let parts: Vec<Names<'d>> = {
            let parts = schema.parts().iter();
            parts.map(|part| Names::of(part.node)).collect()
        };
        let properties = parts.iter().flat_map(|part| part.properties);
        let named = grouped(properties.flat_map(Node::entries));
        let mut required = HashSet::new();
        self.required
            .retain(|spanned| required.insert(spanned.value));
        // Parts that restrict names which they do not list; mostly none.
        let restricting: Vec<&Names<'d>> = parts
            .iter()
            .filter(|part| part.restricts_others())
            .collect();
        self.properties.reserve(named.len());
        for (name, nodes) in named {
            let own = nodes.iter().map(|node| Schema::of(*node));
            let more = restricting.iter().flat_map(|part| part.unlisted(name));
            let schema = Schema::all(own.chain(more.map(Schema::of)));
            self.properties.extend(schema.map(|schema| Property {
                name,
                schema,
                required: required.contains(name),
                nodes,
            }));
        }
        let patterns = parts.iter().flat_map(|part| &part.patterns);
        self.pattern_properties = patterns
            .map(|(pattern, _, node)| (*pattern, Schema::of(*node)))
            .collect();
        self.unlisted_parts = restricting.iter().map(|part| part.node).collect();
        let mut additional = parts.iter().filter_map(|part| part.additional).peekable();
        // With `additionalProperties`, `true` included, no property is left unevaluated.
        let all_evaluated = additional.peek().is_some();
        self.additional = additional.map(additional_of).fold(Additional::Any, both);

        let unevaluated = schema
            .parts()
            .iter()
            .filter_map(|part| part.node.get("unevaluatedProperties"));
        let unevaluated = unevaluated.map(additional_of).fold(Additional::Any, both);
        let hidden = !self.one_of.is_empty()
            || !self.any_of.is_empty()
            || !self.conditionals.is_empty()
            || !self.dependent_schemas.is_empty();
        if hidden {
            self.unevaluated = unevaluated;
        } else if !all_evaluated {
            self.additional = unevaluated;
        }
    }

    /// Combines `items` and `prefixItems`, by position.
    fn arrays(&mut self, schema: &Schema<'d>) {
        let mut rest = Vec::new();
        let mut prefixes = Vec::new();
        for part in schema.parts() {
            let items = part.node.get("items");
            // An array under `items` is how drafts before 2020-12 wrote `prefixItems`.
            let tuple = items.filter(|items| items.is_array());
            let prefix = part.node.get("prefixItems").or(tuple);
            let items = match tuple {
                Some(_) => part.node.get("additionalItems"),
                None => items,
            };
            prefixes.extend(prefix);
            rest.push((prefix, items));
        }
        let items = rest.iter().filter_map(|(_, items)| *items);
        self.items = Schema::all(items.map(Schema::of));
        let longest = prefixes
            .iter()
            .map(|prefix| prefix.items().len())
            .max()
            .unwrap_or(0);
        for position in 0..longest {
            let schemas = rest
                .iter()
                .filter_map(|(prefix, items)| prefix.and_then(|p| p.item(position)).or(*items));
            self.prefix_items
                .extend(Schema::all(schemas.map(Schema::of)));
        }
    }

    fn annotations(&mut self, schema: &Schema<'d>) {
        let first = |name| schema.keyword(name).into_iter().next();
        let first_text = |name| {
            schema
                .keyword(name)
                .into_iter()
                .find_map(|node| Some(Spanned::new(node.as_str()?, node)))
        };
        self.title = first_text("title");
        self.description = first_text("description");
        self.default = first("default");
        self.xml = first("xml");
        self.external_docs = first("externalDocs");
        self.discriminator = schema
            .keyword("discriminator")
            .into_iter()
            .find_map(discriminator);
        self.examples = schema.keyword("example");
        self.examples
            .extend(schema.keyword("examples").into_iter().flat_map(Node::items));
    }
}

/// The declarations of one part about the names of properties.
pub(super) struct Names<'d> {
    node: Node<'d>,
    properties: Option<Node<'d>>,
    /// Pattern as written, pattern to be run, schema.
    patterns: Vec<(&'d str, Pattern, Node<'d>)>,
    additional: Option<Node<'d>>,
}

impl<'d> Names<'d> {
    pub(super) fn of(node: Node<'d>) -> Self {
        let patterns = node
            .get("patternProperties")
            .into_iter()
            .flat_map(Node::entries);
        Names {
            node,
            properties: node.get("properties"),
            patterns: patterns
                .map(|(text, node)| (text, Pattern::from(text.to_owned()), node))
                .collect(),
            additional: node.get("additionalProperties"),
        }
    }

    fn restricts_others(&self) -> bool {
        !self.patterns.is_empty()
            || self
                .additional
                .is_some_and(|node| node.as_bool() != Some(true))
    }

    /// Returns the schemas of the part for a property that its `properties` do not list.
    pub(super) fn unlisted(&self, name: &str) -> Vec<Node<'d>> {
        let matching = self
            .patterns
            .iter()
            .filter(|(_, pattern, _)| pattern.error().is_none() && pattern.matches(name));
        let mut schemas: Vec<_> = matching.map(|(_, _, node)| *node).collect();
        let listed = self
            .properties
            .is_some_and(|properties| properties.get(name).is_some());
        // A pattern that cannot be compiled may match; then nothing is concluded from the name being unlisted.
        if !listed && !self.is_undecided() && schemas.is_empty() {
            schemas.extend(self.additional.filter(|node| node.as_bool() != Some(true)));
        }
        schemas
    }

    /// Returns whether a pattern cannot be compiled, so that it is unknown which names it matches.
    pub(super) fn is_undecided(&self) -> bool {
        let mut patterns = self.patterns.iter();
        patterns.any(|(_, pattern, _)| pattern.error().is_some())
    }
}

pub(super) fn additional_of(node: Node<'_>) -> Additional<'_> {
    if node.as_bool() == Some(false) {
        return Additional::Denied(node);
    }
    let schema = Schema::of(node);
    if schema.is_any() {
        Additional::Any
    } else {
        Additional::Schema(schema)
    }
}

pub(super) fn both<'d>(one: Additional<'d>, other: Additional<'d>) -> Additional<'d> {
    match (one, other) {
        (closed @ Additional::Denied(_), _) | (_, closed @ Additional::Denied(_)) => closed,
        (Additional::Any, other) | (other, Additional::Any) => other,
        (Additional::Schema(one), Additional::Schema(other)) => Additional::Schema(one.and(&other)),
    }
}

fn branches<'d>(object: Node<'d>, node: Node<'d>) -> Option<Union<'d>> {
    if !node.is_array() || union::sole_branch(object, node).is_some() {
        return None;
    }
    let branches = node.items().filter(|branch| !union::is_null(*branch));
    let branches: Vec<_> = branches
        .map(|node| Branch {
            node,
            schema: Schema::of(node),
        })
        .collect();
    (!branches.is_empty()).then_some(Union { node, branches })
}

fn discriminator(node: Node<'_>) -> Option<Discriminator<'_>> {
    Some(Discriminator {
        property: node.get("propertyName")?.as_str()?,
        default: node
            .get("defaultMapping")
            .and_then(|default| mapping_entry("", default)),
        node,
    })
}

pub(super) fn mapping_entry<'d>(value: &'d str, node: Node<'d>) -> Option<MappingEntry<'d>> {
    let text = node.as_str()?;
    // A name of a schema takes precedence over a relative reference (OpenAPI 3.0.4, Options for Mapping Values to
    // Schemas).
    let schemas = openapi::components(node.file_root(), "schemas");
    let target = match schemas.and_then(|schemas| schemas.get(text)) {
        Some(schema) => schema.resolve(),
        None => node.follow(text),
    };
    Some(MappingEntry {
        value,
        target,
        node,
    })
}

/// Parses a bound from either of its two keywords; the Boolean form of 3.0 belongs to the number beside it.
fn bound<'d>(object: Node<'d>, kind: oas_schema::Bound, value: Node<'d>) -> Option<Bound<'d>> {
    let number = Decimal::of(value)?;
    let flag = |keyword: oas_schema::Bound| {
        let flag = object.get(keyword.keyword());
        flag.and_then(Node::as_bool) == Some(true)
    };
    Some(Bound {
        value: number,
        exclusive: match kind {
            oas_schema::Bound::Minimum => flag(oas_schema::Bound::ExclusiveMinimum),
            oas_schema::Bound::Maximum => flag(oas_schema::Bound::ExclusiveMaximum),
            oas_schema::Bound::ExclusiveMinimum | oas_schema::Bound::ExclusiveMaximum => true,
        },
        node: value,
    })
}

fn tighten_bound<'d>(
    slot: &mut Option<Bound<'d>>,
    new: Bound<'d>,
    tighter: impl Fn(&Decimal, &Decimal) -> bool,
) {
    let replace = match slot {
        None => true,
        Some(old) => {
            tighter(&new.value, &old.value)
                || (new.value == old.value && new.exclusive && !old.exclusive)
        }
    };
    if replace {
        *slot = Some(new);
    }
}

/// Parses a length or a count: `3.0` is valid, `-1` is not.
fn count(node: Node<'_>) -> Option<u64> {
    Decimal::of(node)?.to_u64()
}

fn set_if_true<'d>(slot: &mut Option<Node<'d>>, node: Node<'d>) {
    if node.as_bool() == Some(true) {
        slot.get_or_insert(node);
    }
}

fn keep_first<'d>(slot: &mut Option<Spanned<'d, &'d str>>, node: Node<'d>) {
    if let Some(text) = node.as_str() {
        slot.get_or_insert(Spanned::new(text, node));
    }
}

fn add_text<'d>(list: &mut Vec<Spanned<'d, &'d str>>, node: Node<'d>) {
    if let Some(text) = node.as_str()
        && list.iter().all(|spanned| spanned.value != text)
    {
        list.push(Spanned::new(text, node));
    }
}

fn conjoin<'d>(slot: &mut Option<Schema<'d>>, schema: Schema<'d>) {
    *slot = Some(match slot.take() {
        Some(old) => old.and(&schema),
        None => schema,
    });
}
