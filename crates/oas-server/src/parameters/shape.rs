//! Writing strings as JSON, by what a schema expects in their place: `12` is a number to one schema and text to another.

use std::borrow::Cow;

use super::Wrong;
use super::style::REPEATED;
use crate::schema::{Additional, Schema, Types, is_json_number};

/// Combined schemas within each other are looked into this deep.
const DEPTH: usize = 4;

/// The types that a value may have, as far as they can be told from the schema alone.
fn types(schema: &Schema, depth: usize) -> Types {
    let mut types = schema.types;
    if depth < DEPTH {
        for member in schema.all_of {
            types = types.and(self::types(member, depth + 1));
        }
        for alternatives in [schema.any_of, schema.one_of]
            .into_iter()
            .filter(|alternatives| !alternatives.is_empty())
        {
            let union = alternatives.iter().fold(Types::NONE, |union, schema| {
                union.or(self::types(schema, depth + 1))
            });
            types = types.and(union);
        }
    }
    types
}

/// The schema of the items or of the member `name`, wherever in `schema` it stands.
fn inner(schema: &'static Schema, name: Option<&str>, depth: usize) -> Option<&'static Schema> {
    let own = match name {
        None => schema.items,
        Some(name) => schema
            .properties
            .iter()
            .find_map(|property| (property.name == name).then_some(property.schema)),
    };
    if own.is_some() || depth >= DEPTH {
        return own;
    }
    members(schema).find_map(|member| inner(member, name, depth + 1))
}

/// The schema of the items of an array.
pub(crate) fn item(schema: &'static Schema) -> &'static Schema {
    inner(schema, None, 0).unwrap_or(&Schema::ANY)
}

/// The schema of the member `name` of an object.
pub(crate) fn member(schema: &'static Schema, name: &str) -> &'static Schema {
    inner(schema, Some(name), 0)
        .or_else(|| additional(schema, 0))
        .unwrap_or(&Schema::ANY)
}

/// The schema of the members that are no properties, wherever in `schema` it stands.
fn additional(schema: &'static Schema, depth: usize) -> Option<&'static Schema> {
    let own = match schema.additional_properties {
        Additional::Schema(schema) => Some(schema),
        Additional::Closed | Additional::Absent => None,
    };
    if own.is_some() || depth >= DEPTH {
        return own;
    }
    members(schema).find_map(|member| additional(member, depth + 1))
}

/// Whether `name` is one of the properties of `schema`.
pub(crate) fn has_property(schema: &'static Schema, name: &str) -> bool {
    inner(schema, Some(name), 0).is_some()
}

/// Whether `schema` says what members that are no properties are.
pub(crate) fn says_additional(schema: &'static Schema) -> bool {
    additional(schema, 0).is_some()
}

/// Whether `schema` has properties.
pub(crate) fn has_properties(schema: &'static Schema) -> bool {
    fn within(schema: &'static Schema, depth: usize) -> bool {
        !schema.properties.is_empty()
            || depth < DEPTH && members(schema).any(|member| within(member, depth + 1))
    }
    within(schema, 0)
}

/// The schemas that are part of `schema`, always or as alternatives.
fn members(schema: &'static Schema) -> impl Iterator<Item = &'static Schema> {
    let lists = [schema.all_of, schema.any_of, schema.one_of];
    lists.into_iter().flatten().copied()
}

const SCALARS: Types = Types::BOOLEAN.or(Types::NUMBER).or(Types::STRING);

/// Whether only an object can be meant.
pub(crate) fn is_object(schema: &Schema) -> bool {
    let types = types(schema, 0);
    types.contains(Types::OBJECT) && !types.intersects(SCALARS.or(Types::ARRAY))
}

/// Whether an array is meant, where `many` values, or a value with delimiters in it, are there.
pub(crate) fn is_array(schema: &Schema, many: bool) -> bool {
    let types = types(schema, 0);
    types != Types::ALL && types.contains(Types::ARRAY) && (many || !types.intersects(SCALARS))
}

/// Whether nothing is said about the type.
pub(crate) fn is_free(schema: &Schema) -> bool {
    types(schema, 0) == Types::ALL
}

/// Writes one string as what `schema` expects. A string that is not written as that stays a string, and the check of
/// the schema tells so.
pub(crate) fn push_scalar(out: &mut String, text: &str, schema: &Schema) {
    let types = types(schema, 0);
    let plain = types != Types::ALL
        && (types.intersects(Types::NUMBER) && is_json_number(text)
            || types.contains(Types::BOOLEAN) && matches!(text, "true" | "false"));
    // What nests has no other form than JSON in a form (OpenAPI 3.0.4 §4.8.15.1).
    if plain || nests(schema) && text.starts_with(['{', '[']) && is_json(text) {
        out.push_str(text);
    } else {
        push_string(out, text);
    }
}

/// Whether only an object or an array can be meant.
fn nests(schema: &Schema) -> bool {
    !types(schema, 0).intersects(SCALARS)
}

/// Whether a text is JSON, and can be put into other JSON without becoming something else.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// Writes strings as an array.
pub(crate) fn push_array<'t>(
    out: &mut String,
    texts: impl IntoIterator<Item = Result<Cow<'t, str>, Wrong>>,
    schema: &'static Schema,
) -> Result<(), Wrong> {
    let item = item(schema);
    out.push('[');
    for (index, text) in texts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_scalar(out, &text?, item);
    }
    out.push(']');
    Ok(())
}

/// Writes names and values as an object. A name that comes again adds an item to an array.
pub(crate) fn object<'t>(
    members: impl IntoIterator<Item = Result<(Cow<'t, str>, Cow<'t, str>), Wrong>>,
    schema: &'static Schema,
) -> Result<String, Wrong> {
    let mut groups: Vec<(Cow<'t, str>, Vec<Cow<'t, str>>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for found in members {
        let (name, value) = found?;
        let place = *places.entry(name.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let mut out = String::from("{");
    for (index, (name, values)) in groups.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(&mut out, &name);
        out.push(':');
        let schema = member(schema, &name);
        match values.as_slice() {
            [only]
                if is_array(schema, true)
                    && nests(item(schema))
                    && only.starts_with('[')
                    && is_json(only) =>
            {
                out.push_str(only);
            }
            values if is_array(schema, values.len() > 1) => {
                push_array(&mut out, values.iter().cloned().map(Ok), schema)?;
            }
            [only] => push_scalar(&mut out, only, schema),
            _ => {
                return Err(REPEATED.under(&name));
            }
        }
    }
    out.push('}');
    Ok(out)
}
