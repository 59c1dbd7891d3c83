//! Reads the body in pieces, within limits.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderValue;
use http_body::Body as _;
use tokio::time::Sleep;

use crate::schema::miscount;
use crate::{Location, Rejection, RequestViolation};

/// A request body as a stream of pieces, in the order in which they are received.
///
/// It ends with an error if the body exceeds the limit ([`Builder::body_limit`](crate::Builder::body_limit), unless
/// [`BodyStream::with_limit`] sets another), or the next piece takes longer than
/// [`Builder::body_timeout`](crate::Builder::body_timeout).
#[derive(Debug)]
pub struct BodyStream {
    body: Body,
    media_type: Option<HeaderValue>,
    limit: usize,
    length: usize,
    /// The least and the greatest length of a valid body.
    valid: (u64, Option<u64>),
    time: Duration,
    /// Whether the time is for all pieces together.
    is_whole: bool,
    /// Runs while a piece is waited for, so that a body that is there already needs no timer.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// The reason why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The body exceeds the size limit.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body takes longer than the timeout.
    #[error("the body takes more than {time:?} to arrive")]
    TooSlow {
        /// The timeout.
        time: Duration,
    },
    /// The body has fewer bytes or more than its schema admits.
    #[error("the body {}", .0.message)]
    Invalid(RequestViolation),
    /// The connection was closed before the end of the body, or a layer returned an error.
    #[error("the body broke off")]
    Broken(#[source] BoxError),
}

impl BodyStream {
    pub(crate) fn new(
        body: Body,
        media_type: Option<HeaderValue>,
        limit: usize,
        time: Duration,
    ) -> Self {
        Self {
            body,
            media_type,
            limit,
            length: 0,
            valid: (0, None),
            time,
            is_whole: false,
            deadline: None,
        }
    }

    /// Returns the `Content-Type` of the request, for an operation that consumes a range of media types; `None` if it
    /// is not text.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_ref()?.to_str().ok()
    }

    /// Sets the largest size of the body, in bytes, instead of [`Builder::body_limit`](crate::Builder::body_limit).
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the least and the greatest length of a valid body.
    pub(super) fn within(mut self, least: u64, most: Option<u64>) -> Self {
        self.valid = (least, most);
        self
    }

    /// Returns the next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns a [`BodyError`] if the body exceeds a limit or breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        std::future::poll_fn(|context| self.poll_piece(context))
            .await
            .transpose()
    }

    /// Has the time limit hold for all pieces together.
    pub(super) fn whole_is_timed(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// Has the time limit hold for each of the pieces that are left.
    pub(super) fn pieces_are_timed(&mut self) {
        self.is_whole = false;
        self.deadline = None;
    }

    /// Returns the rest of the body in one piece. The timeout applies to the whole rest.
    ///
    /// # Errors
    ///
    /// Returns a [`BodyError`] if the body exceeds a limit or breaks off.
    pub async fn read_all(self) -> Result<Bytes, BodyError> {
        let mut this = self.whole_is_timed();
        let Some(first) = this.next().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = this.next().await? else {
            // Most bodies are one piece, which need not be copied.
            return Ok(first);
        };
        let mut all = Segments::default();
        all.extend(&first);
        all.extend(&second);
        // Not held while others are waited for: a piece can share the memory of all that the connection has read ahead.
        drop((first, second));
        while let Some(piece) = this.next().await? {
            all.extend(&piece);
        }
        Ok(all.join())
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => return self.poll_deadline(context),
            };
            if !self.is_whole {
                self.deadline = None;
            }
            match frame {
                None => return Poll::Ready(self.misfit(self.valid.0).map(Err)),
                Some(Err(error)) => return Poll::Ready(Some(Err(BodyError::Broken(error.into())))),
                Some(Ok(frame)) => {
                    // Trailers are of no use to anybody here.
                    let Ok(piece) = frame.into_data() else {
                        continue;
                    };
                    self.length = self.length.saturating_add(piece.len());
                    if self.length > self.limit {
                        self.body = Body::empty();
                        return Poll::Ready(Some(Err(BodyError::TooLarge { limit: self.limit })));
                    }
                    if let Some(error) = self.misfit(0) {
                        return Poll::Ready(Some(Err(error)));
                    }
                    return Poll::Ready(Some(Ok(piece)));
                }
            }
        }
    }

    /// Ends the body with an error if it has fewer bytes than `least`, or more than are valid.
    fn misfit(&mut self, least: u64) -> Option<BodyError> {
        let message = miscount(self.length as u64, least, self.valid.1, "byte")?;
        self.body = Body::empty();
        self.valid = (0, None);
        let violation = RequestViolation::new(Location::Body, "", message);
        Some(BodyError::Invalid(violation))
    }

    fn poll_deadline(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        let time = self.time;
        if time == Duration::MAX {
            return Poll::Pending;
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        deadline.as_mut().poll(context).map(|()| {
            self.body = Body::empty();
            Some(Err(BodyError::TooSlow { time }))
        })
    }
}

/// A body that is collected before its length is known.
///
/// It grows by segments: one block that doubled would be copied each time, and leave a hole of its size in the heap, which
/// thousands of bodies without an end turn into as much memory as they have themselves.
#[derive(Default)]
struct Segments {
    full: Vec<Bytes>,
    last: BytesMut,
}

impl Segments {
    const LENGTH: usize = 64 * 1024;

    fn extend(&mut self, mut piece: &[u8]) {
        while self.last.len() + piece.len() > Self::LENGTH {
            let (now, later) = piece.split_at(Self::LENGTH - self.last.len());
            self.last.extend_from_slice(now);
            let next = BytesMut::with_capacity(Self::LENGTH);
            self.full
                .push(std::mem::replace(&mut self.last, next).freeze());
            piece = later;
        }
        self.last.extend_from_slice(piece);
    }

    fn join(self) -> Bytes {
        let Self { mut full, last } = self;
        if full.is_empty() {
            return last.freeze();
        }
        full.push(last.freeze());
        full.concat().into()
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
    }
}

impl From<BodyError> for Rejection {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { limit } => Self::PayloadTooLarge { limit },
            BodyError::TooSlow { .. } => Self::RequestTimeout,
            BodyError::Invalid(violation) => violation.into(),
            BodyError::Broken(_) => {
                RequestViolation::new(Location::Body, "", "could not be read to its end").into()
            }
        }
    }
}
