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
use crate::{Refusal, Rejection, Request, Signature};

/// The service that a layer of an operation wraps: its handler, or the layers inside of it.
pub type OperationService = BoxCloneSyncService<http::Request<Body>, Response, Infallible>;

type Handle<S> = <S as Storage>::Operation;
type Renderer<S> = Box<dyn Fn(&Refusal<'_, S>) -> Response + Send + Sync>;
type Verdict = Pin<Box<dyn Future<Output = Result<Identity, Rejection>> + Send>>;
type Verifier<S> = Box<dyn Fn(Credentials<S>, Handle<S>) -> Verdict + Send + Sync>;
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

/// Puts a [`Server`] together: routes, limits, layers.
///
/// Generated crates return one with all their routes; the program that runs the server adds the rest.
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
    /// A body may have this many bytes unless [`Builder::body_limit`] changes it: 1 MiB.
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// This many bytes of a form are kept in memory unless [`Builder::form_memory`] changes it: 2 MiB.
    pub const DEFAULT_FORM_MEMORY: usize = 2 * 1024 * 1024;

    /// A body may take this long to arrive unless [`Builder::body_timeout`] says otherwise: 30 seconds.
    pub const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(30);

    /// Creates a builder without routes.
    pub const fn new() -> Self {
        Self::with((), &[])
    }
}

impl Builder<Owned> {
    /// Creates a builder without routes, for operations and schemas that are constructed at run time; the schemas are
    /// in `tables`.
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
    ///             request.admit().await?;
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

    /// Adds an operation. One with the same method and the same path template replaces the former, so that a generated
    /// route can be overridden by hand; one with another [`Selector`](crate::Selector) is added beside it.
    pub fn route<F, Fut, R>(mut self, operation: S::Operation, handler: F) -> Self
    where
        F: Fn(Request<S>) -> Fut + Send + Sync + 'static,
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

    /// Serves an operation at `path`, with nothing before it, in the place of its own path: a webhook has none, and is sent to a URL that its
    /// receiver gave.
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

    /// Has the signatures of all requests checked before anything of them is decoded. Bodies are then read as a whole, within the
    /// limits of the server.
    pub fn signature(mut self, signature: impl Signature) -> Self {
        self.settings.signature = Some(Box::new(signature));
        self
    }

    /// Sets the largest size of a request body in bytes, by default 1 MiB. A longer one is answered with 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Sets how many bytes of a form are kept in memory, by default 2 MiB. The parts for which that does not suffice are in temporary files,
    /// which are removed with their [`Part`](crate::Part): a form can then be as large as [`Builder::body_limit`] permits. The time limit of
    /// a body holds for each of its pieces from there on.
    pub fn form_memory(mut self, bytes: usize) -> Self {
        self.settings.form_memory = bytes;
        self
    }

    /// Sets the timeout of a body that is read as a whole, or of the next piece of one that is a stream: by default 30
    /// seconds; [`Duration::MAX`] is unlimited. A slower one is answered with 408. It needs tokio's timer unless the
    /// body is already buffered.
    pub fn body_timeout(mut self, time: Duration) -> Self {
        self.settings.body_timeout = time;
        self
    }

    /// Sets the timeout of an operation from its routing to its response, which includes reading the body; by default
    /// there is none. A slower one is dropped and answered with 503. It needs tokio's timer.
    pub fn handler_timeout(mut self, time: Duration) -> Self {
        self.settings.handler_timeout = Some(time);
        self
    }

    /// Sets the verifier of all credentials. `verify` receives the credentials that satisfy the security requirements,
    /// which are none for an anonymous caller, and returns the identity of the caller, [`Rejection::unauthorized`] or
    /// [`Rejection::Forbidden`]. It runs before anything else of the request is validated. If the caller satisfies
    /// several alternatives, it is called for each in the document's order until it accepts one.
    ///
    /// Handlers read the identity as the same type, with [`Context::identity`](crate::Context::identity). A verifier
    /// without identities returns `()`.
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

    /// Routes requests to handlers that report everything that is wrong with a request, and refuse nothing.
    ///
    /// Among the operations of a method and a path, one is selected for a caller without credentials as well, and by a body of
    /// any media type. A request that selects none of them reaches the first, with [`Unselected`](crate::Unselected) in its
    /// extensions.
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

    /// Sets the error bodies of requests that reach no operation: 404 for an unknown path, and 405.
    pub fn rejections(mut self, bodies: S::List<RejectionBody<S>>) -> Self {
        self.settings.rejections = bodies;
        self
    }

    /// Replaces the rendering of refusals. [`Refusal::render`] returns what the server would render by default.
    pub fn renderer<F>(mut self, renderer: F) -> Self
    where
        F: Fn(&Refusal<'_, S>) -> Response + Send + Sync + 'static,
    {
        self.settings.renderer = Some(Box::new(renderer));
        self
    }

    /// Puts a layer around one operation, behind routing and before [`Request::admit`]. A layer that is added later is
    /// outside of the earlier ones.
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

    /// Puts around each operation the layer that `layer` makes for it, or none.
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
    pub fn build(self) -> Server {
        let settings = Arc::new(self.settings);
        let mut router = Router::new();
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
