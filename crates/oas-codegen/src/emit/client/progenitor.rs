//! Calls progenitor to generate the builders of operations.
//!
//! progenitor asserts where it cannot express something (two success bodies, two error bodies, several media types),
//! supports no cookies and no optional bodies, and sorts the fields of the types it generates. So it gets a document
//! that is constructed from the model: each operation with its parameters under their final names and types, its body,
//! and one empty response. Its builders for that document are complete. The code that sends the request and decodes the
//! response is then emitted by [`progenitor_adapter`](super::progenitor_adapter).
//!
//! Operations with inputs alike are one operation of that document.

use std::collections::HashMap;

use indexmap::IndexMap;
use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;
use serde_json::{Map, Value, json};
use syn::{ImplItem, ItemImpl, ReturnType, Type};

use crate::emit::print::members;
use crate::emit::type_tokens::type_tokens;
use crate::model::{Api, Operation, ParameterLocation, TypeRef};
use crate::symbols::own::TYPES;

/// A builder as progenitor writes it.
///
/// Syntax trees take a hundred times their text, and tokens less than half of that, which clones share: each part is parsed where it
/// is converted.
#[derive(Clone)]
pub(super) struct Builder {
    pub(super) name: String,
    pub(super) definition: TokenStream,
    pub(super) methods: Vec<Method>,
}

/// A method of a builder. Of `send`, the body ends where the request is made.
#[derive(Clone)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) tokens: TokenStream,
}

/// Operations whose inputs are alike, so that they have one builder, with their places in [`Api::operations`].
pub(super) type Alike<'a> = Vec<(usize, &'a Operation)>;

/// Groups the operations whose inputs are alike, as most of an API have.
pub(super) fn alike(api: &Api) -> Vec<Alike<'_>> {
    let mut replacements = Replacements::default();
    let mut alike: IndexMap<(String, String), Alike<'_>> = IndexMap::new();
    for (index, operation) in api.operations().enumerate() {
        let (parameters, item) = replacements.inputs(api, operation);
        let alike = alike.entry((parameters, item.to_string())).or_default();
        alike.push((index, operation));
    }
    alike.into_values().collect()
}

/// Returns the builders of some of these operations. An error names the assumption about progenitor's output that no longer holds;
/// none of them depends on the document.
pub(super) fn builders(api: &Api, alike: &[Alike<'_>]) -> Result<Vec<Builder>, String> {
    let mut replacements = Replacements::default();
    let first = alike.iter().filter_map(|alike| alike.first()).enumerate();
    let paths: Map<String, Value> = first
        .map(|(index, (_, operation))| {
            let (parameters, mut item) = replacements.inputs(api, operation);
            // Made from the index, so that they are always valid.
            item["operationId"] = format!("op{index}").into();
            (format!("/{index}{parameters}"), json!({ "put": item }))
        })
        .collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "operations", "version": "0" },
        "paths": paths,
        "components": { "schemas": replacements.schemas() },
    });
    let document: OpenAPI = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    for (name, ty) in replacements.names.iter().zip(&replacements.types) {
        settings.with_replacement(name, ty, std::iter::empty());
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .map_err(|error| error.to_string())?;
    // Few documents have any, and the code of all builders is long.
    let tokens = match replacements.tuples.is_empty() {
        true => tokens,
        false => substituted(tokens, &replacements.tuples),
    };
    split(tokens, alike.len())
}

/// Types that progenitor takes from us, each behind a schema of its own.
#[derive(Default)]
struct Replacements {
    names: Vec<String>,
    types: Vec<String>,
    known: HashMap<String, usize>,
    /// The tuples, which have no paths: the names of their schemas are in the place of these.
    tuples: HashMap<String, TokenStream>,
}

impl Replacements {
    /// Returns an operation with the inputs of one of the API, and its parameters in the path. What is required becomes an argument
    /// of a type that [`progenitor_adapter`](super::progenitor_adapter) emits, so that all of it is text here.
    fn inputs(&mut self, api: &Api, operation: &Operation) -> (String, Value) {
        let text = || json!({ "type": "string" });
        let mut path = String::new();
        let mut parameters: Vec<Value> = Vec::new();
        for parameter in &operation.parameters {
            let in_path = parameter.location == ParameterLocation::Path;
            if in_path {
                path.push_str(&format!("/{{{}}}", parameter.field));
            }
            let schema = match parameter.required {
                true => text(),
                false => self.schema(api, &parameter.ty),
            };
            parameters.push(json!({
                "name": parameter.field,
                "in": if in_path { "path" } else { "query" },
                "required": parameter.required,
                "schema": schema,
            }));
        }
        let mut item = json!({ "responses": { "200": { "description": "" } } });
        match &operation.body {
            Some(body) if body.required => {
                item["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": text() } } });
            }
            // An optional body is one more optional value to a builder.
            Some(body) => {
                let ty = super::body_type(api, operation, body);
                let schema =
                    json!({ "$ref": format!("#/components/schemas/{}", self.replace(ty)) });
                parameters.push(
                    json!({ "name": "body", "in": "query", "required": false, "schema": schema }),
                );
            }
            None => {}
        }
        item["parameters"] = Value::Array(parameters);
        (path, item)
    }

    /// Returns a schema for a type that progenitor and we represent alike, or else a reference to a replacement.
    fn schema(&mut self, api: &Api, ty: &TypeRef) -> Value {
        match ty {
            TypeRef::Bool => json!({ "type": "boolean" }),
            TypeRef::String => json!({ "type": "string" }),
            TypeRef::Integer("i64") => json!({ "type": "integer", "format": "int64" }),
            TypeRef::Integer("i32") => json!({ "type": "integer", "format": "int32" }),
            TypeRef::Float => json!({ "type": "number", "format": "double" }),
            TypeRef::List(item) => json!({ "type": "array", "items": self.schema(api, item) }),
            other => {
                let tokens = type_tokens(api, other, &quote!(#TYPES::));
                json!({ "$ref": format!("#/components/schemas/{}", self.replace(tokens)) })
            }
        }
    }

    fn replace(&mut self, ty: TokenStream) -> String {
        let (next, text) = (self.types.len(), ty.to_string());
        let index = *self.known.entry(text.clone()).or_insert(next);
        if index == next {
            let name = format!("Replacement{index}");
            self.types.push(match text.starts_with('(') {
                true => {
                    self.tuples.insert(name.clone(), ty);
                    name.clone()
                }
                false => text,
            });
            self.names.push(name);
        }
        self.names[index].clone()
    }

    fn schemas(&self) -> Map<String, Value> {
        self.names
            .iter()
            .map(|name| (name.clone(), json!({ "type": "object", "title": name })))
            .collect()
    }
}

/// Puts the types in the place of the names.
fn substituted(tokens: TokenStream, types: &HashMap<String, TokenStream>) -> TokenStream {
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Ident(name) => match types.get(&name.to_string()) {
            Some(ty) => ty.clone(),
            None => TokenTree::Ident(name).into(),
        },
        TokenTree::Group(group) => {
            let inner = substituted(group.stream(), types);
            TokenTree::Group(Group::new(group.delimiter(), inner)).into()
        }
        other => other.into(),
    });
    trees.collect()
}

/// Takes the builders out of progenitor's file: `fn op3(&self) -> builder::Op3<'_>` has the name of each.
fn split(file: TokenStream, count: usize) -> Result<Vec<Builder>, String> {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut definitions: HashMap<String, TokenStream> = HashMap::new();
    let mut methods: HashMap<String, Vec<Method>> = HashMap::new();
    for item in members(file) {
        let (head, block) = head_and_block(item);
        if after(&head, "mod").is_some_and(|name| name == "builder") {
            for item in members(block) {
                let (head, block) = head_and_block(item);
                if let Some(name) = after(&head, "struct") {
                    definitions.insert(name, quote!(#(#head)* { #block }));
                } else if let Ok(ItemImpl { self_ty, .. }) = syn::parse2(quote!(#(#head)* {})) {
                    let name = type_name(&self_ty);
                    let found = members(block).filter_map(method).collect();
                    methods.extend(name.map(|name| (name, found)));
                }
            }
        } else if after(&head, "impl").is_some_and(|name| name == "Client") {
            let methods = members(block).filter_map(|method| syn::parse2(method).ok());
            names.extend(methods.filter_map(|method| constructor(&method)));
        }
    }
    let mut take = |index: usize| {
        let name = names.get(&format!("op{index}"))?;
        Some(Builder {
            name: name.clone(),
            definition: definitions.remove(name)?,
            methods: methods.remove(name)?,
        })
    };
    let missing = || "progenitor's output holds no builder for an operation".to_owned();
    (0..count)
        .map(|index| take(index).ok_or_else(missing))
        .collect()
}

/// Returns a method of a builder. `send` is long, and the first half of it is used: the builder is taken apart, and what has not been
/// converted is returned as an error.
fn method(item: TokenStream) -> Option<Method> {
    let (head, block) = head_and_block(item);
    let name = after(&head, "fn")?;
    let block = match name == "send" {
        true => checks(block),
        false => block,
    };
    let tokens = quote!(#(#head)* { #block });
    Some(Method { name, tokens })
}

/// Returns the first statement of a block, and those that follow it and end with a question mark.
fn checks(block: TokenStream) -> TokenStream {
    let is_punct = |tree: Option<&TokenTree>, char: char| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == char);
    let tokens: Vec<TokenTree> = block.into_iter().collect();
    let statements = tokens.split_inclusive(|tree| is_punct(Some(tree), ';'));
    let is_check = |statement: &[TokenTree]| is_punct(statement.iter().nth_back(1), '?');
    let checks = statements.enumerate();
    let checks = checks.take_while(|(index, statement)| *index == 0 || is_check(statement));
    checks
        .flat_map(|(_, statement)| statement.iter().cloned())
        .collect()
}

/// Returns the tokens of an item before its block, and those in it.
fn head_and_block(item: TokenStream) -> (Vec<TokenTree>, TokenStream) {
    let mut head: Vec<TokenTree> = item.into_iter().collect();
    let block = head.pop_if(
        |last| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace),
    );
    match block {
        Some(TokenTree::Group(block)) => (head, block.stream()),
        _ => (head, TokenStream::new()),
    }
}

/// Returns the name after a keyword.
fn after(head: &[TokenTree], keyword: &str) -> Option<String> {
    head.windows(2).find_map(|tokens| match tokens {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == keyword => {
            Some(name.to_string())
        }
        _ => None,
    })
}

fn constructor(item: &ImplItem) -> Option<(String, String)> {
    let ImplItem::Fn(method) = item else {
        return None;
    };
    let ReturnType::Type(_, ty) = &method.sig.output else {
        return None;
    };
    Some((method.sig.ident.to_string(), type_name(ty)?))
}

fn type_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
}
