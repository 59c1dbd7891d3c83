//! Defines the errors of calls.

use std::{any::Any, convert::Infallible, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::{
    hook::HookError, payload::InvalidPayload, redact::HeaderNames, response::ResponseValue, text,
    transport::TransportError,
};

/// The error of a call. `E` is the type of the error bodies that the document declares for the operation.
///
/// `Display` includes the text of a documented error body, such as its code and message; `source` is the cause that the
/// body names. Neither `Display` nor `Debug` nor the source chain shows a credential, a header value or an undecoded
/// body. [`excerpt`](Self::excerpt) returns the beginning of such a body.
#[non_exhaustive]
pub enum Error<E = Infallible> {
    /// Nothing was sent, because a parameter, the body or the credentials are invalid. The text contains the reason.
    InvalidRequest(String),
    /// The connection could not be established, or failed before the whole response was received. Of the URL, the error
    /// contains only scheme, host and port.
    Communication(reqwest::Error),
    /// The call, including all attempts and the reading of the body, exceeded its timeout. Whether the server acted on
    /// the request is unknown.
    Timeout {
        /// The timeout.
        limit: Duration,
    },
    /// The server returned an error response that the document declares. The status is that of a success if a success
    /// body reports the failure (`x-failure-property`).
    ErrorResponse(Box<ResponseValue<E>>),
    /// The server returned a documented status with a body that is not as documented.
    InvalidResponsePayload(Box<InvalidPayload>),
    /// The body exceeds [`Config::max_body_bytes`](crate::Config::max_body_bytes), and was discarded.
    BodyTooLarge {
        /// The status of the response.
        status: StatusCode,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The server returned a status that the document does not list, neither by itself nor in a range such as `5XX`.
    UnexpectedResponse(Box<ResponseValue<Bytes>>),
    /// A hook returned an error, so that the last attempt was not sent.
    Hook(HookError),
    /// The transport returned an error instead of a response. Only that error can contain whether the server acted on
    /// the request.
    Transport(TransportError),
}

impl<E> Error<E> {
    pub(crate) fn communication(mut error: reqwest::Error) -> Self {
        // The query of the URL can hold an API key, and the path what only the caller may see.
        let origin = error.url().map(|url| url.origin().ascii_serialization());
        let origin = origin.and_then(|origin| origin.parse().ok());
        match (error.url_mut(), origin) {
            (Some(url), Some(origin)) => *url = origin,
            _ => error = error.without_url(),
        }
        Self::Communication(error)
    }

    /// Converts the error body of [`ErrorResponse`](Self::ErrorResponse), for example to a variant of an enum. Other
    /// variants remain unchanged.
    pub fn map<F>(self, wrap: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Self::ErrorResponse(response) => Error::ErrorResponse(Box::new((*response).map(wrap))),
            Self::InvalidRequest(why) => Error::InvalidRequest(why),
            Self::Communication(error) => Error::Communication(error),
            Self::Timeout { limit } => Error::Timeout { limit },
            Self::InvalidResponsePayload(payload) => Error::InvalidResponsePayload(payload),
            Self::BodyTooLarge { status, limit } => Error::BodyTooLarge { status, limit },
            Self::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
            Self::Hook(error) => Error::Hook(error),
            Self::Transport(error) => Error::Transport(error),
        }
    }

    /// Returns the status of the response; `None` if there was no response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::ErrorResponse(response) => Some(response.status()),
            Self::InvalidResponsePayload(payload) => Some(payload.status()),
            Self::UnexpectedResponse(response) => Some(response.status()),
            Self::BodyTooLarge { status, .. } => Some(*status),
            Self::InvalidRequest(_)
            | Self::Communication(_)
            | Self::Timeout { .. }
            | Self::Hook(_)
            | Self::Transport(_) => None,
        }
    }

    /// Returns the headers of the response; `None` if there was no response, or its body was too large.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::ErrorResponse(response) => Some(response.headers()),
            Self::InvalidResponsePayload(payload) => Some(payload.headers()),
            Self::UnexpectedResponse(response) => Some(response.headers()),
            _ => None,
        }
    }

    /// Returns the error body of [`ErrorResponse`](Self::ErrorResponse); `None` for other variants.
    #[must_use]
    pub fn error_body(&self) -> Option<&E> {
        match self {
            Self::ErrorResponse(response) => Some(response),
            _ => None,
        }
    }

    /// Returns the error body of [`ErrorResponse`](Self::ErrorResponse).
    ///
    /// # Errors
    ///
    /// Returns the error itself if it is another variant.
    pub fn into_error_body(self) -> Result<E, Self> {
        match self {
            Self::ErrorResponse(response) => Ok((*response).into_inner()),
            other => Err(other),
        }
    }

    /// Returns the beginning of a body that could not be decoded or was not expected: at most 200 characters, without
    /// control characters. It is text of the server: display it as such. `None` for other variants.
    #[must_use]
    pub fn excerpt(&self) -> Option<String> {
        match self {
            Self::InvalidResponsePayload(payload) => Some(payload.excerpt()),
            Self::UnexpectedResponse(response) => Some(response.excerpt()),
            _ => None,
        }
    }

    /// Returns whether the timeout of the call or of connecting was exceeded.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Communication(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// Returns whether no connection was established, so that the server has not received the request.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Communication(error) if error.is_connect())
    }

    /// Returns why no connection was established: `Connection refused`, a name that is not known, a certificate that is not trusted.
    /// Returns `None` for any other error, and where time ran out.
    ///
    /// The words are those of the operating system or of TLS, and contain no URL.
    #[must_use]
    pub fn connect_reason(&self) -> Option<String> {
        let Self::Communication(error) = self else {
            return None;
        };
        let is_reasoned = error.is_connect() && !error.is_timeout();
        let mut cause = std::error::Error::source(error).filter(|_| is_reasoned)?;
        // The end of the chain has the reason.
        while let Some(next) = cause.source() {
            cause = next;
        }
        Some(cause.to_string())
    }

    /// Returns whether no connection was established because nobody vouches for the authority that issued the server's
    /// certificate. Only TLS of the feature `rustls` can be recognized.
    #[must_use]
    pub fn is_untrusted(&self) -> bool {
        // The error of the TLS library is behind several others, whose types are private.
        let reason = self.connect_reason();
        reason.is_some_and(|reason| reason.contains("UnknownIssuer"))
    }
}

impl Error {
    /// Converts the error to that of an operation which declares an error body.
    pub(crate) fn widen<E>(self) -> Error<E> {
        self.map(|never| match never {})
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(why) => write!(f, "the request was not sent: {why}"),
            Self::Communication(error) if error.is_connect() && error.is_timeout() => {
                write!(f, "{} did not accept a connection in time", Server(error))
            }
            Self::Communication(error) if error.is_connect() => {
                write!(f, "could not connect to {}", Server(error))
            }
            Self::Communication(_) => {
                f.write_str("the connection failed before the whole response had arrived")
            }
            Self::Timeout { limit } => write!(f, "there was no complete response within {limit:?}"),
            Self::ErrorResponse(response) => {
                write!(f, "the server answered {}", response.status())?;
                if response.status().is_success() {
                    f.write_str(" and reported a failure")?;
                }
                match text::shortened(&(***response).to_string()) {
                    text if text.is_empty() => Ok(()),
                    text => write!(f, ": {text}"),
                }
            }
            Self::InvalidResponsePayload(payload) => payload.fmt(f),
            Self::BodyTooLarge { status, limit } => {
                write!(
                    f,
                    "the server answered {status} with a body of more than {limit} bytes"
                )
            }
            Self::UnexpectedResponse(response) => {
                write!(
                    f,
                    "the server answered {}, which the API does not document",
                    response.status()
                )
            }
            Self::Hook(error) => write!(f, "a hook rejected the request: {error}"),
            Self::Transport(error) => write!(f, "the transport brought no response: {error}"),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(why) => f.debug_tuple("InvalidRequest").field(why).finish(),
            Self::Communication(error) => f.debug_tuple("Communication").field(error).finish(),
            Self::Timeout { limit } => f.debug_struct("Timeout").field("limit", limit).finish(),
            Self::ErrorResponse(response) => {
                f.debug_tuple("ErrorResponse").field(response).finish()
            }
            Self::InvalidResponsePayload(payload) => f
                .debug_tuple("InvalidResponsePayload")
                .field(payload)
                .finish(),
            Self::BodyTooLarge { status, limit } => f
                .debug_struct("BodyTooLarge")
                .field("status", status)
                .field("limit", limit)
                .finish(),
            Self::UnexpectedResponse(response) => f
                .debug_struct("UnexpectedResponse")
                .field("status", &response.status())
                .field("headers", &HeaderNames(response.headers()))
                .field("body", &format_args!("{} bytes", response.len()))
                .finish(),
            Self::Hook(error) => f.debug_tuple("Hook").field(error).finish(),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Communication(error) => Some(error),
            // The body itself is part of the text.
            Self::ErrorResponse(response) => (***response).source(),
            // So is the error of the hook or the transport.
            Self::Hook(error) | Self::Transport(error) => error.source(),
            _ => None,
        }
    }
}

/// Host and port that an error of the connection is about.
struct Server<'a>(&'a reqwest::Error);

impl fmt::Display for Server<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.url();
        match url.and_then(|url| Some((url.host_str()?, url.port_or_known_default()?))) {
            Some((host, port)) => write!(f, "{host}:{port}"),
            None => f.write_str("the server"),
        }
    }
}

/// An error body that is text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextBody(pub String);

/// An error body whose type does not implement `Error`: none (`OpaqueBody<()>`), bytes, a list, or JSON of any form.
/// `Display` formats nothing, because the document does not describe the meaning. `Debug` formats the length of bytes, and no byte.
#[derive(Clone, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("")]
#[serde(transparent)]
pub struct OpaqueBody<T>(pub T);

impl<T: fmt::Debug + 'static> fmt::Debug for OpaqueBody<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("OpaqueBody");
        match (&self.0 as &dyn Any).downcast_ref::<Bytes>() {
            Some(bytes) => tuple.field(&format_args!("{} bytes", bytes.len())),
            None => tuple.field(&self.0),
        };
        tuple.finish()
    }
}
