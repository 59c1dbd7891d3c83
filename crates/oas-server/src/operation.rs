//! Describes operations of the document as tables.
//!
//! Plain data with `const` constructors for generated code, whose tables are static. Nothing here reads a request.

use std::fmt;

use http::{Method, StatusCode};

use crate::schema::Static;
use crate::security::Requirement;
use crate::selector::Selector;
use crate::storage::Storage;

/// One operation of the document (OpenAPI 3.0.4, Operation Object), as a table.
///
/// Generated code declares a `static` for each, with the `const` functions; code that makes tables at run time fills in the
/// fields of an `Operation<Owned>`.
///
/// ```
/// use oas_server::{Method, Operation, RejectionBody, Requirement, Status};
///
/// static RECOVER_IMAGE: Operation =
///     Operation::new("RecoverImage", Method::PUT, "/zstack/v1/images/{imageUuid}/actions")
///         .security(&[&[Requirement::http("session", "OAuth")]])
///         .consumes(&["application/json"])
///         .body_required()
///         .produces(&["application/json"])
///         .rejections(&[RejectionBody::new(
///             Status::range(4),
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
    /// The part of a request that selects this operation among those with the same method and path; `None` if there are
    /// no others.
    pub selector: Option<Selector<S>>,
    /// The security requirements: one of the outer list, all of the inner one (OpenAPI 3.0.4, Security Requirement
    /// Object). An empty inner list lets anonymous callers in; an empty outer list asks for nothing.
    pub security: S::List<S::List<Requirement<S>>>,
    /// The media types and media type ranges of the request body, in the document's order.
    pub consumes: S::List<S::Text>,
    /// Whether the request body has to be there (OpenAPI 3.0.4, Request Body Object).
    pub body_required: bool,
    /// The media types of the successful responses. An `Accept` field that takes none of them is answered with 406.
    pub produces: S::List<S::Text>,
    /// The templates of the document's own error bodies, which the runtime fills in when it rejects a request.
    pub rejections: S::List<RejectionBody<S>>,
}

/// Formats the name only.
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
    /// Creates an operation without security requirements and without a body. `path` is a path template (OpenAPI 3.0.4,
    /// Paths Object).
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

/// A key of the responses object (OpenAPI 3.0.4, Responses Object): `404`, `4XX` or `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(Covers);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Covers {
    Exact(u16),
    Range(u16),
    Any,
}

impl Status {
    /// Returns a single status: `Status::exact(404)`.
    #[must_use]
    pub const fn exact(status: u16) -> Self {
        Self(Covers::Exact(status))
    }

    /// Returns a class of statuses by its first digit: `Status::range(4)` is `4XX`.
    #[must_use]
    pub const fn range(class: u16) -> Self {
        Self(Covers::Range(class))
    }

    /// Returns `default`.
    #[must_use]
    pub const fn any() -> Self {
        Self(Covers::Any)
    }

    /// Returns how closely a status matches: exact before range before `default`; `None` if it does not match.
    fn closeness(self, status: StatusCode) -> Option<u8> {
        let status = status.as_u16();
        match self.0 {
            Covers::Exact(exact) => (exact == status).then_some(2),
            Covers::Range(class) => (class == status / 100).then_some(1),
            Covers::Any => Some(0),
        }
    }
}

/// The body that the document declares for a status, as a template that the runtime fills.
///
/// In the template, which is JSON text, string values may contain these:
///
/// | placeholder        | becomes                                                              |
/// |--------------------|----------------------------------------------------------------------|
/// | `{status}`         | the status: `400`                                                    |
/// | `{title}`          | a short text that is the same for every such rejection               |
/// | `{detail}`         | a sentence about this one                                            |
/// | `{code}`           | a stable word for programs: `bad_request`                            |
/// | `{operation}`      | the operationId; empty where the request reached none                |
/// | `{violations}`     | `pointer: message` joined by `; `, or the detail where there is none |
/// | `"{status#}"`      | as the whole string: the status as a number                          |
/// | `"{violations[]}"` | as the whole string: an array of `{in, pointer, message}`            |
///
/// A media type that is not JSON has a template too; there the text is taken as it is, escaped for HTML and XML, and the two
/// whole-string forms are not known.
pub struct RejectionBody<S: Storage = Static> {
    /// The statuses of the responses that have this body.
    pub status: Status,
    /// The media type; empty where the document declares a response without content.
    pub media_type: S::Text,
    /// The text with its placeholders.
    pub template: S::Text,
}

/// The statuses and the media type.
impl<S: Storage> fmt::Debug for RejectionBody<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectionBody")
            .field("status", &self.status)
            .field("media_type", &&*self.media_type)
            .finish_non_exhaustive()
    }
}

impl RejectionBody {
    /// Creates a body of `media_type` for the statuses that `status` covers.
    #[must_use]
    pub const fn new(status: Status, media_type: &'static str, template: &'static str) -> Self {
        Self {
            status,
            media_type,
            template,
        }
    }

    /// Creates a response without content for `status`.
    #[must_use]
    pub const fn empty(status: Status) -> Self {
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
        bodies
            .iter()
            .filter_map(|body| Some((body.status.closeness(status)?, body)))
            // The first of equals wins, and max_by_key would take the last.
            .rev()
            .max_by_key(|(closeness, _)| *closeness)
            .map(|(_, body)| body)
    }
}
