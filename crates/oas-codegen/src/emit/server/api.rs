//! Emits `api.rs` of the server crate: one trait for each tag, with the inputs and outputs of its methods.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{credential_type, operation_static_name};
use crate::emit::docs::{
    body as body_docs, deprecated, doc, doc_or, form as form_docs, operation as operation_docs,
    parameter as parameter_docs, part as part_docs,
};
use crate::emit::literals::expression;
use crate::emit::module::Module;
use crate::emit::rust_file::RustFile;
use crate::emit::type_tokens::{chain, crowded, debug, form_debug, type_tokens};
use crate::model::{
    Api, Header, MediaKind, MediaType, Operation, PartKind, Response, Serialization, Status,
    TagGroup, TypeKind, TypeRef,
};
use crate::names::ident;
use crate::symbols::own::{OPERATIONS, TYPES};
use crate::symbols::server::{
    BODY, BODY_PART, BODY_PARTS, BODY_STREAM, CONTEXT, ERROR_RESPONSE, EVENT_STREAM, FRAMING,
    INTO_RESPONSE, ITEM_STREAM, ITEMS, MULTIPART, PART, REJECTION, RESPONSE, RESPONSE_STATUS,
    SERVER_TYPED_BODY, SERVER_VALUE_PART, STATUS_CODE,
};
use crate::{Edition, Settings};

/// Emits all traits, inputs and outputs.
pub(in crate::emit) fn api(api: &Api, settings: &Settings) -> Module {
    let parts = api.groups.iter().map(|group| {
        let mut part = RustFile::default();
        part.add(group_trait(api, group, settings));
        let operations = group.operations.iter();
        part.add_all(operations.map(|operation| input(api, operation)));
        let operations = group.operations.iter();
        part.add_all(operations.map(|operation| output(api, operation)));
        part
    });
    Module {
        root: RustFile::default(),
        parts: parts.collect(),
    }
}

/// Emits the trait of a group.
fn group_trait(api: &Api, group: &TagGroup, settings: &Settings) -> TokenStream {
    let name = ident(&group.name);
    let title = group.tag.as_deref().map_or_else(
        || format!("Operations of {}.", api.title),
        |tag| format!("{tag}."),
    );
    let docs = doc([
        title,
        group.description.as_deref().unwrap_or_default().to_owned(),
        if settings.strict {
            String::new()
        } else {
            "Methods that are not implemented respond with 501.".to_owned()
        },
    ]);
    // The prelude of 2021 lacks it.
    let future = match settings.package.edition {
        Edition::Rust2021 => quote!(std::future::Future),
        Edition::Rust2024 => quote!(Future),
    };
    let methods = group.operations.iter().map(|operation| {
        let (docs, deprecated) = (
            operation_docs(operation, &[]),
            deprecated(operation.deprecated),
        );
        let (method, input, output) = (
            ident(&operation.method_name),
            input_name(operation),
            output_name(operation),
        );
        let body = if settings.strict {
            quote!(;)
        } else {
            let rejection = not_implemented(operation);
            quote!({
                let _ = request;
                std::future::ready(#rejection)
            })
        };
        quote! {
            #docs
            #deprecated
            fn #method(&self, request: #input) -> impl #future<Output = Result<#output, #ERROR_RESPONSE>> + Send #body
        }
    });
    quote! {
        #docs
        pub trait #name: Send + Sync + 'static { #(#methods)* }
    }
}

/// Emits the result of an operation that is not implemented.
pub(in crate::emit) fn not_implemented(operation: &Operation) -> TokenStream {
    let operation = operation_static_name(operation);
    quote!(Err(#REJECTION::not_implemented(&#OPERATIONS::#operation).into()))
}

pub(in crate::emit) fn input_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Input", operation.type_name)
}

pub(in crate::emit) fn output_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Output", operation.type_name)
}

/// A field of an input.
pub(in crate::emit) struct InputField {
    pub(in crate::emit) name: proc_macro2::Ident,
    pub(in crate::emit) ty: TokenStream,
    pub(in crate::emit) docs: TokenStream,
    pub(in crate::emit) required: bool,
    /// The value where the request has none, if there is one.
    default: Option<TokenStream>,
    /// Whether its type shows what must not be seen.
    secret: bool,
}

impl InputField {
    /// Returns whether it has a value even if the request does not contain one.
    pub(in crate::emit) fn has_value(&self) -> bool {
        self.required || self.default.is_some()
    }
}

/// Parameters, then credentials, then the body.
pub(in crate::emit) fn input_fields(api: &Api, operation: &Operation) -> Vec<InputField> {
    let here = quote!(#TYPES::);
    let mut fields = Vec::new();
    for parameter in &operation.parameters {
        let fallback = format!("The parameter `{}`.", parameter.name);
        fields.push(InputField {
            name: ident(&parameter.field),
            ty: type_tokens(api, &parameter.ty, &here),
            docs: doc(parameter_docs(parameter, &fallback)),
            required: parameter.required,
            default: api
                .assumed(parameter)
                .and_then(|default| expression(api, &parameter.ty, default, &here)),
            secret: parameter.secret,
        });
    }
    for (index, scheme) in api.security.iter().enumerate() {
        let wanted = operation.alternatives_with(index);
        if let Some(ty) = credential_type(&scheme.kind).filter(|_| wanted > 0) {
            let docs = format!("The credential of the security scheme `{}`.", scheme.name);
            fields.push(InputField {
                name: ident(&scheme.field),
                ty,
                docs: doc([docs]),
                required: wanted == operation.security.len(),
                default: None,
                secret: false,
            });
        }
    }
    if let Some(body) = &operation.body {
        fields.push(InputField {
            name: ident("body"),
            ty: body_type(api, operation, &body.media),
            docs: doc(body_docs(body, "The request body.")),
            required: body.required,
            default: None,
            secret: false,
        });
    }
    fields
}

fn input(api: &Api, operation: &Operation) -> TokenStream {
    let name = input_name(operation);
    let docs = doc([format!(
        "The input of `{}`, decoded from a valid request.",
        operation.id
    )]);
    let fields = input_fields(api, operation);
    let definitions = fields.iter().map(|field| {
        let InputField { name, ty, docs, .. } = field;
        let ty = if field.has_value() {
            ty.clone()
        } else {
            quote!(Option<#ty>)
        };
        quote!(#docs pub #name: #ty,)
    });
    let parameters = fields
        .iter()
        .filter(|field| field.required)
        .map(|InputField { name, ty, .. }| quote!(#name: #ty));
    let values = fields.iter().map(|field| {
        let name = &field.name;
        match &field.default {
            Some(default) => quote!(#name: #default),
            None if field.required => quote!(#name),
            None => quote!(#name: None),
        }
    });
    let bodies = operation
        .body
        .as_ref()
        .filter(|body| body.media.len() > 1)
        .map(|body| {
            let name = body_name(operation);
            let docs = doc([format!(
                "The request body of `{}`, by media type.",
                operation.id
            )]);
            let variants = body.media.iter().map(|media| {
                let (docs, variant) = (doc([format!("`{}`", media.name)]), ident(&media.variant));
                let ty = request_type(api, operation, media);
                quote!(#docs #variant(#ty),)
            });
            quote! {
                #docs
                #[derive(Debug)]
                #[non_exhaustive]
                #[allow(clippy::large_enum_variant, reason = "a value lives for one exchange")]
                pub enum #name { #(#variants)* }
            }
        });
    let form = form(api, operation);
    let required = fields.iter().filter(|field| field.required).count();
    let is_empty = fields.iter().all(|field| !field.has_value());
    let default = is_empty.then(|| quote!(Default,));
    let constructed_default = (required == 0 && !is_empty).then(|| {
        quote! {
            impl Default for #name {
                fn default() -> Self { Self::new() }
            }
        }
    });
    let crowded = crowded(required);
    let body = operation.body.iter().flat_map(|body| &body.media);
    let cloned = operation
        .body
        .as_ref()
        .is_none_or(|body| body.media.len() == 1)
        && body.clone().all(|media| {
            !matches!(
                media.kind,
                MediaKind::Bytes | MediaKind::Parts | MediaKind::Items(_)
            ) && (media.kind != MediaKind::Multipart || !media.form.is_empty())
        });
    let clone = cloned.then(|| quote!(Clone,));
    let redacted = fields.iter().any(|field| field.secret).then(|| {
        let shown = fields.iter().map(|field| {
            let name = &field.name;
            let value = match (field.secret, field.has_value()) {
                (false, _) => quote!(self.#name),
                (true, true) => quote!("***"),
                (true, false) => quote!(self.#name.as_ref().map(|_| "***")),
            };
            (name.to_string(), value)
        });
        let context = ("context".to_owned(), quote!(self.context));
        debug(&TokenStream::new(), &name, shown.chain([context]))
    });
    let derived = redacted.is_none().then(|| quote!(Debug,));
    quote! {
        #docs
        #[derive(#derived #clone #default)]
        #[non_exhaustive]
        pub struct #name {
            #(#definitions)*
            /// The context of the request: its headers, peer, identity and extensions.
            pub context: #CONTEXT,
        }

        #redacted

        impl #name {
            /// Creates an input with the required values, for tests of an implementation.
            #[must_use]
            #crowded
            pub fn new(#(#parameters),*) -> Self { Self { #(#values,)* context: #CONTEXT::default() } }
        }

        #constructed_default

        #bodies
        #form
    }
}

pub(super) fn form_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Form", operation.type_name)
}

/// How a file of a form is read, for its documentation.
const READ_FILE: &str = "\
// In memory or in a temporary file, by its size.
let mut stream = form.FILE.stream().await?;
while let Some(piece) = stream.next().await {
    file.write_all(&piece?).await?;
}";

/// Emits the parts of a multipart body.
fn form(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let media = operation
        .body
        .as_ref()?
        .media
        .iter()
        .find(|media| !media.form.is_empty())?;
    let name = form_name(operation);
    let docs = form_docs(operation, media, READ_FILE);
    let fields = media.form.iter().map(|field| {
        let docs = part_docs(field);
        let name = ident(&field.field);
        let ty = type_tokens(api, &field.ty, &quote!(#TYPES::));
        let item = match field.kind {
            PartKind::Bytes => quote!(#PART),
            PartKind::Json | PartKind::Text if field.has_headers() => {
                quote!(#SERVER_VALUE_PART<#ty>)
            }
            PartKind::Json | PartKind::Text => ty,
        };
        let ty = match (field.repeated, field.required) {
            (true, _) => quote!(Vec<#item>),
            (false, true) => item,
            (false, false) => quote!(Option<#item>),
        };
        quote!(#docs pub #name: #ty,)
    });
    let redacted = form_debug(&name, &media.form);
    let derived = redacted.is_none().then(|| quote!(Debug,));
    Some(quote! {
        #docs
        #[derive(#derived Clone)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* }

        #redacted
    })
}

fn body_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Body", operation.type_name)
}

fn body_type(api: &Api, operation: &Operation, media: &[MediaType]) -> TokenStream {
    match media {
        [only] => request_type(api, operation, only),
        _ => {
            let name = body_name(operation);
            quote!(#name)
        }
    }
}

/// Returns the type of a request body in one media type.
pub(super) fn request_type(api: &Api, operation: &Operation, media: &MediaType) -> TokenStream {
    match media.kind {
        MediaKind::Json | MediaKind::Form => type_tokens(api, &media.ty, &quote!(#TYPES::)),
        MediaKind::Multipart if media.form.is_empty() => quote!(#MULTIPART),
        MediaKind::Multipart => {
            let name = form_name(operation);
            quote!(#name)
        }
        MediaKind::Items(_) => {
            let item = type_tokens(api, &media.ty, &quote!(#TYPES::));
            quote!(#ITEM_STREAM<#item>)
        }
        MediaKind::Parts => quote!(#BODY_PARTS),
        MediaKind::Bytes => quote!(#BODY_STREAM),
        MediaKind::Text | MediaKind::Events => quote!(String),
    }
}

/// Returns the type of a response body in one media type.
fn response_type(api: &Api, media: &MediaType) -> TokenStream {
    match media.kind {
        MediaKind::Json | MediaKind::Form => type_tokens(api, &media.ty, &quote!(#TYPES::)),
        MediaKind::Text => quote!(String),
        MediaKind::Events => quote!(#EVENT_STREAM),
        MediaKind::Items(_) => {
            let item = type_tokens(api, &media.ty, &quote!(#TYPES::));
            quote!(#ITEMS<#item>)
        }
        MediaKind::Parts => quote!(#ITEMS<#BODY_PART>),
        MediaKind::Bytes if media.content_type().is_none() => quote!(#SERVER_TYPED_BODY),
        MediaKind::Multipart | MediaKind::Bytes => quote!(#BODY),
    }
}

/// A variant for one response in one media type.
pub(in crate::emit) struct Variant<'a> {
    pub(in crate::emit) name: proc_macro2::Ident,
    pub(in crate::emit) response: &'a Response,
    pub(in crate::emit) media: Option<&'a MediaType>,
}

/// Returns the variants of an output, in the order of the responses.
pub(in crate::emit) fn variants(operation: &Operation) -> Vec<Variant<'_>> {
    let variants = operation.responses.iter().flat_map(|response| {
        let variants = response.variants().into_iter();
        variants.map(move |(name, media)| Variant {
            name: ident(&name),
            response,
            media,
        })
    });
    variants.collect()
}

fn output(api: &Api, operation: &Operation) -> TokenStream {
    let name = output_name(operation);
    let docs = doc([format!(
        "The response of a handler of `{}`: a variant for each response of the document. Requests that the server itself rejects \
         never reach the handler.",
        operation.id
    )]);
    let variants = variants(operation);
    let definitions = variants.iter().map(|variant| definition(api, variant));
    let arms = variants.iter().map(|variant| response_arm(api, variant));
    quote! {
        #docs
        #[derive(Debug)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a value lives for one exchange")]
        pub enum #name {
            #(#definitions)*
            /// A response that the document does not describe.
            Undocumented(#RESPONSE),
        }

        impl #INTO_RESPONSE for #name {
            fn into_response(self) -> #RESPONSE {
                match self {
                    #(#arms)*
                    Self::Undocumented(response) => response,
                }
            }
        }
    }
}

/// Returns the content of a variant: status, body and headers, as far as it has any.
pub(in crate::emit) fn variant_type(api: &Api, variant: &Variant<'_>) -> TokenStream {
    let Variant {
        response, media, ..
    } = variant;
    let status = (!matches!(response.status, Status::Exact(_))).then(|| quote!(#STATUS_CODE));
    let body = media.map(|media| response_type(api, media));
    if response.headers.is_empty() {
        let parts = status.into_iter().chain(body);
        return quote!(#(#parts),*);
    }
    let status = status.map(|status| quote!(status: #status));
    let body = body.map(|body| quote!(body: #body));
    let headers = response.headers.iter().map(|header| {
        let field = ident(&header.field);
        let ty = type_tokens(api, &header.ty, &quote!(#TYPES::));
        match header.required {
            true => quote!(#field: #ty),
            false => quote!(#field: Option<#ty>),
        }
    });
    let parts = status.into_iter().chain(body).chain(headers);
    quote!({ #(#parts),* })
}

fn definition(api: &Api, variant: &Variant<'_>) -> TokenStream {
    let Variant {
        name,
        response,
        media,
    } = variant;
    let docs = doc_or(response.description.as_deref(), "A documented response.");
    let status = (!matches!(response.status, Status::Exact(_))).then(|| quote!(#STATUS_CODE));
    let body = media.map(|media| response_type(api, media));
    if response.headers.is_empty() {
        let parts: Vec<TokenStream> = status.into_iter().chain(body).collect();
        return if parts.is_empty() {
            quote!(#docs #name,)
        } else {
            quote!(#docs #name(#(#parts),*),)
        };
    }
    let status = status.map(|status| quote!(#[doc = " The status."] status: #status,));
    let body = body.map(|body| quote!(#[doc = " The body."] body: #body,));
    let headers = response.headers.iter().map(|header| {
        let fallback = format!("The header `{}`.", header.name);
        let docs = doc_or(header.description.as_deref(), &fallback);
        let (field, ty) = (
            ident(&header.field),
            type_tokens(api, &header.ty, &quote!(#TYPES::)),
        );
        let ty = if header.required {
            ty
        } else {
            quote!(Option<#ty>)
        };
        let deprecated = deprecated(header.deprecated);
        quote!(#docs #deprecated #field: #ty,)
    });
    quote!(#docs #name { #status #body #(#headers)* },)
}

fn response_arm(api: &Api, variant: &Variant<'_>) -> TokenStream {
    let Variant {
        name,
        response,
        media,
    } = variant;
    let exact = matches!(response.status, Status::Exact(_));
    let status = match response.status {
        Status::Exact(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Range(_) | Status::Default => quote!(status.as_u16()),
    };
    let headers = response
        .headers
        .iter()
        .map(|header| header_call(api, header));
    let start = chain(
        &quote!(#RESPONSE_STATUS(#status)),
        &headers.collect::<Vec<_>>(),
    );
    let value = match media {
        None => quote!(#start.empty()),
        Some(media) => {
            let media_type = media.content_type().unwrap_or_default();
            match media.kind {
                MediaKind::Bytes if media_type.is_empty() => quote!(#start.typed(body)),
                MediaKind::Json | MediaKind::Form => quote!(#start.json(#media_type, &body)),
                MediaKind::Text => quote!(#start.text(#media_type, body)),
                MediaKind::Events => quote!(#start.events(body)),
                MediaKind::Items(framing) => {
                    let framing = crate::emit::type_tokens::framing(framing, &FRAMING);
                    quote!(#start.items(#media_type, #framing, body))
                }
                MediaKind::Parts => quote!(#start.parts(#media_type, body)),
                MediaKind::Multipart | MediaKind::Bytes => quote!(#start.bytes(#media_type, body)),
            }
        }
    };
    let status_field = (!exact).then(|| quote!(status));
    let body_field = media.map(|_| quote!(body));
    let parts: Vec<TokenStream> = status_field.into_iter().chain(body_field).collect();
    if response.headers.is_empty() {
        let fields = (!parts.is_empty()).then(|| quote!((#(#parts),*)));
        return quote!(Self::#name #fields => #value,);
    }
    let fields = response.headers.iter().map(|header| ident(&header.field));
    quote!(Self::#name { #(#parts,)* #(#fields),* } => #value,)
}

/// Emits a header of a response: JSON, or else a scalar as its text, and anything else in style `simple`.
fn header_call(api: &Api, header: &Header) -> TokenStream {
    let (name, field) = (&header.name, ident(&header.field));
    if header.serialization == Serialization::Json {
        return match header.required {
            true => quote!(.json_header(#name, &#field)),
            false => quote!(.optional_json_header(#name, #field.as_ref())),
        };
    }
    let shown = match &header.ty {
        // `Display` writes floats in other digits than JSON does.
        TypeRef::String | TypeRef::Bool | TypeRef::Integer(_) => true,
        TypeRef::Named(id) => matches!(api.type_of(*id).kind, TypeKind::Enum(_)),
        _ => false,
    };
    match (shown, header.required) {
        (true, true) => quote!(.header(#name, #field)),
        (true, false) => quote!(.optional_header(#name, #field)),
        (false, _) if header.serialization.is_exploded() => {
            quote!(.exploded_header(#name, &#field))
        }
        (false, _) => quote!(.simple_header(#name, &#field)),
    }
}
