//! Emits the fields of responses, which `--fields` selects among: for each type its properties, and the types that they lead to.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use oas_wire::style::Value;

use crate::model::{Api, MediaKind, Operation, Tagging, TypeId, TypeKind, TypeRef};

/// A place that can have any fields.
const ANY: &str = "*";

/// The most aliases that are followed: an alias can lead to itself.
const MAX_DEPTH: usize = 32;

/// Collects the types that responses consist of.
///
/// A place of a response is written as the name of its type, in brackets if it is a list, and with bars between the types
/// that it can have. It is left out for scalars, and `*` where the document does not name all properties.
pub(super) struct ResponseTypes<'a> {
    api: &'a Api,
    /// Types that are yet to be described.
    wanted: Vec<TypeId>,
    known: BTreeSet<TypeId>,
}

impl<'a> ResponseTypes<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self {
            api,
            wanted: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    /// Returns the place that a successful response of an operation is; `None` if it can have any fields.
    pub(super) fn of(&mut self, operation: &Operation) -> Option<Value> {
        let successes = operation.responses.iter();
        let successes = successes.filter(|response| response.status.is_success());
        let media = successes.flat_map(|response| &response.media);
        let media =
            media.filter(|media| matches!(media.kind, MediaKind::Json | MediaKind::Items(_)));
        let places = media.map(|media| self.place(&media.ty, 0)).collect();
        let place = joined(places);
        (!matches!(place.as_str(), "" | ANY)).then_some(Value::String(place))
    }

    fn place(&mut self, ty: &TypeRef, depth: usize) -> String {
        match ty {
            TypeRef::Bool
            | TypeRef::Integer(_)
            | TypeRef::Float
            | TypeRef::String
            | TypeRef::Formatted(_)
            | TypeRef::JsonText(_)
            | TypeRef::Bytes
            | TypeRef::Base64 => String::new(),
            TypeRef::Json | TypeRef::JsonObject | TypeRef::Tuple(_) | TypeRef::Map(_) => {
                ANY.to_owned()
            }
            TypeRef::List(item) => match self.place(item, depth) {
                item if matches!(item.as_str(), "" | ANY) => item,
                item => {
                    let items = item.split('|').map(|item| match item.starts_with('[') {
                        true => item.to_owned(),
                        false => format!("[{item}]"),
                    });
                    items.collect::<Vec<_>>().join("|")
                }
            },
            TypeRef::Nullable(inner) => self.place(inner, depth),
            TypeRef::Named(id) => match &self.api.type_of(*id).kind {
                TypeKind::Alias(inner) if depth < MAX_DEPTH => {
                    self.place(&inner.clone(), depth + 1)
                }
                TypeKind::Alias(_) | TypeKind::Newtype(_) | TypeKind::Foreign(_) => ANY.to_owned(),
                TypeKind::Enum(_) => String::new(),
                TypeKind::Struct(_) | TypeKind::Union(_) => {
                    if self.known.insert(*id) {
                        self.wanted.push(*id);
                    }
                    self.api.type_of(*id).name.clone()
                }
            },
        }
    }

    /// Returns the types that responses consist of, by their names, in the order of the document.
    pub(super) fn types(mut self) -> Vec<(String, Value)> {
        let mut types = Vec::new();
        while let Some(id) = self.wanted.pop() {
            let mut fields = IndexMap::new();
            let is_closed = self.fields(id, &mut fields, 0);
            let fields = fields.into_iter();
            let described = match is_closed {
                true => Value::Array(
                    fields
                        .map(|(name, places)| match joined(places) {
                            place if place.is_empty() => Value::String(name),
                            place => Value::Object(vec![(name, Value::String(place))]),
                        })
                        .collect(),
                ),
                false => Value::String(ANY.to_owned()),
            };
            let ty = self.api.type_of(id);
            types.push((ty.order, ty.name.clone(), described));
        }
        types.sort_by_key(|(order, ..)| *order);
        let types = types.into_iter();
        types.map(|(_, name, fields)| (name, fields)).collect()
    }

    /// Adds the properties of a type with the places that they lead to, and returns whether there are no others.
    fn fields(
        &mut self,
        id: TypeId,
        into: &mut IndexMap<String, Vec<String>>,
        depth: usize,
    ) -> bool {
        let mut add = |name: &str, place: String| {
            into.entry(name.to_owned()).or_default().push(place);
        };
        let api = self.api;
        match &api.type_of(id).kind {
            TypeKind::Struct(body) => {
                for field in &body.fields {
                    add(&field.property, self.place(&field.ty, 0));
                }
                body.additional.is_none()
            }
            TypeKind::Union(union) => {
                match &union.tagging {
                    Tagging::Property { name, .. } => add(name, String::new()),
                    Tagging::Key => {
                        for variant in &union.variants {
                            let place = variant.ty.as_ref().map(|ty| self.place(ty, 0));
                            if let (Some(tag), Some(place)) = (variant.tags.first(), place) {
                                add(tag, place);
                            }
                        }
                        return true;
                    }
                    Tagging::Content(_) => {}
                }
                let types: Vec<&TypeRef> = union.types().collect();
                types
                    .into_iter()
                    .all(|ty| self.fields_of(ty, into, depth + 1))
            }
            TypeKind::Enum(_) => true,
            TypeKind::Alias(inner) => self.fields_of(&inner.clone(), into, depth + 1),
            TypeKind::Newtype(_) | TypeKind::Foreign(_) => false,
        }
    }

    /// Adds the properties of an alternative of a union.
    fn fields_of(
        &mut self,
        ty: &TypeRef,
        into: &mut IndexMap<String, Vec<String>>,
        depth: usize,
    ) -> bool {
        match ty {
            TypeRef::Named(id) if depth < MAX_DEPTH => self.fields(*id, into, depth),
            TypeRef::Nullable(inner) | TypeRef::List(inner) => self.fields_of(inner, into, depth),
            ty => self.place(ty, 0).is_empty(),
        }
    }
}

/// Joins the places that a value can be, without repetitions.
fn joined(places: Vec<String>) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for place in places.iter().flat_map(|place| place.split('|')) {
        if place == ANY {
            return ANY.to_owned();
        }
        if !place.is_empty() && !distinct.contains(&place) {
            distinct.push(place);
        }
    }
    distinct.join("|")
}
