//! Validates the keywords for arrays.

use serde::de;

use crate::active::Active;
use crate::context::Context;
use crate::path::Path;
use crate::{Counted, Storage, Types};

/// The schemas of the items of an array, one item after the other.
pub(super) struct Items<'a, 's, S: Storage> {
    array: &'a Active<'s, S>,
    /// The schemas of the next item. After all `prefixItems` they are the same for every item.
    item: Active<'s, S>,
    is_known: bool,
    count: usize,
}

impl<'a, 's, S: Storage> Items<'a, 's, S> {
    /// Creates the state for an array to which the schemas of `array` apply.
    pub(super) fn new(array: &'a Active<'s, S>) -> Self {
        Self {
            array,
            item: Active::none(),
            is_known: false,
            count: 0,
        }
    }

    /// Returns the number of items that were parsed.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Accounts for an item that has been read.
    pub(super) fn step(&mut self) {
        self.count += 1;
    }

    /// Returns the schemas of the next item.
    pub(super) fn next(&mut self, context: &Context<'s, S>) -> &Active<'s, S> {
        if !self.is_known {
            self.item = Active::none();
            self.is_known = true;
            for schema in self.array.on(Types::ARRAY) {
                let prefix = schema.prefix_items.get(self.count).copied();
                self.is_known &= prefix.is_none();
                if let Some(item) = prefix.or(schema.items) {
                    self.item.add(context.tables, context.resolve(item));
                }
            }
        }
        &self.item
    }

    /// Validates the keywords that depend on the whole array.
    pub(super) fn finish<E: de::Error>(
        self,
        context: &mut Context<'s, S>,
        path: &Path<'_>,
    ) -> Result<(), E> {
        for schema in self.array.on(Types::ARRAY) {
            schema
                .limits
                .check(Counted::Items, self.count, |keyword, message| {
                    context.report(Some((schema, keyword)), path, message)
                })?;
        }
        Ok(())
    }
}
