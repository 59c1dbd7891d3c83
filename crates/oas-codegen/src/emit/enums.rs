//! Enums of the values that a schema lists.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::doc;
use super::literals::whole_number;
use super::types::docs;
use crate::model::{Enum, EnumValue, Type};
use crate::names::ident;
use crate::symbols::types::{DESERIALIZE, DESERIALIZER, INTEGER, SERIALIZE, SERIALIZER, UNION};

/// Emits an enum with a variant for each value, and one for those that the document does not contain.
pub(super) fn enumeration(ty: &Type, body: &Enum) -> TokenStream {
    let docs = docs(ty);
    let name = ident(&ty.name);
    let variants = body.values.iter().map(|value| {
        let shown = format!("`{}`", value.value.escape_debug());
        let text = value
            .description
            .as_deref()
            .map(|text| format!("{shown}: {text}"));
        let (docs, variant) = (doc([text.unwrap_or(shown)]), ident(&value.name));
        quote!(#docs #variant,)
    });
    let (copy, unknown, methods) = match body.integer {
        Some(integer) => (
            Some(quote!(Copy,)),
            ident(integer),
            integers(&name, &ident(integer), &body.values),
        ),
        None => (None, ident("String"), strings(&name, &body.values)),
    };
    quote! {
        #docs
        #[derive(Debug, Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that the document does not list.
            Unknown(#unknown),
        }

        #methods
    }
}

fn strings(name: &proc_macro2::Ident, values: &[EnumValue]) -> TokenStream {
    let to_str = values.iter().map(|value| {
        let (wire, variant) = (&value.value, ident(&value.name));
        quote!(Self::#variant => #wire,)
    });
    let from_str = values.iter().map(|value| {
        let (wire, variant) = (&value.value, ident(&value.name));
        quote!(#wire => Self::#variant,)
    });
    quote! {
        impl #name {
            /// Returns the value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { #(#to_str)* Self::Unknown(value) => value }
            }
        }

        impl From<&str> for #name {
            fn from(value: &str) -> Self {
                match value { #(#from_str)* other => Self::Unknown(other.to_owned()) }
            }
        }

        impl From<String> for #name {
            fn from(value: String) -> Self { Self::from(value.as_str()) }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl #SERIALIZE for #name {
            fn serialize<S: #SERIALIZER>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Unknown(value) => #UNION::unknown(value, serializer),
                    known => serializer.serialize_str(known.as_str()),
                }
            }
        }

        impl<'de> #DESERIALIZE<'de> for #name {
            fn deserialize<D: #DESERIALIZER<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    }
}

/// Emits an enum of numbers, as for strings. They are serialized without a fraction, and deserialized from any JSON
/// form of the number.
fn integers(
    name: &proc_macro2::Ident,
    integer: &proc_macro2::Ident,
    values: &[EnumValue],
) -> TokenStream {
    let pairs: Vec<_> = values
        .iter()
        .map(|value| {
            (
                whole_number(value.value.parse().unwrap_or_default()),
                ident(&value.name),
            )
        })
        .collect();
    let to_integer = pairs
        .iter()
        .map(|(digits, variant)| quote!(Self::#variant => #digits,));
    let from_integer = pairs
        .iter()
        .map(|(digits, variant)| quote!(#digits => Self::#variant,));
    quote! {
        impl #name {
            /// Returns the value on the wire.
            #[must_use]
            pub const fn value(self) -> #integer {
                match self { #(#to_integer)* Self::Unknown(value) => value }
            }
        }

        impl From<#integer> for #name {
            fn from(value: #integer) -> Self {
                match value { #(#from_integer)* other => Self::Unknown(other) }
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.value().fmt(f) }
        }

        impl #SERIALIZE for #name {
            fn serialize<S: #SERIALIZER>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Unknown(value) => #UNION::unknown(value, serializer),
                    known => known.value().serialize(serializer),
                }
            }
        }

        impl<'de> #DESERIALIZE<'de> for #name {
            fn deserialize<D: #DESERIALIZER<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #INTEGER::deserialize(deserializer).map(|value: #integer| Self::from(value))
            }
        }
    }
}
