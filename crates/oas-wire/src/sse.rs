//! Encodes and decodes server-sent events (WHATWG HTML §9.2).

use std::{collections::VecDeque, fmt, time::Duration};

use serde::Serialize;

/// A server-sent event. `Display` encodes it.
///
/// ```
/// use oas_wire::sse::Event;
///
/// let event = Event::new("two\nlines").kind("progress").id("7");
/// assert_eq!(event.to_string(), "event: progress\nid: 7\ndata: two\ndata: lines\n\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    data: String,
    kind: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
}

/// The fields of an [`Event`]; [`Event::into_fields`] returns them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fields {
    /// The data. In an event that was received, its lines are joined by line feeds.
    pub data: String,
    /// The type; `None` means `message`.
    pub kind: Option<String>,
    /// The id. In a decoded event without an id, it is the id of the last event that had one.
    pub id: Option<String>,
    /// The time for which a client waits before it reconnects.
    pub retry: Option<Duration>,
}

impl Event {
    /// Creates an event with `data`, which may have several lines.
    pub fn new(data: impl Into<String>) -> Self {
        Self {
            data: data.into(),
            ..Self::default()
        }
    }

    /// Creates an event whose data is a value serialized to JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if `data` cannot be serialized.
    pub fn json(data: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(data).map(Self::new)
    }

    /// Sets the `event` field, the type of the event. Line breaks, which would end the field, are replaced by spaces.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(one_line(kind.into()));
        self
    }

    /// Sets the `id` field. Line breaks and NUL, which it cannot contain, are replaced by spaces.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(one_line(id.into()));
        self
    }

    /// Sets the `retry` field, in whole milliseconds: the time for which a client waits before it reconnects.
    #[must_use]
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }

    /// Returns the fields.
    #[must_use]
    pub fn into_fields(self) -> Fields {
        Fields {
            data: self.data,
            kind: self.kind,
            id: self.id,
            retry: self.retry,
        }
    }
}

fn one_line(text: String) -> String {
    text.replace(['\r', '\n', '\0'], " ")
}

/// The event as the stream has it, with the empty line that ends it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = &self.kind {
            writeln!(f, "event: {kind}")?;
        }
        if let Some(id) = &self.id {
            writeln!(f, "id: {id}")?;
        }
        if let Some(retry) = self.retry {
            writeln!(f, "retry: {}", retry.as_millis())?;
        }
        // A lone carriage return ends a line as well.
        for line in self.data.replace("\r\n", "\n").split(['\n', '\r']) {
            writeln!(f, "data: {line}")?;
        }
        writeln!(f)
    }
}

/// The error of an event that is longer than the limit of the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {limit} bytes")]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

/// A decoder of a stream of events (§9.2.6), whose bytes can arrive in pieces of any size: [`push`](Self::push) adds bytes, and
/// [`pop`](Self::pop) returns the events that are complete. An event without an empty line after it is never complete.
///
/// ```
/// use oas_wire::sse::{Decoder, Event};
///
/// let mut decoder = Decoder::new(1024);
/// decoder.push(b"id: 7\ndata: 1\r").unwrap();
/// assert_eq!(decoder.pop(), None);
/// decoder.push(b"\n\r\ndata: 2\n\n").unwrap();
/// assert_eq!(decoder.pop(), Some(Event::new("1").id("7")));
/// assert_eq!(decoder.pop(), Some(Event::new("2").id("7")));
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    limit: usize,
    /// The bytes of a line that has not ended.
    line: Vec<u8>,
    /// The last byte was a carriage return, so that a line feed now belongs to it.
    after_return: bool,
    /// A line was read before this one: it cannot start with a byte order mark.
    begun: bool,
    kind: String,
    data: String,
    last_id: Option<String>,
    retry: Option<Duration>,
    /// The wait that the stream has asked for last.
    wait: Option<Duration>,
    ready: VecDeque<Event>,
}

impl Decoder {
    /// Creates a decoder of events that have at most `limit` bytes each.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Returns the id of the last event that had one, which a new connection sends as `Last-Event-ID`; `None` if no event had one.
    #[must_use]
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Returns the time to wait before connecting again, from the last `retry` field of the stream; `None` if there was none.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// Begins the stream of a new connection. An incomplete event of the last one is dropped; the last id, the wait and complete
    /// events are kept.
    pub fn restart(&mut self) {
        let Self {
            limit,
            last_id,
            wait,
            ready,
            ..
        } = std::mem::take(self);
        *self = Self {
            limit,
            last_id,
            wait,
            ready,
            ..Self::default()
        };
    }

    /// Removes and returns the next complete event; `None` if there is none.
    pub fn pop(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// Decodes the next bytes of the stream.
    ///
    /// # Errors
    ///
    /// Returns an error if an event is longer than the limit. The events before it can still be popped.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
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
            if self.line.len() + self.data.len() + self.kind.len() > self.limit {
                return Err(TooLong { limit: self.limit });
            }
        }
        Ok(())
    }

    fn end_line(&mut self, line: &[u8]) {
        let first = !std::mem::replace(&mut self.begun, true);
        let line = if first {
            crate::without_byte_order_mark(line)
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
            "event" => self.kind = value.to_owned(),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.last_id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
                self.wait = self.retry.or(self.wait);
            }
            // A comment, or a field that the standard does not know.
            _ => {}
        }
    }

    fn end_event(&mut self) {
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        if data.pop().is_none() {
            // Without a data line there is no event, but the wait before connecting again holds.
            return;
        }
        self.ready.push_back(Event {
            data,
            kind: (!kind.is_empty()).then_some(kind),
            id: self.last_id.clone(),
            retry: self.retry.take(),
        });
    }
}
