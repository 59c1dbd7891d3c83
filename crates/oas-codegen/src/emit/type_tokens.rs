//! Tokens for model types.

use oas_document::openapi::Method;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{Api, FormField, Framing, Operation, Serialization, TypeRef};
use crate::names::ident;
use crate::symbols::Symbol;
use crate::symbols::json::{MAP, VALUE};
use crate::symbols::lazy::LAZY_LOCK;
use crate::symbols::types::{BASE64, JSON_TEXT, LENIENT};

/// Emits a type, with this path before named types.
pub(super) fn type_tokens(api: &Api, ty: &TypeRef, path: &TokenStream) -> TokenStream {
    match ty {
        TypeRef::Bool => quote!(bool),
        TypeRef::Integer(name) => {
            let name = ident(name);
            quote!(#name)
        }
        TypeRef::Float => quote!(f64),
        TypeRef::String => quote!(String),
        // In the crate of the types it is the runtime's; from there on it is one of them.
        TypeRef::Base64 if path.is_empty() => quote!(#BASE64),
        TypeRef::Base64 => quote!(#path Base64),
        TypeRef::Formatted(format) => {
            let value = Symbol::external(format.path().to_owned());
            // As with Base64.
            match path.is_empty() {
                true => quote!(#LENIENT<#value>),
                false => quote!(#path Lenient<#value>),
            }
        }
        TypeRef::JsonText(value) => {
            let (name, value) = (json_text(path), type_tokens(api, value, path));
            quote!(#name<#value>)
        }
        TypeRef::Bytes => quote!(Vec<u8>),
        TypeRef::Json => quote!(#VALUE),
        TypeRef::JsonObject => quote!(#MAP<String, #VALUE>),
        TypeRef::List(item) => {
            let item = type_tokens(api, item, path);
            quote!(Vec<#item>)
        }
        TypeRef::Tuple(items) => {
            let items = items.iter().map(|item| type_tokens(api, item, path));
            quote!((#(#items,)*))
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

/// Emits the type of texts that are JSON: the runtime's in the crate of the types, and from there on one of them.
pub(super) fn json_text(path: &TokenStream) -> TokenStream {
    match path.is_empty() {
        true => quote!(#JSON_TEXT),
        false => quote!(#path JsonText),
    }
}

/// Emits the static of an operation, with `head` before its name and `calls` after its constructor.
///
/// Methods without a constant in HTTP libraries are constructed on the first use of the static.
pub(super) fn operation_static(
    operation: &Operation,
    head: &TokenStream,
    [ty, method]: [&Symbol; 2],
    calls: &TokenStream,
) -> TokenStream {
    let name = ident(&operation.const_name);
    let (id, path) = (&operation.id, &operation.path);
    let verb = operation.method.as_str();
    if Method::ALL.iter().any(|known| known.as_str() == verb) {
        let constant = ident(verb);
        return quote!(#head pub static #name: #ty = #ty::new(#id, #method::#constant, #path) #calls;);
    }
    let bytes = Literal::byte_string(verb.as_bytes());
    quote! {
        #head
        pub static #name: #LAZY_LOCK<#ty> = #LAZY_LOCK::new(|| {
            let method = #method::from_bytes(#bytes).unwrap_or_default();
            #ty::new(#id, method, #path) #calls
        });
    }
}

/// Emits a variant of the runtime's enum of framings.
pub(super) fn framing(framing: Framing, ty: &Symbol) -> TokenStream {
    match framing {
        Framing::Lines => quote!(#ty::Lines),
        Framing::Sequence => quote!(#ty::Sequence),
        Framing::Events => quote!(#ty::Events),
        Framing::JsonEvents => quote!(#ty::JsonEvents),
        Framing::Parts => quote!(#ty::Parts),
    }
}

/// Emits `.explode(…)`, unless the value is the default of the style.
pub(super) fn explode(serialization: Serialization) -> Option<TokenStream> {
    let explode = serialization.is_exploded();
    let default = serialization.style()?.default_explode();
    (explode != default).then(|| quote!(.explode(#explode)))
}

/// The longest chain of calls.
pub(super) const MAX_CHAIN_LEN: usize = 50;

/// Calls one after the other, as one expression. Many become statements of a block: rustfmt takes time and memory for a
/// chain that grow with the square of its length. The name of their variable is that of no parameter and no header, which do
/// not end with an underscore.
pub(super) fn chain(head: &TokenStream, calls: &[TokenStream]) -> TokenStream {
    if calls.len() <= MAX_CHAIN_LEN {
        return quote!(#head #(#calls)*);
    }
    let (first, others) = calls.split_at(MAX_CHAIN_LEN);
    let others = others
        .chunks(MAX_CHAIN_LEN)
        .map(|calls| quote!(let chain_ = chain_ #(#calls)*;));
    quote!({ let chain_ = #head #(#first)*; #(#others)* chain_ })
}

/// Returns the parameter type and the conversion of a setter: strings and lists accept every type that converts to
/// them.
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
        TypeRef::Nullable(_) | TypeRef::Formatted(_) | TypeRef::JsonText(_) | TypeRef::Json => {
            let ty = type_tokens(api, ty, path);
            (quote!(impl Into<#ty>), quote!(value.into()))
        }
        _ => (type_tokens(api, ty, path), quote!(value)),
    }
}

/// Applies the conversion of a setter to a variable of another name.
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

/// Emits `Debug` for a struct, with the expression to format for each field.
pub(super) fn debug(
    generics: &TokenStream,
    name: &proc_macro2::Ident,
    fields: impl IntoIterator<Item = (String, TokenStream)>,
) -> TokenStream {
    let shown = name.to_string();
    let fields = fields
        .into_iter()
        .map(|(label, value)| quote!(.field(#label, &#value)));
    let fields: Vec<TokenStream> = fields.collect();
    let body = match fields.len() > MAX_CHAIN_LEN {
        // `field` takes its receiver by reference, which a chain of statements could not return.
        true => quote! {
            let mut debug = f.debug_struct(#shown);
            #(debug #fields;)*
            debug.finish()
        },
        false => quote!(f.debug_struct(#shown) #(#fields)* .finish()),
    };
    quote! {
        impl std::fmt::Debug for #name #generics {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                #body
            }
        }
    }
}

/// Emits `Debug` for the struct of a form, if a part is secret.
pub(super) fn form_debug(name: &proc_macro2::Ident, parts: &[FormField]) -> Option<TokenStream> {
    let shown = parts.iter().map(|part| {
        let field = ident(&part.field);
        let value = match part.secret {
            true => quote!("***"),
            false => quote!(self.#field),
        };
        (part.field.clone(), value)
    });
    let is_secret = parts.iter().any(|part| part.secret);
    is_secret.then(|| debug(&TokenStream::new(), name, shown))
}

/// Emits an attribute for a constructor with more than seven parameters, about which clippy warns.
pub(super) fn crowded(parameters: usize) -> Option<TokenStream> {
    let reason = "all of them are required";
    (parameters > 7).then(|| quote!(#[expect(clippy::too_many_arguments, reason = #reason)]))
}
