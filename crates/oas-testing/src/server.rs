//! A scripted server on the loopback interface: HTTP/1.1, with every way in which an exchange can fail.

mod reply;
#[cfg(feature = "tls")]
mod tls;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub use hyper::body::Incoming;

pub use self::reply::Reply;
#[cfg(feature = "tls")]
pub use self::tls::AUTHORITY_PEM;
use crate::Request;

/// A server that replies as a script decides, and keeps the requests that it received. It ends when it is dropped.
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
    serving: JoinHandle<Infallible>,
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

    /// Starts a server that gives these replies, one after another, and the last of them to all further requests.
    ///
    /// # Panics
    ///
    /// Panics if there is no reply, at the time of the request.
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
            serving: tokio::spawn(accept(listener, handshake, handler)),
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

    /// Returns the requests so far, the dropped ones included.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    /// Returns the one request.
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

    /// Returns how many requests of a kind there were so far.
    #[must_use]
    pub fn count(&self, kind: impl Fn(&Request) -> bool) -> usize {
        lock(&self.requests)
            .iter()
            .filter(|each| kind(each))
            .count()
    }

    /// Returns how many bytes the connection has taken of the body that it took most of: how far a client reads an
    /// [endless](Reply::endless) body, the buffers of the sockets included.
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

/// Returns a URL at which nobody listens.
///
/// # Panics
///
/// Panics if there is no free port.
pub async fn unreachable_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the address of a listener");
    format!("http://{address}")
}

/// Serves connections until the future is dropped, and drops them with it: what [`Server`] is made of, for handlers that
/// look at a request before its body has arrived.
pub async fn serve<H, F>(listener: TcpListener, handler: H) -> Infallible
where
    H: Fn(http::Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Reply> + Send,
{
    accept(listener, |stream| std::future::ready(Some(stream)), handler).await
}

async fn accept<H, HF, S, F, R>(listener: TcpListener, handshake: H, handler: F) -> Infallible
where
    H: Fn(TcpStream) -> HF + Send + Sync + 'static,
    HF: Future<Output = Option<S>> + Send,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(http::Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Reply> + Send,
{
    let handshake = Arc::new(handshake);
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (handshake, handler) = (Arc::clone(&handshake), handler.clone());
                connections.spawn(async move {
                    // Responses are small, and nobody should wait for more to fill a packet.
                    let _ = stream.set_nodelay(true);
                    let Ok((stream, twin)) = twins(stream) else {
                        return;
                    };
                    if let Some(stream) = handshake(stream).await
                        && connection(stream, handler).await
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
}

/// Two handles of a connection.
fn twins(stream: TcpStream) -> io::Result<(TcpStream, TcpStream)> {
    let stream = stream.into_std()?;
    let twin = TcpStream::from_std(stream.try_clone()?)?;
    Ok((TcpStream::from_std(stream)?, twin))
}

/// Serves a connection; returns whether it is to be reset.
async fn connection<S, F, R>(stream: S, handler: F) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(http::Request<Incoming>) -> R,
    R: Future<Output = Reply>,
{
    let resets = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&resets);
    let service = service_fn(move |request| {
        let reply = handler(request);
        let noted = Arc::clone(&noted);
        async move {
            let reply = reply.await;
            noted.fetch_or(reply.resets(), Ordering::Relaxed);
            reply.into_response().await
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error is a connection that a reply dropped, or that the client did.
    drop(connection.await);
    resets.load(Ordering::Relaxed)
}

/// A lock that the panic of a script does not take away.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
