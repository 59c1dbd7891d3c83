//! Schemas as static tables, and the check of JSON text against them.
//!
//! Generated code declares one `static` per schema with the `const` constructors of [`Schema`]; schemas refer to each
//! other, and to themselves, by `&'static` reference. [`Schema::check`] walks the text once, without building a tree, and
//! reports every violation with its JSON pointer. Types hold no constraints and constraints hold no types: decoding is
//! another step.
//!
//! Keywords mean what JSON Schema says (OpenAPI 3.0.4 §4.8.24; JSON Schema Validation 2020-12 §6): each applies to the
//! kind of value that it is about and is silent on others, and all of them apply at once.

mod alternatives;
mod canonical;
mod context;
mod few;
mod format;
mod number;
mod object;
mod path;
mod pattern;
mod walk;

use std::fmt;

pub use format::Format;
pub use number::Number;
pub use pattern::Pattern;

pub(crate) use canonical::is_json_number;
pub(crate) use context::validate;

use crate::{Location, Violations};

/// A set of JSON types, as in the `type` keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// Numbers without a fraction; `1.0` is one (JSON Schema Validation 2020-12 §6.1.1).
    pub const INTEGER: Self = Self(1 << 2);
    /// All numbers.
    pub const NUMBER: Self = Self(1 << 2 | 1 << 3);
    /// Strings.
    pub const STRING: Self = Self(1 << 4);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 5);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 6);
    /// Everything.
    pub const ALL: Self = Self(0x7f);
    /// Nothing at all.
    pub const NONE: Self = Self(0);

    /// The types of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The types of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all types of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the sets share a type.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// `integer`, `string or null`, …
impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: [(Types, &str); 7] = [
            (Types::BOOLEAN, "boolean"),
            (Types::NUMBER, "number"),
            (Types::INTEGER, "integer"),
            (Types::STRING, "string"),
            (Types::ARRAY, "array"),
            (Types::OBJECT, "object"),
            (Types::NULL, "null"),
        ];
        if *self == Self::NONE {
            return f.write_str("nothing");
        }
        let mut first = true;
        for (types, word) in WORDS {
            if !self.contains(types) || types == Self::INTEGER && self.contains(Self::NUMBER) {
                continue;
            }
            if !first {
                f.write_str(" or ")?;
            }
            first = false;
            f.write_str(word)?;
        }
        Ok(())
    }
}

/// A value that `enum` or `const` allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number; `1` and `1.0` are the same one.
    Number(Number),
    /// A string.
    String(&'static str),
    /// An array or an object, as JSON text.
    Json(&'static str),
}

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

/// The range of an `integer` with a `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Any,
    Bits32,
    Bits64,
}

/// A schema, as a table that lives as long as the program.
///
/// ```
/// use oas_server::schema::{Number, Pattern, Property, Schema};
/// use oas_server::{Location, Violations};
///
/// static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
/// static NODE: Schema = Schema::object(&[
///     Property::required("uuid", &Schema::string().pattern(&UUID)),
///     Property::optional("size", &Schema::int64().minimum(Number::Integer(0))),
///     // A schema may refer to itself.
///     Property::optional("children", &Schema::array(&NODE).max_items(8)),
/// ]);
///
/// let mut violations = Violations::new();
/// NODE.check(r#"{"size": -1, "children": [{"uuid": 7}]}"#, Location::Body, &mut violations);
/// assert_eq!(
///     violations.to_string(),
///     "/size: must be at least 0; /children/0/uuid: expected string, found integer; /uuid: is required",
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
    width: Width,
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
    /// Every value: the empty schema, and `true`.
    #[must_use]
    pub const fn any() -> Self {
        Self {
            constrained: false,
            replayed: false,
            types: Types::ALL,
            nullable: false,
            width: Width::Any,
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
        let mut schema = Self::integer();
        schema.width = Width::Bits32;
        schema
    }

    /// An integer with `format: int64`.
    #[must_use]
    pub const fn int64() -> Self {
        let mut schema = Self::integer();
        schema.width = Width::Bits64;
        schema
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

/// Keywords for every kind of value.
impl Schema {
    /// `null` is accepted, whatever else this schema and the members of its `allOf` say.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// `enum`; `const` is an `enum` of one.
    #[must_use]
    pub const fn values(mut self, values: &'static [Literal]) -> Self {
        self.values = Some(values);
        let mut index = 0;
        // `for` and iterators are not `const` yet.
        while index < values.len() {
            if let Literal::Json(_) = values[index] {
                self.replayed = true;
            }
            index += 1;
        }
        self.constrain()
    }

    /// `allOf`.
    #[must_use]
    pub const fn all_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.all_of = schemas;
        self.constrain()
    }

    /// `anyOf`.
    #[must_use]
    pub const fn any_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.any_of = schemas;
        self.replay()
    }

    /// `oneOf`.
    #[must_use]
    pub const fn one_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.one_of = schemas;
        self.replay()
    }

    /// `not`.
    #[must_use]
    pub const fn not(mut self, schema: &'static Self) -> Self {
        self.not = Some(schema);
        self.replay()
    }

    /// `discriminator`: `property` names the one of `mapping` that applies beside this schema. Use it instead of the
    /// `oneOf` or `anyOf` that it stands with: it says more precisely what is wrong.
    #[must_use]
    pub const fn discriminator(
        mut self,
        property: &'static str,
        mapping: &'static [(&'static str, &'static Self)],
    ) -> Self {
        self.discriminator = Some(Discriminator { property, mapping });
        self.replay()
    }
}

/// Keywords that OpenAPI 3.1 has from JSON Schema 2020-12.
impl Schema {
    /// `if`, `then` and `else`; one that is absent is [`Schema::any`].
    #[must_use]
    pub const fn condition(
        mut self,
        condition: &'static Self,
        then: &'static Self,
        otherwise: &'static Self,
    ) -> Self {
        self.condition = Some(Condition {
            condition,
            then,
            otherwise,
        });
        self.replay()
    }

    /// `contains`, with `minContains` (1 unless the document says otherwise) and `maxContains`.
    #[must_use]
    pub const fn contains(mut self, schema: &'static Self, least: usize, most: usize) -> Self {
        self.contains = Some(Contains {
            schema,
            least,
            most,
        });
        self.replay()
    }

    /// `dependentRequired`: with the first property the others have to be there.
    #[must_use]
    pub const fn dependent_required(
        mut self,
        names: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.dependent_required = names;
        self.replay()
    }

    /// `dependentSchemas`: with the property the object has to match the schema.
    #[must_use]
    pub const fn dependent_schemas(
        mut self,
        schemas: &'static [(&'static str, &'static Self)],
    ) -> Self {
        self.dependent_schemas = schemas;
        self.replay()
    }
}

/// Keywords for numbers.
impl Schema {
    /// `minimum`.
    #[must_use]
    pub const fn minimum(mut self, bound: Number) -> Self {
        self.minimum = Some(bound);
        self.constrain()
    }

    /// `maximum`.
    #[must_use]
    pub const fn maximum(mut self, bound: Number) -> Self {
        self.maximum = Some(bound);
        self.constrain()
    }

    /// `exclusiveMinimum` as a number; for the boolean of OpenAPI 3.0 give the `minimum` here instead.
    #[must_use]
    pub const fn exclusive_minimum(mut self, bound: Number) -> Self {
        self.exclusive_minimum = Some(bound);
        self.constrain()
    }

    /// `exclusiveMaximum` as a number; for the boolean of OpenAPI 3.0 give the `maximum` here instead.
    #[must_use]
    pub const fn exclusive_maximum(mut self, bound: Number) -> Self {
        self.exclusive_maximum = Some(bound);
        self.constrain()
    }

    /// `multipleOf`: exact between integers, and to the precision of a double otherwise.
    #[must_use]
    pub const fn multiple_of(mut self, divisor: Number) -> Self {
        self.multiple_of = Some(divisor);
        self.constrain()
    }
}

/// Keywords for strings.
impl Schema {
    /// `minLength`, in code points.
    #[must_use]
    pub const fn min_length(mut self, length: usize) -> Self {
        self.min_length = length;
        self.constrain()
    }

    /// `maxLength`, in code points.
    #[must_use]
    pub const fn max_length(mut self, length: usize) -> Self {
        self.max_length = length;
        self.constrain()
    }

    /// `pattern`.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static Pattern) -> Self {
        self.pattern = Some(pattern);
        self.constrain()
    }

    /// `format`, which is checked: a server that let `not-a-date` through would pass it on as a date.
    #[must_use]
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self.constrain()
    }
}

/// Keywords for arrays.
impl Schema {
    /// `items`: the schema of all items behind those of [`Schema::prefix_items`].
    #[must_use]
    pub const fn items(mut self, schema: &'static Self) -> Self {
        self.items = Some(schema);
        self.constrain()
    }

    /// `prefixItems`: the schemas of the first items, each its own.
    #[must_use]
    pub const fn prefix_items(mut self, schemas: &'static [&'static Self]) -> Self {
        self.prefix_items = schemas;
        self.constrain()
    }

    /// `minItems`.
    #[must_use]
    pub const fn min_items(mut self, count: usize) -> Self {
        self.min_items = count;
        self.constrain()
    }

    /// `maxItems`.
    #[must_use]
    pub const fn max_items(mut self, count: usize) -> Self {
        self.max_items = count;
        self.constrain()
    }

    /// `uniqueItems`.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.unique_items = true;
        self.constrain()
    }
}

/// Keywords for objects.
impl Schema {
    /// `properties` and `required`. A name that is required but has no schema of its own gets [`Schema::any`].
    #[must_use]
    pub const fn properties(mut self, properties: &'static [Property]) -> Self {
        self.properties = properties;
        self.constrain()
    }

    /// `patternProperties`.
    #[must_use]
    pub const fn pattern_properties(
        mut self,
        properties: &'static [(&'static Pattern, &'static Self)],
    ) -> Self {
        self.pattern_properties = properties;
        self.constrain()
    }

    /// `additionalProperties: false`.
    #[must_use]
    pub const fn closed(mut self) -> Self {
        self.additional = Additional::Closed;
        self.constrain()
    }

    /// `additionalProperties` with a schema.
    #[must_use]
    pub const fn additional_properties(mut self, schema: &'static Self) -> Self {
        self.additional = Additional::Schema(schema);
        self.constrain()
    }

    /// `propertyNames`.
    #[must_use]
    pub const fn property_names(mut self, schema: &'static Self) -> Self {
        self.property_names = Some(schema);
        self.constrain()
    }

    /// `minProperties`.
    #[must_use]
    pub const fn min_properties(mut self, count: usize) -> Self {
        self.min_properties = count;
        self.constrain()
    }

    /// `maxProperties`.
    #[must_use]
    pub const fn max_properties(mut self, count: usize) -> Self {
        self.max_properties = count;
        self.constrain()
    }
}

/// Checking.
impl Schema {
    /// Checks JSON text and adds what is wrong to `violations`, in the order of the text.
    ///
    /// Text that is not JSON at all (RFC 8259) is one violation at the root. Values nested deeper than 64 levels are a
    /// violation and are not looked into, unless nothing is said about them.
    pub fn check(&'static self, text: &str, location: Location, violations: &mut Violations) {
        validate(self, text, location, None, violations);
    }
}

/// What the reading of parameters has to know.
impl Schema {
    pub(crate) fn types(&self) -> Types {
        self.types
    }

    pub(crate) fn all_members(&self) -> &'static [&'static Self] {
        self.all_of
    }

    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &'static [&'static Self]> {
        [self.any_of, self.one_of].into_iter()
    }

    pub(crate) fn item(&self) -> Option<&'static Self> {
        self.items
    }

    pub(crate) fn property(&self, name: &str) -> Option<&'static Self> {
        self.properties
            .iter()
            .find_map(|property| (property.name == name).then_some(property.schema))
    }

    pub(crate) fn has_properties(&self) -> bool {
        !self.properties.is_empty()
    }

    pub(crate) fn additional_schema(&self) -> Option<&'static Self> {
        match self.additional {
            Additional::Schema(schema) => Some(schema),
            Additional::Any | Additional::Closed => None,
        }
    }
}
