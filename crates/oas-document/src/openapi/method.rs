//! Provides HTTP methods (OpenAPI 3.0.4, Path Item Object, RFC 9110 §9).

use std::fmt;

/// A method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the methods")]
pub enum Method<'d> {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    /// The method QUERY (OpenAPI 3.2).
    Query,
    /// A method under `additionalOperations` (OpenAPI 3.2), in the case in which it is sent.
    Other(&'d str),
}

impl<'d> Method<'d> {
    /// The methods that are fields of a path item, in the order of the standard.
    pub const ALL: [Method<'static>; 9] = [
        Method::Get,
        Method::Put,
        Method::Post,
        Method::Delete,
        Method::Options,
        Method::Head,
        Method::Patch,
        Method::Trace,
        Method::Query,
    ];

    /// Returns the method that the field `field` of a path item contains, such as `get`; `None` for other fields and
    /// names in capitals.
    ///
    /// ```
    /// use oas_document::openapi::Method;
    ///
    /// assert_eq!(Method::from_field("get"), Some(Method::Get));
    /// assert_eq!(Method::from_field("parameters"), None);
    /// ```
    #[must_use]
    pub fn from_field(field: &str) -> Option<Method<'static>> {
        Some(match field {
            "get" => Method::Get,
            "put" => Method::Put,
            "post" => Method::Post,
            "delete" => Method::Delete,
            "options" => Method::Options,
            "head" => Method::Head,
            "patch" => Method::Patch,
            "trace" => Method::Trace,
            "query" => Method::Query,
            _ => return None,
        })
    }

    /// Returns whether the method is safe: whether a request only reads (RFC 9110 §9.2.1; QUERY by its own definition).
    ///
    /// ```
    /// use oas_document::openapi::Method;
    ///
    /// assert!(Method::Get.is_safe() && !Method::Put.is_safe());
    /// ```
    #[must_use]
    pub fn is_safe(self) -> bool {
        matches!(
            self,
            Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query
        )
    }

    /// Returns whether the method is idempotent: whether several equal requests have the effect of one (RFC 9110 §9.2.2).
    ///
    /// ```
    /// use oas_document::openapi::Method;
    ///
    /// assert!(Method::Put.is_idempotent() && !Method::Patch.is_idempotent());
    /// ```
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self, Method::Put | Method::Delete)
    }

    /// Returns the method as it is sent, such as `GET` (RFC 9110 §9.1).
    #[must_use]
    pub fn as_str(self) -> &'d str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
            Method::Trace => "TRACE",
            Method::Query => "QUERY",
            Method::Other(name) => name,
        }
    }
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
