//! Emits how a handler reads the body of a request.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::parts::{bounds, inner_rules, part_header, part_rules};
use super::{style, table};
use crate::emit::server::api::{form_name, request_type};
use crate::emit::type_tokens::{explode, framing, type_tokens};
use crate::model::{Api, Body, Bounds, Encoding, MediaKind, MediaType, Operation, PartKind};
use crate::names::ident;
use crate::symbols::own::TYPES;
use crate::symbols::server::{ENCODING, FRAMING, PARAMETER, PART_RULES, REQUIRE_DECODED};

/// Emits the statement that reads the body, by its media type if the operation consumes several.
pub(super) fn read_body(api: &Api, operation: &Operation, body: &Body) -> TokenStream {
    if let [only] = body.media.as_slice() {
        let read = read_medium(api, operation, only);
        return quote!(let body = #read;);
    }
    let name = format_ident!("{}Body", operation.type_name);
    // The places of its media types among those that the operation consumes.
    let mut next = 0;
    let arms = body.media.iter().map(|media| {
        let first = next;
        next += 1 + media.others.len();
        let indices = (first..next).map(Literal::usize_unsuffixed);
        let variant = ident(&media.variant);
        let read = read_medium(api, operation, media);
        quote!(Some(#(#indices)|*) => #read.map(#name::#variant),)
    });
    let first = body.media.first().map(|media| {
        let (read, variant) = (read_medium(api, operation, media), ident(&media.variant));
        quote!(#read.map(#name::#variant))
    });
    quote! {
        let body = match request.media_type()? {
            #(#arms)*
            _ => #first,
        };
    }
}

fn read_medium(api: &Api, operation: &Operation, media: &MediaType) -> TokenStream {
    let table = table(api, media.schema);
    let ty = request_type(api, operation, media);
    match media.kind {
        MediaKind::Json => {
            quote!(request.json::<#ty>(#table, &mut violations).await?)
        }
        MediaKind::Form => {
            if media.encodings.is_empty() {
                return quote!(request.form::<#ty>(#table, &mut violations).await?);
            }
            let encodings = media.encodings.iter().map(encoding);
            quote! {
                request
                    .form_encoded::<#ty>(#table, const { &[#(#encodings),*] }, &mut violations)
                    .await?
            }
        }
        MediaKind::Text | MediaKind::Events => {
            quote!(request.text::<#ty>(#table, &mut violations).await?)
        }
        MediaKind::Items(items) => {
            let framing = framing(items, &FRAMING);
            quote!(request.items(#framing, #table, &mut violations)?)
        }
        MediaKind::Multipart if media.form.is_empty() => {
            quote!(request.multipart(&mut violations).await?)
        }
        MediaKind::Multipart => read_form(api, operation, media),
        MediaKind::Parts => {
            let rules = media.parts.as_ref().map(|parts| part_rules(api, parts));
            quote!({
                static PARTS: #PART_RULES = #rules;
                request.body_parts(&PARTS, &mut violations)?
            })
        }
        MediaKind::Bytes if media.size.is_limited() => {
            let size = bounds(media.size);
            quote!(request.stream_within(#size, &mut violations)?)
        }
        MediaKind::Bytes => quote!(request.stream(&mut violations)?),
    }
}

/// Emits the table of a property that is not encoded in the default way.
pub(super) fn encoding(encoding: &Encoding) -> TokenStream {
    let property = &encoding.property;
    let Some(style) = encoding.serialization.style().map(style) else {
        return quote!(#ENCODING::json(#property));
    };
    let explode = explode(encoding.serialization);
    quote!(#ENCODING::style(#property, #style) #explode)
}

/// Takes the parts out of a form. What is missing is collected like any other violation.
fn read_form(api: &Api, operation: &Operation, media: &MediaType) -> TokenStream {
    let name = form_name(operation);
    let reads = media.form.iter().map(|field| {
        let (wire, member, required) = (&field.name, ident(&field.field), field.required);
        let read = match (field.kind, field.repeated) {
            (PartKind::Bytes, true) => quote!(form.files(#wire, #required, &mut violations)),
            (PartKind::Bytes, false) => quote!(form.file(#wire, #required, &mut violations)),
            (_, repeated) => {
                let ty = type_tokens(api, &field.ty, &quote!(#TYPES::));
                let table = table(api, Some(field.schema));
                match (field.has_headers(), repeated) {
                    (true, true) => {
                        quote!(form.values::<#ty>(#wire, #table, #required, &mut violations))
                    }
                    (true, false) => {
                        quote!(form.value::<#ty>(#wire, #table, #required, &mut violations))
                    }
                    (false, true) => quote! {
                        form.field::<Vec<#ty>>(#wire, #table, #required, &mut violations)
                            .unwrap_or_default()
                    },
                    (false, false) => {
                        quote!(form.field::<#ty>(#wire, #table, #required, &mut violations))
                    }
                }
            }
        };
        let types = &field.content_types;
        let check = (field.kind == PartKind::Bytes && !types.is_empty())
            .then(|| quote!(form.check_media_type(#wire, &[#(#types),*], &mut violations);));
        // The table of a value has the limits of other parts.
        let limited = |limits: Bounds, method: TokenStream| {
            (field.kind == PartKind::Bytes && limits.is_limited()).then(|| {
                let limits = bounds(limits);
                quote!(form.#method(#wire, #limits, &mut violations);)
            })
        };
        let count = limited(field.count, quote!(check_count));
        let size = limited(field.size, quote!(check_size));
        let headers = field.headers.iter().map(|header| part_header(api, header));
        let headers = (!field.headers.is_empty()).then(|| {
            quote! {
                static HEADERS: &[#PARAMETER] = &[#(#headers),*];
                form.check_headers(#wire, HEADERS, &mut violations);
            }
        });
        let headers = headers.map(|check| quote!({ #check }));
        let parts = field.parts.as_ref().map(|parts| {
            let rules = inner_rules(api, parts);
            quote!({
                static PARTS: #PART_RULES = #rules;
                form.check_parts(#wire, &PARTS, &mut violations);
            })
        });
        quote!(#check #count #size #headers #parts let #member = #read;)
    });
    let reject = media
        .is_closed
        .then(|| quote!(form.reject_others(&mut violations);));
    let fields = media.form.iter().map(|field| {
        let member = ident(&field.field);
        if field.required && !field.repeated {
            quote!(#member: #REQUIRE_DECODED(#member)?)
        } else {
            quote!(#member)
        }
    });
    quote! {
        match request.multipart(&mut violations).await? {
            Some(mut form) => {
                #(#reads)*
                #reject
                std::mem::take(&mut violations).into_result()?;
                Some(#name { #(#fields),* })
            }
            None => None,
        }
    }
}
