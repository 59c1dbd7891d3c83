//! The keywords, each as a `const` function that generated code calls on a [`Schema`]. What they mean is checked elsewhere.

use crate::{
    Additional, Condition, Contains, Discriminator, Format, Literal, Number, Pattern, Property,
    Schema,
};

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

    /// `unevaluatedProperties`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// A schema that says `additionalProperties: true` looks at all properties, other than one that says nothing: give it
    /// [`Schema::additional_properties`] with [`Schema::ANY`].
    #[must_use]
    pub const fn unevaluated_properties(mut self, schema: &'static Self) -> Self {
        self.unevaluated_properties = Some(schema);
        self.replay()
    }

    /// `unevaluatedItems`; `false` is [`Schema::of`] [`Types::NONE`](super::Types::NONE).
    ///
    /// [`Schema::array`] says `items`, which looks at all items; an array without is [`Schema::of`]
    /// [`Types::ARRAY`](super::Types::ARRAY).
    #[must_use]
    pub const fn unevaluated_items(mut self, schema: &'static Self) -> Self {
        self.unevaluated_items = Some(schema);
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
    /// `properties`, with what `required` says of them.
    #[must_use]
    pub const fn properties(mut self, properties: &'static [Property]) -> Self {
        self.properties = properties;
        self.constrain()
    }

    /// The names in `required` that are not among the `properties`.
    #[must_use]
    pub const fn required(mut self, names: &'static [&'static str]) -> Self {
        self.required = names;
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
