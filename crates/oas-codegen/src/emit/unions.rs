//! Types that are one of several: `oneOf` and `anyOf`, with and without a discriminator.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::rust::type_tokens;
use super::types::{boxed, docs, holds_integer};
use crate::model::{Api, Tagging, Type, Union, UnionVariant};
use crate::names::ident;
use crate::symbols::json::{FROM_VALUE, VALUE};
use crate::symbols::text;
use crate::symbols::types::{DESERIALIZE, DESERIALIZER, SERDE_ERROR, SERIALIZE, UNION};

/// An enum with a variant for each alternative, and one for what none of them takes.
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
        Tagging::Property(property) => by_tag(property, &union.variants),
        Tagging::Key => by_key(&union.variants),
        Tagging::Content(order) => by_content(&union.variants, order),
    };
    // Around all variants, or around the one that has no key.
    let (untagged, unknown_untagged) = match is_keyed {
        false => (Some(quote!(#[serde(untagged)])), None),
        true => (None, Some(quote!(untagged,))),
    };
    let unknown = UNION.quoted("unknown");
    let from = union
        .variants
        .iter()
        .filter(|variant| is_only_one(&union.variants, variant))
        .filter_map(|variant| Some((variant, variant.ty.as_ref()?)))
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
        #[derive(Debug, Clone, PartialEq, #SERIALIZE)]
        #untagged
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "boxes would stand between a caller and every variant")]
        pub enum #name {
            #(#variants)*
            /// A value that is none of these.
            #[serde(#unknown_untagged serialize_with = #unknown)]
            Unknown(#VALUE),
        }

        #(#from)*

        impl<'de> #DESERIALIZE<'de> for #name {
            fn deserialize<D: #DESERIALIZER<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = #VALUE::deserialize(deserializer)?;
                #decode
            }
        }
    }
}

/// `From` would be ambiguous for a type that two variants hold, and would overlap with nothing else.
fn is_only_one(variants: &[UnionVariant], variant: &UnionVariant) -> bool {
    variants
        .iter()
        .filter(|other| other.ty == variant.ty)
        .count()
        == 1
}

/// The discriminator's value chooses the variant; a value that the document does not know is kept as it is.
fn by_tag(property: &str, variants: &[UnionVariant]) -> TokenStream {
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
    quote! {
        match value.get(#property).and_then(#VALUE::as_str) {
            #(#arms)*
            _ => Ok(Self::Unknown(value)),
        }
    }
}

/// The key of an object chooses the variant, as serde's own enums do it.
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

/// The variant that has what its schemas fix, knows most of the value, and loses least of it.
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
