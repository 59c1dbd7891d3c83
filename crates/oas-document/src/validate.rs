//! Whether a value is what a schema says: JSON Schema as OpenAPI 3.0 and 3.1 use it.
//!
//! Made for the examples, defaults and enums of documents, and for tests. A generated server has checks of its own.

mod format;

use std::collections::HashMap;

use regex::Regex;

use crate::{
    Decimal, Instance, Kind, Node, pattern,
    schema::{Part, Schema, Types},
    tree::escape_segment,
};

/// Nested checks (of items, properties and branches) before a value counts as checked.
const MAX_DEPTH: usize = 400;
/// Checks of a schema against a value that one call makes before the value counts as checked.
const BUDGET: u32 = 500_000;

/// A way in which a value is not what its schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation<'d> {
    /// JSON pointer (RFC 6901) within the value.
    pub instance_pointer: String,
    /// The value of the keyword that is broken; for the schema `false`, that schema.
    pub schema: Node<'d>,
    /// What is wrong, without the value.
    pub message: String,
}

/// Which way a value travels, which decides whether `readOnly` and `writeOnly` properties can be absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the API: required properties that are `readOnly` may be absent.
    Request,
    /// From the API: required properties that are `writeOnly` may be absent.
    Response,
    /// Unknown: both may be absent.
    Either,
    /// Neither may be absent.
    #[default]
    Strict,
}

/// Checks a value, a [`Node`] or a `serde_json::Value`, against a schema.
///
/// `format` is checked for `date-time`, `date`, `uuid`, `ipv4`, `ipv6`, `byte`, `int32`, `int64`, `uint32` and
/// `uint64`. Patterns that look around or refer back are not checked. Checking stops, with what was found until then,
/// when a value and a schema multiply beyond half a million steps.
///
/// ```
/// use oas_document::{Document, schema::Schema, validate};
///
/// let text = "\
/// openapi: 3.0.3
/// components: {schemas: {Size: {type: integer, maximum: 10, nullable: true}}}
/// ";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let size = Schema::of(document.node_at("/components/schemas/Size").unwrap());
/// assert!(validate(&size, &serde_json::json!(2.0)).is_empty());
/// assert!(validate(&size, &serde_json::json!(null)).is_empty());
/// assert_eq!(validate(&size, &serde_json::json!(11))[0].message, "must be at most 10");
/// assert_eq!(validate(&size, &serde_json::json!("2"))[0].message, "must be null or integer, not string");
/// ```
pub fn validate<'d, 'v>(schema: &Schema<'d>, value: impl Into<Instance<'v>>) -> Vec<Violation<'d>> {
    Validator::default().validate(schema, value, Direction::Strict)
}

/// Checks many values, remembering what schemas and patterns are.
#[derive(Default)]
pub struct Validator<'d> {
    schemas: HashMap<Node<'d>, Schema<'d>>,
    types: HashMap<Schema<'d>, Types>,
    patterns: HashMap<&'d str, Option<Regex>>,
    budget: u32,
    depth: usize,
}

impl std::fmt::Debug for Validator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Validator").finish_non_exhaustive()
    }
}

/// The way to a value within the value that is checked.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Key(outer, key) => format!("{}/{}", outer.pointer(), escape_segment(key)),
            Path::Index(outer, index) => format!("{}/{index}", outer.pointer()),
        }
    }
}

impl<'d> Validator<'d> {
    /// As [`validate`], for a value that travels in a direction.
    pub fn validate<'v>(
        &mut self,
        schema: &Schema<'d>,
        value: impl Into<Instance<'v>>,
        direction: Direction,
    ) -> Vec<Violation<'d>> {
        self.budget = BUDGET;
        self.depth = 0;
        let mut check = Check {
            validator: self,
            direction,
            found: Vec::new(),
        };
        check.schema(schema, value.into(), &Path::Root);
        check.found
    }

    fn schema_of(&mut self, node: Node<'d>) -> Schema<'d> {
        self.schemas
            .entry(node)
            .or_insert_with(|| Schema::of(node))
            .clone()
    }

    fn types_of(&mut self, schema: &Schema<'d>) -> Types {
        match self.types.get(schema) {
            Some(types) => *types,
            None => {
                let types = schema.types();
                self.types.insert(schema.clone(), types);
                types
            }
        }
    }

    /// Whether a text matches; patterns that cannot be run match everything.
    fn matches(&mut self, pattern: &'d str, text: &str) -> bool {
        let regex = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| pattern::compile(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

struct Check<'c, 'd> {
    validator: &'c mut Validator<'d>,
    direction: Direction,
    found: Vec<Violation<'d>>,
}

impl<'d> Check<'_, 'd> {
    fn schema(&mut self, schema: &Schema<'d>, value: Instance<'_>, path: &Path<'_>) {
        if self.validator.budget == 0 || self.validator.depth >= MAX_DEPTH {
            return;
        }
        self.validator.budget -= 1;
        self.validator.depth += 1;
        if value.kind() == Kind::Null {
            self.null(schema, path);
        } else {
            for part in schema.parts() {
                self.part(schema, part, value, path);
            }
        }
        self.validator.depth -= 1;
    }

    /// Null is a matter of types alone, see [`Effective`](crate::schema::Effective).
    fn null(&mut self, schema: &Schema<'d>, path: &Path<'_>) {
        let types = self.validator.types_of(schema);
        if types.has_null() {
            return;
        }
        let node = schema
            .keyword("type")
            .into_iter()
            .next()
            .or(schema.nodes().first().copied());
        if let Some(node) = node {
            self.report(node, path, format!("must be {types}, not null"));
        }
    }

    fn report(&mut self, schema: Node<'d>, path: &Path<'_>, message: impl Into<String>) {
        self.found.push(Violation {
            instance_pointer: path.pointer(),
            schema,
            message: message.into(),
        });
    }

    fn demand(&mut self, holds: bool, schema: Node<'d>, path: &Path<'_>, message: &str) {
        if !holds {
            self.report(schema, path, message);
        }
    }

    fn part(&mut self, schema: &Schema<'d>, part: &Part<'d>, value: Instance<'_>, path: &Path<'_>) {
        let node = part.node;
        if node.as_bool() == Some(false) {
            self.report(node, path, "nothing may stand here");
            return;
        }
        for (key, keyword) in node.entries() {
            self.any_kind(node, key, keyword, value, path);
            match value.kind() {
                Kind::Number => self.number(node, key, keyword, value, path),
                Kind::String => self.text(key, keyword, value, path),
                Kind::Array => self.array(node, key, keyword, value, path),
                Kind::Object => self.object(schema, node, key, keyword, value, path),
                Kind::Null | Kind::Boolean => {}
            }
        }
    }

    /// Keywords that apply to values of every kind.
    fn any_kind(
        &mut self,
        object: Node<'d>,
        key: &str,
        keyword: Node<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        match key {
            "type" => {
                let types = crate::schema::declared_types(keyword, object);
                if !types.is_superset(value.types()) {
                    self.report(
                        keyword,
                        path,
                        format!("must be {types}, not {}", value.types()),
                    );
                }
            }
            "enum" if keyword.is_array() => {
                let listed = keyword
                    .items()
                    .any(|allowed| value.same(Instance::Node(allowed)));
                self.demand(listed, keyword, path, "must be one of the listed values");
            }
            "const" => {
                let same = value.same(Instance::Node(keyword));
                self.demand(same, keyword, path, "must be the given value");
            }
            "not" => {
                let schema = self.validator.schema_of(keyword);
                if !schema.is_any() && self.holds(&schema, value, path) {
                    self.report(keyword, path, "must not be what `not` describes");
                }
            }
            "oneOf" | "anyOf" if keyword.is_array() => {
                self.union(object, key, keyword, value, path)
            }
            "if" => {
                let condition = self.validator.schema_of(keyword);
                let branch = if self.holds(&condition, value, path) {
                    "then"
                } else {
                    "else"
                };
                if let Some(branch) = object.get(branch) {
                    let schema = self.validator.schema_of(branch);
                    self.schema(&schema, value, path);
                }
            }
            _ => {}
        }
    }

    /// Whether a value fits a schema, without a report.
    fn holds(&mut self, schema: &Schema<'d>, value: Instance<'_>, path: &Path<'_>) -> bool {
        let mut check = Check {
            validator: self.validator,
            direction: self.direction,
            found: Vec::new(),
        };
        check.schema(schema, value, path);
        check.found.is_empty()
    }

    fn union(
        &mut self,
        object: Node<'d>,
        key: &str,
        keyword: Node<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        // A union of one branch is part of the schema already.
        if crate::schema::sole_branch(object, keyword).is_some() {
            return;
        }
        let branches: Vec<Schema<'d>> = keyword
            .items()
            .map(|branch| self.validator.schema_of(branch))
            .collect();
        let fitting: Vec<bool> = branches
            .iter()
            .map(|branch| self.holds(branch, value, path))
            .collect();
        let count = fitting.iter().filter(|fits| **fits).count();
        if count == 0 {
            // Where only one branch is of the value's type, its violations say more than "none fits".
            let types = value.types();
            let mut likely = branches
                .iter()
                .filter(|branch| branch.types().is_superset(types));
            match (likely.next(), likely.next()) {
                (Some(branch), None) => self.schema(branch, value, path),
                _ => self.report(
                    keyword,
                    path,
                    format!("fits none of the {} branches of `{key}`", branches.len()),
                ),
            }
        } else if key == "oneOf" && count > 1 {
            let first = fitting.iter().position(|fits| *fits).unwrap_or(0);
            let second = fitting.iter().rposition(|fits| *fits).unwrap_or(0);
            let which = if count == 2 {
                format!("branches {first} and {second}")
            } else {
                format!("{count} branches")
            };
            self.report(
                keyword,
                path,
                format!("fits {which} of `oneOf`, of which exactly one may fit"),
            );
        }
    }

    fn number(
        &mut self,
        object: Node<'d>,
        key: &str,
        keyword: Node<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        let Some(number) = value.number() else { return };
        if key == "format" {
            if let Some(format) = keyword
                .as_str()
                .filter(|format| !format::fits_number(format, &number))
            {
                self.report(keyword, path, format!("is not within `{format}`"));
            }
            return;
        }
        let Some(limit) = Decimal::of(keyword) else {
            return;
        };
        let flag = |name| object.get(name).and_then(Node::as_bool) == Some(true);
        let (fits, what) = match key {
            "minimum" if flag("exclusiveMinimum") => (number > limit, "more than"),
            "minimum" => (number >= limit, "at least"),
            "exclusiveMinimum" => (number > limit, "more than"),
            "maximum" if flag("exclusiveMaximum") => (number < limit, "less than"),
            "maximum" => (number <= limit, "at most"),
            "exclusiveMaximum" => (number < limit, "less than"),
            "multipleOf" => (number.is_multiple_of(&limit), "a multiple of"),
            _ => return,
        };
        if !fits {
            self.report(keyword, path, format!("must be {what} {limit}"));
        }
    }

    fn text(&mut self, key: &str, keyword: Node<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Some(text) = value.as_str() else { return };
        match key {
            "pattern" => {
                if let Some(pattern) = keyword.as_str()
                    && !self.validator.matches(pattern, text)
                {
                    self.report(keyword, path, format!("must match `{pattern}`"));
                }
            }
            "format" => {
                if let Some(format) = keyword.as_str()
                    && !format::fits_text(format, text)
                {
                    self.report(keyword, path, format!("is not of the format `{format}`"));
                }
            }
            "minLength" | "maxLength" => {
                self.count(key, keyword, text.chars().count(), "character", path);
            }
            _ => {}
        }
    }

    /// `min…` and `max…` of characters, items and properties.
    fn count(&mut self, key: &str, keyword: Node<'d>, count: usize, of: &str, path: &Path<'_>) {
        let Some(limit) = Decimal::of(keyword).and_then(|limit| limit.to_u64()) else {
            return;
        };
        let (fits, what) = match key.starts_with("min") {
            true => (count as u64 >= limit, "at least"),
            false => (count as u64 <= limit, "at most"),
        };
        if !fits {
            let plural = match limit {
                1 => "",
                _ if of == "property" => "ies",
                _ => "s",
            };
            let of = if plural == "ies" { "propert" } else { of };
            self.report(
                keyword,
                path,
                format!("must have {what} {limit} {of}{plural}, has {count}"),
            );
        }
    }

    fn array(
        &mut self,
        object: Node<'d>,
        key: &str,
        keyword: Node<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        match key {
            "items" if !keyword.is_array() => {
                let prefix = object
                    .get("prefixItems")
                    .map_or(0, |prefix| prefix.items().len());
                let schema = self.validator.schema_of(keyword);
                for (index, item) in value.items().into_iter().enumerate().skip(prefix) {
                    self.schema(&schema, item, &Path::Index(path, index));
                }
            }
            "prefixItems" | "items" => {
                for (index, (item, schema)) in
                    value.items().into_iter().zip(keyword.items()).enumerate()
                {
                    let schema = self.validator.schema_of(schema);
                    self.schema(&schema, item, &Path::Index(path, index));
                }
            }
            "minItems" | "maxItems" => self.count(key, keyword, value.items().len(), "item", path),
            "uniqueItems" if keyword.as_bool() == Some(true) => {
                let items = value.items();
                let repeated = items
                    .iter()
                    .enumerate()
                    .find(|(at, item)| items.iter().take(*at).any(|e| e.same(**item)));
                if let Some((index, _)) = repeated {
                    self.report(
                        keyword,
                        &Path::Index(path, index),
                        "is there twice, and items must be unique",
                    );
                }
            }
            "contains" => {
                let schema = self.validator.schema_of(keyword);
                let items = value.items();
                let count = items
                    .iter()
                    .filter(|item| self.holds(&schema, **item, path))
                    .count() as u64;
                let limit = |name| {
                    object
                        .get(name)
                        .and_then(Decimal::of)
                        .and_then(|limit| limit.to_u64())
                };
                let (min, max) = (
                    limit("minContains").unwrap_or(1),
                    limit("maxContains").unwrap_or(u64::MAX),
                );
                if count < min || count > max {
                    self.report(
                        keyword,
                        path,
                        format!("has {count} items that `contains` describes"),
                    );
                }
            }
            _ => {}
        }
    }

    fn object(
        &mut self,
        schema: &Schema<'d>,
        object: Node<'d>,
        key: &str,
        keyword: Node<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        match key {
            "properties" => {
                for (name, item) in value.entries() {
                    if let Some(property) = keyword.get(name) {
                        let property = self.validator.schema_of(property);
                        self.schema(&property, item, &Path::Key(path, name));
                    }
                }
            }
            "patternProperties" => {
                for (pattern, property) in keyword.entries() {
                    let property = self.validator.schema_of(property);
                    for (name, item) in value.entries() {
                        if self.validator.matches(pattern, name) {
                            self.schema(&property, item, &Path::Key(path, name));
                        }
                    }
                }
            }
            "additionalProperties" if keyword.as_bool() != Some(true) => {
                let additional = self.validator.schema_of(keyword);
                for (name, item) in value.entries() {
                    if !self.names(object, name) {
                        self.other_property(&additional, keyword, item, &Path::Key(path, name));
                    }
                }
            }
            "unevaluatedProperties" if keyword.as_bool() != Some(true) => {
                let additional = self.validator.schema_of(keyword);
                for (name, item) in value.entries() {
                    if !self.evaluates(schema, name, value, path) {
                        self.other_property(&additional, keyword, item, &Path::Key(path, name));
                    }
                }
            }
            "required" => {
                for item in keyword.items() {
                    if let Some(name) = item.as_str()
                        && value.get(name).is_none()
                        && !self.may_be_absent(schema, name)
                    {
                        self.report(item, path, format!("the property `{name}` is missing"));
                    }
                }
            }
            "propertyNames" => {
                let names = self.validator.schema_of(keyword);
                for (name, _) in value.entries() {
                    let text = serde_json::Value::from(name);
                    self.schema(&names, Instance::Json(&text), &Path::Key(path, name));
                }
            }
            "minProperties" | "maxProperties" => {
                self.count(key, keyword, value.entries().len(), "property", path)
            }
            "dependentRequired" => {
                for (name, demanded) in keyword
                    .entries()
                    .filter(|(name, _)| value.get(name).is_some())
                {
                    for item in demanded.items() {
                        if let Some(missing) =
                            item.as_str().filter(|missing| value.get(missing).is_none())
                        {
                            self.report(
                                item,
                                path,
                                format!("`{name}` demands the property `{missing}`"),
                            );
                        }
                    }
                }
            }
            "dependentSchemas" => {
                for (_, demanded) in keyword
                    .entries()
                    .filter(|(name, _)| value.get(name).is_some())
                {
                    let demanded = self.validator.schema_of(demanded);
                    self.schema(&demanded, value, path);
                }
            }
            _ => {}
        }
    }

    fn other_property(
        &mut self,
        schema: &Schema<'d>,
        keyword: Node<'d>,
        item: Instance<'_>,
        path: &Path<'_>,
    ) {
        if keyword.as_bool() == Some(false) {
            self.report(
                keyword,
                path,
                "is not among the properties, and no others may be there",
            );
        } else {
            self.schema(schema, item, path);
        }
    }

    /// Whether an object names a property itself, in `properties` or by a pattern.
    fn names(&mut self, object: Node<'d>, name: &str) -> bool {
        let listed = object
            .get("properties")
            .is_some_and(|properties| properties.get(name).is_some());
        let mut patterns = object
            .get("patternProperties")
            .into_iter()
            .flat_map(Node::entries);
        listed || patterns.any(|(pattern, _)| self.validator.matches(pattern, name))
    }

    /// Whether some part of a schema, or a branch that fits, looks at a property (JSON Schema 2020-12 §11.3).
    fn evaluates(
        &mut self,
        schema: &Schema<'d>,
        name: &str,
        value: Instance<'_>,
        path: &Path<'_>,
    ) -> bool {
        if self.validator.budget == 0 || self.validator.depth >= MAX_DEPTH {
            return true;
        }
        self.validator.budget -= 1;
        self.validator.depth += 1;
        let found = schema.parts().iter().any(|part| {
            let object = part.node;
            if self.names(object, name) || object.get("additionalProperties").is_some() {
                return true;
            }
            let mut inner: Vec<Node<'d>> = Vec::new();
            for key in ["oneOf", "anyOf"] {
                inner.extend(object.get(key).into_iter().flat_map(Node::items));
            }
            inner.extend(
                ["if", "then", "else"]
                    .into_iter()
                    .filter_map(|key| object.get(key)),
            );
            let dependent = object
                .get("dependentSchemas")
                .into_iter()
                .flat_map(Node::entries);
            inner.extend(
                dependent
                    .filter(|(name, _)| value.get(name).is_some())
                    .map(|(_, schema)| schema),
            );
            inner.into_iter().any(|branch| {
                let branch = self.validator.schema_of(branch);
                self.evaluates(&branch, name, value, path) && self.holds(&branch, value, path)
            })
        });
        self.validator.depth -= 1;
        found
    }

    /// Whether a required property may be absent because it only travels the other way.
    fn may_be_absent(&mut self, schema: &Schema<'d>, name: &str) -> bool {
        let keywords: &[&str] = match self.direction {
            Direction::Strict => return false,
            Direction::Request => &["readOnly"],
            Direction::Response => &["writeOnly"],
            Direction::Either => &["readOnly", "writeOnly"],
        };
        schema.parts().iter().any(|part| {
            let property = part
                .node
                .get("properties")
                .and_then(|properties| properties.get(name));
            property.is_some_and(|property| {
                let property = self.validator.schema_of(property);
                keywords.iter().any(|keyword| {
                    property
                        .keyword(keyword)
                        .iter()
                        .any(|flag| flag.as_bool() == Some(true))
                })
            })
        })
    }
}
