//! The part of a JSON value that survives a round trip through a generated type.

use serde_json::{Map, Number, Value};

use crate::model::{Api, Struct, TypeKind, TypeRef, Union};

/// Values nest no deeper than this in a sample.
const DEEPEST: usize = 64;

/// Returns what is left of a value when the type has decoded and encoded it; `None` where it cannot be decoded.
pub(super) fn representable(api: &Api, ty: &TypeRef, value: &Value) -> Option<Value> {
    RoundTrip { api, depth: 0 }.value(ty, value)
}

struct RoundTrip<'a> {
    api: &'a Api,
    depth: usize,
}

impl RoundTrip<'_> {
    fn value(&mut self, ty: &TypeRef, value: &Value) -> Option<Value> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let left = self.inner(ty, value);
        self.depth -= 1;
        left
    }

    fn inner(&mut self, ty: &TypeRef, value: &Value) -> Option<Value> {
        match (ty, value) {
            (TypeRef::Json, value) => Some(value.clone()),
            (TypeRef::JsonObject, Value::Object(_))
            | (TypeRef::Bool, Value::Bool(_))
            | (TypeRef::String | TypeRef::Bytes, Value::String(_)) => Some(value.clone()),
            (TypeRef::Integer(name), Value::Number(number)) => {
                in_range(name, number).then(|| value.clone())
            }
            (TypeRef::Float(name), Value::Number(number)) => {
                let float = number.as_f64()?;
                // Half the width holds fewer digits than a document can write.
                let fits = *name != "f32" || (float as f32).to_string().parse() == Ok(float);
                fits.then(|| value.clone())
            }
            (TypeRef::Base64, Value::String(text)) => is_base64(text).then(|| value.clone()),
            (TypeRef::List(item), Value::Array(values)) => {
                let items = values.iter().map(|value| self.value(item, value));
                items.collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (TypeRef::Map(item), Value::Object(values)) => {
                self.entries(item, values.iter()).map(Value::Object)
            }
            (TypeRef::Nullable(_), Value::Null) => Some(Value::Null),
            (TypeRef::Nullable(inner), value) => self.value(inner, value),
            (TypeRef::Named(id), value) => match (&self.api.type_of(*id).kind, value) {
                (TypeKind::Struct(body), Value::Object(values)) => self.structure(body, values),
                (TypeKind::Enum(_), Value::String(_)) => Some(value.clone()),
                (TypeKind::Union(union), value) => self.union(union, value),
                (TypeKind::Alias(inner) | TypeKind::Newtype(inner), value) => {
                    self.value(inner, value)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn entries<'v>(
        &mut self,
        ty: &TypeRef,
        values: impl Iterator<Item = (&'v String, &'v Value)>,
    ) -> Option<Map<String, Value>> {
        values
            .map(|(key, value)| Some((key.clone(), self.value(ty, value)?)))
            .collect()
    }

    fn structure(&mut self, body: &Struct, values: &Map<String, Value>) -> Option<Value> {
        let mut left = Map::new();
        for field in &body.fields {
            match values.get(&field.property) {
                // An absent field of any value and one that is null are the same.
                Some(Value::Null) if field.ty == TypeRef::Json && !field.required => {}
                Some(value) => {
                    let value = self.value(&field.ty, value)?;
                    left.insert(field.property.clone(), value);
                }
                None if field.required => return None,
                None => {}
            }
        }
        if let Some(additional) = &body.additional {
            let named = |key: &String| body.fields.iter().any(|field| field.property == *key);
            let others = values.iter().filter(|(key, _)| !named(key));
            left.extend(self.entries(&additional.ty, others)?);
        }
        Some(Value::Object(left))
    }

    fn union(&mut self, union: &Union, value: &Value) -> Option<Value> {
        if let Some(property) = &union.discriminator {
            let tag = value.get(property).and_then(Value::as_str);
            let chosen = union
                .variants
                .iter()
                .find(|variant| variant.tags.iter().any(|known| Some(known.as_str()) == tag));
            return match chosen {
                Some(variant) => self.value(&variant.ty, value),
                None => Some(value.clone()),
            };
        }
        let mut part = None;
        for variant in &union.variants {
            match self.value(&variant.ty, value) {
                Some(left) if left == *value => return Some(left),
                left => part = part.or(left),
            }
        }
        part.or_else(|| Some(value.clone()))
    }
}

fn in_range(ty: &str, number: &Number) -> bool {
    let exact = number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from));
    let whole = |float: &f64| float.fract() == 0.0 && float.abs() < 1e15;
    let Some(value) = exact.or_else(|| number.as_f64().filter(whole).map(|float| float as i128))
    else {
        return false;
    };
    match ty {
        "i8" => i8::try_from(value).is_ok(),
        "i16" => i16::try_from(value).is_ok(),
        "i32" => i32::try_from(value).is_ok(),
        "u8" => u8::try_from(value).is_ok(),
        "u16" => u16::try_from(value).is_ok(),
        "u32" => u32::try_from(value).is_ok(),
        "u64" => u64::try_from(value).is_ok(),
        _ => i64::try_from(value).is_ok(),
    }
}

/// Base64 as it is written: padded, without bits that nothing reads (RFC 4648 §3.5).
fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    let padding = text.len() - data.len();
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let last = data.bytes().last().and_then(value).unwrap_or_default();
    let unread = match padding {
        1 => 0b11,
        2 => 0b1111,
        _ => 0,
    };
    text.len().is_multiple_of(4)
        && padding < 3
        && last & unread == 0
        && data.bytes().all(|byte| value(byte).is_some())
}
