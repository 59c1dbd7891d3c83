//! Transports: they carry requests to a server in the place of the HTTP client.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use tokio::time::Instant;

use crate::operation::Operation;

/// The future of [`Transport::send`].
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, TransportError>> + Send + 'a>>;

/// The error of a transport that returned no response. It reaches the caller as [`Error::Transport`](crate::Error::Transport).
pub type TransportError = Box<dyn std::error::Error + Send + Sync>;

/// Carries requests to a server that does not follow the document, and converts its responses to those that the document
/// describes: other envelopes, jobs that have to be waited for, another protocol.
///
/// It is set with [`Config::transport`](crate::Config::transport), and takes the place of the HTTP client: everything that
/// the client is configured with for connecting is up to the transport. Deadlines, hooks, retries, the limit of the body and
/// the decoding stay with the client.
///
/// ```
/// use oas_client::{Config, OutgoingRequest, Transport, TransportFuture};
///
/// /// Answers by itself.
/// #[derive(Debug)]
/// struct Offline;
///
/// impl Transport for Offline {
///     fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
///         Box::pin(async move {
///             let answer = format!("\"{} asks for {}\"", outgoing.operation.id(), outgoing.request.url().path());
///             Ok(http::Response::new(answer).into())
///         })
///     }
/// }
/// let config = Config::default().transport(Offline);
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Carries one attempt of a call. Dropping the future cancels the attempt.
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_>;
}

/// A transport that several owners share.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        (**self).send(outgoing)
    }
}

/// A request on its way out, credentials included: it must not be logged.
#[non_exhaustive]
pub struct OutgoingRequest {
    /// The request as the document has it.
    pub request: reqwest::Request,
    /// The operation that it belongs to, with the extensions that the document gives it.
    pub operation: &'static Operation,
    /// When the call ends in [`Error::Timeout`](crate::Error::Timeout). A transport with a better
    /// error has to return it before.
    pub deadline: Option<Instant>,
}

impl OutgoingRequest {
    /// Creates an attempt, for a test of a transport.
    pub fn new(
        request: reqwest::Request,
        operation: &'static Operation,
        deadline: Option<Instant>,
    ) -> Self {
        Self {
            request,
            operation,
            deadline,
        }
    }
}

impl fmt::Debug for OutgoingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingRequest")
            .field("operation", &self.operation.id())
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
