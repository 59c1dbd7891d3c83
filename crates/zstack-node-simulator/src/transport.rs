//! Connections: HTTP/1.1 over a listener of our own, so that a connection can be dropped at any point of an exchange.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::answer::Answer;
use crate::faults::{Effect, Effects};
use crate::state::{State, Work};

/// The largest body that a request may have.
const LARGEST: usize = 1024 * 1024;

/// Serves until it is dropped, and drops its connections with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&state)));
            }
            // Such as too many open files, which passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // Only a matter of time: answers are small.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| exchange(request, Arc::clone(&state)));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that ends in an error is one that a fault dropped, or that the client did.
    drop(connection.await);
}

/// The connection ends here.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was dropped")
    }
}

impl std::error::Error for Dropped {}

async fn exchange(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Outgoing>, Dropped> {
    let (parts, body) = request.into_parts();
    let _under_way = Work::begin(&state);
    let (number, effects) = state.received(&parts);
    let answer = answer(parts, body, &effects, &state).await;
    let response = answer.and_then(|answer| written(answer, &effects));
    state.answered(
        number,
        response
            .as_ref()
            .ok()
            .map(|response| response.status().as_u16()),
    );
    response
}

async fn answer(
    parts: Parts,
    body: Incoming,
    effects: &Effects,
    state: &Arc<State>,
) -> Result<Answer, Dropped> {
    if effects.has(&Effect::Drop) {
        return Err(Dropped);
    }
    let instead = effects.answer();
    if let Some(answer) = instead.clone().filter(|answer| !answer.acts) {
        late(effects).await;
        return Ok(answer.into());
    }
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        return Ok(Answer::text(413, "the request is too large"));
    };
    let body = body.to_bytes();
    // A node acts on what it has received, whether or not the caller still waits.
    let acting = tokio::spawn({
        let (state, effects) = (Arc::clone(state), effects.clone());
        let under_way = Work::begin(&state);
        async move {
            let _under_way = under_way;
            if let Some(time) = effects.hold() {
                tokio::time::sleep(time).await;
            }
            state.handle(&parts, &body, &effects)
        }
    });
    // Where the node's own answer is of no use, a request that is held keeps nobody waiting.
    let drops_reply = effects.has(&Effect::DropReply);
    let answer = if effects.hold().is_some() && (drops_reply || instead.is_some()) {
        Ok(Answer::text(200, ""))
    } else {
        acting.await.map_err(|_| Dropped)
    };
    late(effects).await;
    if drops_reply {
        return Err(Dropped);
    }
    Ok(instead.map_or(answer?, Answer::from))
}

async fn late(effects: &Effects) {
    if let Some(time) = effects.delay() {
        tokio::time::sleep(time).await;
    }
}

/// An answer on the wire, broken as the script wants it.
fn written(answer: Answer, effects: &Effects) -> Result<Response<Outgoing>, Dropped> {
    let whole = Bytes::from(answer.body);
    let half = whole.slice(..whole.len() / 2);
    let length = whole.len();
    let body = if effects.has(&Effect::Cut) {
        Outgoing::Cut(Some(half))
    } else if effects.has(&Effect::Endless) {
        Outgoing::Endless(whole.slice(..whole.len().saturating_sub(1)))
    } else if effects.has(&Effect::Truncate) {
        Outgoing::Whole(half)
    } else {
        Outgoing::Whole(whole)
    };
    let cut = matches!(body, Outgoing::Cut(_));
    let mut response = Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(answer.status).map_err(|_| Dropped)?;
    if cut {
        // One more than there is, so that even the half of nothing is not enough.
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length + 1));
    }
    Ok(response)
}

/// The body of an answer.
enum Outgoing {
    Whole(Bytes),
    /// What is left to send before the connection is dropped.
    Cut(Option<Bytes>),
    /// How it begins. What follows is blank.
    Endless(Bytes),
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        static BLANK: [u8; 16 * 1024] = [b' '; 16 * 1024];
        let bytes = match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Self::Whole(bytes) => std::mem::take(bytes),
            Self::Cut(rest) => match rest.take() {
                Some(half) if !half.is_empty() => {
                    *rest = Some(Bytes::new());
                    half
                }
                Some(_) => {
                    // What was given so far is flushed when a body has no more for now.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                None => return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
            },
            Self::Endless(start) if !start.is_empty() => std::mem::take(start),
            Self::Endless(_) => Bytes::from_static(&BLANK),
        };
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Cut(_) | Self::Endless(_) => SizeHint::default(),
        }
    }
}
