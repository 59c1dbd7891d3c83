//! Validates the keywords for objects.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};
use smallvec::SmallVec;

use crate::active::Active;
use crate::context::{Context, Fit};
use crate::path::Path;
use crate::{Additional, Counted, Property, Schema, Storage, Types};

/// The schemas of the members of an object, one member after the other.
pub(super) struct Members<'s, 'n, S: Storage> {
    trackers: SmallVec<[Tracker<'s, S>; 1]>,
    /// The names so far that are no properties.
    unknown: BTreeSet<Cow<'n, str>>,
    count: usize,
}

impl<'s, 'n, S: Storage> Members<'s, 'n, S> {
    /// Creates the state for an object to which the schemas of `object` apply.
    pub(super) fn new(object: &Active<'s, S>) -> Self {
        Self {
            trackers: object.on(Types::OBJECT).map(Tracker::new).collect(),
            unknown: BTreeSet::new(),
            count: 0,
        }
    }

    /// Checks the name of the next member, and returns the schemas of its value. `path` is the place of the member.
    #[expect(
        clippy::ptr_arg,
        reason = "a name that is not a property is kept, borrowed where it can be"
    )]
    pub(super) fn next<E: de::Error>(
        &mut self,
        context: &mut Context<'s, S>,
        name: &Cow<'n, str>,
        path: &Path<'_>,
    ) -> Result<Active<'s, S>, E> {
        self.count += 1;
        let mut active = Active::none();
        let mut known = false;
        let mut repeated = false;
        let mut rejecting = None;
        for tracker in &mut self.trackers {
            let mut covered = false;
            if !tracker.wanted.is_empty() {
                tracker.wanted.retain(|wanted| *wanted != name);
            }
            if let Some((property, is_new)) = tracker.find(name) {
                active.add(context.tables, context.resolve(property.schema));
                covered = true;
                known = true;
                repeated |= !is_new;
            }
            for (pattern, schema) in tracker.schema.pattern_properties.iter() {
                let fit = pattern.fit(name);
                // A pattern that cannot be run may mean this name or not: its schema demands nothing.
                if fit == Fit::Yes {
                    active.add(context.tables, context.resolve(*schema));
                }
                covered |= context.admits(fit);
            }
            match tracker.schema.additional_properties {
                Additional::Schema(schema) if !covered => {
                    active.add(context.tables, context.resolve(schema));
                }
                Additional::Denied if !covered => rejecting = Some(tracker.schema),
                Additional::Schema(_) | Additional::Denied | Additional::Absent => {}
            }
            if let Some(names) = tracker.schema.property_names {
                let text = serde_json::Value::from(&**name).to_string();
                let fit = context.probe(context.resolve(names), &text, path)?;
                if !context.admits(fit) {
                    let violated = Some((tracker.schema, "propertyNames"));
                    context.report(violated, path, || {
                        "has a name that is not allowed".to_owned()
                    })?;
                }
            }
        }
        if let Some(schema) = rejecting {
            let violated = Some((schema, "additionalProperties"));
            context.report(violated, path, || {
                "is not a property of this object".to_owned()
            })?;
        }
        if repeated || !known && !self.trackers.is_empty() && !self.unknown.insert(name.clone()) {
            context.report(None, path, || "appears more than once".to_owned())?;
        }
        Ok(active)
    }

    /// Validates the keywords that depend on the whole object.
    pub(super) fn finish<E: de::Error>(
        self,
        context: &mut Context<'s, S>,
        path: &Path<'_>,
    ) -> Result<(), E> {
        let trackers = &self.trackers;
        for tracker in trackers {
            let violated = |keyword| Some((tracker.schema, keyword));
            for name in tracker.missing() {
                // One schema requires the property, and another one of those that apply declares it as `readOnly` or
                // `writeOnly`.
                let is_exempt = |tracker: &Tracker<'_, S>| {
                    let property = tracker.schema.property(name);
                    property.is_some_and(|property| property.is_exempt(context.direction))
                };
                if !trackers.iter().any(is_exempt) {
                    let path = Path::Key(path, name);
                    context.report(violated("required"), &path, || "is required".to_owned())?;
                }
            }
            tracker
                .schema
                .limits
                .check(Counted::Properties, self.count, |keyword, message| {
                    context.report(violated(keyword), path, message)
                })?;
        }
        Ok(())
    }
}

/// The properties of a schema that the object has.
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

    /// Returns the property `name`, and whether it is found for the first time.
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
