//! Defines the model of an API, as plain data.
//!
//! Lowering writes the model, emitting reads it. Names are settled: every Rust name in here is a valid identifier and
//! unique where it has to be. Nothing in here depends on documents or tokens.

mod checks;
mod fit;
mod literal;
mod operation;
mod server;
mod text;
mod types;

use std::collections::HashSet;

use serde_json::Value;

pub use checks::{Checks, NamedTable};
pub(crate) use fit::{in_range, is_base64, whole};
pub(crate) use literal::has_literal;
pub use operation::*;
pub use server::{Server, ServerVariable};
pub use text::Text;
pub use types::*;

/// Everything that is generated for one document.
#[derive(Debug)]
pub struct Api {
    /// `info.title` (OpenAPI 3.0.4, Info Object).
    pub title: Text,
    /// `info.description`.
    pub description: Option<Text>,
    /// `info.version`: the version of the document, not of OpenAPI.
    pub version: String,
    /// The servers that the document names.
    pub servers: Vec<Server>,
    /// The path of the first server, which precedes every path of the document.
    pub base_path: String,
    /// Named types, in document order.
    pub types: Vec<Type>,
    /// The schemas that a server validates requests by.
    pub checks: Checks,
    /// Who sends the requests of its operations.
    pub side: Side,
    /// Groups of operations: a server implements one trait for each.
    pub groups: Vec<Group>,
    /// Security schemes that an operation uses.
    pub security: Vec<SecurityScheme>,
    /// Error bodies for requests that reach no operation: an unknown path, a method that a path does not have.
    pub rejections: Vec<Rejection>,
}

/// Who sends the requests of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those who call the API: operations under `paths`.
    Callers,
    /// The API itself: webhooks and callbacks. Their URLs are given at run time.
    Api,
}

impl Api {
    /// Returns all operations, group by group.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// Returns whether an operation, a parameter, a type or a field is deprecated.
    #[must_use]
    pub fn has_deprecated_parts(&self) -> bool {
        let fields = |ty: &Type| match &ty.kind {
            TypeKind::Struct(body) => body.fields.iter().any(|field| field.deprecated),
            _ => false,
        };
        let types = self.types.iter().any(|ty| ty.deprecated || fields(ty));
        let parameters = |operation: &Operation| {
            operation
                .parameters
                .iter()
                .any(|parameter| parameter.deprecated)
        };
        let headers = |operation: &Operation| {
            let mut responses = operation.responses.iter();
            responses.any(|response| response.headers.iter().any(|header| header.deprecated))
        };
        types
            || self.security.iter().any(|scheme| scheme.deprecated)
            || self.operations().any(|operation| {
                operation.deprecated || parameters(operation) || headers(operation)
            })
    }

    /// Returns whether a type, or a part of an operation, is of this kind, or a list, map, option or tuple of such types.
    #[must_use]
    pub fn has(&self, kind: fn(&TypeRef) -> bool) -> bool {
        let of_operation = |operation: &Operation| {
            let bodies = operation.body.iter().flat_map(|body| &body.media);
            let media = operation
                .responses
                .iter()
                .flat_map(|response| &response.media);
            let in_media = |media: &Media| {
                media.ty.holds(kind) || media.form.iter().any(|field| field.ty.holds(kind))
            };
            let mut headers = operation
                .responses
                .iter()
                .flat_map(|response| &response.headers);
            operation
                .parameters
                .iter()
                .any(|parameter| parameter.ty.holds(kind))
                || bodies.chain(media).any(in_media)
                || headers.any(|header| header.ty.holds(kind))
        };
        let mut parts = self.types.iter().flat_map(Type::parts);
        parts.any(|ty| ty.holds(kind)) || self.operations().any(of_operation)
    }

    /// Returns the names that a free-form object in an exploded form must not decode as its own (OpenAPI 3.0.4, Style
    /// Values): those of the other parameters and API keys in the same place. Returns nothing for every other
    /// parameter.
    #[must_use]
    pub fn siblings<'a>(
        &'a self,
        operation: &'a Operation,
        parameter: &Parameter,
    ) -> Vec<&'a String> {
        if !parameter.is_spread() || !self.takes_any_name(&parameter.ty) {
            return Vec::new();
        }
        let others = operation
            .parameters
            .iter()
            .filter(|other| other.location == parameter.location && other.name != parameter.name);
        let required = operation.security.iter().flatten();
        let keys = required.filter_map(|required| {
            match (&self.security[required.scheme].kind, parameter.location) {
                (SecurityKind::Query(name), Location::Query)
                | (SecurityKind::Cookie(name), Location::Cookie) => Some(name),
                _ => None,
            }
        });
        // The properties of another exploded object are parameters, too.
        let names = others.flat_map(|other| {
            let fields = match &other.ty {
                TypeRef::Named(id) if other.is_spread() => match &self.type_of(*id).kind {
                    TypeKind::Struct(body) => body.fields.as_slice(),
                    _ => &[],
                },
                _ => &[],
            };
            let properties = fields.iter().map(|field| &field.property);
            std::iter::once(&other.name).chain(properties)
        });
        let mut seen = HashSet::new();
        let names = names.chain(keys).filter(|name| seen.insert(*name));
        names.collect()
    }

    /// Returns whether a type accepts members of any name.
    fn takes_any_name(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Map(_) | TypeRef::JsonObject => true,
            TypeRef::Named(id) => match &self.type_of(*id).kind {
                TypeKind::Struct(body) => body.additional.is_some(),
                TypeKind::Alias(target) => self.takes_any_name(target),
                _ => false,
            },
            _ => false,
        }
    }

    /// Returns a type as Rust writes it, without paths.
    #[must_use]
    pub fn written(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Bool => "bool".to_owned(),
            TypeRef::Integer(name) | TypeRef::Float(name) => (*name).to_owned(),
            TypeRef::String => "String".to_owned(),
            TypeRef::Formatted(format) => {
                let (_, name) = format.path().rsplit_once("::").unwrap_or_default();
                format!("Lenient<{name}>")
            }
            TypeRef::JsonText(inner) => format!("JsonText<{}>", self.written(inner)),
            TypeRef::Base64 => "Base64".to_owned(),
            TypeRef::Bytes => "Vec<u8>".to_owned(),
            TypeRef::Json => "Value".to_owned(),
            TypeRef::JsonObject => "Map<String, Value>".to_owned(),
            TypeRef::List(inner) => format!("Vec<{}>", self.written(inner)),
            TypeRef::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.written(item)).collect();
                format!("({})", items.join(", "))
            }
            TypeRef::Map(inner) => format!("BTreeMap<String, {}>", self.written(inner)),
            TypeRef::Nullable(inner) => format!("Option<{}>", self.written(inner)),
            TypeRef::Named(id) => self.type_of(*id).name.clone(),
        }
    }

    /// Returns the type of a field in Rust syntax, without the `Option` of an optional one.
    #[must_use]
    pub fn written_field(&self, field: &Field) -> String {
        let boxed = |text: String| match field.boxed {
            true => format!("Box<{text}>"),
            false => text,
        };
        match &field.ty {
            TypeRef::Nullable(inner) => format!("Option<{}>", boxed(self.written(inner))),
            other => boxed(self.written(other)),
        }
    }

    /// Returns the value of an absent parameter, if its type has one, so that a server needs no `Option`.
    pub(crate) fn assumed<'p>(&self, parameter: &'p Parameter) -> Option<&'p Value> {
        let default = parameter.default.as_ref().filter(|_| !parameter.required)?;
        has_literal(&self.types, &parameter.ty, default).then_some(default)
    }

    /// Returns the named type with an id.
    #[must_use]
    pub fn type_of(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }
}

/// Operations under one tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name of the trait, in upper camel case.
    pub name: String,
    /// The tag's name in the document; `None` for operations without a tag.
    pub tag: Option<String>,
    /// The tag's description.
    pub description: Option<Text>,
    /// The operations, in document order.
    pub operations: Vec<Operation>,
}

/// A security scheme (OpenAPI 3.0.4, Security Scheme Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Name in the document.
    pub name: String,
    /// Name of fields and setters, in snake case.
    pub field: String,
    /// Its description.
    pub description: Option<Text>,
    /// Whether it is deprecated (OpenAPI 3.2).
    pub deprecated: bool,
    /// The part of a request that carries the credential.
    pub kind: SecurityKind,
}

/// The part of a request that carries a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityKind {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750), also for OAuth 2 and OpenID Connect.
    Bearer,
    /// `Authorization: <scheme> …` of any other scheme (RFC 9110 §11.6.2).
    Http(String),
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// A cookie of this name.
    Cookie(String),
    /// Nowhere in the request: the transport presents a certificate (OpenAPI 3.1.1, Security Scheme Object).
    MutualTls,
}
