//! Validates values against schemas of a document.
//!
//! Validation is that of `oas-schema`, which generated servers use too, so that a value that is valid here is accepted
//! there. This module maps the violations back to the document.

use oas_schema::Direction;
use oas_wire::json_pointer;

use crate::{
    Instance, Node,
    schema::{Discriminator, Schema, SchemaTables},
};

/// A place of a value that breaks a keyword of its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeywordViolation<'d> {
    /// The JSON pointer (RFC 6901) of the place within the value, such as `/size`. For a missing property, it is that
    /// of the property.
    pub instance_pointer: String,
    /// The value of the keyword that is broken; for the schema `false`, the schema itself.
    pub schema: Node<'d>,
    /// The message, which does not contain the value.
    pub message: String,
}

/// Validates a value, a [`Node`] or a `serde_json::Value`, against a schema. The result is empty if the value is valid.
/// Required properties must be present, even if they are `readOnly` or `writeOnly`.
///
/// At most [`oas_schema::Schema::LIMIT`] violations are returned. Validation that would take too long is aborted, which
/// is a violation too.
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
/// assert_eq!(validate(&size, &serde_json::json!("2"))[0].message, "expected integer or null, found string");
/// ```
pub fn validate<'d, 'v>(
    schema: &Schema<'d>,
    value: impl Into<Instance<'v>>,
) -> Vec<KeywordViolation<'d>> {
    Validator::default().validate(schema, value, Direction::Strict)
}

/// Validates many values, and keeps the tables of their schemas for the next call.
#[derive(Debug, Default)]
pub struct Validator<'d> {
    tables: SchemaTables<'d>,
    spent: usize,
}

impl<'d> Validator<'d> {
    /// Validates as [`validate`] does, but `direction` determines whether required properties that are `readOnly` or
    /// `writeOnly` may be absent.
    pub fn validate<'v>(
        &mut self,
        schema: &Schema<'d>,
        value: impl Into<Instance<'v>>,
        direction: Direction,
    ) -> Vec<KeywordViolation<'d>> {
        let table = self.tables.schema_of(schema);
        let text = value.into().to_text();
        let checked = self
            .tables
            .tables()
            .check_with_cost(table, &text, direction);
        self.spent = checked.cost;
        let located = |violation: oas_schema::Violation| KeywordViolation {
            schema: keyword(
                self.tables.node(violation.schema.unwrap_or(table)),
                &violation,
            ),
            instance_pointer: violation.pointer,
            message: violation.message,
        };
        checked.violations.into_iter().map(located).collect()
    }

    /// Returns the values of a discriminator without a union beside it, each with the schema object that it selects, as
    /// [`Discriminator::selected`] does.
    pub fn selected(&mut self, discriminator: &Discriminator<'d>) -> Vec<(&'d str, Node<'d>)> {
        self.tables.selected(discriminator)
    }

    /// Returns the number of values that the last check parsed, including repetitions.
    pub(crate) fn spent(&self) -> usize {
        self.spent
    }
}

/// Returns the node of the violated keyword.
fn keyword<'d>(schema: Node<'d>, violation: &oas_schema::Violation) -> Node<'d> {
    let get = |keyword| schema.get(keyword);
    let found = match violation.keyword {
        "enum" => get("enum").or_else(|| get("const")),
        // With the boolean of 3.0 the number is under the other keyword.
        "exclusiveMinimum" => get("exclusiveMinimum")
            .filter(|value| value.as_bool().is_none())
            .or_else(|| get("minimum")),
        "exclusiveMaximum" => get("exclusiveMaximum")
            .filter(|value| value.as_bool().is_none())
            .or_else(|| get("maximum")),
        "required" => get("required").map(|names| {
            let missing = json_pointer::tokens(&violation.pointer).next_back();
            let mut items = names.items();
            let item = items.find(|item| item.as_str() == missing.as_deref());
            item.unwrap_or(names)
        }),
        keyword => get(keyword),
    };
    found.unwrap_or(schema)
}
