//! Decides without the type whether a generated type accepts a JSON value, so that a server of tables at run time
//! rejects the same values as generated code.

use oas_wire::JsonPointer;
use serde_json::{Number, Value};

use super::{Api, Struct, Tagging, TypeKind, TypeRef, Union};

/// Types are looked into this deep; a value that is checked nests no deeper.
const MAX_DEPTH: usize = 64;

impl Api {
    /// Returns the place in `value` that the generated type `ty` cannot represent; `None` if the type decodes the
    /// value.
    ///
    /// Types represent almost all values that their schemas admit, and more. Exceptions are integers, which have at
    /// most 64 bits, for example.
    #[must_use]
    pub fn misfit(&self, ty: &TypeRef, value: &Value) -> Option<JsonPointer> {
        let mut pointer = JsonPointer::root();
        (!self.fits(ty, value, &mut pointer, 0)).then_some(pointer)
    }

    fn fits(&self, ty: &TypeRef, value: &Value, at: &mut JsonPointer, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let depth = depth + 1;
        match (ty, value) {
            (TypeRef::Json, _)
            | (TypeRef::JsonObject, Value::Object(_))
            | (TypeRef::Bool, Value::Bool(_))
            | (
                TypeRef::String | TypeRef::Formatted(_) | TypeRef::JsonText(_) | TypeRef::Bytes,
                Value::String(_),
            )
            | (TypeRef::Float, Value::Number(_))
            | (TypeRef::Nullable(_), Value::Null) => true,
            (TypeRef::Integer(name), Value::Number(number)) => {
                // `1e18` is an integer, which decoding writes out; the conversion saturates beyond 128 bits.
                let is_whole = |float: &f64| float.fract() == 0.0 && float.abs() < i128::MAX as f64;
                let whole = number.as_f64().filter(is_whole);
                let exact = exact(number).or_else(|| whole.map(|float| float as i128));
                exact.is_some_and(|value| holds(name, value))
            }
            (TypeRef::Base64, Value::String(text)) => is_base64(text),
            (TypeRef::List(item), Value::Array(values)) => {
                let mut values = values.iter().enumerate();
                values.all(|(index, value)| {
                    inside(at, &index.to_string(), |at| {
                        self.fits(item, value, at, depth)
                    })
                })
            }
            (TypeRef::Tuple(items), Value::Array(values)) => {
                let mut pairs = items.iter().zip(values).enumerate();
                items.len() == values.len()
                    && pairs.all(|(index, (item, value))| {
                        inside(at, &index.to_string(), |at| {
                            self.fits(item, value, at, depth)
                        })
                    })
            }
            (TypeRef::Map(item), Value::Object(values)) => values
                .iter()
                .all(|(name, value)| inside(at, name, |at| self.fits(item, value, at, depth))),
            (TypeRef::Nullable(inner), value) => self.fits(inner, value, at, depth),
            (TypeRef::Named(id), value) => match (&self.type_of(*id).kind, value) {
                (TypeKind::Struct(body), Value::Object(_)) => {
                    self.fits_struct(body, value, at, depth)
                }
                (TypeKind::Enum(body), value) => body.takes(value),
                (TypeKind::Foreign(_), _) => true,
                (TypeKind::Union(union), value) => self.fits_union(union, value, at, depth),
                (TypeKind::Alias(inner) | TypeKind::Newtype(inner), value) => {
                    self.fits(inner, value, at, depth)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn fits_struct(
        &self,
        body: &Struct,
        value: &Value,
        at: &mut JsonPointer,
        depth: usize,
    ) -> bool {
        let mut entries = value.as_object().into_iter().flatten();
        entries.all(|(name, value)| {
            let field = body.fields.iter().find(|field| field.property == *name);
            let ty = match (field, &body.additional) {
                (Some(field), _) if value.is_null() && field.ty == TypeRef::Json => return true,
                (Some(field), _) => &field.ty,
                (None, Some(additional)) => &additional.ty,
                (None, None) => return true,
            };
            inside(at, name, |at| self.fits(ty, value, at, depth))
        })
    }

    /// Returns whether a union accepts a value. A value that matches no variant is preserved, unless a tag selects the
    /// variant.
    fn fits_union(&self, union: &Union, value: &Value, at: &JsonPointer, depth: usize) -> bool {
        let chosen = match &union.tagging {
            Tagging::Property { name, default } => {
                let tag = value.get(name).and_then(Value::as_str);
                let tagged = tag.and_then(|tag| union.tagged(tag));
                tagged.or_else(|| union.variants.get((*default)?))
            }
            Tagging::Key => {
                let mut variants = union.variants.iter();
                let found = variants.find_map(|variant| {
                    let content = value.get(variant.tags.first()?)?;
                    Some((variant.ty.as_ref()?, content))
                });
                return found
                    .is_none_or(|(ty, content)| self.fits(ty, content, &mut at.clone(), depth));
            }
            Tagging::Content(_) => return true,
        };
        let ty = chosen.and_then(|variant| variant.ty.as_ref());
        // The value is read as a whole before it is decoded, so that the place is that of the union.
        ty.is_none_or(|ty| self.fits(ty, value, &mut at.clone(), depth))
    }
}

/// Evaluates the member with this name, and leaves the pointer at it if it does not fit.
fn inside(at: &mut JsonPointer, name: &str, look: impl FnOnce(&mut JsonPointer) -> bool) -> bool {
    let mut inner = at.clone();
    oas_schema::push_token(&mut inner, name);
    let fits = look(&mut inner);
    if !fits {
        *at = inner;
    }
    fits
}

/// Returns whether an integer type preserves a number.
pub(crate) fn in_range(ty: &str, number: &Number) -> bool {
    whole(number).is_some_and(|value| holds(ty, value))
}

/// Converts a number to an integer, which includes `1.0`.
pub(crate) fn whole(number: &Number) -> Option<i128> {
    let is_whole = |float: &f64| float.fract() == 0.0 && float.abs() < 1e15;
    let float = || number.as_f64().filter(is_whole).map(|float| float as i128);
    exact(number).or_else(float)
}

fn exact(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

fn holds(ty: &str, value: i128) -> bool {
    match ty {
        "i8" => i8::try_from(value).is_ok(),
        "i16" => i16::try_from(value).is_ok(),
        "i32" => i32::try_from(value).is_ok(),
        "u8" => u8::try_from(value).is_ok(),
        "u16" => u16::try_from(value).is_ok(),
        "u32" => u32::try_from(value).is_ok(),
        "u64" => u64::try_from(value).is_ok(),
        "i128" => true,
        _ => i64::try_from(value).is_ok(),
    }
}

/// Returns whether a text is canonical Base64: padded, without unused bits (RFC 4648 §3.5).
pub(crate) fn is_base64(text: &str) -> bool {
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
