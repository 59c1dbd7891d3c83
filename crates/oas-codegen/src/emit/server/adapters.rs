//! Emits `adapters.rs` of the server crate: ready implementations of the traits.

use proc_macro2::TokenStream;
use quote::quote;

use super::api::{input_name, not_implemented, output_name, variants};
use crate::Settings;
use crate::emit::literals;
use crate::emit::rust_file::RustFile;
use crate::model::{Api, MediaKind, Operation, Status, TagGroup};
use crate::names::ident;
use crate::symbols::own::TYPES;
use crate::symbols::server::ERROR_RESPONSE;

/// Emits `Unimplemented` and `Examples`.
pub(in crate::emit) fn adapters(api: &Api, settings: &Settings) -> RustFile {
    let unimplemented = api
        .groups
        .iter()
        .map(|group| implement(group, settings, "Unimplemented", |_| None));
    let examples = api.groups.iter().map(|group| {
        implement(group, settings, "Examples", |operation| {
            example(api, operation)
        })
    });
    let mut file = RustFile::default();
    if !api.groups.is_empty() {
        file.add(quote!(
            use crate::api::*;
        ));
    }
    file.add(quote! {
        /// An implementation that responds to every valid request with 501.
        #[derive(Debug, Clone, Copy, Default)]
        pub struct Unimplemented;
    });
    file.add_all(unimplemented);
    file.add(quote! {
        /// An implementation that responds with examples of the document.
        ///
        /// A response is the first documented success that has an exact status, no header fields, and no body or an example of it
        /// in JSON or text that fits the type. An operation without such a success responds with 501.
        #[derive(Debug, Clone, Copy, Default)]
        pub struct Examples;
    });
    file.add_all(examples);
    file
}

fn implement(
    group: &TagGroup,
    settings: &Settings,
    adapter: &str,
    response: impl Fn(&Operation) -> Option<TokenStream>,
) -> TokenStream {
    let (name, adapter) = (ident(&group.name), ident(adapter));
    let methods = group.operations.iter().filter_map(|operation| {
        let (method, input, output) = (
            ident(&operation.method_name),
            input_name(operation),
            output_name(operation),
        );
        // Operations without an example use the default method of the trait.
        let body = match response(operation) {
            Some(response) => quote!(Ok(#response)),
            None if settings.strict => not_implemented(operation),
            None => return None,
        };
        Some(quote! {
            async fn #method(&self, _request: #input) -> Result<#output, #ERROR_RESPONSE> { #body }
        })
    });
    quote! {
        impl #name for #adapter { #(#methods)* }
    }
}

/// Emits the first success that has an example, or needs none.
fn example(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let output = output_name(operation);
    variants(operation)
        .into_iter()
        .filter(|variant| variant.response.headers.is_empty())
        .filter(|variant| matches!(variant.response.status, Status::Exact(200..=299)))
        .find_map(|variant| {
            let name = &variant.name;
            match variant.media {
                None => Some(quote!(#output::#name)),
                Some(media) if media.kind == MediaKind::Json => {
                    let value = literals::expression(
                        api,
                        &media.ty,
                        media.example.as_ref()?,
                        &quote!(#TYPES::),
                    )?;
                    Some(quote!(#output::#name(#value)))
                }
                Some(media) if media.kind == MediaKind::Text => {
                    let text = media.example.as_ref()?.as_str()?;
                    Some(quote!(#output::#name(#text.to_owned())))
                }
                Some(_) => None,
            }
        })
}
