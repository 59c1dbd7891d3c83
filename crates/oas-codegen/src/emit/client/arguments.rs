//! Lists the inputs that every call of an operation requires: arguments of the method that begins it, so that the
//! compiler reports missing ones.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::body_type;
use crate::emit::docs;
use crate::emit::type_tokens::{rename_value, setter};
use crate::model::{Api, MediaKind, Operation, TypeRef};
use crate::names::ident;
use crate::symbols::own::TYPES;

/// An input that is required.
pub(super) struct Argument {
    pub(super) name: Ident,
    /// The type that callers give.
    pub(super) given: TokenStream,
    /// The expression that makes it the type that is kept, in terms of the name.
    pub(super) conversion: TokenStream,
    /// The type that is kept.
    pub(super) kept: TokenStream,
    /// An item of a list in the documentation of the method.
    pub(super) docs: String,
}

/// Returns the required parameters, in document order, and then the body, if it is required.
pub(super) fn arguments(api: &Api, operation: &Operation) -> Vec<Argument> {
    let parameters = operation.parameters.iter();
    let parameters = parameters.filter(|parameter| parameter.required);
    let mut arguments: Vec<Argument> = parameters
        .map(|parameter| {
            let fallback = format!("the parameter `{}`", parameter.name);
            let docs = docs::parameter(parameter, &fallback);
            let kept = crate::emit::type_tokens::type_tokens(api, &parameter.ty, &quote!(#TYPES::));
            let taken = setter(api, &parameter.ty, &quote!(#TYPES::));
            argument(&parameter.field, kept, taken, &docs)
        })
        .collect();
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let kept = body_type(api, operation, body);
        let taken = match body.media.as_slice() {
            [only] => match only.kind {
                MediaKind::Json | MediaKind::Form => setter(api, &only.ty, &quote!(#TYPES::)),
                MediaKind::Text | MediaKind::Events => {
                    setter(api, &TypeRef::String, &TokenStream::new())
                }
                MediaKind::Items(_) | MediaKind::Bytes => {
                    (quote!(impl Into<#kept>), quote!(value.into()))
                }
                MediaKind::Multipart | MediaKind::Parts => (kept.clone(), quote!(value)),
            },
            _ => (kept.clone(), quote!(value)),
        };
        let docs = docs::body(body, "the request body");
        arguments.push(argument("body", kept, taken, &docs));
    }
    arguments
}

/// Returns the type of a body's field, and whether the body is required.
pub(in crate::emit) fn body(api: &Api, operation: &Operation) -> Option<(TokenStream, bool)> {
    let body = operation.body.as_ref()?;
    Some((body_type(api, operation, body), body.required))
}

fn argument(
    field: &str,
    kept: TokenStream,
    (given, conversion): (TokenStream, TokenStream),
    docs: &[String],
) -> Argument {
    let name = ident(field);
    let docs = docs.iter().flat_map(|text| text.split_whitespace());
    let docs = docs.collect::<Vec<_>>().join(" ");
    Argument {
        conversion: rename_value(&conversion, &name),
        docs: format!("* `{field}`: {docs}"),
        name,
        given,
        kept,
    }
}
