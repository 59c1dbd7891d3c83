//! Implements a scripted server on the loopback interface: HTTP/1.1, with replies that break off, hang or are malformed.

mod reply;
#[cfg(feature = "tls")]
mod tls;
mod wire;

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub use hyper::body::Incoming;

pub use self::reply::Reply;
#[cfg(feature = "tls")]
pub use self::tls::{AUTHORITY_PEM, CLIENT_KEY_PEM, CLIENT_PEM};
use self::wire::Wire;
use crate::Request;

/// The time in which the header of a request has to arrive, on a connection that is idle as well: the default of servlet containers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(20);

/// The number of header fields that a request can have; handlers reject what is too much for the server that they stand for.
const MAX_FIELDS: usize = 1000;

/// The number of a request on its connection, counted from 1. [`serve`] adds it to the extensions of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberOnConnection(pub usize);

/// A server that sends the replies of a script, and records the requests that it receives. It ends when it is dropped.
///
/// ```
/// use oas_testing::{Connection, Reply, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut calls = 0;
/// let server = Server::start(move |_| {
///     calls += 1;
///     if calls == 1 { Reply::dropped() } else { Reply::new(200).body("hello") }
/// })
/// .await;
///
/// let request = b"GET /greeting HTTP/1.1\r\nhost: localhost\r\n\r\n";
/// assert!(Connection::open(server.address()).await.send(request).await.is_none());
/// let response = Connection::open(server.address()).await.send(request).await.unwrap();
/// assert_eq!(response.body, "hello");
/// assert_eq!(server.requests().len(), 2);
/// # }
/// ```
pub struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    largest_body: Arc<Mutex<usize>>,
    serving: JoinHandle<()>,
}

impl Server {
    /// Starts a server that calls `script` for the reply to each request.
    ///
    /// # Panics
    ///
    /// Panics if there is no free port.
    pub async fn start(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        Self::listen("http", |stream| std::future::ready(Some(stream)), script).await
    }

    /// Starts a server that sends these replies, one after another, and the last of them to all further requests.
    ///
    /// # Panics
    ///
    /// Panics if there is no free port. If `replies` is empty, the task of a connection panics at its first request.
    pub async fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let mut number = 0;
        Self::start(move |_| {
            number += 1;
            let reply = replies.get(number - 1).or(replies.last());
            reply.expect("a reply").clone()
        })
        .await
    }

    async fn listen<H, F, S>(
        scheme: &str,
        handshake: H,
        script: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> Self
    where
        H: Fn(TcpStream) -> F + Send + Sync + 'static,
        F: Future<Output = Option<S>> + Send + 'static,
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the address of a listener");
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let largest_body: Arc<Mutex<usize>> = Arc::default();
        let script = Arc::new(Mutex::new(script));
        let seen = Arc::clone(&requests);
        let largest = Arc::clone(&largest_body);
        let handler = move |request: http::Request<Incoming>| {
            let (script, seen, largest) = (script.clone(), Arc::clone(&seen), Arc::clone(&largest));
            async move {
                let (parts, body) = request.into_parts();
                let Ok(body) = body.collect().await else {
                    return Reply::dropped();
                };
                let request = Request::new(&parts, body.to_bytes());
                lock(&seen).push(request.clone());
                lock(&script)(&request).counted(largest)
            }
        };
        Self {
            url: format!("{scheme}://{address}"),
            requests,
            largest_body,
            serving: tokio::spawn(accept(listener, handshake, handler, std::future::pending())),
        }
    }

    /// Returns the URL, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address, such as `127.0.0.1:40123`.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url
            .split_once("://")
            .map_or("", |(_, address)| address)
    }

    /// Returns the requests that arrived completely, in that order, whether or not they were responded to.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    /// Returns the only recorded request.
    ///
    /// # Panics
    ///
    /// Panics if there was none, or more than one.
    #[must_use]
    #[track_caller]
    pub fn request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected");
        requests.remove(0)
    }

    /// Returns the number of recorded requests for which `kind` returns `true`.
    #[must_use]
    pub fn count(&self, kind: impl Fn(&Request) -> bool) -> usize {
        lock(&self.requests)
            .iter()
            .filter(|each| kind(each))
            .count()
    }

    /// Returns the largest number of bytes of a response body that were written to a connection. For an
    /// [endless](Reply::endless) body, it shows how much a client reads, the buffers of the sockets included.
    #[must_use]
    pub fn largest_body(&self) -> usize {
        *lock(&self.largest_body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Returns a URL of this computer at which no server listens.
///
/// # Panics
///
/// Panics if there is no free port.
pub async fn unreachable_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the address of a listener");
    format!("http://{address}")
}

/// Serves connections until `end` is ready, and then until the current replies are sent. Dropping the future drops the connections.
///
/// [`Server`] is built on it. Use it for handlers that handle a request before its body has arrived.
pub async fn serve<H, F>(listener: TcpListener, handler: H, end: impl Future<Output = ()>)
where
    H: Fn(http::Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Reply> + Send,
{
    accept(
        listener,
        |stream| std::future::ready(Some(stream)),
        handler,
        end,
    )
    .await;
}

async fn accept<H, HF, S, F, R>(
    listener: TcpListener,
    handshake: H,
    handler: F,
    end: impl Future<Output = ()>,
) where
    H: Fn(TcpStream) -> HF + Send + Sync + 'static,
    HF: Future<Output = Option<S>> + Send,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(http::Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Reply> + Send,
{
    let handshake = Arc::new(handshake);
    let mut connections = JoinSet::new();
    let (ending, ended) = watch::channel(false);
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (handshake, handler) = (Arc::clone(&handshake), handler.clone());
                let ended = ended.clone();
                connections.spawn(async move {
                    // Responses are small, and nobody should wait for more to fill a packet.
                    let _ = stream.set_nodelay(true);
                    let Ok((stream, twin)) = twins(stream) else {
                        return;
                    };
                    if let Some(stream) = handshake(stream).await
                        && connection(stream, handler, ended).await
                    {
                        // Closed by its last handle, without a word.
                        let _ = twin.set_zero_linger();
                    }
                });
            }
            // Such as too many open files, which passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    // Connections are rejected from now on.
    drop(listener);
    ending.send_replace(true);
    while connections.join_next().await.is_some() {}
}

/// Returns two handles of a connection.
fn twins(stream: TcpStream) -> io::Result<(TcpStream, TcpStream)> {
    let stream = stream.into_std()?;
    let twin = TcpStream::from_std(stream.try_clone()?)?;
    Ok((TcpStream::from_std(stream)?, twin))
}

/// Serves a connection; returns whether it is to be reset.
async fn connection<S, F, R>(stream: S, handler: F, mut ending: watch::Receiver<bool>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(http::Request<Incoming>) -> R,
    R: Future<Output = Reply>,
{
    let wire = Wire::default();
    let (breaks, count) = (wire.clone(), AtomicUsize::new(0));
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        request.extensions_mut().insert(NumberOnConnection(number));
        let reply = handler(request);
        let breaks = breaks.clone();
        async move {
            let reply = reply.await;
            reply.breaks(&breaks);
            reply.into_response().await
        }
    });
    let stream = TokioIo::new(wire.limited(stream));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .max_headers(MAX_FIELDS)
            .serve_connection(stream, service)
    );
    // An error is a connection that a reply broke, or that the client did.
    let is_served = tokio::select! {
        _ = connection.as_mut() => true,
        _ = ending.wait_for(|is_ending| *is_ending) => false,
    };
    if !is_served {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
    wire.resets()
}

/// Locks a mutex, even if the panic of a script has poisoned it.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
