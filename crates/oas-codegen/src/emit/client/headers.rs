//! Emits `headers.rs` of the client crate: a view of the headers of each response that documents any.
//!
//! A view is made of the headers that a response has anyway, of a success and of a failure in the same way. So a header
//! that is documented later changes no type that a call returns.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::responses::short;
use crate::emit::docs::{deprecated, doc, doc_or};
use crate::emit::rust_file::RustFile;
use crate::emit::type_tokens::type_tokens;
use crate::model::{Api, Header, Operation, Response, Serialization, TypeKind, TypeRef};
use crate::names::ident;
use crate::symbols::client::{HEADER_ERROR, HEADER_FORMAT, HEADER_MAP, HEADERS, KINDS};
use crate::symbols::own::TYPES;

/// Emits all views; empty if no response documents headers.
pub(in crate::emit) fn headers(api: &Api) -> RustFile {
    let mut file = RustFile::default();
    for operation in api.operations() {
        for response in views(operation) {
            file.add(view(api, operation, response));
        }
    }
    file
}

/// Returns the responses whose headers have a view.
pub(in crate::emit) fn views(operation: &Operation) -> impl Iterator<Item = &Response> {
    let responses = operation.responses.iter();
    responses.filter(|response| !response.headers.is_empty())
}

/// Returns the name of the view of a response's headers. No other has it: neither an operation nor a status is left to
/// guess where the name is split.
pub(in crate::emit) fn view_name(operation: &Operation, response: &Response) -> proc_macro2::Ident {
    format_ident!("{}Headers{}", operation.type_name, short(response.status))
}

/// Returns the type that the method of a header returns in `Ok`.
pub(in crate::emit) fn value_type(api: &Api, header: &Header) -> TokenStream {
    let ty = type_tokens(api, &header.ty, &quote!(#TYPES::));
    match header.required {
        true => ty,
        false => quote!(Option<#ty>),
    }
}

fn view(api: &Api, operation: &Operation, response: &Response) -> TokenStream {
    let name = view_name(operation, response);
    let docs = doc([format!(
        "The headers of `{}` with status `{}`.",
        operation.id, response.status
    )]);
    let methods = response.headers.iter().map(|header| {
        let fallback = format!("The header `{}`.", header.name);
        let docs = doc_or(header.description.as_deref(), &fallback);
        let deprecated = deprecated(header.deprecated);
        let (method, wire_name) = (ident(&header.field), &header.name);
        let (ty, format) = (value_type(api, header), Format::of(api, header).tokens());
        let get = match header.required {
            true => quote!(required),
            false => quote!(optional),
        };
        quote! {
            #docs
            #deprecated
            pub fn #method(&self) -> Result<#ty, #HEADER_ERROR> { self.0.#get(#wire_name, #format) }
        }
    });
    quote! {
        #docs
        #[derive(Debug, Clone, Copy)]
        pub struct #name<'a>(#HEADERS<'a>);

        impl<'a> #name<'a> {
            /// Creates a view of `headers`, the result of `ResponseValue::headers` or `Error::headers`.
            #[must_use]
            pub fn of(headers: &'a #HEADER_MAP) -> Self { Self(#HEADERS::new(headers)) }

            #(#methods)*
        }
    }
}

/// The kinds of values that a header can have, as the runtime's decoder has to know them.
pub(in crate::emit) struct Format {
    /// Whether the text is JSON, which shows what the value is.
    is_json: bool,
    kinds: Kinds,
    items: Kinds,
    properties: Vec<(String, Kinds)>,
    additional: Kinds,
    explode: bool,
}

/// Kinds of JSON values; none is listed where any is possible.
#[derive(Clone, Default, PartialEq, Eq)]
struct Kinds(Vec<&'static str>);

impl Kinds {
    fn add(&mut self, kind: &'static str) {
        if !self.0.contains(&kind) {
            self.0.push(kind);
        }
    }

    fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Emits the kinds without those that are implied.
    fn tokens(&self) -> TokenStream {
        let kinds = self.0.iter().map(|kind| ident(kind));
        let all = kinds.map(|kind| quote!(#KINDS::#kind));
        all.reduce(|all, kind| quote!(#all.or(#kind)))
            .unwrap_or_else(|| quote!(#KINDS::ANY))
    }
}

/// Aliases and unions are followed this deep. What contains itself has no other form in a header than text.
const MAX_DEPTH: usize = 8;

impl Format {
    pub(in crate::emit) fn of(api: &Api, header: &Header) -> Self {
        let mut format = Self {
            is_json: header.serialization == Serialization::Json,
            kinds: kinds_of(api, &header.ty),
            items: Kinds::default(),
            properties: Vec::new(),
            additional: Kinds::default(),
            explode: header.serialization.is_exploded(),
        };
        for ty in alternatives(api, &header.ty) {
            match ty {
                TypeRef::List(item) => format.items = kinds_of(api, item),
                TypeRef::Tuple(items) => {
                    let kinds = items.iter().flat_map(|item| kinds_of(api, item).0);
                    kinds.for_each(|kind| format.items.add(kind));
                }
                TypeRef::Map(value) => format.additional = kinds_of(api, value),
                TypeRef::Named(id) => {
                    let TypeKind::Struct(body) = &api.type_of(*id).kind else {
                        continue;
                    };
                    let fields = body.fields.iter();
                    let fields = fields.map(|field| (&*field.property, kinds_of(api, &field.ty)));
                    let fields = fields.map(|(name, kinds)| (name.to_owned(), kinds));
                    format.properties.extend(fields);
                    if let Some(additional) = &body.additional {
                        format.additional = kinds_of(api, &additional.ty);
                    }
                }
                _ => {}
            }
        }
        format
    }

    /// Returns whether the text of each value shows what the value is, so that a round trip preserves it.
    pub(in crate::emit) fn is_exact(&self) -> bool {
        let is_exact = |kinds: &Kinds| kinds.0.len() == 1;
        let has = |kind| self.kinds.0.contains(&kind);
        self.is_json
            || is_exact(&self.kinds)
                && (!has("ARRAY") || is_exact(&self.items))
                && (!has("OBJECT")
                    || self.properties.iter().all(|(_, kinds)| is_exact(kinds))
                        && (self.additional.is_any() || is_exact(&self.additional)))
    }

    /// Emits the format.
    pub(in crate::emit) fn tokens(&self) -> TokenStream {
        if self.is_json {
            return quote!(#HEADER_FORMAT::json());
        }
        let has = |kind| self.kinds.0.contains(&kind);
        let mut others = self.kinds.clone();
        others.0.retain(|kind| !matches!(*kind, "ARRAY" | "OBJECT"));
        if !has("ARRAY") && !has("OBJECT") {
            let kinds = others.tokens();
            return quote!(#HEADER_FORMAT::scalar(#kinds));
        }
        let or = (!others.is_any()).then(|| {
            let kinds = others.tokens();
            quote!(.or(#kinds))
        });
        if has("ARRAY") {
            let items = self.items.tokens();
            return quote!(#HEADER_FORMAT::list(#items) #or);
        }
        let properties = self.properties.iter().map(|(name, kinds)| {
            let kinds = kinds.tokens();
            quote!((#name, #kinds))
        });
        let additional = self.additional.tokens();
        let exploded = self.explode.then(|| quote!(.exploded()));
        quote!(#HEADER_FORMAT::object(&[#(#properties),*], #additional) #or #exploded)
    }
}

/// Returns the kinds of the values of a type; any, if those of an alternative are unknown.
fn kinds_of(api: &Api, ty: &TypeRef) -> Kinds {
    let mut kinds = Kinds::default();
    for ty in alternatives(api, ty) {
        match kind_of(api, ty) {
            Some(kind) => kinds.add(kind),
            None => return Kinds::default(),
        }
    }
    kinds
}

/// Returns the types that a value of a type has one of, without aliases and unions.
fn alternatives<'a>(api: &'a Api, ty: &'a TypeRef) -> Vec<&'a TypeRef> {
    let mut found = Vec::new();
    let mut open = vec![(ty, 0)];
    while let Some((ty, depth)) = open.pop() {
        match ty {
            TypeRef::Nullable(inner) => open.push((inner, depth)),
            TypeRef::Named(id) if depth < MAX_DEPTH => match &api.type_of(*id).kind {
                TypeKind::Alias(inner) | TypeKind::Newtype(inner) => open.push((inner, depth + 1)),
                TypeKind::Union(union) => {
                    let start = open.len();
                    open.extend(union.types().map(|ty| (ty, depth + 1)));
                    open[start..].reverse();
                }
                TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::Foreign(_) => found.push(ty),
            },
            _ => found.push(ty),
        }
    }
    found
}

/// Returns the kind of the values of an alternative; `None` if it is unknown.
fn kind_of(api: &Api, ty: &TypeRef) -> Option<&'static str> {
    Some(match ty {
        TypeRef::Bool => "BOOLEAN",
        TypeRef::Integer(_) | TypeRef::Float => "NUMBER",
        TypeRef::String
        | TypeRef::Formatted(_)
        | TypeRef::JsonText(_)
        | TypeRef::Base64
        | TypeRef::Bytes => "STRING",
        TypeRef::List(_) | TypeRef::Tuple(_) => "ARRAY",
        TypeRef::JsonObject | TypeRef::Map(_) => "OBJECT",
        TypeRef::Json | TypeRef::Nullable(_) => return None,
        TypeRef::Named(id) => match &api.type_of(*id).kind {
            TypeKind::Struct(_) => "OBJECT",
            TypeKind::Enum(values) if values.integer.is_some() => "NUMBER",
            TypeKind::Enum(_) => "STRING",
            _ => return None,
        },
    })
}
