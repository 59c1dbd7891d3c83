//! Determines which types report failures, and which of their fields contain the message.
//!
//! A schema declares it by `x-error: {message: [property, …], source: property}`; for one that does not, and is used in
//! an error response, the usual names of such properties are assumed.

use oas_document::{Node, openapi};
use oas_wire::error_body::{IDENTIFIERS, SENTENCES};

use crate::model::{
    ErrorRole, Field, MediaKind, Struct, TagGroup, Type, TypeId, TypeKind, TypeRef,
};

/// Returns the role that `x-error` gives a schema, in names of fields.
pub(super) fn role(schema: Node<'_>, fields: &[Field]) -> Option<ErrorRole> {
    let listed = openapi::error_properties(schema)?;
    let field = |property: &str| fields.iter().find(|field| field.property == property);
    let message = listed.message.into_iter().filter_map(field);
    let source = listed.source.and_then(field);
    Some(ErrorRole::Message {
        fields: message
            .filter(|field| is_shown(field))
            .map(|field| field.name.clone())
            .collect(),
        source: source.map(|field| field.name.clone()),
    })
}

/// Sets the role of every struct that is the body of an error response, and of the struct that it wraps.
pub(super) fn error_roles(types: &mut [Type], groups: &[TagGroup]) {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let failures = operations
        .flat_map(|operation| &operation.responses)
        .filter(|response| !response.status.is_success());
    let bodies = failures
        .flat_map(|response| &response.media)
        .filter(|media| media.kind == MediaKind::Json);
    let ids: Vec<TypeId> = bodies.filter_map(|media| named(&media.ty)).collect();
    for id in ids {
        give_role(types, id);
    }
    // A cause has to be an error itself.
    let is_error: Vec<bool> = types.iter().map(|ty| ty.error.is_some()).collect();
    for ty in types {
        let fields = match &ty.kind {
            TypeKind::Struct(Struct { fields, .. }) => fields.as_slice(),
            _ => &[],
        };
        if let Some(ErrorRole::Message { source, .. }) = &mut ty.error {
            let found = fields
                .iter()
                .find(|field| Some(&field.name) == source.as_ref());
            if !found
                .and_then(|field| named(&field.ty))
                .is_some_and(|id| is_error[id.0])
            {
                *source = None;
            }
        }
    }
}

fn give_role(types: &mut [Type], id: TypeId) {
    let Some(Type {
        error: None,
        kind: TypeKind::Struct(body),
        ..
    }) = types.get(id.0)
    else {
        return;
    };
    let inner = wrapped(types, body);
    let role = match &inner {
        Some((field, _)) => ErrorRole::Wraps(field.clone()),
        None => ErrorRole::Message {
            fields: message(body),
            source: None,
        },
    };
    types[id.0].error = Some(role);
    if let Some((_, inner)) = inner {
        give_role(types, inner);
    }
}

/// Returns the field that an envelope wraps: always present, a struct, and the only field that describes the error.
fn wrapped(types: &[Type], body: &Struct) -> Option<(String, TypeId)> {
    let is_struct = |id: &TypeId| {
        matches!(
            types.get(id.0).map(|ty| &ty.kind),
            Some(TypeKind::Struct(_))
        )
    };
    let mut candidates = body.fields.iter().filter_map(|field| {
        let id = named(&field.ty).filter(is_struct)?;
        (field.required && !field.boxed && !matches!(field.ty, TypeRef::Nullable(_)))
            .then(|| (field.name.clone(), id))
    });
    let only = candidates.next().filter(|_| candidates.next().is_none());
    only.filter(|_| message(body).is_empty())
}

fn message(body: &Struct) -> Vec<String> {
    let find = |name: &&str| {
        body.fields
            .iter()
            .find(|field| field.name == *name && is_shown(field))
    };
    IDENTIFIERS
        .iter()
        .chain(&SENTENCES)
        .filter_map(find)
        .map(|field| field.name.clone())
        .collect()
}

/// Returns whether a value of the field can be part of a message: a string, or a numeric code.
fn is_shown(field: &Field) -> bool {
    let ty = match &field.ty {
        TypeRef::Nullable(inner) => inner,
        ty => ty,
    };
    matches!(ty, TypeRef::String | TypeRef::Integer(_))
}

fn named(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Nullable(inner) => named(inner),
        _ => None,
    }
}
