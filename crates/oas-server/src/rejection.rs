//! Defines the reasons for which the runtime rejects a request, and their mapping to HTTP.
//!
//! The module [`render`](crate::render) renders rejections as bodies.

use std::borrow::Cow;

use axum::body::Body;
use http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::response::{IntoResponse, Response};
use crate::storage::Storage;
use crate::{Operation, Violation, Violations};

/// The reason why a request is rejected before, or instead of, its handler's response.
///
/// Each variant has one status, title, code and set of headers. A handler may return one as well: it is a response by
/// [`IntoResponse`], and the server renders it like its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Rejection {
    /// No operation has this path. 404, RFC 9110 §15.5.5.
    NotFound,
    /// The path is known, but not with this method. 405 with `Allow`, RFC 9110 §15.5.6 and §10.2.1.
    MethodNotAllowed {
        /// The methods of the path.
        allow: Vec<Method>,
    },
    /// Credentials are missing, malformed or of another scheme. 401 with `WWW-Authenticate`, RFC 9110 §15.5.2.
    Unauthorized {
        /// The challenges, such as `Bearer` or `Basic realm="api"`, one per acceptable scheme.
        challenges: Vec<Cow<'static, str>>,
    },
    /// The credentials are good, but not for this. 403, RFC 9110 §15.5.4. The runtime itself never returns it; a verifier
    /// or a handler may.
    Forbidden,
    /// The caller accepts none of the media types of the responses. 406, RFC 9110 §15.5.7.
    NotAcceptable {
        /// The media types that the operation produces.
        produces: Vec<String>,
    },
    /// The caller sent its body too slowly. 408, RFC 9110 §15.5.9.
    RequestTimeout,
    /// The body is over the limit. 413, RFC 9110 §15.5.14.
    PayloadTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body's media type or charset is not one that the operation takes. 415 with `Accept`, RFC 9110 §15.5.16.
    UnsupportedMediaType {
        /// The media types that it takes.
        expected: Vec<String>,
    },
    /// The body is compressed or encoded otherwise, and nothing here decodes it. 415 with `Accept-Encoding`,
    /// RFC 9110 §15.5.16.
    UnsupportedEncoding,
    /// The request breaks the contract, malformed JSON included. 400, RFC 9110 §15.5.1.
    BadRequest {
        /// All violations of the request.
        violations: Violations,
    },
    /// The operation is in the document but not in this server. 501, RFC 9110 §15.6.2.
    NotImplemented {
        /// Its operationId.
        operation: String,
    },
    /// The handler took longer than the server lets it. 503, RFC 9110 §15.6.4: the server is overloaded or broken, and
    /// is no gateway that could answer 504.
    Timeout,
    /// The server's own fault: a handler panicked, or its answer could not be written. 500, RFC 9110 §15.6.1.
    Internal {
        /// The reason, in words that may be returned to the caller.
        reason: &'static str,
    },
}

impl Rejection {
    /// Returns the response of an operation that is not implemented yet.
    #[must_use]
    pub fn not_implemented<S: Storage>(operation: &Operation<S>) -> Self {
        Self::NotImplemented {
            operation: operation.id.to_string(),
        }
    }

    /// Refuses the presented credentials, with the challenges of the operation's security requirements.
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

    /// Returns a stable code for programs.
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

    /// Returns a short text that is the same for every rejection of the kind (`title` of RFC 9457 §3.1.3).
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

    /// Returns a sentence about this rejection, with a remedy if there is one. It quotes the document, never the
    /// request.
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
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::BadRequest { violations } => violations.as_slice(),
            _ => &[],
        }
    }

    /// Adds the headers that RFC 9110 asks for: `Allow`, `WWW-Authenticate`, and `Accept` or `Accept-Encoding` beside a 415
    /// (§12.5.1, §12.5.3).
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

/// A response that carries the rejection to the server, which renders it. Outside of a [`Server`](crate::Server) it is
/// the bare status.
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

impl From<Violation> for Rejection {
    fn from(violation: Violation) -> Self {
        Violations::from(violation).into()
    }
}

/// Unwraps an input that a validated request must contain.
///
/// Parameters and bodies are decoded into an `Option`, so that all violations of a request are collected before the
/// first is reported. Once [`Violations::into_result`] has returned `Ok`, required inputs are present:
///
/// ```
/// # use oas_server::{required, Rejection, Violations};
/// # fn example(name: Option<String>, violations: Violations) -> Result<String, Rejection> {
/// violations.into_result()?;
/// let name: String = required(name)?;
/// # Ok(name) }
/// ```
///
/// # Errors
///
/// Returns [`Rejection::Internal`] if the input was not declared as required.
pub fn required<T>(value: Option<T>) -> Result<T, Rejection> {
    value.ok_or(Rejection::Internal {
        reason: "a required part of the request was not decoded",
    })
}
