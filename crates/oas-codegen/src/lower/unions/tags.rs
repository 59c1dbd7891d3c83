//! Tags that constructors fill in: the only value of a discriminating property that chooses a type.

use std::collections::HashMap;

use crate::model::{Tagging, Type, TypeId, TypeKind, TypeRef};

/// Makes a constant of the discriminating property of each struct that one tag chooses, in all unions that have it as a variant.
pub(in crate::lower) fn fill(types: &mut [Type]) {
    let mut chosen: HashMap<(TypeId, String), Option<String>> = HashMap::new();
    for ty in types.iter() {
        let TypeKind::Union(union) = &ty.kind else {
            continue;
        };
        let Tagging::Property { name, .. } = &union.tagging else {
            continue;
        };
        for variant in &union.variants {
            let Some(TypeRef::Named(id)) = variant.ty else {
                continue;
            };
            let tag = match variant.tags.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            chosen
                .entry((id, name.clone()))
                .and_modify(|known| {
                    if *known != tag {
                        *known = None;
                    }
                })
                .or_insert(tag);
        }
    }
    for ((id, property), tag) in chosen {
        let (Some(tag), TypeKind::Struct(body)) = (tag, &mut types[id.0].kind) else {
            continue;
        };
        let fields = body.fields.iter_mut();
        for field in fields.filter(|field| field.required && field.property == property) {
            field.constant.get_or_insert(tag.clone().into());
        }
    }
}
