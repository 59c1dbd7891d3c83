//! Defines the model of the generated code, as plain data.
//!
//! Lowering constructs the model, and emission reads it. Its Rust names are final: each is a valid identifier (keywords
//! are escaped by emission), and unique where it has to be. The model does not depend on documents or tokens.
//!
//! Its structs may get fields in any release. Its enums are exhaustive, so that the compiler leads from a new variant to the mock, which
//! has to serve what generated servers do.

mod bounds;
mod checks;
mod fit;
mod literal;
mod operation;
mod server;
mod text;
mod types;

use std::collections::HashSet;

use serde_json::Value;

pub use bounds::Bounds;
pub use checks::{Checks, NamedTable};
pub(crate) use fit::{in_range, whole};
pub(crate) use literal::has_literal;
pub use operation::*;
pub use server::{Server, ServerVariable};
pub use text::Text;
pub use types::*;

/// The API of one document: everything that is generated for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Api {
    /// `info.title` (OpenAPI 3.0.4, Info Object).
    pub title: Text,
    /// `info.description`.
    pub description: Option<Text>,
    /// `info.version`: the version of the API description, not of OpenAPI.
    pub version: String,
    /// The servers of the document.
    pub servers: Vec<Server>,
    /// The path of the first server's URL, such as `/v1`, which precedes [`Operation::path`] in requests.
    pub base_path: String,
    /// The named types, in document order.
    pub types: Vec<Type>,
    /// The schemas by which a server validates requests.
    pub checks: Checks,
    /// The sender of the requests.
    pub side: Side,
    /// The groups of operations; a server has one trait for each.
    pub groups: Vec<TagGroup>,
    /// The security schemes that at least one operation uses.
    pub security: Vec<SecurityScheme>,
    /// The error bodies for requests that match no operation: of an unknown path, or a method that a path does not
    /// have.
    pub rejections: Vec<Rejection>,
}

/// The sender of the requests of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The callers of the API: operations under `paths`.
    Callers,
    /// The API provider: webhooks and callbacks, whose URLs are known at run time only.
    Api,
}

impl Api {
    /// Returns all operations, group by group.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// Returns whether an operation, a parameter, a header, a type, a field or a security scheme is deprecated.
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

    /// Returns whether [`TypeRef::any_inner`] is true for a type in the definitions of the named types, or for the type of a
    /// parameter, a body, a form field or a response header of an operation.
    #[must_use]
    pub fn any_type(&self, predicate: fn(&TypeRef) -> bool) -> bool {
        let of_operation = |operation: &Operation| {
            let bodies = operation.body.iter().flat_map(|body| &body.media);
            let media = operation
                .responses
                .iter()
                .flat_map(|response| &response.media);
            let in_media = |media: &MediaType| {
                media.ty.any_inner(predicate)
                    || media.form.iter().any(|field| field.ty.any_inner(predicate))
            };
            let mut headers = operation
                .responses
                .iter()
                .flat_map(|response| &response.headers);
            operation
                .parameters
                .iter()
                .any(|parameter| parameter.ty.any_inner(predicate))
                || bodies.chain(media).any(in_media)
                || headers.any(|header| header.ty.any_inner(predicate))
        };
        let mut parts = self.types.iter().flat_map(Type::parts);
        parts.any(|ty| ty.any_inner(predicate)) || self.operations().any(of_operation)
    }

    /// Returns the names that `parameter`, if it is an exploded object that accepts any name, must not decode as its own
    /// properties: those of the other parameters, of the properties of other exploded objects, and of API keys in the same
    /// location (OpenAPI 3.0.4, Style Values). The list is empty for every other parameter.
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
                (SecurityKind::Query(name), ParameterLocation::Query)
                | (SecurityKind::Cookie(name), ParameterLocation::Cookie) => Some(name),
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

    /// Returns a type in Rust syntax, without paths, such as `Vec<Pet>`.
    #[must_use]
    pub fn rust_type(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Bool => "bool".to_owned(),
            TypeRef::Integer(name) => (*name).to_owned(),
            TypeRef::Float => "f64".to_owned(),
            TypeRef::String => "String".to_owned(),
            TypeRef::Formatted(format) => {
                let (_, name) = format.path().rsplit_once("::").unwrap_or_default();
                format!("Lenient<{name}>")
            }
            TypeRef::JsonText(inner) => format!("JsonText<{}>", self.rust_type(inner)),
            TypeRef::Base64 => "Base64".to_owned(),
            TypeRef::Bytes => "Vec<u8>".to_owned(),
            TypeRef::Json => "Value".to_owned(),
            TypeRef::JsonObject => "Map<String, Value>".to_owned(),
            TypeRef::List(inner) => format!("Vec<{}>", self.rust_type(inner)),
            TypeRef::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.rust_type(item)).collect();
                format!("({})", items.join(", "))
            }
            TypeRef::Map(inner) => format!("BTreeMap<String, {}>", self.rust_type(inner)),
            TypeRef::Nullable(inner) => format!("Option<{}>", self.rust_type(inner)),
            TypeRef::Named(id) => self.type_of(*id).name.clone(),
        }
    }

    /// Returns the type of a field in Rust syntax, without paths, and without the `Option` of a field that can be
    /// absent.
    #[must_use]
    pub fn rust_field_type(&self, field: &Field) -> String {
        let boxed = |text: String| match field.boxed {
            true => format!("Box<{text}>"),
            false => text,
        };
        match &field.ty {
            TypeRef::Nullable(inner) => format!("Option<{}>", boxed(self.rust_type(inner))),
            other => boxed(self.rust_type(other)),
        }
    }

    /// Returns the value of an absent parameter, if its type has one, so that a server needs no `Option`.
    pub(crate) fn assumed<'p>(&self, parameter: &'p Parameter) -> Option<&'p Value> {
        let default = parameter.default.as_ref().filter(|_| !parameter.required)?;
        has_literal(&self.types, &parameter.ty, default).then_some(default)
    }

    /// Returns the named type with this id.
    ///
    /// # Panics
    ///
    /// Panics if the id is one of another `Api` and out of range.
    #[must_use]
    pub fn type_of(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }
}

/// The operations with one tag, which are methods of one trait.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TagGroup {
    /// The name of the trait, in upper camel case.
    pub name: String,
    /// The name of the tag in the document; `None` for operations without a tag.
    pub tag: Option<String>,
    /// The description of the tag.
    pub description: Option<Text>,
    /// The operations, in document order.
    pub operations: Vec<Operation>,
}

/// A security scheme (OpenAPI 3.0.4, Security Scheme Object).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecurityScheme {
    /// The name in the document.
    pub name: String,
    /// The name in snake case: of the field with the credential in servers, and after `with_` of the method that sets the
    /// credential in clients.
    pub field: String,
    /// The description of the scheme.
    pub description: Option<Text>,
    /// Whether the scheme is deprecated (OpenAPI 3.2).
    pub deprecated: bool,
    /// How the credential is sent.
    pub kind: SecurityKind,
}

/// How a credential is sent.
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
    /// In no part of the request: the credential is the client certificate of the connection (OpenAPI 3.1.1, Security Scheme Object).
    MutualTls,
}
