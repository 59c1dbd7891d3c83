//! Boxes recursive fields: a struct that contains itself without a list or a map between has to hold itself behind a pointer.

use crate::model::{Type, TypeId, TypeKind, TypeRef};

/// Boxes every field and variant through which a type contains itself by value.
pub(super) fn box_cycles(types: &mut [Type]) {
    let component = components(types);
    for index in 0..types.len() {
        let own = component[index];
        let recursive = |ty: &TypeRef| {
            let mut held = held_by_value(ty).into_iter();
            held.any(|target| component[target.0] == own)
        };
        match &mut types[index].kind {
            TypeKind::Struct(body) => {
                for field in &mut body.fields {
                    field.boxed = recursive(&field.ty);
                }
            }
            TypeKind::Union(union) => {
                for variant in &mut union.variants {
                    variant.boxed = variant.ty.as_ref().is_some_and(&recursive);
                }
            }
            // A tuple has no place for a box.
            TypeKind::Newtype(target)
                if matches!(target, TypeRef::Tuple(_)) && recursive(target) =>
            {
                *target = TypeRef::List(Box::new(TypeRef::Json));
            }
            TypeKind::Enum(_)
            | TypeKind::Alias(_)
            | TypeKind::Newtype(_)
            | TypeKind::Foreign(_) => {}
        }
    }
}

/// Returns the named types that a value of this type contains directly, not behind a list or a map.
fn held_by_value(ty: &TypeRef) -> Vec<TypeId> {
    match ty {
        TypeRef::Named(id) => vec![*id],
        TypeRef::Nullable(inner) => held_by_value(inner),
        TypeRef::Tuple(items) => items.iter().flat_map(held_by_value).collect(),
        _ => Vec::new(),
    }
}

fn successors(ty: &Type) -> Vec<usize> {
    let refs: Vec<&TypeRef> = match &ty.kind {
        TypeKind::Struct(body) => body.fields.iter().map(|field| &field.ty).collect(),
        TypeKind::Union(union) => union.types().collect(),
        TypeKind::Newtype(target) | TypeKind::Alias(target) => vec![target],
        TypeKind::Enum(_) | TypeKind::Foreign(_) => Vec::new(),
    };
    refs.into_iter()
        .flat_map(held_by_value)
        .map(|id| id.0)
        .collect()
}

/// Numbers the strongly connected components (Tarjan, without recursion: documents choose the depth). A type that is
/// alone and does not hold itself has a component of its own, so nothing in it is boxed. What a component holds by value has a
/// lower number.
pub(super) fn components(types: &[Type]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let edges: Vec<Vec<usize>> = types.iter().map(successors).collect();
    let mut order = vec![UNSEEN; types.len()];
    let mut low = vec![UNSEEN; types.len()];
    let mut component = vec![UNSEEN; types.len()];
    let (mut next, mut count) = (0, 0);
    let mut path = Vec::new();
    for start in 0..types.len() {
        if order[start] != UNSEEN {
            continue;
        }
        let mut work = vec![(start, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                order[node] = next;
                low[node] = next;
                next += 1;
                path.push(node);
            }
            if let Some(&target) = edges[node].get(edge) {
                work.push((node, edge + 1));
                if order[target] == UNSEEN {
                    work.push((target, 0));
                } else if component[target] == UNSEEN {
                    low[node] = low[node].min(order[target]);
                }
                continue;
            }
            if low[node] == order[node] {
                while let Some(member) = path.pop() {
                    component[member] = count;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
            if let Some(&(parent, _)) = work.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    component
}
