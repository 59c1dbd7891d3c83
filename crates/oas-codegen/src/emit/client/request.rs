//! Emits the second half of `send`: the path, the parameters and the body in the encoding that the document declares.

use oas_wire::path_template::{self, Part};
use oas_wire::percent;
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::type_tokens::{chain, explode, type_tokens};
use crate::model::{
    Api, Body, Encoding, MediaKind, MediaType, Operation, Parameter, ParameterLocation,
    Serialization, TypeRef,
};
use crate::names::{ident, shouty};
use crate::symbols::builder::{ENCODE, SERIALIZATION};
use crate::symbols::client::{BODY, FRAMING, ITEMS, QUALIFIED_MULTIPART, TYPED_BODY};
use crate::symbols::own::{BODIES, TYPES};

/// Statements that end in `let request = …;`.
pub(super) fn build(operation: &Operation) -> TokenStream {
    let constant = ident(&operation.const_name);
    let (encoded, path) = path(operation);
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location != ParameterLocation::Path);
    let parameters: Vec<TokenStream> = parameters.map(call).collect();
    let request = chain(&quote!(client.core.request(&#constant, #path)), &parameters);
    match &operation.body {
        None => quote! { #encoded let request = #request; },
        Some(body) => {
            let with_body = body_call(operation, body, &quote!(request));
            let required = body_call(operation, body, &request);
            match (body.required, body.media.as_slice()) {
                (true, [_]) => quote! { #encoded let request = #required; },
                (true, _) => quote! { #encoded let request = #request; let request = #with_body; },
                (false, _) => quote! {
                    #encoded
                    let request = #request;
                    let request = match body {
                        Some(body) => #with_body,
                        None => request,
                    };
                },
            }
        }
    }
}

/// Encodes the path parameters and puts them into the template.
fn path(operation: &Operation) -> (TokenStream, TokenStream) {
    let parameters: Vec<&Parameter> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == ParameterLocation::Path)
        .collect();
    let encoded = parameters.iter().map(|parameter| {
        let (field, name) = (ident(&parameter.field), &parameter.name);
        let how = serialization(parameter.serialization.allow_reserved(false));
        let value = quote!(#ENCODE::path(#how, #name, &#field));
        quote!(let #field = #value?;)
    });
    let encoded = quote!(#(#encoded)*);
    let mut format = String::new();
    let mut raw = Vec::new();
    for part in path_template::parts(&operation.path) {
        match part {
            Part::Literal(literal) => format.push_str(&percent::encode_path(literal)),
            Part::Parameter(name) => {
                match parameters.iter().find(|parameter| parameter.name == name) {
                    Some(parameter) if ident(&parameter.field) == parameter.field.as_str() => {
                        format.push_str(&format!("{{{}}}", parameter.field));
                    }
                    Some(parameter) => {
                        format.push_str("{}");
                        raw.push(ident(&parameter.field));
                    }
                    None => format.push_str(&format!("{{{{{name}}}}}")),
                }
            }
        }
    }
    let path = if parameters.is_empty() {
        quote!(#format)
    } else {
        quote!(&format!(#format #(, #raw)*))
    };
    (encoded, path)
}

/// Emits `.query("limit", &limit)` and similar calls; the default style is omitted.
fn call(parameter: &Parameter) -> TokenStream {
    let Parameter { name, location, .. } = parameter;
    let field = ident(&parameter.field);
    let encoded = match location {
        ParameterLocation::Query => parameter.serialization,
        _ => parameter.serialization.allow_reserved(false),
    };
    let is_default = encoded == Serialization::of(location.default_style());
    let how = serialization(encoded);
    match (location, is_default) {
        (ParameterLocation::QueryString, _) => {
            let encodings = encodings(&parameter.encodings);
            quote!(.query_string(#how, #name, &#field, &#encodings))
        }
        (ParameterLocation::Header, true) => quote!(.header(#name, &#field)),
        (ParameterLocation::Header, false) => quote!(.header_as(#how, #name, &#field)),
        (ParameterLocation::Cookie, true) => quote!(.cookie(#name, &#field)),
        (ParameterLocation::Cookie, false) => quote!(.cookie_as(#how, #name, &#field)),
        (_, true) => quote!(.query(#name, &#field)),
        (_, false) => quote!(.query_as(#how, #name, &#field)),
    }
}

/// Emits an expression of type `Serialization`, whose constants have the names of the styles.
fn serialization(serialization: Serialization) -> TokenStream {
    let Serialization::Styled {
        style,
        allow_reserved,
        ..
    } = serialization
    else {
        return quote!(#SERIALIZATION::Json);
    };
    let (constant, explode) = (ident(&shouty(style.name())), explode(serialization));
    let reserved = allow_reserved.then(|| quote!(.allow_reserved(true)));
    quote!(#SERIALIZATION::#constant #explode #reserved)
}

/// Emits an array of the properties of a form that are not written in the default way.
fn encodings(encodings: &[Encoding]) -> TokenStream {
    let encodings = encodings.iter().map(|encoding| {
        let property = &encoding.property;
        let how = serialization(encoding.serialization);
        quote!((#property, #how))
    });
    quote!([#(#encodings),*])
}

/// Emits the body on a request; one of several media types is a variant of an enum.
fn body_call(operation: &Operation, body: &Body, request: &TokenStream) -> TokenStream {
    if let [only] = body.media.as_slice() {
        return encode_body(request, only);
    }
    let name = super::body_enum(operation);
    let arms = body.media.iter().map(|media| {
        let variant = ident(&media.variant);
        let encoded = encode_body(request, media);
        quote!(#BODIES::#name::#variant(body) => #encoded,)
    });
    quote!(match body { #(#arms)* })
}

fn encode_body(request: &TokenStream, media: &MediaType) -> TokenStream {
    let Some(name) = media.content_type() else {
        return quote!(#request.typed(body));
    };
    match media.kind {
        MediaKind::Json => quote!(#request.json(#name, &body)),
        MediaKind::Form => {
            let encodings = encodings(&media.encodings);
            quote!(#request.form(#name, &body, &#encodings))
        }
        MediaKind::Parts => quote!(#request.multipart(#name, body)),
        MediaKind::Multipart if media.form.is_empty() => quote!(#request.multipart(#name, body)),
        MediaKind::Multipart => quote!(#request.multipart(#name, body.into_multipart())),
        MediaKind::Text | MediaKind::Events => quote!(#request.text(#name, body)),
        MediaKind::Items(framing) => {
            let framing = crate::emit::type_tokens::framing(framing, &FRAMING);
            quote!(#request.items(#name, #framing, body))
        }
        MediaKind::Bytes => quote!(#request.stream(#name, body)),
    }
}

/// Returns the type of a body in one media type, for builders.
///
/// `bodies` is the path to the forms.
pub(super) fn media_type(
    api: &Api,
    operation: &Operation,
    media: &MediaType,
    bodies: &TokenStream,
) -> TokenStream {
    match media.kind {
        MediaKind::Json | MediaKind::Form => type_tokens(api, &media.ty, &quote!(#TYPES::)),
        MediaKind::Parts => quote!(#QUALIFIED_MULTIPART),
        MediaKind::Multipart if media.form.is_empty() => quote!(#QUALIFIED_MULTIPART),
        MediaKind::Multipart => {
            let name = super::forms::form_name(operation);
            quote!(#bodies #name)
        }
        MediaKind::Text | MediaKind::Events => {
            type_tokens(api, &TypeRef::String, &quote!(#TYPES::))
        }
        MediaKind::Items(_) => {
            let item = type_tokens(api, &media.ty, &quote!(#TYPES::));
            quote!(#ITEMS<#item>)
        }
        MediaKind::Bytes if media.content_type().is_none() => quote!(#TYPED_BODY),
        MediaKind::Bytes => quote!(#BODY),
    }
}
