//! Defines the schemas that a server validates requests by, which are separate from the types.

use std::collections::HashMap;

use oas_schema::{Owned, Schema, SchemaId, Tables};

/// The tables of all schemas that requests have to match, and the names of some of them.
#[derive(Debug, Default)]
pub struct Checks {
    tables: Tables,
    named: Vec<NamedTable>,
    /// Positions in `named`.
    positions: HashMap<SchemaId, usize>,
    has_unevaluated: bool,
}

/// A table with a name: those of parameters and bodies, those that a `$ref` leads to, and others that have to be short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTable {
    /// Name of its static, in upper snake case.
    pub name: String,
    /// JSON pointer of its schema.
    pub pointer: String,
    /// The table.
    pub schema: SchemaId,
}

impl Checks {
    pub(crate) fn new(tables: Tables, named: Vec<NamedTable>, has_unevaluated: bool) -> Self {
        let positions = named
            .iter()
            .enumerate()
            .map(|(position, table)| (table.schema, position))
            .collect();
        Self {
            tables,
            named,
            positions,
            has_unevaluated,
        }
    }

    /// Returns the tables with a name, each before those that it is the first to refer to.
    #[must_use]
    pub fn named(&self) -> &[NamedTable] {
        &self.named
    }

    /// Returns the name of a table; `None` if it is emitted inline, at its only reference.
    #[must_use]
    pub fn name(&self, schema: SchemaId) -> Option<&str> {
        let position = *self.positions.get(&schema)?;
        Some(&self.named[position].name)
    }

    /// Returns a table.
    #[must_use]
    pub fn table(&self, schema: SchemaId) -> &Schema<Owned> {
        self.tables.get(schema)
    }

    /// Takes the tables out, for a server that is made at run time.
    #[must_use]
    pub fn into_tables(self) -> Tables {
        self.tables
    }

    /// Returns whether a table contains `unevaluatedItems` or `unevaluatedProperties`. Only these keywords depend on
    /// whether an item or a property has the schema `true`, or none.
    #[must_use]
    pub fn has_unevaluated(&self) -> bool {
        self.has_unevaluated
    }
}
