//! Decides whether an expression of a few lines can construct a value of a type.

use serde_json::Value;

use super::{Struct, Type, TypeKind, TypeRef, in_range};

/// Values nest no deeper than this.
const MAX_DEPTH: usize = 16;

/// Returns whether an expression of the generated types constructs this value, which has known variants and properties
/// only.
pub(crate) fn has_literal(types: &[Type], ty: &TypeRef, value: &Value) -> bool {
    literal(types, ty, value, 0)
}

fn literal(types: &[Type], ty: &TypeRef, value: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let depth = depth + 1;
    match (ty, value) {
        (TypeRef::Nullable(_), Value::Null)
        | (TypeRef::Bool, Value::Bool(_))
        | (TypeRef::String | TypeRef::Formatted(_) | TypeRef::JsonText(_), Value::String(_))
        | (TypeRef::Float, Value::Number(_)) => true,
        (TypeRef::Nullable(inner), value) => literal(types, inner, value, depth),
        (TypeRef::Integer(name), Value::Number(number)) => in_range(name, number),
        (TypeRef::List(item), Value::Array(values)) => values
            .iter()
            .all(|value| literal(types, item, value, depth)),
        (TypeRef::Tuple(items), Value::Array(values)) => {
            let mut pairs = items.iter().zip(values);
            items.len() == values.len()
                && pairs.all(|(item, value)| literal(types, item, value, depth))
        }
        (TypeRef::JsonObject, Value::Object(values)) => values.is_empty(),
        (TypeRef::Map(item), Value::Object(values)) => values
            .values()
            .all(|value| literal(types, item, value, depth)),
        (TypeRef::Named(id), value) => match (&types[id.0].kind, value) {
            (TypeKind::Struct(body), Value::Object(values)) => {
                structure(types, body, values, depth)
            }
            (TypeKind::Enum(body), value) => body.known(value).is_some(),
            (TypeKind::Alias(inner) | TypeKind::Newtype(inner), value) => {
                literal(types, inner, value, depth)
            }
            _ => false,
        },
        _ => false,
    }
}

fn structure(
    types: &[Type],
    body: &Struct,
    values: &serde_json::Map<String, Value>,
    depth: usize,
) -> bool {
    let is_named = |name: &String| body.fields.iter().any(|field| field.property == *name);
    values.keys().all(is_named)
        && body.fields.iter().all(
            |field| match (values.get(&field.property), &field.constant) {
                (None, _) => !field.required,
                (Some(value), Some(constant)) if field.required => value == constant,
                (Some(value), _) => !field.boxed && literal(types, &field.ty, value, depth),
            },
        )
}
