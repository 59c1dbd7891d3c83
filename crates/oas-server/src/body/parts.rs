//! Reads the parts of a multipart body without names (OpenAPI 3.2.0, Encoding By Position), and validates each of them.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http_body::Body as _;
use oas_wire::multipart::{BodyPart, PartDecoder};

use super::BodyStream;
use super::feed::Feed;
use super::part_rules::PartRules;
use crate::schema::{Direction, Static};
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Rejection, Request, Violations};

/// A request body as a stream of parts, each validated before it is returned. It ends with the body, or after the first
/// error, which is a rejection: a handler can return it with `?`.
///
/// The pointer of a violation begins with the position of the part, counted from 0, such as `/2/name`. Each part is
/// held in memory as a whole, and [`Builder::body_limit`](crate::Builder::body_limit) limits its size.
pub struct BodyParts<R = &'static PartRules, S: Storage = Static> {
    feed: Feed<PartDecoder>,
    rules: R,
    settings: Arc<Settings<S>>,
    /// The number of parts that were taken.
    count: usize,
    /// Whether the body has ended, or an error was returned.
    is_over: bool,
}

impl<S: Storage> Request<S> {
    /// Returns the body as a stream of parts, each validated by `rules`. Returns `None` if there is no body; the
    /// absence of a required one is added to `violations`.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::UnsupportedMediaType`] for another media type, and [`Rejection::UnsupportedEncoding`] for a
    /// compressed body.
    pub fn body_parts<R: Deref<Target = PartRules<S>>>(
        &mut self,
        rules: R,
        violations: &mut Violations,
    ) -> Result<Option<BodyParts<R, S>>, Rejection> {
        self.require_identity()?;
        // Without any part, there still is a boundary.
        let body = match self.body.is_end_stream() {
            true => self.absent(violations),
            false => self.stream(violations)?,
        };
        let limit = self.settings.body_limit;
        let feed =
            |body: BodyStream| match PartDecoder::new(body.media_type().unwrap_or_default(), limit)
            {
                Ok(decoder) => Feed::new(decoder, body),
                Err(error) => Feed::failed(error.into()),
            };
        Ok(body.map(|body| BodyParts {
            feed: feed(body),
            rules,
            settings: Arc::clone(&self.settings),
            count: 0,
            is_over: false,
        }))
    }
}

impl<R: Deref<Target = PartRules<S>>, S: Storage> BodyParts<R, S> {
    /// Sets the largest size of the whole body, in bytes, instead of
    /// [`Builder::body_limit`](crate::Builder::body_limit), which remains the limit of each part.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.feed = self.feed.with_limit(limit);
        self
    }

    /// Returns the next part; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns a rejection if the part or the body is invalid.
    pub async fn next(&mut self) -> Result<Option<BodyPart>, Rejection> {
        std::future::poll_fn(|context| self.poll_part(context))
            .await
            .transpose()
    }

    /// Returns all remaining parts.
    ///
    /// # Errors
    ///
    /// Returns a rejection for the first invalid part, or an invalid body.
    pub async fn read_all(mut self) -> Result<Vec<BodyPart>, Rejection> {
        let mut parts = Vec::new();
        while let Some(part) = self.next().await? {
            parts.push(part);
        }
        Ok(parts)
    }

    fn poll_part(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyPart, Rejection>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let part = match ready!(self.feed.poll(context)) {
            None => {
                let mut violations = Violations::new();
                self.rules.check_count(self.count, &mut violations);
                violations.into_result().err().map(Err)
            }
            Some(part) => {
                let index = self.count;
                self.count += 1;
                Some(part.and_then(|part| {
                    let mut violations = Violations::new();
                    let tables = &self.settings.tables;
                    self.rules
                        .check(tables, Direction::Request, index, &part, &mut violations);
                    violations.into_result()?;
                    Ok(part)
                }))
            }
        };
        if !matches!(part, Some(Ok(_))) {
            self.is_over = true;
            self.feed.end();
        }
        Poll::Ready(part)
    }
}

impl<R: Deref<Target = PartRules<S>> + Unpin, S: Storage> Stream for BodyParts<R, S> {
    type Item = Result<BodyPart, Rejection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_part(context)
    }
}

impl<R, S: Storage> fmt::Debug for BodyParts<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyParts")
    }
}
