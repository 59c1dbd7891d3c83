//! Validates what HTTP requires of every message, independently of the document.

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Request, StatusCode, Version};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tower::ServiceExt as _;
use tower_service::Service;

use crate::{Response, response};

/// Keeps malformed requests of a connection from a service.
pub(super) struct Guard<S> {
    // In a box, as connections want to move it.
    service: Box<S>,
    peer: SocketAddr,
    /// The last valid `Host` field: on most connections, all requests have the same.
    host: RefCell<Option<HeaderValue>>,
    unread: Unread,
}

/// Whether the body of the last request on a connection was left unread.
#[derive(Clone, Default)]
pub(super) struct Unread(Arc<AtomicBool>);

impl Unread {
    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S> Guard<S> {
    pub(super) fn new(service: S, peer: SocketAddr) -> Self {
        Self {
            service: Box::new(service),
            peer,
            host: RefCell::default(),
            unread: Unread::default(),
        }
    }

    pub(super) fn unread(&self) -> Unread {
        self.unread.clone()
    }

    /// Returns the response to a request that is invalid by RFC 9112, sections 3.2 and 6.1.
    fn rejection(&self, parts: &Parts) -> Option<Response> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let detail = match (hosts.next(), hosts.next()) {
            (None, _) if parts.version >= Version::HTTP_11 => "the field `Host` is missing",
            (Some(_), Some(_)) => "there is more than one field `Host`",
            (Some(host), None) if !self.is_valid(host) => {
                "the field `Host` is neither a host nor a host with a port"
            }
            _ => return transfer_coding(parts),
        };
        Some(problem(StatusCode::BAD_REQUEST, detail))
    }

    fn is_valid(&self, host: &HeaderValue) -> bool {
        let mut known = self.host.borrow_mut();
        if known.as_ref() == Some(host) {
            return true;
        }
        let is_valid = is_authority(host);
        if is_valid {
            *known = Some(host.clone());
        }
        is_valid
    }
}

impl<S> hyper::service::Service<Request<Incoming>> for Guard<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let body = Watched::new(body, self.unread.clone());
        if let Some(rejection) = self.rejection(&parts) {
            return Box::pin(std::future::ready(Ok(rejection)));
        }
        parts.extensions.insert(ConnectInfo(self.peer));
        let request = Request::from_parts(parts, Body::new(body));
        Box::pin((*self.service).clone().oneshot(request))
    }
}

/// Returns whether a `Host` field is valid. It is empty for a request without a host, such as `OPTIONS *`.
fn is_authority(host: &HeaderValue) -> bool {
    let bytes = host.as_bytes();
    bytes.is_empty() || !bytes.contains(&b'@') && Authority::try_from(bytes).is_ok()
}

fn transfer_coding(parts: &Parts) -> Option<Response> {
    let lines = parts.headers.get_all(TRANSFER_ENCODING).iter();
    let codings: Vec<&str> = lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect();
    let is_chunked = |coding: &&str| coding.eq_ignore_ascii_case("chunked");
    match codings.as_slice() {
        [] => None,
        [one] if is_chunked(one) => None,
        several if several.iter().all(is_chunked) => Some(problem(
            StatusCode::BAD_REQUEST,
            "the transfer coding `chunked` is applied more than once",
        )),
        _ => Some(problem(
            StatusCode::NOT_IMPLEMENTED,
            "the transfer coding is not `chunked`",
        )),
    }
}

/// Renders a problem, and closes the connection, because the bytes after a malformed request cannot be interpreted.
fn problem(status: StatusCode, detail: &str) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let mut response = response::status(status.as_u16()).json("application/problem+json", &problem);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body that tells whether it was read to its end.
struct Watched {
    body: Incoming,
    is_read: bool,
    unread: Unread,
}

impl Watched {
    fn new(body: Incoming, unread: Unread) -> Self {
        Self {
            is_read: http_body::Body::is_end_stream(&body),
            body,
            unread,
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.unread.0.store(!self.is_read, Ordering::Relaxed);
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.is_read |= matches!(frame, Poll::Ready(None)) || self.body.is_end_stream();
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
