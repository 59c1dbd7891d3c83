//! Collects the bodies and headers of an operation's responses: documented examples, or generated values.

use bytes::Bytes;
use oas_codegen::model;
use oas_document::openapi::{self, Framing, MediaKind, MediaType, PartKind, PositionalPart};
use oas_document::schema::Schema;
use oas_document::{Direction, Document, Node};
use oas_samples::Sampler;
use oas_server::sse;
use oas_wire::StatusPattern;
use oas_wire::multipart::{BodyPart, Disposition, PLAIN_BOUNDARY, encode_parts, part_head};
use oas_wire::style;
use oas_wire::{MediaRange, form};
use serde_json::Value;

use crate::{json, xml};

/// A response of an operation.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusPattern,
    pub(crate) headers: Vec<(String, String)>,
    /// The media types in document order; none for a response without a body.
    pub(crate) content: Vec<Content>,
}

/// The possible contents of a response in one media type.
#[derive(Debug)]
pub(crate) struct Content {
    /// The media type or range, as in the document.
    pub(crate) name: String,
    pub(crate) kind: MediaKind,
    /// The bodies, or the reason why there are none.
    pub(crate) bodies: Result<Vec<Body>, String>,
}

/// A body.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) origin: Origin,
    pub(crate) bytes: Bytes,
}

/// The source of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The key of the example in the document.
    Named(String),
    /// An example without a name.
    Documented,
    /// Generated from the schema.
    Made,
}

/// Returns all responses of an operation, in document order.
pub(crate) fn responses(document: &Document, operation: &model::Operation) -> Vec<Response> {
    let mut operations = openapi::operations(document).into_iter();
    let view = operations.find(|view| operation.is_lowered_from(view));
    let mut sampler = Sampler::default();
    let mut responses = Vec::new();
    for response in view.iter().flat_map(openapi::Operation::responses) {
        let headers = response.headers().into_iter();
        let headers = headers.filter_map(|header| self::header(&mut sampler, &header));
        let headers = headers.collect();
        let known = operation
            .responses
            .iter()
            .find(|known| known.status == response.status);
        let content = response.content().into_iter().map(|media| {
            let media_model =
                known.and_then(|known| known.media.iter().find(|known| known.name == media.name));
            let failure = media_model.and_then(|media| media.failure.as_ref());
            content(&mut sampler, &media, failure)
        });
        responses.push(Response {
            status: response.status,
            headers,
            content: content.collect(),
        });
    }
    responses
}

fn header<'d>(sampler: &mut Sampler<'d>, header: &openapi::Header<'d>) -> Option<(String, String)> {
    // Bodies are sent as they are.
    let is_coding = header.name.eq_ignore_ascii_case("content-encoding");
    if header.is_ignored() || header.is_framing() || is_coding {
        return None;
    }
    let text = sampler.header_text(header, Direction::Response)?;
    Some((header.name.to_owned(), text))
}

fn content<'d>(
    sampler: &mut Sampler<'d>,
    media: &MediaType<'d>,
    failure: Option<&model::Failure>,
) -> Content {
    let mut bodies = Vec::new();
    if media.kind() == MediaKind::Parts {
        return parts(sampler, media);
    }
    let (all, named) = (media.examples(), media.named_examples());
    let unnamed = all.len().saturating_sub(named.len());
    let unnamed = all
        .into_iter()
        .take(unnamed)
        .map(|node| (Origin::Documented, node));
    let named = named.into_iter();
    let named = named.map(|(name, node)| (Origin::Named(name.to_owned()), node));
    for (origin, node) in unnamed.chain(named) {
        let example = ExampleValue {
            value: node.to_json(),
            json: node.to_json_text(),
        };
        bodies.push(Body {
            origin,
            bytes: written(media, &example),
        });
    }
    let schema = match media.kind() {
        MediaKind::Items(_) => media.item_schema(),
        _ => media.schema(),
    };
    if bodies.is_empty() {
        match &schema {
            None => bodies.push(Body {
                origin: Origin::Made,
                bytes: written(media, &ExampleValue::text("text")),
            }),
            Some(schema) => match sample(sampler, schema, failure, media.rejection()) {
                Ok((origin, example)) => bodies.push(Body {
                    origin,
                    bytes: match media.kind() {
                        MediaKind::Items(framing) => {
                            items(framing, &Value::Array(vec![example.value])).into()
                        }
                        _ => written(media, &example),
                    },
                }),
                Err(reason) => {
                    return Content {
                        name: media.name.to_owned(),
                        kind: media.kind(),
                        bodies: Err(reason),
                    };
                }
            },
        }
    }
    Content {
        name: media.name.to_owned(),
        kind: media.kind(),
        bodies: Ok(bodies),
    }
}

/// Returns the body of a multipart media type whose parts have no names: that of the first example, or a generated one.
fn parts<'d>(sampler: &mut Sampler<'d>, media: &MediaType<'d>) -> Content {
    let example = media.examples().first().map(|node| node.to_json());
    let body = parts_body(sampler, media, example.as_ref(), Direction::Response);
    let origin = match example {
        Some(_) => Origin::Documented,
        None => Origin::Made,
    };
    Content {
        name: media.name.to_owned(),
        kind: media.kind(),
        bodies: body
            .map(|bytes| vec![Body { origin, bytes }])
            .ok_or_else(|| "no value was found for one of its parts".to_owned()),
    }
}

/// Encodes the parts of a body without names. An example that is a text is the whole body.
pub(crate) fn parts_body<'d>(
    sampler: &mut Sampler<'d>,
    media: &MediaType<'d>,
    example: Option<&Value>,
    direction: Direction,
) -> Option<Bytes> {
    if let Some(Value::String(text)) = example {
        return Some(text.clone().into());
    }
    let parts = sampler.parts(media, example, direction)?;
    encode_parts(&parts, PLAIN_BOUNDARY).ok()
}

/// A value, and its JSON text with properties in the order of the document.
pub(crate) struct ExampleValue {
    pub(crate) value: Value,
    pub(crate) json: String,
}

impl ExampleValue {
    fn text(text: &str) -> Self {
        let value = Value::from(text);
        Self {
            json: value.to_string(),
            value,
        }
    }
}

/// Returns the example of the schema, or a generated value. The value reports no failure, and has the texts of `rejection`,
/// such as error codes, which the API itself would send.
fn sample<'d>(
    sampler: &mut Sampler<'d>,
    schema: &Schema<'d>,
    failure: Option<&model::Failure>,
    rejection: Option<Node<'d>>,
) -> Result<(Origin, ExampleValue), String> {
    let valid = schema.effective().examples.into_iter().find_map(|node| {
        let value = node.to_json();
        let admitted = sampler.admits(schema, &value, Direction::Response);
        admitted.then(|| ExampleValue {
            value,
            json: node.to_json_text(),
        })
    });
    if let Some(example) = valid {
        return Ok((Origin::Documented, example));
    }
    let mut value = sampler
        .sample(schema, Direction::Response)
        .map_err(|error| error.to_string())?;
    if let (Some(failure), Some(members)) = (failure, value.as_object_mut())
        && let Some(failed) = members.remove(&failure.property)
        && !sampler.admits(schema, &Value::Object(members.clone()), Direction::Response)
    {
        // Where the property is required, null is the value that reports no failure.
        let value = if failure.nullable {
            Value::Null
        } else {
            failed
        };
        members.insert(failure.property.clone(), value);
    }
    if let Some(template) = rejection {
        let mut filled = value.clone();
        fill_in(&mut filled, &template.to_json());
        if sampler.admits(schema, &filled, Direction::Response) {
            value = filled;
        }
    }
    let json = json::text(&value, Some(schema));
    Ok((Origin::Made, ExampleValue { value, json }))
}

/// Replaces what a template of rejections has constants for. What depends on the request stays as it is.
fn fill_in(value: &mut Value, template: &Value) {
    match (value, template) {
        (Value::Object(members), Value::Object(templates)) => {
            for (name, template) in templates {
                if let Some(value) = members.get_mut(name) {
                    fill_in(value, template);
                }
            }
        }
        (_, Value::Array(_) | Value::Object(_)) => {}
        (_, Value::String(text)) if text.contains('{') => {}
        (value, constant) => *value = constant.clone(),
    }
}

/// Encodes a value in the media type.
pub(crate) fn written(media: &MediaType<'_>, shown: &ExampleValue) -> Bytes {
    let plain = || match &shown.value {
        Value::String(text) => text.clone(),
        _ => shown.json.clone(),
    };
    let is_xml = media.range().as_ref().is_some_and(MediaRange::is_xml);
    let text = match media.kind() {
        MediaKind::Json => shown.json.clone(),
        MediaKind::Text if is_xml && !shown.value.is_string() => {
            xml::text(&shown.value, media.schema().as_ref())
        }
        MediaKind::Text | MediaKind::Bytes => plain(),
        MediaKind::Form => form_text(media, &shown.value).unwrap_or_else(plain),
        MediaKind::Multipart => return multipart_text(media, &shown.value),
        MediaKind::Events => events(shown),
        MediaKind::Items(framing) => items(framing, &shown.value),
        // Their headers are made, too: see `parts_body`.
        MediaKind::Parts => plain(),
    };
    text.into()
}

/// Encodes a sequence. An example is the whole sequence, as a list of items or as its text; a generated value is one
/// item.
pub(crate) fn items(framing: Framing, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => framing.encode_value(value).unwrap_or_default(),
    }
}

pub(crate) fn form_text(media: &MediaType<'_>, value: &Value) -> Option<String> {
    let value = style::Value::of(value).ok()?;
    form::encode(&value, &media.serializations()).ok()
}

/// The boundary of multipart bodies.
pub(crate) const BOUNDARY: &str = "oas-mock-boundary";

/// Encodes a value as multipart: a part for each property, repeated for each item of an array. Header fields that a part cannot have
/// are left out.
pub(crate) fn multipart_text(media: &MediaType<'_>, value: &Value) -> Bytes {
    let mut parts = Vec::new();
    let mut sampler = Sampler::default();
    for (name, value) in value.as_object().into_iter().flatten() {
        let encoding = media.encoding(name);
        let headers = encoding.map(|encoding| encoding.own_headers());
        let headers: Vec<(String, String)> = headers
            .into_iter()
            .flatten()
            .filter(|header| header.is_required())
            .filter_map(|header| {
                let text = sampler.header_text(&header, Direction::Request)?;
                part_head([(header.name, text.as_str())]).ok()?;
                Some((header.name.to_owned(), text))
            })
            .collect();
        let named = media.part(name);
        let other = PositionalPart::new(None, encoding);
        let items = match value {
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for (place, item) in items.iter().enumerate() {
            let part = named.as_ref().map_or(&other, |named| named.at(place));
            let kind = part.media_type();
            let direction = Direction::Request;
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
            let disposition = Disposition {
                name: Some(name.into()),
                file_name: None,
            };
            let part = BodyPart::new(content)
                .header("Content-Disposition", disposition.encode())
                .header("Content-Type", kind);
            let headers = headers.iter();
            parts.push(headers.fold(part, |part, (name, text)| part.header(name, text)));
        }
    }
    encode_parts(&parts, BOUNDARY).unwrap_or_default()
}

/// Encodes an event for each item of an array, or a single one. An example that is valid as a stream is returned
/// unchanged.
fn events(shown: &ExampleValue) -> String {
    let event = |value: &Value| match value {
        Value::String(text) => sse::Event::new(text.as_str()).to_string(),
        value => sse::Event::new(json::text(value, None)).to_string(),
    };
    match &shown.value {
        Value::String(text) if is_stream(text) => {
            let end = if text.ends_with("\n\n") { "" } else { "\n\n" };
            format!("{}{end}", text.trim_end_matches('\n'))
        }
        Value::Array(items) => items.iter().map(event).collect(),
        Value::Object(_) => sse::Event::new(shown.json.as_str()).to_string(),
        value => event(value),
    }
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
