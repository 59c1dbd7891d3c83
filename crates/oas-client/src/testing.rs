//! Provides responses without a server, for unit tests of code that calls a client.

use std::fmt;

use http::{HeaderValue, header};

use crate::transport::{OutgoingRequest, Transport, TransportFuture};

/// A transport that returns the responses of a function, and sends nothing.
///
/// Credentials, hooks, retries and the decoding of the response work as with a server.
///
/// ```
/// use oas_client::{Config, testing::{FnTransport, response}};
///
/// let transport = FnTransport::new(|outgoing| match outgoing.operation.id() {
///     "GetImage" => response(200, "application/json", r#"{"name": "TinyLinux"}"#),
///     _ => response(404, "text/plain", "no such operation"),
/// });
/// let config = Config::default().transport(transport);
/// ```
pub struct FnTransport<F>(F);

impl<F: Fn(&OutgoingRequest) -> reqwest::Response> FnTransport<F> {
    /// Creates a transport that returns what `respond` returns for each request.
    pub fn new(respond: F) -> Self {
        Self(respond)
    }
}

impl<F: Fn(&OutgoingRequest) -> reqwest::Response + Send + Sync> Transport for FnTransport<F> {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        Box::pin(std::future::ready(Ok((self.0)(&outgoing))))
    }
}

impl<F> fmt::Debug for FnTransport<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnTransport").finish_non_exhaustive()
    }
}

/// Creates a response with a `Content-Type`.
///
/// # Panics
///
/// Panics if `status` is not between 100 and 999, or `media_type` is not valid as the value of a header.
pub fn response(
    status: u16,
    media_type: &'static str,
    body: impl Into<reqwest::Body>,
) -> reqwest::Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = match http::StatusCode::from_u16(status) {
        Ok(status) => status,
        Err(error) => panic!("{status}: {error}"),
    };
    let media_type = HeaderValue::from_static(media_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response.into()
}
