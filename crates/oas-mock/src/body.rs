//! Reads bodies on their way through the proxy: as a whole where possible, and passed on unchanged.

use std::io::Read as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::{Body as _, Frame};

/// The size up to which bodies, compressed or not, are read as a whole and validated.
const MOST: usize = 16 * 1024 * 1024;

/// The reason why a larger body is not validated.
const TOO_LARGE: &str = "has more than 16 MiB, and was not checked";

/// The bytes of a body, or the reason why they are not available, formatted to follow the words "the body".
pub(crate) type Seen = Result<Bytes, String>;

/// Reads a body as a whole unless it is too large; also returns the body to pass on.
pub(crate) async fn read(mut body: Body) -> (Seen, Body) {
    let mut start = BytesMut::new();
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        match frame {
            None => {
                let whole = start.freeze();
                return (Ok(whole.clone()), Body::from(whole));
            }
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    start.extend_from_slice(&piece);
                }
                if start.len() > MOST {
                    let rest = Rest {
                        start: Some(start.freeze()),
                        rest: body,
                        error: None,
                    };
                    return (Err(TOO_LARGE.to_owned()), Body::new(rest));
                }
            }
            Some(Err(error)) => {
                let rest = Rest {
                    start: Some(start.freeze()),
                    rest: Body::empty(),
                    error: Some(error),
                };
                return (
                    Err("broke off, and was not checked".to_owned()),
                    Body::new(rest),
                );
            }
        }
    }
}

/// Decodes the content codings of a body.
pub(crate) fn decoded(headers: &HeaderMap, body: Bytes) -> Seen {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let codings: Vec<&str> = lines
        .flat_map(|line| line.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    // Codings are listed in the order in which they were applied.
    codings
        .iter()
        .rev()
        .try_fold(body, |body, coding| undone(coding, body))
}

fn undone(coding: &str, body: Bytes) -> Seen {
    let limit = MOST as u64 + 1;
    let mut whole = Vec::new();
    let read = match coding.to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(body),
        _ if body.is_empty() => return Ok(body),
        "gzip" | "x-gzip" => MultiGzDecoder::new(&*body)
            .take(limit)
            .read_to_end(&mut whole),
        "deflate" => ZlibDecoder::new(&*body).take(limit).read_to_end(&mut whole),
        _ => {
            let coding = coding.escape_debug();
            return Err(format!(
                "has the content coding `{coding}`, and was not checked"
            ));
        }
    };
    match read {
        Err(_) => Err(format!(
            "is not {coding}, as its content coding has it, and was not checked"
        )),
        Ok(length) if length > MOST => Err(TOO_LARGE.to_owned()),
        Ok(_) => Ok(whole.into()),
    }
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
