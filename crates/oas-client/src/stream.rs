//! Defines responses whose body is still being received.

use std::{fmt, future::poll_fn};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use oas_wire::items::{Decoder, Framing};
use serde::de::DeserializeOwned;

use crate::{
    body_parts::BodyParts,
    buffered_response::BufferedResponse,
    byte_stream::{ByteStream, poll_chunk},
    error::Error,
    items::ItemStream,
    reconnect::{Open, Reconnect},
    redact::{HeaderNames, Secrets},
    response::ResponseValue,
    sse::EventStream,
    text,
};

/// A response whose status and headers are received, but not its body. Generated code chooses by the status whether the
/// body is read as a whole or as a stream.
pub struct StreamingResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: reqwest::Body,
    limit: usize,
    /// What sends the request again, where it can be sent again.
    pub(crate) again: Option<Open>,
    /// What no error shows.
    pub(crate) secrets: Secrets,
}

impl StreamingResponse {
    pub(crate) fn new(mut response: reqwest::Response, limit: usize) -> Self {
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Self {
            status,
            headers,
            body: response.into(),
            limit,
            again: None,
            secrets: Secrets::default(),
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the essence of the `Content-Type`; see [`BufferedResponse::essence`].
    pub fn essence(&self) -> String {
        text::essence(&self.headers)
    }

    /// Returns the body as a stream of bytes. Its size is not limited, because it is not held in memory.
    pub fn into_stream(self) -> ResponseValue<ByteStream> {
        ResponseValue::new(self.status, self.headers, ByteStream::new(self.body))
    }

    /// Returns the body as a stream of server-sent events.
    pub fn into_events(mut self) -> ResponseValue<EventStream> {
        let (status, limit) = (self.status, self.limit);
        let reconnect = Reconnect::new(self.again.take());
        let secrets = std::mem::take(&mut self.secrets);
        self.into_stream()
            .map(|stream| EventStream::new(stream, status, limit, reconnect, secrets))
    }

    /// Returns the body as a stream of items that are separated by `framing`.
    pub fn into_items<T: DeserializeOwned>(
        mut self,
        framing: Framing,
    ) -> ResponseValue<ItemStream<T>> {
        let status = self.status;
        let content_type = self.headers.get(http::header::CONTENT_TYPE);
        let content_type = content_type.and_then(|field| field.to_str().ok());
        let decoder = Decoder::new(framing, content_type, self.limit);
        let reconnect = Reconnect::new(self.again.take());
        let secrets = std::mem::take(&mut self.secrets);
        self.into_stream()
            .map(|stream| ItemStream::new(stream, status, decoder, reconnect, secrets))
    }

    /// Returns the body, which is multipart, as a stream of parts without names.
    pub fn into_parts(self) -> ResponseValue<BodyParts> {
        let (status, limit) = (self.status, self.limit);
        let content_type = self.headers.get(http::header::CONTENT_TYPE);
        let content_type = content_type.and_then(|field| field.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        self.into_stream()
            .map(|stream| BodyParts::new(stream, status, &content_type, limit))
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BodyTooLarge`] if the body exceeds the limit of the client, without reading it if
    /// `Content-Length` does, and [`Error::Communication`] if the connection breaks.
    #[expect(
        clippy::manual_async_fn,
        reason = "an async function would have room for the response twice in its future"
    )]
    pub fn read<E>(mut self) -> impl Future<Output = Result<BufferedResponse, Error<E>>> {
        async move {
            let (status, limit) = (self.status, self.limit);
            let too_large = || Error::BodyTooLarge { status, limit };
            if self.body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
                return Err(too_large());
            }
            let mut first = Bytes::new();
            let mut whole = BytesMut::new();
            while let Some(chunk) = poll_fn(|cx| poll_chunk(&mut self.body, cx)).await {
                let chunk = chunk.map_err(Error::communication)?;
                if first.len() + whole.len() + chunk.len() > limit {
                    return Err(too_large());
                }
                // Most bodies come in one piece, which then needs no copy.
                if first.is_empty() && whole.is_empty() {
                    first = chunk;
                } else {
                    whole.extend_from_slice(&std::mem::take(&mut first));
                    whole.extend_from_slice(&chunk);
                }
            }
            let body = if whole.is_empty() {
                first
            } else {
                whole.freeze()
            };
            let mut response = BufferedResponse::new(status, self.headers, body);
            response.secrets = self.secrets;
            Ok(response)
        }
    }
}

impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .finish_non_exhaustive()
    }
}
