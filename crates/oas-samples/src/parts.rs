//! Generates the parts of multipart bodies without names.

use oas_document::Direction;
use oas_document::openapi::{Header, MediaKind, MediaType, PartKind, PositionalPart};
use oas_document::schema::Schema;
use oas_wire::multipart::BodyPart;
use oas_wire::style::{Codec, Value as Flat};
use oas_wire::{ParameterLocation, Serialization};
use serde_json::Value;

use crate::Sampler;

/// No body is generated that needs more parts than these.
const MOST_PARTS: usize = 100;

impl<'d> Sampler<'d> {
    /// Returns the parts of a multipart body without names (OpenAPI 3.2.0, Encoding By Position): one for each item of
    /// `example`, if it is given, or else a generated part for each position. Parts have their required headers; a
    /// generated part of bytes is the word `text`.
    ///
    /// Returns `None` if bodies of the media type have no such parts, or no value was found for a part.
    pub fn parts(
        &mut self,
        media: &MediaType<'d>,
        example: Option<&Value>,
        direction: Direction,
    ) -> Option<Vec<BodyPart>> {
        let sequence = media.part_sequence()?;
        match example {
            Some(Value::Array(values)) => {
                let values = values.iter().enumerate();
                let parts = values
                    .map(|(position, value)| self.part(sequence.at(position)?, value, direction));
                parts.collect()
            }
            Some(value) => {
                let part = self.part(sequence.at(0)?, value, direction)?;
                Some(vec![part])
            }
            None => {
                // One for each rule, and as many others as make the body valid.
                let rules = sequence.first.len() + usize::from(sequence.rest.is_some());
                let least = usize::try_from(sequence.least).unwrap_or(usize::MAX);
                let most = sequence.most.and_then(|most| usize::try_from(most).ok());
                let count = rules.max(least).min(most.unwrap_or(usize::MAX));
                if count > MOST_PARTS {
                    return None;
                }
                let parts = (0..count).map(|position| {
                    let part = sequence.at(position)?;
                    let value = match (part.kind(), &part.schema) {
                        (PartKind::Bytes, _) | (_, None) => Value::from("text"),
                        (_, Some(schema)) => self.sample(schema, direction).ok()?,
                    };
                    self.part(part, &value, direction)
                });
                parts.collect()
            }
        }
    }

    fn part(
        &mut self,
        part: &PositionalPart<'d>,
        value: &Value,
        direction: Direction,
    ) -> Option<BodyPart> {
        let text = match (part.kind(), value) {
            (PartKind::Text | PartKind::Bytes, Value::String(text)) => text.clone(),
            (_, value) => value.to_string(),
        };
        let made = BodyPart::new(text).content_type(part.media_type());
        let headers = part.headers().into_iter().filter(Header::is_required);
        headers.into_iter().try_fold(made, |made, header| {
            let text = self.header_text(&header, direction)?;
            Some(made.header(header.name, text))
        })
    }

    /// Returns a value of a part's header as it is on the wire: the first example, or else a generated value. Returns `None` if no
    /// value was found.
    pub fn header_text(&mut self, header: &Header<'d>, direction: Direction) -> Option<String> {
        let documented = header.examples().first().map(|node| node.to_json());
        let value = match documented {
            Some(value) => value,
            None => self
                .sample(&Schema::of(header.schema_node()?), direction)
                .ok()?,
        };
        let is_json = header
            .content()
            .is_some_and(|content| content.kind() == MediaKind::Json);
        let serialization = match is_json {
            true => Serialization::Json,
            false => Serialization::SIMPLE.explode(header.explode()),
        };
        let codec = Codec::new(header.name, ParameterLocation::Header, serialization);
        codec.encode_text(&Flat::of(&value).ok()?).ok()?
    }
}
