//! The keywords, each as a `const` function that generated code calls on a [`Schema`]. What they mean is checked elsewhere.

use crate::{
    Additional, Bound, Condition, Contains, Discriminator, Format, Keywords, Limit, Literal,
    Number, Pattern, Property, Schema, Static, Types,
};

impl Property {
    /// A property that has to be there.
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

    /// A property that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, schema: &'static Schema) -> Self {
        let mut property = Self::required(name, schema);
        property.required = false;
        property
    }

    /// `readOnly`: the property may be absent from requests.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// `writeOnly`: the property may be absent from responses.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
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
            keywords: Keywords::<Static>::ANY,
            constrained: false,
            replayed: false,
        }
    }

    /// Values of `types`. [`Types::NONE`] is the schema `false`.
    #[must_use]
    pub const fn of(types: Types) -> Self {
        let mut schema = Self::any().constrain();
        schema.keywords.types = types;
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

    /// An object with `properties`; other properties are accepted unless a keyword restricts them.
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
    /// `null` is accepted, in spite of what else this schema and the members of its `allOf` demand.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.keywords.nullable = true;
        self
    }

    /// `enum`; `const` is an `enum` of one.
    #[must_use]
    pub const fn values(mut self, values: &'static [Literal]) -> Self {
        self.keywords.values = Some(values);
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
        self.keywords.all_of = schemas;
        self.constrain()
    }

    /// `anyOf`.
    #[must_use]
    pub const fn any_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.any_of = schemas;
        self.replay()
    }

    /// `oneOf`.
    #[must_use]
    pub const fn one_of(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.one_of = schemas;
        self.replay()
    }

    /// `not`.
    #[must_use]
    pub const fn not(mut self, schema: &'static Self) -> Self {
        self.keywords.not = Some(schema);
        self.replay()
    }

    /// `discriminator`: `property` names the one of `mapping` that applies beside this schema. Use it instead of the
    /// `oneOf` or `anyOf` beside it: it reports more precisely what is wrong.
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

    /// `defaultMapping` of the `discriminator` that was given before (OpenAPI 3.2, Discriminator Object).
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
    /// `if`, `then` and `else`; one that is absent is [`Schema::any`].
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

    /// `contains`, with `minContains` (1 by default) and `maxContains`.
    #[must_use]
    pub const fn contains(mut self, schema: &'static Self, least: usize, most: usize) -> Self {
        self.keywords.contains = Some(Contains {
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
        self.keywords.dependent_required = names;
        self.replay()
    }

    /// `dependentSchemas`: with the property the object has to match the schema.
    #[must_use]
    pub const fn dependent_schemas(
        mut self,
        schemas: &'static [(&'static str, &'static Self)],
    ) -> Self {
        self.keywords.dependent_schemas = schemas;
        self.replay()
    }

    /// `unevaluatedProperties`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// A schema with `additionalProperties: true` evaluates all properties, other than one without the keyword: give it
    /// [`Schema::additional_properties`] with [`Schema::ANY`].
    #[must_use]
    pub const fn unevaluated_properties(mut self, schema: &'static Self) -> Self {
        self.keywords.unevaluated_properties = Some(schema);
        self.replay()
    }

    /// `unevaluatedItems`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// [`Schema::array`] has `items`, which evaluates all items; an array without is [`Schema::of`]
    /// [`Types::ARRAY`](super::Types::ARRAY).
    #[must_use]
    pub const fn unevaluated_items(mut self, schema: &'static Self) -> Self {
        self.keywords.unevaluated_items = Some(schema);
        self.replay()
    }
}

/// Keywords for numbers.
impl Schema {
    /// `minimum`.
    #[must_use]
    pub const fn minimum(self, bound: Number) -> Self {
        self.bound(Bound::Minimum, bound)
    }

    /// `maximum`.
    #[must_use]
    pub const fn maximum(self, bound: Number) -> Self {
        self.bound(Bound::Maximum, bound)
    }

    /// `exclusiveMinimum` as a number; for the boolean of OpenAPI 3.0 give the `minimum` here instead.
    #[must_use]
    pub const fn exclusive_minimum(self, bound: Number) -> Self {
        self.bound(Bound::ExclusiveMinimum, bound)
    }

    /// `exclusiveMaximum` as a number; for the boolean of OpenAPI 3.0 give the `maximum` here instead.
    #[must_use]
    pub const fn exclusive_maximum(self, bound: Number) -> Self {
        self.bound(Bound::ExclusiveMaximum, bound)
    }

    /// `multipleOf`: exact between integers, and to the precision of a double otherwise.
    #[must_use]
    pub const fn multiple_of(mut self, divisor: Number) -> Self {
        self.keywords.multiple_of = Some(divisor);
        self.constrain()
    }
}

/// Keywords for strings.
impl Schema {
    /// `minLength`, in code points.
    #[must_use]
    pub const fn min_length(self, length: usize) -> Self {
        self.limit(Limit::MinLength, length)
    }

    /// `maxLength`, in code points.
    #[must_use]
    pub const fn max_length(self, length: usize) -> Self {
        self.limit(Limit::MaxLength, length)
    }

    /// `pattern`.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static Pattern) -> Self {
        self.keywords.pattern = Some(pattern);
        self.constrain()
    }

    /// `format`, which is checked: a server that let `not-a-date` through would pass it on as a date.
    #[must_use]
    pub const fn format(mut self, format: Format) -> Self {
        self.keywords.format = Some(format);
        self.constrain()
    }
}

/// Keywords for arrays.
impl Schema {
    /// `items`: the schema of all items behind those of [`Schema::prefix_items`].
    #[must_use]
    pub const fn items(mut self, schema: &'static Self) -> Self {
        self.keywords.items = Some(schema);
        self.constrain()
    }

    /// `prefixItems`: the schemas of the first items, each its own.
    #[must_use]
    pub const fn prefix_items(mut self, schemas: &'static [&'static Self]) -> Self {
        self.keywords.prefix_items = schemas;
        self.constrain()
    }

    /// `minItems`.
    #[must_use]
    pub const fn min_items(self, count: usize) -> Self {
        self.limit(Limit::MinItems, count)
    }

    /// `maxItems`.
    #[must_use]
    pub const fn max_items(self, count: usize) -> Self {
        self.limit(Limit::MaxItems, count)
    }

    /// `uniqueItems`.
    #[must_use]
    pub const fn unique_items(mut self) -> Self {
        self.keywords.unique_items = true;
        self.constrain()
    }
}

/// Keywords for objects.
impl Schema {
    /// `properties`, and which of them are `required`.
    #[must_use]
    pub const fn properties(mut self, properties: &'static [Property]) -> Self {
        self.keywords.properties = properties;
        self.constrain()
    }

    /// The names in `required` that are not among the `properties`.
    #[must_use]
    pub const fn required(mut self, names: &'static [&'static str]) -> Self {
        self.keywords.required = names;
        self.constrain()
    }

    /// `patternProperties`.
    #[must_use]
    pub const fn pattern_properties(
        mut self,
        properties: &'static [(&'static Pattern, &'static Self)],
    ) -> Self {
        self.keywords.pattern_properties = properties;
        self.constrain()
    }

    /// `additionalProperties: false`.
    #[must_use]
    pub const fn closed(mut self) -> Self {
        self.keywords.additional_properties = Additional::Closed;
        self.constrain()
    }

    /// `additionalProperties` with a schema.
    #[must_use]
    pub const fn additional_properties(mut self, schema: &'static Self) -> Self {
        self.keywords.additional_properties = Additional::Schema(schema);
        self.constrain()
    }

    /// `propertyNames`.
    #[must_use]
    pub const fn property_names(mut self, schema: &'static Self) -> Self {
        self.keywords.property_names = Some(schema);
        self.constrain()
    }

    /// `minProperties`.
    #[must_use]
    pub const fn min_properties(self, count: usize) -> Self {
        self.limit(Limit::MinProperties, count)
    }

    /// `maxProperties`.
    #[must_use]
    pub const fn max_properties(self, count: usize) -> Self {
        self.limit(Limit::MaxProperties, count)
    }
}
