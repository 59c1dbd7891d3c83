//! Encodes values as bodies in their media types.

mod json;
mod xml;

use bytes::Bytes;
use oas_document::openapi::{Encoding, Header, MediaKind, MediaType, PartKind, PositionalPart};
use oas_document::schema::Schema;
use oas_document::{Direction, Node};
use oas_wire::items::Framing;
use oas_wire::multipart::{BodyPart, PLAIN_BOUNDARY, encode_parts, part_head};
use oas_wire::style::Value as Flat;
use oas_wire::{MediaRange, form, sse};
use serde_json::Value;

use crate::Sampler;

/// The boundary of multipart bodies whose parts have names.
pub const BOUNDARY: &str = "oas-mock-boundary";

/// A value for a body, and its JSON text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BodyValue {
    /// The value.
    pub value: Value,
    /// The JSON text, with properties in the order of the document.
    pub json: String,
}

impl BodyValue {
    /// Converts a value that the document contains.
    #[must_use]
    pub fn documented(node: Node<'_>) -> Self {
        Self {
            value: node.to_json(),
            json: node.to_json_text(),
        }
    }

    /// Converts a generated value: its text has the properties that `schema` lists in their order, and then the others.
    #[must_use]
    pub fn generated(value: Value, schema: Option<&Schema<'_>>) -> Self {
        Self {
            json: json::text(&value, schema),
            value,
        }
    }

    /// Returns a string as it is, and every other value as JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.value.as_str().unwrap_or(&self.json)
    }

    /// Encodes the value in a media type; returns `None` if a form cannot have it. Where a media type has no encoding for it, the
    /// body is its [`text`](Self::text).
    ///
    /// ```
    /// use oas_document::{Document, openapi::media_types};
    /// use oas_samples::BodyValue;
    /// use serde_json::json;
    ///
    /// let text = "{openapi: 3.1.2, content: {application/xml: {schema: {xml: {name: pet}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let pet = BodyValue::generated(json!({"name": "Rex"}), None);
    /// let body = pet.encode(&media_types(document.root())[0]).unwrap();
    /// assert!(body.ends_with(b"<pet><name>Rex</name></pet>"));
    /// ```
    #[must_use]
    pub fn encode(&self, media: &MediaType<'_>) -> Option<Bytes> {
        let is_xml = media.range().as_ref().is_some_and(MediaRange::is_xml);
        let text = match media.kind() {
            MediaKind::Json => self.json.clone(),
            MediaKind::Text if is_xml && !self.value.is_string() => {
                xml::text(&self.value, media.schema().as_ref())
            }
            MediaKind::Form => {
                let value = Flat::of(&self.value).ok()?;
                form::encode(&value, &media.serializations()).ok()?
            }
            MediaKind::Multipart => return Some(multipart(media, &self.value)),
            MediaKind::Events => self.events(),
            MediaKind::Items(framing) => self.items(framing),
            // The headers of parts are made, too: see `Sampler::parts_body`.
            MediaKind::Text | MediaKind::Bytes | MediaKind::Parts => self.text().to_owned(),
        };
        Some(text.into())
    }

    /// Encodes a sequence, as a list of items or as its text.
    fn items(&self, framing: Framing) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            value => framing.encode_value(value).unwrap_or_default(),
        }
    }

    /// Encodes an event for each item of an array, or a single one. A text that is valid as a stream is returned
    /// unchanged.
    fn events(&self) -> String {
        let event = |value: &Value| match value {
            Value::String(text) => sse::Event::new(text.as_str()).to_string(),
            value => sse::Event::new(json::text(value, None)).to_string(),
        };
        match &self.value {
            Value::String(text) if is_stream(text) => {
                let end = if text.ends_with("\n\n") { "" } else { "\n\n" };
                format!("{}{end}", text.trim_end_matches('\n'))
            }
            Value::Array(items) => items.iter().map(event).collect(),
            Value::Object(_) => sse::Event::new(self.json.as_str()).to_string(),
            value => event(value),
        }
    }
}

impl<'d> Sampler<'d> {
    /// Encodes the [`parts`](Self::parts) of a body without names. An example that is a text is the whole body.
    pub fn parts_body(
        &mut self,
        media: &MediaType<'d>,
        example: Option<&Value>,
        direction: Direction,
    ) -> Option<Bytes> {
        if let Some(Value::String(text)) = example {
            return Some(text.clone().into());
        }
        let parts = self.parts(media, example, direction)?;
        encode_parts(&parts, PLAIN_BOUNDARY).ok()
    }

    /// Returns the names and values of those header fields of a part of a form for which `is_sent` returns `true`, without fields that
    /// a part cannot have.
    pub fn part_headers(
        &mut self,
        encoding: &Encoding<'d>,
        is_sent: impl Fn(&Header<'d>) -> bool,
    ) -> Vec<(String, String)> {
        let headers = encoding.own_headers().into_iter().filter(is_sent);
        let texts = headers.filter_map(|header| {
            let text = self.header_text(&header, Direction::Request)?;
            part_head([(header.name, text.as_str())]).ok()?;
            Some((header.name.to_owned(), text))
        });
        texts.collect()
    }
}

/// Encodes a value as multipart: a part for each property, repeated for each item of an array.
fn multipart(media: &MediaType<'_>, value: &Value) -> Bytes {
    let mut parts = Vec::new();
    let mut sampler = Sampler::default();
    let direction = Direction::Request;
    for (name, value) in value.as_object().into_iter().flatten() {
        let encoding = media.encoding(name);
        let headers = encoding.map(|encoding| sampler.part_headers(&encoding, Header::is_required));
        let headers = headers.unwrap_or_default();
        let named = media.part(name);
        let other = PositionalPart::new(None, encoding);
        let items = match value {
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for (place, item) in items.iter().enumerate() {
            let part = named.as_ref().map_or(&other, |named| named.at(place));
            let kind = part.media_type();
            let inner = part
                .inner_parts()
                .and_then(|inner| sampler.inner_parts(&inner, &kind, Some(item), direction));
            let (kind, content) = match &inner {
                Some(inner) => (inner.media_type().unwrap_or(&kind), inner.content().clone()),
                None => (
                    &*kind,
                    match (part.kind(), item) {
                        (PartKind::Text | PartKind::Bytes, Value::String(text)) => text.clone(),
                        (_, item) => item.to_string(),
                    }
                    .into(),
                ),
            };
            let part = BodyPart::new(content)
                .named(name)
                .header("Content-Type", kind);
            let headers = headers.iter();
            parts.push(headers.fold(part, |part, (name, text)| part.header(name, text)));
        }
    }
    encode_parts(&parts, BOUNDARY).unwrap_or_default()
}

/// Returns whether every line of a text is a valid field of an event (WHATWG HTML §9.2.5).
fn is_stream(text: &str) -> bool {
    let is_field = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        line.is_empty()
            || line.contains(':') && ["", "data", "event", "id", "retry"].contains(&name)
    };
    text.contains(':') && text.lines().all(is_field)
}
