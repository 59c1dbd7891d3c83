//! Boxes large fields: structs are passed by value, and each function that one passes through reserves its size on the stack.
//!
//! Decoding takes many times the size of a struct, about fifty times without optimization: each field, each result and each
//! value that is moved has a place of its own, and no two of them share one. Futures and enums of responses hold structs as
//! well. A few schemas that contain one another several times make a struct of any size, for which no thread has the stack.

use super::recursion::components;
use crate::model::{Type, TypeKind, TypeRef};

/// The most bytes that a struct takes by value, as far as boxes can achieve that: the largest of its fields are boxed. A
/// thread with a stack of 2 MiB, as tests and tokio's workers have, decodes ten such structs within each other.
const MAX_SIZE: usize = 4 * 1024;

/// Values of fewer bytes are not boxed.
const SMALLEST: usize = 128;

/// The sizes of Rust's types on 64-bit machines: of `Box`, of `String` and collections, of any JSON value, and of a text with
/// its parsed value, the largest of which is a URL.
const POINTER: usize = 8;
const COLLECTION: usize = 24;
const JSON: usize = 32;
const FORMATTED: usize = 112;

/// Boxes the largest fields of structs, and variants of unions, that take too many bytes by value.
///
/// Fields of one size are boxed together, so that the result depends on the schemas and not on their order. What
/// [`box_cycles`](super::recursion::box_cycles) has boxed counts as a pointer.
pub(super) fn box_large(types: &mut [Type]) {
    let component = components(types);
    let is_wrapper = |ty: &Type| matches!(ty.kind, TypeKind::Alias(_) | TypeKind::Newtype(_));
    // What a type holds by value is in an earlier component, or is a wrapper within its own.
    let mut order: Vec<usize> = (0..types.len()).collect();
    order.sort_by_key(|&index| (component[index], is_wrapper(&types[index])));
    let mut sizes = Sizes(vec![None; types.len()]);
    for index in order {
        let mut parts = sizes.of_parts(types, index);
        let size = match &mut types[index].kind {
            TypeKind::Struct(body) => {
                let other = body.additional.as_ref().map_or(0, |_| COLLECTION);
                while parts.iter().sum::<usize>() + other > MAX_SIZE {
                    let largest = parts.iter().copied().max().unwrap_or_default();
                    if largest < SMALLEST {
                        break;
                    }
                    for (field, size) in body.fields.iter_mut().zip(&mut parts) {
                        if *size == largest {
                            field.boxed = true;
                            *size = POINTER;
                        }
                    }
                }
                parts.iter().sum::<usize>() + other
            }
            TypeKind::Union(union) => {
                for (variant, size) in union.variants.iter_mut().zip(&mut parts) {
                    if *size > MAX_SIZE {
                        variant.boxed = true;
                        *size = POINTER;
                    }
                }
                POINTER + parts.into_iter().fold(JSON, usize::max)
            }
            TypeKind::Alias(_) | TypeKind::Newtype(_) => parts.into_iter().sum(),
            TypeKind::Enum(_) | TypeKind::Foreign(_) => COLLECTION,
        };
        sizes.0[index] = Some(size);
    }
}

/// The sizes of the types so far.
struct Sizes(Vec<Option<usize>>);

impl Sizes {
    /// Returns the sizes of the fields or variants of a type.
    fn of_parts(&self, types: &[Type], index: usize) -> Vec<usize> {
        let of = |ty: &TypeRef, boxed| match boxed {
            true => POINTER,
            false => self.of(types, ty),
        };
        match &types[index].kind {
            TypeKind::Struct(body) => {
                let fields = body.fields.iter();
                fields.map(|field| of(&field.ty, field.boxed)).collect()
            }
            TypeKind::Union(union) => {
                let variants = union.variants.iter();
                let of = |(ty, boxed): (Option<&TypeRef>, bool)| ty.map_or(0, |ty| of(ty, boxed));
                variants
                    .map(|variant| of((variant.ty.as_ref(), variant.boxed)))
                    .collect()
            }
            TypeKind::Alias(inner) | TypeKind::Newtype(inner) => vec![self.of(types, inner)],
            TypeKind::Enum(_) | TypeKind::Foreign(_) => Vec::new(),
        }
    }

    /// Returns the size of a type where it is used. It includes what `Option` adds to a number, and no other padding.
    fn of(&self, types: &[Type], ty: &TypeRef) -> usize {
        match ty {
            TypeRef::Bool => 1,
            TypeRef::Integer("i128") => 32,
            TypeRef::Integer(_) | TypeRef::Float => 16,
            TypeRef::String
            | TypeRef::Base64
            | TypeRef::Bytes
            | TypeRef::List(_)
            | TypeRef::Map(_)
            | TypeRef::JsonObject => COLLECTION,
            TypeRef::Json => JSON,
            TypeRef::Formatted(_) => FORMATTED,
            TypeRef::JsonText(inner) => COLLECTION + self.of(types, inner),
            TypeRef::Nullable(inner) => self.of(types, inner),
            TypeRef::Tuple(items) => items.iter().map(|item| self.of(types, item)).sum(),
            TypeRef::Named(id) => self.0[id.0].unwrap_or_else(|| match &types[id.0].kind {
                TypeKind::Alias(inner) | TypeKind::Newtype(inner) => self.of(types, inner),
                _ => POINTER,
            }),
        }
    }
}
