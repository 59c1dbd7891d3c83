//! Defines operations of the document, as static data in generated code.

use http::Method;

/// An operation of the document (OpenAPI 3.0.4, Operation Object). Generated code contains a `static` for each
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
    /// Creates an operation without security requirements. `path` is the path template of the document, such as
    /// `/pets/{id}`.
    #[must_use]
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

    /// Sets the security requirements (OpenAPI 3.0.4, Security Requirement Object): alternatives, each a list of names
    /// of security schemes that a request must satisfy together. An empty alternative allows requests without
    /// credentials; an empty list of alternatives requires none.
    #[must_use]
    pub const fn security(mut self, alternatives: &'static [&'static [&'static str]]) -> Self {
        self.security = alternatives;
        self
    }

    /// Sends the query parameter `name` with the value `value`, by which a server selects the operation among those that
    /// share its method and path.
    #[must_use]
    pub const fn selected_by_query(mut self, name: &'static str, value: &'static str) -> Self {
        self.selector = Some(Selector::Query(name, value));
        self
    }

    /// Sends the header `name` with the value `value`, by which a server selects the operation among those that share its
    /// method and path.
    #[must_use]
    pub const fn selected_by_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.selector = Some(Selector::Header(name, value));
        self
    }

    /// Sets whether several equal requests have the effect of one, so that a request can be retried. By default the
    /// method determines it (RFC 9110 §9.2.2).
    #[must_use]
    pub const fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Sets the `Accept` header of requests; `*/*` by default, which every response satisfies.
    #[must_use]
    pub const fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = Some(media_types);
        self
    }

    /// Sets the extensions (`x-…`) with their values: a string as its text, every other value as JSON text.
    #[must_use]
    pub const fn extensions(mut self, extensions: &'static [(&'static str, &'static str)]) -> Self {
        self.extensions = extensions;
        self
    }

    /// Returns the value of the extension `name` (OpenAPI 3.0.4, Specification Extensions), for hooks and transports;
    /// `None` if the operation does not have it, or the generator was not configured to emit it.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&'static str> {
        let found = self.extensions.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// Returns the `operationId`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path template, such as `/pets/{id}`. It is the same for every call, so that it can be a label of
    /// metrics.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Returns whether several equal requests have the effect of one, as set by [`idempotent`](Self::idempotent), or
    /// else by the method (RFC 9110 §9.2.2).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
            .unwrap_or_else(|| self.method.is_idempotent())
    }

    /// Returns the security requirements, in the form of [`security`](Self::security).
    #[must_use]
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
