//! Defines operations of the document as tables.
//!
//! The tables are plain data with `const` constructors, because those of generated code are static. Requests are not
//! read here.

use std::fmt;

use http::{Method, StatusCode};
use oas_wire::StatusPattern;

use crate::schema::Static;
use crate::security::Requirement;
use crate::selector::Selector;
use crate::storage::Storage;

/// An operation of the document (OpenAPI 3.0.4, Operation Object), as a table.
///
/// Generated code declares a `static` for each operation with the `const` functions; code that constructs tables at run
/// time sets the fields of an `Operation<Owned>`.
///
/// ```
/// use oas_server::{Method, Operation, RejectionBody, Requirement, StatusPattern};
///
/// static RECOVER_IMAGE: Operation =
///     Operation::new("RecoverImage", Method::PUT, "/zstack/v1/images/{imageUuid}/actions")
///         .security(&[&[Requirement::http("session", "OAuth")]])
///         .consumes(&["application/json"])
///         .body_required()
///         .produces(&["application/json"])
///         .rejections(&[RejectionBody::new(
///             StatusPattern::Range(4),
///             "application/json",
///             r#"{"error": {"code": "{code}", "details": "{violations}"}}"#,
///         )]);
/// assert_eq!(RECOVER_IMAGE.id, "RecoverImage");
/// ```
pub struct Operation<S: Storage = Static> {
    /// The `operationId`.
    pub id: S::Text,
    /// The method.
    pub method: Method,
    /// The path template, without the base path of the server.
    pub path: S::Text,
    /// The part of a request that selects the operation, if others have the same method and path.
    pub selector: Option<Selector<S>>,
    /// The security requirements: alternatives, each a list of schemes that a request must satisfy together (OpenAPI
    /// 3.0.4, Security Requirement Object). An empty alternative allows anonymous callers; an empty list of
    /// alternatives requires no credentials.
    pub security: S::List<S::List<Requirement<S>>>,
    /// The media types and ranges that the request body can have, in document order. The methods of [`Request`](crate::Request)
    /// that read a body reject a body of another media type with 415; if the list is empty, every body that is not empty.
    pub consumes: S::List<S::Text>,
    /// Whether a request must have a body (OpenAPI 3.0.4, Request Body Object).
    pub body_required: bool,
    /// The media types of the successful responses. A request whose `Accept` field matches none of them is rejected with 406,
    /// unless the list is empty.
    pub produces: S::List<S::Text>,
    /// The templates of the error bodies that the document declares, which the runtime completes when it rejects a
    /// request.
    pub rejections: S::List<RejectionBody<S>>,
}

/// Formats the id, the method and the path.
impl<S: Storage> fmt::Debug for Operation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("id", &&*self.id)
            .field("method", &self.method)
            .field("path", &&*self.path)
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// Creates an operation without security requirements and without a body. `path` is a path template such as
    /// `/pets/{id}` (OpenAPI 3.0.4, Paths Object).
    #[must_use]
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            selector: None,
            security: &[],
            consumes: &[],
            body_required: false,
            produces: &[],
            rejections: &[],
        }
    }

    /// Sets [`Operation::selector`].
    #[must_use]
    pub const fn selector(mut self, selector: Selector) -> Self {
        self.selector = Some(selector);
        self
    }

    /// Sets [`Operation::security`].
    #[must_use]
    pub const fn security(mut self, alternatives: &'static [&'static [Requirement]]) -> Self {
        self.security = alternatives;
        self
    }

    /// Sets [`Operation::consumes`].
    #[must_use]
    pub const fn consumes(mut self, media_types: &'static [&'static str]) -> Self {
        self.consumes = media_types;
        self
    }

    /// Sets [`Operation::body_required`].
    #[must_use]
    pub const fn body_required(mut self) -> Self {
        self.body_required = true;
        self
    }

    /// Sets [`Operation::produces`].
    #[must_use]
    pub const fn produces(mut self, media_types: &'static [&'static str]) -> Self {
        self.produces = media_types;
        self
    }

    /// Sets [`Operation::rejections`].
    #[must_use]
    pub const fn rejections(mut self, bodies: &'static [RejectionBody]) -> Self {
        self.rejections = bodies;
        self
    }
}

/// An error body that the document declares for a status, as a template that the runtime completes.
///
/// String values of the template, which is JSON text, can contain these placeholders:
///
/// | placeholder        | becomes                                                              |
/// |--------------------|----------------------------------------------------------------------|
/// | `{status}`         | the status: `400`                                                    |
/// | `{title}`          | the kind of the rejection: `Bad request`                             |
/// | `{detail}`         | a sentence about this rejection                                      |
/// | `{code}`           | a stable identifier of the kind: `bad_request`                       |
/// | `{operation}`      | the operationId; empty if the request matched no operation           |
/// | `{violations}`     | such as `body /name: is required`, joined by `; `; else the detail   |
/// | `"{status#}"`      | as the whole string: the status as a number                          |
/// | `"{violations[]}"` | as the whole string: an array of `{in, pointer, message}`            |
///
/// The template of another media type is text, in which replacements are escaped for HTML and XML, and the two
/// whole-string placeholders are not replaced.
pub struct RejectionBody<S: Storage = Static> {
    /// The statuses of the responses that have this body.
    pub status: StatusPattern,
    /// The media type; empty for a response without content.
    pub media_type: S::Text,
    /// The text with placeholders.
    pub template: S::Text,
}

/// Formats the status and the media type.
impl<S: Storage> fmt::Debug for RejectionBody<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectionBody")
            .field("status", &self.status)
            .field("media_type", &&*self.media_type)
            .finish_non_exhaustive()
    }
}

impl RejectionBody {
    /// Creates the template of a body for the statuses that `status` matches.
    #[must_use]
    pub const fn new(
        status: StatusPattern,
        media_type: &'static str,
        template: &'static str,
    ) -> Self {
        Self {
            status,
            media_type,
            template,
        }
    }

    /// Creates a response without content for `status`.
    #[must_use]
    pub const fn empty(status: StatusPattern) -> Self {
        Self::new(status, "", "")
    }
}

impl<S: Storage> RejectionBody<S> {
    /// Returns whether both generate the same body.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        *self.media_type == *other.media_type && *self.template == *other.template
    }

    /// Returns the one of `bodies` that is closest to `status`: exact, then range, then `default`.
    pub(crate) fn closest(bodies: &[Self], status: StatusCode) -> Option<&Self> {
        let fitting = bodies
            .iter()
            .filter(|body| body.status.matches(status.as_u16()));
        fitting.min_by_key(|body| body.status)
    }
}
