//! What the document declares about an operation, as static data in generated code.

use http::Method;

/// One operation of the document (OpenAPI 3.0.4, Operation Object). Generated code holds one `static` of it per
/// operation.
///
/// ```
/// use oas_client::{Method, Operation};
///
/// static RECOVER_IMAGE: Operation =
///     Operation::new("RecoverImage", Method::PUT, "/zstack/v1/images/{imageUuid}/actions")
///         .security(&[&["session"]])
///         .idempotent(false)
///         .extensions(&[("x-zstack-action", "recoverImage")]);
/// assert_eq!(RECOVER_IMAGE.id(), "RecoverImage");
/// assert_eq!(RECOVER_IMAGE.extension("x-zstack-action"), Some("recoverImage"));
/// assert!(!RECOVER_IMAGE.is_idempotent());
/// ```
#[derive(Debug)]
pub struct Operation {
    id: &'static str,
    method: Method,
    path: &'static str,
    selector: Option<Selector>,
    security: &'static [&'static [&'static str]],
    idempotent: Option<bool>,
    accept: Option<&'static str>,
    extensions: &'static [(&'static str, &'static str)],
}

/// The name and value by which a server selects the operation, and which every request contains.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selector {
    Query(&'static str, &'static str),
    Header(&'static str, &'static str),
}

impl Operation {
    /// Creates an operation without security requirements. `path` is the document's path template. `path` is
    /// the document's path template.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            selector: None,
            security: &[],
            idempotent: None,
            accept: None,
            extensions: &[],
        }
    }

    /// Sets the security requirements (OpenAPI 3.0.4, Security Requirement Object): any one of the outer list
    /// suffices, and needs all of its schemes. An empty inner list allows an anonymous call, an empty outer
    /// list asks for nothing.
    pub const fn security(mut self, alternatives: &'static [&'static [&'static str]]) -> Self {
        self.security = alternatives;
        self
    }

    /// Sends the query parameter `name` with the value `value`, by which a server selects the operation among those that
    /// share its method and path.
    pub const fn selected_by_query(mut self, name: &'static str, value: &'static str) -> Self {
        self.selector = Some(Selector::Query(name, value));
        self
    }

    /// Sends the header `name` with the value `value`, by which a server selects the operation among those that share its
    /// method and path.
    pub const fn selected_by_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.selector = Some(Selector::Header(name, value));
        self
    }

    /// Declares whether a request may be repeated, in the place of what its method implies (RFC 9110 §9.2.2).
    pub const fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Sets the `Accept` header of requests. Without it `*/*` is sent, which every response satisfies.
    pub const fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = Some(media_types);
        self
    }

    /// Sets the extensions that the client contains: a string as its text, every other value as JSON.
    pub const fn extensions(mut self, extensions: &'static [(&'static str, &'static str)]) -> Self {
        self.extensions = extensions;
        self
    }

    /// Returns an extension of the operation (OpenAPI 3.0.4, Specification Extensions), if the generator was
    /// configured to emit it; for hooks and transports that act upon it.
    pub fn extension(&self, name: &str) -> Option<&'static str> {
        let found = self.extensions.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// Returns the document's `operationId`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path template, with its parameters in braces: the same for every call, so that it can
    /// label a metric.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Returns whether repeating a request has the same effect as sending it once: as the document declares,
    /// or as the method implies (RFC 9110 §9.2.2).
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
            .unwrap_or_else(|| self.method.is_idempotent())
    }

    /// Returns the alternatives of credentials: the names of security schemes that are needed together, for each
    /// (OpenAPI 3.0.4, Security Requirement Object).
    pub const fn alternatives(&self) -> &'static [&'static [&'static str]] {
        self.security
    }

    pub(crate) const fn selector(&self) -> Option<Selector> {
        self.selector
    }

    pub(crate) const fn accepts(&self) -> Option<&'static str> {
        self.accept
    }
}
