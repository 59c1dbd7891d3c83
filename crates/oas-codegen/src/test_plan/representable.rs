//! Computes the part of a JSON value that survives a round trip through a generated type.

use std::collections::HashMap;

use oas_schema::Format;
use serde_json::{Map, Value};

use crate::model::{
    Api, Constant, Struct, Tagging, TypeKind, TypeRef, Union, UnionVariant, in_range,
};

/// Values nest no deeper than this in a sample.
const MAX_DEPTH: usize = 64;

/// Returns the value after decoding and encoding by the type; `None` if it cannot be decoded.
pub(super) fn representable(api: &Api, ty: &TypeRef, value: &Value) -> Option<Value> {
    RoundTrip::new(api).value(ty, value)
}

/// Chooses the variant of a union for one value after another.
pub(super) struct Chooser<'a> {
    round_trip: RoundTrip<'a>,
    union: &'a Union,
    candidates: Candidates<'a>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(api: &'a Api, union: &'a Union) -> Self {
        Self {
            round_trip: RoundTrip::new(api),
            union,
            candidates: Candidates::of(api, union),
        }
    }

    /// Returns the variant that accepts a value; `None` if none does.
    pub(super) fn variant_of(&mut self, value: &Value) -> Option<&'a UnionVariant> {
        let (variant, _) = match &self.union.tagging {
            Tagging::Content(_) => {
                let candidates = self.candidates.for_value(value);
                self.round_trip.by_content(self.union, candidates, value)?
            }
            Tagging::Property { name, default } => {
                self.round_trip.by_tag(self.union, name, *default, value)?
            }
            Tagging::Key => self.round_trip.keyed(self.union, value)?,
        };
        Some(variant)
    }
}

/// The variants of a union by a property without which they accept no value, so that each value is tried with few of
/// thousands.
struct Candidates<'a> {
    /// Places in the order of the union.
    by_property: HashMap<&'a str, Vec<usize>>,
    /// The places of the variants that require no property.
    others: Vec<usize>,
    order: &'a [usize],
}

impl<'a> Candidates<'a> {
    fn of(api: &'a Api, union: &'a Union) -> Self {
        let Tagging::Content(order) = &union.tagging else {
            return Self {
                by_property: HashMap::new(),
                others: Vec::new(),
                order: &[],
            };
        };
        let required = order.iter().map(|&index| {
            let ty = union.variants[index].ty.as_ref();
            ty.map_or_else(Vec::new, |ty| required(api, ty))
        });
        let required: Vec<Vec<&str>> = required.collect();
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for property in required.iter().flatten() {
            *uses.entry(property).or_default() += 1;
        }
        let mut candidates = Self {
            by_property: HashMap::new(),
            others: Vec::new(),
            order,
        };
        for (place, required) in required.into_iter().enumerate() {
            // A property that all variants require distinguishes none.
            let rarest = required.into_iter().min_by_key(|property| uses[property]);
            match rarest {
                Some(property) => candidates.by_property.entry(property).or_default(),
                None => &mut candidates.others,
            }
            .push(place);
        }
        candidates
    }

    /// Returns the variants that can accept a value, in the order of the union.
    fn for_value(&self, value: &Value) -> Vec<usize> {
        let keys = value.as_object().into_iter().flat_map(Map::keys);
        let named = keys.filter_map(|key| self.by_property.get(&**key));
        let mut places: Vec<usize> = named.flatten().chain(&self.others).copied().collect();
        places.sort_unstable();
        places.into_iter().map(|place| self.order[place]).collect()
    }
}

/// Returns the properties without which a value is none of a type.
fn required<'a>(api: &'a Api, ty: &'a TypeRef) -> Vec<&'a str> {
    match ty {
        TypeRef::Named(id) => match &api.type_of(*id).kind {
            TypeKind::Struct(body) => {
                let required = body.fields.iter().filter(|field| field.required);
                required.map(|field| &*field.property).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

struct RoundTrip<'a> {
    api: &'a Api,
    depth: usize,
    /// The number of values that are not in the enumerations of their types.
    unknown: usize,
}

impl<'a> RoundTrip<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            depth: 0,
            unknown: 0,
        }
    }

    fn value(&mut self, ty: &TypeRef, value: &Value) -> Option<Value> {
        if self.depth > MAX_DEPTH {
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
            | (TypeRef::Float, Value::Number(_))
            | (TypeRef::String | TypeRef::Bytes, Value::String(_)) => Some(value.clone()),
            (TypeRef::Integer(name), Value::Number(number)) => {
                in_range(name, number).then(|| value.clone())
            }
            (TypeRef::Formatted(format), Value::String(text)) => {
                let known = Format::from_name(format.name());
                self.unknown += usize::from(!known.is_some_and(|format| format.matches(text)));
                Some(value.clone())
            }
            (TypeRef::JsonText(inner), Value::String(text)) => {
                let content = serde_json::from_str(text).ok();
                let known = content.and_then(|content| self.value(inner, &content));
                self.unknown += usize::from(known.is_none());
                Some(value.clone())
            }
            (TypeRef::Base64, Value::String(text)) => {
                Format::Byte.matches(text).then(|| value.clone())
            }
            (TypeRef::List(item), Value::Array(values)) => {
                let items = values.iter().map(|value| self.value(item, value));
                items.collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (TypeRef::Tuple(items), Value::Array(values)) if items.len() == values.len() => {
                let pairs = items.iter().zip(values);
                let items = pairs.map(|(item, value)| self.value(item, value));
                items.collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (TypeRef::Map(item), Value::Object(values)) => {
                self.entries(item, values.iter()).map(Value::Object)
            }
            (TypeRef::Nullable(_), Value::Null) => Some(Value::Null),
            (TypeRef::Nullable(inner), value) => self.value(inner, value),
            (TypeRef::Named(id), value) => match (&self.api.type_of(*id).kind, value) {
                (TypeKind::Struct(body), Value::Object(values)) => self.structure(body, values),
                (TypeKind::Enum(body), value) => {
                    self.unknown += usize::from(body.known(value).is_none());
                    body.takes(value).then(|| value.clone())
                }
                // Nothing is known of it but that it is a type of the schema.
                (TypeKind::Foreign(_), value) => Some(value.clone()),
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
                Some(value) => {
                    let value = self.value(&field.ty, value)?;
                    left.insert(field.property.clone(), value);
                }
                None if field.required => return None,
                None => {
                    if let Some(default) = field.default.as_ref().filter(|_| field.assumed) {
                        let value = self.value(&field.ty, default)?;
                        left.insert(field.property.clone(), value);
                    }
                }
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
        let known = match &union.tagging {
            Tagging::Property { name, default } => {
                let tag = value.get(name).and_then(Value::as_str);
                if tag.is_some_and(|tag| union.tagged(tag).is_some()) || default.is_some() {
                    let known = self.by_tag(union, name, *default, value);
                    return known.map(|(_, left)| left);
                }
                None
            }
            Tagging::Key => self.keyed(union, value),
            Tagging::Content(order) => self.by_content(union, order.iter().copied(), value),
        };
        if let Some((_, left)) = known {
            return Some(left);
        }
        self.unknown += 1;
        Some(value.clone())
    }

    fn by_tag<'u>(
        &mut self,
        union: &'u Union,
        name: &str,
        default: Option<usize>,
        value: &Value,
    ) -> Option<(&'u UnionVariant, Value)> {
        let tag = value.get(name).and_then(Value::as_str);
        let known = tag.and_then(|tag| union.tagged(tag));
        let variant = known.or_else(|| union.variants.get(default?))?;
        let mut left = self.value(variant.ty.as_ref()?, value)?;
        // The tag is written whether the type has a property for it or not.
        if let (Some(tag), Some(properties)) = (tag, left.as_object_mut()) {
            properties.insert(name.to_owned(), tag.into());
        }
        Some((variant, left))
    }

    fn keyed<'u>(&mut self, union: &'u Union, value: &Value) -> Option<(&'u UnionVariant, Value)> {
        if let Some(variant) = value.as_str().and_then(|text| union.tagged(text)) {
            return variant.ty.is_none().then(|| (variant, value.clone()));
        }
        union.variants.iter().find_map(|variant| {
            let (key, ty) = (variant.tags.first()?, variant.ty.as_ref()?);
            let content = self.value(ty, value.get(key)?)?;
            Some((variant, Map::from_iter([(key.clone(), content)]).into()))
        })
    }

    /// Chooses as `oas_types::union` does.
    fn by_content<'u>(
        &mut self,
        union: &'u Union,
        order: impl IntoIterator<Item = usize>,
        value: &Value,
    ) -> Option<(&'u UnionVariant, Value)> {
        let before = self.unknown;
        let mut best: Option<((usize, usize), &UnionVariant, Value)> = None;
        for index in order {
            let variant = &union.variants[index];
            let has = |constant: &Constant| {
                let part = value.pointer(&constant.at);
                part.is_none_or(|part| constant.values.iter().any(|fixed| same(fixed, part)))
            };
            if !variant.constants.iter().all(has) {
                continue;
            }
            self.unknown = before;
            let left = variant.ty.as_ref().and_then(|ty| self.value(ty, value));
            let Some(left) = left else { continue };
            let rank = (self.unknown - before, lost(value, &left));
            if best.as_ref().is_none_or(|(best, ..)| rank < *best) {
                best = Some((rank, variant, left));
            }
        }
        self.unknown = before;
        let ((unknown, _), variant, left) = best?;
        self.unknown += unknown;
        Some((variant, left))
    }
}

/// Returns whether two numbers, or other values, are equal.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64() == right.as_f64()
        }
        _ => left == right,
    }
}

/// Returns the number of parts that are missing or different in another value.
fn lost(value: &Value, left: &Value) -> usize {
    match (value, left) {
        (Value::Array(values), Value::Array(left)) if values.len() == left.len() => {
            let pairs = values.iter().zip(left);
            pairs.map(|(value, left)| lost(value, left)).sum()
        }
        (Value::Object(values), Value::Object(left)) => {
            let parts = values.iter().map(|(key, value)| match left.get(key) {
                Some(left) => lost(value, left),
                None => size(value),
            });
            let added = left.keys().filter(|key| !values.contains_key(*key));
            parts.sum::<usize>() + added.count()
        }
        _ if same(value, left) => 0,
        _ => size(value),
    }
}

/// Returns the number of values that a value contains, including itself.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(values) => values.values().map(size).sum(),
        _ => 0,
    }
}
