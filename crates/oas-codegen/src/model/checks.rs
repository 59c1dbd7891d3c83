//! Defines the schemas by which a server validates requests. They are separate from the types.

use std::collections::HashMap;

use oas_schema::{Owned, Schema, SchemaId, Tables};

/// The tables by which requests are validated, and the names of some of them.
#[derive(Debug, Default)]
pub struct Checks {
    tables: Tables,
    named: Vec<NamedTable>,
    /// Positions in `named`.
    positions: HashMap<SchemaId, usize>,
    has_unevaluated: bool,
}

/// A table with a name: that of a parameter or a body, one that a `$ref` leads to, or one that would make an inline
/// table too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTable {
    /// The name of its static, in upper snake case.
    pub name: String,
    /// The JSON pointer of the schema in the document.
    pub pointer: String,
    /// The id of the table.
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

    /// Returns the named tables, each before those that it refers to first.
    #[must_use]
    pub fn named(&self) -> &[NamedTable] {
        &self.named
    }

    /// Returns the name of the table `schema`; `None` if it is emitted inline, at its only reference.
    #[must_use]
    pub fn name(&self, schema: SchemaId) -> Option<&str> {
        let position = *self.positions.get(&schema)?;
        Some(&self.named[position].name)
    }

    /// Returns the table with the id `schema`.
    #[must_use]
    pub fn table(&self, schema: SchemaId) -> &Schema<Owned> {
        self.tables.get(schema)
    }

    /// Converts the value into its tables, for a server that is constructed at run time.
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
