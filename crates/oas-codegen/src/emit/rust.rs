//! Tokens for model types.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Api, TypeRef};
use crate::names::ident;
use crate::symbols::json::{MAP, VALUE};
use crate::symbols::types::BASE64;

/// How a type is written, with this path before named types.
pub(super) fn type_tokens(api: &Api, ty: &TypeRef, path: &TokenStream) -> TokenStream {
    match ty {
        TypeRef::Bool => quote!(bool),
        TypeRef::Integer(name) | TypeRef::Float(name) => {
            let name = ident(name);
            quote!(#name)
        }
        TypeRef::String => quote!(String),
        // In the crate of the types it is the runtime's; from there on it is one of them.
        TypeRef::Base64 if path.is_empty() => quote!(#BASE64),
        TypeRef::Base64 => quote!(#path Base64),
        TypeRef::Bytes => quote!(Vec<u8>),
        TypeRef::Json => quote!(#VALUE),
        TypeRef::JsonObject => quote!(#MAP<String, #VALUE>),
        TypeRef::List(item) => {
            let item = type_tokens(api, item, path);
            quote!(Vec<#item>)
        }
        TypeRef::Map(value) => {
            let value = type_tokens(api, value, path);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        TypeRef::Nullable(inner) => {
            let inner = type_tokens(api, inner, path);
            quote!(Option<#inner>)
        }
        TypeRef::Named(id) => {
            let name = ident(&api.type_of(*id).name);
            quote!(#path #name)
        }
    }
}

/// Parameter type and conversion of a setter: strings and lists take all that converts into them.
pub(super) fn setter(api: &Api, ty: &TypeRef, path: &TokenStream) -> (TokenStream, TokenStream) {
    match ty {
        TypeRef::String => (quote!(impl Into<String>), quote!(value.into())),
        TypeRef::List(item) => match &**item {
            TypeRef::String => (
                quote!(impl IntoIterator<Item = impl Into<String>>),
                quote!(value.into_iter().map(Into::into).collect()),
            ),
            item => {
                let item = type_tokens(api, item, path);
                (
                    quote!(impl IntoIterator<Item = #item>),
                    quote!(value.into_iter().collect()),
                )
            }
        },
        TypeRef::Nullable(_) | TypeRef::Json => {
            let ty = type_tokens(api, ty, path);
            (quote!(impl Into<#ty>), quote!(value.into()))
        }
        _ => (type_tokens(api, ty, path), quote!(value)),
    }
}

/// The conversion of a setter, applied to a variable of another name.
pub(super) fn rename_value(conversion: &TokenStream, name: &proc_macro2::Ident) -> TokenStream {
    conversion
        .clone()
        .into_iter()
        .map(|token| match &token {
            proc_macro2::TokenTree::Ident(found) if found == "value" => name.clone().into(),
            _ => token,
        })
        .collect()
}

/// `Debug` for a struct, with what to show in the place of each field.
pub(super) fn debug(
    generics: &TokenStream,
    name: &proc_macro2::Ident,
    fields: impl IntoIterator<Item = (String, TokenStream)>,
) -> TokenStream {
    let shown = name.to_string();
    let fields = fields
        .into_iter()
        .map(|(label, value)| quote!(.field(#label, &#value)));
    quote! {
        impl std::fmt::Debug for #name #generics {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#shown) #(#fields)* .finish()
            }
        }
    }
}

/// An attribute for a constructor with this many parameters: clippy draws the line at seven.
pub(super) fn crowded(parameters: usize) -> Option<TokenStream> {
    let reason = "all of them are required";
    (parameters > 7).then(|| quote!(#[expect(clippy::too_many_arguments, reason = #reason)]))
}
