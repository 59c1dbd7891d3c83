//! Types that are one of several: `oneOf` and `anyOf`, with and without a discriminator.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust::type_tokens;
use super::types::{boxed, docs};
use crate::model::{Api, Type, Union, UnionVariant};
use crate::names::ident;
use crate::symbols::json::{FROM_VALUE, VALUE};
use crate::symbols::text;
use crate::symbols::types::{DESERIALIZE, DESERIALIZER, SERDE_ERROR, SERIALIZE, UNION};

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
        let doc = format!("`{}`", text(type_tokens(api, &variant.ty, &here)));
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
        #[derive(Debug, Clone, PartialEq, #SERIALIZE)]
        #[serde(untagged)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "boxes would stand between a caller and every variant")]
        pub enum #name {
            #(#variants)*
            /// A value that is none of these.
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

/// The first variant that loses nothing of the value, else the first that takes it.
fn by_shape(variants: &[UnionVariant]) -> TokenStream {
    let tries = variants.iter().map(|variant| {
        let name = ident(&variant.name);
        quote!(#UNION::fit(&value, Self::#name))
    });
    quote! {
        Ok(#UNION::best([#(#tries),*]).unwrap_or(Self::Unknown(value)))
    }
}
