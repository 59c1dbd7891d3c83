//! What a schema expects of a value that arrives as text.

use oas_wire::style::{Expected, Kinds};

use crate::schema::{Additional, Schema, Types};

/// Combined schemas within each other are looked into this deep.
const DEPTH: usize = 4;

/// The types that a value may have, as far as they can be told from the schema alone.
fn types(schema: &Schema, depth: usize) -> Types {
    let mut types = schema.types;
    if depth < DEPTH {
        for member in schema.all_of {
            types = types.and(self::types(member, depth + 1));
        }
        for alternatives in [schema.any_of, schema.one_of]
            .into_iter()
            .filter(|alternatives| !alternatives.is_empty())
        {
            let union = alternatives.iter().fold(Types::NONE, |union, schema| {
                union.or(self::types(schema, depth + 1))
            });
            types = types.and(union);
        }
    }
    types
}

/// The schema of the items or of the member `name`, wherever in `schema` it stands.
fn inner(schema: &'static Schema, name: Option<&str>, depth: usize) -> Option<&'static Schema> {
    let own = match name {
        None => schema.items,
        Some(name) => schema
            .properties
            .iter()
            .find_map(|property| (property.name == name).then_some(property.schema)),
    };
    if own.is_some() || depth >= DEPTH {
        return own;
    }
    members(schema).find_map(|member| inner(member, name, depth + 1))
}

/// The schema of the members that are no properties, wherever in `schema` it stands.
fn additional(schema: &'static Schema, depth: usize) -> Option<&'static Schema> {
    let own = match schema.additional_properties {
        Additional::Schema(schema) => Some(schema),
        Additional::Closed | Additional::Absent => None,
    };
    if own.is_some() || depth >= DEPTH {
        return own;
    }
    members(schema).find_map(|member| additional(member, depth + 1))
}

/// Whether `schema` has properties, wherever in it.
fn has_properties(schema: &'static Schema, depth: usize) -> bool {
    !schema.properties.is_empty()
        || depth < DEPTH && members(schema).any(|member| has_properties(member, depth + 1))
}

/// The schemas that are part of `schema`, always or as alternatives.
fn members(schema: &'static Schema) -> impl Iterator<Item = &'static Schema> {
    let lists = [schema.all_of, schema.any_of, schema.one_of];
    lists.into_iter().flatten().copied()
}

/// The value that a schema describes, as far as it can be known before the value is there.
#[derive(Clone, Copy)]
pub(crate) struct Shape(pub(crate) &'static Schema);

impl Expected for Shape {
    fn kinds(self) -> Kinds {
        let types = types(self.0, 0);
        if types == Types::ALL {
            return Kinds::ANY;
        }
        let kinds = [
            (Types::BOOLEAN, Kinds::BOOLEAN),
            (Types::NUMBER, Kinds::NUMBER),
            (Types::STRING, Kinds::STRING),
            (Types::ARRAY, Kinds::ARRAY),
            (Types::OBJECT, Kinds::OBJECT),
        ];
        kinds
            .into_iter()
            .filter(|(type_, _)| types.intersects(*type_))
            .fold(Kinds::NONE, |kinds, (_, kind)| kinds.or(kind))
    }

    fn item(self) -> Self {
        Self(inner(self.0, None, 0).unwrap_or(&Schema::ANY))
    }

    fn member(self, name: &str) -> Self {
        let member = inner(self.0, Some(name), 0).or_else(|| additional(self.0, 0));
        Self(member.unwrap_or(&Schema::ANY))
    }

    fn has_property(self, name: &str) -> bool {
        inner(self.0, Some(name), 0).is_some()
    }

    fn has_properties(self) -> bool {
        has_properties(self.0, 0)
    }

    fn has_additional(self) -> bool {
        additional(self.0, 0).is_some()
    }
}
