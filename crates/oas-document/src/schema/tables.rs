//! From schema objects to the tables of `oas-schema`: one table for each schema object, without any merging.
//!
//! What an `allOf` includes, and the target of a `$ref` beside other keywords, are tables of their own that hold for the
//! same value, so that two equal keywords of an `allOf` are both checked. An object that is nothing but a reference is
//! its target.
//!
//! The algebra decides two things here, so that all parts of the workspace agree on them: which schemas admit null although
//! the letter of JSON Schema excludes it (`nullable`, several nullable branches of a `oneOf`), and which names a
//! discriminator has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use oas_schema::{
    Bound, Condition, Contains, Format, Keywords, Limit, Literal, Number, Owned, Pattern, SchemaId,
};

use super::{Schema, Type, Types, asserts_by, null, union, written::descendants};
use crate::{Decimal, Instance, Node, Version};

/// Tables of the schemas of a document, made as they are asked for.
///
/// ```
/// use oas_document::{Direction, Document, schema::SchemaTables};
///
/// let text = "\
/// openapi: 3.1.0
/// components:
///   schemas:
///     Even: {allOf: [{multipleOf: 2}, {minimum: 0}]}
/// ";
/// let document = Document::parse("even.yaml", text).unwrap();
/// let node = document.node_at("/components/schemas/Even").unwrap();
/// let mut tables = SchemaTables::default();
/// let even = tables.schema(node);
/// assert_eq!(tables.node(even), node);
/// assert!(tables.tables().check(even, "4", Direction::Request).is_empty());
/// assert_eq!(tables.tables().check(even, "-3", Direction::Request).len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct SchemaTables<'d> {
    tables: oas_schema::Tables,
    /// The schema object of each table.
    nodes: Vec<Node<'d>>,
    ids: HashMap<Node<'d>, SchemaId>,
    conjunctions: HashMap<Vec<Node<'d>>, SchemaId>,
    /// The components that are built on a schema by `allOf`, once they are asked for.
    descendants: Option<HashMap<Node<'d>, Vec<Node<'d>>>>,
    patterns: HashMap<&'d str, Arc<Pattern>>,
    /// Schema objects that have a place and no table yet.
    pending: Vec<(SchemaId, Node<'d>)>,
    unenforced: Vec<Unenforced<'d>>,
    /// The values of keywords with a pattern that cannot be run.
    unchecked: HashSet<Node<'d>>,
    /// How many keywords refer to each table.
    uses: Vec<usize>,
    /// Tables that a reference leads to.
    referenced: HashSet<SchemaId>,
    /// Whether a `$dynamicAnchor` is the only one of its name.
    unique_anchors: HashMap<&'d str, bool>,
}

/// A keyword that the tables do not enforce as it is written.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Unenforced<'d> {
    /// The value of the keyword; of a pattern in `patternProperties` the schema under it.
    pub node: Node<'d>,
    /// The keyword, and why.
    pub reason: UnenforcedReason,
}

/// Why a keyword is not enforced.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UnenforcedReason {
    /// It is no keyword of OpenAPI, or one that annotates.
    Keyword(&'static str),
    /// The pattern cannot be run, so that what it applies to is refused.
    Pattern(Arc<Pattern>),
    /// Several schemas have the `$dynamicAnchor`, and which one is meant depends on the way to the reference. The one
    /// that a `$ref` would lead to is taken.
    DynamicReference,
}

impl<'d> SchemaTables<'d> {
    /// The table of the schema at `node`, made with all that it leads to.
    pub fn schema(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.place(node);
        self.finish();
        id
    }

    /// The table of a schema of the algebra, which may be a conjunction of several schema objects.
    pub fn schema_of(&mut self, schema: &Schema<'d>) -> SchemaId {
        let written = schema.written();
        if let [only] = written {
            return self.schema(*only);
        }

        if let Some(id) = self.conjunctions.get(written) {
            return *id;
        }
        // `Schema::of` starts with one node, and a conjunction adds others.
        let id = self.reserve(*written.first().expect("a schema is written somewhere"));
        self.conjunctions.insert(written.to_vec(), id);
        let mut keywords = Keywords::<Owned>::ANY;
        keywords.all_of = written.iter().map(|node| self.reference(*node)).collect();
        self.tables.define(id, oas_schema::Schema::new(keywords));
        self.finish();
        id
    }

    /// The schema object that a table was made of.
    pub fn node(&self, id: SchemaId) -> Node<'d> {
        self.nodes[id.index()]
    }

    /// The tables, for checking values.
    pub fn tables(&self) -> &oas_schema::Tables {
        &self.tables
    }

    /// Takes the tables out.
    pub fn into_tables(self) -> oas_schema::Tables {
        self.tables
    }

    /// Adds a table of keywords that no schema object has; `node` is where they come from.
    pub fn add(&mut self, node: Node<'d>, keywords: Keywords<Owned>) -> SchemaId {
        let id = self.reserve(node);
        self.tables.define(id, oas_schema::Schema::new(keywords));
        id
    }

    /// How many keywords of the tables made so far refer to a table.
    pub fn uses(&self, id: SchemaId) -> usize {
        self.uses[id.index()]
    }

    /// Whether a reference of the document leads to the schema object of a table.
    pub fn is_referenced(&self, id: SchemaId) -> bool {
        self.referenced.contains(&id)
    }

    /// The keywords that the tables made so far do not enforce.
    pub fn unenforced(&self) -> &[Unenforced<'d>] {
        &self.unenforced
    }

    /// Whether a keyword has a pattern that cannot be run, so that what it applies to is refused.
    pub(crate) fn is_unenforced(&self, keyword: Node<'d>) -> bool {
        self.unchecked.contains(&keyword)
    }

    /// Chains of schemas are as long as a document makes them, so that this is a loop.
    fn finish(&mut self) {
        while let Some((id, node)) = self.pending.pop() {
            let keywords = self.keywords(node);
            self.tables.define(id, oas_schema::Schema::new(keywords));
        }
    }

    fn reserve(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.tables.reserve();
        self.nodes.push(node);
        self.uses.push(0);
        id
    }

    /// The place of the table of a schema object that a keyword refers to.
    fn reference(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.place(node);
        self.uses[id.index()] += 1;
        id
    }

    /// As [`SchemaTables::reference`], for what has no place within the keyword.
    fn refer(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.reference(node);
        self.referenced.insert(id);
        id
    }

    fn place(&mut self, node: Node<'d>) -> SchemaId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let target = target(node);
        let id = match self.ids.get(&target) {
            Some(id) => *id,
            None => {
                let id = self.reserve(target);
                self.ids.insert(target, id);
                self.pending.push((id, target));
                id
            }
        };
        if target != node {
            self.ids.insert(node, id);
            self.referenced.insert(id);
        }
        id
    }

    fn references(&mut self, list: Node<'d>) -> Vec<SchemaId> {
        list.items().map(|node| self.reference(node)).collect()
    }

    fn named(&mut self, object: Node<'d>) -> Vec<(Box<str>, SchemaId)> {
        object
            .entries()
            .map(|(name, node)| (name.into(), self.reference(node)))
            .collect()
    }

    /// The pattern `text`, at `node`, of the keyword whose value is `keyword`.
    fn pattern(&mut self, text: &'d str, node: Node<'d>, keyword: Node<'d>) -> Arc<Pattern> {
        let pattern = self.patterns.entry(text);
        let pattern =
            Arc::clone(pattern.or_insert_with(|| Arc::new(Pattern::from(text.to_owned()))));
        if pattern.error().is_some() {
            self.unchecked.insert(keyword);
            self.unenforced.push(Unenforced {
                node,
                reason: UnenforcedReason::Pattern(Arc::clone(&pattern)),
            });
        }
        pattern
    }

    /// Whether the `$dynamicAnchor` of a schema object, if it has one, is the only one of its name.
    fn is_unique_anchor(&mut self, schema: Node<'d>) -> bool {
        let Some(name) = schema.get("$dynamicAnchor").and_then(Node::as_str) else {
            return true;
        };
        let unique = self.unique_anchors.entry(name);
        *unique.or_insert_with(|| schema.document().dynamic_anchors(name) == 1)
    }

    /// The keywords of one schema object.
    fn keywords(&mut self, node: Node<'d>) -> Keywords<Owned> {
        let mut keywords = Keywords::<Owned>::ANY;
        if node.as_bool() == Some(false) {
            keywords.types = oas_schema::Types::NONE;
        }
        if let Some((object, key)) = node.parent().zip(node.key()).filter(|_| node.is_array()) {
            // The array of a `oneOf` or `anyOf`, which admits null beside what its branches admit.
            match union_of(object, key, node) {
                Branches::One { branch, null } => {
                    keywords.all_of = vec![self.reference(branch)];
                    keywords.nullable = null;
                }
                Branches::Several { null } => {
                    self.branches(&mut keywords, key, node);
                    keywords.nullable = null;
                }
            }
            return keywords;
        }
        for (key, value) in node.entries() {
            self.keyword(&mut keywords, node, key, value);
        }
        self.properties(&mut keywords, node);
        self.discriminator(&mut keywords, node);
        keywords
    }

    fn keyword(
        &mut self,
        keywords: &mut Keywords<Owned>,
        object: Node<'d>,
        key: &'d str,
        value: Node<'d>,
    ) {
        if let Some(limit) = Limit::ALL.into_iter().find(|limit| limit.keyword() == key) {
            if let Some(count) = count(value) {
                keywords.limits.set(limit, count);
            }
            return;
        }
        if let Some(bound) = Bound::ALL.into_iter().find(|bound| bound.keyword() == key) {
            if let Some(number) = number(value) {
                keywords.bounds.set(exclusive(bound, object), number);
            }
            return;
        }
        match key {
            "type" => keywords.types = types(null::listed_types(object, value)),
            "nullable" => keywords.nullable = union::is_nullable(object),
            "enum" | "const" => keywords.values = values(object),
            "format" => {
                let format = value.as_str().and_then(Format::from_name);
                // Some are notes for readers.
                keywords.format = format.filter(|format| format.types() != oas_schema::Types::NONE);
            }
            "multipleOf" => {
                keywords.multiple_of = number(value).filter(|number| *number != Number::Integer(0))
            }
            "pattern" => {
                keywords.pattern = value.as_str().map(|text| self.pattern(text, value, value));
            }
            // An array under `items` is how drafts before 2020-12 wrote `prefixItems`.
            "items" if value.is_array() => keywords.prefix_items = self.references(value),
            "additionalItems" if object.get("items").is_some_and(Node::is_array) => {
                keywords.items = Some(self.reference(value));
            }
            "items" => keywords.items = Some(self.reference(value)),
            "prefixItems" => keywords.prefix_items = self.references(value),
            "uniqueItems" => keywords.unique_items = value.as_bool() == Some(true),
            "contains" => {
                let limit = |key| object.get(key).and_then(count);
                keywords.contains = Some(Contains {
                    schema: self.reference(value),
                    least: limit("minContains").unwrap_or(1),
                    most: limit("maxContains").unwrap_or(usize::MAX),
                });
            }
            "unevaluatedItems" => keywords.unevaluated_items = Some(self.reference(value)),
            "unevaluatedProperties" => {
                keywords.unevaluated_properties = Some(self.reference(value))
            }
            "patternProperties" => {
                keywords.pattern_properties = value
                    .entries()
                    .map(|(pattern, node)| {
                        let pattern = self.pattern(pattern, node, value);
                        (pattern, self.reference(node))
                    })
                    .collect();
            }
            "additionalProperties" => {
                keywords.additional_properties = match value.as_bool() {
                    Some(false) => oas_schema::Additional::Closed,
                    _ => oas_schema::Additional::Schema(self.reference(value)),
                };
            }
            "propertyNames" => keywords.property_names = Some(self.reference(value)),
            "dependentRequired" => {
                keywords.dependent_required = value
                    .entries()
                    .map(|(name, names)| {
                        (
                            name.into(),
                            names
                                .items()
                                .filter_map(Node::as_str)
                                .map(Box::from)
                                .collect(),
                        )
                    })
                    .collect();
            }
            "dependentSchemas" => keywords.dependent_schemas = self.named(value),
            "allOf" => {
                let members = self.references(value);
                keywords.all_of.extend(members);
            }
            "oneOf" | "anyOf" => self.union(keywords, object, key, value),
            "not" => keywords.not = Some(self.reference(value)),
            "if" => {
                let mut branch = |key| object.get(key).map(|node| self.reference(node));
                let (then, otherwise) = (branch("then"), branch("else"));
                keywords.condition = Some(Condition {
                    condition: self.reference(value),
                    then,
                    otherwise,
                });
            }
            // In 3.0 nothing stands beside a `$ref`, and in 3.1 it is one more schema that holds.
            "$ref" => {
                let target = object.document().next(object).and_then(Result::ok);
                keywords
                    .all_of
                    .extend(target.map(|target| self.refer(target)));
            }
            "$dynamicRef" => {
                let target = value
                    .as_str()
                    .and_then(|reference| object.follow(reference).ok());
                if let Some(target) = target {
                    keywords.all_of.push(self.refer(target));
                    if !self.is_unique_anchor(target) {
                        self.unenforced.push(Unenforced {
                            node: value,
                            reason: UnenforcedReason::DynamicReference,
                        });
                    }
                }
            }
            "dependencies" => self.unenforced.push(Unenforced {
                node: value,
                reason: UnenforcedReason::Keyword("dependencies"),
            }),
            "contentSchema" => self.unenforced.push(Unenforced {
                node: value,
                reason: UnenforcedReason::Keyword("contentSchema"),
            }),
            _ => {}
        }
    }

    /// `oneOf` and `anyOf`. One that admits null beside what its branches admit is a table of its own, so that the other
    /// keywords of the object can still exclude null.
    fn union(
        &mut self,
        keywords: &mut Keywords<Owned>,
        object: Node<'d>,
        key: &str,
        list: Node<'d>,
    ) {
        match union_of(object, key, list) {
            Branches::One {
                branch,
                null: false,
            } => keywords.all_of.push(self.reference(branch)),
            Branches::Several { null: false } => self.branches(keywords, key, list),
            Branches::One { null: true, .. } | Branches::Several { null: true } => {
                keywords.all_of.push(self.reference(list));
            }
        }
    }

    fn branches(&mut self, keywords: &mut Keywords<Owned>, key: &str, list: Node<'d>) {
        let branches = self.references(list);
        if key == "anyOf" {
            keywords.any_of = branches;
        } else {
            keywords.one_of = branches;
        }
    }

    /// `properties` and `required`.
    fn properties(&mut self, keywords: &mut Keywords<Owned>, object: Node<'d>) {
        let mut required: Vec<&str> = Vec::new();
        let mut names = HashSet::new();
        for name in object.get("required").into_iter().flat_map(Node::items) {
            required.extend(name.as_str().filter(|name| names.insert(*name)));
        }
        let properties = object.get("properties");
        keywords.properties = properties
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, node)| {
                let schema = Schema::of(node);
                let flag = |keyword| {
                    let flags = schema.keyword(keyword);
                    flags.iter().any(|flag| flag.as_bool() == Some(true))
                };
                oas_schema::Property {
                    name: name.into(),
                    schema: self.reference(node),
                    required: names.contains(name),
                    read_only: flag("readOnly"),
                    write_only: flag("writeOnly"),
                }
            })
            .collect();
        required.retain(|name| properties.is_none_or(|properties| properties.get(name).is_none()));
        keywords.required = required.into_iter().map(Box::from).collect();
    }

    /// The names of those that are built on a schema, beside the names that a mapping has.
    fn add_descendants(&mut self, object: Node<'d>, tags: &mut Vec<(&'d str, Node<'d>)>) {
        let descendants = self
            .descendants
            .get_or_insert_with(|| descendants(object.document()));
        for &child in descendants.get(&object).into_iter().flatten() {
            let name = child
                .key()
                .filter(|name| !tags.iter().any(|(tag, _)| tag == name));
            tags.extend(name.map(|name| (name, child)));
        }
    }

    /// `discriminator`, which chooses one of the branches beside it and so takes their place.
    fn discriminator(&mut self, keywords: &mut Keywords<Owned>, object: Node<'d>) {
        if object.get("discriminator").is_none() {
            return;
        }
        let schema = Schema::of(object);
        let effective = schema.effective();
        let Some(discriminator) = effective
            .discriminator
            .as_ref()
            .filter(|found| found.node.parent() == Some(object))
        else {
            return;
        };
        let mut tags = effective.discriminator_tags();
        let is_parent = effective.one_of.is_empty() && effective.any_of.is_empty();
        if is_parent {
            self.add_descendants(object, &mut tags);
        }
        if tags.is_empty() {
            return;
        }
        let default = discriminator
            .default
            .as_ref()
            .and_then(|entry| entry.target.ok());
        // The standard does not say that a parent knows all its children: where it names none, others may exist.
        let is_open = is_parent && discriminator.mapping.is_empty();
        let default = match default {
            Some(target) => Some(self.refer(target)),
            None => is_open.then(|| self.add(object, Keywords::<Owned>::ANY)),
        };
        let mapping = tags
            .into_iter()
            .map(|(tag, target)| (tag.into(), self.refer(target)))
            .collect();
        keywords.discriminator = Some(oas_schema::Discriminator {
            property: discriminator.property.into(),
            mapping,
            default,
        });
        if !keywords.one_of.is_empty() || !keywords.any_of.is_empty() {
            keywords.one_of.clear();
            keywords.any_of.clear();
            keywords.types = keywords.types.and(types(effective.types));
        }
    }
}

/// What a `oneOf` or `anyOf` consists of.
enum Branches<'d> {
    /// One branch beside one for null, or alone.
    One { branch: Node<'d>, null: bool },
    /// Several, and whether null is admitted although by the letter more than one branch matches it.
    Several { null: bool },
}

fn union_of<'d>(object: Node<'d>, key: &str, list: Node<'d>) -> Branches<'d> {
    if let Some((branch, null)) = union::sole_branch(object, list)
        && (key == "anyOf" || !null || !null::admits_by_letter(branch))
    {
        return Branches::One { branch, null };
    }
    let nullable = |branch: &Node<'d>| union::is_nullable(target(*branch));
    let nulls = |branch: &Node<'d>| nullable(branch) || union::is_null(*branch);
    let null = key == "oneOf"
        && list.items().any(|branch| nullable(&branch))
        && list.items().filter(nulls).count() > 1;
    Branches::Several { null }
}

/// The schema object that has the keywords of `node`: behind a `$ref`, or an `allOf` of one, that has no keyword beside
/// it which changes what is admitted.
fn target(node: Node<'_>) -> Node<'_> {
    let mut here = node;
    let mut seen = HashSet::new();
    while seen.insert(here) {
        let is_3_0 = here.document().version() == Version::V3_0;
        let is_alone = |wrapper: &str| {
            here.entries().all(|(key, _)| {
                key == wrapper
                    || !(asserts_by(key)
                        || matches!(key, "$ref" | "$dynamicRef" | "allOf" | "nullable"))
            })
        };
        if let Some(next) = here.document().next(here)
            && (is_3_0 || is_alone("$ref"))
        {
            match next {
                Ok(next) => here = next,
                // The reference is reported where the document is read.
                Err(_) => return here,
            }
        } else if let Some(only) = only_member(here)
            && is_alone("allOf")
        {
            here = only;
        } else {
            return here;
        }
    }
    here
}

/// The member of an `allOf` of one that is a reference.
fn only_member(node: Node<'_>) -> Option<Node<'_>> {
    let mut members = node.get("allOf")?.items();
    let only = members.next()?;
    (members.next().is_none() && only.reference().is_some()).then_some(only)
}

/// `minimum` with the boolean `exclusiveMinimum` of 3.0 beside it excludes the bound itself.
fn exclusive(bound: Bound, object: Node<'_>) -> Bound {
    let flag = |keyword| object.get(keyword).and_then(Node::as_bool) == Some(true);
    match bound {
        Bound::Minimum if flag("exclusiveMinimum") => Bound::ExclusiveMinimum,
        Bound::Maximum if flag("exclusiveMaximum") => Bound::ExclusiveMaximum,
        other => other,
    }
}

fn types(types: Types) -> oas_schema::Types {
    let all = types.iter().map(|ty| match ty {
        Type::Null => oas_schema::Types::NULL,
        Type::Boolean => oas_schema::Types::BOOLEAN,
        Type::Integer => oas_schema::Types::INTEGER,
        Type::Number => oas_schema::Types::NUMBER,
        Type::String => oas_schema::Types::STRING,
        Type::Array => oas_schema::Types::ARRAY,
        Type::Object => oas_schema::Types::OBJECT,
    });
    all.fold(oas_schema::Types::NONE, oas_schema::Types::or)
}

/// A length or a count: `3.0` is one, `-1` is none.
fn count(node: Node<'_>) -> Option<usize> {
    let count = Decimal::of(node)?.to_u64()?;
    Some(usize::try_from(count).unwrap_or(usize::MAX))
}

fn number(node: Node<'_>) -> Option<Number> {
    let number = Decimal::of(node)?;
    Some(match number.to_i128() {
        Some(integer) => Number::Integer(integer),
        None => Number::Float(number.to_f64()),
    })
}

/// The values that both `enum` and `const` allow.
fn values(object: Node<'_>) -> Option<Vec<Literal<Owned>>> {
    let listed = object.get("enum").filter(|list| list.is_array());
    let values: Vec<Node<'_>> = match (listed, object.get("const")) {
        (None, None) => return None,
        (Some(list), None) => list.items().collect(),
        (None, Some(constant)) => vec![constant],
        (Some(list), Some(constant)) => {
            let same = |value: &Node<'_>| crate::same_value(*value, constant);
            list.items().find(same).into_iter().collect()
        }
    };
    Some(values.into_iter().map(literal).collect())
}

fn literal(node: Node<'_>) -> Literal<Owned> {
    if node.is_null() {
        Literal::Null
    } else if let Some(boolean) = node.as_bool() {
        Literal::Boolean(boolean)
    } else if let Some(number) = number(node) {
        Literal::Number(number)
    } else if let Some(text) = node.as_str() {
        Literal::String(text.into())
    } else {
        Literal::Json(Instance::Node(node).to_text().into())
    }
}
