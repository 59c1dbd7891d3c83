//! The host: what stands between a listener and a mock, and lasts when the mock is replaced.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use oas_server::{Response, Server};
use tokio::net::TcpListener;
use tower_service::Service as _;

use crate::{Account, Line, Mock, cors};

/// How long requests may go on when the host has been told to end.
const GRACE: Duration = Duration::from_secs(5);

type Log = Box<dyn Fn(&Line) + Send + Sync>;

/// Serves a mock on a listener, for pages of other origins too, and logs a line a request.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

struct Inner {
    server: RwLock<Server>,
    log: Log,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// A host of a mock that hands its lines to `log`.
    pub fn new(mock: &Mock, log: impl Fn(&Line) + Send + Sync + 'static) -> Self {
        Self {
            inner: Arc::new(Inner {
                server: RwLock::new(mock.server()),
                log: Box::new(log),
            }),
        }
    }

    /// Answers from another mock from now on; requests that are being answered are not affected.
    pub fn replace(&self, mock: &Mock) {
        let mut server = self
            .inner
            .server
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *server = mock.server();
    }

    /// Serves until `end` is ready, and then for the few seconds that requests may still take.
    ///
    /// # Errors
    ///
    /// The listener broke.
    pub async fn run(
        self,
        listener: TcpListener,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (ending, ended) = tokio::sync::oneshot::channel();
        let router = axum::Router::new().fallback(move |request: Request<Body>| {
            let host = self.clone();
            async move { host.answer(request).await }
        });
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            end.await;
            // The other end waits as long as it serves.
            let _ = ending.send(());
        });
        let too_long = async {
            let _ = ended.await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = serving => served,
            () = too_long => Ok(()),
        }
    }

    async fn answer(&self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
        let start = Instant::now();
        if let Some(mut response) = cors::preflight(&parts) {
            cors::allow(response.headers_mut());
            return response;
        }
        let mut server = self.server();
        let answered = server.call(Request::from_parts(parts, body)).await;
        let mut response = answered.unwrap_or_else(|never| match never {});
        let account = response.extensions_mut().remove::<Account>();
        (self.inner.log)(&Line {
            method,
            path,
            status: response.status().as_u16(),
            took: start.elapsed(),
            account: account.unwrap_or_default(),
        });
        cors::allow(response.headers_mut());
        response
    }

    fn server(&self) -> Server {
        let server = self
            .inner
            .server
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        server.clone()
    }
}
