//! Writing strings as JSON, by what a schema expects in their place: `12` is a number to one schema and text to another.

use std::borrow::Cow;

use super::Wrong;
use crate::schema::{Schema, Types, is_json_number};

/// Combined schemas within each other are looked into this deep.
const DEPTH: usize = 4;

/// The types that a value may have, as far as they can be told from the schema alone.
fn types(schema: &Schema, depth: usize) -> Types {
    let mut types = schema.types();
    if depth < DEPTH {
        for member in schema.all_members() {
            types = types.and(self::types(member, depth + 1));
        }
        for alternatives in schema
            .alternatives()
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
        None => schema.item(),
        Some(name) => schema.property(name),
    };
    if own.is_some() || depth >= DEPTH {
        return own;
    }
    let members = schema
        .all_members()
        .iter()
        .chain(schema.alternatives().flatten());
    members
        .into_iter()
        .find_map(|member| inner(member, name, depth + 1))
}

/// The schema of the items of an array.
pub(crate) fn item(schema: &'static Schema) -> &'static Schema {
    inner(schema, None, 0).unwrap_or(&Schema::ANY)
}

fn member(schema: &'static Schema, name: &str) -> &'static Schema {
    inner(schema, Some(name), 0)
        .or_else(|| schema.additional_schema())
        .unwrap_or(&Schema::ANY)
}

/// Whether `name` is one of the properties of `schema`; every name is where there are no properties.
pub(crate) fn may_have(schema: &'static Schema, name: &str) -> bool {
    inner(schema, Some(name), 0).is_some() || !has_properties(schema, 0)
}

fn has_properties(schema: &'static Schema, depth: usize) -> bool {
    schema.has_properties()
        || depth < DEPTH
            && schema
                .all_members()
                .iter()
                .chain(schema.alternatives().flatten())
                .any(|member| has_properties(member, depth + 1))
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

/// Writes one string as what `schema` expects. A string that is not written as that stays a string, and the check of
/// the schema tells so.
pub(crate) fn push_scalar(out: &mut String, text: &str, schema: &Schema) {
    let types = types(schema, 0);
    let plain = types != Types::ALL
        && (types.intersects(Types::NUMBER) && is_json_number(text)
            || types.contains(Types::BOOLEAN) && matches!(text, "true" | "false"));
    // What nests has no other form than JSON in a form (OpenAPI 3.0.4 §4.8.15.1).
    if plain || (is_object(schema) && is_json(text, '{')) {
        out.push_str(text);
    } else {
        push_string(out, text);
    }
}

/// Whether a text is JSON that begins like this.
fn is_json(text: &str, first: char) -> bool {
    text.starts_with(first) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn push_string(out: &mut String, text: &str) {
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
            [only] if is_array(schema, true) && is_object(item(schema)) && is_json(only, '[') => {
                out.push_str(only);
            }
            values if is_array(schema, values.len() > 1) => {
                push_array(&mut out, values.iter().cloned().map(Ok), schema)?;
            }
            [only] => push_scalar(&mut out, only, schema),
            _ => {
                return Err(Wrong {
                    member: Some(name.into_owned()),
                    message: "is given more than once",
                });
            }
        }
    }
    out.push('}');
    Ok(out)
}
