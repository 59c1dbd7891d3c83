//! Server-sent events (WHATWG HTML §9.2) read from a stream of bytes. Reconnecting is left to the caller, who knows
//! which operation to call again and with which `Last-Event-ID`.

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::{decode_error::DecodeError, error::Error, payload, stream::ByteStream};

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
    /// How long to wait before connecting again, when the server has said so since the event before.
    pub retry: Option<Duration>,
}

impl Event {
    /// The data as JSON.
    ///
    /// # Errors
    /// When the data is not JSON, or is not what the document says.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        payload::decode(self.data.as_bytes())
    }
}

/// A body as server-sent events. It ends with the body, or after the first error.
///
/// It is a [`Stream`](futures_core::Stream), and has [`next`](Self::next) for who does not want a stream library.
pub struct EventStream {
    stream: Option<ByteStream>,
    parser: Parser,
}

impl EventStream {
    /// `limit` bounds the bytes of one event.
    pub(crate) fn new(stream: ByteStream, status: StatusCode, limit: usize) -> Self {
        Self {
            stream: Some(stream),
            parser: Parser {
                status,
                limit,
                ..Parser::default()
            },
        }
    }

    /// The next event, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for EventStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.parser.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(stream) = &mut this.stream else {
                return Poll::Ready(None);
            };
            let read = match std::task::ready!(Pin::new(stream).poll_next(cx)) {
                Some(Ok(bytes)) => this.parser.read(&bytes),
                Some(Err(error)) => Err(error),
                // An event that was not ended by an empty line is dropped (§9.2.6).
                None => {
                    this.stream = None;
                    Ok(())
                }
            };
            if let Err(error) = read {
                this.stream = None;
                this.parser.ready.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

#[derive(Default)]
struct Parser {
    status: StatusCode,
    limit: usize,
    /// The bytes of a line that has not ended.
    line: Vec<u8>,
    /// The last byte was a carriage return, so that a line feed now belongs to it.
    after_return: bool,
    /// A line was read before this one: no byte order mark can stand here.
    begun: bool,
    event: String,
    data: String,
    last_id: String,
    retry: Option<Duration>,
    ready: VecDeque<Event>,
}

impl Parser {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    self.end_line(&line);
                }
                byte => self.line.push(byte),
            }
            if self.line.len() + self.data.len() + self.event.len() > self.limit {
                return Err(Error::BodyTooLarge {
                    status: self.status,
                    limit: self.limit,
                });
            }
        }
        Ok(())
    }

    fn end_line(&mut self, line: &[u8]) {
        let first = !std::mem::replace(&mut self.begun, true);
        let line = if first {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        } else {
            line
        };
        if line.is_empty() {
            return self.end_event();
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event = value.to_owned(),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.last_id = value.to_owned(),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            // A comment, or a field that the standard does not know.
            _ => {}
        }
    }

    fn end_event(&mut self) {
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        if data.pop().is_none() {
            // Without a data line there is no event, but what was said about reconnecting holds.
            return;
        }
        let retry = self.retry.take();
        self.ready.push_back(Event {
            event: if event.is_empty() {
                "message".to_owned()
            } else {
                event
            },
            data,
            id: self.last_id.clone(),
            retry,
        });
    }
}
