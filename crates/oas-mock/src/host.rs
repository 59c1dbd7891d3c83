//! Runs a mock on a listener; the mock can be replaced while it runs.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use http::request::Parts;
use oas_server::{Response, response};
use tokio::net::TcpListener;
use tower_service::Service as _;

use crate::pages::{self, Page, Pages};
use crate::{Account, Line, Mock, Upstream, cors, log, proxy};

/// The time within which open requests must be completed after the host begins to shut down.
const GRACE: Duration = Duration::from_secs(5);

type Log = Box<dyn Fn(&Line) + Send + Sync>;
type MakePages = Box<dyn Fn(&Mock) -> Vec<Page> + Send + Sync>;

/// A host, which serves a mock on a listener, also for pages of other origins, and logs a line for each request.
/// Cloning is cheap, and clones share the mock.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

/// The options of a [`Host`]: pages beside the mock, or a real server behind it.
#[derive(Default)]
pub struct Options {
    pages: Option<MakePages>,
    upstream: Option<Upstream>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("pages", &self.pages.is_some())
            .field("proxy", &self.upstream)
            .finish()
    }
}

impl Options {
    /// Serves the pages that `make` returns below `/docs/`, or at [`Host::pages`] if the document has paths there.
    /// `make` is called at the first request to a page, and again after [`Host::replace`].
    #[must_use]
    pub fn pages(mut self, make: impl Fn(&Mock) -> Vec<Page> + Send + Sync + 'static) -> Self {
        self.pages = Some(Box::new(make));
        self
    }

    /// Forwards requests to a real server, and validates requests and responses. The mock must be created by
    /// [`Mock::validator`].
    #[must_use]
    pub fn proxy(mut self, upstream: Upstream) -> Self {
        self.upstream = Some(upstream);
        self
    }
}

struct Inner {
    current: RwLock<Arc<Current>>,
    log: Log,
    options: Options,
}

/// The mock that is served until it is replaced, with its pages.
struct Current {
    mock: Mock,
    /// The path prefix of the pages.
    prefix: String,
    /// Generated on the first request.
    pages: OnceLock<Pages>,
}

impl Current {
    fn new(mock: Mock) -> Arc<Self> {
        Arc::new(Self {
            prefix: pages::pages_prefix(mock.document()),
            mock,
            pages: OnceLock::new(),
        })
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// Creates a host of `mock`. `log` is called with a line for each request.
    pub fn new(mock: Mock, log: impl Fn(&Line) + Send + Sync + 'static) -> Self {
        Self::with(mock, log, Options::default())
    }

    /// Creates a host of `mock` with options. `log` is called with a line for each request.
    pub fn with(mock: Mock, log: impl Fn(&Line) + Send + Sync + 'static, options: Options) -> Self {
        Self {
            inner: Arc::new(Inner {
                current: RwLock::new(Current::new(mock)),
                log: Box::new(log),
                options,
            }),
        }
    }

    /// Replaces the mock for all following requests. Open requests are not affected.
    pub fn replace(&self, mock: Mock) {
        let mut current = self
            .inner
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Current::new(mock);
    }

    /// Returns the path of the pages, such as `/docs/`; `None` if none are served.
    #[must_use]
    pub fn pages(&self) -> Option<String> {
        let are_served = self.inner.options.pages.is_some();
        are_served.then(|| format!("{}/", self.current().prefix))
    }

    /// Serves until `end` is ready, and then for at most 5 seconds, so that open requests can be completed.
    ///
    /// # Errors
    ///
    /// Returns an error if the listener fails.
    pub async fn run(
        self,
        listener: TcpListener,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let router = axum::Router::new().fallback(move |request: Request<Body>| {
            let host = self.clone();
            async move { host.respond(request).await }
        });
        oas_server::serve(listener, router)
            .grace(GRACE)
            .until(end)
            .await
    }

    async fn respond(&self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let current = self.current();
        let entry = Entry {
            host: self.clone(),
            current: Arc::clone(&current),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            start: Instant::now(),
            is_broken: Arc::default(),
        };
        let upstream = self.inner.options.upstream.as_ref();
        let granted = cors::preflight(&parts);
        if upstream.is_none()
            && let Some(granted) = granted
        {
            return granted;
        }
        if self.inner.options.pages.is_some() && pages::is_for_page(&current.prefix, &parts) {
            let host = self.clone();
            // Generating the pages of a large document takes seconds.
            let page = tokio::task::spawn_blocking(move || host.page(&current, &parts));
            let failed = |_| response::status(500).empty();
            return page.await.unwrap_or_else(failed);
        }
        let request = Request::from_parts(parts, body);
        let mut response = match upstream {
            Some(upstream) => {
                let entry = entry.clone();
                let later = move |account| entry.write(None, account);
                proxy::pass(upstream, &current.mock, request, later).await
            }
            None => {
                let result = current.mock.server().call(request).await;
                result.unwrap_or_else(|never| match never {})
            }
        };
        let account = response.extensions_mut().remove::<Account>();
        match granted {
            Some(granted) => response = cors::merged(response, granted),
            None => cors::allow(response.headers_mut()),
        }
        let status = response.status().as_u16();
        entry.write(Some(status), account.unwrap_or_default());
        response
    }

    fn page(&self, current: &Current, parts: &Parts) -> Response {
        let Some(make) = &self.inner.options.pages else {
            return response::status(404).empty();
        };
        let pages = || Pages::new(&current.prefix, make(&current.mock));
        current.pages.get_or_init(pages).respond(parts)
    }

    fn current(&self) -> Arc<Current> {
        let current = self
            .inner
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }
}

/// An exchange in the log: a line for its head, and for each later finding about a stream.
#[derive(Clone)]
struct Entry {
    host: Host,
    current: Arc<Current>,
    method: String,
    path: String,
    start: Instant,
    /// Whether a line with violations is written already.
    is_broken: Arc<AtomicBool>,
}

impl Entry {
    /// Writes a line; `status` is that of the response, unless the line is about an item of a stream.
    fn write(&self, status: Option<u16>, account: Account) {
        let has_violations = !account.violations.is_empty();
        let is_first = has_violations && !self.is_broken.swap(true, Ordering::Relaxed);
        let path = match &account.operation {
            Some((_, path)) => path.clone(),
            None => log::masked(&self.path, self.current.mock.routes()),
        };
        (self.host.inner.log)(&Line {
            method: self.method.clone(),
            path,
            status,
            took: self.start.elapsed(),
            account,
            is_first,
        });
    }
}
