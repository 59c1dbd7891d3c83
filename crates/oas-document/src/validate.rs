//! Whether a value is what a schema says: JSON Schema as OpenAPI 3.0 and 3.1 use it.
//!
//! Made for the examples, defaults and enums of documents, and for tests. A generated server has checks of its own.

mod check;
mod format;
mod kinds;

use std::collections::HashMap;

use check::{Check, Path};
use oas_schema::Pattern;

use crate::{
    Instance, Node,
    schema::{Schema, Types},
};

/// Nested checks (of items, properties and branches) before a value counts as checked.
const MAX_DEPTH: usize = 400;
/// Checks of a schema against a value that one call makes before the value counts as checked.
const BUDGET: u32 = 200_000;

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
/// `uint64`. Patterns that look around or refer back are not checked, `uniqueItems` among the first thousand items
/// only. Checking stops, with what was found until then,
/// when a value and a schema multiply beyond two hundred thousand steps.
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
    patterns: HashMap<&'d str, Pattern>,
    budget: u32,
    /// Schemas that are being checked, each with the address of the path to the value that it is checked against: a
    /// schema that leads back to itself at the same value says nothing new.
    active: Vec<(usize, Schema<'d>)>,
}

impl std::fmt::Debug for Validator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Validator").finish_non_exhaustive()
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
        self.active.clear();
        let mut check = Check {
            validator: self,
            direction,
            found: Vec::new(),
        };
        check.schema(schema, value.into(), &Path::Root);
        check.found
    }

    /// Steps that the last call took.
    pub(crate) fn spent(&self) -> u32 {
        BUDGET - self.budget
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

    /// Whether a text matches; patterns that cannot be run, which have a finding of their own, match everything.
    fn matches(&mut self, pattern: &'d str, text: &str) -> bool {
        let pattern = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Pattern::from(pattern.to_owned()));
        pattern.error().is_some() || pattern.matches(text)
    }
}
