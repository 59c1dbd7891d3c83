//! Decodes a body piece by piece while it arrives: the ground of the streams of items and of parts.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream as _;
use oas_wire::Decode;
use oas_wire::items::ItemError;

use super::BodyStream;
use crate::{Location, Rejection, RequestViolation};

/// The items of a body.
pub(super) enum Feed<D> {
    /// The decoder, and the body until it has ended.
    Open(Option<BodyStream>, D),
    /// The body cannot be decoded, for this reason.
    Failed(Rejection),
    /// Nothing comes after an error.
    Ended,
}

impl<D: Decode> Feed<D> {
    pub(super) const fn new(decoder: D, body: BodyStream) -> Self {
        Self::Open(Some(body), decoder)
    }

    /// Creates the feed of a body that cannot be decoded.
    pub(super) fn failed(error: ItemError) -> Self {
        Self::Failed(rejection(error))
    }

    /// Sets the largest size of the body.
    pub(super) fn with_limit(self, limit: usize) -> Self {
        match self {
            Self::Open(body, decoder) => {
                Self::Open(body.map(|body| body.with_limit(limit)), decoder)
            }
            other => other,
        }
    }

    /// Drops what is left.
    pub(super) fn end(&mut self) {
        *self = Self::Ended;
    }

    /// Returns the next item.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<D::Item, Rejection>>> {
        while let Self::Open(body, decoder) = self {
            if let Some(item) = decoder.pop() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(stream) = body else {
                return Poll::Ready(None);
            };
            let read = match ready!(Pin::new(stream).poll_next(context)) {
                Some(Ok(bytes)) => decoder.push(bytes).map_err(rejection),
                Some(Err(error)) => Err(error.into()),
                None => {
                    *body = None;
                    decoder.finish().map_err(rejection)
                }
            };
            if let Err(error) = read {
                *self = Self::Failed(error);
            }
        }
        match std::mem::replace(self, Self::Ended) {
            Self::Failed(error) => Poll::Ready(Some(Err(error))),
            _ => Poll::Ready(None),
        }
    }
}

fn rejection(error: ItemError) -> Rejection {
    match error {
        ItemError::TooLong { limit } => Rejection::PayloadTooLarge { limit },
        error => RequestViolation::new(Location::Body, "", error.to_string()).into(),
    }
}
