//! Validates `unevaluatedProperties` and `unevaluatedItems` (JSON Schema 2020-12 §11): they apply to the members and
//! items that neither the schema's own keywords nor those of subschemas for the same value have evaluated.
//!
//! Which subschemas apply is known only after the value was parsed, so that each of them is evaluated again for each
//! member.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer as _, MapAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::alternatives::{Tag, fits, kind, tag};
use crate::context::{Context, Fit};
use crate::path::Path;
use crate::{Additional, Condition, Discriminator, Schema, Storage, Types};

/// A member or an item of a value.
#[derive(Clone, Copy)]
enum Child<'t> {
    Member(&'t str),
    Item(usize, &'t str),
}

impl<S: Storage> Schema<S> {
    /// Validates the members or items of `part` that were not evaluated.
    pub(super) fn check_unevaluated<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        kind: Types,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        if let Some(schema) = self.unevaluated_properties
            && kind == Types::OBJECT
        {
            // This text was parsed just before, so that it is valid JSON.
            let members = Deserializer::from_str(part).deserialize_map(Members);
            for (name, value) in members.unwrap_or_default() {
                if !self.evaluates(context, Child::Member(&name), part, path, 0)? {
                    let path = Path::Key(path, &name);
                    let rest = (self, "unevaluatedProperties", schema);
                    check_rest(
                        context,
                        rest,
                        value,
                        &path,
                        "is not a property of this object",
                    )?;
                }
            }
        }
        if let Some(schema) = self.unevaluated_items
            && kind == Types::ARRAY
        {
            let items: Vec<&RawValue> = serde_json::from_str(part).unwrap_or_default();
            for (index, item) in items.into_iter().enumerate() {
                if !self.evaluates(context, Child::Item(index, item.get()), part, path, 0)? {
                    let path = Path::Index(path, index);
                    let rest = (self, "unevaluatedItems", schema);
                    check_rest(context, rest, item, &path, "is not an item of this array")?;
                }
            }
        }
        Ok(())
    }

    /// Returns whether the schema, or a valid subschema for the same value, evaluates a member or item.
    fn evaluates<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        place: Child<'_>,
        part: &str,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<bool, E> {
        context.spend(1)?;
        let own = match place {
            Child::Member(name) => {
                let mut patterns = self.pattern_properties.iter();
                self.property(name).is_some()
                    || !matches!(self.additional_properties, Additional::Absent)
                    || depth > 0 && self.unevaluated_properties.is_some()
                    || patterns.any(|(pattern, _)| context.admits(pattern.fit(name)))
            }
            Child::Item(index, item) => {
                self.items.is_some()
                    || index < self.prefix_items.len()
                    || depth > 0 && self.unevaluated_items.is_some()
                    || match &self.contains {
                        Some(contains) => {
                            let fit = fits(context, contains.schema, kind(item), item, path)?;
                            context.admits(fit)
                        }
                        None => false,
                    }
            }
        };
        if own || context.is_too_deep(depth) {
            return Ok(own);
        }
        for member in self.all_of.iter() {
            let schema = context.resolve(*member);
            if schema.evaluates(context, place, part, path, depth + 1)? {
                return Ok(true);
            }
        }
        for branch in self.any_of.iter().chain(self.one_of.iter()) {
            let schema = context.resolve(*branch);
            let fit = fits(context, *branch, kind(part), part, path)?;
            if context.admits(fit) && schema.evaluates(context, place, part, path, depth + 1)? {
                return Ok(true);
            }
        }
        if let Some(Condition {
            condition,
            then,
            otherwise,
        }) = self.condition
        {
            let holds = fits(context, condition, kind(part), part, path)?;
            context.admits(holds);
            let branches = match holds {
                Fit::Yes => [Some(condition), then, None],
                Fit::Unknown => [Some(condition), then, otherwise],
                Fit::No => [None, None, otherwise],
            };
            for branch in branches.into_iter().flatten() {
                let schema = context.resolve(branch);
                if schema.evaluates(context, place, part, path, depth + 1)? {
                    return Ok(true);
                }
            }
        }
        for (name, schema) in self.dependent_schemas.iter() {
            let schema = context.resolve(*schema);
            if !matches!(tag(name, part), Tag::Missing)
                && schema.evaluates(context, place, part, path, depth + 1)?
            {
                return Ok(true);
            }
        }
        if let Some(Discriminator {
            property,
            mapping,
            default,
        }) = &self.discriminator
            && let chosen = tag(property, part)
            && let Some(schema) = chosen.schema(mapping).or(default.as_ref())
        {
            let schema = context.resolve(*schema);
            return schema.evaluates(context, place, part, path, depth + 1);
        }
        Ok(false)
    }
}

/// Validates the unevaluated members or items; `rejection` is the message if none is allowed.
fn check_rest<'s, S: Storage, E: de::Error>(
    context: &mut Context<'s, S>,
    (owner, keyword, schema): (&'s Schema<S>, &'static str, S::Ref),
    value: &RawValue,
    path: &Path<'_>,
    rejection: &str,
) -> Result<(), E> {
    let schema = context.resolve(schema);
    if schema.types == Types::NONE {
        context.report(Some((owner, keyword)), path, || rejection.to_owned())
    } else {
        context.alternative(schema, value.get(), path)
    }
}

/// The members of an object, undecoded.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = members.next_key_seed(super::object::Name)? {
            found.push((name, members.next_value()?));
        }
        Ok(found)
    }
}
