//! Defaults of properties: whether a field has a value where its property is absent.

use std::collections::HashSet;

use crate::model::{Field, TagGroup, Type, TypeId, TypeKind, TypeRef, has_literal};

/// Keeps the defaults that a field can have, of those that lowering has found.
///
/// A property that is absent from the body of a `PATCH` is one that stays as it is (RFC 5789 §2), and no default.
pub(super) fn assume(types: &mut [Type], groups: &[TagGroup]) {
    let patched = patched(types, groups);
    let mut assumed: Vec<(usize, usize)> = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let TypeKind::Struct(body) = &ty.kind else {
            continue;
        };
        let fields = body.fields.iter().enumerate();
        let has_default = |field: &Field| {
            let default = field.default.as_ref();
            let default = default.filter(|default| !default.is_null());
            field.assumed
                && !field.required
                && !field.boxed
                && default.is_some_and(|default| has_literal(types, &field.ty, default))
        };
        let fields = fields.filter(|(_, field)| !patched.contains(&index) && has_default(field));
        assumed.extend(fields.map(|(field, _)| (index, field)));
    }
    let assumed: HashSet<(usize, usize)> = assumed.into_iter().collect();
    let failures = failures(groups);
    for (index, ty) in types.iter_mut().enumerate() {
        let TypeKind::Struct(body) = &mut ty.kind else {
            continue;
        };
        for (place, field) in body.fields.iter_mut().enumerate() {
            // Only the presence of a failure is significant.
            field.assumed =
                assumed.contains(&(index, place)) && !failures.contains(&*field.property);
        }
    }
}

/// Returns the types in the body of a `PATCH`.
fn patched(types: &[Type], groups: &[TagGroup]) -> HashSet<usize> {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let patches = operations.filter(|operation| operation.method == "PATCH");
    let bodies = patches.filter_map(|operation| operation.body.as_ref());
    let media = bodies.flat_map(|body| &body.media);
    let mut pending: Vec<TypeId> = media.flat_map(|media| named(&media.ty)).collect();
    let mut found = HashSet::new();
    while let Some(id) = pending.pop() {
        if found.insert(id.0) {
            pending.extend(types[id.0].parts().into_iter().flat_map(named));
        }
    }
    found
}

/// Returns the named types in a type.
fn named(ty: &TypeRef) -> Vec<TypeId> {
    match ty {
        TypeRef::Named(id) => vec![*id],
        TypeRef::List(inner)
        | TypeRef::Map(inner)
        | TypeRef::Nullable(inner)
        | TypeRef::JsonText(inner) => named(inner),
        TypeRef::Tuple(items) => items.iter().flat_map(named).collect(),
        _ => Vec::new(),
    }
}

/// Returns the properties by which responses report failures.
fn failures(groups: &[TagGroup]) -> HashSet<&str> {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let responses = operations.flat_map(|operation| &operation.responses);
    let media = responses.flat_map(|response| &response.media);
    let failures = media.filter_map(|media| media.failure.as_ref());
    failures.map(|failure| failure.property.as_str()).collect()
}
