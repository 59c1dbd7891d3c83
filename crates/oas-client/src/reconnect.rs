//! Events of a new connection where one has ended (WHATWG HTML §9.2.3).

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderName, HeaderValue, StatusCode};
use oas_wire::sse;

use crate::{core::Repeatable, error::Error, stream::ByteStream};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The wait before reconnecting if the server has not set one, and the longest one while it cannot be
/// reached.
const WAIT: Duration = Duration::from_secs(3);
const MAX_DELAY: Duration = Duration::from_secs(60);

/// The request that an event stream came from, to be sent again once somebody wants that.
#[derive(Default)]
pub(crate) struct Reconnect {
    call: Option<Box<Repeatable>>,
    is_wanted: bool,
    pending: Option<Opening>,
}

/// The body of a connection that is being opened; `None` where the server has ended the stream.
type Opening = Pin<Box<dyn Future<Output = Result<Option<ByteStream>, Error>> + Send>>;

impl Reconnect {
    pub(crate) fn new(call: Option<Box<Repeatable>>) -> Self {
        Self {
            call,
            ..Self::default()
        }
    }

    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.is_wanted && self.call.is_some()
    }

    /// Returns the body of the next connection; `None` if there is none.
    pub(crate) fn poll(
        &mut self,
        events: &sse::Decoder,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<ByteStream, Error>>> {
        if self.pending.is_none() {
            let call = self.call.as_ref().filter(|_| self.is_wanted);
            let Some(mut call) = call.and_then(|call| call.try_clone()) else {
                return Poll::Ready(None);
            };
            // An id that no header can hold was none of this server's events.
            let id = events.last_event_id().filter(|id| !id.is_empty());
            if let Some(Ok(id)) = id.map(HeaderValue::try_from) {
                call.set_header(LAST_EVENT_ID, id);
            }
            self.pending = Some(Box::pin(connect(call, events.wait().unwrap_or(WAIT))));
        }
        let Some(pending) = &mut self.pending else {
            return Poll::Ready(None);
        };
        let opened = std::task::ready!(pending.as_mut().poll(cx));
        self.pending = None;
        Poll::Ready(opened.transpose())
    }
}

/// Sends the request again, until the server can be reached.
async fn connect(call: Box<Repeatable>, mut wait: Duration) -> Result<Option<ByteStream>, Error> {
    loop {
        tokio::time::sleep(wait).await;
        match call.send().await {
            // That is how a server ends a stream.
            Ok(response) if response.status() == StatusCode::NO_CONTENT => return Ok(None),
            Ok(response) if response.status() == StatusCode::OK => {
                return Ok(Some(response.into_stream().into_inner()));
            }
            Ok(response) => return Err(response.read().await?.unexpected()),
            Err(Error::Communication(error)) => {
                tracing::debug!(%error, "the event stream cannot be opened again yet");
                wait = wait.saturating_mul(2).clamp(wait, MAX_DELAY.max(wait));
            }
            Err(error) => return Err(error),
        }
    }
}

impl fmt::Debug for Reconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconnect")
            .field("is_wanted", &self.is_wanted)
            .finish_non_exhaustive()
    }
}
