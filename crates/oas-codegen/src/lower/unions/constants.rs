//! Finds the constants of an alternative: the values that its schemas prescribe at certain places.
//!
//! Several strings form an enum, which detects unknown values by itself.

use oas_document::schema::{Additional, EffectiveSchema, Schema, Type};
use oas_wire::json_pointer;
use serde_json::{Map, Value};

use crate::model::Constant;

/// The depth to which constants are searched. Authors put them near the root.
const MAX_DEPTH: usize = 3;

/// Returns the constants of an alternative.
pub(super) fn of(schema: &Schema<'_>) -> Vec<Constant> {
    let mut found = Vec::new();
    find(schema, String::new(), 1, &mut found);
    found
}

fn find(schema: &Schema<'_>, at: String, depth: usize, found: &mut Vec<Constant>) {
    let effective = schema.effective();
    if let Some(values) = fixed(&effective) {
        found.push(Constant { at, values });
        return;
    }
    if depth == MAX_DEPTH {
        return;
    }
    for property in &effective.properties {
        // An optional constant distinguishes little, and less the deeper it is.
        if depth == 1 || property.required {
            let token = json_pointer::escape(property.name);
            find(&property.schema, format!("{at}/{token}"), depth + 1, found);
        }
    }
}

/// Returns the valid values of a schema, if they are scalars that are not lowered to an enum.
fn fixed(effective: &EffectiveSchema<'_>) -> Option<Vec<Value>> {
    let is_empty = effective.types.single() == Some(Type::Object)
        && effective.properties.is_empty()
        && effective.pattern_properties.is_empty()
        && matches!(effective.additional, Additional::Denied(_));
    if is_empty {
        return Some(vec![Value::Object(Map::new())]);
    }
    let values = effective.values.as_ref()?;
    let mut values: Vec<Value> = values.iter().map(|value| value.to_json()).collect();
    let is_scalar = |value: &Value| !value.is_array() && !value.is_object();
    let is_open = values.len() > 1 && values.iter().all(Value::is_string);
    if effective.types.has_null() {
        values.push(Value::Null);
    }
    (!values.is_empty() && !is_open && values.iter().all(is_scalar)).then_some(values)
}

/// Makes constants fit for the values of another alternative too.
pub(super) fn widen(constants: &mut Vec<Constant>, others: Vec<Constant>) {
    constants.retain_mut(|constant| {
        let other = others.iter().find(|other| other.at == constant.at);
        let new = other.into_iter().flat_map(|other| &other.values);
        let new: Vec<Value> = new
            .filter(|value| !constant.values.contains(value))
            .cloned()
            .collect();
        constant.values.extend(new);
        other.is_some()
    });
}
