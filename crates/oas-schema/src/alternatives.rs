//! The keywords for which a value is read more than once: `anyOf`, `oneOf`, `not`, `discriminator`, `if`, `contains`,
//! `dependentRequired`, `dependentSchemas`, and arrays or objects in `enum`. The value is set aside as text and each alternative is tried on it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use crate::canonical::canonical;
use crate::context::{BYTES_PER_VALUE, Context};
use crate::messages::{counted, one_of};
use crate::path::Path;
use crate::walk::{Active, Value};
use crate::{Condition, Contains, Discriminator, Literal, Schema, Types};

impl Value<'_, '_, '_> {
    /// Checks a value that was set aside.
    pub(super) fn read_part<E: de::Error>(self, part: &str) -> Result<(), E> {
        let Value {
            context,
            mut active,
            path,
        } = self;
        context.spend(part.len() / BYTES_PER_VALUE)?;
        let kind = kind(part);
        if kind == Types::OBJECT {
            discriminate(context, &mut active, part, path)?;
        }
        let replayed: Vec<_> = active.on(kind).filter(|schema| schema.replayed).collect();
        // Behind the keywords of this file the value is read like any other.
        Value::new(context, active, path)
            .read(&mut Deserializer::from_str(part))
            .map_err(|error| context.ended(&error, part))?;
        for schema in replayed {
            schema.check_alternatives(context, kind, part, path)?;
        }
        Ok(())
    }
}

impl Schema {
    fn check_alternatives<E: de::Error>(
        &self,
        context: &mut Context<'_>,
        kind: Types,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        if let Some(values) = self.values
            && (kind == Types::ARRAY || kind == Types::OBJECT)
            && !is_listed(values, part)
        {
            context.report(path, one_of(values))?;
        }
        if !self.any_of.is_empty() {
            let mut any = false;
            for schema in self.any_of {
                any = any || fits(context, schema, kind, part, path)?;
            }
            if !any {
                none_matches(context, self.any_of, kind, part, path)?;
            }
        }
        if !self.one_of.is_empty() {
            let mut count = 0;
            for schema in self.one_of {
                count += usize::from(fits(context, schema, kind, part, path)?);
            }
            match count {
                0 => none_matches(context, self.one_of, kind, part, path)?,
                1 => {}
                _ => context.report(
                    path,
                    format!(
                        "must match exactly one of {} alternatives, matches {count}",
                        self.one_of.len()
                    ),
                )?,
            }
        }
        if let Some(Condition {
            condition,
            then,
            otherwise,
        }) = self.condition
        {
            let holds = fits(context, condition, kind, part, path)?;
            context.alternative(if holds { then } else { otherwise }, part, path)?;
        }
        if kind == Types::ARRAY {
            self.check_contained(context, part, path)?;
        }
        if kind == Types::OBJECT {
            self.check_dependents(context, part, path)?;
        }
        self.check_unevaluated(context, kind, part, path)?;
        if let Some(schema) = self.not
            && fits(context, schema, kind, part, path)?
        {
            context.report(path, "matches what is not allowed".to_owned())?;
        }
        Ok(())
    }
}

impl Schema {
    fn check_contained<E: de::Error>(
        &self,
        context: &mut Context<'_>,
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
        // What was just read can be read again.
        let items: Vec<&RawValue> = serde_json::from_str(part).unwrap_or_default();
        let mut count = 0;
        for item in items {
            count += usize::from(fits(
                context,
                schema,
                self::kind(item.get()),
                item.get(),
                path,
            )?);
        }
        if count < least {
            let message = format!("must contain at least {} of a kind", counted(least, "item"));
            context.report(path, message)?;
        }
        if count > most {
            let message = format!("must contain at most {} of a kind", counted(most, "item"));
            context.report(path, message)?;
        }
        Ok(())
    }

    fn check_dependents<E: de::Error>(
        &self,
        context: &mut Context<'_>,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        let is_there = |name: &str| !matches!(tag(name, part), Tag::Missing);
        for (name, others) in self.dependent_required {
            for other in others.iter().filter(|_| is_there(name)) {
                if !is_there(other) {
                    context.report(
                        &Path::Key(path, other),
                        format!("is required beside {name}"),
                    )?;
                }
            }
        }
        for (name, schema) in self.dependent_schemas {
            if is_there(name) {
                context.alternative(schema, part, path)?;
            }
        }
        Ok(())
    }
}

/// Whether an alternative matches. Its type tells for most of them.
pub(super) fn fits<E: de::Error>(
    context: &mut Context<'_>,
    schema: &'static Schema,
    kind: Types,
    part: &str,
    path: &Path<'_>,
) -> Result<bool, E> {
    if schema.types.contains(kind) {
        context.matches(schema, part, path)
    } else {
        Ok(kind == Types::NULL && schema.nullable)
    }
}

/// Says why no alternative matches: precisely, where only one can have been meant.
fn none_matches<E: de::Error>(
    context: &mut Context<'_>,
    schemas: &'static [&'static Schema],
    kind: Types,
    part: &str,
    path: &Path<'_>,
) -> Result<(), E> {
    let mut plausible = schemas
        .iter()
        .filter(|schema| schema.types.contains(kind))
        .filter(|schema| schema.values.is_none() || kind == Types::OBJECT);
    match (plausible.next(), plausible.next()) {
        (Some(only), None) => context.alternative(only, part, path),
        (Some(_), Some(_)) => context.report(
            path,
            format!("matches none of {} alternatives", schemas.len()),
        ),
        (None, _) if schemas.iter().any(|schema| schema.types.contains(kind)) => context.report(
            path,
            format!("matches none of {} alternatives", schemas.len()),
        ),
        (None, _) => {
            let types = schemas
                .iter()
                .fold(Types::NONE, |types, schema| types.or(schema.types));
            context.report(path, Schema::of(types).expected(kind))
        }
    }
}

/// Adds the schemas that discriminators choose, and those that their discriminators choose in turn.
fn discriminate<E: de::Error>(
    context: &mut Context<'_>,
    active: &mut Active,
    part: &str,
    path: &Path<'_>,
) -> Result<(), E> {
    let mut index = 0;
    while let Some(entry) = active.get(index) {
        index += 1;
        let Some(Discriminator { property, mapping }) = entry.schema.discriminator else {
            continue;
        };
        let path = Path::Key(path, property);
        match tag(property, part) {
            Tag::Missing => context.report(&path, "is required".to_owned())?,
            Tag::Other(kind) => context.report(&path, Schema::string().expected(kind))?,
            Tag::Text(tag) => match mapping.iter().find(|(value, _)| *value == tag) {
                Some((_, schema)) => active.add(schema),
                None => {
                    let values: Vec<_> = mapping
                        .iter()
                        .map(|(value, _)| Literal::String(value))
                        .collect();
                    context.report(&path, one_of(&values))?;
                }
            },
        }
    }
    Ok(())
}

fn is_listed(values: &[Literal], part: &str) -> bool {
    let value = canonical(part);
    values.iter().any(|literal| match literal {
        Literal::Json(text) => value.is_some() && canonical(text) == value,
        _ => false,
    })
}

/// The type of a JSON text, by its first character. The text is known to be JSON.
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
        _ => part
            .trim()
            .parse()
            .map_or(Types::NUMBER, |float| super::Number::Float(float).types()),
    }
}

/// The value of the discriminating property.
pub(super) enum Tag<'t> {
    Missing,
    Text(Cow<'t, str>),
    Other(Types),
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
