//! Enums of the values that a schema lists.

use quote::quote;

use super::docs::doc;
use super::literals::whole_number;
use super::rust_file::RustFile;
use super::types::docs;
use crate::model::{Enum, EnumValue, Type};
use crate::names::ident;
use crate::symbols::types::{DESERIALIZE, DESERIALIZER, INTEGER, SERIALIZE, SERIALIZER, UNION};

/// Emits an enum with a variant for each value, and one for those that the document does not contain.
///
/// The implementations are added one by one, because there can be a hundred thousand values.
pub(super) fn enumeration(file: &mut RustFile, ty: &Type, body: &Enum) {
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
    let (copy, unknown) = match body.integer {
        Some(integer) => (Some(quote!(Copy,)), ident(integer)),
        None => (None, ident("String")),
    };
    file.add(quote! {
        #docs
        #[derive(Debug, Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that the document does not list.
            Unknown(#unknown),
        }
    });
    match body.integer {
        Some(integer) => integers(file, &name, &ident(integer), &body.values),
        None => strings(file, &name, &body.values),
    }
}

fn strings(file: &mut RustFile, name: &proc_macro2::Ident, values: &[EnumValue]) {
    let to_str = values.iter().map(|value| {
        let (wire, variant) = (&value.value, ident(&value.name));
        quote!(Self::#variant => #wire,)
    });
    file.add(quote! {
        impl #name {
            /// Returns the value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { #(#to_str)* Self::Unknown(value) => value }
            }
        }
    });
    let from_str = values.iter().map(|value| {
        let (wire, variant) = (&value.value, ident(&value.name));
        quote!(#wire => Self::#variant,)
    });
    file.add(quote! {
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
    });
}

/// Emits an enum of numbers, as for strings. They are serialized without a fraction, and deserialized from any JSON
/// form of the number.
fn integers(
    file: &mut RustFile,
    name: &proc_macro2::Ident,
    integer: &proc_macro2::Ident,
    values: &[EnumValue],
) {
    let pairs = values.iter().map(|value| {
        let digits = whole_number(value.value.parse().unwrap_or_default());
        (digits, ident(&value.name))
    });
    let to_integer = pairs
        .clone()
        .map(|(digits, variant)| quote!(Self::#variant => #digits,));
    file.add(quote! {
        impl #name {
            /// Returns the value on the wire.
            #[must_use]
            pub const fn value(self) -> #integer {
                match self { #(#to_integer)* Self::Unknown(value) => value }
            }
        }
    });
    let from_integer = pairs.map(|(digits, variant)| quote!(#digits => Self::#variant,));
    file.add(quote! {
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
    });
}
