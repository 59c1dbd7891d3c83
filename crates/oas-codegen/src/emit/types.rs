//! Emits the types crate: one type for each schema.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use serde_json::Value;

use super::docs::{deprecated, doc, doc_or, facts};
use super::enums::enumeration;
use super::errors::error;
use super::literals::{expression, whole_number};
use super::rust_file::RustFile;
use super::type_tokens::{crowded, debug, rename_value, setter, type_tokens};
use super::unions::union;
use crate::Settings;
use crate::model::{Api, Field, Struct, Type, TypeKind, TypeRef};
use crate::names::ident;
use crate::symbols::Symbol;
use crate::symbols::types::{DESERIALIZE, INTEGER, NULLABLE, SERIALIZE};

/// Emits all types of an API.
pub(super) fn types(api: &Api, settings: &Settings) -> RustFile {
    let mut types: Vec<&Type> = api.types.iter().collect();
    types.sort_by_key(|ty| ty.order);
    let mut file = RustFile::default();
    for ty in types {
        match shared(ty, settings) {
            Some(theirs) => file.add(quote!(pub use #theirs;)),
            None => add(&mut file, api, ty),
        }
    }
    file
}

/// Returns the type of another crate that represents the schema, if the document shares it.
fn shared(ty: &Type, settings: &Settings) -> Option<Symbol> {
    let package = settings.shared.get(ty.file.as_deref()?)?;
    let path = format!("{}::{}", package.replace('-', "_"), ty.name);
    Some(Symbol::external(path))
}

fn add(file: &mut RustFile, api: &Api, ty: &Type) {
    match &ty.kind {
        TypeKind::Struct(body) => file.add(structure(api, ty, body)),
        TypeKind::Enum(body) => enumeration(file, ty, body),
        TypeKind::Union(body) => file.add(union(api, ty, body)),
        TypeKind::Alias(target) => {
            let (docs, name) = (docs(ty), ident(&ty.name));
            let target = type_tokens(api, target, &TokenStream::new());
            file.add(quote! { #docs pub type #name = #target; });
        }
        TypeKind::Newtype(target) => file.add(newtype(api, ty, target)),
        TypeKind::Foreign(path) => {
            let (theirs, name) = (Symbol::external(path.clone()), ident(&ty.name));
            let is_same = path.rsplit("::").next() == Some(&*ty.name);
            let renamed = (!is_same).then(|| quote!(as #name));
            return file.add(quote!(pub use #theirs #renamed;));
        }
    }
    if let Some(role) = &ty.error {
        file.add(error(ty, role));
    }
}

/// Emits the documentation and attributes that every kind of type has.
pub(super) fn docs(ty: &Type) -> TokenStream {
    // A component is known by its name, every other schema by its place alone. The folder of a file depends on where the program runs.
    let file = ty.file.as_deref().and_then(|file| file.rsplit('/').next());
    let component = ty.pointer.strip_prefix("/components/schemas/");
    let fallback = match (component, file) {
        (Some(name), _) if !name.contains('/') => format!("`{name}`"),
        (_, Some(file)) if ty.pointer.is_empty() => format!("The schema in `{file}`."),
        (_, Some(file)) => format!("The schema at `{}` in `{file}`.", ty.pointer),
        (_, None) => format!("The schema at `{}`.", ty.pointer),
    };
    let docs = doc_or(ty.description.as_deref(), &fallback);
    let deprecated = deprecated(ty.deprecated);
    let attributes = ty.attributes.iter();
    let attributes = attributes.filter_map(|text| text.parse::<TokenStream>().ok());
    quote! { #docs #deprecated #(#attributes)* }
}

fn newtype(api: &Api, ty: &Type, target: &TypeRef) -> TokenStream {
    let (docs, name) = (docs(ty), ident(&ty.name));
    let integers = holds_integer(target).then(|| {
        let function = INTEGER.quoted("deserialize");
        quote!(#[serde(deserialize_with = #function)])
    });
    let target = type_tokens(api, target, &TokenStream::new());
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, #SERIALIZE, #DESERIALIZE)]
        #[serde(transparent)]
        pub struct #name(#integers pub #target);

        impl From<#target> for #name {
            fn from(value: #target) -> Self { Self(value) }
        }
    }
}

fn structure(api: &Api, ty: &Type, body: &Struct) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs(ty);
    let naming = Naming::of(&body.fields);
    let rename_all = naming.attribute();
    let required: Vec<&Field> = body.fields.iter().filter(|field| field.required).collect();
    let is_derived =
        required.is_empty() && body.fields.iter().all(|field| !has_default_function(field));
    let default = is_derived.then(|| quote!(Default,));
    let fields = body
        .fields
        .iter()
        .map(|field| field_tokens(api, (&ty.name, body), field, &naming));
    let additional = body.additional.as_ref().map(|additional| {
        let (name, ty) = (
            ident(&additional.name),
            type_tokens(api, &additional.ty, &TokenStream::new()),
        );
        let integers = holds_integer(&additional.ty).then(|| {
            let function = INTEGER.quoted("deserialize");
            quote!(, deserialize_with = #function)
        });
        quote! {
            /// The properties that the schema does not list.
            #[serde(flatten #integers)]
            pub #name: std::collections::BTreeMap<String, #ty>,
        }
    });
    let (constructor, constructed_default) = constructor(api, &name, &required, is_derived, body);
    let defaults = body
        .fields
        .iter()
        .filter(|field| has_default_function(field))
        .map(|field| default_function(api, body, field));
    let setters = body
        .fields
        .iter()
        .filter(|field| !field.required)
        .map(|field| field_setter(api, field));
    let redacted = body.fields.iter().any(|field| field.secret);
    let redacted = redacted.then(|| debug(&TokenStream::new(), &name, debug_fields(body)));
    let debug = redacted.is_none().then(|| quote!(Debug,));
    quote! {
        #docs
        #[derive(#debug Clone, #default PartialEq, #SERIALIZE, #DESERIALIZE)]
        #rename_all
        #[non_exhaustive]
        pub struct #name { #(#fields)* #additional }

        impl #name {
            #constructor
            #(#setters)*
            #(#defaults)*
        }

        #constructed_default

        #redacted
    }
}

/// Returns the fields for `Debug`, if one of them is secret.
fn debug_fields(body: &Struct) -> impl Iterator<Item = (String, TokenStream)> {
    let fields = body.fields.iter().map(|field| {
        let name = ident(&field.name);
        let value = match (field.secret, field.has_value()) {
            (false, _) => quote!(self.#name),
            (true, true) => quote!("***"),
            (true, false) => quote!(self.#name.as_ref().map(|_| "***")),
        };
        (field.name.clone(), value)
    });
    let additional = body.additional.iter().map(|additional| {
        let name = ident(&additional.name);
        (additional.name.clone(), quote!(self.#name))
    });
    fields.chain(additional)
}

/// The conversion of field names to property names in serde: one rule for the struct if it holds for most fields, and a
/// name for each of the rest.
#[derive(Clone, Copy)]
enum Naming {
    AsIs,
    Camel,
    Pascal,
    Kebab,
    Shouty,
}

impl Naming {
    fn of(fields: &[Field]) -> Self {
        let renames = |naming: Self| {
            fields
                .iter()
                .filter(|field| naming.apply(&field.name) != field.property)
                .count()
        };
        [
            Self::AsIs,
            Self::Camel,
            Self::Pascal,
            Self::Kebab,
            Self::Shouty,
        ]
        .into_iter()
        .min_by_key(|&naming| renames(naming) + usize::from(!matches!(naming, Self::AsIs)))
        .unwrap_or(Self::AsIs)
    }

    fn attribute(self) -> TokenStream {
        let rule = match self {
            Self::AsIs => return TokenStream::new(),
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
            Self::Kebab => "kebab-case",
            Self::Shouty => "SCREAMING_SNAKE_CASE",
        };
        quote!(#[serde(rename_all = #rule)])
    }

    /// Converts a field name by the same rules as `serde_derive`.
    fn apply(self, field: &str) -> String {
        let pascal = || {
            field.split('_').map(|word| {
                let mut chars = word.chars();
                chars.next().map_or_else(String::new, |first| {
                    first.to_ascii_uppercase().to_string() + chars.as_str()
                })
            })
        };
        match self {
            Self::AsIs => field.to_owned(),
            Self::Pascal => pascal().collect(),
            Self::Camel => {
                let pascal: String = pascal().collect();
                let mut chars = pascal.chars();
                chars.next().map_or_else(String::new, |first| {
                    first.to_ascii_lowercase().to_string() + chars.as_str()
                })
            }
            Self::Kebab => field.replace('_', "-"),
            Self::Shouty => field.to_ascii_uppercase(),
        }
    }
}

fn field_tokens(api: &Api, owner: (&str, &Struct), field: &Field, naming: &Naming) -> TokenStream {
    let name = ident(&field.name);
    let ty = field_type(api, field);
    let seen = |value| Some(value).filter(|_| !field.secret).flatten();
    let (default, example) = (field.default.as_ref(), field.example.as_ref());
    let facts = facts(seen(default), &field.constraints, seen(example));
    let named = format!("Property `{}`.", field.property.escape_debug());
    let description = field
        .description
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let absence = match is_absent_or_null(field) {
        true => "`None` is absent, `Some(None)` is null.",
        false => "",
    };
    let docs = doc([description.unwrap_or(&named), &facts, absence]);
    let deprecated = deprecated(field.deprecated);
    let serde = field_attribute(owner, field, naming, &name);
    quote! { #docs #deprecated #serde pub #name: #ty, }
}

fn field_attribute(
    (owner, body): (&str, &Struct),
    field: &Field,
    naming: &Naming,
    name: &proc_macro2::Ident,
) -> Option<TokenStream> {
    let mut arguments: Vec<TokenStream> = Vec::new();
    // serde takes the name without `r#`; an escaped name such as `self_` has lost the property's name.
    let spelled = name.to_string();
    let spelled = spelled.trim_start_matches("r#");
    if naming.apply(spelled) != field.property {
        let property = &field.property;
        arguments.push(quote!(rename = #property));
    }
    // For a field of any JSON value, an absent value and null differ as well.
    let nullable = match &field.ty {
        TypeRef::Nullable(_) => true,
        TypeRef::Json => !field.required,
        _ => false,
    };
    let integers = holds_integer(&field.ty);
    let function = match (field.has_value(), nullable, integers) {
        // Absence has a value of its own, and null is read as in any option.
        (true, true, false) if field.assumed => None,
        (true, true, false) => Some(quote!("Option::deserialize")),
        (true, _, true) | (false, false, true) => {
            Some(INTEGER.quoted("deserialize").to_token_stream())
        }
        (false, true, true) => Some(INTEGER.quoted("deserialize_some").to_token_stream()),
        (false, true, false) => Some(NULLABLE.quoted("deserialize_some").to_token_stream()),
        (true, false, false) | (false, false, false) => None,
    };
    if has_default_function(field) {
        let path = format!("{owner}::{}", default_name(body, field));
        arguments.push(quote!(default = #path));
    } else if field.assumed || (function.is_some() && !field.required) {
        arguments.push(quote!(default));
    }
    if let Some(function) = function {
        arguments.push(quote!(deserialize_with = #function));
    }
    if !field.has_value() {
        arguments.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    (!arguments.is_empty()).then(|| quote!(#[serde(#(#arguments),*)]))
}

/// Returns whether the default of a field differs from that of its type.
fn has_default_function(field: &Field) -> bool {
    let is_plain = match field.default.as_ref() {
        Some(Value::Bool(value)) => !value,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(values)) => values.is_empty(),
        _ => false,
    };
    let is_own = matches!(field.ty, TypeRef::Named(_) | TypeRef::Nullable(_));
    field.assumed && (is_own || !is_plain)
}

/// Returns `default_size`, unless a setter has that name.
fn default_name(body: &Struct, field: &Field) -> proc_macro2::Ident {
    let mut name = format!("default_{}", field.name);
    while body.fields.iter().any(|field| field.name == name) {
        name.push('_');
    }
    ident(&name)
}

fn default_function(api: &Api, body: &Struct, field: &Field) -> Option<TokenStream> {
    let (name, ty) = (default_name(body, field), field_type(api, field));
    let (here, default) = (TokenStream::new(), field.default.as_ref()?);
    let value = match (&field.ty, field.boxed) {
        (TypeRef::Nullable(inner), true) => {
            let inner = expression(api, inner, default, &here)?;
            quote!(Some(Box::new(#inner)))
        }
        (ty, true) => {
            let value = expression(api, ty, default, &here)?;
            quote!(Box::new(#value))
        }
        (ty, false) => expression(api, ty, default, &here)?,
    };
    Some(quote!(fn #name() -> #ty { #value }))
}

/// Returns whether a type is an integer, or a list, map, option or tuple of integers.
pub(super) fn holds_integer(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Integer(_) => true,
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => {
            holds_integer(inner)
        }
        TypeRef::Tuple(items) => {
            items.iter().any(holds_integer) && items.iter().all(is_beside_integers)
        }
        _ => false,
    }
}

/// Returns whether a tuple of this type and of integers is deserialized as integers are.
fn is_beside_integers(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Bool | TypeRef::Float | TypeRef::String | TypeRef::Json | TypeRef::JsonObject => {
            true
        }
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => {
            is_beside_integers(inner)
        }
        ty => holds_integer(ty),
    }
}

/// Returns whether a field is an `Option<Option<T>>`, because its property may be absent and may be null.
pub(super) fn is_absent_or_null(field: &Field) -> bool {
    matches!(field.ty, TypeRef::Nullable(_)) && !field.has_value()
}

/// Returns `Option<Option<T>>` for a field that can be absent and null: the outer one for presence, the inner one for
/// null.
pub(super) fn field_type(api: &Api, field: &Field) -> TokenStream {
    let ty = match &field.ty {
        TypeRef::Nullable(inner) => {
            let inner = boxed(field.boxed, type_tokens(api, inner, &TokenStream::new()));
            quote!(Option<#inner>)
        }
        other => boxed(field.boxed, type_tokens(api, other, &TokenStream::new())),
    };
    if field.has_value() {
        ty
    } else {
        quote!(Option<#ty>)
    }
}

pub(super) fn boxed(boxed: bool, ty: TokenStream) -> TokenStream {
    if boxed { quote!(Box<#ty>) } else { ty }
}

fn constructor(
    api: &Api,
    struct_name: &proc_macro2::Ident,
    required: &[&Field],
    is_derived: bool,
    body: &Struct,
) -> (TokenStream, Option<TokenStream>) {
    let parameters: Vec<&&Field> = required
        .iter()
        .filter(|field| constant(field).is_none())
        .collect();
    let count = parameters.len();
    let parameters = parameters.into_iter().map(|field| {
        let (name, (ty, _)) = (
            ident(&field.name),
            setter(api, &field.ty, &TokenStream::new()),
        );
        quote!(#name: #ty)
    });
    if is_derived {
        let docs = doc([match body.fields.iter().any(|field| field.assumed) {
            true => "Creates a value in which every property is absent or has its default.",
            false => "Creates a value in which every property is absent.",
        }]);
        let new = quote! {
            #docs
            #[must_use]
            pub fn new() -> Self { Default::default() }
        };
        return (new, None);
    }
    let values = body.fields.iter().map(|field| {
        let name = ident(&field.name);
        if has_default_function(field) {
            let default = default_name(body, field);
            return quote!(#name: Self::#default());
        }
        if field.assumed {
            return quote!(#name: Default::default());
        }
        if !field.required {
            return quote!(#name: None);
        }
        if let Some(constant) = constant(field) {
            return quote!(#name: #constant);
        }
        let value = stored(api, field, &name);
        if name == value.to_string() {
            return quote!(#name);
        }
        quote!(#name: #value)
    });
    let additional = body.additional.as_ref().map(|additional| {
        let name = ident(&additional.name);
        quote!(#name: std::collections::BTreeMap::new(),)
    });
    let crowded = crowded(count);
    let new = quote! {
        /// Creates a value with the required properties.
        #[must_use]
        #crowded
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values,)* #additional }
        }
    };
    let default = (count == 0).then(|| {
        quote! {
            impl Default for #struct_name {
                fn default() -> Self { Self::new() }
            }
        }
    });
    (new, default)
}

/// Emits an expression for the only value of a field, if its type can represent it.
pub(super) fn constant(field: &Field) -> Option<TokenStream> {
    if field.boxed {
        return None;
    }
    match (field.constant.as_ref()?, &field.ty) {
        (Value::String(text), TypeRef::String | TypeRef::Named(_)) => Some(quote!(#text.into())),
        (Value::Bool(value), TypeRef::Bool) => Some(quote!(#value)),
        (Value::Number(number), TypeRef::Integer(_)) => Some(whole_number(number.as_i64()?.into())),
        _ => None,
    }
}

/// Emits the value of a field, without what its absence adds, from the argument of its setter.
fn stored(api: &Api, field: &Field, argument: &proc_macro2::Ident) -> TokenStream {
    let (_, conversion) = setter(api, &field.ty, &TokenStream::new());
    let value = rename_value(&conversion, argument);
    match (field.boxed, &field.ty) {
        (false, _) => value,
        // `Into<Option<Box<T>>>` would not take a plain `T`: box after the conversion.
        (true, TypeRef::Nullable(inner)) => {
            let inner = type_tokens(api, inner, &TokenStream::new());
            quote!(Into::<Option<#inner>>::into(#argument).map(Box::new))
        }
        (true, _) => quote!(Box::new(#value)),
    }
}

fn field_setter(api: &Api, field: &Field) -> TokenStream {
    let name = ident(&field.name);
    let (ty, _) = setter(api, &field.ty, &TokenStream::new());
    let value = stored(api, field, &ident("value"));
    let value = match field.assumed {
        true => value,
        false => quote!(Some(#value)),
    };
    let docs = format!("Sets `{}`.", field.property);
    let docs = match (&field.ty, field.assumed) {
        (TypeRef::Nullable(_), true) => doc([format!("{docs} `None` sends null.")]),
        (TypeRef::Nullable(_), false) => doc([format!(
            "{docs} `None` sends null; a value that is never set is absent."
        )]),
        _ => doc([docs]),
    };
    let deprecated = deprecated(field.deprecated);
    quote! {
        #docs
        #deprecated
        #[must_use]
        pub fn #name(mut self, value: #ty) -> Self {
            self.#name = #value;
            self
        }
    }
}
