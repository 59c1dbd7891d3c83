//! Reads server-sent events (WHATWG HTML §9.2) from a stream of bytes.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use oas_wire::sse;
use serde::de::DeserializeOwned;

use crate::{
    byte_stream::ByteStream, decode_error::DecodeError, error::Error, feed::Feed, payload,
    reconnect::Reconnect, redact::Secrets,
};

/// A server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The type of the event; `message` by default.
    pub event: String,
    /// The data; several lines are joined by line feeds.
    pub data: String,
    /// The id of the event, or else of the last event that had one; empty if none had. A
    /// [reconnecting](EventStream::reconnecting) stream sends it as `Last-Event-ID`.
    pub id: String,
    /// The wait before reconnecting, if the server has sent `retry` since the previous event.
    pub retry: Option<Duration>,
    secrets: Hidden,
}

impl Event {
    /// Decodes the data as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is not JSON of the type `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        payload::decode(self.data.as_bytes()).map_err(|error| {
            let data = Bytes::copy_from_slice(self.data.as_bytes());
            let hidden = self.secrets.0.hide(&data);
            payload::decode::<T>(&hidden).err().unwrap_or(error)
        })
    }
}

/// What errors about an event do not show: the secrets of its request. They are no part of the event.
#[derive(Clone, Default)]
struct Hidden(Arc<Secrets>);

impl PartialEq for Hidden {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Hidden {}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
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
            secrets: Hidden::default(),
        }
    }
}

/// A response body as a stream of server-sent events, from a generated client or
/// [`StreamingResponse::into_events`](crate::StreamingResponse::into_events).
///
/// The stream ends with the body, or after the first error, such as a broken connection or an event that is longer than the
/// limit. [`reconnecting`](Self::reconnecting) continues it over further connections. An event without an empty line after it is
/// dropped.
///
/// It implements [`Stream`](futures_core::Stream); [`next`](Self::next) needs no stream library.
///
/// ```
/// # async fn read(mut events: oas_client::EventStream) -> Result<(), oas_client::Error> {
/// while let Some(event) = events.next().await {
///     println!("{}", event?.data);
/// }
/// # Ok(())
/// # }
/// ```
pub struct EventStream {
    feed: Feed<sse::Decoder>,
    secrets: Hidden,
}

impl EventStream {
    /// Creates the stream. `limit` is the largest size of one event, in bytes; no error shows the `secrets`.
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        limit: usize,
        reconnect: Reconnect,
        secrets: Secrets,
    ) -> Self {
        let decoder = sse::Decoder::new(limit);
        Self {
            feed: Feed::new(stream, status, decoder, reconnect),
            secrets: Hidden(Arc::new(secrets)),
        }
    }

    /// Sends the request again whenever a connection ends or breaks, after the wait that the server has set with
    /// `retry` (3 seconds by default), and with the id of the last event in `Last-Event-ID` (WHATWG HTML §9.2.3).
    ///
    /// The stream then ends only when the server responds with 204, or after an error other than that of a connection, such as a
    /// response with another status than 200. While the server cannot be reached, the request is repeated without limit, after
    /// waits that double up to a minute. A request whose body is a stream is not sent again.
    #[must_use]
    pub fn reconnecting(mut self) -> Self {
        self.feed.reconnect();
        self
    }

    /// Returns the next event, or the error that ends the stream; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for EventStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = std::task::ready!(self.feed.poll(cx));
        let secrets = &self.secrets;
        Poll::Ready(event.map(|event| {
            event.map(|event| Event {
                secrets: secrets.clone(),
                ..event.into()
            })
        }))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
