//! Serves over TCP, with the limits that a public server needs.

mod connection;
mod message;
mod signals;
mod timer;

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_service::Service;

pub use self::signals::Signals;
use crate::Response;

/// The pause after a connection could not be accepted, for example because of too many open files, which is temporary.
const RECOVERY: Duration = Duration::from_millis(100);

type End = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves a [`Server`](crate::Server), or an [`axum::Router`] that contains one, over HTTP/1.1.
///
/// It ends at Ctrl-C or SIGTERM, or when the future of [`Serve::until`] is ready. Open requests are then completed, for
/// at most [`Serve::grace`].
///
/// A connection is closed if the headers of a request are not received in time. 64 KiB of them are always read, and
/// more than 128 KiB are rejected with the status 431. A request without exactly one valid `Host` field (RFC 9112
/// §3.2), or with a transfer coding other than `chunked` (§6.1), is rejected before it reaches the service. If a
/// response is sent before the request is read, the rest is read and discarded for a while (§9.6), so that the caller
/// receives the response instead of a reset. The extensions of each request contain the address of the peer, as
/// [`ConnectInfo`](axum::extract::ConnectInfo).
///
/// Connections cannot be upgraded; use `axum::serve` for WebSockets.
///
/// ```no_run
/// # async fn example(server: oas_server::Server) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
/// oas_server::serve(listener, server).await
/// # }
/// ```
pub fn serve<S>(listener: TcpListener, service: S) -> Serve<S>
where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    Serve {
        listener,
        service,
        header_timeout: Serve::HEADER_TIMEOUT,
        grace: Serve::GRACE,
        end: None,
    }
}

/// A future that serves connections until its end, which [`serve`] creates. Nothing happens unless it is awaited.
///
/// # Errors
///
/// It returns an error if the process cannot handle signals.
#[must_use = "it does nothing unless it is awaited"]
pub struct Serve<S> {
    listener: TcpListener,
    service: S,
    header_timeout: Duration,
    grace: Duration,
    end: Option<End>,
}

impl Serve<()> {
    /// The default of [`Serve::header_timeout`]: 30 seconds.
    pub const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

    /// The default of [`Serve::grace`]: 30 seconds.
    pub const GRACE: Duration = Duration::from_secs(30);
}

impl<S> fmt::Debug for Serve<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("header_timeout", &self.header_timeout)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

impl<S> Serve<S> {
    /// Sets the time within which the headers of a request must be received, from the beginning of the connection or
    /// the end of the previous request.
    pub fn header_timeout(mut self, time: Duration) -> Self {
        self.header_timeout = time;
        self
    }

    /// Sets the time within which open requests must be completed at the end; requests that take longer are aborted.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Ends serving when `end` is ready, instead of at Ctrl-C and SIGTERM.
    pub fn until(mut self, end: impl Future<Output = ()> + Send + 'static) -> Self {
        self.end = Some(Box::pin(end));
        self
    }
}

impl<S> IntoFuture for Serve<S>
where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<S> Serve<S>
where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    async fn run(self) -> io::Result<()> {
        let mut end = match self.end {
            Some(end) => end,
            None => {
                let mut signals = Signals::new()?;
                Box::pin(async move { signals.next().await })
            }
        };
        let (ending, ended) = watch::channel(false);
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = &mut end => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let service = message::Guard::new(self.service.clone(), peer);
                    let header_timeout = self.header_timeout;
                    connections.spawn(connection::serve(
                        stream,
                        service,
                        header_timeout,
                        ended.clone(),
                    ));
                }
                // The caller has gone away before it was accepted, or files ran out.
                Err(error) => {
                    tracing::debug!(%error, "a connection was not accepted");
                    tokio::time::sleep(RECOVERY).await;
                }
            }
            while connections.try_join_next().is_some() {}
        }
        // New connections are rejected from now on, instead of waiting for a response that never comes.
        drop(self.listener);
        ending.send_replace(true);
        let answered = async { while connections.join_next().await.is_some() {} };
        // Connections that take too long are dropped with the set.
        let _ = tokio::time::timeout(self.grace, answered).await;
        Ok(())
    }
}
