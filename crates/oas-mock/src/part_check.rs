//! Validates the parts of multipart responses whose parts have positions (OpenAPI 3.2.0, Encoding By Position), and those inside them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use oas_codegen::model::Bounds;
use oas_document::Direction;
use oas_document::openapi::{InnerParts, PartKind, PartSequence, PositionalPart};
use oas_document::schema::{Counted, Schema, SchemaTables};
use oas_server::ExpectedTypes;
use oas_server::schema::{Owned, SchemaId, Tables, miscount};
use oas_wire::multipart::{BodyPart, decode_parts};
use oas_wire::{JsonPointer, MediaType, style};

use crate::response_check::{Header, ResponseViolation};

/// The rules for the parts of a body, or of a part.
#[derive(Debug)]
pub(crate) enum Parts {
    Positions {
        first: Vec<Part>,
        /// The rule for every other part; `None` if there can be no others.
        rest: Option<Box<Part>>,
        count: Bounds,
    },
    Names {
        named: Vec<(String, Bounds, Part)>,
        is_closed: bool,
    },
}

/// The rule for a part.
#[derive(Debug)]
pub(crate) struct Part {
    content: Content,
    /// The media types and ranges; if there are none, every media type is valid.
    media_types: Vec<String>,
    headers: Vec<Header>,
}

#[derive(Debug)]
enum Content {
    Json(SchemaId),
    Text(SchemaId),
    /// Bytes, of which the number is validated.
    Bytes(Bounds),
    Parts(Parts),
}

impl Parts {
    /// Collects the rules for parts with positions.
    pub(crate) fn of<'d>(sequence: &PartSequence<'d>, tables: &mut SchemaTables<'d>) -> Self {
        let first = sequence.first.iter().map(|part| Part::of(part, tables));
        let first = first.collect();
        Self::Positions {
            first,
            rest: sequence
                .rest
                .as_ref()
                .map(|part| Box::new(Part::of(part, tables))),
            count: Bounds {
                least: sequence.least,
                most: sequence.most,
            },
        }
    }

    fn inner<'d>(inner: &InnerParts<'d>, tables: &mut SchemaTables<'d>) -> Self {
        match inner {
            InnerParts::Positions(sequence) => Self::of(sequence, tables),
            InnerParts::Names { parts, is_closed } => {
                let named = parts.iter().map(|named| {
                    let count = Bounds {
                        least: named.least,
                        most: named.most,
                    };
                    (named.name.to_owned(), count, Part::of(&named.part, tables))
                });
                Self::Names {
                    named: named.collect(),
                    is_closed: *is_closed,
                }
            }
        }
    }

    /// Returns the violations of a body, whose pointers begin with the position of the part.
    pub(crate) fn check(
        &self,
        tables: &Tables,
        content_type: &str,
        body: &[u8],
    ) -> Vec<ResponseViolation> {
        let mut violations = Vec::new();
        let parts = decode_parts(content_type, Bytes::copy_from_slice(body));
        self.check_at(tables, &JsonPointer::root(), parts, &mut violations);
        violations
    }

    fn check_at(
        &self,
        tables: &Tables,
        place: &JsonPointer,
        parts: Result<Vec<BodyPart>, impl ToString>,
        violations: &mut Vec<ResponseViolation>,
    ) {
        let mut violate = |place: &JsonPointer, message: String| {
            violations.push(ResponseViolation::body(place.as_str(), message));
        };
        let parts = match parts {
            Ok(parts) => parts,
            Err(reason) => return violate(place, reason.to_string()),
        };
        match self {
            Self::Positions { first, rest, count } => {
                let places = match rest {
                    Some(_) => None,
                    None => Some(first.len() as u64),
                };
                let most = count.most.into_iter().chain(places).min();
                let count = Bounds { most, ..*count };
                if let Some(message) = outside(count, parts.len() as u64, "part") {
                    violate(place, message);
                }
                let rules = first.iter().map(Some);
                let rules = rules.chain(std::iter::repeat(rest.as_deref()));
                for (index, (part, rule)) in parts.iter().zip(rules).enumerate() {
                    if let Some(rule) = rule {
                        let place = below(place, &index.to_string());
                        rule.check(tables, &place, part, violations);
                    }
                }
            }
            Self::Names { named, is_closed } => {
                for (name, count, rule) in named {
                    let place = below(place, name);
                    let is_it = |part: &&BodyPart| part.name().is_some_and(|found| found == **name);
                    let found: Vec<&BodyPart> = parts.iter().filter(is_it).collect();
                    if let Some(message) = outside(*count, found.len() as u64, "part") {
                        violations.push(ResponseViolation::body(place.as_str(), message));
                    }
                    for part in found {
                        rule.check(tables, &place, part, violations);
                    }
                }
                for part in parts.iter().filter(|_| *is_closed) {
                    let name = part.name().unwrap_or_default();
                    if !named.iter().any(|(known, ..)| *known == *name) {
                        let message = "is not a property of this object";
                        let place = below(place, &name);
                        violations.push(ResponseViolation::body(place.as_str(), message));
                    }
                }
            }
        }
    }
}

impl Part {
    fn of<'d>(part: &PositionalPart<'d>, tables: &mut SchemaTables<'d>) -> Self {
        let schema = part.schema.as_ref();
        let content = match (part.inner_parts(), part.kind(), schema) {
            (Some(inner), ..) => Content::Parts(Parts::inner(&inner, tables)),
            (None, PartKind::Json, Some(schema)) => Content::Json(tables.schema_of(schema)),
            (None, PartKind::Text, Some(schema)) => Content::Text(tables.schema_of(schema)),
            (None, _, schema) => Content::Bytes(schema.map(size).unwrap_or_default()),
        };
        let headers = part.headers();
        Self {
            content,
            media_types: part.content_types().map(str::to_owned).collect(),
            headers: headers
                .iter()
                .map(|header| Header::of(header, tables))
                .collect(),
        }
    }

    fn check(
        &self,
        tables: &Tables,
        place: &JsonPointer,
        part: &BodyPart,
        violations: &mut Vec<ResponseViolation>,
    ) {
        let mut violate = |message: String| {
            violations.push(ResponseViolation::body(place.as_str(), message));
        };
        let media_type = part.media_type().filter(|_| !self.media_types.is_empty());
        let is_other = |name: &&str| {
            let media_type = MediaType::parse_lenient(name).ok();
            media_type
                .and_then(|media_type| media_type.closest(&self.media_types))
                .is_none()
        };
        if media_type.filter(is_other).is_some() {
            let names = self.media_types.join(" or ");
            violate(format!("must be of the media type {names}"));
        }
        let fields = part.fields().filter_map(|(name, value)| {
            let name = HeaderName::try_from(name).ok()?;
            Some((name, HeaderValue::try_from(value).ok()?))
        });
        let fields: HeaderMap = fields.collect();
        let mut of_headers = Vec::new();
        for header in &self.headers {
            header.check(tables, &fields, &mut of_headers);
        }
        for found in of_headers {
            let field = found.pointer.trim_start_matches('/');
            violate(format!("header `{field}`: {}", found.message));
        }
        let (schema, is_json) = match &self.content {
            Content::Json(schema) => (*schema, true),
            Content::Text(schema) => (*schema, false),
            Content::Bytes(size) => {
                let length = part.content().len() as u64;
                return outside(*size, length, "byte").map_or((), violate);
            }
            Content::Parts(parts) => {
                return parts.check_at(tables, place, part.to_parts(), violations);
            }
        };
        let Ok(text) = part.to_text() else {
            return violate("is not UTF-8".to_owned());
        };
        let json = match is_json {
            true => text.to_owned(),
            false => style::decode_scalar(text, ExpectedTypes::<Owned>::new(tables, schema)),
        };
        for found in tables.check(schema, &json, Direction::Response) {
            let pointer = format!("{place}{}", found.pointer);
            let message = found.message.to_string();
            violations.push(ResponseViolation::body(pointer, message));
        }
    }
}

/// Returns the limits of the number of bytes that a schema describes.
pub(crate) fn size(schema: &Schema<'_>) -> Bounds {
    Bounds::of(&schema.effective().limits, Counted::Characters)
}

/// Returns a message if a number of what `noun` is, such as bytes, is outside of its limits.
pub(crate) fn outside(Bounds { least, most }: Bounds, number: u64, noun: &str) -> Option<String> {
    miscount(number, least, most, noun)
}

fn below(place: &JsonPointer, name: &str) -> JsonPointer {
    let mut place = place.clone();
    place.push(name);
    place
}
