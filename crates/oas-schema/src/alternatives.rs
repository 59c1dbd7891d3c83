//! Validates the keywords for which a value is parsed more than once: `anyOf`, `oneOf`, `not`, `discriminator`, `if`,
//! `contains`, `dependentRequired`, `dependentSchemas`, and arrays or objects in `enum`. The value is buffered as text,
//! and each alternative is validated on it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{self, Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::active::Active;
use crate::canonical::canonical;
use crate::context::{BYTES_PER_VALUE, Context, Fit};
use crate::messages::{expected, one_of, one_of_texts};
use crate::path::Path;
use crate::walk::Value;
use crate::{Condition, Contains, Counted, Discriminator, Literal, Number, Schema, Storage, Types};

impl<S: Storage> Value<'_, '_, '_, S> {
    /// Checks a value that was set aside.
    pub(super) fn read_part<E: de::Error>(self, part: &str) -> Result<(), E> {
        let Value {
            context,
            mut active,
            path,
        } = self;
        context.spend(part.len() / BYTES_PER_VALUE)?;
        let kind = kind(part);
        let chosen;
        if kind == Types::OBJECT && active.any(|schema| schema.discriminator.is_some()) {
            chosen = discriminate(context, active.clone(), part, path)?;
            active = &chosen;
        }
        let buffered: Vec<_> = active
            .on(kind)
            .filter(|schema| schema.needs_buffering)
            .collect();
        // Behind the keywords of this file the value is read like any other.
        let number = if context.exact && Types::NUMBER.contains(kind) {
            Number::parse(part.trim())
        } else {
            None
        };
        let value = Value::new(context, active, path);
        match number {
            Some(number) => value.number(number)?,
            None => value
                .read(&mut Deserializer::from_str(part))
                .map_err(|error| context.ended(&error, part))?,
        }
        for schema in buffered {
            schema.check_alternatives(context, kind, part, path)?;
        }
        Ok(())
    }
}

impl<S: Storage> Schema<S> {
    fn check_alternatives<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        kind: Types,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        if let Some(values) = &self.values
            && (kind == Types::ARRAY || kind == Types::OBJECT)
            && !is_listed(values, part)
        {
            context.report(Some((self, "enum")), path, || one_of(values))?;
        }
        // A discriminator chooses one alternative, which was read beside this schema.
        if self.discriminator.is_none() {
            self.check_unions(context, kind, part, path)?;
        }
        if let Some(Condition {
            condition,
            then,
            otherwise,
        }) = self.condition
        {
            let holds = fits(context, condition, kind, part, path)?;
            context.admits(holds);
            let branch = match (holds, then, otherwise) {
                (Fit::Yes, branch, _) | (Fit::No, _, branch) => branch,
                // One of both applies: they reject the value if both do.
                (Fit::Unknown, Some(then), Some(otherwise)) => {
                    let then_fits = fits(context, then, kind, part, path)?;
                    let otherwise_fits = fits(context, otherwise, kind, part, path)?;
                    (then_fits.max(otherwise_fits) == Fit::No).then_some(then)
                }
                (Fit::Unknown, ..) => None,
            };
            if let Some(branch) = branch {
                context.alternative(context.resolve(branch), part, path)?;
            }
        }
        if kind == Types::ARRAY {
            self.check_contained(context, part, path)?;
        }
        if kind == Types::OBJECT {
            self.check_dependents(context, part, path)?;
        }
        self.check_unevaluated(context, kind, part, path)?;
        if let Some(schema) = self.not {
            let fit = fits(context, schema, kind, part, path)?;
            context.admits(fit);
            if fit == Fit::Yes {
                let message = || "matches what is not allowed".to_owned();
                context.report(Some((self, "not")), path, message)?;
            }
        }
        Ok(())
    }

    /// Validates `anyOf` and `oneOf`.
    fn check_unions<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        kind: Types,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        if !self.any_of.is_empty() {
            let mut best = Fit::No;
            for schema in self.any_of.iter() {
                if best != Fit::Yes {
                    best = best.max(fits(context, *schema, kind, part, path)?);
                }
            }
            if !context.admits(best) {
                let violated = (self, "anyOf");
                none_matches(context, violated, &self.any_of, kind, part, path)?;
            }
        }
        if !self.one_of.is_empty() {
            let (mut count, mut may_be_more) = (0, false);
            for schema in self.one_of.iter() {
                let fit = fits(context, *schema, kind, part, path)?;
                count += usize::from(fit == Fit::Yes);
                may_be_more |= fit == Fit::Unknown;
            }
            let violated = (self, "oneOf");
            match count {
                0 | 1 if may_be_more => context.doubt(),
                0 => none_matches(context, violated, &self.one_of, kind, part, path)?,
                1 => {}
                _ => context.report(Some(violated), path, || {
                    let all = self.one_of.len();
                    format!("must match exactly one of {all} alternatives, matches {count}")
                })?,
            }
        }
        Ok(())
    }

    fn check_contained<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        let Some(Contains {
            schema,
            least,
            most,
        }) = self.contains
        else {
            return Ok(());
        };
        // This text was parsed just before, so that it is valid JSON.
        let items: Vec<&RawValue> = serde_json::from_str(part).unwrap_or_default();
        let (mut count, mut unknown) = (0, 0);
        for item in items {
            let kind = self::kind(item.get());
            match fits(context, schema, kind, item.get(), path)? {
                Fit::No => {}
                Fit::Unknown => unknown += 1,
                Fit::Yes => count += 1,
            }
        }
        if unknown > 0 {
            context.doubt();
        }
        if count + unknown < least {
            let noun = Counted::Items.noun(least);
            let message = || format!("must contain at least {least} {noun} of a kind");
            context.report(Some((self, "contains")), path, message)?;
        }
        if count > most {
            let noun = Counted::Items.noun(most);
            let message = || format!("must contain at most {most} {noun} of a kind");
            context.report(Some((self, "contains")), path, message)?;
        }
        Ok(())
    }

    fn check_dependents<'s, E: de::Error>(
        &'s self,
        context: &mut Context<'s, S>,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        let is_there = |name: &str| !matches!(tag(name, part), Tag::Missing);
        for (name, others) in self.dependent_required.iter() {
            for other in others.iter().filter(|_| is_there(name)) {
                if !is_there(other) {
                    context.report(
                        Some((self, "dependentRequired")),
                        &Path::Key(path, other),
                        || format!("is required beside {}", &**name),
                    )?;
                }
            }
        }
        for (name, schema) in self.dependent_schemas.iter() {
            if is_there(name) {
                context.alternative(context.resolve(*schema), part, path)?;
            }
        }
        Ok(())
    }
}

/// Returns whether an alternative is valid. The type of the value decides for most of them.
pub(super) fn fits<S: Storage, E: de::Error>(
    context: &mut Context<'_, S>,
    reference: S::Ref,
    kind: Types,
    part: &str,
    path: &Path<'_>,
) -> Result<Fit, E> {
    let schema = context.resolve(reference);
    if schema.types.contains(kind) {
        context.matches(schema, part, path)
    } else if kind == Types::NULL && schema.nullable {
        Ok(Fit::Yes)
    } else {
        Ok(Fit::No)
    }
}

/// The depth to which members of members are searched for a better message.
const SEARCHED_DEPTH: usize = 4;

/// Returns the types that a schema accepts, as far as it and the members of its `allOf` list them.
fn accepted<S: Storage>(context: &Context<'_, S>, schema: &Schema<S>, depth: usize) -> Types {
    let own = schema.accepted();
    if depth == SEARCHED_DEPTH || schema.nullable {
        return own;
    }
    let members = schema.all_of.iter().map(|member| context.resolve(*member));
    members.fold(own, |types, member| {
        types.and(accepted(context, member, depth + 1))
    })
}

/// Reports why no alternative matches: precisely, where only one can have been meant.
fn none_matches<'s, S: Storage, E: de::Error>(
    context: &mut Context<'s, S>,
    violated: (&'s Schema<S>, &'static str),
    alternatives: &'s [S::Ref],
    kind: Types,
    part: &str,
    path: &Path<'_>,
) -> Result<(), E> {
    let alternatives: Vec<_> = alternatives
        .iter()
        .map(|alternative| {
            let schema = context.resolve(*alternative);
            (schema, accepted(context, schema, 0))
        })
        .collect();
    let types = alternatives
        .iter()
        .fold(Types::NONE, |all, (_, types)| all.or(*types));
    let mut plausible = alternatives
        .iter()
        .filter(|(_, types)| types.contains(kind))
        .filter(|(schema, _)| schema.values.is_none() || kind == Types::OBJECT);
    match (plausible.next(), plausible.next()) {
        (Some((only, _)), None) => context.alternative(only, part, path),
        (None, _) if !alternatives.iter().any(|(_, types)| types.contains(kind)) => {
            context.report(Some(violated), path, || expected(types, kind))
        }
        _ => context.report(Some(violated), path, || {
            format!("matches none of {} alternatives", alternatives.len())
        }),
    }
}

/// Adds the schemas that discriminators choose, and those that their discriminators choose in turn.
fn discriminate<'s, S: Storage, E: de::Error>(
    context: &mut Context<'s, S>,
    mut active: Active<'s, S>,
    part: &str,
    path: &Path<'_>,
) -> Result<Active<'s, S>, E> {
    let mut index = 0;
    while let Some(entry) = active.get(index) {
        index += 1;
        let Some(Discriminator {
            property,
            mapping,
            default,
        }) = &entry.schema.discriminator
        else {
            continue;
        };
        let violated = Some((entry.schema, "discriminator"));
        let path = Path::Key(path, property);
        let tag = tag(property, part);
        if let Some(schema) = tag.schema(mapping).or(default.as_ref()) {
            active.add(context.tables, context.resolve(*schema));
            continue;
        }
        match tag {
            Tag::Missing => context.report(violated, &path, || "is required".to_owned())?,
            Tag::Other(kind) => {
                context.report(violated, &path, || expected(Types::STRING, kind))?
            }
            Tag::Text(_) => {
                let values = mapping.iter().map(|(value, _)| &**value);
                let message = || one_of_texts(mapping.len(), values);
                context.report(violated, &path, message)?;
            }
        }
    }
    Ok(active)
}

fn is_listed<S: Storage>(values: &[Literal<S>], part: &str) -> bool {
    let value = canonical(part);
    values.iter().any(|literal| match literal {
        Literal::Json(text) => value.is_some() && canonical(text) == value,
        _ => false,
    })
}

/// Returns the type of a JSON text, by its first character. The text has to be valid JSON.
pub(super) fn kind(part: &str) -> Types {
    match part.trim_start().bytes().next() {
        Some(b'{') => Types::OBJECT,
        Some(b'[') => Types::ARRAY,
        Some(b'"') => Types::STRING,
        Some(b't' | b'f') => Types::BOOLEAN,
        Some(b'n') => Types::NULL,
        _ if part
            .trim()
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit()) =>
        {
            Types::INTEGER
        }
        _ => Number::parse(part.trim()).map_or(Types::NUMBER, Number::types),
    }
}

/// The value of the discriminating property.
pub(super) enum Tag<'t> {
    Missing,
    Text(Cow<'t, str>),
    Other(Types),
}

impl Tag<'_> {
    /// Returns the schema that the tag selects.
    pub(super) fn schema<'m, T: Deref<Target = str>, R>(
        &self,
        mapping: &'m [(T, R)],
    ) -> Option<&'m R> {
        let Self::Text(tag) = self else { return None };
        let found = mapping.iter().find(|(value, _)| **value == **tag);
        found.map(|(_, schema)| schema)
    }
}

/// Finds the first member `name` of the object `part`, looking at nothing else.
pub(super) fn tag<'t>(name: &str, part: &'t str) -> Tag<'t> {
    let raw = Deserializer::from_str(part)
        .deserialize_map(Member(name))
        .ok()
        .flatten();
    match raw {
        None => Tag::Missing,
        Some(raw) => match kind(raw.get()) {
            Types::STRING => serde_json::from_str(raw.get())
                .map_or(Tag::Missing, |text| Tag::Text(Cow::Owned(text))),
            other => Tag::Other(other),
        },
    }
}

struct Member<'n>(&'n str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = members.next_key_seed(super::object::Name)? {
            if found.is_none() && name == self.0 {
                found = Some(members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
