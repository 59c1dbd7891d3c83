//! Serves over TCP, with the limits that a public server needs.

mod connection;
mod message;
mod signals;

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
/// Ctrl-C and SIGTERM end it, when the requests at hand are answered, unless [`Serve::until`] names something else to wait for.
///
/// A connection whose request header does not arrive in time is closed. A request without exactly one valid `Host` field
/// (RFC 9112, section 3.2), or with another transfer coding than `chunked` (section 6.1), does not reach the service. Where
/// a response is sent before the request has been read, the rest is read and discarded for a while (section 9.6), so that
/// the caller gets the response and no reset. The address of the peer is in the extensions of each request, as
/// [`ConnectInfo`](axum::extract::ConnectInfo).
///
/// Connections are not upgraded: for WebSockets, there is `axum::serve`.
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

/// Serves until it is told to end; made by [`serve`]. It does nothing unless it is awaited.
///
/// # Errors
///
/// Awaiting it fails where the process cannot handle signals.
#[must_use = "it does nothing unless it is awaited"]
pub struct Serve<S> {
    listener: TcpListener,
    service: S,
    header_timeout: Duration,
    grace: Duration,
    end: Option<End>,
}

impl Serve<()> {
    /// The default timeout of a request's header; see [`Serve::header_timeout`].
    pub const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

    /// The default time that open requests get at the end; see [`Serve::grace`].
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
    /// Limits how long the header of a request may take to arrive, and how long a connection may be idle between two requests.
    pub fn header_timeout(mut self, time: Duration) -> Self {
        self.header_timeout = time;
        self
    }

    /// Limits how long the requests at hand may still take at the end; those that take longer are dropped.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Ends when `end` is ready, in place of Ctrl-C and SIGTERM.
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
        let (ending, told) = watch::channel(false);
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
                        told.clone(),
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
        // New connections are refused from now on, instead of waiting for a response that never comes.
        drop(self.listener);
        ending.send_replace(true);
        let answered = async { while connections.join_next().await.is_some() {} };
        // Connections that take too long are dropped with the set.
        let _ = tokio::time::timeout(self.grace, answered).await;
        Ok(())
    }
}
