//! The keywords for objects.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::few::Few;
use crate::messages::not_matching;
use crate::path::Path;
use crate::walk::{Active, Value};
use crate::{Additional, Counted, Property, Schema, Storage, Types};

/// Reads the members of an object, the name of the first of which has been read.
pub(super) fn read<'de, S: Storage, A: MapAccess<'de>>(
    value: Value<'_, '_, '_, S>,
    first: Option<Cow<'de, str>>,
    mut members: A,
) -> Result<(), A::Error> {
    let Value {
        context,
        active,
        path,
    } = value;
    let mut trackers = Few::new();
    for schema in active.on(Types::OBJECT) {
        trackers.push(Tracker::new(schema));
    }
    let mut unknown = HashSet::new();
    let mut count = 0;
    context.depth += 1;
    let mut next = first;
    while let Some(name) = next {
        count += 1;
        let path = Path::Key(path, &name);
        let mut active = Active::none();
        let mut known = false;
        let mut repeated = false;
        let mut refusing = None;
        for tracker in trackers.iter_mut() {
            let mut covered = false;
            tracker.wanted.retain(|wanted| *wanted != name);
            if let Some((property, is_new)) = tracker.find(&name) {
                active.add(context.tables, context.resolve(property.schema));
                covered = true;
                known = true;
                repeated |= !is_new;
            }
            for (pattern, schema) in tracker.schema.pattern_properties.iter() {
                if pattern.matches(&name) {
                    active.add(context.tables, context.resolve(*schema));
                    covered = true;
                } else if pattern.error().is_some() {
                    let broken = Some((tracker.schema, "patternProperties"));
                    context.report(broken, &path, not_matching(pattern))?;
                }
            }
            match tracker.schema.additional_properties {
                Additional::Schema(schema) if !covered => {
                    active.add(context.tables, context.resolve(schema));
                }
                Additional::Closed if !covered => refusing = Some(tracker.schema),
                Additional::Schema(_) | Additional::Closed | Additional::Absent => {}
            }
            if let Some(names) = tracker.schema.property_names {
                let text = serde_json::Value::from(&*name).to_string();
                if !context.probe(context.resolve(names), &text, &path)? {
                    let broken = Some((tracker.schema, "propertyNames"));
                    context.report(broken, &path, "has a name that is not allowed".to_owned())?;
                }
            }
        }
        if let Some(schema) = refusing {
            let broken = Some((schema, "additionalProperties"));
            context.report(broken, &path, "is not a property of this object".to_owned())?;
        }
        if repeated || !known && !trackers.is_empty() && !unknown.insert(name.clone()) {
            context.report(None, &path, "appears more than once".to_owned())?;
        }
        members.next_value_seed(Value::new(context, active, &path))?;
        next = members.next_key_seed(Name)?;
    }
    context.depth -= 1;
    for tracker in trackers.iter() {
        let broken = |keyword| Some((tracker.schema, keyword));
        for name in tracker.missing() {
            // One schema requires it, and another one of those that apply has it as a property that travels one way.
            let is_exempt = |tracker: &Tracker<'_, S>| {
                let property = tracker.schema.property(name);
                property.is_some_and(|property| property.is_exempt(context.direction))
            };
            if !trackers.iter().any(is_exempt) {
                let path = Path::Key(path, name);
                context.report(broken("required"), &path, "is required".to_owned())?;
            }
        }
        tracker
            .schema
            .limits
            .check(Counted::Properties, count, |keyword, message| {
                context.report(broken(keyword), path, message)
            })?;
    }
    Ok(())
}

/// Which properties of a schema have been seen.
struct Tracker<'s, S: Storage> {
    schema: &'s Schema<S>,
    /// Behind the property that was found last: senders mostly keep the document's order.
    next: usize,
    /// The first 64 properties, a bit each.
    seen: u64,
    /// The others, where there are any.
    seen_beyond: Vec<u64>,
    /// The names that are required without being properties, as long as they have not been seen.
    wanted: Vec<&'s str>,
}

impl<'s, S: Storage> Tracker<'s, S> {
    fn new(schema: &'s Schema<S>) -> Self {
        Self {
            schema,
            next: 0,
            seen: 0,
            seen_beyond: vec![0; schema.properties.len().saturating_sub(1) / 64],
            wanted: schema.required.iter().map(|name| &**name).collect(),
        }
    }

    /// The property `name`, and whether this is its first time.
    fn find(&mut self, name: &str) -> Option<(&'s Property<S>, bool)> {
        let (before, behind) = self.schema.properties.split_at_checked(self.next)?;
        let is = |property: &Property<S>| *property.name == *name;
        let index = match behind.iter().position(is) {
            Some(index) => self.next + index,
            None => before.iter().position(is)?,
        };
        self.next = index + 1;
        let bit = 1 << (index % 64);
        let word = match (index / 64).checked_sub(1) {
            None => &mut self.seen,
            Some(word) => self.seen_beyond.get_mut(word)?,
        };
        let is_new = *word & bit == 0;
        *word |= bit;
        Some((self.schema.properties.get(index)?, is_new))
    }

    fn missing(&self) -> impl Iterator<Item = &'s str> {
        let words = std::iter::once(&self.seen).chain(&self.seen_beyond);
        self.schema
            .properties
            .chunks(64)
            .zip(words)
            .flat_map(|(properties, word)| {
                properties
                    .iter()
                    .enumerate()
                    .filter(move |(index, property)| property.required && word & (1 << index) == 0)
                    .map(|(_, property)| &*property.name)
            })
            .chain(self.wanted.iter().copied())
    }
}

/// A member's name, borrowed where it holds no escapes.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
