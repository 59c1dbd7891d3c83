//! Emits `Display` and `Error` of types that report failures.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::holds_integer;
use crate::model::{ErrorRole, Field, Type, TypeKind, TypeRef};
use crate::names::{ident, snake};

/// Emits `Display` and `Error`, for a type that reports failures.
pub(super) fn error(ty: &Type, role: &ErrorRole) -> TokenStream {
    let name = ident(&ty.name);
    let fields = match &ty.kind {
        TypeKind::Struct(body) => body.fields.as_slice(),
        _ => &[],
    };
    let find = |name: &String| fields.iter().find(|field| field.name == *name);
    match role {
        ErrorRole::Wraps(field) => {
            let field = ident(field);
            quote! {
                impl std::fmt::Display for #name {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.#field.fmt(f) }
                }

                impl std::error::Error for #name {
                    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> { self.#field.source() }
                }
            }
        }
        ErrorRole::Message {
            fields: message,
            source,
        } => {
            let message: Vec<&Field> = message.iter().filter_map(find).collect();
            let of_one_type = message.iter().all(|field| !holds_integer(&field.ty));
            let parts = message.into_iter().map(|field| {
                let part = message_part(field);
                if of_one_type {
                    part
                } else {
                    quote!(#part.map(|part| part as &dyn std::fmt::Display))
                }
            });
            let parts: Vec<TokenStream> = parts.collect();
            let what = format!("{} without a message", snake(&ty.name).replace('_', " "));
            let source = source.as_ref().and_then(find).map(source_body);
            let source = source.map(|body| {
                quote! {
                    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> { #body }
                }
            });
            let body = if parts.is_empty() {
                quote!(f.write_str(#what))
            } else {
                quote! {
                    let parts = [#(#parts),*];
                    let mut separator = "";
                    for part in parts.into_iter().flatten() {
                        write!(f, "{separator}{part}")?;
                        separator = ": ";
                    }
                    if separator.is_empty() { f.write_str(#what) } else { Ok(()) }
                }
            };
            quote! {
                impl std::fmt::Display for #name {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { #body }
                }

                impl std::error::Error for #name { #source }
            }
        }
    }
}

/// Emits a field's part of a message, as an `Option<&dyn Display>`-like expression over strings.
fn message_part(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    let nullable = matches!(field.ty, TypeRef::Nullable(_));
    match (field.has_value(), nullable) {
        (true, false) => quote!(Some(&self.#name)),
        (true, true) | (false, false) => quote!(self.#name.as_ref()),
        (false, true) => quote!(self.#name.as_ref().and_then(Option::as_ref)),
    }
}

fn source_body(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    let nullable = matches!(field.ty, TypeRef::Nullable(_));
    let error = if field.boxed {
        quote!(error.as_ref())
    } else {
        quote!(error)
    };
    match (field.has_value(), nullable) {
        (true, false) => {
            let borrow = if field.boxed {
                quote!(self.#name.as_ref())
            } else {
                quote!(&self.#name)
            };
            quote!(Some(#borrow))
        }
        (true, true) | (false, false) => quote!(self.#name.as_ref().map(|error| #error as _)),
        (false, true) => quote! {
            let error = self.#name.as_ref().and_then(Option::as_ref)?;
            Some(#error)
        },
    }
}
