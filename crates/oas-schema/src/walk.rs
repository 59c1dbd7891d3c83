//! The walk over a value: one pass, with all schemas that apply to it at once.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize as _;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::canonical::canonical;
use crate::context::{Context, DEEPEST};
use crate::few::Few;
use crate::messages::{counted, one_of};
use crate::object;
use crate::path::Path;
use crate::{Literal, Number, Schema, Types};

/// The key under which `serde_json` hands over numbers as text, where its feature `arbitrary_precision` is on. Any crate
/// of a program may turn it on for all.
const NUMBER_KEY: &str = "$serde_json::private::Number";

static NUMBERS_ARE_TEXT: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.00")
        .is_ok_and(|number| number.to_string() == "1.00")
});

/// A schema that applies to a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) schema: &'static Schema,
    /// `null` satisfies it, because it or the schema whose `allOf` it is in says so.
    null_passes: bool,
}

/// The schemas that apply to a value, `allOf` included.
#[derive(Debug)]
pub(super) struct Active(Few<Entry>);

impl Active {
    pub(super) const fn none() -> Self {
        Self(Few::new())
    }

    pub(super) fn of(schema: &'static Schema) -> Self {
        let mut active = Self::none();
        active.add(schema);
        active
    }

    pub(super) fn add(&mut self, schema: &'static Schema) {
        self.add_member(schema, false);
    }

    fn add_member(&mut self, schema: &'static Schema, of_nullable: bool) {
        if !schema.constrained {
            return;
        }
        let null_passes = of_nullable || schema.nullable;
        let known = self
            .0
            .iter_mut()
            .find(|known| std::ptr::eq(known.schema, schema));
        if let Some(known) = known {
            // An `allOf` may be cyclic. It is walked a second time only where it turns out to be stricter.
            if null_passes || !known.null_passes {
                return;
            }
            known.null_passes = false;
        } else {
            self.0.push(Entry {
                schema,
                null_passes,
            });
        }
        for member in schema.all_of {
            self.add_member(member, null_passes);
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Entry> {
        self.0.get(index).copied()
    }

    /// The schemas that have something to say about a value of type `kind`.
    pub(super) fn on(&self, kind: Types) -> impl Iterator<Item = &'static Schema> {
        self.0
            .iter()
            .filter(move |entry| {
                entry.schema.types.contains(kind) && !(kind == Types::NULL && entry.null_passes)
            })
            .map(|entry| entry.schema)
    }

    fn is_replayed(&self) -> bool {
        self.0.iter().any(|entry| entry.schema.replayed)
    }
}

/// A value that is about to be read.
pub(super) struct Value<'c, 't, 'p> {
    pub(super) context: &'c mut Context<'t>,
    pub(super) active: Active,
    pub(super) path: &'p Path<'p>,
}

impl<'c, 't, 'p> Value<'c, 't, 'p> {
    pub(super) fn new(context: &'c mut Context<'t>, active: Active, path: &'p Path<'p>) -> Self {
        Self {
            context,
            active,
            path,
        }
    }

    /// Reads the value once, with the keywords that need no more than that.
    pub(super) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.active.0.is_empty() {
            IgnoredAny::deserialize(deserializer).map(|_| ())
        } else {
            deserializer.deserialize_any(self)
        }
    }

    /// Whether all schemas take a value of type `kind`; says so once where one does not.
    fn admit<E: de::Error>(&mut self, kind: Types) -> Result<(), E> {
        let refusing = self
            .active
            .0
            .iter()
            .filter(|entry| !(kind == Types::NULL && entry.null_passes))
            .find(|entry| !entry.schema.types.contains(kind));
        match refusing {
            Some(entry) => {
                let message = entry.schema.expected(kind);
                self.context.report(self.path, message)
            }
            None => Ok(()),
        }
    }

    fn scalar<E: de::Error>(
        mut self,
        kind: Types,
        is: impl Fn(&Literal) -> bool,
        check: impl Fn(&Schema, &mut dyn FnMut(String) -> Result<(), E>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.admit(kind)?;
        for schema in self.active.on(kind) {
            let mut report = |message| self.context.report(self.path, message);
            match schema.values {
                // Where the values are listed the other keywords add nothing.
                Some(values) if !values.iter().any(&is) => report(one_of(values))?,
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
            if let Some(values) = schema.values
                && !schema.replayed
            {
                self.context.report(self.path, one_of(values))?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.active.0.is_empty() {
            return self.read(deserializer);
        }
        self.context.spend(1)?;
        if self.context.depth >= DEEPEST {
            IgnoredAny::deserialize(deserializer)?;
            return self
                .context
                .report(self.path, format!("is nested deeper than {DEEPEST} levels"));
        }
        if self.active.is_replayed() {
            let part = <&RawValue>::deserialize(deserializer)?;
            self.read_part(part.get())
        } else {
            self.read(deserializer)
        }
    }
}

impl<'de> Visitor<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar(
            Types::NULL,
            |literal| *literal == Literal::Null,
            |_, _| Ok(()),
        )
    }

    fn visit_bool<E: de::Error>(self, boolean: bool) -> Result<(), E> {
        self.scalar(
            Types::BOOLEAN,
            |literal| *literal == Literal::Boolean(boolean),
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
        self.number(Number::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.scalar(
            Types::STRING,
            |literal| matches!(literal, Literal::String(value) if *value == text),
            |schema, report| schema.check_string(text, report),
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.composite(Types::ARRAY)?;
        let unique = self
            .active
            .on(Types::ARRAY)
            .any(|schema| schema.unique_items);
        let mut seen = HashSet::new();
        let mut count = 0;
        self.context.depth += 1;
        loop {
            let path = Path::Index(self.path, count);
            let mut active = Active::none();
            for schema in self.active.on(Types::ARRAY) {
                if let Some(item) = schema.prefix_items.get(count).copied().or(schema.items) {
                    active.add(item);
                }
            }
            if unique {
                let Some(part) = items.next_element::<&RawValue>()? else {
                    break;
                };
                if canonical(part.get()).is_some_and(|value| !seen.insert(value)) {
                    self.context
                        .report(&path, "repeats an earlier item".to_owned())?;
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
            if count < schema.min_items {
                let message = format!("must have at least {}", counted(schema.min_items, "item"));
                self.context.report(self.path, message)?;
            }
            if count > schema.max_items {
                let message = format!("must have at most {}", counted(schema.max_items, "item"));
                self.context.report(self.path, message)?;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let first = members.next_key_seed(object::Name)?;
        if first.as_deref() == Some(NUMBER_KEY) && *NUMBERS_ARE_TEXT {
            let text: String = members.next_value()?;
            return match (text.parse(), text.parse()) {
                (Ok(integer), _) => self.number(Number::Integer(integer)),
                (_, Ok(float)) => self.number(Number::Float(float)),
                _ => Err(de::Error::custom("a number out of range")),
            };
        }
        self.composite(Types::OBJECT)?;
        object::read(self, first, members)
    }
}
