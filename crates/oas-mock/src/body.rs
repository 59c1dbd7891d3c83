//! Reads bodies on their way through the proxy: as a whole where possible, and passed on unchanged.

use std::fmt;
use std::io::Read as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// The size up to which bodies, compressed or not, are read as a whole and validated.
pub(crate) const MAX_SIZE: usize = 16 * 1024 * 1024;

/// The reason why a larger body is not validated.
const TOO_LARGE: &str = "has more than 16 MiB, and was not checked";

/// The bytes of a body, or the reason why they are not available, formatted to follow the words "the body".
pub(crate) type Seen = Result<Bytes, String>;

/// The reason why a body was not read as a whole. `Display` formats it to follow the words "the body".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRead {
    TooLarge,
    BrokeOff,
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => TOO_LARGE,
            Self::BrokeOff => "broke off, and was not checked",
        })
    }
}

/// Reads a body as a whole unless it is too large; also returns the body to pass on.
pub(crate) async fn read(mut body: Body) -> (Result<Bytes, NotRead>, Body) {
    let mut start = BytesMut::new();
    loop {
        match body.frame().await {
            None => {
                let whole = start.freeze();
                return (Ok(whole.clone()), Body::from(whole));
            }
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    start.extend_from_slice(&piece);
                }
                if start.len() > MAX_SIZE {
                    let rest = Rest {
                        start: Some(start.freeze()),
                        rest: body,
                        error: None,
                    };
                    return (Err(NotRead::TooLarge), Body::new(rest));
                }
            }
            Some(Err(error)) => {
                let rest = Rest {
                    start: Some(start.freeze()),
                    rest: Body::empty(),
                    error: Some(error),
                };
                return (Err(NotRead::BrokeOff), Body::new(rest));
            }
        }
    }
}

/// A content coding that can be undone (RFC 9110 §8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Deflate,
}

/// Returns the content codings of a body, in the order in which they were applied.
///
/// # Errors
///
/// Returns the reason if one of them is not supported, formatted to follow the words "the body".
pub(crate) fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, String> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let names = lines.flat_map(|line| line.to_str().unwrap_or("?").split(','));
    let codings = names.filter_map(|name| {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "" | "identity" => None,
            "gzip" | "x-gzip" => Some(Ok(Coding::Gzip)),
            "deflate" => Some(Ok(Coding::Deflate)),
            _ => Some(Err(format!(
                "has the content coding `{}`, and was not checked",
                name.escape_debug()
            ))),
        }
    });
    codings.collect()
}

/// Decodes the content codings of a body.
pub(crate) fn decoded(headers: &HeaderMap, body: Bytes) -> Seen {
    let codings = codings(headers)?;
    codings
        .iter()
        .rev()
        .try_fold(body, |body, coding| undone(*coding, body))
}

fn undone(coding: Coding, body: Bytes) -> Seen {
    if body.is_empty() {
        return Ok(body);
    }
    let limit = MAX_SIZE as u64 + 1;
    let mut whole = Vec::new();
    let (name, read) = match coding {
        Coding::Gzip => {
            let decoder = MultiGzDecoder::new(&*body);
            ("gzip", decoder.take(limit).read_to_end(&mut whole))
        }
        Coding::Deflate => {
            let decoder = ZlibDecoder::new(&*body);
            ("deflate", decoder.take(limit).read_to_end(&mut whole))
        }
    };
    match read {
        Err(_) => Err(format!(
            "is not {name}, as its content coding has it, and was not checked"
        )),
        Ok(length) if length > MAX_SIZE => Err(TOO_LARGE.to_owned()),
        Ok(_) => Ok(whole.into()),
    }
}

/// Duplicates a body: returns the body to pass on, and a copy of it that can be read meanwhile. The flag is set if the
/// copy breaks off, because the body does or is not read to its end.
pub(crate) fn duplicate(body: Body) -> (Body, Body, Arc<AtomicBool>) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let breaks_off = Arc::new(AtomicBool::new(false));
    let copy = Copied {
        receiver,
        breaks_off: Arc::clone(&breaks_off),
    };
    (Body::new(Tee { body, sender }), Body::new(copy), breaks_off)
}

/// A body that sends a copy of its pieces, and `None` at its end. It does not wait for the receiver, which may have
/// stopped reading.
struct Tee {
    body: Body,
    sender: UnboundedSender<Option<Bytes>>,
}

impl http_body::Body for Tee {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let is_end = match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(bytes) = frame.data_ref() {
                    let _ = self.sender.send(Some(bytes.clone()));
                }
                // A connection does not ask for the end of a body whose length it knows.
                self.body.is_end_stream()
            }
            Poll::Ready(None) => true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        if is_end {
            let _ = self.sender.send(None);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The copy of a body.
struct Copied {
    receiver: UnboundedReceiver<Option<Bytes>>,
    breaks_off: Arc<AtomicBool>,
}

impl http_body::Body for Copied {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.receiver.poll_recv(context).map(|piece| match piece {
            Some(piece) => Some(Ok(Frame::data(piece?))),
            None => {
                self.breaks_off.store(true, Ordering::Relaxed);
                Some(Err(std::io::ErrorKind::UnexpectedEof.into()))
            }
        })
    }
}

/// Returns the body, with `report` called if it ends in an error.
pub(crate) fn guarded(body: Body, mut report: impl FnMut() + Send + 'static) -> Body {
    Body::new(body.map_err(move |error| {
        report();
        error
    }))
}

/// A body whose start has been read already.
struct Rest {
    start: Option<Bytes>,
    rest: Body,
    /// The error that ended the body.
    error: Option<axum::Error>,
}

impl http_body::Body for Rest {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(start) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(start))));
        }
        if let Some(error) = self.error.take() {
            return Poll::Ready(Some(Err(error.into())));
        }
        Pin::new(&mut self.rest)
            .poll_frame(context)
            .map_err(Into::into)
    }
}
