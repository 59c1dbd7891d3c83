//! Implements the tower service: resolves a request by the router, calls the handler, and returns the response.

use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderValue, Method};
use http_body::Body as _;
use tower::ServiceExt as _;
use tower_service::Service;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::builder::{OperationService, Settings};
use super::handler::{Handler, HandlerFuture};
use super::selection::Routes;
use crate::body::read;
use crate::render::{RejectedRequest, render};
use crate::response::{IntoResponse, Response};
use crate::router::{Captures, Found, RouteMatch, Router};
use crate::storage::Storage;
use crate::{Rejection, Request};

/// A server: a tower service that responds to HTTP requests. Cloning is cheap.
///
/// [`serve`](crate::serve()) runs it; so do hyper and, because it converts to an [`axum::Router`], `axum::serve`. It
/// can also be called directly.
///
/// Each request has a `tracing` span `request` with `operation.id`, `http.request.method`, `http.route` and
/// `http.response.status_code`, and one event at the level `INFO` when it is answered. Neither the path nor headers are
/// recorded. Layers of operations find the operation in the extensions of the request, as `&'static Operation`, or as
/// `Arc<Operation<Owned>>` if the tables are constructed at run time.
///
/// A panic of a handler ends with its request, whose response has the status 500. State that handlers share must
/// tolerate that, and also that a handler is dropped because its caller closed the connection.
#[derive(Clone)]
pub struct Server {
    inner: Arc<dyn Dispatch>,
}

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A server of either kind of tables. Behind it the kind is not part of the type of a [`Server`].
trait Dispatch: Send + Sync {
    fn dispatch(self: Arc<Self>, parts: Box<Parts>, body: Body) -> ResponseFuture;
}

struct Inner<S: Storage> {
    router: Router<Routes<S>>,
    settings: Arc<Settings<S>>,
}

pub(super) struct Route<S: Storage> {
    pub(super) operation: S::Operation,
    pub(super) target: Target<S>,
}

pub(super) enum Target<S: Storage> {
    Handler(Handler<S>),
    Layered(OperationService),
}

impl<S: Storage> Target<S> {
    /// Wraps a handler as the service that layers wrap. The result of the router passes through the layers as an
    /// extension.
    pub(super) fn service(
        operation: S::Operation,
        handler: Handler<S>,
        settings: Arc<Settings<S>>,
    ) -> OperationService {
        OperationService::new(tower::service_fn(move |request: http::Request<Body>| {
            let (mut parts, body) = request.into_parts();
            let response = match parts.extensions.remove::<Captures>() {
                Some(captures) => Ok(handler(Request::new(
                    (Box::new(parts), body),
                    operation.clone(),
                    captures,
                    Arc::clone(&settings),
                ))),
                None => Err(Rejection::Internal {
                    reason: "a layer dropped the extensions of the request",
                }),
            };
            async move {
                let response = match response {
                    Ok(response) => response.await,
                    Err(rejection) => Err(rejection),
                };
                Ok(response.into_response())
            }
        }))
    }

    fn call(
        &self,
        mut parts: Box<Parts>,
        body: Body,
        operation: S::Operation,
        captures: Captures,
        settings: &Arc<Settings<S>>,
    ) -> HandlerFuture {
        match self {
            Self::Handler(handler) => handler(Request::new(
                (parts, body),
                operation,
                captures,
                Arc::clone(settings),
            )),
            Self::Layered(service) => {
                parts.extensions.insert(operation);
                parts.extensions.insert(captures);
                let response = service
                    .clone()
                    .oneshot(http::Request::from_parts(*parts, body));
                Box::pin(async move {
                    match response.await {
                        Ok(response) => Ok(response),
                        Err(never) => match never {},
                    }
                })
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn new<S: Storage>(router: Router<Routes<S>>, settings: Arc<Settings<S>>) -> Self {
        Self {
            inner: Arc::new(Inner { router, settings }),
        }
    }
}

impl<S: Storage> Dispatch for Inner<S> {
    fn dispatch(self: Arc<Self>, parts: Box<Parts>, body: Body) -> ResponseFuture {
        Box::pin(async move { Ok(self.respond(parts, body).await) })
    }
}

impl<S: Storage> Inner<S> {
    async fn respond(&self, mut parts: Box<Parts>, body: Body) -> Response {
        let span = tracing::info_span!(
            "request",
            operation.id = Empty,
            http.request.method = %parts.method,
            http.route = Empty,
            http.response.status_code = Empty,
        );
        let started = (!span.is_disabled()).then(Instant::now);
        // A copy only for a renderer that may want to read it.
        let kept = self.settings.renderer.as_ref().map(|_| parts.clone());
        let (mut operation, mut routes) = (None, None);
        let result = match self.router.find(&parts.method, parts.uri.path()) {
            RouteMatch::Found(Found { target, captures }) => {
                routes = Some(target);
                let first = target.first().map(|route| &*route.operation);
                let bodiless = parts.method == Method::HEAD
                    && first.is_some_and(|first| first.method == Method::GET);
                let in_span = &span;
                // Pinned here: each adapter that owned the future would have space for one more.
                let handled = pin!(async {
                    let mut body = body;
                    let selected = target.select(&parts, &mut body, &self.settings).await;
                    let selected = match (selected, target.first()) {
                        (Err(rejection), Some(first)) if self.settings.inspects => {
                            let unselected = target.unselected_by(&parts, rejection);
                            parts.extensions.insert(unselected);
                            Ok(first)
                        }
                        (selected, _) => selected,
                    };
                    let route = selected.inspect_err(|_| {
                        in_span.record("http.route", first.map(|first| &*first.path));
                    })?;
                    let selected = &route.operation;
                    in_span.record("operation.id", &*selected.id);
                    in_span.record("http.route", &*selected.path);
                    operation = Some(selected);
                    if let Some(signature) = &self.settings.signature {
                        let bytes = read(body, &parts.headers, &self.settings).await?;
                        signature.verify(&parts, &bytes)?;
                        body = Body::from(bytes);
                    }
                    let call = || {
                        let target = &route.target;
                        target.call(parts, body, selected.clone(), captures, &self.settings)
                    };
                    match catch_unwind(AssertUnwindSafe(call)) {
                        Ok(future) => CatchPanic(future).await,
                        Err(_) => Err(panicked()),
                    }
                });
                let result = self.in_time(handled).instrument(span.clone()).await;
                // A handler, or a layer, may answer with a rejection.
                result.and_then(|mut response| {
                    match response.extensions_mut().remove::<Rejection>() {
                        Some(rejection) => Err(rejection),
                        None if bodiless => Ok(without_body(response)),
                        None => Ok(response),
                    }
                })
            }
            RouteMatch::MethodNotAllowed(allow) => Err(Rejection::MethodNotAllowed { allow }),
            RouteMatch::NotFound => Err(Rejection::NotFound),
        };
        let response = result.unwrap_or_else(|rejection| {
            let operation = operation.map(|operation| &**operation);
            let agreed = routes.and_then(|routes| routes.agreed(rejection.status()));
            let unrouted = agreed.map_or(&*self.settings.rejections, std::slice::from_ref);
            match (&self.settings.renderer, &kept) {
                (Some(renderer), Some(parts)) => renderer(&RejectedRequest::new(
                    &rejection, operation, parts, unrouted,
                )),
                _ => render(&rejection, operation, unrouted),
            }
        });
        span.record("http.response.status_code", response.status().as_u16());
        if let Some(started) = started {
            tracing::info!(parent: &span, elapsed = ?started.elapsed(), "the request is answered");
        }
        response
    }

    /// Awaits a response for as long as handlers have.
    async fn in_time(
        &self,
        response: impl Future<Output = Result<Response, Rejection>>,
    ) -> Result<Response, Rejection> {
        match self.settings.handler_timeout {
            None => response.await,
            Some(time) => match tokio::time::timeout(time, response).await {
                Ok(response) => response,
                Err(_) => Err(Rejection::Timeout),
            },
        }
    }
}

struct CatchPanic(HandlerFuture);

impl Future for CatchPanic {
    type Output = Result<Response, Rejection>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Err(panicked())),
        }
    }
}

/// Returns the rejection after a panic, which the panic hook has already reported; its message may contain confidential
/// data.
fn panicked() -> Rejection {
    tracing::error!("the handler panicked");
    Rejection::Internal {
        reason: "the operation failed unexpectedly",
    }
}

/// Removes the body: the header of a response to HEAD is that of the response to GET (RFC 9110 §9.3.2).
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        parts
            .headers
            .entry(CONTENT_LENGTH)
            .or_insert(HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}

impl<B> Service<http::Request<B>> for Server
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        Arc::clone(&self.inner).dispatch(Box::new(parts), Body::new(body))
    }
}

impl From<Server> for axum::Router {
    fn from(server: Server) -> Self {
        Self::new().fallback_service(server)
    }
}
