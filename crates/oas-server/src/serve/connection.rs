//! Serves one connection, from its first request to its orderly end.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower_service::Service;

use super::message::Guard;
use super::timer::ConnectionTimer;
use crate::Response;

/// The time for which data of a caller is read and discarded after the last response, as other servers do.
const LINGER: Duration = Duration::from_secs(30);

/// The longest pause of a caller during that time.
const PAUSE: Duration = Duration::from_secs(5);

/// How much is read ahead on a connection before no more is read; a read may fill as much again. It bounds the heads of
/// requests too. hyper's own bound is six times as much, which callers whose bodies have no end would fill.
const MAX_READ_AHEAD: usize = 64 * 1024;

/// Serves a connection until its caller closes it, or `ending` becomes true.
pub(super) async fn serve<S>(
    stream: TcpStream,
    service: Guard<S>,
    header_timeout: Duration,
    mut ending: watch::Receiver<bool>,
) where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    // Responses are written as a whole, so that waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let unread = service.unread();
    let mut connection = http1::Builder::new()
        .timer(ConnectionTimer::new(header_timeout))
        .header_read_timeout(header_timeout)
        .max_buf_size(MAX_READ_AHEAD)
        .serve_connection(TokioIo::new(stream), service);
    let served = tokio::select! {
        served = finish(&mut connection) => Some(served),
        // The other end is dropped only after this task.
        _ = ending.wait_for(|is_ending| *is_ending) => None,
    };
    let served = match served {
        Some(served) => served,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            finish(&mut connection).await
        }
    };
    let is_malformed = served.is_err_and(|error| error.is_parse());
    let stream = connection.into_parts().io.into_inner();
    if is_malformed || unread.get() {
        let _ = tokio::time::timeout(LINGER, discard(stream)).await;
    }
}

/// Serves a connection to its end, and leaves it open.
async fn finish<S>(
    connection: &mut http1::Connection<TokioIo<TcpStream>, Guard<S>>,
) -> hyper::Result<()>
where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await
}

/// Closes a connection of which the caller may not have sent all. With anything unread, closing it would be a reset, which
/// may overtake the response (RFC 9112, section 9.6).
async fn discard(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut discarded = vec![0; 16 * 1024];
    while let Ok(Ok(1..)) = tokio::time::timeout(PAUSE, stream.read(&mut discarded)).await {}
}
