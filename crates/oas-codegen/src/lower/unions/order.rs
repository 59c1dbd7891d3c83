//! Orders alternatives: of two that represent a value completely, the narrower one is tried first.

use std::cmp::Reverse;

use crate::model::{Field, Tagging, Type, TypeKind, TypeRef};

/// Types lead to types; what leads further than this leads back.
const MAX_DEPTH: usize = 8;

/// Orders the alternatives of all unions that are distinguished by their content.
pub(in crate::lower) fn order(types: &mut [Type]) {
    for index in 0..types.len() {
        let TypeKind::Union(union) = &types[index].kind else {
            continue;
        };
        if !matches!(union.tagging, Tagging::Content(_)) {
            continue;
        }
        let mut order: Vec<usize> = (0..union.variants.len()).collect();
        order.sort_by_key(|&variant| {
            let variant = &union.variants[variant];
            let width = variant.ty.as_ref().map(|ty| width(types, ty, 0));
            (width, Reverse(variant.constants.len()))
        });
        if let TypeKind::Union(union) = &mut types[index].kind {
            union.tagging = Tagging::Content(order);
        }
    }
}

/// Returns how wide a type is, compared with others that accept the same value: by its kind, and for structs by the
/// number of fields that are enums.
fn width(types: &[Type], ty: &TypeRef, depth: usize) -> (u8, Reverse<usize>) {
    let kind = |kind| (kind, Reverse(0));
    match ty {
        TypeRef::Tuple(_) => kind(0),
        TypeRef::Bool
        | TypeRef::Integer(_)
        | TypeRef::Formatted(_)
        | TypeRef::JsonText(_)
        | TypeRef::Base64 => kind(1),
        TypeRef::Float | TypeRef::String | TypeRef::Bytes => kind(2),
        TypeRef::Map(_) => kind(4),
        TypeRef::JsonObject => kind(5),
        TypeRef::Json => kind(6),
        TypeRef::List(inner) | TypeRef::Nullable(inner) => width(types, inner, depth),
        TypeRef::Named(_) if depth == MAX_DEPTH => kind(3),
        TypeRef::Named(id) => match &types[id.0].kind {
            TypeKind::Enum(_) => kind(0),
            TypeKind::Union(_) | TypeKind::Foreign(_) => kind(3),
            TypeKind::Alias(inner) | TypeKind::Newtype(inner) => width(types, inner, depth + 1),
            TypeKind::Struct(body) => {
                let is_enum = |field: &&Field| match &field.ty {
                    TypeRef::Named(id) => matches!(types[id.0].kind, TypeKind::Enum(_)),
                    _ => false,
                };
                let enums = body.fields.iter().filter(is_enum).count();
                match body.additional {
                    Some(_) => (3, Reverse(enums)),
                    None => (0, Reverse(enums)),
                }
            }
        },
    }
}
