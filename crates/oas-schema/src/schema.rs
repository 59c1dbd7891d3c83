//! Defines the table of one schema object: its keywords as data.

use std::fmt;
use std::ops::Deref;

use crate::{
    Bounds, Direction, Format, Limits, Literal, Number, Owned, Static, Storage, Types, Violation,
    context,
};

/// A schema as a table of its keywords, against which JSON text is validated.
///
/// Generated code declares a `static` for each schema with the `const` functions of `Schema<Static>`, the default.
/// A `Schema<Owned>` is created at run time and stored in [`Tables`](crate::Tables). A table contains the keywords of one schema
/// object: the members of its `allOf`, and the target of a `$ref`, are tables of their own.
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
pub struct Schema<S: Storage = Static> {
    pub(crate) keywords: Keywords<S>,
    /// Whether any keyword is set: without one there is nothing to check.
    pub(crate) constrained: bool,
    /// Whether the value has to be read more than once.
    pub(crate) needs_buffering: bool,
}

/// The keywords of a schema.
///
/// Code that constructs or destructures them names all fields, without `..`, so that the compiler reports each place that a new
/// keyword concerns.
pub struct Keywords<S: Storage = Static> {
    /// `type`. [`Types::NONE`] is the schema `false`.
    pub types: Types,
    /// `nullable`: `null` is valid, regardless of the other keywords of this schema and of the members of its `allOf`
    /// (OpenAPI 3.0.4, Schema Object).
    pub nullable: bool,
    /// `enum`; `const` is an `enum` of one value.
    pub values: Option<S::List<Literal<S>>>,
    /// `format`.
    pub format: Option<Format>,
    /// The function that returns whether the Rust type of a `format` can represent a string; see [`Schema::typed`].
    pub typed: Option<fn(&str) -> bool>,
    /// `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum`.
    pub bounds: Bounds,
    /// `multipleOf`.
    pub multiple_of: Option<Number>,
    /// `minLength`, `maxLength`, `minItems`, `maxItems`, `minProperties` and `maxProperties`.
    pub limits: Limits,
    /// `pattern`.
    pub pattern: Option<S::Pattern>,
    /// `contentSchema`, if `contentMediaType` is JSON and there is no `contentEncoding`.
    pub content: Option<S::Ref>,
    /// `prefixItems`.
    pub prefix_items: S::List<S::Ref>,
    /// `items`.
    pub items: Option<S::Ref>,
    /// `uniqueItems`.
    pub unique_items: bool,
    /// `contains`, `minContains` and `maxContains`.
    pub contains: Option<Contains<S>>,
    /// `unevaluatedItems`.
    pub unevaluated_items: Option<S::Ref>,
    /// `properties`, with the names in `required` that are among them.
    pub properties: S::List<Property<S>>,
    /// The names in `required` that are not among the `properties`.
    pub required: S::List<S::Text>,
    /// `patternProperties`.
    pub pattern_properties: S::List<(S::Pattern, S::Ref)>,
    /// `additionalProperties`.
    pub additional_properties: Additional<S>,
    /// `propertyNames`.
    pub property_names: Option<S::Ref>,
    /// `dependentRequired`.
    pub dependent_required: S::List<Dependents<S>>,
    /// `dependentSchemas`.
    pub dependent_schemas: S::List<(S::Text, S::Ref)>,
    /// `unevaluatedProperties`.
    pub unevaluated_properties: Option<S::Ref>,
    /// `allOf`, and `$ref` beside other keywords.
    pub all_of: S::List<S::Ref>,
    /// `anyOf`.
    pub any_of: S::List<S::Ref>,
    /// `oneOf`.
    pub one_of: S::List<S::Ref>,
    /// `not`.
    pub not: Option<S::Ref>,
    /// `if`, `then` and `else`.
    pub condition: Option<Condition<S>>,
    /// `discriminator`, which replaces the `oneOf` or `anyOf` beside it.
    pub discriminator: Option<Discriminator<S>>,
}

/// An entry of `dependentRequired`: a property, and the properties that are required if it is present.
pub type Dependents<S> = (
    <S as Storage>::Text,
    <S as Storage>::List<<S as Storage>::Text>,
);

/// A property of an object schema.
pub struct Property<S: Storage = Static> {
    /// The name of the property.
    pub name: S::Text,
    /// The schema against which its value has to be valid.
    pub schema: S::Ref,
    /// Whether the property is required.
    pub required: bool,
    /// `readOnly`: in a request, `required` has no effect (OpenAPI 3.0.4, Schema Object). A value that is present is validated.
    pub read_only: bool,
    /// `writeOnly`: in a response, `required` has no effect. A value that is present is validated.
    pub write_only: bool,
}

impl<S: Storage> Property<S> {
    /// Returns whether a required property may be absent from a value that is sent in `direction`.
    pub(crate) const fn is_exempt(&self, direction: Direction) -> bool {
        match direction {
            Direction::Strict => false,
            Direction::Request => self.read_only,
            Direction::Response => self.write_only,
            Direction::Either => self.read_only || self.write_only,
        }
    }
}

/// `if`, `then` and `else`.
pub struct Condition<S: Storage = Static> {
    /// `if`.
    pub condition: S::Ref,
    /// `then`.
    pub then: Option<S::Ref>,
    /// `else`.
    pub otherwise: Option<S::Ref>,
}

/// `contains`, `minContains` and `maxContains`.
pub struct Contains<S: Storage = Static> {
    /// The schema of the items that are counted.
    pub schema: S::Ref,
    /// The smallest number of such items.
    pub least: usize,
    /// The largest number of such items; [`usize::MAX`] for any number.
    pub most: usize,
}

/// `additionalProperties`.
pub enum Additional<S: Storage = Static> {
    /// The keyword is absent. Unlike `true`, it does not evaluate properties for `unevaluatedProperties`.
    Absent,
    /// The keyword is `false`.
    Denied,
    /// The keyword is a schema, or `true`.
    Schema(S::Ref),
}

/// `discriminator` (OpenAPI 3.0.4, Discriminator Object), with the implicit names of schemas in the mapping.
pub struct Discriminator<S: Storage = Static> {
    /// The name of the property whose value selects a schema.
    pub property: S::Text,
    /// The values of the property, with their schemas.
    pub mapping: S::List<(S::Text, S::Ref)>,
    /// The schema for other values, and for an absent property (`defaultMapping` of OpenAPI 3.2).
    pub default: Option<S::Ref>,
}

/// The types only: schemas may be cyclic.
impl<S: Storage> fmt::Debug for Schema<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.keywords.types)
    }
}

impl<S: Storage> Deref for Schema<S> {
    type Target = Keywords<S>;

    fn deref(&self) -> &Keywords<S> {
        &self.keywords
    }
}

/// Copies what static tables are made of; the derived implementations would demand that `Static` is a value.
macro_rules! copy {
    ($($name:ident),*) => {$(
        impl Clone for $name {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl Copy for $name {}
    )*};
}

copy!(
    Schema,
    Keywords,
    Property,
    Condition,
    Contains,
    Additional,
    Discriminator,
    Literal
);

/// No keywords: every value. `$empty` is the empty list.
macro_rules! any {
    ($empty:expr) => {
        /// No keywords: every value.
        pub const ANY: Self = Self {
            types: Types::ALL,
            nullable: false,
            values: None,
            format: None,
            typed: None,
            bounds: Bounds::NONE,
            multiple_of: None,
            limits: Limits::NONE,
            pattern: None,
            content: None,
            prefix_items: $empty,
            items: None,
            unique_items: false,
            contains: None,
            unevaluated_items: None,
            properties: $empty,
            required: $empty,
            pattern_properties: $empty,
            additional_properties: Additional::Absent,
            property_names: None,
            dependent_required: $empty,
            dependent_schemas: $empty,
            unevaluated_properties: None,
            all_of: $empty,
            any_of: $empty,
            one_of: $empty,
            not: None,
            condition: None,
            discriminator: None,
        };
    };
}

impl Keywords {
    any!(&[]);
}

impl Keywords<Owned> {
    any!(Vec::new());
}

impl<S: Storage> Schema<S> {
    /// Creates a schema with these keywords.
    #[must_use]
    pub fn new(keywords: Keywords<S>) -> Self {
        let needs_buffering = keywords.needs_buffering();
        let constrained = needs_buffering || keywords.constrains() || !keywords.all_of.is_empty();
        Self {
            keywords,
            constrained,
            needs_buffering,
        }
    }

    /// Returns the keywords.
    #[must_use]
    pub const fn keywords(&self) -> &Keywords<S> {
        &self.keywords
    }

    /// Returns whether the schema has no keyword, so that every value is valid.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        !self.constrained
    }

    /// Returns the only member of `allOf`, and the value of `nullable`; `None` if there are other members or other keywords.
    #[must_use]
    pub fn sole_member(&self) -> Option<(S::Ref, bool)> {
        match *self.all_of {
            [member] if !self.needs_buffering && !self.keywords.constrains() => {
                Some((member, self.nullable))
            }
            _ => None,
        }
    }

    /// Returns the property of a name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property<S>> {
        self.properties
            .iter()
            .find(|property| &*property.name == name)
    }
}

impl<S: Storage> Keywords<S> {
    /// Returns whether a value has to be parsed again for some keyword.
    fn needs_buffering(&self) -> bool {
        let Self {
            types: _,
            nullable: _,
            values,
            format: _,
            typed: _,
            bounds: _,
            multiple_of: _,
            limits: _,
            pattern: _,
            content: _,
            prefix_items: _,
            items: _,
            unique_items: _,
            contains,
            unevaluated_items,
            properties: _,
            required: _,
            pattern_properties: _,
            additional_properties: _,
            property_names: _,
            dependent_required,
            dependent_schemas,
            unevaluated_properties,
            all_of: _,
            any_of,
            one_of,
            not,
            condition,
            discriminator,
        } = self;
        let is_compared = |value: &Literal<S>| matches!(value, Literal::Json(_));
        !any_of.is_empty()
            || !one_of.is_empty()
            || not.is_some()
            || condition.is_some()
            || discriminator.is_some()
            || contains.is_some()
            || !dependent_required.is_empty()
            || !dependent_schemas.is_empty()
            || unevaluated_items.is_some()
            || unevaluated_properties.is_some()
            || values
                .iter()
                .flat_map(|values| values.iter())
                .any(is_compared)
    }

    /// Returns whether there are keywords, other than `allOf`, that need no second parsing.
    fn constrains(&self) -> bool {
        let Self {
            types,
            // Without another keyword `null` is accepted anyway.
            nullable: _,
            values,
            format,
            typed,
            bounds,
            multiple_of,
            limits,
            pattern,
            content,
            prefix_items,
            items,
            unique_items,
            contains: _,
            unevaluated_items: _,
            properties,
            required,
            pattern_properties,
            additional_properties,
            property_names,
            dependent_required: _,
            dependent_schemas: _,
            unevaluated_properties: _,
            all_of: _,
            any_of: _,
            one_of: _,
            not: _,
            condition: _,
            discriminator: _,
        } = self;
        *types != Types::ALL
            || values.is_some()
            || format.is_some()
            || typed.is_some()
            || *bounds != Bounds::NONE
            || multiple_of.is_some()
            || *limits != Limits::NONE
            || pattern.is_some()
            || content.is_some()
            || !prefix_items.is_empty()
            || items.is_some()
            || *unique_items
            || !properties.is_empty()
            || !required.is_empty()
            || !pattern_properties.is_empty()
            || !matches!(additional_properties, Additional::Absent)
            || property_names.is_some()
    }

    /// Returns the references to other schemas in all keywords. A schema can occur several times.
    pub fn references(&self) -> Vec<S::Ref> {
        let Self {
            types: _,
            nullable: _,
            values: _,
            format: _,
            typed: _,
            bounds: _,
            multiple_of: _,
            limits: _,
            pattern: _,
            content,
            prefix_items,
            items,
            unique_items: _,
            contains,
            unevaluated_items,
            properties,
            required: _,
            pattern_properties,
            additional_properties,
            property_names,
            dependent_required: _,
            dependent_schemas,
            unevaluated_properties,
            all_of,
            any_of,
            one_of,
            not,
            condition,
            discriminator,
        } = self;
        let mut found: Vec<S::Ref> = properties.iter().map(|property| property.schema).collect();
        found.extend(pattern_properties.iter().map(|(_, schema)| *schema));
        found.extend(property_names);
        if let Additional::Schema(schema) = additional_properties {
            found.push(*schema);
        }
        found.extend(unevaluated_properties);
        found.extend(content);
        found.extend(items);
        found.extend(prefix_items.iter());
        found.extend(unevaluated_items);
        found.extend(contains.iter().map(|contains| contains.schema));
        if let Some(Condition {
            condition,
            then,
            otherwise,
        }) = condition
        {
            found.push(*condition);
            found.extend(then.iter().chain(otherwise));
        }
        found.extend(dependent_schemas.iter().map(|(_, schema)| *schema));
        found.extend(all_of.iter());
        if let Some(Discriminator {
            property: _,
            mapping,
            default,
        }) = discriminator
        {
            found.extend(mapping.iter().map(|(_, schema)| *schema));
            found.extend(default);
        }
        found.extend(one_of.iter().chain(any_of.iter()));
        found.extend(not);
        found
    }
}

/// The depth to which values may be nested, which callers cannot choose.
const MAX_DEPTH: usize = 64;

/// Checking.
impl Schema {
    /// The number of violations after which a validation ends with the next one: a list with more than this many violations may be
    /// incomplete.
    pub const LIMIT: usize = 64;

    /// Validates JSON text that is sent to an API. Returns the violations, in the order of the text; none if it is valid.
    ///
    /// Text that is not valid JSON (RFC 8259) is one violation at the root. Values nested deeper than 64 levels are a
    /// violation and are not validated further, unless no keyword applies to them.
    #[must_use]
    pub fn check(&'static self, text: &str) -> Vec<Violation> {
        check_value::<Static>(&(), self, Direction::Request, None, text)
    }
}

/// Validates JSON text that is sent in `direction`, as [`Schema::check`] does for requests, with tables in any storage.
///
/// `parameter` is the name of the parameter whose value the text is: the pointers of violations begin with it, such as `/limit`.
/// It is `None` for a body. The text of a string has its quotes.
///
/// ```
/// use oas_schema::{Direction, Keywords, Owned, Schema, Static, Tables, Types, check_value};
///
/// let mut tables = Tables::default();
/// let number = tables.reserve();
/// let mut keywords = Keywords::<Owned>::ANY;
/// keywords.types = Types::NUMBER;
/// tables.define(number, Schema::new(keywords));
///
/// let made = check_value::<Owned>(&tables, number, Direction::Request, Some("limit"), "true");
/// assert_eq!(made[0].to_string(), "/limit: expected number, found boolean");
/// let constant = check_value::<Static>(&(), &const { Schema::number() }, Direction::Request, Some("limit"), "true");
/// assert_eq!(constant[0].to_string(), made[0].to_string());
/// ```
#[must_use]
pub fn check_value<S: Storage>(
    tables: &S::Tables,
    schema: S::Ref,
    direction: Direction,
    parameter: Option<&str>,
    text: &str,
) -> Vec<Violation> {
    let check = context::Check {
        direction,
        ..request_check::<S>(tables, parameter)
    };
    context::validate(&check, S::resolve(tables, schema), text).violations
}

/// Returns the options for validating a value that is sent to an API.
pub(crate) fn request_check<'s, S: Storage>(
    tables: &'s S::Tables,
    parameter: Option<&'s str>,
) -> context::Check<'s, S> {
    context::Check {
        tables,
        parameter,
        direction: Direction::Request,
        deepest: MAX_DEPTH,
    }
}
