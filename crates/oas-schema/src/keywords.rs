//! Defines the keywords, each as a `const` function that generated code calls on a [`Schema`]. Other modules validate
//! them.

use crate::{
    Additional, Bound, Condition, Contains, Discriminator, Format, Keywords, Limit, Literal,
    Number, Pattern, Property, Schema, Static, Types,
};

impl Property {
    /// Creates a required property.
    #[must_use]
    pub const fn required(name: &'static str, schema: &'static Schema) -> Self {
        Self {
            name,
            schema,
            required: true,
            read_only: false,
            write_only: false,
        }
    }

    /// Creates an optional property.
    #[must_use]
    pub const fn optional(name: &'static str, schema: &'static Schema) -> Self {
        let mut property = Self::required(name, schema);
        property.required = false;
        property
    }

    /// Sets `readOnly`: the property may be absent from requests although it is required. One that is present is validated.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets `writeOnly`: the property may be absent from responses although it is required. One that is present is validated.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }
}

/// Constructors.
impl Schema {
    /// [`Schema::any`] as a constant, which can be borrowed as `&'static Schema`.
    pub const ANY: Self = Self::any();

    /// Returns the schema of every value: the empty schema, and `true`.
    #[must_use]
    pub const fn any() -> Self {
        Self {
            keywords: Keywords::<Static>::ANY,
            constrained: false,
            needs_buffering: false,
        }
    }

    /// Returns the schema of the values of `types`. With [`Types::NONE`] it is the schema `false`.
    #[must_use]
    pub const fn of(types: Types) -> Self {
        let mut schema = Self::any().constrain();
        schema.keywords.types = types;
        schema
    }

    /// Returns the schema of `true` and `false`.
    #[must_use]
    pub const fn boolean() -> Self {
        Self::of(Types::BOOLEAN)
    }

    /// Returns the schema of integers of any size.
    #[must_use]
    pub const fn integer() -> Self {
        Self::of(Types::INTEGER)
    }

    /// Returns the schema of integers in the range of `i32` (`format: int32`).
    #[must_use]
    pub const fn int32() -> Self {
        Self::integer().format(Format::Int32)
    }

    /// Returns the schema of integers in the range of `i64` (`format: int64`).
    #[must_use]
    pub const fn int64() -> Self {
        Self::integer().format(Format::Int64)
    }

    /// Returns the schema of numbers.
    #[must_use]
    pub const fn number() -> Self {
        Self::of(Types::NUMBER)
    }

    /// Returns the schema of strings.
    #[must_use]
    pub const fn string() -> Self {
        Self::of(Types::STRING)
    }

    /// Returns the schema of arrays of `items`.
    #[must_use]
    pub const fn array(items: &'static Self) -> Self {
        Self::of(Types::ARRAY).items(items)
    }

    /// Returns the schema of objects with `properties`; other properties are valid unless a keyword restricts them.
    #[must_use]
    pub const fn object(properties: &'static [Property]) -> Self {
        Self::of(Types::OBJECT).properties(properties)
    }

    const fn constrain(mut self) -> Self {
        self.constrained = true;
        self
    }

    const fn replay(mut self) -> Self {
        self.needs_buffering = true;
        self.constrain()
    }

    const fn limit(mut self, limit: Limit, value: usize) -> Self {
        self.keywords.limits.set(limit, value);
        self.constrain()
    }

    const fn bound(mut self, bound: Bound, value: Number) -> Self {
        self.keywords.bounds.set(bound, value);
        self.constrain()
    }
}

/// Keywords for every kind of value.
impl Schema {
    /// Sets `nullable` to `true`: `null` is valid, regardless of the other keywords of this schema and of the members of its
    /// `allOf`.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.keywords.nullable = true;
        self
    }

    /// Sets `enum`; `const` is an `enum` of one value.
    #[must_use]
    pub const fn values(mut self, values: &'static [Literal]) -> Self {
        self.keywords.values = Some(values);
        let mut index = 0;
        // `for` and iterators are not `const` yet.
        while index < values.len() {
            if let Literal::Json(_) = values[index] {
                self.needs_buffering = true;
            }
            index += 1;
        }
        self.constrain()
    }

    /// Sets `allOf`.
    #[must_use]
    pub const fn all_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.all_of = schemas;
        self.constrain()
    }

    /// Sets `anyOf`.
    #[must_use]
    pub const fn any_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.any_of = schemas;
        self.replay()
    }

    /// Sets `oneOf`.
    #[must_use]
    pub const fn one_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.one_of = schemas;
        self.replay()
    }

    /// Sets `not`.
    #[must_use]
    pub const fn not(mut self, schema: &'static Self) -> Self {
        self.keywords.not = Some(schema);
        self.replay()
    }

    /// Sets `discriminator`: the value of `property` selects a schema of `mapping`, against which the object has to be valid as
    /// well. Use it in place of the `oneOf` or `anyOf` beside the `discriminator`, because its violations are more precise.
    #[must_use]
    pub const fn discriminator(
        mut self,
        property: &'static str,
        mapping: &'static [(&'static str, &'static Self)],
    ) -> Self {
        self.keywords.discriminator = Some(Discriminator {
            property,
            mapping,
            default: None,
        });
        self.replay()
    }

    /// Sets `defaultMapping` of the `discriminator` (OpenAPI 3.2, Discriminator Object). Call it after
    /// [`discriminator`](Self::discriminator); before, it has no effect.
    #[must_use]
    pub const fn default_mapping(mut self, schema: &'static Self) -> Self {
        if let Some(discriminator) = &mut self.keywords.discriminator {
            discriminator.default = Some(schema);
        }
        self
    }
}

/// Keywords that OpenAPI 3.1 has from JSON Schema 2020-12.
impl Schema {
    /// Sets `if`, `then` and `else`. Pass [`Schema::ANY`] for one that is absent.
    #[must_use]
    pub const fn condition(
        mut self,
        condition: &'static Self,
        then: &'static Self,
        otherwise: &'static Self,
    ) -> Self {
        self.keywords.condition = Some(Condition {
            condition,
            then: Some(then),
            otherwise: Some(otherwise),
        });
        self.replay()
    }

    /// Sets `contains`, `minContains` and `maxContains`. Pass 1 for an absent `minContains`, and [`usize::MAX`] for an absent
    /// `maxContains`.
    #[must_use]
    pub const fn contains(mut self, schema: &'static Self, least: usize, most: usize) -> Self {
        self.keywords.contains = Some(Contains {
            schema,
            least,
            most,
        });
        self.replay()
    }

    /// Sets `dependentRequired`: if the first property of a pair is present, the others are required.
    #[must_use]
    pub const fn dependent_required(
        mut self,
        names: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.keywords.dependent_required = names;
        self.replay()
    }

    /// Sets `dependentSchemas`: if the property of a pair is present, the object has to be valid against the schema.
    #[must_use]
    pub const fn dependent_schemas(
        mut self,
        schemas: &'static [(&'static str, &'static Self)],
    ) -> Self {
        self.keywords.dependent_schemas = schemas;
        self.replay()
    }

    /// Sets `unevaluatedProperties`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// Properties to which `additionalProperties` applies are evaluated, even if it is `true`. For a schema with
    /// `additionalProperties: true`, call [`Schema::additional_properties`] with [`Schema::ANY`].
    #[must_use]
    pub const fn unevaluated_properties(mut self, schema: &'static Self) -> Self {
        self.keywords.unevaluated_properties = Some(schema);
        self.replay()
    }

    /// Sets `unevaluatedItems`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// [`Schema::array`] sets `items`, which evaluates all items. For an array without it, use [`Schema::of`]
    /// [`Types::ARRAY`](super::Types::ARRAY).
    #[must_use]
    pub const fn unevaluated_items(mut self, schema: &'static Self) -> Self {
        self.keywords.unevaluated_items = Some(schema);
        self.replay()
    }
}

/// Keywords for numbers.
impl Schema {
    /// Sets `minimum`.
    #[must_use]
    pub const fn minimum(self, bound: Number) -> Self {
        self.bound(Bound::Minimum, bound)
    }

    /// Sets `maximum`.
    #[must_use]
    pub const fn maximum(self, bound: Number) -> Self {
        self.bound(Bound::Maximum, bound)
    }

    /// Sets `exclusiveMinimum` as a number; for the Boolean of OpenAPI 3.0, pass the `minimum` here instead.
    #[must_use]
    pub const fn exclusive_minimum(self, bound: Number) -> Self {
        self.bound(Bound::ExclusiveMinimum, bound)
    }

    /// Sets `exclusiveMaximum` as a number; for the Boolean of OpenAPI 3.0, pass the `maximum` here instead.
    #[must_use]
    pub const fn exclusive_maximum(self, bound: Number) -> Self {
        self.bound(Bound::ExclusiveMaximum, bound)
    }

    /// Sets `multipleOf`. Numbers are compared as decimals, so that `0.3` is a multiple of `0.1`; those with a fraction have the
    /// precision of a double.
    #[must_use]
    pub const fn multiple_of(mut self, divisor: Number) -> Self {
        self.keywords.multiple_of = Some(divisor);
        self.constrain()
    }
}

/// Keywords for strings.
impl Schema {
    /// Sets `minLength`, in code points.
    #[must_use]
    pub const fn min_length(self, length: usize) -> Self {
        self.limit(Limit::MinLength, length)
    }

    /// Sets `maxLength`, in code points.
    #[must_use]
    pub const fn max_length(self, length: usize) -> Self {
        self.limit(Limit::MaxLength, length)
    }

    /// Sets `pattern`.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static Pattern) -> Self {
        self.keywords.pattern = Some(pattern);
        self.constrain()
    }

    /// Sets `contentSchema`: a string has to be JSON text that is valid against `schema`.
    ///
    /// In JSON Schema and OpenAPI it is an annotation, which applications may validate (JSON Schema 2020-12 Validation §8.2,
    /// OpenAPI 3.2.0, Non-Validating Constraint Keywords). It is validated here, because it determines the Rust type of the value.
    ///
    /// ```
    /// use oas_schema::Schema;
    ///
    /// static NUMBERS: Schema = Schema::string().content(&Schema::array(&Schema::integer()));
    ///
    /// assert!(NUMBERS.check(r#""[1, 2]""#).is_empty());
    /// let violations = NUMBERS.check(r#""[1, true]""#);
    /// assert_eq!(violations[0].to_string(), "as JSON, /1: expected integer, found boolean");
    /// ```
    #[must_use]
    pub const fn content(mut self, schema: &'static Self) -> Self {
        self.keywords.content = Some(schema);
        self.constrain()
    }

    /// Sets `format`, which is validated: a server that accepted `not-a-date` would pass it on as a date.
    #[must_use]
    pub const fn format(mut self, format: Format) -> Self {
        self.keywords.format = Some(format);
        self.constrain()
    }

    /// Restricts strings to those for which `has_value` returns `true`: those that the Rust type of a `format` can represent. A
    /// timestamp, for example, has to be in the range of its type.
    ///
    /// ```
    /// use oas_schema::Schema;
    ///
    /// static PORT: Schema = Schema::string().typed(|text| text.parse::<u16>().is_ok());
    ///
    /// assert!(PORT.check(r#""8080""#).is_empty());
    /// assert_eq!(PORT.check(r#""80800""#).len(), 1);
    /// ```
    #[must_use]
    pub const fn typed(mut self, has_value: fn(&str) -> bool) -> Self {
        self.keywords.typed = Some(has_value);
        self.constrain()
    }
}

/// Keywords for arrays.
impl Schema {
    /// Sets `items`: the schema of all items after those of [`Schema::prefix_items`].
    #[must_use]
    pub const fn items(mut self, schema: &'static Self) -> Self {
        self.keywords.items = Some(schema);
        self.constrain()
    }

    /// Sets `prefixItems`: the schemas of the first items, one for each.
    #[must_use]
    pub const fn prefix_items(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.prefix_items = schemas;
        self.constrain()
    }

    /// Sets `minItems`, the least number of items of an array.
    #[must_use]
    pub const fn min_items(self, count: usize) -> Self {
        self.limit(Limit::MinItems, count)
    }

    /// Sets `maxItems`, the largest number of items of an array.
    #[must_use]
    pub const fn max_items(self, count: usize) -> Self {
        self.limit(Limit::MaxItems, count)
    }

    /// Sets `uniqueItems`.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.keywords.unique_items = true;
        self.constrain()
    }
}

/// Keywords for objects.
impl Schema {
    /// Sets `properties`. Each [`Property`] contains whether its name is in `required`.
    #[must_use]
    pub const fn properties(mut self, properties: &'static [Property]) -> Self {
        self.keywords.properties = properties;
        self.constrain()
    }

    /// Sets the names in `required` that are not among the `properties`.
    #[must_use]
    pub const fn required(mut self, names: &'static [&'static str]) -> Self {
        self.keywords.required = names;
        self.constrain()
    }

    /// Sets `patternProperties`.
    #[must_use]
    pub const fn pattern_properties(
        mut self,
        properties: &'static [(&'static Pattern, &'static Self)],
    ) -> Self {
        self.keywords.pattern_properties = properties;
        self.constrain()
    }

    /// Sets `additionalProperties: false`.
    #[must_use]
    pub const fn deny_additional_properties(mut self) -> Self {
        self.keywords.additional_properties = Additional::Denied;
        self.constrain()
    }

    /// Sets `additionalProperties` to a schema.
    #[must_use]
    pub const fn additional_properties(mut self, schema: &'static Self) -> Self {
        self.keywords.additional_properties = Additional::Schema(schema);
        self.constrain()
    }

    /// Sets `propertyNames`.
    #[must_use]
    pub const fn property_names(mut self, schema: &'static Self) -> Self {
        self.keywords.property_names = Some(schema);
        self.constrain()
    }

    /// Sets `minProperties`.
    #[must_use]
    pub const fn min_properties(self, count: usize) -> Self {
        self.limit(Limit::MinProperties, count)
    }

    /// Sets `maxProperties`.
    #[must_use]
    pub const fn max_properties(self, count: usize) -> Self {
        self.limit(Limit::MaxProperties, count)
    }
}
