//! Collects the schemas that apply to a value at once.

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::{Schema, Storage, Types};

/// A schema that applies to a value.
pub(super) struct Entry<'s, S: Storage> {
    pub(super) schema: &'s Schema<S>,
    /// `null` satisfies it, because it or the schema whose `allOf` it is in says so.
    null_passes: bool,
}

impl<S: Storage> Clone for Entry<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Storage> Copy for Entry<'_, S> {}

/// The schemas that apply to a value, `allOf` included.
pub(super) struct Active<'s, S: Storage> {
    entries: SmallVec<[Entry<'s, S>; 1]>,
    /// The place of each schema among the entries, once they are too many to look through.
    places: Option<Box<Places>>,
}

/// The place of each schema, by its address. Boxed, because hardly a value needs it and every value is moved.
#[derive(Clone)]
struct Places(HashMap<usize, usize>);

/// Entries that are looked through one by one.
const FEW: usize = 16;

impl<'s, S: Storage> Active<'s, S> {
    pub(super) const fn none() -> Self {
        Self {
            entries: SmallVec::new_const(),
            places: None,
        }
    }

    pub(super) fn of(tables: &'s S::Tables, schema: &'s Schema<S>) -> Self {
        let mut active = Self::none();
        active.add(tables, schema);
        active
    }

    pub(super) fn add(&mut self, tables: &'s S::Tables, schema: &'s Schema<S>) {
        // Most values have one schema without members, which nothing has to be compared with.
        if self.entries.is_empty() && schema.all_of.is_empty() {
            if schema.constrained {
                self.entries.push(Entry {
                    schema,
                    null_passes: schema.nullable,
                });
            }
            return;
        }
        if !self.add_one(schema, false) || schema.all_of.is_empty() {
            return;
        }
        // The members of members and so on; iterative, because such chains are as long as a document makes them.
        let mut pending = vec![(schema, schema.nullable)];
        while let Some((schema, of_nullable)) = pending.pop() {
            for &member in schema.all_of.iter() {
                let member = S::resolve(tables, member);
                if self.add_one(member, of_nullable) && !member.all_of.is_empty() {
                    pending.push((member, of_nullable || member.nullable));
                }
            }
        }
    }

    /// Adds one schema without its members; returns false if it was added before, together with its members.
    fn add_one(&mut self, schema: &'s Schema<S>, of_nullable: bool) -> bool {
        if !schema.constrained {
            return false;
        }
        let null_passes = of_nullable || schema.nullable;
        if let Some(known) = self.find(schema) {
            // An `allOf` can be cyclic. It is walked a second time only if that visit is stricter.
            if null_passes || !known.null_passes {
                return false;
            }
            known.null_passes = false;
            return true;
        }
        self.entries.push(Entry {
            schema,
            null_passes,
        });
        let entries = &self.entries;
        if entries.len() > FEW {
            let places = self.places.get_or_insert_with(|| {
                let known = entries.iter().enumerate();
                let places = known.map(|(place, entry)| (address(entry.schema), place));
                Box::new(Places(places.collect()))
            });
            places.0.insert(address(schema), entries.len() - 1);
        }
        true
    }

    fn find(&mut self, schema: &'s Schema<S>) -> Option<&mut Entry<'s, S>> {
        let entries = &mut self.entries;
        match &self.places {
            None => entries
                .iter_mut()
                .find(|known| std::ptr::eq(known.schema, schema)),
            Some(places) => entries.get_mut(*places.0.get(&address(schema))?),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Entry<'s, S>> {
        self.entries.get(index).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the schemas with keywords for a value of type `kind`.
    pub(super) fn on(&self, kind: Types) -> impl Iterator<Item = &'s Schema<S>> {
        self.entries
            .iter()
            .filter(move |entry| entry.schema.types.contains(kind) && !entry.takes_null(kind))
            .map(|entry| entry.schema)
    }

    /// Returns the first schema that rejects values of type `kind`.
    pub(super) fn rejecting(&self, kind: Types) -> Option<&'s Schema<S>> {
        let mut entries = self.entries.iter();
        entries
            .find(|entry| !entry.schema.types.contains(kind) && !entry.takes_null(kind))
            .map(|entry| entry.schema)
    }

    pub(super) fn any(&self, is: impl Fn(&Schema<S>) -> bool) -> bool {
        self.entries.iter().any(|entry| is(entry.schema))
    }
}

impl<S: Storage> Clone for Active<'_, S> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            places: self.places.clone(),
        }
    }
}

impl<S: Storage> Entry<'_, S> {
    fn takes_null(&self, kind: Types) -> bool {
        kind == Types::NULL && self.null_passes
    }
}

fn address<S: Storage>(schema: &Schema<S>) -> usize {
    std::ptr::from_ref(schema).addr()
}
