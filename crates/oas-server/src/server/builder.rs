//! Putting a server together.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::request::Parts;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use super::handler::{Handler, erase};
use super::service::{Route, Server, Target};
use crate::credentials::Credentials;
use crate::operation::RejectionBody;
use crate::response::{IntoResponse, Response};
use crate::router::Router;
use crate::{Operation, Rejection, Request};

/// What a layer of an operation wraps: its handler, or the layers inside of it.
pub type OperationService = BoxCloneSyncService<http::Request<Body>, Response, Infallible>;

type Renderer =
    Box<dyn Fn(&Rejection, Option<&'static Operation>, &Parts) -> Response + Send + Sync>;
type Verdict = Pin<Box<dyn Future<Output = Result<(), Rejection>> + Send>>;
type Verifier = Box<dyn Fn(Credentials, &'static Operation) -> Verdict + Send + Sync>;
type AddLayer = Box<dyn Fn(&'static Operation, OperationService) -> OperationService>;

/// What holds for all operations of a server.
pub(crate) struct Settings {
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Option<Duration>,
    pub(super) handler_timeout: Option<Duration>,
    pub(crate) verifier: Option<Verifier>,
    pub(super) renderer: Option<Renderer>,
    pub(super) rejections: &'static [RejectionBody],
}

/// Puts a [`Server`] together: routes, limits, layers.
///
/// Generated crates return one with all their routes; whoever runs the server adds the rest.
///
/// ```
/// use std::time::Duration;
/// use oas_server::{response, Builder, Method, Operation, Rejection, Request, Response};
///
/// static PING: Operation = Operation::new("Ping", Method::GET, "/ping");
///
/// async fn ping(mut request: Request) -> Result<Response, Rejection> {
///     request.admit().await?;
///     Ok(response::status(200).text("text/plain", "pong"))
/// }
///
/// let server = Builder::new()
///     .route(&PING, ping)
///     .base_path("/v1")
///     .body_limit(64 * 1024)
///     .handler_timeout(Duration::from_secs(30))
///     .build();
/// let router = axum::Router::from(server);
/// # let _ = router;
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    routes: Vec<(&'static Operation, Handler)>,
    layers: Vec<AddLayer>,
    base_path: String,
    settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = self.routes.iter().map(|(operation, _)| operation.id());
        f.debug_list().entries(operations).finish()
    }
}

impl Builder {
    /// A body may have this many bytes unless [`Builder::body_limit`] says otherwise: 1 MiB.
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// A server without routes.
    pub const fn new() -> Self {
        Self {
            routes: Vec::new(),
            layers: Vec::new(),
            base_path: String::new(),
            settings: Settings {
                body_limit: Self::DEFAULT_BODY_LIMIT,
                body_timeout: None,
                handler_timeout: None,
                verifier: None,
                renderer: None,
                rejections: &[],
            },
        }
    }

    /// Adds an operation. One with the same method and the same path template replaces the former, so that a generated
    /// route can be overridden by hand.
    pub fn route<F, Fut, R>(mut self, operation: &'static Operation, handler: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
        R: IntoResponse,
    {
        self.routes.push((operation, erase(handler)));
        self
    }

    /// Puts `path` before the templates of all operations, as the `url` of the document's server has it.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = path.into();
        self
    }

    /// How many bytes a request body may have; 1 MiB unless set. A longer one is answered with 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// How long a body that is read as a whole may take to arrive; without a limit unless set. A slower one is answered
    /// with 408. Needs tokio's timer.
    pub fn body_timeout(mut self, time: Duration) -> Self {
        self.settings.body_timeout = Some(time);
        self
    }

    /// How long an operation may take from its routing to its response, the reading of the body included; without a limit
    /// unless set. A slower one is dropped and answered with 503. Needs tokio's timer.
    pub fn handler_timeout(mut self, time: Duration) -> Self {
        self.settings.handler_timeout = Some(time);
        self
    }

    /// Has all credentials checked in one place. `verify` gets what satisfied the security requirements, which is nothing
    /// for an anonymous caller, and answers `Ok`, [`Rejection::unauthorized`] or [`Rejection::Forbidden`]. It runs before
    /// anything else of the request is looked at. Where the caller presents what satisfies several alternatives, it is
    /// asked about each in the document's order until it accepts one.
    pub fn verify<F, Fut>(mut self, verify: F) -> Self
    where
        F: Fn(Credentials, &'static Operation) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Rejection>> + Send + 'static,
    {
        self.settings.verifier = Some(Box::new(move |credentials, operation| {
            Box::pin(verify(credentials, operation))
        }));
        self
    }

    /// The error bodies of requests that reach no operation: 404 for an unknown path and 405.
    pub fn rejections(mut self, bodies: &'static [RejectionBody]) -> Self {
        self.settings.rejections = bodies;
        self
    }

    /// Replaces the default renderer; [`render`](crate::render::render) is there to fall back to. The request's body is
    /// gone, and its header may hold credentials.
    pub fn renderer<F>(mut self, renderer: F) -> Self
    where
        F: Fn(&Rejection, Option<&'static Operation>, &Parts) -> Response + Send + Sync + 'static,
    {
        self.settings.renderer = Some(Box::new(renderer));
        self
    }

    /// Puts a layer around one operation, behind routing and before [`Request::admit`]. A layer that is added later is
    /// outside of the earlier ones.
    pub fn layer_operation<L>(self, operation: &'static Operation, layer: L) -> Self
    where
        L: Layer<OperationService> + Clone + 'static,
        L::Service: Service<http::Request<Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
        <L::Service as Service<http::Request<Body>>>::Error: Into<Infallible>,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
    {
        self.layer_each(move |each| std::ptr::eq(each, operation).then(|| layer.clone()))
    }

    /// Puts around each operation the layer that `layer` makes for it, or none.
    pub fn layer_each<F, L>(mut self, layer: F) -> Self
    where
        F: Fn(&'static Operation) -> Option<L> + 'static,
        L: Layer<OperationService>,
        L::Service: Service<http::Request<Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
        <L::Service as Service<http::Request<Body>>>::Error: Into<Infallible>,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
    {
        self.layers
            .push(Box::new(move |operation, inner| match layer(operation) {
                None => inner,
                Some(layer) => OperationService::new(
                    layer
                        .layer(inner)
                        .map_response(IntoResponse::into_response)
                        .map_err(Into::into),
                ),
            }));
        self
    }

    /// The server.
    #[must_use]
    pub fn build(self) -> Server {
        let settings = Arc::new(self.settings);
        let mut router = Router::new();
        for (operation, handler) in self.routes {
            let target = if self.layers.is_empty() {
                Target::Handler(handler)
            } else {
                let innermost = Target::service(operation, handler, Arc::clone(&settings));
                let layered = self
                    .layers
                    .iter()
                    .fold(innermost, |inner, add| add(operation, inner));
                Target::Layered(layered)
            };
            let route = Route { operation, target };
            router.insert_below(&self.base_path, operation.method(), operation.path(), route);
        }
        Server::new(router, settings)
    }
}
