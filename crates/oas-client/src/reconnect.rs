//! Events of a new connection where one has ended (WHATWG HTML §9.2.3).

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::HeaderValue;
use oas_wire::sse;

use crate::{byte_stream::ByteStream, error::Error};

/// The wait before reconnecting if the server has not set one.
const WAIT: Duration = Duration::from_secs(3);

/// Sends a request again after a wait, with the id of the last event; `None` if it cannot be sent again.
pub(crate) type Open = Box<dyn Fn(Option<HeaderValue>, Duration) -> Option<Opening> + Send + Sync>;

/// The request that an event stream came from, to be sent again once somebody wants that.
#[derive(Default)]
pub(crate) struct Reconnect {
    open: Option<Open>,
    is_wanted: bool,
    pending: Option<Opening>,
}

/// The body of a connection that is being opened; `None` where the server has ended the stream.
pub(crate) type Opening = Pin<Box<dyn Future<Output = Result<Option<ByteStream>, Error>> + Send>>;

impl Reconnect {
    pub(crate) fn new(open: Option<Open>) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.is_wanted && self.open.is_some()
    }

    /// Returns the body of the next connection; `None` if there is none.
    pub(crate) fn poll(
        &mut self,
        events: &sse::Decoder,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<ByteStream, Error>>> {
        if self.pending.is_none() {
            // An id that no header can hold was none of this server's events.
            let id = events.last_event_id().filter(|id| !id.is_empty());
            let id = id.and_then(|id| HeaderValue::try_from(id).ok());
            let open = self.open.as_ref().filter(|_| self.is_wanted);
            self.pending = open.and_then(|open| open(id, events.wait().unwrap_or(WAIT)));
        }
        let Some(pending) = &mut self.pending else {
            return Poll::Ready(None);
        };
        let opened = std::task::ready!(pending.as_mut().poll(cx));
        self.pending = None;
        Poll::Ready(opened.transpose())
    }
}

impl fmt::Debug for Reconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconnect")
            .field("is_wanted", &self.is_wanted)
            .finish_non_exhaustive()
    }
}
