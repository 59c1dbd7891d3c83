//! A body that is decoded piece by piece, over as many connections as it takes.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use oas_wire::Decode;
use oas_wire::items::ItemError;

use crate::{
    buffered_response::BufferedResponse, byte_stream::ByteStream, decode_error::DecodeError,
    error::Error, reconnect::Reconnect,
};

/// The items of a response. The first error ends it.
pub(crate) struct Feed<D> {
    pub(crate) status: StatusCode,
    decoder: D,
    source: Source,
    reconnect: Reconnect,
}

enum Source {
    Open(ByteStream),
    /// The body has ended; another connection may follow.
    Closed,
    /// Nothing follows.
    Ended,
}

impl<D: Decode> Feed<D> {
    pub(crate) fn new(
        stream: ByteStream,
        status: StatusCode,
        decoder: D,
        reconnect: Reconnect,
    ) -> Self {
        Self {
            status,
            decoder,
            source: Source::Open(stream),
            reconnect,
        }
    }

    /// Continues over another connection when one ends.
    pub(crate) fn reconnect(&mut self) {
        self.reconnect.want();
    }

    /// Drops what is left: nothing comes after an error.
    pub(crate) fn end(&mut self) {
        self.source = Source::Ended;
    }

    /// Takes the next item.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<D::Item, Error>>> {
        while !matches!(self.source, Source::Ended) {
            if let Some(item) = self.decoder.pop() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Err(error) = ready!(self.poll_source(cx)) {
                self.end();
                return Poll::Ready(Some(Err(error)));
            }
        }
        Poll::Ready(None)
    }

    /// Reads a piece, or opens another connection.
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Source::Open(stream) = &mut self.source else {
            return self.poll_reconnect(cx);
        };
        let status = self.status;
        let broken = |error| match error {
            ItemError::TooLong { limit } => Error::BodyTooLarge { status, limit },
            error => BufferedResponse::new(status, HeaderMap::new(), Bytes::new())
                .invalid(DecodeError::items(error)),
        };
        let read = match ready!(Pin::new(stream).poll_next(cx)) {
            Some(Ok(bytes)) => self.decoder.push(bytes).map_err(broken),
            Some(Err(Error::Communication(_))) if self.reconnect.is_wanted() => {
                self.source = Source::Closed;
                Ok(())
            }
            Some(Err(error)) => Err(error),
            None => {
                self.source = Source::Closed;
                self.decoder.finish().map_err(broken)
            }
        };
        Poll::Ready(read)
    }

    fn poll_reconnect(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let opened = match self.decoder.events() {
            Some(events) => {
                let opened = ready!(self.reconnect.poll(events, cx)).transpose();
                events.restart();
                opened
            }
            None => Ok(None),
        };
        Poll::Ready(opened.map(|stream| {
            self.source = stream.map_or(Source::Ended, Source::Open);
        }))
    }
}
