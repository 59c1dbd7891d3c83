//! Changes a value of a request: to other valid values, and to values that are invalid in one place.

use oas_document::Direction;
use oas_document::schema::{EffectiveSchema, Schema};
use oas_samples::{InvalidSample, Sampler};
use oas_wire::json_pointer;
use serde_json::Value;

/// The number of enum values that are sent at most.
const MAX_VALUES: usize = 12;
/// The depth of the values that are changed.
const MAX_DEPTH: usize = 6;

/// A value with one change.
pub(crate) struct Change {
    /// What distinguishes the value, formatted to follow its name.
    pub(crate) words: String,
    pub(crate) value: Value,
    pub(crate) is_valid: bool,
}

/// Returns the changes of a valid value, in an order that depends on the schema alone.
///
/// A change to another valid value is valid by the keywords at its place; others, such as `if`, can still rule it out.
pub(crate) fn changes<'d>(
    sampler: &mut Sampler<'d>,
    schema: &Schema<'d>,
    value: &Value,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |words: String, value: Value, is_valid| {
        changes.push(Change {
            words,
            value,
            is_valid,
        });
    };
    each(schema, value, "", 0, &mut |effective, inner, pointer| {
        let at = place(pointer);
        for known in documented(effective).filter(|known| known != inner) {
            let words = format!("has the documented value `{known}`{at}");
            add(words, replaced(value, pointer, known), true);
        }
        if let Some(least) = least(effective, inner) {
            let words = format!("has no more than it must have{at}");
            add(words, replaced(value, pointer, least), true);
        }
    });
    for invalid in sampler.invalid(schema, value, Direction::Request) {
        let (keyword, at) = (invalid.keyword, place(&invalid.pointer));
        if let Some(bound) = at_bound(value, &invalid) {
            let words = format!("is at the bound of `{keyword}`{at}");
            add(words, replaced(value, &invalid.pointer, bound), true);
        }
        add(format!("breaks `{keyword}`{at}"), invalid.value, false);
    }
    changes
}

/// Calls `visit` for a value and the values in it, each with its schema and JSON pointer; of an array, for its first item.
fn each<'d>(
    schema: &Schema<'d>,
    value: &Value,
    pointer: &str,
    depth: usize,
    visit: &mut impl FnMut(&EffectiveSchema<'d>, &Value, &str),
) {
    if depth > MAX_DEPTH {
        return;
    }
    let effective = schema.effective();
    visit(&effective, value, pointer);
    for property in &effective.properties {
        if let Some(inner) = value.get(property.name) {
            let pointer = format!("{pointer}/{}", json_pointer::escape(property.name));
            each(&property.schema, inner, &pointer, depth + 1, visit);
        }
    }
    let items = effective.prefix_items.first().or(effective.items.as_ref());
    if let (Some(schema), Some(first)) = (items, value.get(0)) {
        each(schema, first, &format!("{pointer}/0"), depth + 1, visit);
    }
}

/// Returns the valid values of an enumeration.
fn documented(effective: &EffectiveSchema<'_>) -> impl Iterator<Item = Value> {
    let values = effective.values.iter().flatten();
    values.take(MAX_VALUES).map(|value| value.to_json())
}

/// Returns an object without its optional properties; `None` if it has none.
fn least(effective: &EffectiveSchema<'_>, value: &Value) -> Option<Value> {
    let all = value.as_object()?;
    let mut required = all.clone();
    required.retain(|name, _| effective.required.iter().any(|it| it.value == name));
    (required.len() < all.len()).then_some(Value::Object(required))
}

/// Returns the valid value at a bound that the invalid one is just beyond.
fn at_bound(value: &Value, invalid: &InvalidSample<'_>) -> Option<Value> {
    let beyond = invalid.replacement.as_ref()?;
    let at = match (invalid.keyword, beyond) {
        ("minimum", Value::Number(number)) => Value::from(number.as_i64()?.checked_add(1)?),
        ("maximum", Value::Number(number)) => Value::from(number.as_i64()?.checked_sub(1)?),
        // A character that is there already may be one that a pattern asks for.
        ("minLength", Value::String(text)) => {
            let valid = value.pointer(&invalid.pointer)?.as_str()?;
            Value::from(
                valid
                    .chars()
                    .take(text.chars().count() + 1)
                    .collect::<String>(),
            )
        }
        ("maxLength", Value::String(text)) => {
            let mut text = text.clone();
            text.pop();
            Value::from(text)
        }
        ("minItems", Value::Array(items)) => {
            let mut items = items.clone();
            let all = value.pointer(&invalid.pointer)?.as_array()?;
            items.push(all.get(items.len())?.clone());
            Value::from(items)
        }
        ("maxItems", Value::Array(items)) => {
            let mut items = items.clone();
            items.pop();
            Value::from(items)
        }
        _ => return None,
    };
    Some(at)
}

/// Returns a value with another one at a place.
fn replaced(value: &Value, pointer: &str, by: Value) -> Value {
    let mut value = value.clone();
    if let Some(place) = value.pointer_mut(pointer) {
        *place = by;
    }
    value
}

/// Formats a pointer in words; the root is an empty text.
fn place(pointer: &str) -> String {
    match pointer {
        "" => String::new(),
        pointer => format!(" at `{pointer}`"),
    }
}
