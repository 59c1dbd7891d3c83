//! Defines the replies of a scripted server, complete and broken ones.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::ext::ReasonPhrase;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tokio::time::Sleep;

use super::lock;
use super::wire::Wire;

/// The reply of a [`Server`](super::Server) to a request: a response, complete or broken, or none.
///
/// A complete body in one piece has a `Content-Length`. Any other is chunked, unless the reply sets `Content-Length` itself or is
/// [HTTP/1.0](Self::http_1_0).
#[derive(Debug, Clone)]
#[must_use]
pub struct Reply {
    response: Option<Response<()>>,
    pieces: VecDeque<Bytes>,
    ending: Ending,
    delay: Option<Duration>,
    pace: Option<Duration>,
    cut_at: Option<usize>,
    resets: bool,
    /// What is sent in place of the response.
    raw: Option<Bytes>,
    /// What the last piece waits for.
    gate: Option<Arc<Notify>>,
    largest: Arc<Mutex<usize>>,
}

/// The behavior after the last piece of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Complete,
    Cut,
    Stalled,
    Endless,
}

impl Reply {
    /// Creates a response without headers and without a body.
    ///
    /// # Panics
    ///
    /// Panics if the status is invalid, such as 42.
    pub fn new(status: u16) -> Self {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::from_u16(status).expect("a status");
        Self {
            response: Some(response),
            pieces: VecDeque::new(),
            ending: Ending::Complete,
            delay: None,
            pace: None,
            cut_at: None,
            resets: false,
            raw: None,
            gate: None,
            largest: Arc::default(),
        }
    }

    /// Creates a reply that closes the connection without a response.
    pub fn dropped() -> Self {
        Self {
            response: None,
            ..Self::new(200)
        }
    }

    /// Creates a reply that sends these bytes unchanged, whether or not they are a response, and closes the connection.
    ///
    /// ```
    /// use oas_testing::{Connection, Reply, Server};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = Server::replying([Reply::raw("HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi")]).await;
    /// let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    /// let response = Connection::open(server.address()).await.send(request).await.unwrap();
    /// assert_eq!(response.body, "hi");
    /// # }
    /// ```
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: Some(Bytes::from(bytes.into())),
            ..Self::new(200)
        }
    }

    /// Creates a reply that resets the connection without a response (RFC 9293 §3.5.2). Bytes that were sent before can be lost
    /// as well.
    pub fn reset() -> Self {
        Self::dropped().resetting()
    }

    /// Creates a reply that leaves the connection open and sends no response.
    pub fn silent() -> Self {
        Self::dropped().delayed(Duration::MAX)
    }

    /// Adds a header. Has no effect on a reply without a response.
    ///
    /// # Panics
    ///
    /// Panics if its name or its value is invalid.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::try_from(name).expect("the name of a header");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("the value of a header");
        if let Some(response) = &mut self.response {
            response.headers_mut().append(name, value);
        }
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.pieces = VecDeque::from([Bytes::from(body.into())]);
        self
    }

    /// Sets the body, of pieces each of which is sent as a chunk.
    pub fn pieces(mut self, pieces: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let pieces = pieces.into_iter().map(|piece| Bytes::from(piece.into()));
        self.pieces = pieces.collect();
        self
    }

    /// Closes the connection after the body that was set before. Unless `Content-Length` is set, it is one byte larger than this body.
    pub fn cut(mut self) -> Self {
        let sent: usize = self.pieces.iter().map(Bytes::len).sum();
        self.ending = Ending::Cut;
        if let Some(response) = &mut self.response {
            let length = response.headers_mut().entry(CONTENT_LENGTH);
            length.or_insert(HeaderValue::from(sent + 1));
        }
        self
    }

    /// Closes the connection after this many bytes of the response, including its status line and its header.
    pub fn cut_at(mut self, bytes: usize) -> Self {
        self.cut_at = Some(bytes);
        self
    }

    /// Makes a reply that breaks the connection reset it (`RST`) in place of closing it.
    pub fn resetting(mut self) -> Self {
        self.resets = true;
        self
    }

    /// Leaves the connection open after the body, without ending the response.
    pub fn stalled(mut self) -> Self {
        self.ending = Ending::Stalled;
        self
    }

    /// Sends spaces without end after the body.
    pub fn endless(mut self) -> Self {
        self.ending = Ending::Endless;
        self
    }

    /// Waits for `pace` before each piece of the body. The spaces of an [endless](Self::endless) body are sent without a pause.
    pub fn paced(mut self, pace: Duration) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Waits for `gate` before the last piece of the body.
    pub fn held(mut self, gate: Arc<Notify>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Sends an empty reason phrase after the status, which HTTP permits (RFC 9112 §4).
    pub fn without_reason(mut self) -> Self {
        if let Some(response) = &mut self.response {
            let none = ReasonPhrase::from_static(b"");
            response.extensions_mut().insert(none);
        }
        self
    }

    /// Responds in HTTP/1.0, in which the end of the connection ends a body of unknown length.
    pub fn http_1_0(mut self) -> Self {
        if let Some(response) = &mut self.response {
            *response.version_mut() = Version::HTTP_10;
        }
        self
    }

    /// Waits for `delay` before the reply is sent.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Counts the bytes of the body that the connection takes.
    pub(super) fn counted(mut self, largest: Arc<Mutex<usize>>) -> Self {
        self.largest = largest;
        self
    }

    /// Breaks the connection as the reply demands.
    pub(super) fn breaks(&self, wire: &Wire) {
        wire.limit(self.cut_at.unwrap_or(usize::MAX));
        if let Some(raw) = &self.raw {
            wire.replace(raw.clone());
        }
        if self.resets {
            wire.reset();
        }
    }

    /// Returns the response, or an error that makes hyper close the connection.
    pub(super) async fn into_response(self) -> Result<Response<ReplyBody>, io::Error> {
        if let Some(delay) = self.delay {
            tokio::time::sleep(delay).await;
        }
        let response = self.response.ok_or(io::ErrorKind::ConnectionAborted)?;
        let body = ReplyBody {
            pieces: self.pieces,
            ending: self.ending,
            flushed: false,
            pace: self.pace,
            pause: None,
            opening: self.gate.map(|gate| Box::pin(gate.notified_owned())),
            taken: 0,
            largest: self.largest,
        };
        Ok(response.map(|()| body))
    }
}

/// The body of a reply.
pub(super) struct ReplyBody {
    pieces: VecDeque<Bytes>,
    ending: Ending,
    /// Whether hyper had a chance to write what it took.
    flushed: bool,
    pace: Option<Duration>,
    /// Until the next piece.
    pause: Option<Pin<Box<Sleep>>>,
    /// Until the last piece.
    opening: Option<Pin<Box<OwnedNotified>>>,
    taken: usize,
    largest: Arc<Mutex<usize>>,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        static BLANKS: [u8; 16 * 1024] = [b' '; 16 * 1024];
        if let Some(pace) = self.pace.filter(|_| !self.pieces.is_empty()) {
            let pause = self
                .pause
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pace)));
            if pause.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        if self.pieces.len() == 1
            && let Some(opening) = &mut self.opening
        {
            if opening.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.opening = None;
        }
        let piece = match (self.pieces.pop_front(), self.ending) {
            (Some(piece), _) => piece,
            (None, Ending::Complete) => return Poll::Ready(None),
            (None, Ending::Stalled) => return Poll::Pending,
            (None, Ending::Endless) => Bytes::from_static(&BLANKS),
            // hyper writes what it has taken when a body has no more for now.
            (None, Ending::Cut) if !self.flushed => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            (None, Ending::Cut) => {
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
            }
        };
        self.taken += piece.len();
        let mut largest = lock(&self.largest);
        *largest = self.taken.max(*largest);
        drop(largest);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.ending == Ending::Complete && self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match (self.ending, self.pieces.len()) {
            (Ending::Complete, 0) => SizeHint::with_exact(0),
            (Ending::Complete, 1) => SizeHint::with_exact(self.pieces[0].len() as u64),
            _ => SizeHint::default(),
        }
    }
}
