//! Computes the types that a schema expects of a value that is received as text.

use oas_wire::style::{Expected, Kinds};

use crate::schema::{Additional, Literal, Schema, Storage, Types};

/// Combined schemas within each other are looked into this deep.
const DEPTH: usize = 4;

/// The types of values that a schema describes, which a [`Codec`](oas_wire::style::Codec) needs to decode a text.
pub struct ExpectedTypes<'s, S: Storage> {
    tables: &'s S::Tables,
    /// `None` if the schema is unknown.
    schema: Option<&'s Schema<S>>,
}

impl<S: Storage> Clone for ExpectedTypes<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Storage> Copy for ExpectedTypes<'_, S> {}

impl<'s, S: Storage> ExpectedTypes<'s, S> {
    /// Creates the expected types of the values of `schema`, which is in `tables`.
    pub fn new(tables: &'s S::Tables, schema: S::Ref) -> Self {
        Self {
            tables,
            schema: Some(S::resolve(tables, schema)),
        }
    }

    fn of(self, schema: Option<S::Ref>) -> Self {
        Self {
            schema: schema.map(|schema| S::resolve(self.tables, schema)),
            ..self
        }
    }

    /// Returns the types that a value may have, as far as the schema alone shows them.
    fn types(self, schema: &'s Schema<S>, depth: usize) -> Types {
        let mut types = schema.types;
        // Without `type`, the listed values show what a text can be.
        if let Some(values) = schema.values.as_ref().filter(|_| types == Types::ALL) {
            types = values
                .iter()
                .map(Literal::types)
                .fold(Types::NONE, Types::or);
        }
        if depth < DEPTH {
            let of = |member: &S::Ref| self.types(S::resolve(self.tables, *member), depth + 1);
            for member in schema.all_of.iter() {
                types = types.and(of(member));
            }
            for alternatives in [&schema.any_of, &schema.one_of] {
                if !alternatives.is_empty() {
                    let union = alternatives
                        .iter()
                        .fold(Types::NONE, |union, schema| union.or(of(schema)));
                    types = types.and(union);
                }
            }
        }
        types
    }

    /// Returns what `own` finds in the keywords of `schema` itself, or else of its members.
    fn inner(
        self,
        schema: &'s Schema<S>,
        own: &impl Fn(&'s Schema<S>) -> Option<S::Ref>,
        depth: usize,
    ) -> Option<S::Ref> {
        let found = own(schema);
        if found.is_some() || depth >= DEPTH {
            return found;
        }
        let mut members = self.members(schema);
        members.find_map(|member| self.inner(member, own, depth + 1))
    }

    /// Returns the schema of the property `name`, anywhere in the schema.
    fn property(self, name: &str) -> Option<S::Ref> {
        let own = |schema: &'s Schema<S>| {
            let mut properties = schema.properties.iter();
            properties.find_map(|property| (*property.name == *name).then_some(property.schema))
        };
        self.inner(self.schema?, &own, 0)
    }

    /// Returns the schema of the members that are no properties, anywhere in `schema`.
    fn additional(self, schema: &'s Schema<S>, depth: usize) -> Option<S::Ref> {
        let own = match schema.additional_properties {
            Additional::Schema(schema) => Some(schema),
            Additional::Denied | Additional::Absent => None,
        };
        if own.is_some() || depth >= DEPTH {
            return own;
        }
        let mut members = self.members(schema);
        members.find_map(|member| self.additional(member, depth + 1))
    }

    /// Returns whether `schema` has properties, anywhere in it.
    fn properties(self, schema: &'s Schema<S>, depth: usize) -> bool {
        let mut members = self.members(schema);
        !schema.properties.is_empty()
            || depth < DEPTH && members.any(|member| self.properties(member, depth + 1))
    }

    /// Returns the schemas that are part of `schema`, always or as alternatives.
    fn members(self, schema: &'s Schema<S>) -> impl Iterator<Item = &'s Schema<S>> {
        let lists = [&schema.all_of, &schema.any_of, &schema.one_of];
        let members = lists.into_iter().flat_map(|list| list.iter());
        members.map(move |member| S::resolve(self.tables, *member))
    }
}

impl<'s, S: Storage> Expected for ExpectedTypes<'s, S> {
    fn kinds(self) -> Kinds {
        let types = self
            .schema
            .map_or(Types::ALL, |schema| self.types(schema, 0));
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

    fn item(self, index: usize) -> Self {
        let own = |schema: &'s Schema<S>| {
            let first = schema.prefix_items.get(index);
            first.copied().or(schema.items)
        };
        self.of(self.schema.and_then(|schema| self.inner(schema, &own, 0)))
    }

    fn member(self, name: &str) -> Self {
        let others = || self.additional(self.schema?, 0);
        self.of(self.property(name).or_else(others))
    }

    fn has_property(self, name: &str) -> bool {
        self.property(name).is_some()
    }

    fn has_properties(self) -> bool {
        self.schema.is_some_and(|schema| self.properties(schema, 0))
    }

    fn has_additional(self) -> bool {
        self.schema
            .is_some_and(|schema| self.additional(schema, 0).is_some())
    }
}
