//! Defines the reasons for which the runtime rejects a request, and their mapping to HTTP.
//!
//! The module [`render`](crate::render) renders rejections as bodies.

use std::borrow::Cow;

use axum::body::Body;
use http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::response::{IntoResponse, Response};
use crate::storage::Storage;
use crate::{Operation, RequestViolation, Violations};

/// The reason why a request is rejected before, or instead of, its handler's response.
///
/// A rejection determines the status, the title, the code and headers of the response. A handler can return one too: it
/// implements [`IntoResponse`], and the server renders it like its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Rejection {
    /// No operation has the path. 404, RFC 9110 §15.5.5.
    NotFound,
    /// The path has operations, but none with the method. 405 with `Allow`, RFC 9110 §15.5.6 and §10.2.1.
    MethodNotAllowed {
        /// The methods that the path has.
        allow: Vec<Method>,
    },
    /// Credentials are missing, malformed or of another scheme. 401 with `WWW-Authenticate`, RFC 9110 §15.5.2.
    Unauthorized {
        /// The challenges, such as `Bearer` or `Basic realm="api"`, one per acceptable scheme.
        challenges: Vec<Cow<'static, str>>,
    },
    /// The credentials are valid, but do not permit the request. 403, RFC 9110 §15.5.4. Only a verifier or a handler
    /// returns it.
    Forbidden,
    /// The caller accepts none of the media types of the responses. 406, RFC 9110 §15.5.7.
    NotAcceptable {
        /// The media types that the operation produces.
        produces: Vec<String>,
    },
    /// The body was not received within the timeout. 408, RFC 9110 §15.5.9.
    RequestTimeout,
    /// The body exceeds the limit. 413, RFC 9110 §15.5.14.
    PayloadTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The operation does not consume the media type or charset of the body. 415 with `Accept`, RFC 9110 §15.5.16.
    UnsupportedMediaType {
        /// The media types that the operation consumes.
        expected: Vec<String>,
    },
    /// The body has a content coding, such as `gzip`, which the server does not decode. 415 with `Accept-Encoding`, RFC
    /// 9110 §15.5.16.
    UnsupportedEncoding,
    /// Parameters or the body are invalid, which includes malformed JSON. 400, RFC 9110 §15.5.1.
    BadRequest {
        /// All violations of the request.
        violations: Violations,
    },
    /// The document has the operation, but the server does not implement it. 501, RFC 9110 §15.6.2.
    NotImplemented {
        /// The operationId.
        operation: String,
    },
    /// The handler exceeded its timeout. 503, RFC 9110 §15.6.4; not 504, which is for gateways.
    Timeout,
    /// The server failed: a handler panicked, or its response could not be encoded. 500, RFC 9110 §15.6.1.
    Internal {
        /// The reason, a text that the response may contain.
        reason: &'static str,
    },
}

impl Rejection {
    /// Creates the rejection of a request to an operation that is not implemented.
    #[must_use]
    pub fn not_implemented<S: Storage>(operation: &Operation<S>) -> Self {
        Self::NotImplemented {
            operation: operation.id.to_string(),
        }
    }

    /// Creates the rejection of missing or invalid credentials, with the challenges of the operation's security
    /// requirements.
    #[must_use]
    pub fn unauthorized<S: Storage>(operation: &Operation<S>) -> Self {
        Self::Unauthorized {
            challenges: crate::security::challenges(operation),
        }
    }

    /// Returns the status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } | Self::UnsupportedEncoding => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::NotImplemented { .. } => StatusCode::NOT_IMPLEMENTED,
            Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns a stable code for programs, such as `bad_request`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotAcceptable { .. } => "not_acceptable",
            Self::RequestTimeout => "request_timeout",
            Self::PayloadTooLarge { .. } => "payload_too_large",
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::BadRequest { .. } => "bad_request",
            Self::NotImplemented { .. } => "not_implemented",
            Self::Timeout => "timeout",
            Self::Internal { .. } => "internal",
        }
    }

    /// Returns a short text that is the same for all rejections of a variant, such as `Bad request` (`title`, RFC 9457
    /// §3.1.3).
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "No such path",
            Self::MethodNotAllowed { .. } => "Method not allowed",
            Self::Unauthorized { .. } => "Authentication required",
            Self::Forbidden => "Not allowed",
            Self::NotAcceptable { .. } => "Not acceptable",
            Self::RequestTimeout => "Request too slow",
            Self::PayloadTooLarge { .. } => "Body too large",
            Self::UnsupportedMediaType { .. } => "Unsupported media type",
            Self::UnsupportedEncoding => "Unsupported content coding",
            Self::BadRequest { .. } => "Bad request",
            Self::NotImplemented { .. } => "Not implemented",
            Self::Timeout => "Server too slow",
            Self::Internal { .. } => "Internal error",
        }
    }

    /// Returns a clause about this rejection, with a remedy if there is one. It contains texts of the document, never
    /// of the request.
    #[must_use]
    pub fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::NotFound => "no operation has this path".into(),
            Self::MethodNotAllowed { allow } => {
                format!("the path takes {}", join(allow.iter().map(Method::as_str))).into()
            }
            Self::Unauthorized { challenges } => match challenges.len() {
                0 => "the credentials are not accepted".into(),
                _ => {
                    let schemes = challenges
                        .iter()
                        .filter_map(|challenge| challenge.split(' ').next());
                    format!("valid credentials are required: {}", join(schemes)).into()
                }
            },
            Self::Forbidden => "the credentials do not allow this operation".into(),
            Self::NotAcceptable { produces } => format!(
                "the operation answers with {}",
                join(produces.iter().map(String::as_str))
            )
            .into(),
            Self::RequestTimeout => "the body did not arrive in time".into(),
            Self::PayloadTooLarge { limit } => {
                format!("the body may have {limit} bytes at most").into()
            }
            Self::UnsupportedMediaType { expected } => match expected.len() {
                0 => "the media type of the body is not taken".into(),
                _ => format!(
                    "the body has to be {}, in UTF-8 where it is text",
                    join(expected.iter().map(String::as_str))
                )
                .into(),
            },
            Self::UnsupportedEncoding => {
                "the body has to be sent as it is, without a content coding such as gzip".into()
            }
            Self::BadRequest { violations } => match violations.len() {
                1 => "the request breaks the contract in 1 place".into(),
                n => format!("the request breaks the contract in {n} places").into(),
            },
            Self::NotImplemented { operation } => {
                format!("this server does not implement {operation}").into()
            }
            Self::Timeout => "the operation took too long; try again later".into(),
            Self::Internal { reason } => (*reason).into(),
        }
    }

    /// Returns the violations of a [`Rejection::BadRequest`]; an empty list for other variants.
    #[must_use]
    pub fn violations(&self) -> &[RequestViolation] {
        match self {
            Self::BadRequest { violations } => violations.as_slice(),
            _ => &[],
        }
    }

    /// Adds the headers that RFC 9110 requires for the status: `Allow`, `WWW-Authenticate`, and `Accept` or
    /// `Accept-Encoding` for 415 (§12.5.1, §12.5.3).
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        match self {
            Self::MethodNotAllowed { allow } => {
                insert(headers, ALLOW, &join(allow.iter().map(Method::as_str)));
            }
            Self::Unauthorized { challenges } => {
                for challenge in challenges {
                    if let Ok(value) = HeaderValue::from_str(challenge) {
                        headers.append(WWW_AUTHENTICATE, value);
                    }
                }
            }
            Self::UnsupportedMediaType { expected } if !expected.is_empty() => {
                insert(headers, ACCEPT, &join(expected.iter().map(String::as_str)));
            }
            Self::UnsupportedEncoding => insert(headers, ACCEPT_ENCODING, "identity"),
            _ => {}
        }
    }
}

fn insert(headers: &mut HeaderMap, name: http::HeaderName, value: &str) {
    // A document may declare a media type that no header can carry; the field is then left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn join<'s>(words: impl Iterator<Item = &'s str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Converts to a response whose extensions contain the rejection, which the [`Server`](crate::Server) renders. Outside
/// of a server, the response has only the status.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Violations> for Rejection {
    fn from(violations: Violations) -> Self {
        Self::BadRequest { violations }
    }
}

impl From<RequestViolation> for Rejection {
    fn from(violation: RequestViolation) -> Self {
        Violations::from(violation).into()
    }
}

/// Returns an input that every valid request contains.
///
/// Parameters and bodies are decoded into an `Option`, so that all violations of a request are collected before the
/// first is reported. Once [`Violations::into_result`] has returned `Ok`, required inputs are present:
///
/// ```
/// # use oas_server::{require_decoded, Rejection, Violations};
/// # fn example(name: Option<String>, violations: Violations) -> Result<String, Rejection> {
/// violations.into_result()?;
/// let name: String = require_decoded(name)?;
/// # Ok(name) }
/// ```
///
/// # Errors
///
/// Returns [`Rejection::Internal`] if `value` is `None`, because the table of the operation does not declare the input
/// as required.
pub fn require_decoded<T>(value: Option<T>) -> Result<T, Rejection> {
    value.ok_or(Rejection::Internal {
        reason: "a required part of the request was not decoded",
    })
}
