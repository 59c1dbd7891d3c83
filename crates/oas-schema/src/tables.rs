//! Defines the tables of schemas that are created at run time.

use crate::context::{Check, validate};
use crate::{Direction, Keywords, Owned, Schema, Violation};

/// The index of a schema in [`Tables`], which [`Tables::reserve`] returns. It has a meaning in these tables only: in others it is out
/// of range, or the index of another schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(u32);

impl SchemaId {
    /// Returns the index as a number, counted from 0 in the order of [`Tables::reserve`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The result of a validation: its violations and its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The violations, in the order of the text.
    pub violations: Vec<Violation>,
    /// The number of values that were parsed, including repetitions.
    pub cost: usize,
    /// Whether a pattern that cannot be run applies to the value.
    pub(crate) is_unsure: bool,
}

/// The largest depth of nested values; `serde_json` parses slightly deeper ones.
const MAX_DEPTH: usize = 120;

/// Tables of schemas that are created at run time and refer to each other by index.
///
/// An index is reserved before its schema is defined, so that schemas can refer to themselves. Every value is valid against a
/// schema that was reserved and not defined.
///
/// ```
/// use oas_schema::{Direction, Keywords, Limit, Owned, Schema, Tables, Types};
///
/// // An array of arrays of arrays, of two items each at most.
/// let mut tables = Tables::default();
/// let nested = tables.reserve();
/// let mut keywords = Keywords::<Owned>::ANY;
/// keywords.types = Types::ARRAY;
/// keywords.items = Some(nested);
/// keywords.limits.set(Limit::MaxItems, 2);
/// tables.define(nested, Schema::new(keywords));
///
/// assert!(tables.check(nested, "[[], [[]]]", Direction::Request).is_empty());
/// let violations = tables.check(nested, "[[], [1, [], []]]", Direction::Request);
/// assert_eq!(violations[0].to_string(), "/1/0: expected array, found integer");
/// assert_eq!(violations[1].to_string(), "/1: must have at most 2 items");
/// assert_eq!((violations[1].schema, violations[1].keyword), (Some(nested), "maxItems"));
/// ```
#[derive(Debug, Default)]
pub struct Tables {
    schemas: Vec<Schema<Owned>>,
}

impl Tables {
    /// Reserves an index for a schema, to be defined by [`define`](Self::define).
    ///
    /// # Panics
    ///
    /// Panics if there are more than 4 billion schemas.
    pub fn reserve(&mut self) -> SchemaId {
        let id = u32::try_from(self.schemas.len()).expect("fewer schemas than a u32 counts");
        self.schemas.push(Schema::new(Keywords::<Owned>::ANY));
        SchemaId(id)
    }

    /// Sets the schema of an index that was reserved in these tables.
    ///
    /// # Panics
    ///
    /// Panics if the index is out of range, because it was reserved in other tables.
    pub fn define(&mut self, id: SchemaId, schema: Schema<Owned>) {
        self.schemas[id.index()] = schema;
    }

    /// Returns the schema of an index.
    ///
    /// # Panics
    ///
    /// Panics if the index is out of range, because it was reserved in other tables.
    #[must_use]
    pub fn get(&self, id: SchemaId) -> &Schema<Owned> {
        &self.schemas[id.index()]
    }

    /// Returns the number of schemas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.schemas.len()
    }

    /// Returns whether there are no schemas.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schemas.is_empty()
    }

    /// Returns the place of a schema in these tables.
    pub(crate) fn id(&self, schema: &Schema<Owned>) -> Option<SchemaId> {
        let offset = std::ptr::from_ref(schema)
            .addr()
            .checked_sub(self.schemas.as_ptr().addr())?;
        let index = u32::try_from(offset / size_of::<Schema<Owned>>()).ok()?;
        ((index as usize) < self.schemas.len()).then_some(SchemaId(index))
    }

    /// Validates JSON text that is sent in `direction`. Returns the violations, in the order of the text; none if it is valid.
    ///
    /// Text that is not valid JSON (RFC 8259) is one violation at the root. Values that are nested deeper than 120 levels are a
    /// violation and are not validated further, unless no keyword applies to them. After more than [`Schema::LIMIT`] violations
    /// the list can be incomplete.
    ///
    /// # Panics
    ///
    /// Panics if the index is out of range. An index of other tables panics, or selects another schema.
    #[must_use]
    pub fn check(&self, schema: SchemaId, text: &str, direction: Direction) -> Vec<Violation> {
        self.check_with_cost(schema, text, direction).violations
    }

    /// Validates JSON text as [`Tables::check`] does, and measures the cost, for callers that validate many values and limit the
    /// total.
    ///
    /// # Panics
    ///
    /// Panics under the conditions of [`Tables::check`].
    #[must_use]
    pub fn check_with_cost(&self, schema: SchemaId, text: &str, direction: Direction) -> Checked {
        let check = Check {
            tables: self,
            parameter: None,
            direction,
            deepest: MAX_DEPTH,
        };
        validate(&check, self.get(schema), text)
    }
}
