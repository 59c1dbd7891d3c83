//! Reads the bytes of a response body that is still being received.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;

use crate::error::Error;

/// Polls for the next bytes of a body. Trailers are skipped.
pub(crate) fn poll_chunk(
    body: &mut reqwest::Body,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, reqwest::Error>>> {
    loop {
        match std::task::ready!(Pin::new(&mut *body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                if let Ok(chunk) = frame.into_data() {
                    return Poll::Ready(Some(Ok(chunk)));
                }
            }
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        }
    }
}

/// A response body as a stream of bytes. It ends with the body, or after the first error.
///
/// It implements [`Stream`](futures_core::Stream); [`next`](Self::next) needs no stream library.
pub struct ByteStream {
    body: Option<reqwest::Body>,
}

impl ByteStream {
    pub(crate) fn new(body: reqwest::Body) -> Self {
        Self { body: Some(body) }
    }

    /// Returns the next bytes; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let item = std::task::ready!(poll_chunk(body, cx));
        if !matches!(item, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(item.map(|chunk| chunk.map_err(Error::communication)))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}
