//! Implements a transport without a network.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use oas_client::{OutgoingRequest, Transport, TransportFuture};
use tower_service::Service;

use crate::Request;

/// A transport that calls a service in the same process, and records the requests. Clones share the recorded requests.
///
/// The service is a generated server or any other tower service; [`replying`](Self::replying) creates one that returns the same
/// response to every request. The body of a response is removed if HTTP/1.1 does not transfer it (RFC 9112 §6.3).
///
/// ```
/// use oas_client::{CallOptions, Config, ClientCore, Method, Operation};
/// use oas_testing::{ExpectedRequest, InProcess};
///
/// static RENAME: Operation = Operation::new("rename", Method::PUT, "/images/7");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let transport = InProcess::replying(204, "", "");
/// let core = ClientCore::new("http://localhost", Config::default().transport(transport.clone())).unwrap();
/// let request = core.request(&RENAME, "/images/7").text("text/plain", "tiny");
/// core.send::<std::convert::Infallible>(request, CallOptions::default()).await.unwrap();
///
/// ExpectedRequest::new("PUT", "/images/7").text("text/plain", "tiny").assert_sent(&transport);
/// # }
/// ```
#[derive(Clone)]
pub struct InProcess {
    service: Arc<dyn Fn(http::Request<Full<Bytes>>) -> Responding + Send + Sync>,
    requests: Arc<Mutex<Vec<Request>>>,
}

type Responding = Pin<Box<dyn Future<Output = http::Response<Bytes>> + Send>>;

impl InProcess {
    /// Creates a transport that calls `service`.
    ///
    /// # Panics
    ///
    /// A call panics if the body of its response fails.
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>, Error = Infallible>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        B: http_body::Body + Send,
        B::Data: Send,
        B::Error: fmt::Debug,
    {
        Self {
            service: Arc::new(move |request| {
                let mut service = service.clone();
                Box::pin(async move {
                    let Ok(()) = poll_fn(|cx| service.poll_ready(cx)).await;
                    let Ok(response) = service.call(request).await;
                    let (parts, body) = response.into_parts();
                    let body = body.collect().await.expect("the body of a response");
                    http::Response::from_parts(parts, body.to_bytes())
                })
            }),
            requests: Arc::default(),
        }
    }

    /// Creates a transport that returns this response to every request, without a `Content-Type` if `content_type` is empty.
    ///
    /// # Panics
    ///
    /// Panics if the status or the media type is invalid.
    #[must_use]
    pub fn replying(status: u16, content_type: &str, body: &str) -> Self {
        let mut response = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(status).expect("a status");
        if !content_type.is_empty() {
            let content_type = HeaderValue::try_from(content_type).expect("a media type");
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        Self {
            service: Arc::new(move |_| Box::pin(std::future::ready(response.clone()))),
            requests: Arc::default(),
        }
    }

    /// Returns the recorded requests, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the only recorded request.
    ///
    /// # Panics
    ///
    /// Panics if there was none, or more than one.
    #[must_use]
    #[track_caller]
    pub fn request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected");
        requests.remove(0)
    }

    /// Calls the service with a request, without a client. The request is recorded.
    pub async fn exchange(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (parts, body) = request.into_parts();
        let is_head = parts.method == Method::HEAD;
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Request::new(&parts, body.clone()));
        let request = http::Request::from_parts(parts, Full::new(body));
        let mut response = (self.service)(request).await;
        let status = response.status();
        // Content with 205 is a mistake of the server (RFC 9110 §15.3.6) that arrives, as over a connection (RFC 9112 §6.3).
        let bodiless = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
        if is_head || status.is_informational() || bodiless.contains(&status) {
            response.body_mut().clear();
        }
        response
    }
}

impl Transport for InProcess {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut outgoing = outgoing.request;
            let body = match outgoing.body_mut().take() {
                Some(body) => body.collect().await?.to_bytes(),
                None => Bytes::new(),
            };
            let url = outgoing.url();
            let target = match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            };
            let mut request = http::Request::new(body);
            *request.method_mut() = outgoing.method().clone();
            *request.uri_mut() = Uri::try_from(target)?;
            *request.headers_mut() = std::mem::take(outgoing.headers_mut());
            Ok(self.exchange(request).await.into())
        })
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}
