//! Server-sent events (WHATWG HTML §9.2.6): one event and its text.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde::Serialize;

/// An event of an event stream.
///
/// ```
/// use oas_server::sse::Event;
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

impl Event {
    /// An event with `data`, which may have several lines.
    pub fn new(data: impl Into<String>) -> Self {
        Self {
            data: data.into(),
            ..Self::default()
        }
    }

    /// An event whose data is JSON.
    ///
    /// # Errors
    ///
    /// Where `data` cannot be written as JSON.
    pub fn json(data: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(data).map(Self::new)
    }

    /// The `event` field. Line breaks, which would end the field, become blanks.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(one_line(kind.into()));
        self
    }

    /// The `id` field. Line breaks and NUL, which it cannot hold, become blanks.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(one_line(id.into()));
        self
    }

    /// The `retry` field, in whole milliseconds: how long a client waits before it reconnects.
    #[must_use]
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
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

/// Events of any origin, as generated code answers with them.
///
/// ```
/// use oas_server::sse::{Event, EventStream};
///
/// # fn example(events: impl futures_core::Stream<Item = Event> + Send + 'static) {
/// let events = EventStream::new(events);
/// # }
/// ```
pub struct EventStream(Pin<Box<dyn Stream<Item = Event> + Send>>);

impl EventStream {
    /// Hides the type of a stream.
    pub fn new(events: impl Stream<Item = Event> + Send + 'static) -> Self {
        Self(Box::pin(events))
    }
}

impl Stream for EventStream {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
