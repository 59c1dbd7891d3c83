//! Emits values of the document, such as its examples, as Rust expressions of the generated types.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;

use super::type_tokens::{chain, json_text, type_tokens};
use super::types::constant;
use crate::model::{Api, Field, Struct, TypeKind, TypeRef, in_range, whole};
use crate::names::ident;
use crate::symbols::json::MAP;

/// The depth of brackets in an expression above which there is none. The time of rustfmt doubles with each call in a call: twenty of
/// them take it a second, and thirty more than a minute.
const MAX_DEPTH: usize = 20;

/// Emits an expression of this type for this value; returns `None` if the value is invalid for the type, or the
/// expression would take more than a few lines or be nested too deeply.
pub(super) fn expression(
    api: &Api,
    ty: &TypeRef,
    value: &Value,
    path: &TokenStream,
) -> Option<TokenStream> {
    let convert = Converter { api, path };
    let expression = convert.value(ty, value, 0)?;
    (depth(&expression) <= MAX_DEPTH).then_some(expression)
}

/// Returns how deeply brackets are nested.
fn depth(tokens: &TokenStream) -> usize {
    let groups = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(1 + depth(&group.stream())),
        _ => None,
    });
    groups.max().unwrap_or_default()
}

struct Converter<'a> {
    api: &'a Api,
    path: &'a TokenStream,
}

impl Converter<'_> {
    fn value(&self, ty: &TypeRef, value: &Value, depth: usize) -> Option<TokenStream> {
        if depth > 32 {
            return None;
        }
        Some(match (ty, value) {
            (TypeRef::Nullable(_), Value::Null) => quote!(None),
            (TypeRef::Nullable(inner), value) => {
                let inner = self.value(inner, value, depth + 1)?;
                quote!(Some(#inner))
            }
            (TypeRef::Bool, Value::Bool(value)) => quote!(#value),
            (TypeRef::String, Value::String(value)) => quote!(#value.to_owned()),
            (TypeRef::Formatted(_), Value::String(value)) => {
                // Several texts turn into it, and an argument may be generic over what does.
                let ty = type_tokens(self.api, ty, self.path);
                quote!(<#ty>::from(#value))
            }
            (TypeRef::JsonText(inner), Value::String(value)) => {
                let inner = type_tokens(self.api, inner, self.path);
                let ty = json_text(self.path);
                quote!(#ty::<#inner>::from_text(#value))
            }
            (TypeRef::Integer(ty), Value::Number(number)) => {
                whole_number(whole(number).filter(|_| in_range(ty, number))?)
            }
            (TypeRef::Float, Value::Number(number)) => {
                let value = number.as_f64()?;
                let literal = Literal::f64_unsuffixed(value.abs());
                if value.is_sign_negative() {
                    quote!(-#literal)
                } else {
                    quote!(#literal)
                }
            }
            // Some arguments are generic over the type of their items, which cannot be inferred without any.
            (TypeRef::List(item), Value::Array(values)) if values.is_empty() => {
                let item = type_tokens(self.api, item, self.path);
                quote!(Vec::<#item>::new())
            }
            (TypeRef::List(item), Value::Array(values)) => {
                let items = values
                    .iter()
                    .map(|value| self.value(item, value, depth + 1))
                    .collect::<Option<Vec<_>>>()?;
                quote!(vec![#(#items),*])
            }
            (TypeRef::Tuple(items), Value::Array(values)) if items.len() == values.len() => {
                let pairs = items.iter().zip(values);
                let items = pairs
                    .map(|(item, value)| self.value(item, value, depth + 1))
                    .collect::<Option<Vec<_>>>()?;
                quote!((#(#items,)*))
            }
            (TypeRef::JsonObject, Value::Object(values)) if values.is_empty() => {
                quote!(#MAP::new())
            }
            (TypeRef::Map(item), Value::Object(values)) => {
                let entries = values
                    .iter()
                    .map(|(key, value)| Some((key, self.value(item, value, depth + 1)?)))
                    .collect::<Option<Vec<_>>>()?;
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| quote!((#key.to_owned(), #value)));
                quote!(std::collections::BTreeMap::from([#(#entries),*]))
            }
            (TypeRef::Named(id), value) => {
                return self.named(&self.api.type_of(*id).kind, *id, value, depth);
            }
            _ => return None,
        })
    }

    fn named(
        &self,
        kind: &TypeKind,
        id: crate::model::TypeId,
        value: &Value,
        depth: usize,
    ) -> Option<TokenStream> {
        let (path, name) = (self.path, ident(&self.api.type_of(id).name));
        match (kind, value) {
            (TypeKind::Struct(body), Value::Object(properties)) => {
                let known = |key: &String| body.fields.iter().any(|field| field.property == *key);
                if !properties.keys().all(known) {
                    return None;
                }
                self.structure(&quote!(#path #name), body, properties, depth)
            }
            (TypeKind::Enum(body), value) => {
                let variant = ident(&body.known(value)?.name);
                Some(quote!(#path #name::#variant))
            }
            (TypeKind::Alias(target), value) => self.value(target, value, depth + 1),
            (TypeKind::Newtype(target), value) => {
                let inner = self.value(target, value, depth + 1)?;
                Some(quote!(#path #name(#inner)))
            }
            _ => None,
        }
    }

    fn structure(
        &self,
        name: &TokenStream,
        body: &Struct,
        properties: &serde_json::Map<String, Value>,
        depth: usize,
    ) -> Option<TokenStream> {
        let mut arguments = Vec::new();
        let mut setters = Vec::new();
        for field in &body.fields {
            let value = properties.get(&field.property);
            if field.required && constant(field).is_some() {
                // The constructor knows it, and it alone.
                if value? != field.constant.as_ref()? {
                    return None;
                }
            } else if field.required {
                arguments.push(self.argument(field, value?, depth)?);
            } else if let Some(value) = value {
                let (setter, argument) = (ident(&field.name), self.argument(field, value, depth)?);
                setters.push(quote!(.#setter(#argument)));
            }
        }
        Some(chain(&quote!(#name::new(#(#arguments),*)), &setters))
    }

    /// Emits the argument of a constructor or setter, as short as its conversions allow.
    fn argument(&self, field: &Field, value: &Value, depth: usize) -> Option<TokenStream> {
        match (&field.ty, value) {
            (TypeRef::String | TypeRef::Formatted(_), Value::String(value)) => Some(quote!(#value)),
            (TypeRef::List(item), Value::Array(values)) if !values.is_empty() => {
                let items = values.iter().map(|value| match (&**item, value) {
                    (TypeRef::String, Value::String(value)) => Some(quote!(#value)),
                    (item, value) => self.value(item, value, depth + 1),
                });
                let items = items.collect::<Option<Vec<_>>>()?;
                Some(quote!([#(#items),*]))
            }
            (ty, value) => self.value(ty, value, depth + 1),
        }
    }
}

/// Writes a whole number without a type, with its sign.
pub(super) fn whole_number(value: i128) -> TokenStream {
    let digits = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote!(-#digits)
    } else {
        quote!(#digits)
    }
}
