//! Emits `schema.rs` of the server crate: the schemas that requests are validated by, as static tables.

use std::collections::BTreeSet;

use oas_schema::{
    Additional, Bound, Condition, Contains, Counted, Discriminator, Format, Keywords, Limit,
    Limits, Number, Owned, Property, SchemaId, Types,
};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use crate::emit::docs::doc;
use crate::emit::rust_file::RustFile;
use crate::model::{Api, Checks};
use crate::names::{Scope, ident, snake};
use crate::symbols::Symbol;
use crate::symbols::schema::{FORMAT, LENIENT, LITERAL, NUMBER, PATTERN, PROPERTY, SCHEMA, TYPES};
use crate::{Settings, TypedFormat};

/// Emits all tables, and the patterns that they share; empty if nothing is validated.
pub(in crate::emit) fn schema(api: &Api, settings: &Settings) -> RustFile {
    let mut emitter = Emitter {
        checks: &api.checks,
        formats: &settings.formats,
        patterns: Vec::new(),
        names: Scope::default(),
    };
    for named in api.checks.named() {
        emitter.names.claim(&named.name);
    }
    let mut statics = RustFile::default();
    for named in api.checks.named() {
        let (name, docs) = (ident(&named.name), doc([format!("`{}`", named.pointer)]));
        let table = emitter.table(named.schema);
        statics.add(quote!(#docs pub(crate) static #name: #SCHEMA = #table;));
    }
    if statics.is_empty() {
        return statics;
    }
    let patterns = emitter.patterns.iter().map(|(pattern, name)| {
        let name = ident(name);
        quote!(static #name: #PATTERN = #PATTERN::new(#pattern);)
    });
    let mut file = RustFile::default();
    file.add_all(patterns);
    file.append(statics);
    file
}

struct Emitter<'a> {
    checks: &'a Checks,
    /// The formats whose texts have a type.
    formats: &'a BTreeSet<TypedFormat>,
    patterns: Vec<(String, String)>,
    names: Scope,
}

impl Emitter<'_> {
    /// Emits an expression of type `&'static Schema`.
    fn reference(&mut self, id: SchemaId) -> TokenStream {
        if let Some(name) = self.checks.name(id) {
            let name = ident(name);
            return quote!(&#name);
        }
        if let Some((member, false)) = self.checks.table(id).sole_member() {
            return self.reference(member);
        }
        let table = self.table(id);
        quote!(&#table)
    }

    fn references(&mut self, ids: &[SchemaId]) -> TokenStream {
        let ids = ids.iter().map(|id| self.reference(*id));
        quote!(&[#(#ids),*])
    }

    /// Emits an expression of type `Schema`.
    fn table(&mut self, id: SchemaId) -> TokenStream {
        let table = self.checks.table(id);
        // Null beside a schema that has no name is a keyword of that schema.
        if let Some((member, true)) = table.sole_member()
            && self.checks.name(member).is_none()
        {
            let member = self.table(member);
            return quote!(#member.nullable());
        }
        self.keywords(table.keywords())
    }

    /// Emits the constructor of the types, and a call for each other keyword.
    fn keywords(&mut self, keywords: &Keywords<Owned>) -> TokenStream {
        let Keywords {
            types,
            nullable,
            values,
            format,
            // The settings decide which types there are.
            typed: _,
            bounds,
            multiple_of,
            limits,
            pattern,
            content,
            prefix_items,
            items,
            unique_items,
            contains,
            unevaluated_items,
            properties,
            required,
            pattern_properties,
            additional_properties,
            property_names,
            dependent_required,
            dependent_schemas,
            unevaluated_properties,
            all_of,
            any_of,
            one_of,
            not,
            condition,
            discriminator,
        } = keywords;
        let (mut format, mut items) = (*format, *items);
        let only_types_see_null = values.is_none()
            && all_of.is_empty()
            && any_of.is_empty()
            && one_of.is_empty()
            && not.is_none()
            && condition.is_none();
        let (types, or_null) = match without_null(*types) {
            Some(others) if only_types_see_null => (others, true),
            _ => (*types, false),
        };
        let mut calls: Vec<TokenStream> = Vec::new();
        let named = self.properties(properties);
        let start = match (types, items, format) {
            (Types::OBJECT, ..) => quote!(#SCHEMA::object(#named)),
            (Types::ARRAY, Some(id), _) => {
                items = None;
                let id = self.reference(id);
                quote!(#SCHEMA::array(#id))
            }
            (Types::INTEGER, _, Some(Format::Int32)) => {
                format = None;
                quote!(#SCHEMA::int32())
            }
            (Types::INTEGER, _, Some(Format::Int64)) => {
                format = None;
                quote!(#SCHEMA::int64())
            }
            (types, ..) => constructor(types),
        };
        if types != Types::OBJECT && !properties.is_empty() {
            calls.push(quote!(.properties(#named)));
        }
        if *nullable || or_null {
            calls.push(quote!(.nullable()));
        }
        if let Some(values) = values {
            let values = values.iter().map(literal);
            calls.push(quote!(.values(&[#(#values),*])));
        }
        if let Some(format) = format {
            let typed = TypedFormat::from_name(format.name());
            let typed = typed.filter(|format| self.formats.contains(format));
            let format = ident(&format!("{format:?}"));
            calls.push(quote!(.format(#FORMAT::#format)));
            if let Some(typed) = typed {
                let value = Symbol::external(typed.path().to_owned());
                calls.push(quote!(.typed(#LENIENT::<#value>::accepts)));
            }
        }
        for (bound, value) in Bound::ALL.map(|bound| (bound, bounds.get(bound))) {
            if let Some(value) = value.map(number) {
                let name = ident(&snake(bound.keyword()));
                calls.push(quote!(.#name(#value)));
            }
        }
        if let Some(divisor) = multiple_of {
            let divisor = number(*divisor);
            calls.push(quote!(.multiple_of(#divisor)));
        }
        limit(&mut calls, limits, Counted::Characters);
        if let Some(pattern) = pattern {
            let pattern = self.pattern(pattern.source());
            calls.push(quote!(.pattern(&#pattern)));
        }
        self.one(&mut calls, "content", *content);
        if !required.is_empty() {
            let required = required.iter().map(|name| &**name);
            calls.push(quote!(.required(&[#(#required),*])));
        }
        if !pattern_properties.is_empty() {
            let entries: Vec<TokenStream> = pattern_properties
                .iter()
                .map(|(pattern, id)| {
                    let (pattern, id) = (self.pattern(pattern.source()), self.reference(*id));
                    quote!((&#pattern, #id))
                })
                .collect();
            calls.push(quote!(.pattern_properties(&[#(#entries),*])));
        }
        self.one(&mut calls, "property_names", *property_names);
        match additional_properties {
            Additional::Absent => {}
            Additional::Denied => calls.push(quote!(.deny_additional_properties())),
            Additional::Schema(id) if self.is_without_effect(*id) => {}
            Additional::Schema(id) => self.one(&mut calls, "additional_properties", Some(*id)),
        }
        self.one(
            &mut calls,
            "unevaluated_properties",
            *unevaluated_properties,
        );
        limit(&mut calls, limits, Counted::Properties);
        let items = items.filter(|id| !self.is_without_effect(*id));
        self.one(&mut calls, "items", items);
        self.several(&mut calls, "prefix_items", prefix_items);
        self.one(&mut calls, "unevaluated_items", *unevaluated_items);
        limit(&mut calls, limits, Counted::Items);
        if *unique_items {
            calls.push(quote!(.unique_items()));
        }
        if let Some(Contains {
            schema,
            least,
            most,
        }) = contains
        {
            let (schema, least, most) = (self.reference(*schema), count(*least), count(*most));
            calls.push(quote!(.contains(#schema, #least, #most)));
        }
        if let Some(Condition {
            condition,
            then,
            otherwise,
        }) = condition
        {
            let condition = self.reference(*condition);
            let mut branch = |id: &Option<SchemaId>| match id {
                Some(id) => self.reference(*id),
                None => quote!(&#SCHEMA::any()),
            };
            let (then, otherwise) = (branch(then), branch(otherwise));
            calls.push(quote!(.condition(#condition, #then, #otherwise)));
        }
        if !dependent_required.is_empty() {
            let entries = dependent_required.iter().map(|(name, names)| {
                let names = names.iter().map(|name| &**name);
                let name = &**name;
                quote!((#name, &[#(#names),*]))
            });
            calls.push(quote!(.dependent_required(&[#(#entries),*])));
        }
        if !dependent_schemas.is_empty() {
            let entries = self.entries(dependent_schemas);
            calls.push(quote!(.dependent_schemas(#entries)));
        }
        self.several(&mut calls, "all_of", all_of);
        if let Some(Discriminator {
            property,
            mapping,
            default,
        }) = discriminator
        {
            let (property, mapping) = (&**property, self.entries(mapping));
            calls.push(quote!(.discriminator(#property, #mapping)));
            self.one(&mut calls, "default_mapping", *default);
        }
        self.several(&mut calls, "one_of", one_of);
        self.several(&mut calls, "any_of", any_of);
        self.one(&mut calls, "not", *not);
        quote!(#start #(#calls)*)
    }

    /// Returns whether the schema of items or properties accepts everything, and no other keyword depends on its
    /// presence.
    fn is_without_effect(&self, id: SchemaId) -> bool {
        self.checks.table(id).is_any() && !self.checks.has_unevaluated()
    }

    fn properties(&mut self, properties: &[Property<Owned>]) -> TokenStream {
        let properties = properties.iter().map(
            |Property {
                 name,
                 schema,
                 required,
                 read_only,
                 write_only,
             }| {
                let (name, schema) = (&**name, self.reference(*schema));
                let constructor = ident(if *required { "required" } else { "optional" });
                let read_only = read_only.then(|| quote!(.read_only()));
                let write_only = write_only.then(|| quote!(.write_only()));
                quote!(#PROPERTY::#constructor(#name, #schema) #read_only #write_only)
            },
        );
        quote!(&[#(#properties),*])
    }

    fn one(&mut self, calls: &mut Vec<TokenStream>, keyword: &str, id: Option<SchemaId>) {
        if let Some(id) = id {
            let (keyword, id) = (ident(keyword), self.reference(id));
            calls.push(quote!(.#keyword(#id)));
        }
    }

    fn several(&mut self, calls: &mut Vec<TokenStream>, keyword: &str, ids: &[SchemaId]) {
        if !ids.is_empty() {
            let (keyword, ids) = (ident(keyword), self.references(ids));
            calls.push(quote!(.#keyword(#ids)));
        }
    }

    fn entries(&mut self, entries: &[(Box<str>, SchemaId)]) -> TokenStream {
        let entries = entries.iter().map(|(name, id)| {
            let (name, id) = (&**name, self.reference(*id));
            quote!((#name, #id))
        });
        quote!(&[#(#entries),*])
    }

    fn pattern(&mut self, pattern: &str) -> proc_macro2::Ident {
        if let Some((_, name)) = self.patterns.iter().find(|(known, _)| known == pattern) {
            return ident(name);
        }
        let name = self
            .names
            .claim(&format!("PATTERN_{}", self.patterns.len() + 1));
        let identifier = ident(&name);
        self.patterns.push((pattern.to_owned(), name));
        identifier
    }
}

/// The types that have a name of their own, and their constructors.
const NAMED: [(Types, &str, Option<&str>); 7] = [
    (Types::BOOLEAN, "BOOLEAN", Some("boolean")),
    (Types::NUMBER, "NUMBER", Some("number")),
    (Types::INTEGER, "INTEGER", Some("integer")),
    (Types::STRING, "STRING", Some("string")),
    (Types::ARRAY, "ARRAY", None),
    (Types::OBJECT, "OBJECT", None),
    (Types::NULL, "NULL", None),
];

/// Emits the constructor of a schema that accepts these types.
fn constructor(types: Types) -> TokenStream {
    if types == Types::ALL {
        return quote!(#SCHEMA::any());
    }
    if types == Types::NONE {
        return quote!(#SCHEMA::of(#TYPES::NONE));
    }
    let sole = NAMED.iter().find(|(named, ..)| *named == types);
    if let Some((_, _, Some(constructor))) = sole {
        let constructor = ident(constructor);
        return quote!(#SCHEMA::#constructor());
    }
    let is_number = types.contains(Types::NUMBER);
    let names: Vec<_> = NAMED
        .iter()
        .filter(|(named, ..)| types.contains(*named) && !(is_number && *named == Types::INTEGER))
        .map(|(_, name, _)| ident(name))
        .collect();
    match names.as_slice() {
        [first, rest @ ..] => {
            let rest = rest.iter().map(|name| quote!(.or(#TYPES::#name)));
            quote!(#SCHEMA::of(#TYPES::#first #(#rest)*))
        }
        [] => quote!(#SCHEMA::of(#TYPES::NONE)),
    }
}

/// Returns the other types of a set that contains null and not everything.
fn without_null(types: Types) -> Option<Types> {
    if types == Types::ALL || types == Types::NULL || !types.contains(Types::NULL) {
        return None;
    }
    let others = NAMED
        .iter()
        .filter(|(named, ..)| *named != Types::NULL && types.contains(*named));
    Some(others.fold(Types::NONE, |all, (named, ..)| all.or(*named)))
}

fn literal(value: &oas_schema::Literal<Owned>) -> TokenStream {
    match value {
        oas_schema::Literal::Null => quote!(#LITERAL::Null),
        oas_schema::Literal::Boolean(value) => quote!(#LITERAL::Boolean(#value)),
        oas_schema::Literal::Number(value) => {
            let value = number(*value);
            quote!(#LITERAL::Number(#value))
        }
        oas_schema::Literal::String(value) => {
            let value = &**value;
            quote!(#LITERAL::String(#value))
        }
        oas_schema::Literal::Json(text) => {
            let text = &**text;
            quote!(#LITERAL::Json(#text))
        }
    }
}

fn number(value: Number) -> TokenStream {
    match value {
        Number::Integer(value) => {
            let literal = Literal::i128_unsuffixed(value);
            quote!(#NUMBER::Integer(#literal))
        }
        Number::Float(value) => {
            let literal = Literal::f64_unsuffixed(value);
            quote!(#NUMBER::Float(#literal))
        }
    }
}

/// Emits the limits on what is counted.
fn limit(calls: &mut Vec<TokenStream>, limits: &Limits, counted: Counted) {
    for limit in Limit::ALL {
        if limit.counted() == counted
            && let Some(value) = limits.get(limit)
        {
            let (name, value) = (ident(&snake(limit.keyword())), count(value));
            calls.push(quote!(.#name(#value)));
        }
    }
}

fn count(value: usize) -> TokenStream {
    match value {
        usize::MAX => quote!(usize::MAX),
        value => Literal::usize_unsuffixed(value).into_token_stream(),
    }
}
