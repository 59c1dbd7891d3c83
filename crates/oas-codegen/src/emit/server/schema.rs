//! `schema.rs` of the server crate: what is checked of requests, as static tables.

use oas_document::schema::Counted;
use oas_schema::{Format, Types};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};
use serde_json::{Number, Value};

use super::super::docs::doc;
use super::super::source::Source;
use crate::model::{
    AdditionalRule, Api, Bound, JsonType, Keywords, MediaKind, PartKind, Rule, RuleId,
};
use crate::names::{Scope, ident, snake};
use crate::symbols::schema::{FORMAT, LITERAL, NUMBER, PATTERN, PROPERTY, SCHEMA, TYPES};

/// All tables, and the patterns that they share; empty where nothing is checked.
pub(in crate::emit) fn schema(api: &Api) -> Result<Source, String> {
    let mut tables = Tables {
        api,
        patterns: Vec::new(),
        names: Scope::default(),
    };
    for rule in &api.rules {
        tables.names.claim(&rule.name);
    }
    let used = used(api);
    let mut statics = Source::default();
    for (named, _) in api.rules.iter().zip(used).filter(|(_, used)| *used) {
        let (name, docs) = (ident(&named.name), doc([format!("`{}`", named.pointer)]));
        let table = tables.rule(&named.rule);
        statics.add(quote!(#docs pub(crate) static #name: #SCHEMA = #table;))?;
    }
    if statics.is_empty() {
        return Ok(statics);
    }
    let patterns = tables.patterns.iter().map(|(pattern, name)| {
        let name = ident(name);
        quote!(static #name: #PATTERN = #PATTERN::new(#pattern);)
    });
    let mut source = Source::default();
    source.add_all(patterns)?;
    source.append(statics);
    Ok(source)
}

/// Which rules a parameter or a body leads to.
fn used(api: &Api) -> Vec<bool> {
    let parameters = api
        .operations()
        .flat_map(|operation| &operation.parameters)
        .map(|parameter| parameter.rule);
    let bodies = api
        .operations()
        .filter_map(|operation| operation.body.as_ref())
        .flat_map(|body| &body.media);
    let checked = bodies.filter(|media| {
        matches!(
            media.kind,
            MediaKind::Json | MediaKind::Form | MediaKind::Text
        )
    });
    let parts = api
        .operations()
        .filter_map(|operation| operation.body.as_ref())
        .flat_map(|body| &body.media)
        .flat_map(|media| &media.form)
        .filter(|field| field.kind != PartKind::File)
        .map(|field| field.rule);
    let parameters = parameters.chain(parts);
    let mut work: Vec<RuleId> = parameters
        .chain(checked.filter_map(|media| media.rule))
        .collect();
    let mut used = vec![false; api.rules.len()];
    while let Some(id) = work.pop() {
        if !std::mem::replace(&mut used[id.0], true) {
            api.rules[id.0].rule.visit(&mut |id| work.push(id));
        }
    }
    used
}

struct Tables<'a> {
    api: &'a Api,
    patterns: Vec<(String, String)>,
    names: Scope,
}

impl Tables<'_> {
    /// An expression of type `Schema`.
    fn rule(&mut self, rule: &Rule) -> TokenStream {
        match rule {
            Rule::Named(id) => {
                let name = self.named(*id);
                quote!(#SCHEMA::any().all_of(&[&#name]))
            }
            Rule::Nullable(id) => {
                let name = self.named(*id);
                quote!(#SCHEMA::any().all_of(&[&#name]).nullable())
            }
            Rule::Keywords(keywords) => self.keywords(keywords),
        }
    }

    /// An expression of type `&'static Schema`.
    fn reference(&mut self, rule: &Rule) -> TokenStream {
        if let Rule::Named(id) = rule {
            let name = self.named(*id);
            return quote!(&#name);
        }
        let table = self.rule(rule);
        quote!(&#table)
    }

    fn references(&mut self, rules: &[Rule]) -> TokenStream {
        let rules = rules.iter().map(|rule| self.reference(rule));
        quote!(&[#(#rules),*])
    }

    fn named(&self, id: RuleId) -> proc_macro2::Ident {
        ident(&self.api.rules[id.0].name)
    }

    fn keywords(&mut self, keywords: &Keywords) -> TokenStream {
        let start = self.start(keywords);
        let mut calls: Vec<TokenStream> = Vec::new();
        if keywords.types.len() > 1 && keywords.types.contains(&JsonType::Null) {
            calls.push(quote!(.nullable()));
        }
        if let Some(values) = &keywords.values {
            let values = values.iter().map(literal);
            calls.push(quote!(.values(&[#(#values),*])));
        }
        if let Some(format) = keywords.format.as_deref().and_then(Format::from_name)
            && format.types() != Types::NONE
            && !(matches!(format, Format::Int32 | Format::Int64) && is_integer(&keywords.types))
        {
            let variant = ident(&format!("{format:?}"));
            calls.push(quote!(.format(#FORMAT::#variant)));
        }
        bound(
            &mut calls,
            keywords.minimum.as_ref(),
            "minimum",
            "exclusive_minimum",
        );
        bound(
            &mut calls,
            keywords.maximum.as_ref(),
            "maximum",
            "exclusive_maximum",
        );
        if let Some(divisor) = &keywords.multiple_of {
            let divisor = number(divisor);
            calls.push(quote!(.multiple_of(#divisor)));
        }
        limits(&mut calls, keywords, Counted::Characters);
        if let Some((first, rest)) = keywords.patterns.split_first() {
            let first = self.pattern(first);
            calls.push(quote!(.pattern(&#first)));
            if !rest.is_empty() {
                let rest = rest.iter().map(|pattern| {
                    let pattern = self.pattern(pattern);
                    quote!(&#SCHEMA::any().pattern(&#pattern))
                });
                calls.push(quote!(.all_of(&[#(#rest),*])));
            }
        }
        if !keywords.pattern_properties.is_empty() {
            let entries: Vec<TokenStream> = keywords
                .pattern_properties
                .iter()
                .map(|(pattern, rule)| {
                    let (pattern, rule) = (self.pattern(pattern), self.reference(rule));
                    quote!((&#pattern, #rule))
                })
                .collect();
            calls.push(quote!(.pattern_properties(&[#(#entries),*])));
        }
        if let Some(rule) = &keywords.property_names {
            let rule = self.reference(rule);
            calls.push(quote!(.property_names(#rule)));
        }
        match &keywords.additional {
            AdditionalRule::Any => {}
            AdditionalRule::Closed => calls.push(quote!(.closed())),
            AdditionalRule::Rule(rule) => {
                let rule = self.reference(rule);
                calls.push(quote!(.additional_properties(#rule)));
            }
        }
        match &keywords.unevaluated {
            AdditionalRule::Any => {}
            AdditionalRule::Closed => {
                calls.push(quote!(.unevaluated_properties(&#SCHEMA::of(#TYPES::NONE))));
            }
            AdditionalRule::Rule(rule) => {
                let rule = self.reference(rule);
                calls.push(quote!(.unevaluated_properties(#rule)));
            }
        }
        limits(&mut calls, keywords, Counted::Properties);
        if let Some(items) = keywords
            .items
            .as_ref()
            .filter(|_| keywords.types != [JsonType::Array])
        {
            let items = self.reference(items);
            calls.push(quote!(.items(#items)));
        }
        if !keywords.prefix_items.is_empty() {
            let items = self.references(&keywords.prefix_items);
            calls.push(quote!(.prefix_items(#items)));
        }
        limits(&mut calls, keywords, Counted::Items);
        if keywords.unique_items {
            calls.push(quote!(.unique_items()));
        }
        self.dependent(&mut calls, keywords);
        self.alternatives(&mut calls, keywords);
        quote!(#start #(#calls)*)
    }

    /// Keywords whose force depends on other values (JSON Schema 2020-12).
    fn dependent(&mut self, calls: &mut Vec<TokenStream>, keywords: &Keywords) {
        if let Some((rule, least, most)) = &keywords.contains {
            let rule = self.reference(rule);
            let least = Literal::u64_unsuffixed(*least);
            let most = most.map_or_else(
                || quote!(usize::MAX),
                |most| Literal::u64_unsuffixed(most).into_token_stream(),
            );
            calls.push(quote!(.contains(#rule, #least, #most)));
        }
        if let Some((condition, then, otherwise)) = &keywords.condition {
            let condition = self.reference(condition);
            let mut branch = |rule: &Option<Rule>| match rule {
                Some(rule) => self.reference(rule),
                None => quote!(&#SCHEMA::any()),
            };
            let (then, otherwise) = (branch(then), branch(otherwise));
            calls.push(quote!(.condition(#condition, #then, #otherwise)));
        }
        if !keywords.dependent_required.is_empty() {
            let entries = keywords
                .dependent_required
                .iter()
                .map(|(name, names)| quote!((#name, &[#(#names),*])));
            calls.push(quote!(.dependent_required(&[#(#entries),*])));
        }
        if !keywords.dependent_rules.is_empty() {
            let entries: Vec<TokenStream> = keywords
                .dependent_rules
                .iter()
                .map(|(name, rule)| {
                    let rule = self.reference(rule);
                    quote!((#name, #rule))
                })
                .collect();
            calls.push(quote!(.dependent_schemas(&[#(#entries),*])));
        }
    }

    fn alternatives(&mut self, calls: &mut Vec<TokenStream>, keywords: &Keywords) {
        if let Some(discriminator) = keywords
            .discriminator
            .as_ref()
            .filter(|found| !found.mapping.is_empty())
        {
            let property = &discriminator.property;
            let mapping = discriminator.mapping.iter().map(|(value, rule)| {
                let rule = self.reference(rule);
                quote!((#value, #rule))
            });
            calls.push(quote!(.discriminator(#property, &[#(#mapping),*])));
        } else {
            self.groups(calls, &keywords.one_of, "one_of");
            self.groups(calls, &keywords.any_of, "any_of");
        }
        match keywords.not.as_slice() {
            [] => {}
            [only] => {
                let only = self.reference(only);
                calls.push(quote!(.not(#only)));
            }
            // None of them: not any of them.
            several => {
                let several = self.references(several);
                calls.push(quote!(.not(&#SCHEMA::any().any_of(#several))));
            }
        }
    }

    /// The first group on the schema itself, each further one in a member of its `allOf`.
    fn groups(&mut self, calls: &mut Vec<TokenStream>, groups: &[Vec<Rule>], keyword: &str) {
        let keyword = ident(keyword);
        let Some((first, rest)) = groups.split_first() else {
            return;
        };
        let first = self.references(first);
        calls.push(quote!(.#keyword(#first)));
        if !rest.is_empty() {
            let rest = rest.iter().map(|group| {
                let group = self.references(group);
                quote!(&#SCHEMA::any().#keyword(#group))
            });
            calls.push(quote!(.all_of(&[#(#rest),*])));
        }
    }

    /// The constructor that says most.
    fn start(&mut self, keywords: &Keywords) -> TokenStream {
        let types: Vec<JsonType> = keywords
            .types
            .iter()
            .copied()
            .filter(|ty| *ty != JsonType::Null || keywords.types.len() == 1)
            .collect();
        let properties = keywords.properties.iter().map(|property| {
            let (name, rule) = (&property.name, self.reference(&property.rule));
            if property.required {
                quote!(#PROPERTY::required(#name, #rule))
            } else {
                quote!(#PROPERTY::optional(#name, #rule))
            }
        });
        let properties: Vec<TokenStream> = properties.collect();
        match (types.as_slice(), keywords.format.as_deref()) {
            ([JsonType::Object], _) => quote!(#SCHEMA::object(&[#(#properties),*])),
            ([JsonType::Array], _) => {
                let items = keywords.items.as_ref().map(|items| self.reference(items));
                let items = items.unwrap_or_else(|| quote!(&#SCHEMA::any()));
                quote!(#SCHEMA::array(#items))
            }
            ([JsonType::String], _) => quote!(#SCHEMA::string()),
            ([JsonType::Boolean], _) => quote!(#SCHEMA::boolean()),
            ([JsonType::Integer], Some("int32")) => quote!(#SCHEMA::int32()),
            ([JsonType::Integer], Some("int64")) => quote!(#SCHEMA::int64()),
            ([JsonType::Integer], _) => quote!(#SCHEMA::integer()),
            ([JsonType::Number], _) => quote!(#SCHEMA::number()),
            (types, _) => {
                let start = match types {
                    [] => quote!(#SCHEMA::any()),
                    [first, rest @ ..] => {
                        let first = type_name(*first);
                        let rest = rest.iter().map(|ty| {
                            let name = type_name(*ty);
                            quote!(.or(#TYPES::#name))
                        });
                        quote!(#SCHEMA::of(#TYPES::#first #(#rest)*))
                    }
                };
                let properties =
                    (!properties.is_empty()).then(|| quote!(.properties(&[#(#properties),*])));
                quote!(#start #properties)
            }
        }
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

fn type_name(ty: JsonType) -> proc_macro2::Ident {
    ident(match ty {
        JsonType::Null => "NULL",
        JsonType::Boolean => "BOOLEAN",
        JsonType::Integer => "INTEGER",
        JsonType::Number => "NUMBER",
        JsonType::String => "STRING",
        JsonType::Array => "ARRAY",
        JsonType::Object => "OBJECT",
    })
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(#LITERAL::Null),
        Value::Bool(value) => quote!(#LITERAL::Boolean(#value)),
        Value::Number(value) => {
            let value = number(value);
            quote!(#LITERAL::Number(#value))
        }
        Value::String(value) => quote!(#LITERAL::String(#value)),
        other => {
            let text = other.to_string();
            quote!(#LITERAL::Json(#text))
        }
    }
}

fn number(value: &Number) -> TokenStream {
    if let Some(value) = value.as_i64() {
        let literal = Literal::i64_unsuffixed(value);
        quote!(#NUMBER::Integer(#literal))
    } else if let Some(value) = value.as_u64() {
        let literal = Literal::u64_unsuffixed(value);
        quote!(#NUMBER::Integer(#literal))
    } else {
        let literal = Literal::f64_unsuffixed(value.as_f64().unwrap_or_default());
        quote!(#NUMBER::Float(#literal))
    }
}

fn bound(calls: &mut Vec<TokenStream>, bound: Option<&Bound>, inclusive: &str, exclusive: &str) {
    if let Some(bound) = bound {
        let name = ident(if bound.exclusive {
            exclusive
        } else {
            inclusive
        });
        let value = number(&bound.value);
        calls.push(quote!(.#name(#value)));
    }
}

/// The limits of what is counted.
fn limits(calls: &mut Vec<TokenStream>, keywords: &Keywords, counted: Counted) {
    for (limit, size) in &keywords.limits {
        if limit.counted() == counted {
            let name = ident(&snake(limit.keyword()));
            let size = Literal::u64_unsuffixed(*size);
            calls.push(quote!(.#name(#size)));
        }
    }
}

/// Whether the constructors for integers of a size are of use, which have the format in them.
fn is_integer(types: &[JsonType]) -> bool {
    types.contains(&JsonType::Integer)
        && types
            .iter()
            .all(|ty| matches!(ty, JsonType::Integer | JsonType::Null))
}
