//! Validates the items of a streamed body as they are passed on: events, JSON Lines, JSON text sequences.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use oas_codegen::model::Bounds;
use oas_document::openapi::{MediaKind, MediaType};
use oas_document::schema::{Schema, SchemaTables, Type};
use oas_document::{Direction, Version};
use oas_server::ExpectedTypes;
use oas_server::schema::{Owned, SchemaId, Tables, miscount};
use oas_wire::items::{Decoder, Framing, ItemError};
use oas_wire::style;

use crate::body::{self, Coding, MAX_SIZE};
use crate::response_check::{self, Findings, ResponseViolation};

/// The number of compressed bytes that are unpacked at once, which limits the memory that a piece of a body needs.
const PIECE: usize = 4096;

/// The rule that the items of a stream are validated by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ItemRule {
    schema: SchemaId,
    framing: Framing,
    described: Described,
}

/// The part of an item that the schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Described {
    /// The item itself. For events, it is an object with their fields.
    Item,
    /// The data of an event, which is JSON.
    Data,
    /// The data of an event, which is a scalar.
    Text,
}

impl ItemRule {
    /// Returns the rule of a media type; `None` if it is not a sequence of items, or no schema describes them.
    ///
    /// `itemSchema` describes an item. Since OpenAPI 3.2, `schema` describes the array of all items (§ Sequential Media
    /// Types). Earlier versions do not define it for streams: by convention, it describes the data of an event, and an
    /// item of the other sequences.
    pub(crate) fn of<'d>(media: &MediaType<'d>, tables: &mut SchemaTables<'d>) -> Option<Self> {
        let framing = match media.kind() {
            MediaKind::Items(framing) => framing,
            _ => Framing::of(media.name)?,
        };
        let is_events = matches!(framing, Framing::Events | Framing::JsonEvents);
        if let Some(schema) = media.item_schema() {
            return Some(Self {
                schema: tables.schema_of(&schema),
                framing,
                described: Described::Item,
            });
        }
        let schema = media.schema()?;
        let is_defined = media.node.document().version() >= Version::V3_2;
        let items = schema.effective().items;
        let (schema, described) = match (is_defined, items) {
            (true, None) => return None,
            (true, Some(items)) => (items, Described::Item),
            (false, items) => {
                let schema = items.unwrap_or(schema);
                (schema.clone(), described(&schema, is_events))
            }
        };
        Some(Self {
            schema: tables.schema_of(&schema),
            framing,
            described,
        })
    }
}

fn described(schema: &Schema<'_>, is_events: bool) -> Described {
    let types = schema.types();
    let nests = types.contains(Type::Array) || types.contains(Type::Object);
    match (is_events, nests) {
        (false, _) => Described::Item,
        (true, true) => Described::Data,
        (true, false) => Described::Text,
    }
}

/// Validates the items of one stream.
pub(crate) struct ItemCheck {
    tables: Arc<Tables>,
    rule: ItemRule,
    unpacker: Unpacker,
    decoder: Decoder,
    /// The number of items that were validated.
    count: usize,
    is_over: bool,
}

impl ItemCheck {
    /// Creates the check of a response's body.
    ///
    /// # Errors
    ///
    /// Returns the reason why the body cannot be decoded, formatted to follow the words "the body".
    pub(crate) fn new(
        tables: &Arc<Tables>,
        rule: ItemRule,
        headers: &HeaderMap,
    ) -> Result<Self, String> {
        Ok(Self {
            tables: Arc::clone(tables),
            rule,
            unpacker: Unpacker::new(headers)?,
            decoder: Decoder::new(
                rule.framing,
                response_check::content_type(headers),
                MAX_SIZE,
            ),
            count: 0,
            is_over: false,
        })
    }

    /// Validates a whole body.
    pub(crate) fn whole(mut self, bytes: &[u8]) -> Findings {
        let mut all = Findings::default();
        for findings in self.push(bytes).into_iter().chain(self.finish()) {
            all.violations.extend(findings.violations);
            all.unchecked.extend(findings.unchecked);
        }
        all
    }

    /// Reads the next bytes, and returns the findings about each invalid item that ends in them.
    fn push(&mut self, bytes: &[u8]) -> Vec<Findings> {
        let mut findings = Vec::new();
        for piece in bytes.chunks(PIECE) {
            if self.is_over {
                break;
            }
            let read = match self.unpacker.unpack(piece) {
                Ok(text) => self.decoder.push(&text).map_err(|error| self.reason(error)),
                Err(_) => Err("is not in the content coding of its header".to_owned()),
            };
            self.check(&mut findings);
            if let Err(reason) = read {
                self.is_over = true;
                let reason = format!("the body {reason}, and was not checked further");
                findings.push(Findings {
                    unchecked: vec![reason],
                    ..Findings::default()
                });
            }
        }
        findings
    }

    /// Ends the body, and returns the findings about its last item.
    fn finish(&mut self) -> Vec<Findings> {
        let mut findings = Vec::new();
        if !std::mem::replace(&mut self.is_over, true) {
            let end = self.decoder.finish();
            self.check(&mut findings);
            if let Err(error) = end {
                findings.push(Findings {
                    violations: vec![ResponseViolation::body("", error.to_string())],
                    ..Findings::default()
                });
            }
        }
        findings
    }

    fn reason(&self, error: ItemError) -> String {
        match error {
            ItemError::TooLong { .. } => format!("has more than 16 MiB in item {}", self.count),
            error => error.to_string(),
        }
    }

    fn check(&mut self, findings: &mut Vec<Findings>) {
        while let Some((place, json)) = self.next() {
            let found = self
                .tables
                .check(self.rule.schema, &json, Direction::Response);
            if found.is_empty() {
                continue;
            }
            let violations = found.into_iter().map(|found| {
                let pointer = format!("{place}{}", found.pointer);
                ResponseViolation::body(pointer, found.message.to_string())
            });
            findings.push(Findings {
                violations: violations.collect(),
                ..Findings::default()
            });
        }
    }

    /// Returns the next item as JSON, with its place.
    fn next(&mut self) -> Option<(String, String)> {
        let described = self.rule.described;
        let (part, json) = match (described, self.decoder.events()) {
            (Described::Data | Described::Text, Some(events)) => {
                let data = events.pop()?.into_fields().data;
                let shape = ExpectedTypes::<Owned>::new(&self.tables, self.rule.schema);
                let json = match described {
                    Described::Text => style::decode_scalar(&data, shape),
                    _ => data,
                };
                ("/data", json)
            }
            _ => ("", self.decoder.pop()?),
        };
        let place = format!("/{}{part}", self.count);
        self.count += 1;
        Some((place, json))
    }
}

/// Validates the number of bytes of one body.
pub(crate) struct SizeCheck {
    size: Bounds,
    unpacker: Unpacker,
    length: u64,
    is_over: bool,
}

impl SizeCheck {
    /// Creates the check of a response's body.
    ///
    /// # Errors
    ///
    /// Returns the reason why the body cannot be decoded, formatted to follow the words "the body".
    pub(crate) fn new(size: Bounds, headers: &HeaderMap) -> Result<Self, String> {
        Ok(Self {
            size,
            unpacker: Unpacker::new(headers)?,
            length: 0,
            is_over: false,
        })
    }

    fn push(&mut self, bytes: &[u8]) -> Vec<Findings> {
        for piece in bytes.chunks(PIECE).filter(|_| !self.is_over) {
            match self.unpacker.unpack(piece) {
                Ok(unpacked) => self.length += unpacked.len() as u64,
                Err(_) => {
                    self.is_over = true;
                    let reason =
                        "the body is not in the content coding of its header, and was not checked";
                    return vec![Findings {
                        unchecked: vec![reason.to_owned()],
                        ..Findings::default()
                    }];
                }
            }
        }
        Vec::new()
    }

    fn finish(&mut self) -> Vec<Findings> {
        if std::mem::replace(&mut self.is_over, true) {
            return Vec::new();
        }
        let message = miscount(self.length, self.size.least, self.size.most, "byte");
        let found = message.map(|message| Findings {
            violations: vec![ResponseViolation::body("", message)],
            ..Findings::default()
        });
        found.into_iter().collect()
    }
}

/// The check of a body while it is passed on.
pub(crate) enum PassingCheck {
    Items(Box<ItemCheck>),
    Size(Box<SizeCheck>),
}

impl PassingCheck {
    fn push(&mut self, bytes: &[u8]) -> Vec<Findings> {
        match self {
            Self::Items(check) => check.push(bytes),
            Self::Size(check) => check.push(bytes),
        }
    }

    fn finish(&mut self) -> Vec<Findings> {
        match self {
            Self::Items(check) => check.finish(),
            Self::Size(check) => check.finish(),
        }
    }

    /// Ends the check of a body that breaks off.
    fn end(&mut self) {
        match self {
            Self::Items(check) => check.is_over = true,
            Self::Size(check) => check.is_over = true,
        }
    }
}

/// Undoes the content coding of a body, piece by piece.
enum Unpacker {
    Plain,
    Gzip(MultiGzDecoder<Vec<u8>>),
    Deflate(ZlibDecoder<Vec<u8>>),
}

impl Unpacker {
    fn new(headers: &HeaderMap) -> Result<Self, String> {
        match body::codings(headers)?.as_slice() {
            [] => Ok(Self::Plain),
            [Coding::Gzip] => Ok(Self::Gzip(MultiGzDecoder::new(Vec::new()))),
            [Coding::Deflate] => Ok(Self::Deflate(ZlibDecoder::new(Vec::new()))),
            _ => Err("has several content codings, and was not checked".to_owned()),
        }
    }

    fn unpack<'p>(&mut self, piece: &'p [u8]) -> io::Result<Cow<'p, [u8]>> {
        let out = match self {
            Self::Plain => return Ok(Cow::Borrowed(piece)),
            Self::Gzip(decoder) => {
                decoder.write_all(piece)?;
                decoder.flush()?;
                decoder.get_mut()
            }
            Self::Deflate(decoder) => {
                decoder.write_all(piece)?;
                decoder.flush()?;
                decoder.get_mut()
            }
        };
        Ok(Cow::Owned(std::mem::take(out)))
    }
}

/// A body that is validated as it passes.
pub(crate) struct Watched<F> {
    body: Body,
    check: PassingCheck,
    report: F,
}

impl<F: Fn(Findings)> Watched<F> {
    /// Creates the body; `report` receives the findings about each invalid item, or about the whole.
    pub(crate) fn new(body: Body, check: PassingCheck, report: F) -> Self {
        Self {
            body,
            check,
            report,
        }
    }

    fn report(&self, findings: Vec<Findings>) {
        findings.into_iter().for_each(&self.report);
    }
}

impl<F: Fn(Findings) + Unpin> http_body::Body for Watched<F> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(bytes) = frame.data_ref() {
                    let findings = self.check.push(bytes);
                    self.report(findings);
                }
            }
            // A body that breaks off has no last item.
            Poll::Ready(Some(Err(_))) => {
                self.check.end();
                self.report(vec![Findings::incomplete()]);
            }
            _ => {}
        }
        // A connection does not ask for the end of a body whose length it knows.
        let is_end = matches!(polled, Poll::Ready(None)) || self.body.is_end_stream();
        if is_end && polled.is_ready() {
            let findings = self.check.finish();
            self.report(findings);
        }
        polled.map_err(Into::into)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
