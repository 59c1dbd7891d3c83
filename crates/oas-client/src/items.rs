//! Bodies that are a sequence of items (OpenAPI 3.2.0, Sequential Media Types): read one by one as they arrive, and sent as they
//! are made.

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
    error::Error,
    payload::{self, InvalidPayload},
    reconnect::Reconnect,
    response::ResponseValue,
    stream::ByteStream,
};

/// A response body as its items, each decoded when it has arrived. It ends with the body, or after the first error.
///
/// It is a [`Stream`], and has [`next`](Self::next) for who does not want a stream library.
pub struct ItemStream<T> {
    stream: Option<ByteStream>,
    decoder: Decoder,
    reconnect: Reconnect,
    status: StatusCode,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> ItemStream<T> {
    /// Creates the stream. `limit` is the largest size of one item, in bytes.
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        framing: Framing,
        limit: usize,
        reconnect: Reconnect,
    ) -> Self {
        Self {
            stream: Some(stream),
            decoder: Decoder::new(framing, limit),
            reconnect,
            status,
            item: PhantomData,
        }
    }

    /// Asks for the events again whenever a connection ends, as
    /// [`EventStream::reconnecting`](crate::EventStream::reconnecting) does. Items that are no events end with the body.
    #[must_use]
    pub fn reconnecting(mut self) -> Self {
        self.reconnect.want();
        self
    }

    /// Returns the next item, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn decoded(&self, text: &str) -> Result<T, Error> {
        payload::decode(text.as_bytes()).map_err(|error| {
            let body = Bytes::copy_from_slice(text.as_bytes());
            let response = ResponseValue::new(self.status, HeaderMap::new(), body);
            Error::InvalidResponsePayload(Box::new(InvalidPayload::new(response, error)))
        })
    }

    fn end(&mut self) {
        self.stream = None;
        self.reconnect = Reconnect::default();
        self.decoder = Decoder::new(Framing::Lines, 0);
    }
}

impl<T: DeserializeOwned> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(text) = this.decoder.pop() {
                let item = this.decoded(&text);
                if item.is_err() {
                    this.end();
                }
                return Poll::Ready(Some(item));
            }
            let read = match &mut this.stream {
                Some(stream) => std::task::ready!(Pin::new(stream).poll_next(cx)),
                None => {
                    let Some(events) = this.decoder.events() else {
                        return Poll::Ready(None);
                    };
                    match std::task::ready!(this.reconnect.poll(events, cx)) {
                        Some(Ok(stream)) => {
                            events.restart();
                            this.stream = Some(stream);
                            continue;
                        }
                        Some(Err(error)) => Some(Err(error)),
                        None => return Poll::Ready(None),
                    }
                }
            };
            let read = match read {
                Some(Ok(bytes)) => {
                    let status = this.status;
                    let too_large = |limit| Error::BodyTooLarge { status, limit };
                    let read = this.decoder.push(&bytes);
                    read.map_err(|error| too_large(error.limit))
                }
                Some(Err(Error::Communication(_))) if this.reconnect.is_wanted() => {
                    this.stream = None;
                    Ok(())
                }
                Some(Err(error)) => Err(error),
                None => {
                    this.stream = None;
                    this.decoder.finish();
                    Ok(())
                }
            };
            if let Err(error) = read {
                this.end();
                return Poll::Ready(Some(Err(error)));
            }
        }
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
