//! Types that are one of several: `oneOf` and `anyOf`, with and without a discriminator.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust::type_tokens;
use super::types::{boxed, docs};
use crate::model::{Api, Type, Union, UnionVariant};
use crate::names::ident;

/// An enum with a variant for each alternative, and one for what none of them takes.
pub(super) fn union(api: &Api, ty: &Type, union: &Union) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs(ty);
    let here = TokenStream::new();
    let variants = union.variants.iter().map(|variant| {
        let (name, ty) = (
            ident(&variant.name),
            boxed(variant.boxed, type_tokens(api, &variant.ty, &here)),
        );
        let doc = format!(
            "`{}`",
            type_tokens(api, &variant.ty, &here)
                .to_string()
                .replace(' ', "")
        );
        let doc = super::docs::doc([doc]);
        quote!(#doc #name(#ty),)
    });
    let decode = match &union.discriminator {
        Some(property) => by_tag(property, &union.variants),
        None => by_shape(&union.variants),
    };
    let from = union
        .variants
        .iter()
        .filter(|variant| is_only_one(&union.variants, variant))
        .map(|variant| {
            let (variant_name, ty) = (ident(&variant.name), type_tokens(api, &variant.ty, &here));
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
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "boxes would stand between a caller and every variant")]
        pub enum #name {
            #(#variants)*
            /// A value that is none of these.
            Unknown(serde_json::Value),
        }

        #(#from)*

        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
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
                    serde_json::from_value(value).map(Self::#name).map_err(serde::de::Error::custom)
                }
            }
        });
    quote! {
        match value.get(#property).and_then(serde_json::Value::as_str) {
            #(#arms)*
            _ => Ok(Self::Unknown(value)),
        }
    }
}

/// The first variant that loses nothing of the value, else the first that takes it.
fn by_shape(variants: &[UnionVariant]) -> TokenStream {
    let tries = variants.iter().map(|variant| {
        let name = ident(&variant.name);
        quote!(union::fit(&value, Self::#name))
    });
    quote! {
        Ok(union::best([#(#tries),*]).unwrap_or(Self::Unknown(value)))
    }
}
