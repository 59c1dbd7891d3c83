//! Defines transports, which send requests instead of the HTTP client.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use tokio::time::Instant;

use crate::operation::Operation;

/// The future of [`Transport::send`].
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, TransportError>> + Send + 'a>>;

/// The error of a transport that has no response. The call returns it as [`Error::Transport`](crate::Error::Transport).
pub type TransportError = Box<dyn std::error::Error + Send + Sync>;

/// Sends requests instead of the HTTP client, for a server that does not follow the document: it converts requests and
/// responses from and to the form that the document describes. Examples are other envelopes, jobs that have to be
/// awaited, and other protocols.
///
/// It is set with [`Config::transport`](crate::Config::transport). Settings of the client for connecting do not apply
/// to it; timeouts, hooks, the limit of the body and decoding do. A [`RetryPolicy`](crate::RetryPolicy) repeats attempts by the
/// status of their response, and never those that end with a [`TransportError`].
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
    /// Sends one attempt of a call, and returns its response, of any status. The client drops the future to cancel the
    /// attempt.
    ///
    /// # Errors
    ///
    /// The future returns an error if there is no response. `Display` and `Debug` of [`Error`](crate::Error) show it, so that
    /// it must not contain credentials of the request.
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_>;
}

/// A transport that several owners share.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        (**self).send(outgoing)
    }
}

/// One attempt to send a request, as [`Transport::send`] receives it: complete, after all hooks. Do not log
/// [`request`](Self::request), which contains credentials; `Debug` leaves it out.
#[non_exhaustive]
pub struct OutgoingRequest {
    /// The request in the form that the document describes.
    pub request: reqwest::Request,
    /// The operation of the request, with the extensions of the document.
    pub operation: &'static Operation,
    /// The time at which the call, with all of its attempts, fails with [`Error::Timeout`](crate::Error::Timeout). `None` if the
    /// call has no timeout, and for a request by which an event stream reconnects. A transport with a more specific error has
    /// to return it earlier.
    pub deadline: Option<Instant>,
}

impl OutgoingRequest {
    /// Creates a request, for a test of a transport.
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
