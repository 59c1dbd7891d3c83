//! Defines the server-sent events of a response (WHATWG HTML §9.2.6).

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

pub use oas_wire::sse::Event;

/// A stream of server-sent events, which responses of generated code contain.
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
    /// Wraps a stream of events of any type.
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
