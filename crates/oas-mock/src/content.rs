//! Collects the bodies and headers of an operation's responses: documented examples, or generated values.

use bytes::Bytes;
use oas_codegen::model;
use oas_document::openapi::{self, MediaKind, MediaType};
use oas_document::schema::Schema;
use oas_document::{Direction, Document, Node};
use oas_samples::{BodyValue, Sampler};
use oas_wire::StatusPattern;
use serde_json::{Value, json};

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
        bodies.push(Body {
            origin,
            bytes: written(media, &BodyValue::documented(node)),
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
                bytes: written(media, &BodyValue::generated("text".into(), None)),
            }),
            Some(schema) => match sample(sampler, schema, failure, media.rejection()) {
                Ok((origin, made)) => {
                    let made = match media.kind() {
                        MediaKind::Items(_) => BodyValue::generated(json!([made.value]), None),
                        _ => made,
                    };
                    let bytes = written(media, &made);
                    bodies.push(Body { origin, bytes });
                }
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
    let body = sampler.parts_body(media, example.as_ref(), Direction::Response);
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

/// Returns the example of the schema, or a generated value. The value reports no failure, and has the texts of `rejection`,
/// such as error codes, which the API itself would send.
fn sample<'d>(
    sampler: &mut Sampler<'d>,
    schema: &Schema<'d>,
    failure: Option<&model::Failure>,
    rejection: Option<Node<'d>>,
) -> Result<(Origin, BodyValue), String> {
    let valid = schema.effective().examples.into_iter().find_map(|node| {
        let example = BodyValue::documented(node);
        let admitted = sampler.admits(schema, &example.value, Direction::Response);
        admitted.then_some(example)
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
    Ok((Origin::Made, BodyValue::generated(value, Some(schema))))
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

/// Encodes a value in the media type. A text can be a form as it is.
fn written(media: &MediaType<'_>, shown: &BodyValue) -> Bytes {
    let text = || shown.text().to_owned().into();
    shown.encode(media).unwrap_or_else(text)
}
