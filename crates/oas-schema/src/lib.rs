//! Schemas as static tables, and the check of JSON text against them.
//!
//! Generated code declares one `static` per schema with the `const` constructors of [`Schema`]; schemas refer to each
//! other, and to themselves, by `&'static` reference. [`Schema::check`] walks the text once, without building a tree, and
//! reports every violation with its JSON pointer. Types hold no constraints and constraints hold no types: decoding is
//! another step.
//!
//! Keywords mean what JSON Schema says (OpenAPI 3.0.4 §4.8.24; JSON Schema Validation 2020-12 §6): each applies to the
//! kind of value that it is about and is silent on others, and all of them apply at once.
#![doc = include_str!("../README.md")]

mod alternatives;
mod canonical;
mod context;
mod few;
mod format;
mod keywords;
mod messages;
mod number;
mod object;
mod path;
mod pattern;
mod text;
mod types;
mod unevaluated;
mod violation;
mod walk;

use std::fmt;

pub use canonical::is_json_number;
pub use format::Format;
pub use number::Number;
pub use path::push_token;
pub use pattern::Pattern;
pub use types::{Literal, Types};
pub use violation::Violation;

/// A property of an object schema.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    pub(crate) name: &'static str,
    pub(crate) schema: &'static Schema,
    pub(crate) required: bool,
}

impl Property {
    /// A property that has to be there.
    #[must_use]
    pub const fn required(name: &'static str, schema: &'static Schema) -> Self {
        Self {
            name,
            schema,
            required: true,
        }
    }

    /// A property that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, schema: &'static Schema) -> Self {
        Self {
            name,
            schema,
            required: false,
        }
    }

    /// `readOnly`: in a request `required` has no effect on it (OpenAPI 3.0.4 §4.8.24.2). A value that is sent all the
    /// same is checked.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.required = false;
        self
    }
}

/// A schema, as a table that lives as long as the program.
///
/// ```
/// use oas_schema::{Number, Pattern, Property, Schema};
///
/// static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
/// static NODE: Schema = Schema::object(&[
///     Property::required("uuid", &Schema::string().pattern(&UUID)),
///     Property::optional("size", &Schema::int64().minimum(Number::Integer(0))),
///     // A schema may refer to itself.
///     Property::optional("children", &Schema::array(&NODE).max_items(8)),
/// ]);
///
/// let violations = NODE.check(r#"{"size": -1, "children": [{"uuid": 7}]}"#);
/// let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     lines,
///     [
///         "/size: must be at least 0",
///         "/children/0/uuid: expected string, found integer",
///         "/uuid: is required",
///     ],
/// );
/// ```
#[derive(Clone, Copy)]
pub struct Schema {
    /// Whether any keyword is set: without one there is nothing to check.
    constrained: bool,
    /// Whether the value has to be read more than once.
    replayed: bool,
    types: Types,
    nullable: bool,
    minimum: Option<Number>,
    maximum: Option<Number>,
    exclusive_minimum: Option<Number>,
    exclusive_maximum: Option<Number>,
    multiple_of: Option<Number>,
    min_length: usize,
    max_length: usize,
    pattern: Option<&'static Pattern>,
    format: Option<Format>,
    prefix_items: &'static [&'static Schema],
    items: Option<&'static Schema>,
    min_items: usize,
    max_items: usize,
    unique_items: bool,
    properties: &'static [Property],
    required: &'static [&'static str],
    pattern_properties: &'static [(&'static Pattern, &'static Schema)],
    additional: Additional,
    property_names: Option<&'static Schema>,
    min_properties: usize,
    max_properties: usize,
    values: Option<&'static [Literal]>,
    all_of: &'static [&'static Schema],
    any_of: &'static [&'static Schema],
    one_of: &'static [&'static Schema],
    not: Option<&'static Schema>,
    discriminator: Option<Discriminator>,
    condition: Option<Condition>,
    contains: Option<Contains>,
    dependent_required: &'static [(&'static str, &'static [&'static str])],
    dependent_schemas: &'static [(&'static str, &'static Schema)],
    unevaluated_properties: Option<&'static Schema>,
    unevaluated_items: Option<&'static Schema>,
}

/// `if`, `then` and `else`.
#[derive(Clone, Copy)]
struct Condition {
    condition: &'static Schema,
    then: &'static Schema,
    otherwise: &'static Schema,
}

/// `contains`, `minContains` and `maxContains`.
#[derive(Clone, Copy)]
struct Contains {
    schema: &'static Schema,
    least: usize,
    most: usize,
}

#[derive(Clone, Copy)]
enum Additional {
    Any,
    Closed,
    Schema(&'static Schema),
}

/// OpenAPI 3.0.4 §4.8.25, with the mapping written out.
#[derive(Clone, Copy)]
struct Discriminator {
    property: &'static str,
    mapping: &'static [(&'static str, &'static Schema)],
}

/// The types only: schemas may be cyclic.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.types)
    }
}

/// Constructors.
impl Schema {
    /// [`Schema::any`] as a constant, which can be borrowed for as long as the program runs.
    pub const ANY: Self = Self::any();

    /// Every value: the empty schema, and `true`.
    #[must_use]
    pub const fn any() -> Self {
        Self {
            constrained: false,
            replayed: false,
            types: Types::ALL,
            nullable: false,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            multiple_of: None,
            min_length: 0,
            max_length: usize::MAX,
            pattern: None,
            format: None,
            prefix_items: &[],
            items: None,
            min_items: 0,
            max_items: usize::MAX,
            unique_items: false,
            properties: &[],
            required: &[],
            pattern_properties: &[],
            additional: Additional::Any,
            property_names: None,
            min_properties: 0,
            max_properties: usize::MAX,
            values: None,
            all_of: &[],
            any_of: &[],
            one_of: &[],
            not: None,
            discriminator: None,
            condition: None,
            contains: None,
            dependent_required: &[],
            dependent_schemas: &[],
            unevaluated_properties: None,
            unevaluated_items: None,
        }
    }

    /// Values of `types`. [`Types::NONE`] is the schema `false`.
    #[must_use]
    pub const fn of(types: Types) -> Self {
        let mut schema = Self::any().constrain();
        schema.types = types;
        schema
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn boolean() -> Self {
        Self::of(Types::BOOLEAN)
    }

    /// An integer of any size.
    #[must_use]
    pub const fn integer() -> Self {
        Self::of(Types::INTEGER)
    }

    /// An integer with `format: int32`.
    #[must_use]
    pub const fn int32() -> Self {
        Self::integer().format(Format::Int32)
    }

    /// An integer with `format: int64`.
    #[must_use]
    pub const fn int64() -> Self {
        Self::integer().format(Format::Int64)
    }

    /// A number.
    #[must_use]
    pub const fn number() -> Self {
        Self::of(Types::NUMBER)
    }

    /// A string.
    #[must_use]
    pub const fn string() -> Self {
        Self::of(Types::STRING)
    }

    /// An array of `items`.
    #[must_use]
    pub const fn array(items: &'static Self) -> Self {
        Self::of(Types::ARRAY).items(items)
    }

    /// An object with `properties`; others are let through unless the schema is told otherwise.
    #[must_use]
    pub const fn object(properties: &'static [Property]) -> Self {
        Self::of(Types::OBJECT).properties(properties)
    }

    const fn constrain(mut self) -> Self {
        self.constrained = true;
        self
    }

    const fn replay(mut self) -> Self {
        self.replayed = true;
        self.constrain()
    }
}

/// Checking.
impl Schema {
    /// How many violations a check reports at most. One more ends it, so that a caller learns that there are others.
    pub const LIMIT: usize = 64;

    /// Checks JSON text and returns the violations, in the order of the text.
    ///
    /// Text that is not JSON at all (RFC 8259) is one violation at the root. Values nested deeper than 64 levels are a
    /// violation and are not looked into, unless nothing is said about them.
    #[must_use]
    pub fn check(&'static self, text: &str) -> Vec<Violation> {
        context::validate(self, text, None)
    }

    /// As [`Schema::check`], for the value of a parameter: its name is the first token of every pointer.
    #[must_use]
    pub fn check_parameter(&'static self, name: &str, text: &str) -> Vec<Violation> {
        context::validate(self, text, Some(name))
    }
}

/// What decoding parameters depends on.
impl Schema {
    /// The types that the schema itself admits.
    #[must_use]
    pub fn types(&self) -> Types {
        self.types
    }

    /// The members of `allOf`.
    #[must_use]
    pub fn all_members(&self) -> &'static [&'static Self] {
        self.all_of
    }

    /// The branches of `anyOf`, and those of `oneOf`.
    pub fn alternatives(&self) -> impl Iterator<Item = &'static [&'static Self]> {
        [self.any_of, self.one_of].into_iter()
    }

    /// `items`.
    #[must_use]
    pub fn item(&self) -> Option<&'static Self> {
        self.items
    }

    /// The schema of a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Self> {
        self.properties
            .iter()
            .find_map(|property| (property.name == name).then_some(property.schema))
    }

    /// Whether the schema names properties.
    #[must_use]
    pub fn has_properties(&self) -> bool {
        !self.properties.is_empty()
    }

    /// The schema under `additionalProperties`, if it is neither `true` nor `false`.
    #[must_use]
    pub fn additional_schema(&self) -> Option<&'static Self> {
        match self.additional {
            Additional::Schema(schema) => Some(schema),
            Additional::Any | Additional::Closed => None,
        }
    }
}
