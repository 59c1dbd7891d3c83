//! Emits forms: multipart bodies whose schema names the parts.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::emit::docs::{self, doc, part as docs_of};
use crate::emit::type_tokens::{crowded, form_debug, rename_value, setter, type_tokens};
use crate::model::{Api, FormField, MediaType, Operation, PartKind, TypeKind, TypeRef};
use crate::names::ident;
use crate::symbols::client::{MULTIPART, PART, VALUE_PART};
use crate::symbols::own::TYPES;

/// How a file of a form is sent, for its documentation.
const SEND_FILE: &str = "\
// Both are read while they are sent.
let FILE = Part::file(path);
let FILE = Part::stream(body).file_name(\"name\");";

/// Returns the name of an operation's form.
pub(super) fn form_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Form", operation.type_name)
}

/// Emits the struct of a form, and its conversion to a multipart body.
pub(super) fn form(api: &Api, operation: &Operation, media: &MediaType) -> TokenStream {
    let name = form_name(operation);
    let docs = docs::form(operation, media, SEND_FILE);
    let fields = media.form.iter().map(|field| {
        let (docs, name) = (docs_of(field), ident(&field.field));
        let ty = field_type(api, field);
        quote!(#docs pub #name: #ty,)
    });
    let required: Vec<&FormField> = media.form.iter().filter(|field| field.required).collect();
    let parameters = required.iter().map(|field| {
        let (name, (ty, _)) = (ident(&field.field), argument(api, field));
        quote!(#name: #ty)
    });
    let values = media.form.iter().map(|field| {
        let name = ident(&field.field);
        match (field.required, field.repeated) {
            (false, true) => quote!(#name: Vec::new()),
            (false, false) => quote!(#name: None),
            (true, _) => {
                let (_, conversion) = argument(api, field);
                let conversion = rename_value(&conversion, &name);
                if name == conversion.to_string() {
                    quote!(#name)
                } else {
                    quote!(#name: #conversion)
                }
            }
        }
    });
    let crowded = crowded(required.len());
    let default = required.is_empty().then(|| quote!(, Default));
    let redacted = form_debug(&name, &media.form);
    let derived = redacted.is_none().then(|| quote!(Debug,));
    let setters = media
        .form
        .iter()
        .filter(|field| !field.required)
        .map(|field| {
            let (docs, name) = (
                doc([format!("Sets `{}`.", field.name)]),
                ident(&field.field),
            );
            let (ty, conversion) = argument(api, field);
            let value = if field.repeated {
                conversion
            } else {
                quote!(Some(#conversion))
            };
            quote! {
                #docs
                #[must_use]
                pub fn #name(mut self, value: #ty) -> Self {
                    self.#name = #value;
                    self
                }
            }
        });
    let parts = media.form.iter().map(|field| part(api, field));
    quote! {
        #docs
        #[derive(#derived Clone #default)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* }

        #redacted

        impl #name {
            /// Creates a form with the required parts.
            #[must_use]
            #crowded
            pub fn new(#(#parameters),*) -> Self { Self { #(#values),* } }

            #(#setters)*

            pub(crate) fn into_multipart(self) -> #MULTIPART {
                let mut form = #MULTIPART::new();
                #(#parts)*
                form
            }
        }
    }
}

fn item_type(api: &Api, field: &FormField) -> TokenStream {
    if field.kind == PartKind::Bytes {
        return quote!(#PART);
    }
    let ty = type_tokens(api, &field.ty, &quote!(#TYPES::));
    match field.has_headers() {
        true => quote!(#VALUE_PART<#ty>),
        false => ty,
    }
}

fn field_type(api: &Api, field: &FormField) -> TokenStream {
    let item = item_type(api, field);
    match (field.repeated, field.required) {
        (true, _) => quote!(Vec<#item>),
        (false, true) => item,
        (false, false) => quote!(Option<#item>),
    }
}

/// Returns the argument of a constructor or setter, and its conversion to the field's value.
fn argument(api: &Api, field: &FormField) -> (TokenStream, TokenStream) {
    if field.repeated {
        let item = item_type(api, field);
        return (
            quote!(impl IntoIterator<Item = #item>),
            quote!(value.into_iter().collect()),
        );
    }
    if field.kind == PartKind::Bytes {
        return (quote!(#PART), quote!(value));
    }
    if field.has_headers() {
        let item = item_type(api, field);
        return (quote!(impl Into<#item>), quote!(value.into()));
    }
    setter(api, &field.ty, &quote!(#TYPES::))
}

/// Adds one field, or each of its items.
fn part(api: &Api, field: &FormField) -> TokenStream {
    let (name, member) = (&field.name, ident(&field.field));
    let content_type = field
        .content_type()
        .filter(|_| field.kind != PartKind::Bytes);
    let content_type = content_type.map(|media_type| quote!(.content_type(#media_type)));
    let encoded = |kind, ty: &TypeRef, value: TokenStream| match kind {
        PartKind::Bytes => value,
        PartKind::Json => quote!(#PART::json(&#value)),
        PartKind::Text if has_display(api, ty) => quote!(#PART::text(#value.to_string())),
        PartKind::Text => quote!(#PART::scalar(&#value)),
    };
    let add = if !field.items.is_empty() {
        let types = match &field.ty {
            TypeRef::Tuple(types) => types.as_slice(),
            _ => &[],
        };
        let places = field.items.iter().zip(types).enumerate();
        let items = places.map(|(place, (kind, ty))| {
            let place = Literal::usize_unsuffixed(place);
            let item = encoded(*kind, ty, quote!(value.#place));
            quote!(#item #content_type)
        });
        let parts = match field.has_headers() {
            true => quote!(value.into_parts(|value| vec![#(#items),*])),
            false => quote!([#(#items),*]),
        };
        quote!(for part in #parts { form = form.part(#name, part); })
    } else {
        let part = match (field.kind, field.has_headers()) {
            (kind, false) => encoded(kind, &field.ty, quote!(value)),
            (PartKind::Json, true) => quote!(value.into_part(#PART::json)),
            (_, true) if has_display(api, &field.ty) => {
                quote!(value.into_part(|value| #PART::text(value.to_string())))
            }
            (_, true) => quote!(value.into_part(#PART::scalar)),
        };
        quote!(form = form.part(#name, #part #content_type);)
    };
    match (field.repeated, field.required) {
        (true, _) => quote!(for value in self.#member { #add }),
        (false, true) => quote!(let value = self.#member; #add),
        (false, false) => quote!(if let Some(value) = self.#member { #add }),
    }
}

/// Returns whether values of a type implement `Display` by their text on the wire. Bytes and unions of scalars do not.
fn has_display(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Named(id) => matches!(api.type_of(*id).kind, TypeKind::Enum(_)),
        TypeRef::Base64 | TypeRef::Json | TypeRef::Nullable(_) => false,
        _ => true,
    }
}
