//! Decides without the type whether a generated type accepts a JSON value, so that a server of tables at run time
//! rejects the same values as generated code.

use oas_schema::Format;
use oas_wire::JsonPointer;
use serde_json::{Map, Number, Value};

use super::{Api, Struct, Tagging, TypeKind, TypeRef, Union};

/// Types are looked into this deep; a value that is checked nests no deeper.
const MAX_DEPTH: usize = 64;

impl Api {
    /// Returns the place in `value` that the generated type `ty` cannot represent; `None` if the type decodes the
    /// value.
    ///
    /// Types represent almost all values that their schemas admit, and more. Exceptions are integers, which have at
    /// most 64 bits, for example. `infinite` has the places of numbers beyond all floats, such as `1e400`, for which
    /// `value` has another value, such as their text: no generated type represents them.
    #[must_use]
    pub fn misfit(
        &self,
        ty: &TypeRef,
        value: &Value,
        infinite: &[JsonPointer],
    ) -> Option<JsonPointer> {
        let mut fitting = Fitting {
            api: self,
            infinite,
            at: JsonPointer::root(),
            depth: 0,
        };
        (!fitting.fits(ty, value)).then_some(fitting.at)
    }
}

/// A walk over a value and the type that is to represent it.
struct Fitting<'a> {
    api: &'a Api,
    infinite: &'a [JsonPointer],
    /// The place of the value; once something does not fit, the place of that.
    at: JsonPointer,
    depth: usize,
}

impl Fitting<'_> {
    fn fits(&mut self, ty: &TypeRef, value: &Value) -> bool {
        if self.depth > MAX_DEPTH {
            return true;
        }
        self.depth += 1;
        let fits = self.fits_type(ty, value);
        self.depth -= 1;
        fits
    }

    fn fits_type(&mut self, ty: &TypeRef, value: &Value) -> bool {
        match (ty, value) {
            (TypeRef::Json, _) | (TypeRef::JsonObject, Value::Object(_)) => self.is_finite(),
            (TypeRef::Bool, Value::Bool(_))
            | (TypeRef::Float, Value::Number(_))
            | (TypeRef::Nullable(_), Value::Null) => true,
            (
                TypeRef::String | TypeRef::Formatted(_) | TypeRef::JsonText(_) | TypeRef::Bytes,
                Value::String(_),
            ) => true,
            (TypeRef::Integer(name), Value::Number(number)) => {
                // `1e18` is an integer, which decoding writes out; the conversion saturates beyond 128 bits.
                let is_whole = |float: &f64| float.fract() == 0.0 && float.abs() < i128::MAX as f64;
                let whole = number.as_f64().filter(is_whole);
                let exact = exact(number).or_else(|| whole.map(|float| float as i128));
                exact.is_some_and(|value| holds(name, value))
            }
            (TypeRef::Base64, Value::String(text)) => Format::Byte.matches(text),
            (TypeRef::List(item), Value::Array(values)) => {
                let mut values = values.iter().enumerate();
                values.all(|(index, value)| self.fits_member(item, &index.to_string(), value))
            }
            (TypeRef::Tuple(items), Value::Array(values)) => {
                let mut pairs = items.iter().zip(values).enumerate();
                items.len() == values.len()
                    && pairs.all(|(index, (item, value))| {
                        self.fits_member(item, &index.to_string(), value)
                    })
            }
            (TypeRef::Map(item), Value::Object(values)) => values
                .iter()
                .all(|(name, value)| self.fits_member(item, name, value)),
            (TypeRef::Nullable(inner), value) => self.fits(inner, value),
            (TypeRef::Named(id), value) => match (&self.api.type_of(*id).kind, value) {
                (TypeKind::Struct(body), Value::Object(members)) => self.fits_struct(body, members),
                (TypeKind::Enum(body), value) => body.takes(value),
                (TypeKind::Foreign(_), _) => true,
                (TypeKind::Union(union), value) => self.fits_union(union, value),
                (TypeKind::Alias(inner) | TypeKind::Newtype(inner), value) => {
                    self.fits(inner, value)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn fits_struct(&mut self, body: &Struct, members: &Map<String, Value>) -> bool {
        members.iter().all(|(name, value)| {
            let field = body.fields.iter().find(|field| field.property == *name);
            let ty = match (field, &body.additional) {
                (Some(field), _) if value.is_null() && field.ty == TypeRef::Json => return true,
                (Some(field), _) => &field.ty,
                (None, Some(additional)) => &additional.ty,
                (None, None) => return true,
            };
            self.fits_member(ty, name, value)
        })
    }

    /// Returns whether a union accepts a value. A value that matches no variant is preserved, unless a tag selects the
    /// variant.
    fn fits_union(&mut self, union: &Union, value: &Value) -> bool {
        // The value is read as a whole before it is decoded, so that the place of what does not decode is the union's.
        if !self.is_finite() {
            return false;
        }
        let chosen = match &union.tagging {
            Tagging::Property { name, default } => {
                let tag = value.get(name).and_then(Value::as_str);
                let tagged = tag.and_then(|tag| union.tagged(tag));
                let chosen = tagged.or_else(|| union.variants.get((*default)?));
                chosen.and_then(|variant| Some((variant.ty.as_ref()?, value)))
            }
            Tagging::Key => union.variants.iter().find_map(|variant| {
                let content = value.get(variant.tags.first()?)?;
                Some((variant.ty.as_ref()?, content))
            }),
            Tagging::Content(_) => None,
        };
        let at = self.at.clone();
        let fits = chosen.is_none_or(|(ty, value)| self.fits(ty, value));
        self.at = at;
        fits
    }

    /// Returns whether the member of this name fits, and leaves the place at what does not.
    fn fits_member(&mut self, ty: &TypeRef, name: &str, value: &Value) -> bool {
        let outer = self.at.clone();
        oas_schema::push_token(&mut self.at, name);
        let fits = self.fits(ty, value);
        if fits {
            self.at = outer;
        }
        fits
    }

    /// Returns whether no number in the value is beyond all floats, and leaves the place at the first that is.
    fn is_finite(&mut self) -> bool {
        let is_inside = |place: &&JsonPointer| {
            let rest = place.as_str().strip_prefix(self.at.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = self.infinite.iter().find(is_inside).cloned();
        found.map(|place| self.at = place).is_none()
    }
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
