//! Reads multipart responses whose parts have no names (OpenAPI 3.2.0, Encoding By Position), part by part.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use http::StatusCode;
use oas_wire::multipart::{BodyPart, Malformed, PartDecoder};

use crate::{byte_stream::ByteStream, error::Error, feed::Feed, reconnect::Reconnect};

/// A multipart response body as a stream of parts. It ends with the body, or after the first error.
///
/// Each part is held in memory as a whole, and [`Config::max_body_bytes`](crate::Config::max_body_bytes) limits its
/// size; the size of the body is not limited. It implements [`Stream`]; [`next`](Self::next) needs no stream library.
///
/// ```
/// use oas_client::{BodyParts, Error};
///
/// async fn pages(mut parts: BodyParts) -> Result<Vec<usize>, Error> {
///     let mut sizes = Vec::new();
///     while let Some(part) = parts.next().await {
///         sizes.push(part?.content().len());
///     }
///     Ok(sizes)
/// }
/// ```
pub struct BodyParts(Feed<Result<PartDecoder, Malformed>>);

impl BodyParts {
    /// Creates the stream of the parts of a body, whose media type has the boundary.
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        content_type: &str,
        limit: usize,
    ) -> Self {
        let parts = PartDecoder::new(content_type, limit);
        Self(Feed::new(stream, status, parts, Reconnect::new(None)))
    }

    /// Returns the next part; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<BodyPart, Error>> {
        poll_fn(|cx| self.0.poll(cx)).await
    }
}

impl Stream for BodyParts {
    type Item = Result<BodyPart, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(cx)
    }
}

impl fmt::Debug for BodyParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyParts")
    }
}
