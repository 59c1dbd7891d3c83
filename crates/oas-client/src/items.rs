//! Reads and writes bodies that are a sequence of items (OpenAPI 3.2.0, Sequential Media Types), one item at a time.

use std::{
    fmt,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use http_body::Frame;
use oas_wire::items::{Decoder, Encoded, Framing, Items};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    buffered_response::BufferedResponse, byte_stream::ByteStream, error::Error, feed::Feed,
    payload, reconnect::Reconnect, redact::Secrets,
};

/// A response body as a stream of items, each decoded when it is received. It ends with the body, or after the first
/// error.
///
/// It implements [`Stream`]; [`next`](Self::next) needs no stream library.
pub struct ItemStream<T> {
    feed: Feed<Decoder>,
    secrets: Secrets,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> ItemStream<T> {
    /// Creates the stream. No error shows the `secrets`.
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        decoder: Decoder,
        reconnect: Reconnect,
        secrets: Secrets,
    ) -> Self {
        Self {
            feed: Feed::new(stream, status, decoder, reconnect),
            secrets,
            item: PhantomData,
        }
    }

    /// Sends the request again whenever the connection ends, as
    /// [`EventStream::reconnecting`](crate::EventStream::reconnecting) does. This applies to events only; with any
    /// other framing, nothing changes.
    #[must_use]
    pub fn reconnecting(mut self) -> Self {
        self.feed.reconnect();
        self
    }

    /// Returns the next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn decoded(&self, text: &str) -> Result<T, Error> {
        payload::decode(text.as_bytes()).map_err(|error| {
            let body = Bytes::copy_from_slice(text.as_bytes());
            let mut response = BufferedResponse::new(self.feed.status, HeaderMap::new(), body);
            response.secrets = self.secrets.clone();
            response.invalid_json::<T, _>(error)
        })
    }
}

impl<T: DeserializeOwned> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let text = std::task::ready!(self.feed.poll(cx));
        let item = text.map(|text| text.and_then(|text| self.decoded(&text)));
        if matches!(item, Some(Err(_))) {
            self.feed.end();
        }
        Poll::Ready(item)
    }
}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream")
    }
}

/// Items as a body that is sent while they are made. Bodies have to be `Sync`, and nothing ever waits for this lock.
pub(crate) struct Upload<T>(Mutex<Encoded<T>>);

impl<T: Serialize> Upload<T> {
    pub(crate) fn new(items: Items<T>, framing: Framing) -> Self {
        Self(Mutex::new(items.encoded(framing)))
    }
}

impl<T: Serialize> http_body::Body for Upload<T> {
    type Data = Bytes;
    type Error = serde_json::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let encoded = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let bytes = std::task::ready!(Pin::new(encoded).poll_next(cx));
        Poll::Ready(bytes.map(|bytes| bytes.map(|bytes| Frame::data(bytes.into()))))
    }
}
