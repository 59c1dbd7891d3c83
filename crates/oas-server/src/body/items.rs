//! Reads the body as a sequence of items (OpenAPI 3.2.0, Sequential Media Types), each validated and decoded on
//! arrival.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http_body::Body as _;
use oas_wire::items::{Decoder, Framing};
use serde::de::DeserializeOwned;

use super::feed::Feed;
use crate::schema::{Static, decode_request};
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Location, Rejection, Request, RequestViolation, Violations, decode};

/// A request body as a stream of items. It ends with the body, or after the first error, which is a rejection: a
/// handler can return it with `?`, as for any other invalid body.
///
/// The pointer of a violation begins with the number of the item, counted from 0, such as `/2/name`.
pub struct ItemStream<T, S: Storage = Static> {
    feed: Feed<Decoder>,
    schema: S::Ref,
    settings: Arc<Settings<S>>,
    /// The number of items that were taken.
    count: usize,
    item: PhantomData<fn() -> T>,
}

impl<S: Storage> Request<S> {
    /// Returns the body as a stream of items, which are separated by `framing`, and each validated by `schema`. Returns
    /// `None` if there is no body; the absence of a required one is added to `violations`.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::UnsupportedMediaType`] and [`Rejection::UnsupportedEncoding`] under the conditions of
    /// [`Request::bytes`].
    pub fn items<T: DeserializeOwned>(
        &mut self,
        framing: Framing,
        schema: S::Ref,
        violations: &mut Violations,
    ) -> Result<Option<ItemStream<T, S>>, Rejection> {
        // Without any item, a multipart body still has its boundary.
        let is_absent = framing == Framing::Parts && self.body.is_end_stream();
        let body = match is_absent {
            true => self.absent(violations),
            false => self.stream(violations)?,
        };
        let limit = self.settings.body_limit;
        Ok(body.map(|body| ItemStream {
            feed: Feed::new(Decoder::new(framing, body.media_type(), limit), body),
            schema,
            settings: Arc::clone(&self.settings),
            count: 0,
            item: PhantomData,
        }))
    }
}

impl<T: DeserializeOwned, S: Storage> ItemStream<T, S> {
    /// Sets the largest size of the whole body, in bytes, instead of
    /// [`Builder::body_limit`](crate::Builder::body_limit), which remains the limit of each item.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.feed = self.feed.with_limit(limit);
        self
    }

    /// Returns the next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns a rejection if the item or the body is invalid.
    pub async fn next(&mut self) -> Result<Option<T>, Rejection> {
        std::future::poll_fn(|context| self.poll_item(context))
            .await
            .transpose()
    }

    /// Returns all remaining items.
    ///
    /// # Errors
    ///
    /// Returns a rejection for the first invalid item, or an invalid body.
    pub async fn read_all(mut self) -> Result<Vec<T>, Rejection> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await? {
            items.push(item);
        }
        Ok(items)
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Rejection>>> {
        let text = ready!(self.feed.poll(context));
        let item = text.map(|text| self.decode(&text?));
        if matches!(item, Some(Err(_))) {
            self.feed.end();
        }
        Poll::Ready(item)
    }

    fn decode(&mut self, text: &str) -> Result<T, Rejection> {
        let index = self.count;
        self.count += 1;
        let table = (&self.settings.tables, self.schema);
        if let Some(item) = decode_request::<S, T>(table.0, table.1, text) {
            return Ok(item);
        }
        let (index, mut violations) = (index.to_string(), Violations::new());
        let name = Some(index.as_str());
        let item = decode::explained::<S, T>(table, text, Location::Body, name, &mut violations);
        violations.into_result()?;
        // Without an item, there is a violation.
        item.ok_or_else(|| RequestViolation::new(Location::Body, "", "cannot be read").into())
    }
}

impl<T: DeserializeOwned, S: Storage> Stream for ItemStream<T, S>
where
    S::Ref: Unpin,
{
    type Item = Result<T, Rejection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

impl<T, S: Storage> fmt::Debug for ItemStream<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream")
    }
}
