//! Lists the public items of the generated crates without emitting them, for the comparison of two documents.
//!
//! Names and types are computed by the functions that emission uses.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use oas_document::{Document, Node, openapi, schema::Schema};
use proc_macro2::{Spacing, TokenStream, TokenTree};

use super::client::headers::{value_type, view_name, views};
use super::client::{arguments, response_sets::ResponseSet, response_sets::response_sets};
use super::server::api::{input_fields, input_name, output_name, variant_type, variants};
use super::type_tokens::type_tokens;
use super::types::{boxed, field_type};
use crate::model::{Api, Operation, SecurityKind, Status, Type, TypeKind};
use crate::names::ident;
use crate::symbols::last_segment;

/// The public items that are generated from a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// The public items that depend on the document, types first.
    pub items: Vec<Item>,
}

/// A public item of generated Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// The kind of the item.
    pub kind: ItemKind,
    /// The item that contains this one: the type of a field or variant, the client or trait of a method, or the method
    /// of an argument, a success or a failure, such as `Client::list_pets`. Empty for types and traits.
    ///
    /// Items share the memory of this text and of `ty`, because most of them are repeated often.
    pub owner: Arc<str>,
    /// The name of the item itself; empty for the success and the failure of a method.
    pub name: String,
    /// The type of the item in Rust syntax, without paths, such as `Option<String>`; for a type, its kind, such as
    /// `struct`.
    pub ty: Arc<str>,
    /// Whether the owner cannot be constructed, or called, without the item.
    pub required: bool,
    /// The JSON pointers of the parts of the document, in its root file, from which the item is generated.
    pub pointers: Vec<String>,
}

/// The kind of an item of generated Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemKind {
    /// A struct, an enum or an alias.
    Type,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
    /// A trait of the server.
    Trait,
    /// A method of the client or of a trait.
    Method,
    /// An input of a call: an argument of the method, or a setter of its builder.
    Argument,
    /// The type that a call of the client returns in `Ok`.
    Success,
    /// The type of a documented failure that a call of the client returns in `Err`: the parameter of the runtime's
    /// error type.
    Failure,
}

/// The struct whose methods the operations are.
const CLIENT: &str = "Client";

pub(crate) fn inventory(document: &Document, api: &Api) -> Inventory {
    let operations = openapi::operations(document).into_iter();
    let mut listing = Listing {
        document,
        operations: operations
            .map(|operation| (operation.node.pointer(), operation))
            .collect(),
        api,
        items: Vec::new(),
        texts: HashSet::new(),
    };
    for ty in &api.types {
        listing.declare(ty);
    }
    for (group, operation) in api.groups.iter().flat_map(|group| {
        group
            .operations
            .iter()
            .map(move |operation| (group, operation))
    }) {
        listing.client(operation);
        listing.server(&group.name, operation);
    }
    listing.traits();
    listing.credentials();
    // Two inventories are kept beside their documents where those are compared.
    listing.items.shrink_to_fit();
    Inventory {
        items: listing.items,
    }
}

struct Listing<'a> {
    document: &'a Document,
    /// The operations of the document, by their pointers.
    operations: HashMap<String, openapi::Operation<'a>>,
    api: &'a Api,
    items: Vec<Item>,
    texts: HashSet<Arc<str>>,
}

impl Listing<'_> {
    fn add(
        &mut self,
        kind: ItemKind,
        (owner, name): (&str, &str),
        ty: String,
        pointers: Vec<String>,
    ) -> &mut Item {
        let at = self.items.len();
        let (owner, ty) = (self.shared(owner), self.shared(&ty));
        self.items.push(Item {
            kind,
            owner,
            name: spelled(name),
            ty,
            required: false,
            pointers,
        });
        &mut self.items[at]
    }

    /// Returns the text that all items share in which it is.
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn declare(&mut self, ty: &Type) {
        let api = self.api;
        let document = self.document;
        let pointers = vec![ty.pointer.clone()];
        let kind = match &ty.kind {
            TypeKind::Struct(_) => "struct".to_owned(),
            TypeKind::Enum(_) | TypeKind::Union(_) => "enum".to_owned(),
            TypeKind::Foreign(path) => path.clone(),
            TypeKind::Alias(of) | TypeKind::Newtype(of) => {
                type_text(type_tokens(api, of, &TokenStream::new()))
            }
        };
        self.add(ItemKind::Type, ("", &ty.name), kind, pointers.clone());
        let schema = document.node_at(&ty.pointer).map(Schema::of);
        let name = ty.name.as_str();
        match &ty.kind {
            TypeKind::Struct(body) => {
                let made_of = schema
                    .map(|schema| properties(document, &schema))
                    .unwrap_or_default();
                for field in &body.fields {
                    let pointers = made_of
                        .get(field.property.as_str())
                        .cloned()
                        .unwrap_or_default();
                    let type_text = type_text(field_type(api, field));
                    self.add(ItemKind::Field, (name, &field.name), type_text, pointers)
                        .required = field.has_value();
                }
                if let Some(additional) = &body.additional {
                    let of = type_text(type_tokens(api, &additional.ty, &TokenStream::new()));
                    let ty = format!("BTreeMap<String, {of}>");
                    self.add(ItemKind::Field, (name, &additional.name), ty, Vec::new());
                }
            }
            TypeKind::Enum(body) => {
                let lists = schema
                    .map(|schema| schema.effective().value_nodes)
                    .unwrap_or_default();
                for value in &body.values {
                    let declared = lists.iter().flat_map(|list| list.items().chain([*list]));
                    let declared =
                        declared.filter(|node| body.known(&node.to_json()) == Some(value));
                    let pointers = declared
                        .filter_map(|node| pointer(document, node))
                        .collect();
                    self.add(
                        ItemKind::Variant,
                        (name, &value.name),
                        String::new(),
                        pointers,
                    );
                }
            }
            TypeKind::Union(union) => {
                for variant in &union.variants {
                    let of = variant.ty.as_ref().map(|ty| {
                        let ty = type_tokens(api, ty, &TokenStream::new());
                        type_text(boxed(variant.boxed, ty))
                    });
                    let of = of.unwrap_or_default();
                    self.add(
                        ItemKind::Variant,
                        (name, &variant.name),
                        of,
                        pointers.clone(),
                    );
                }
            }
            TypeKind::Foreign(_) | TypeKind::Alias(_) | TypeKind::Newtype(_) => {}
        }
    }

    fn client(&mut self, operation: &Operation) {
        let api = self.api;
        let at = || vec![operation.pointer.clone()];
        self.add(
            ItemKind::Method,
            (CLIENT, &operation.method_name),
            String::new(),
            at(),
        );
        let method = format!("{CLIENT}::{}", spelled(&operation.method_name));
        let written_at = self.parameters(operation);
        for (parameter, pointers) in operation.parameters.iter().zip(&written_at) {
            let ty = type_text(type_tokens(api, &parameter.ty, &TokenStream::new()));
            let ty = optional(ty, parameter.required);
            self.add(
                ItemKind::Argument,
                (&method, &parameter.field),
                ty,
                pointers.clone(),
            )
            .required = parameter.required;
        }
        if let Some((ty, required)) = arguments::body(api, operation) {
            let ty = optional(type_text(ty), required);
            let pointers = vec![format!("{}/requestBody", operation.pointer)];
            self.add(ItemKind::Argument, (&method, "body"), ty, pointers)
                .required = required;
        }
        let (success, failure) = response_sets(operation);
        for (kind, responses) in [(ItemKind::Success, &success), (ItemKind::Failure, &failure)] {
            self.add(kind, (&method, ""), type_text(responses.ty(api)), at());
            self.responses(operation, responses);
        }
        for response in views(operation) {
            let name = view_name(operation, response).to_string();
            let place = response_pointer(operation, response.status);
            self.add(ItemKind::Type, ("", &name), "struct".to_owned(), Vec::new());
            for header in &response.headers {
                let token = oas_wire::json_pointer::escape(&header.name);
                let pointers = vec![format!("{place}/headers/{token}")];
                let ty = type_text(value_type(api, header));
                self.add(ItemKind::Method, (&name, &header.field), ty, pointers);
            }
        }
    }

    /// Adds the enum of responses that differ. If operations share one, each has an alias of its own name, by which it
    /// is listed here.
    fn responses(&mut self, operation: &Operation, responses: &ResponseSet<'_>) {
        if !responses.is_enum() {
            return;
        }
        let name = responses.name.to_string();
        self.add(ItemKind::Type, ("", &name), "enum".to_owned(), Vec::new());
        for arm in &responses.arms {
            let ty = arm
                .inner(self.api, responses.failure)
                .map(type_text)
                .unwrap_or_default();
            let pointers = vec![response_pointer(operation, arm.response.status)];
            self.add(
                ItemKind::Variant,
                (&name, &arm.variant.to_string()),
                ty,
                pointers,
            );
        }
    }

    fn server(&mut self, group: &str, operation: &Operation) {
        let api = self.api;
        let at = || vec![operation.pointer.clone()];
        self.add(
            ItemKind::Method,
            (group, &operation.method_name),
            String::new(),
            at(),
        );
        // The inputs and outputs of a trait's method are added and removed with it.
        let input = input_name(operation).to_string();
        self.add(
            ItemKind::Type,
            ("", &input),
            "struct".to_owned(),
            Vec::new(),
        );
        let written_at = self.parameters(operation);
        for (index, field) in input_fields(api, operation).into_iter().enumerate() {
            let name = field.name.to_string();
            let pointers = match written_at.get(index) {
                Some(pointers) => pointers.clone(),
                None if name == "body" => vec![format!("{}/requestBody", operation.pointer)],
                None => vec![format!("{}/security", operation.pointer)],
            };
            let has_value = field.has_value();
            let ty = optional(type_text(field.ty), has_value);
            self.add(ItemKind::Field, (&input, plain(&name)), ty, pointers)
                .required = has_value;
        }
        let output = output_name(operation).to_string();
        self.add(ItemKind::Type, ("", &output), "enum".to_owned(), Vec::new());
        for variant in variants(operation) {
            let pointers = vec![response_pointer(operation, variant.response.status)];
            let ty = type_text(variant_type(api, &variant));
            self.add(
                ItemKind::Variant,
                (&output, &variant.name.to_string()),
                ty,
                pointers,
            );
        }
    }

    fn traits(&mut self) {
        for group in &self.api.groups {
            let pointers = group
                .operations
                .iter()
                .map(|operation| operation.pointer.clone())
                .collect();
            self.add(ItemKind::Trait, ("", &group.name), String::new(), pointers);
        }
    }

    /// Adds `with_session("…")` of the client.
    fn credentials(&mut self) {
        for scheme in &self.api.security {
            let ty = match scheme.kind {
                SecurityKind::MutualTls => continue,
                SecurityKind::Basic => "fn(&str, impl Into<Secret>)",
                _ => "fn(impl Into<Secret>)",
            };
            let name = format!("with_{}", scheme.field);
            let place = oas_wire::json_pointer::escape(&scheme.name);
            let pointers = vec![format!("/components/securitySchemes/{place}")];
            self.add(ItemKind::Method, (CLIENT, &name), ty.to_owned(), pointers);
        }
    }

    /// Returns the places of each parameter of an operation, in their order.
    fn parameters(&self, operation: &Operation) -> Vec<Vec<String>> {
        let document = self.document;
        let found = self.operations.get(&operation.pointer);
        let all = found
            .map(openapi::Operation::parameters)
            .unwrap_or_default();
        let of = |parameter: &crate::model::Parameter| {
            let declared = all.iter().filter(|declared| {
                declared.name == parameter.name && declared.location == parameter.location
            });
            let nodes = declared.flat_map(|declared| [declared.node, declared.raw]);
            nodes.filter_map(|node| pointer(document, node)).collect()
        };
        operation.parameters.iter().map(of).collect()
    }
}

/// Returns the places that describe each property of a schema, and those that require it.
fn properties<'d>(document: &'d Document, schema: &Schema<'d>) -> BTreeMap<&'d str, Vec<String>> {
    let effective = schema.effective();
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for property in &effective.properties {
        let nodes = property.nodes.iter();
        let nodes = nodes.filter_map(|node| pointer(document, *node));
        places.entry(property.name).or_default().extend(nodes);
    }
    for declared in &effective.required {
        let place = pointer(document, declared.node);
        places.entry(declared.value).or_default().extend(place);
    }
    places
}

/// Returns the pointer of a node of the root file.
fn pointer(document: &Document, node: Node<'_>) -> Option<String> {
    let pointer = node.pointer();
    (document.node_at(&pointer)?.place() == node.place()).then_some(pointer)
}

fn response_pointer(operation: &Operation, status: Status) -> String {
    format!("{}/responses/{status}", operation.pointer)
}

fn optional(ty: String, required: bool) -> String {
    if required {
        ty
    } else {
        format!("Option<{ty}>")
    }
}

/// Returns a name in the form of the model, in which keywords are not escaped.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Returns a name of the model in the form of code, in which some keywords cannot be escaped.
fn spelled(name: &str) -> String {
    match name {
        "" => String::new(),
        name => plain(&ident(name).to_string()).to_owned(),
    }
}

/// Formats a type for people: without paths, and with the usual spaces.
fn type_text(tokens: TokenStream) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    // The start of the last segment of the current path.
    let mut segment = out.len();
    for token in tokens {
        let begins_word = out.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        match token {
            TokenTree::Ident(name) => {
                if begins_word {
                    out.push(' ');
                }
                segment = out.len();
                out.push_str(plain(&last_segment(&name.to_string())));
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                // The path goes, and the name that it leads to stays.
                ':' if punct.spacing() == Spacing::Joint => out.truncate(segment),
                ':' if out.len() == segment => {}
                ',' => out.push_str(", "),
                '=' => out.push_str(" = "),
                other => out.push(other),
            },
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::Brace => ("{ ", " }"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                out.push_str(close);
            }
            TokenTree::Literal(literal) => out.push_str(&literal.to_string()),
        }
    }
}
