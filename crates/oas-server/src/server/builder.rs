//! Configures and constructs a server.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use super::handler::{Handler, erase};
use super::selection::Routes;
use super::service::{Route, Server, Target};
use crate::context::Identity;
use crate::credentials::Credentials;
use crate::operation::RejectionBody;
use crate::response::{IntoResponse, Response};
use crate::router::Router;
use crate::schema::{Owned, Static, Tables};
use crate::storage::Storage;
use crate::{RejectedRequest, Rejection, Request, Signature};

/// The service that a layer of an operation wraps: its handler, or the layers inside.
pub type OperationService = BoxCloneSyncService<http::Request<Body>, Response, Infallible>;

type Handle<S> = <S as Storage>::Operation;
type Renderer<S> = Box<dyn Fn(&RejectedRequest<'_, S>) -> Response + Send + Sync>;
type VerifierFuture = Pin<Box<dyn Future<Output = Result<Identity, Rejection>> + Send>>;
type Verifier<S> = Box<dyn Fn(Credentials<S>, Handle<S>) -> VerifierFuture + Send + Sync>;
type AddLayer<S> = Box<dyn Fn(&Handle<S>, OperationService) -> OperationService>;

/// The settings that all operations of a server share.
pub(crate) struct Settings<S: Storage = Static> {
    /// The tables that references to schemas are resolved in.
    pub(crate) tables: S::Tables,
    pub(crate) body_limit: usize,
    pub(crate) form_memory: usize,
    pub(crate) body_timeout: Duration,
    pub(super) handler_timeout: Option<Duration>,
    pub(crate) verifier: Option<Verifier<S>>,
    pub(super) signature: Option<Box<dyn Signature>>,
    pub(super) inspects: bool,
    pub(super) renderer: Option<Renderer<S>>,
    pub(super) rejections: S::List<RejectionBody<S>>,
}

/// A builder of a [`Server`]: its routes, limits and layers, and how it verifies callers and renders rejections.
///
/// Generated crates return a builder with all of their routes; the program that runs the server sets the rest. Building cannot
/// fail. `S` is the storage of the operations: constants of generated code, or tables that are created at run time, which
/// [`Builder::with_tables`] takes.
///
/// ```
/// use std::time::Duration;
/// use oas_server::{response, Builder, Method, Operation, Rejection, Request, Response};
///
/// static PING: Operation = Operation::new("Ping", Method::GET, "/ping");
///
/// async fn ping(mut request: Request) -> Result<Response, Rejection> {
///     request.authenticate_and_negotiate().await?;
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
pub struct Builder<S: Storage = Static> {
    routes: Vec<(S::Operation, Handler<S>)>,
    layers: Vec<AddLayer<S>>,
    base_path: String,
    mounts: Vec<(S::Operation, String)>,
    settings: Settings<S>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Storage> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = self.routes.iter().map(|(operation, _)| &*operation.id);
        f.debug_list().entries(operations).finish()
    }
}

impl Builder {
    /// The default of [`Builder::body_limit`]: 1 MiB.
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// The default of [`Builder::form_memory`]: 2 MiB.
    pub const DEFAULT_FORM_MEMORY: usize = 2 * 1024 * 1024;

    /// The default of [`Builder::body_timeout`]: 30 seconds.
    pub const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(30);

    /// Creates a builder without routes.
    pub const fn new() -> Self {
        Self::with((), &[])
    }
}

impl Builder<Owned> {
    /// Creates a builder without routes, for operations that are constructed at run time, with schemas in `tables`.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use oas_server::schema::{Keywords, Owned, Schema, Tables, Types};
    /// use oas_server::{
    ///     Builder, Method, Operation, Parameter, ParameterLocation, Rejection, Request, Serialization, Violations,
    ///     response,
    /// };
    ///
    /// let mut tables = Tables::default();
    /// let boolean = tables.reserve();
    /// let mut keywords = Keywords::<Owned>::ANY;
    /// keywords.types = Types::BOOLEAN;
    /// tables.define(boolean, Schema::new(keywords));
    ///
    /// let loud = Arc::new(Parameter::<Owned> {
    ///     name: "loud".into(),
    ///     location: ParameterLocation::Query,
    ///     schema: boolean,
    ///     serialization: Serialization::FORM,
    ///     encodings: Vec::new(),
    ///     required: true,
    ///     empty_allowed: false,
    ///     default: None,
    ///     siblings: Vec::new(),
    /// });
    /// let ping = Operation::<Owned> {
    ///     id: "Ping".into(),
    ///     method: Method::GET,
    ///     path: "/ping".into(),
    ///     selector: None,
    ///     security: Vec::new(),
    ///     consumes: Vec::new(),
    ///     body_required: false,
    ///     produces: Vec::new(),
    ///     rejections: Vec::new(),
    /// };
    /// let server = Builder::with_tables(tables)
    ///     .route(Arc::new(ping), move |mut request: Request<Owned>| {
    ///         let loud = Arc::clone(&loud);
    ///         async move {
    ///             request.authenticate_and_negotiate().await?;
    ///             let mut violations = Violations::new();
    ///             let loud = request.parameter::<bool>(&loud, &mut violations);
    ///             violations.into_result()?;
    ///             let pong = if loud == Some(true) { "PONG" } else { "pong" };
    ///             Ok::<_, Rejection>(response::status(200).text("text/plain", pong))
    ///         }
    ///     })
    ///     .build();
    /// # let _ = server;
    /// ```
    pub const fn with_tables(tables: Tables) -> Self {
        Self::with(tables, Vec::new())
    }
}

impl<S: Storage> Builder<S> {
    const fn with(tables: S::Tables, rejections: S::List<RejectionBody<S>>) -> Self {
        Self {
            routes: Vec::new(),
            layers: Vec::new(),
            base_path: String::new(),
            mounts: Vec::new(),
            settings: Settings {
                tables,
                body_limit: Builder::DEFAULT_BODY_LIMIT,
                form_memory: Builder::DEFAULT_FORM_MEMORY,
                body_timeout: Builder::DEFAULT_BODY_TIMEOUT,
                handler_timeout: None,
                verifier: None,
                signature: None,
                inspects: false,
                renderer: None,
                rejections,
            },
        }
    }

    /// Adds an operation. Replaces one with the same method and path template, so that a generated route can be
    /// overridden; one with another [`Selector`](crate::Selector) is not replaced.
    pub fn route<F, Fut, R>(mut self, operation: S::Operation, handler: F) -> Self
    where
        F: Fn(Request<S>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
        R: IntoResponse,
    {
        self.routes.push((operation, erase(handler)));
        self
    }

    /// Sets the path before the templates of all operations, such as `/v1`: that of the server's URL in the document.
    /// Replaces an earlier one.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = path.into();
        self
    }

    /// Serves an operation at `path`, instead of at its own path below the base path, for a webhook, which is sent to a
    /// URL that its receiver has chosen. `operation` must be the same `static` or `Arc` as in [`route`](Self::route);
    /// for any other, nothing changes.
    ///
    /// ```
    /// use oas_server::{Builder, Method, Operation, Rejection, Request, Response, response};
    ///
    /// static NEW_PET: Operation = Operation::new("newPet", Method::POST, "/newPet");
    ///
    /// async fn new_pet(_: Request) -> Result<Response, Rejection> {
    ///     Ok(response::status(204).empty())
    /// }
    ///
    /// let server = Builder::new()
    ///     .route(&NEW_PET, new_pet)
    ///     .mount(&NEW_PET, "/hooks/pets")
    ///     .build();
    /// # let _ = server;
    /// ```
    pub fn mount(mut self, operation: S::Operation, path: impl Into<String>) -> Self {
        self.mounts.push((operation, path.into()));
        self
    }

    /// Sets how the signatures of all requests are verified, which happens before credentials, parameters and body are
    /// validated. With a verification, every body is read into memory as a whole, within the limits of the server.
    pub fn signature(mut self, signature: impl Signature) -> Self {
        self.settings.signature = Some(Box::new(signature));
        self
    }

    /// Sets the largest size of a request body, in bytes; 1 MiB by default. A request with a larger one is rejected
    /// with 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Sets the number of bytes of a form that are kept in memory; 2 MiB by default. Further content is stored in
    /// temporary files, which are removed with their [`Part`](crate::Part), so that a form can be as large as
    /// [`Builder::body_limit`]. From the first file on, [`Builder::body_timeout`] applies to each piece of the body.
    pub fn form_memory(mut self, bytes: usize) -> Self {
        self.settings.form_memory = bytes;
        self
    }

    /// Sets the timeout of a body that is read as a whole, or of the next piece of a stream; 30 seconds by default, and
    /// [`Duration::MAX`] is unlimited. A slower request is rejected with 408. It requires Tokio's timer, unless the
    /// body is already in memory.
    pub fn body_timeout(mut self, time: Duration) -> Self {
        self.settings.body_timeout = time;
        self
    }

    /// Sets the timeout of a request from its routing to its response, which includes reading the body; none by
    /// default. The handler of a slower request is dropped, and the response has the status 503. It requires Tokio's
    /// timer.
    pub fn handler_timeout(mut self, time: Duration) -> Self {
        self.settings.handler_timeout = Some(time);
        self
    }

    /// Sets the verifier of all credentials. `verify` receives the credentials that satisfy the security requirements,
    /// which are empty for an anonymous caller, and the operation. It returns the identity of the caller, or a
    /// rejection such as [`Rejection::unauthorized`] or [`Rejection::Forbidden`]. It is called before anything else of
    /// the request is validated. If a caller satisfies several alternatives, it is called for each, in the order of the
    /// document, until it accepts one. Without a verifier, all credentials are accepted.
    ///
    /// [`Context::identity`](crate::Context::identity) returns the identity to handlers. A verifier without identities
    /// returns `()`.
    pub fn verify<F, Fut, I>(mut self, verify: F) -> Self
    where
        F: Fn(Credentials<S>, S::Operation) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<I, Rejection>> + Send + 'static,
        I: Send + Sync + 'static,
    {
        self.settings.verifier = Some(Box::new(move |credentials, operation| {
            let verdict = verify(credentials, operation);
            Box::pin(async move { Ok(Arc::new(verdict.await?) as Identity) })
        }));
        self
    }

    /// Passes every request for a known method and path to a handler. It is for handlers that list everything that is wrong with a
    /// request, as those of a mock do.
    ///
    /// It matters where several operations have one method and path, and the body selects among them. The body does so even if
    /// credentials are missing or its media type is unknown, and a request that selects none of the operations is passed to the
    /// first of them, with [`Unselected`](crate::Unselected) in its extensions.
    ///
    /// ```
    /// use oas_server::{Builder, Method, Operation, Rejection, Request, Response, Unselected, response};
    ///
    /// static PING: Operation = Operation::new("Ping", Method::GET, "/ping");
    ///
    /// async fn report(mut request: Request) -> Result<Response, Rejection> {
    ///     let mut found = Vec::new();
    ///     match request.parts_mut().extensions.remove::<Unselected>() {
    ///         Some(unselected) => found.push(unselected.rejection),
    ///         None => {
    ///             found.extend(request.authenticate().await.err());
    ///             found.extend(request.negotiate().err());
    ///         }
    ///     }
    ///     let lines: Vec<_> = found.iter().map(Rejection::detail).collect();
    ///     Ok(response::status(200).text("text/plain", lines.join("\n")))
    /// }
    ///
    /// let server = Builder::new().route(&PING, report).inspect().build();
    /// # let _ = server;
    /// ```
    pub fn inspect(mut self) -> Self {
        self.settings.inspects = true;
        self
    }

    /// Sets the error bodies for requests that match no operation: 404 for an unknown path, and 405 for an unknown
    /// method.
    pub fn rejections(mut self, bodies: S::List<RejectionBody<S>>) -> Self {
        self.settings.rejections = bodies;
        self
    }

    /// Sets the function that renders rejections. [`RejectedRequest::render`] returns the response that the server sends by
    /// default.
    pub fn renderer<F>(mut self, renderer: F) -> Self
    where
        F: Fn(&RejectedRequest<'_, S>) -> Response + Send + Sync + 'static,
    {
        self.settings.renderer = Some(Box::new(renderer));
        self
    }

    /// Wraps one operation in a layer, which runs after routing and before [`Request::authenticate_and_negotiate`]. A layer added later
    /// wraps the earlier ones. `operation` must be the same `static` or `Arc` as in [`route`](Self::route), which can
    /// be called before or after; for any other, nothing is wrapped.
    pub fn layer_operation<L>(self, operation: S::Operation, layer: L) -> Self
    where
        L: Layer<OperationService> + Clone + 'static,
        L::Service: Service<http::Request<Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
        <L::Service as Service<http::Request<Body>>>::Error: Into<Infallible>,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
    {
        self.layer_each(move |each: S::Operation| {
            std::ptr::eq(&*each, &*operation).then(|| layer.clone())
        })
    }

    /// Wraps each operation in the layer that `layer` returns for it; an operation for which it returns `None` is not
    /// wrapped. [`build`](Self::build) calls `layer` once for every route, also for routes added later. A layer added
    /// later wraps the earlier ones. Requests that match no operation pass through no layer.
    pub fn layer_each<F, L>(mut self, layer: F) -> Self
    where
        F: Fn(S::Operation) -> Option<L> + 'static,
        L: Layer<OperationService>,
        L::Service: Service<http::Request<Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Response: IntoResponse,
        <L::Service as Service<http::Request<Body>>>::Error: Into<Infallible>,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
    {
        self.layers.push(Box::new(move |operation, inner| {
            match layer(operation.clone()) {
                None => inner,
                Some(layer) => OperationService::new(
                    layer
                        .layer(inner)
                        .map_response(IntoResponse::into_response)
                        .map_err(Into::into),
                ),
            }
        }));
        self
    }

    /// Builds the server.
    #[must_use]
    pub fn build(mut self) -> Server {
        let settings = Arc::new(self.settings);
        let mut router = Router::new();
        // Routes do not include the query or fragment of a path, so that such a path must not replace one without.
        self.routes
            .sort_by_key(|(operation, _)| !operation.path.contains(['?', '#']));
        for (operation, handler) in self.routes {
            let target = if self.layers.is_empty() {
                Target::Handler(handler)
            } else {
                let innermost = Target::service(operation.clone(), handler, Arc::clone(&settings));
                let layered = self
                    .layers
                    .iter()
                    .fold(innermost, |inner, add| add(&operation, inner));
                Target::Layered(layered)
            };
            let key = operation.clone();
            let route = Route { operation, target };
            let routes = Routes::one(route);
            let mut mounts = self.mounts.iter().rev();
            let mount = mounts.find(|(mounted, _)| std::ptr::eq(&**mounted, &*key));
            let (base, path) = match mount {
                Some((_, path)) => ("", &**path),
                None => (&*self.base_path, &*key.path),
            };
            let method = &key.method;
            // Operations that selectors tell apart share a place, and the others replace each other.
            if let Some(before) = router.insert_below(base, method, path, routes)
                && let Some(routes) = router.get_mut(base, method, path)
            {
                routes.after(before);
            }
        }
        Server::new(router, settings)
    }
}
