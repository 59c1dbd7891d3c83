//! Decides whether two schemas have the same Rust type, even if their constraints differ.

use oas_document::Node;
use oas_document::schema::{Additional, EffectiveSchema, Schema};

use super::Lowering;

impl Lowering<'_> {
    /// Returns whether a schema that extends another has no type of its own, because types do not express what it adds.
    pub(super) fn has_type_of(&self, schema: &Schema<'_>, other: &Schema<'_>) -> bool {
        let (own, other) = (schema.effective(), other.effective());
        let types = |effective: &EffectiveSchema<'_>| effective.types.without_null();
        let of_scalar = |effective: &EffectiveSchema<'_>| {
            let only = types(effective).single();
            only.and_then(|only| self.scalar(only, effective))
        };
        types(&own) == types(&other)
            && own.values == other.values
            && of_scalar(&own) == of_scalar(&other)
            && properties(&own) == properties(&other)
            && own.pattern_properties == other.pattern_properties
            && is_open(&own) == is_open(&other)
            && own.items == other.items
            && own.prefix_items == other.prefix_items
            && own.one_of == other.one_of
            && own.any_of == other.any_of
            && own.conditionals == other.conditionals
            && own.dependent_schemas == other.dependent_schemas
            && own.discriminator == other.discriminator
    }
}

/// Returns the properties with the parts that determine their fields.
fn properties<'e, 'd>(effective: &'e EffectiveSchema<'d>) -> Vec<(&'d str, bool, &'e [Node<'d>])> {
    let properties = effective.properties.iter();
    properties
        .map(|property| (property.name, property.required, &*property.nodes))
        .collect()
}

/// Returns the schema of properties that have no field.
fn is_open<'e, 'd>(effective: &'e EffectiveSchema<'d>) -> Option<&'e Schema<'d>> {
    match &effective.additional {
        Additional::Schema(schema) => Some(schema),
        Additional::Any | Additional::Denied(_) => None,
    }
}
