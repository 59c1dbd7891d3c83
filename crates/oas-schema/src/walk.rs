//! The walk over a value: one pass, with all schemas that apply to it at once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize as _;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::canonical::canonical;
use crate::context::Context;
use crate::few::Few;
use crate::messages::one_of;
use crate::object;
use crate::path::Path;
use crate::{Counted, Literal, Number, Schema, Storage, Types};

/// The key under which `serde_json` hands over numbers as text, where its feature `arbitrary_precision` is on. Any crate
/// of a program may turn it on for all.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// Floats from here on may be integers that were rounded: 2 to the power of 63.
const LARGEST: f64 = (1_u64 << 63) as f64;

static NUMBERS_ARE_TEXT: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.00")
        .is_ok_and(|number| number.to_string() == "1.00")
});

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
    entries: Few<Entry<'s, S>>,
    /// The place of each schema among the entries, once they are too many to look through.
    places: Option<Box<Places>>,
}

/// The place of each schema, by its address. Boxed, because hardly a value needs it and every value is moved.
struct Places(HashMap<usize, usize>);

/// Entries that are looked through one by one.
const FEW: usize = 16;

impl<'s, S: Storage> Active<'s, S> {
    pub(super) const fn none() -> Self {
        Self {
            entries: Few::new(),
            places: None,
        }
    }

    pub(super) fn of(tables: &'s S::Tables, schema: &'s Schema<S>) -> Self {
        let mut active = Self::none();
        active.add(tables, schema);
        active
    }

    pub(super) fn add(&mut self, tables: &'s S::Tables, schema: &'s Schema<S>) {
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

    /// Adds one schema without its members; false where it is known already, and its members with it.
    fn add_one(&mut self, schema: &'s Schema<S>, of_nullable: bool) -> bool {
        if !schema.constrained {
            return false;
        }
        let null_passes = of_nullable || schema.nullable;
        if let Some(known) = self.find(schema) {
            // An `allOf` may be cyclic. It is walked a second time only where it turns out to be stricter.
            if null_passes || !known.null_passes {
                return false;
            }
            known.null_passes = false;
            return true;
        }
        let place = self.entries.len();
        self.entries.push(Entry {
            schema,
            null_passes,
        });
        if place >= FEW {
            let places = self.places.get_or_insert_with(|| {
                let known = self.entries.iter().enumerate();
                let known = known.map(|(place, entry)| (address(entry.schema), place));
                Box::new(Places(known.collect()))
            });
            places.0.insert(address(schema), place);
        }
        true
    }

    fn find(&mut self, schema: &'s Schema<S>) -> Option<&mut Entry<'s, S>> {
        let Some(places) = &self.places else {
            let mut entries = self.entries.iter_mut();
            return entries.find(|known| std::ptr::eq(known.schema, schema));
        };
        let place = *places.0.get(&address(schema))?;
        self.entries.get_mut(place)
    }

    pub(super) fn get(&self, index: usize) -> Option<Entry<'s, S>> {
        self.entries.get(index).copied()
    }

    /// The schemas that have something to say about a value of type `kind`.
    pub(super) fn on(&self, kind: Types) -> impl Iterator<Item = &'s Schema<S>> {
        self.entries
            .iter()
            .filter(move |entry| {
                entry.schema.types.contains(kind) && !(kind == Types::NULL && entry.null_passes)
            })
            .map(|entry| entry.schema)
    }

    fn is_replayed(&self) -> bool {
        self.entries.iter().any(|entry| entry.schema.replayed)
    }
}

fn address<S: Storage>(schema: &Schema<S>) -> usize {
    std::ptr::from_ref(schema).addr()
}

/// Takes a keyword that is broken, and a message.
type Report<'r, E> = &'r mut dyn FnMut(&'static str, String) -> Result<(), E>;

/// What a value of a wrong type breaks: the keyword, or the whole schema where that is `false`.
fn type_keyword<S: Storage>(schema: &Schema<S>) -> &'static str {
    match schema.types {
        Types::NONE => "",
        _ => "type",
    }
}

/// A value that is about to be read.
pub(super) struct Value<'c, 's, 'p, S: Storage> {
    pub(super) context: &'c mut Context<'s, S>,
    pub(super) active: Active<'s, S>,
    pub(super) path: &'p Path<'p>,
}

impl<'c, 's, 'p, S: Storage> Value<'c, 's, 'p, S> {
    pub(super) fn new(
        context: &'c mut Context<'s, S>,
        active: Active<'s, S>,
        path: &'p Path<'p>,
    ) -> Self {
        Self {
            context,
            active,
            path,
        }
    }

    /// Reads the value once, with the keywords that need no more than that.
    pub(super) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.active.entries.is_empty() {
            IgnoredAny::deserialize(deserializer).map(|_| ())
        } else {
            deserializer.deserialize_any(self)
        }
    }

    /// Whether all schemas take a value of type `kind`; says so once where one does not.
    fn admit<E: de::Error>(&mut self, kind: Types) -> Result<(), E> {
        let refusing = self
            .active
            .entries
            .iter()
            .filter(|entry| !(kind == Types::NULL && entry.null_passes))
            .find(|entry| !entry.schema.types.contains(kind));
        match refusing {
            Some(entry) => {
                let message = entry.schema.expected(kind);
                self.context.report(
                    Some((entry.schema, type_keyword(entry.schema))),
                    self.path,
                    message,
                )
            }
            None => Ok(()),
        }
    }

    fn scalar<E: de::Error>(
        mut self,
        kind: Types,
        is: impl Fn(&Literal<S>) -> bool,
        check: impl Fn(&Schema<S>, Report<'_, E>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.admit(kind)?;
        for schema in self.active.on(kind) {
            let mut report = |keyword, message| {
                self.context
                    .report(Some((schema, keyword)), self.path, message)
            };
            match &schema.values {
                // Of a value that is not listed the other keywords need not tell more.
                Some(values) if !values.iter().any(&is) => report("enum", one_of(values))?,
                _ => check(schema, &mut report)?,
            }
        }
        Ok(())
    }

    pub(super) fn number<E: de::Error>(self, number: Number) -> Result<(), E> {
        self.scalar(
            number.types(),
            |literal| matches!(literal, Literal::Number(value) if *value == number),
            |schema, report| schema.check_number(number, report),
        )
    }

    /// What holds for arrays and objects alike.
    fn composite<E: de::Error>(&mut self, kind: Types) -> Result<(), E> {
        self.admit(kind)?;
        for schema in self.active.on(kind) {
            // Listed arrays and objects are compared elsewhere.
            if let Some(values) = &schema.values
                && !schema.replayed
            {
                self.context
                    .report(Some((schema, "enum")), self.path, one_of(values))?;
            }
        }
        Ok(())
    }
}

impl<'de, S: Storage> DeserializeSeed<'de> for Value<'_, '_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.active.entries.is_empty() {
            return self.read(deserializer);
        }
        self.context.spend(1)?;
        if self.context.is_too_deep(self.context.depth) {
            IgnoredAny::deserialize(deserializer)?;
            return self.context.report_depth(self.path);
        }
        if self.context.exact || self.active.is_replayed() {
            let part = <&RawValue>::deserialize(deserializer)?;
            self.read_part(part.get())
        } else {
            self.read(deserializer)
        }
    }
}

impl<'de, S: Storage> Visitor<'de> for Value<'_, '_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar(
            Types::NULL,
            |literal| matches!(literal, Literal::Null),
            |_, _| Ok(()),
        )
    }

    fn visit_bool<E: de::Error>(self, boolean: bool) -> Result<(), E> {
        self.scalar(
            Types::BOOLEAN,
            |literal| matches!(literal, Literal::Boolean(value) if *value == boolean),
            |_, _| Ok(()),
        )
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.number(Number::Integer(number.into()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.number(Number::Integer(number.into()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        if number.abs() >= LARGEST && !self.context.exact {
            return self.context.end_rounded();
        }
        self.number(Number::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.scalar(
            Types::STRING,
            |literal| matches!(literal, Literal::String(value) if **value == *text),
            |schema, report| schema.check_string(text, report),
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.composite(Types::ARRAY)?;
        let unique = self
            .active
            .on(Types::ARRAY)
            .find(|schema| schema.unique_items);
        let mut seen = HashSet::new();
        let mut count = 0;
        self.context.depth += 1;
        loop {
            let path = Path::Index(self.path, count);
            let mut active = Active::none();
            for schema in self.active.on(Types::ARRAY) {
                if let Some(item) = schema.prefix_items.get(count).copied().or(schema.items) {
                    active.add(self.context.tables, self.context.resolve(item));
                }
            }
            if let Some(schema) = unique {
                let Some(part) = items.next_element::<&RawValue>()? else {
                    break;
                };
                if canonical(part.get()).is_some_and(|value| !seen.insert(value)) {
                    self.context.report(
                        Some((schema, "uniqueItems")),
                        &path,
                        "repeats an earlier item".to_owned(),
                    )?;
                }
                Value::new(self.context, active, &path)
                    .deserialize(&mut serde_json::Deserializer::from_str(part.get()))
                    .map_err(|error| self.context.ended(&error, part.get()))?;
            } else {
                let item = Value::new(self.context, active, &path);
                if items.next_element_seed(item)?.is_none() {
                    break;
                }
            }
            count += 1;
        }
        self.context.depth -= 1;
        for schema in self.active.on(Types::ARRAY) {
            schema
                .limits
                .check(Counted::Items, count, |keyword, message| {
                    self.context
                        .report(Some((schema, keyword)), self.path, message)
                })?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let first = members.next_key_seed(object::Name)?;
        if first.as_deref() == Some(NUMBER_KEY) && *NUMBERS_ARE_TEXT {
            let text: String = members.next_value()?;
            return match Number::parse(&text) {
                Some(number) => self.number(number),
                None => Err(de::Error::custom("a number out of range")),
            };
        }
        self.composite(Types::OBJECT)?;
        object::read(self, first, members)
    }
}
