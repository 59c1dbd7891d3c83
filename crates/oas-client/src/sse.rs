//! Server-sent events (WHATWG HTML §9.2) read from a stream of bytes.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use http::StatusCode;
use oas_wire::sse;
use serde::de::DeserializeOwned;

use crate::{
    decode_error::DecodeError, error::Error, feed::Feed, payload, reconnect::Reconnect,
    stream::ByteStream,
};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The type of the event; `message` where the server names none.
    pub event: String,
    /// The data, its lines joined by line feeds.
    pub data: String,
    /// The id of the last event that had one, which a new connection sends as `Last-Event-ID`.
    pub id: String,
    /// The wait before reconnecting, if the server has sent one since the previous event.
    pub retry: Option<Duration>,
}

impl Event {
    /// Decodes the data as JSON.
    ///
    /// # Errors
    /// Returns an error if the data is not JSON, or does not have the documented type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        payload::decode(self.data.as_bytes())
    }
}

impl From<sse::Event> for Event {
    fn from(event: sse::Event) -> Self {
        let fields = event.into_fields();
        Self {
            event: fields.kind.unwrap_or_else(|| "message".to_owned()),
            data: fields.data,
            id: fields.id.unwrap_or_default(),
            retry: fields.retry,
        }
    }
}

/// A body as server-sent events. It ends with the body, or after the first error.
///
/// It is a [`Stream`](futures_core::Stream), and has [`next`](Self::next) for who does not want a stream library.
pub struct EventStream(Feed<sse::Decoder>);

impl EventStream {
    /// Creates the stream. `limit` is the largest size of one event, in bytes.
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        limit: usize,
        reconnect: Reconnect,
    ) -> Self {
        let decoder = sse::Decoder::new(limit);
        Self(Feed::new(stream, status, decoder, reconnect))
    }

    /// Sends the request again whenever a connection ends or breaks, after the time that the server has asked for with
    /// `retry`, and with the id of the last event in `Last-Event-ID` (WHATWG HTML §9.2.3).
    ///
    /// The stream then ends only where the server answers 204, or with an error: another status, for example. A request
    /// whose body is a stream is not sent again.
    #[must_use]
    pub fn reconnecting(mut self) -> Self {
        self.0.reconnect();
        self
    }

    /// Returns the next event, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for EventStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = std::task::ready!(self.0.poll(cx));
        Poll::Ready(event.map(|event| event.map(Event::from)))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
