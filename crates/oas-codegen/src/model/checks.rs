//! Defines the schemas by which a server validates requests. They are independent of the generated types.

use std::collections::HashMap;

use oas_schema::{Owned, Schema, SchemaId, Tables};

/// The compiled schemas, called tables, by which requests are validated, and the names of those that generated code defines as
/// statics.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Checks {
    tables: Tables,
    named: Vec<NamedTable>,
    /// Positions in `named`.
    positions: HashMap<SchemaId, usize>,
    has_unevaluated: bool,
}

/// A table with a name: that of a parameter or a body, one that a `$ref` refers to, one that is used more than once, or one that
/// would be nested too deeply if it were emitted inline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

    /// Returns the named tables in depth-first order: each precedes those that are first reached through it.
    #[must_use]
    pub fn named(&self) -> &[NamedTable] {
        &self.named
    }

    /// Returns the name of the table with the id `schema`; `None` if it is emitted inline.
    #[must_use]
    pub fn name(&self, schema: SchemaId) -> Option<&str> {
        let position = *self.positions.get(&schema)?;
        Some(&self.named[position].name)
    }

    /// Returns the table with the id `schema`.
    ///
    /// # Panics
    ///
    /// Panics if the id is out of range, because it belongs to another document.
    #[must_use]
    pub fn table(&self, schema: SchemaId) -> &Schema<Owned> {
        self.tables.get(schema)
    }

    /// Converts the value into its tables, for a server that is constructed at run time.
    #[must_use]
    pub fn into_tables(self) -> Tables {
        self.tables
    }

    /// Returns whether a table contains `unevaluatedItems` or `unevaluatedProperties`.
    ///
    /// If none does, generated code can omit a schema of items or of additional properties that accepts every value: only these
    /// two keywords distinguish such a schema from no schema.
    #[must_use]
    pub fn has_unevaluated(&self) -> bool {
        self.has_unevaluated
    }
}
