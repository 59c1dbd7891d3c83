//! Abstracts the storage of tables: static in the program, or on the heap.
//!
//! There is one definition of [`Schema`] for both, so that a keyword exists once and a generated server validates with the
//! same code as lint, the mock and verification. The alternative, one type whose lists are `Cow`, is not possible: a
//! value with drop glue is not promoted to a `'static` within the nested constants of generated code.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::{Pattern, Schema, SchemaId, Tables};

/// A way of storing tables: the types of the lists and texts of a [`Schema`], and of its references to other schemas.
///
/// [`Static`] and [`Owned`] implement it; other implementations are not intended.
pub trait Storage: fmt::Debug + Sized + Send + Sync + 'static {
    /// A list.
    type List<T: Send + Sync + 'static>: Deref<Target = [T]> + Send + Sync + 'static;
    /// A text.
    type Text: Deref<Target = str> + AsRef<str> + Clone + fmt::Debug + Send + Sync + 'static;
    /// A regular expression, compiled once.
    type Pattern: Deref<Target = Pattern> + Send + Sync + 'static;
    /// A reference from one schema to another, or to itself.
    type Ref: Copy + Send + Sync + 'static;
    /// The tables in which references are resolved.
    type Tables: Send + Sync + 'static;

    /// Returns the schema to which a reference refers.
    fn resolve(tables: &Self::Tables, reference: Self::Ref) -> &Schema<Self>;

    /// Returns the index of a schema in the tables; `None` for [`Static`].
    fn id(tables: &Self::Tables, schema: &Schema<Self>) -> Option<SchemaId>;
}

/// The storage of tables that are constants of the program, and refer to each other by address. [`Owned`] is that of tables
/// which are created at run time.
///
/// It is the default type argument of [`Schema`] and of everything else that is stored in tables, and has no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Static {}

impl Storage for Static {
    type List<T: Send + Sync + 'static> = &'static [T];
    type Text = &'static str;
    type Pattern = &'static Pattern;
    type Ref = &'static Schema;
    type Tables = ();

    fn resolve<'s>((): &'s (), reference: &'static Schema) -> &'s Schema {
        reference
    }

    fn id((): &(), _: &Schema) -> Option<SchemaId> {
        None
    }
}

/// The storage of schemas that are created at run time, and refer to each other by their index in [`Tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {}

impl Storage for Owned {
    type List<T: Send + Sync + 'static> = Vec<T>;
    type Text = Box<str>;
    type Pattern = Arc<Pattern>;
    type Ref = SchemaId;
    type Tables = Tables;

    fn resolve(tables: &Tables, reference: SchemaId) -> &Schema<Self> {
        tables.get(reference)
    }

    fn id(tables: &Tables, schema: &Schema<Self>) -> Option<SchemaId> {
        tables.id(schema)
    }
}
