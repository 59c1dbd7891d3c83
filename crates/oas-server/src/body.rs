//! Reads request bodies within limits, and decodes them by media type.
//!
//! An unsupported media type or size ends the request at once; violations *in* a body are collected.

mod encoding;
mod feed;
mod items;
mod multipart;
mod part_rules;
mod parts;
mod stream;

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use http_body::Body as _;
use oas_wire::{MediaType, form, style};
use serde::de::DeserializeOwned;

pub use encoding::Encoding;
pub use items::ItemStream;
pub use multipart::{Multipart, Part, PartStream, ValuePart};
pub use part_rules::{NamedPartRule, PartContent, PartRule, PartRules};
pub use parts::BodyParts;
pub use stream::{BodyError, BodyStream};

use self::multipart::Failure;
use crate::parameters::{ExpectedTypes, violation};
use crate::schema::miscount;
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Location, Rejection, Request, RequestViolation, Violations, decode};

/// Methods that read the request body. Only one of them can be called, once: the body is empty afterwards.
impl<S: Storage> Request<S> {
    /// Returns the media type of the body, as an index into [`Operation::consumes`](crate::Operation::consumes). Returns `None`
    /// if there is no body or no `Content-Type`. A body that has bytes but no `Content-Type` is rejected by the methods that read
    /// it as a whole, and is absent for those that return a stream.
    ///
    /// A body of zero bytes is present if the request names one of these media types, and absent otherwise: `Content-Type`
    /// describes a representation, and a request without one has no use for it (RFC 9110 §8.3). Nothing else on the wire
    /// distinguishes an empty text from no text. In JSON and multipart, zero bytes represent nothing.
    ///
    /// The most specific entry is chosen: the media type itself before `application/*` before `*/*`.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::UnsupportedMediaType`] if the operation does not consume the media type.
    pub fn media_type(&self) -> Result<Option<usize>, Rejection> {
        Ok(self.consumed()?.map(|(index, _)| index))
    }

    /// Returns the media type of the body, and its index in those that the operation consumes.
    fn consumed(&self) -> Result<Option<(usize, MediaType<'_>)>, Rejection> {
        if !self.is_typed() {
            return Ok(None);
        }
        let consumed = self.content_type().and_then(|media_type| {
            let index = media_type.closest(&self.operation().consumes)?;
            Some((index, media_type))
        });
        match consumed {
            None if !self.body.is_end_stream() => Err(self.unsupported()),
            consumed => Ok(consumed),
        }
    }

    /// Returns whether the body is JSON in UTF-8, written as nearly all senders write it, and the operation consumes nothing else.
    /// Otherwise the media type has to be parsed.
    fn is_plain_json(&self) -> bool {
        let [only] = &*self.operation().consumes else {
            return false;
        };
        let field = self.parts().headers.get(CONTENT_TYPE);
        **only == *"application/json"
            && field.is_some_and(|field| {
                PLAIN_JSON
                    .iter()
                    .any(|plain| field.as_bytes().eq_ignore_ascii_case(plain.as_bytes()))
            })
    }

    fn is_typed(&self) -> bool {
        self.parts().headers.contains_key(CONTENT_TYPE)
    }

    fn unsupported(&self) -> Rejection {
        Rejection::UnsupportedMediaType {
            expected: self
                .operation()
                .consumes
                .iter()
                .map(|name| name.to_string())
                .collect(),
        }
    }

    /// Rejects a body with a content coding, which nothing here decodes.
    fn require_identity(&self) -> Result<(), Rejection> {
        if self.body.is_end_stream() {
            return Ok(());
        }
        require_identity(&self.parts().headers)
    }

    /// Validates the content coding as [`Request::require_identity`] does, for a body that is passed on unchanged: an
    /// operation that has the content coding for an input decodes it itself.
    fn require_known_encoding(&self) -> Result<(), Rejection> {
        if self.reads_content_encoding() {
            Ok(())
        } else {
            self.require_identity()
        }
    }

    fn content_type(&self) -> Option<MediaType<'_>> {
        content_type(&self.parts().headers)
    }

    /// Reads a JSON body, validates it by `schema` and decodes it. Returns `None` if the body is absent or invalid;
    /// unless an optional body is absent, the reasons are added to `violations`.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::UnsupportedMediaType`] if the operation does not consume the media type, the body has no
    /// `Content-Type`, or its charset is neither UTF-8 nor US-ASCII; [`Rejection::UnsupportedEncoding`] for a compressed body;
    /// [`Rejection::PayloadTooLarge`] beyond [`Builder::body_limit`](crate::Builder::body_limit); and
    /// [`Rejection::RequestTimeout`] beyond [`Builder::body_timeout`](crate::Builder::body_timeout).
    pub async fn json<T: DeserializeOwned>(
        &mut self,
        schema: S::Ref,
        violations: &mut Violations,
    ) -> Result<Option<T>, Rejection> {
        let bytes = self.read_text(Empty::Absent, violations).await?;
        let text = bytes.as_deref().and_then(|bytes| text(bytes, violations));
        Ok(text.and_then(|text| self.decode(schema, text, violations)))
    }

    /// Reads an `application/x-www-form-urlencoded` body whose properties have the default encoding: scalars as text,
    /// lists as repeated fields, nested values as JSON.
    ///
    /// A body of zero bytes with a `Content-Type` is an empty form, not an absent body. In all else, this is the same as
    /// [`Request::json`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::json`].
    pub async fn form<T: DeserializeOwned>(
        &mut self,
        schema: S::Ref,
        violations: &mut Violations,
    ) -> Result<Option<T>, Rejection> {
        self.form_encoded(schema, &[], violations).await
    }

    /// Reads a form as [`Request::form`] does, with the encodings of the properties whose encoding is not the default
    /// (OpenAPI 3.0.4, Encoding Object). Returns `None` if the body is absent or invalid.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::json`].
    pub async fn form_encoded<T: DeserializeOwned>(
        &mut self,
        schema: S::Ref,
        encodings: &[Encoding<S>],
        violations: &mut Violations,
    ) -> Result<Option<T>, Rejection> {
        let bytes = self.read_text(Empty::Valid, violations).await?;
        let Some(text) = bytes.as_deref().and_then(|bytes| text(bytes, violations)) else {
            return Ok(None);
        };
        let encodings = encodings
            .iter()
            .map(|encoding| (&*encoding.name, encoding.serialization));
        let expected = ExpectedTypes::<S>::new(&self.settings.tables, schema);
        Ok(match form::decode(text, encodings, expected) {
            Ok(json) => self.decode(schema, &json, violations),
            Err(error) => {
                violations.push(violation(Location::Body, None, &error));
                None
            }
        })
    }

    /// Reads a text body, and converts it to the type of `schema`, usually a string.
    ///
    /// A body of zero bytes with a `Content-Type` is an empty text, not an absent body. In all else, this is the same as
    /// [`Request::json`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::json`].
    pub async fn text<T: DeserializeOwned>(
        &mut self,
        schema: S::Ref,
        violations: &mut Violations,
    ) -> Result<Option<T>, Rejection> {
        let bytes = self.read_text(Empty::Valid, violations).await?;
        let text = bytes.as_deref().and_then(|bytes| text(bytes, violations));
        Ok(text.and_then(|text| {
            let json =
                style::decode_scalar(text, ExpectedTypes::<S>::new(&self.settings.tables, schema));
            self.decode(schema, &json, violations)
        }))
    }

    /// Reads a `multipart/form-data` body. Parts beyond [`Builder::form_memory`](crate::Builder::form_memory) are
    /// stored in temporary files. The returned form decodes its fields one by one. Returns `None` if the body is absent
    /// or no form; unless an optional body is absent, the reason is added to `violations`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::json`], except that every charset is accepted, and [`Rejection::Internal`] if a temporary
    /// file cannot be written.
    pub async fn multipart(
        &mut self,
        violations: &mut Violations,
    ) -> Result<Option<Multipart<S>>, Rejection> {
        self.require_identity()?;
        self.media_type()?;
        check_length(&self.parts().headers, self.settings.body_limit)?;
        let mut body = self.take_body().whole_is_timed();
        let Some(first) = body.next().await? else {
            return Ok(self.absent(violations));
        };
        if !self.is_typed() {
            return Err(self.unsupported());
        }
        let content_type = self.parts().headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|field| field.to_str().ok());
        let memory = self.settings.form_memory;
        match multipart::collect(content_type.unwrap_or_default(), first, body, memory).await {
            Ok(parts) => Ok(Some(Multipart::new(parts, Arc::clone(&self.settings)))),
            Err(Failure::Malformed(message)) => {
                violations.push(RequestViolation::new(Location::Body, "", message));
                Ok(None)
            }
            Err(Failure::Body(error)) => Err(error.into()),
            Err(Failure::Io(error)) => {
                tracing::error!(%error, "a part of a form cannot be written to a temporary file");
                let reason = "the form could not be stored";
                Err(Rejection::Internal { reason })
            }
        }
    }

    /// Reads a body without decoding it. Returns `None` if it is absent; the absence of a required body is added to
    /// `violations`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::json`], except that every charset is accepted. A compressed body is rejected
    /// unless the header `Content-Encoding` was decoded as a [`Parameter`](crate::Parameter) before.
    pub async fn bytes(&mut self, violations: &mut Violations) -> Result<Option<Bytes>, Rejection> {
        self.require_known_encoding()?;
        self.media_type()?;
        self.read_typed(Empty::Valid, violations).await
    }

    /// Reads a body whose media type was validated.
    async fn read_typed(
        &mut self,
        empty: Empty,
        violations: &mut Violations,
    ) -> Result<Option<Bytes>, Rejection> {
        let bytes = self.read().await?;
        if bytes.is_empty() {
            let is_there = empty == Empty::Valid && self.media_type()?.is_some();
            Ok(if is_there {
                Some(bytes)
            } else {
                self.absent(violations)
            })
        } else if self.is_typed() {
            Ok(Some(bytes))
        } else {
            Err(self.unsupported())
        }
    }

    /// Returns the body as a stream of pieces. Returns `None` if it is absent or has no `Content-Type`; if the operation requires
    /// a body, the absence is added to `violations`.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::UnsupportedMediaType`] if the operation does not consume the media type, and
    /// [`Rejection::UnsupportedEncoding`] under the conditions of [`Request::bytes`].
    pub fn stream(&mut self, violations: &mut Violations) -> Result<Option<BodyStream>, Rejection> {
        self.require_known_encoding()?;
        if self.media_type()?.is_none() {
            return Ok(self.absent(violations));
        }
        Ok(Some(self.take_body()))
    }

    /// Returns the body as [`Request::stream`] does, if it has at least `least` bytes and at most `most`: `minLength` and `maxLength`
    /// of its schema. A length that the request announces is validated at once; otherwise, the stream ends with an error as soon as it
    /// has more bytes, or with fewer.
    ///
    /// With a content coding, which the operation has as a parameter, the length is not validated: it is that of other bytes.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::stream`].
    pub fn stream_within(
        &mut self,
        least: u64,
        most: Option<u64>,
        violations: &mut Violations,
    ) -> Result<Option<BodyStream>, Rejection> {
        let announced = self.body.size_hint().exact();
        let is_coded = self.require_identity().is_err();
        let Some(body) = self.stream(violations)? else {
            return Ok(None);
        };
        match announced.and_then(|length| miscount(length, least, most, "byte")) {
            _ if is_coded => Ok(Some(body)),
            Some(message) => {
                violations.push(RequestViolation::new(Location::Body, "", message));
                Ok(None)
            }
            None => Ok(Some(body.within(least, most))),
        }
    }

    /// Returns `None`, the value of an absent body, and adds a violation if the operation requires a body.
    fn absent<T>(&self, violations: &mut Violations) -> Option<T> {
        if self.operation().body_required {
            violations.push(RequestViolation::new(Location::Body, "", "is required"));
        }
        None
    }

    fn decode<T: DeserializeOwned>(
        &self,
        schema: S::Ref,
        json: &str,
        violations: &mut Violations,
    ) -> Option<T> {
        let table = (&self.settings.tables, schema);
        decode::checked::<S, T>(table, json, Location::Body, None, violations)
    }

    async fn read_text(
        &mut self,
        empty: Empty,
        violations: &mut Violations,
    ) -> Result<Option<Bytes>, Rejection> {
        self.require_identity()?;
        if self.is_plain_json() {
            return self.read_typed(empty, violations).await;
        }
        let consumed = self.consumed()?;
        if consumed.is_some_and(|(_, media_type)| !is_utf8(&media_type)) {
            return Err(self.unsupported());
        }
        self.read_typed(empty, violations).await
    }

    /// Reads the body up to the limit.
    async fn read(&mut self) -> Result<Bytes, Rejection> {
        let body = std::mem::take(&mut self.body);
        read(body, &self.parts().headers, &self.settings).await
    }

    fn take_body(&mut self) -> BodyStream {
        let media_type = self.parts().headers.get(CONTENT_TYPE).cloned();
        let body = std::mem::take(&mut self.body);
        let settings = &self.settings;
        BodyStream::new(body, media_type, settings.body_limit, settings.body_timeout)
    }
}

/// What zero bytes are in a media type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// A representation, such as an empty text.
    Valid,
    /// No representation: a request with zero bytes has no body.
    Absent,
}

/// What is mostly in `Content-Type` where a body is JSON.
const PLAIN_JSON: [&str; 3] = [
    "application/json",
    "application/json;charset=utf-8",
    "application/json; charset=utf-8",
];

/// Decodes a text body. Bytes that are not valid UTF-8 are added to `violations`.
fn text<'b>(bytes: &'b [u8], violations: &mut Violations) -> Option<&'b str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let message = format!("is not UTF-8 at byte {}", error.valid_up_to());
            violations.push(RequestViolation::new(Location::Body, "", message));
            None
        }
    }
}

/// Reads a body as a whole, within the limits of the server.
pub(crate) async fn read<S: Storage>(
    body: Body,
    headers: &HeaderMap,
    settings: &Settings<S>,
) -> Result<Bytes, Rejection> {
    let limit = settings.body_limit;
    check_length(headers, limit)?;
    let body = BodyStream::new(body, None, limit, settings.body_timeout);
    Ok(body.read_all().await?)
}

/// Rejects a body whose announced length is over the limit, before it is read.
fn check_length(headers: &HeaderMap, limit: usize) -> Result<(), Rejection> {
    let length = headers.get(CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    match length.is_some_and(|length| length > limit as u64) {
        true => Err(Rejection::PayloadTooLarge { limit }),
        false => Ok(()),
    }
}

/// Rejects a content coding of a body that is decoded here.
pub(crate) fn require_identity(headers: &HeaderMap) -> Result<(), Rejection> {
    let mut lines = headers.get_all(CONTENT_ENCODING).iter();
    let is_identity = |line: &HeaderValue| line.as_bytes().eq_ignore_ascii_case(b"identity");
    match lines.all(is_identity) {
        true => Ok(()),
        false => Err(Rejection::UnsupportedEncoding),
    }
}

/// Parses the media type of a body; returns `None` if the header has no valid one.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<MediaType<'_>> {
    let field = headers.get(CONTENT_TYPE)?;
    MediaType::parse(field.to_str().ok()?).ok()
}

/// Returns whether the text is UTF-8, as far as the charset shows.
pub(crate) fn is_utf8(media_type: &MediaType<'_>) -> bool {
    let known = ["utf-8", "utf8", "us-ascii"];
    media_type.parameter("charset").is_none_or(|charset| {
        known
            .iter()
            .any(|known| charset.eq_ignore_ascii_case(known))
    })
}
