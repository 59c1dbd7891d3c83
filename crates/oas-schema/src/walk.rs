//! Walks a value in one pass, with all schemas that apply to it at once.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize as _;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::active::Active;
use crate::canonical::canonical;
use crate::context::Context;
use crate::items::Items;
use crate::messages::{Message, one_of};
use crate::object::{Members, Name};
use crate::path::Path;
use crate::{Literal, Number, Schema, Storage, Types};

/// The key under which `serde_json` hands over numbers as text, where its feature `arbitrary_precision` is on. Any crate
/// of a program may turn it on for all.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// Floats from here on may be integers that were rounded: 2 to the power of 63.
const LARGEST: f64 = (1_u64 << 63) as f64;

pub(super) static NUMBERS_ARE_TEXT: LazyLock<bool> = LazyLock::new(|| {
    serde_json::from_str::<serde_json::Number>("1.00")
        .is_ok_and(|number| number.to_string() == "1.00")
});

/// Takes a keyword that is broken, and a message.
type Report<'r, E> = &'r mut dyn FnMut(&'static str, Message<'_>) -> Result<(), E>;

/// Returns the keyword that a value of a wrong type violates, or the whole schema if it is `false`.
fn type_keyword<S: Storage>(schema: &Schema<S>) -> &'static str {
    match schema.types {
        Types::NONE => "",
        _ => "type",
    }
}

/// A value that is about to be read.
pub(super) struct Value<'c, 's, 'p, S: Storage> {
    pub(super) context: &'c mut Context<'s, S>,
    pub(super) active: &'c Active<'s, S>,
    pub(super) path: &'p Path<'p>,
}

impl<'c, 's, 'p, S: Storage> Value<'c, 's, 'p, S> {
    pub(super) fn new(
        context: &'c mut Context<'s, S>,
        active: &'c Active<'s, S>,
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
        if self.active.is_empty() {
            IgnoredAny::deserialize(deserializer).map(|_| ())
        } else {
            deserializer.deserialize_any(self)
        }
    }

    /// Returns whether all schemas accept a value of type `kind`; reports a violation once if one does not.
    fn expect_type<E: de::Error>(&mut self, kind: Types) -> Result<(), E> {
        match self.active.rejecting(kind) {
            Some(schema) => {
                let violated = Some((schema, type_keyword(schema)));
                self.context
                    .report(violated, self.path, || schema.expected(kind))
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
        self.expect_type(kind)?;
        for schema in self.active.on(kind) {
            let mut report = |keyword, message: Message<'_>| {
                self.context
                    .report(Some((schema, keyword)), self.path, message)
            };
            match &schema.values {
                // For a value that is not in the enumeration, violations of other keywords add nothing.
                Some(values) if !values.iter().any(&is) => report("enum", &|| one_of(values))?,
                _ => check(schema, &mut report)?,
            }
        }
        Ok(())
    }

    pub(super) fn integer<E: de::Error>(self, number: i128) -> Result<(), E> {
        self.number(Number::Integer(number))
    }

    pub(super) fn number<E: de::Error>(self, number: Number) -> Result<(), E> {
        self.scalar(
            number.types(),
            |literal| matches!(literal, Literal::Number(value) if *value == number),
            |schema, report| schema.check_number(number, report),
        )
    }

    /// Validates the keywords that arrays and objects share.
    pub(super) fn composite<E: de::Error>(&mut self, kind: Types) -> Result<(), E> {
        self.expect_type(kind)?;
        for schema in self.active.on(kind) {
            // Listed arrays and objects are compared elsewhere.
            if let Some(values) = &schema.values
                && !schema.needs_buffering
            {
                self.context
                    .report(Some((schema, "enum")), self.path, || one_of(values))?;
            }
        }
        Ok(())
    }
}

impl<'de, S: Storage> DeserializeSeed<'de> for Value<'_, '_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.active.is_empty() {
            return self.read(deserializer);
        }
        self.context.spend(1)?;
        if self.context.is_too_deep(self.context.depth) {
            IgnoredAny::deserialize(deserializer)?;
            return self.context.report_depth(self.path);
        }
        if self.context.exact || self.active.any(|schema| schema.needs_buffering) {
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
        self.integer(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.integer(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        if number.abs() >= LARGEST && !self.context.exact {
            return self.context.end_rounded();
        }
        self.number(Number::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        let Value {
            context,
            active,
            path,
        } = self;
        Value::new(&mut *context, active, path).scalar(
            Types::STRING,
            |literal| matches!(literal, Literal::String(value) if **value == *text),
            |schema, report| schema.check_string(text, report),
        )?;
        for schema in active.on(Types::STRING) {
            if schema
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.error().is_some())
            {
                context.doubt();
            }
            if let Some(content) = schema.content {
                context.check_content(schema, content, text, path)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.composite(Types::ARRAY)?;
        let Value {
            context,
            active,
            path,
        } = self;
        let unique = active.on(Types::ARRAY).find(|schema| schema.unique_items);
        let mut seen = HashSet::new();
        let mut schemas = Items::new(active);
        context.depth += 1;
        loop {
            let path = Path::Index(path, schemas.count());
            let active = schemas.next(context);
            if let Some(schema) = unique {
                let Some(part) = items.next_element::<&RawValue>()? else {
                    break;
                };
                if canonical(part.get()).is_some_and(|value| !seen.insert(value)) {
                    context.report(Some((schema, "uniqueItems")), &path, || {
                        "repeats an earlier item".to_owned()
                    })?;
                }
                Value::new(context, active, &path)
                    .deserialize(&mut serde_json::Deserializer::from_str(part.get()))
                    .map_err(|error| context.ended(&error, part.get()))?;
            } else {
                let item = Value::new(context, active, &path);
                if items.next_element_seed(item)?.is_none() {
                    break;
                }
            }
            schemas.step();
        }
        context.depth -= 1;
        schemas.finish(context, path)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let first = members.next_key_seed(Name)?;
        if first.as_deref() == Some(NUMBER_KEY) && *NUMBERS_ARE_TEXT {
            let text: String = members.next_value()?;
            return match Number::parse(&text) {
                Some(number) => self.number(number),
                None => Err(de::Error::custom("a number out of range")),
            };
        }
        self.composite(Types::OBJECT)?;
        let Value {
            context,
            active,
            path,
        } = self;
        let mut schemas = Members::new(active);
        context.depth += 1;
        let mut next = first;
        while let Some(name) = next {
            let path = Path::Key(path, &name);
            let active = schemas.next(context, &name, &path)?;
            members.next_value_seed(Value::new(context, &active, &path))?;
            next = members.next_key_seed(Name)?;
        }
        context.depth -= 1;
        schemas.finish(context, path)
    }
}
