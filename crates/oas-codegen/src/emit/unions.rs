//! Emits unions: `oneOf` and `anyOf`, with and without a discriminator.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::type_tokens::type_tokens;
use super::types::{boxed, docs, holds_integer};
use crate::model::{Api, Tagging, Type, TypeKind, TypeRef, Union, UnionVariant};
use crate::names::ident;
use crate::symbols::json::{FROM_VALUE, VALUE};
use crate::symbols::text;
use crate::symbols::types::{DESERIALIZE, DESERIALIZER, SERDE_ERROR, SERIALIZE, SERIALIZER, UNION};

/// Emits an enum with a variant for each alternative, and one for values that match none of them.
pub(super) fn union(api: &Api, ty: &Type, union: &Union) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs(ty);
    let here = TokenStream::new();
    let is_keyed = union.tagging == Tagging::Key;
    let variants = union.variants.iter().map(|variant| {
        let name = ident(&variant.name);
        let key = variant.tags.first().filter(|_| is_keyed);
        let key = key.filter(|key| **key != variant.name);
        let rename = key.map(|key| quote!(#[serde(rename = #key)]));
        let Some(ty) = &variant.ty else {
            let doc = super::docs::doc([format!("`{}`", variant.tags.concat().escape_debug())]);
            return quote!(#doc #rename #name,);
        };
        let ty = type_tokens(api, ty, &here);
        let doc = super::docs::doc([format!("`{}`", text(ty.clone()))]);
        let ty = boxed(variant.boxed, ty);
        quote!(#doc #rename #name(#ty),)
    });
    let decode = match &union.tagging {
        Tagging::Property { name, default } => by_tag(name, *default, &union.variants),
        Tagging::Key => by_key(&union.variants),
        Tagging::Content(order) => by_content(&union.variants, order),
    };
    let function = UNION.quoted("unknown");
    let (derive, untagged, unknown, serialize) = match &union.tagging {
        Tagging::Content(_) => (
            Some(quote!(, #SERIALIZE)),
            Some(quote!(#[serde(untagged)])),
            Some(quote!(#[serde(serialize_with = #function)])),
            None,
        ),
        Tagging::Key => (
            Some(quote!(, #SERIALIZE)),
            None,
            Some(quote!(#[serde(untagged, serialize_with = #function)])),
            None,
        ),
        Tagging::Property { name: property, .. } => {
            let serialize = serialize_tagged(api, &name, property, &union.variants);
            (None, None, None, Some(serialize))
        }
    };
    let sole_types = sole_types(&union.variants);
    let from = union
        .variants
        .iter()
        .filter_map(|variant| Some((variant, variant.ty.as_ref()?)))
        .filter(|(_, ty)| sole_types.contains(ty))
        .map(|(variant, ty)| {
            let (variant_name, ty) = (ident(&variant.name), type_tokens(api, ty, &here));
            let value = if variant.boxed {
                quote!(Box::new(value))
            } else {
                quote!(value)
            };
            quote! {
                impl From<#ty> for #name {
                    fn from(value: #ty) -> Self { Self::#variant_name(#value) }
                }
            }
        });
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq #derive)]
        #untagged
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "boxes would come between a caller and every variant")]
        pub enum #name {
            #(#variants)*
            /// A value that matches no other variant.
            #unknown
            Unknown(#VALUE),
        }

        #(#from)*

        #serialize

        impl<'de> #DESERIALIZE<'de> for #name {
            fn deserialize<D: #DESERIALIZER<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = #VALUE::deserialize(deserializer)?;
                #decode
            }
        }
    }
}

/// Returns the types that one variant alone contains: `From` would be ambiguous for others.
fn sole_types(variants: &[UnionVariant]) -> HashSet<&TypeRef> {
    let mut uses: HashMap<&TypeRef, usize> = HashMap::new();
    for ty in variants.iter().filter_map(|variant| variant.ty.as_ref()) {
        *uses.entry(ty).or_default() += 1;
    }
    let sole = uses.into_iter().filter(|(_, count)| *count == 1);
    sole.map(|(ty, _)| ty).collect()
}

/// Emits deserialization by the discriminator's value; a value that the document does not contain is preserved.
fn by_tag(property: &str, default: Option<usize>, variants: &[UnionVariant]) -> TokenStream {
    let arms = variants
        .iter()
        .filter(|variant| !variant.tags.is_empty())
        .map(|variant| {
            let (name, tags) = (ident(&variant.name), &variant.tags);
            quote! {
                Some(#(#tags)|*) => {
                    #FROM_VALUE(value).map(Self::#name).map_err(#SERDE_ERROR::custom)
                }
            }
        });
    let default = default.and_then(|index| variants.get(index));
    let rest = match default.map(|variant| ident(&variant.name)) {
        Some(name) => quote!(#FROM_VALUE(value).map(Self::#name).map_err(#SERDE_ERROR::custom)),
        None => quote!(Ok(Self::Unknown(value))),
    };
    quote! {
        match value.get(#property).and_then(#VALUE::as_str) {
            #(#arms)*
            _ => #rest,
        }
    }
}

/// Emits the serialization of the tag of each variant, which overrides the same property of its content.
fn serialize_tagged(
    api: &Api,
    name: &proc_macro2::Ident,
    property: &str,
    variants: &[UnionVariant],
) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (variant_name, tags) = (ident(&variant.name), &variant.tags);
        if tags.is_empty() {
            return quote!(Self::#variant_name(value) => value.serialize(serializer),);
        }
        // Mostly the tag is right, and nothing has to be written in another way.
        let right = tag_of(api, variant, property).map(|tag| {
            quote! {
                Self::#variant_name(value) if [#(#tags),*].contains(&#tag) => value.serialize(serializer),
            }
        });
        quote! {
            #right
            Self::#variant_name(value) => #UNION::tagged(value, #property, &[#(#tags),*], serializer),
        }
    });
    quote! {
        impl #SERIALIZE for #name {
            fn serialize<S: #SERIALIZER>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#arms)*
                    Self::Unknown(value) => #UNION::unknown(value, serializer),
                }
            }
        }
    }
}

/// Emits an expression for the tag in the content of a variant, if the content always has one.
fn tag_of(api: &Api, variant: &UnionVariant, property: &str) -> Option<TokenStream> {
    let Some(TypeRef::Named(id)) = variant.ty else {
        return None;
    };
    let TypeKind::Struct(body) = &api.type_of(id).kind else {
        return None;
    };
    let mut fields = body.fields.iter();
    let field = fields.find(|field| field.required && field.property == property)?;
    let name = ident(&field.name);
    match field.ty {
        TypeRef::String => Some(quote!(value.#name.as_str())),
        TypeRef::Named(id) => match &api.type_of(id).kind {
            TypeKind::Enum(body) if body.integer.is_none() => Some(quote!(value.#name.as_str())),
            _ => None,
        },
        _ => None,
    }
}

/// Emits deserialization by the key of an object, as for serde's own enums.
fn by_key(variants: &[UnionVariant]) -> TokenStream {
    let tags = |variant: &UnionVariant| variant.tags.clone();
    let objects = variants.iter().filter_map(|variant| {
        let (name, ty, keys) = (ident(&variant.name), variant.ty.as_ref()?, tags(variant));
        let function = match holds_integer(ty) {
            true => quote!(integer_content),
            false => quote!(content),
        };
        Some(quote! {
            if let Some(content) = #UNION::#function(&value, #(#keys)*) {
                return content.map(Self::#name);
            }
        })
    });
    let texts = variants.iter().filter(|variant| variant.ty.is_none());
    let mut texts = texts
        .map(|variant| {
            let (name, tags) = (ident(&variant.name), tags(variant));
            quote!(Some(#(#tags)|*) => Ok(Self::#name),)
        })
        .peekable();
    let rest = match texts.peek() {
        Some(_) => quote! {
            match value.as_str() {
                #(#texts)*
                _ => Ok(Self::Unknown(value)),
            }
        },
        None => quote!(Ok(Self::Unknown(value))),
    };
    quote!(#(#objects)* #rest)
}

/// Emits deserialization to the variant whose constants match, that knows most of the value, and loses least of it.
fn by_content(variants: &[UnionVariant], order: &[usize]) -> TokenStream {
    let tries = order.iter().filter_map(|&index| {
        let variant = &variants[index];
        let (name, ty) = (ident(&variant.name), variant.ty.as_ref()?);
        let function = match holds_integer(ty) {
            true => quote!(fit_integer),
            false => quote!(fit),
        };
        let fit = quote!(#UNION::#function(&value, Self::#name));
        let constants = constants(variant);
        Some(match variant.constants.is_empty() {
            true => fit,
            false => quote! {
                if #UNION::has(&value, &[#(#constants),*]) { #fit } else { None }
            },
        })
    });
    quote! {
        let best = #UNION::best([#(#tries),*]);
        Ok(best.unwrap_or(Self::Unknown(value)))
    }
}

fn constants(variant: &UnionVariant) -> impl Iterator<Item = TokenStream> {
    variant.constants.iter().map(|constant| {
        let (at, literals) = (&constant.at, constant.values.iter().map(literal));
        quote!((#at, &[#(#literals),*]))
    })
}

fn literal(value: &Value) -> TokenStream {
    let literal = quote!(#UNION::Literal);
    match value {
        Value::Bool(value) => quote!(#literal::Bool(#value)),
        Value::Number(number) => {
            let exact = number.as_i64().map(i128::from);
            match exact.or_else(|| number.as_u64().map(i128::from)) {
                Some(exact) => {
                    let exact = Literal::i128_unsuffixed(exact);
                    quote!(#literal::Integer(#exact))
                }
                None => {
                    let float = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
                    quote!(#literal::Number(#float))
                }
            }
        }
        Value::String(text) => quote!(#literal::Text(#text)),
        Value::Object(_) => quote!(#literal::Empty),
        // Constants are scalars, or empty.
        Value::Null | Value::Array(_) => quote!(#literal::Null),
    }
}
