//! Generates the parts of multipart bodies without names.

use oas_document::Direction;
use oas_document::openapi::{
    Header, InnerParts, MediaType, PartKind, PartSequence, PositionalPart,
};
use oas_document::schema::Schema;
use oas_wire::ParameterLocation;
use oas_wire::multipart::{BodyPart, encode_parts, with_boundary};
use oas_wire::style::{Codec, Value as Flat};
use serde_json::Value;

use crate::Sampler;
use crate::scalar::texts;

/// No body is generated that needs more parts than these.
const MAX_PARTS: usize = 100;

impl<'d> Sampler<'d> {
    /// Returns the parts of a multipart body without names (OpenAPI 3.2.0, Encoding By Position): one for each item of
    /// `example`, if it is given, or else a generated part for each position. Parts have their required headers; a
    /// generated part of bytes is a text of a length that the schema admits.
    ///
    /// Returns `None` if bodies of the media type have no such parts, or no value was found for a part.
    pub fn parts(
        &mut self,
        media: &MediaType<'d>,
        example: Option<&Value>,
        direction: Direction,
    ) -> Option<Vec<BodyPart>> {
        self.parts_of(&media.part_sequence()?, example, direction)
    }

    fn parts_of(
        &mut self,
        sequence: &PartSequence<'d>,
        example: Option<&Value>,
        direction: Direction,
    ) -> Option<Vec<BodyPart>> {
        match example {
            Some(Value::Array(values)) => {
                let values = values.iter().enumerate();
                let parts = values.map(|(position, value)| {
                    self.part(sequence.at(position)?, Some(value), direction)
                });
                parts.collect()
            }
            Some(value) => {
                let part = self.part(sequence.at(0)?, Some(value), direction)?;
                Some(vec![part])
            }
            None => {
                // One for each rule, and as many others as make the body valid.
                let rules = sequence.first.len() + usize::from(sequence.rest.is_some());
                let least = usize::try_from(sequence.least).unwrap_or(usize::MAX);
                let most = sequence.most.and_then(|most| usize::try_from(most).ok());
                let count = rules.max(least).min(most.unwrap_or(usize::MAX));
                if count > MAX_PARTS {
                    return None;
                }
                let parts =
                    (0..count).map(|position| self.part(sequence.at(position)?, None, direction));
                parts.collect()
            }
        }
    }

    /// Makes a part of `value`, or of a generated one.
    fn part(
        &mut self,
        part: &PositionalPart<'d>,
        value: Option<&Value>,
        direction: Direction,
    ) -> Option<BodyPart> {
        let made = match part.inner_parts() {
            Some(inner) => self.inner_parts(&inner, &part.media_type(), value, direction)?,
            None => {
                let made = match (value, part.kind(), &part.schema) {
                    (Some(value), ..) => value.clone(),
                    (None, PartKind::Bytes, Some(schema)) => {
                        texts(&schema.effective())?.into_iter().next()?.into()
                    }
                    (None, _, None) => Value::from("text"),
                    (None, _, Some(schema)) => self.sample(schema, direction).ok()?,
                };
                let text = match (part.kind(), made) {
                    (PartKind::Text | PartKind::Bytes, Value::String(text)) => text,
                    (_, made) => made.to_string(),
                };
                BodyPart::new(text).content_type(part.media_type())
            }
        };
        let headers = part.headers().into_iter().filter(Header::is_required);
        headers.into_iter().try_fold(made, |made, header| {
            let text = self.header_text(&header, direction)?;
            Some(made.header(header.name, text))
        })
    }

    /// Returns a part of this media type with the parts inside it: those of `value`, if it is given and fits, or else generated ones.
    ///
    /// Returns `None` if no value was found for one of them.
    pub fn inner_parts(
        &mut self,
        inner: &InnerParts<'d>,
        media_type: &str,
        value: Option<&Value>,
        direction: Direction,
    ) -> Option<BodyPart> {
        let parts = match inner {
            InnerParts::Positions(sequence) => {
                let value = value.filter(|value| value.is_array());
                self.parts_of(sequence, value, direction)?
            }
            InnerParts::Names { parts, .. } => {
                let mut made = Vec::new();
                for named in parts {
                    let given = value.and_then(|value| value.get(named.name));
                    let least = usize::try_from(named.least).ok()?;
                    let values: Vec<Option<&Value>> = match given {
                        Some(Value::Array(items)) if named.most != Some(1) => {
                            items.iter().map(Some).collect()
                        }
                        Some(value) => vec![Some(value)],
                        None if least > MAX_PARTS => return None,
                        None => vec![None; least],
                    };
                    for (place, value) in values.into_iter().enumerate() {
                        let part = self.part(named.at(place), value, direction)?;
                        made.push(part.named(named.name));
                    }
                }
                made
            }
        };
        // Each level has a boundary that no level inside it contains.
        let depth = depth(inner);
        let boundary = format!("{depth}-inner");
        let content = encode_parts(&parts, &boundary).ok()?;
        Some(BodyPart::new(content).content_type(with_boundary(media_type, &boundary)))
    }

    /// Returns a value of a header of a part or a response as it is on the wire: the first example, that of its `content` included, or
    /// else a generated value. Returns `None` if no value was found.
    pub fn header_text(&mut self, header: &Header<'d>, direction: Direction) -> Option<String> {
        let value = match header.first_example() {
            Some(documented) => documented.to_json(),
            None => self
                .sample(&Schema::of(header.schema_node()?), direction)
                .ok()?,
        };
        let codec = Codec::new(
            header.name,
            ParameterLocation::Header,
            header.serialization(),
        );
        codec.encode_text(&Flat::of(&value).ok()?).ok()?
    }
}

/// Returns how many levels of parts there are.
fn depth(inner: &InnerParts<'_>) -> usize {
    let parts = inner.all().into_iter();
    let inner = parts.filter_map(PositionalPart::inner_parts);
    1 + inner.map(|inner| depth(&inner)).max().unwrap_or_default()
}
