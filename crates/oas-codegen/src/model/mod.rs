//! What an API offers, as plain data.
//!
//! Lowering writes the model, emitting reads it. Names are settled: every Rust name in here is a valid identifier and
//! unique where it has to be. Nothing in here knows of documents or of tokens.

mod checks;
mod fit;
mod operation;
mod types;

pub use checks::{Checks, NamedTable};
pub(crate) use fit::{in_range, is_base64};
pub use operation::*;
pub use types::*;

/// Everything that is generated for one document.
#[derive(Debug)]
pub struct Api {
    /// `info.title` (OpenAPI 3.0.4, Info Object).
    pub title: String,
    /// `info.description`.
    pub description: Option<String>,
    /// `info.version`: the version of the document, not of OpenAPI.
    pub version: String,
    /// Server URLs, as templates.
    pub servers: Vec<String>,
    /// The path of the first server, which stands before every path of the document.
    pub base_path: String,
    /// Named types, in document order.
    pub types: Vec<Type>,
    /// What a server checks of requests.
    pub checks: Checks,
    /// Groups of operations: a server implements one trait for each.
    pub groups: Vec<Group>,
    /// Security schemes that an operation uses.
    pub security: Vec<SecurityScheme>,
    /// Error bodies for requests that reach no operation: an unknown path, a method that a path does not have.
    pub rejections: Vec<Rejection>,
}

impl Api {
    /// All operations, group by group.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// Whether an operation, a parameter, a type or a field is deprecated.
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
        types
            || self
                .operations()
                .any(|operation| operation.deprecated || parameters(operation))
    }

    /// Whether a type holds bytes that JSON carries in Base64.
    #[must_use]
    pub fn has_base64(&self) -> bool {
        self.types
            .iter()
            .flat_map(Type::parts)
            .any(TypeRef::holds_base64)
    }

    /// The names that a free-form object in an exploded form must not take for its own (OpenAPI 3.0.4, Style Values):
    /// those of the other parameters and API keys in the same place. Empty for every other parameter.
    #[must_use]
    pub fn siblings<'a>(
        &'a self,
        operation: &'a Operation,
        parameter: &Parameter,
    ) -> Vec<&'a String> {
        let spreads = matches!(parameter.style, Style::Form | Style::Cookie)
            && parameter.explode
            && matches!(parameter.location, Location::Query | Location::Cookie)
            && self.takes_any_name(&parameter.ty);
        if !spreads {
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
        let mut names: Vec<&String> = others.map(|other| &other.name).chain(keys).collect();
        names.dedup();
        names
    }

    /// Whether a type has members of any name.
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

    /// The named type behind an id.
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
    pub description: Option<String>,
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
    /// What it says about itself.
    pub description: Option<String>,
    /// Where the credential goes.
    pub kind: SecurityKind,
}

/// Where a credential goes on the wire.
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
