//! Provides the parts inside a part of a multipart body (OpenAPI 3.2.0, Encoding Object, Nested Encoding).

use oas_wire::MediaRange;

use super::{Encoding, MediaKind, MediaType, PartSequence, PositionalPart};
use crate::{
    Version,
    schema::{Additional, EffectiveSchema, Limit, Schema, Type},
};

/// The parts inside a part of a multipart body, which is a multipart body of its own.
#[derive(Clone, Debug)]
pub enum InnerParts<'d> {
    /// Parts that are known by their positions, as in `multipart/mixed`.
    Positions(PartSequence<'d>),
    /// Parts that are known by their names, as in `multipart/form-data`.
    Names {
        /// The parts that the schema names, in the order of its properties.
        parts: Vec<NamedPart<'d>>,
        /// Whether there can be no others.
        is_closed: bool,
    },
}

/// A part that is known by its name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedPart<'d> {
    /// The name: that of the property.
    pub name: &'d str,
    /// The least number of parts with the name: 1 for a required property.
    pub least: u64,
    /// The greatest number of parts with the name; `None` for a property that is an array without `maxItems`.
    pub most: Option<u64>,
    /// The schema and the encoding of each of them: an array has a part for each item.
    pub part: PositionalPart<'d>,
}

impl<'d> Encoding<'d> {
    /// Returns the parts inside a part that `schema` describes. Returns `None` unless each media type of `contentType` is
    /// multipart and the document describes parts, by a schema of an array or of an object or by the Encoding Object. Before OpenAPI 3.2, no
    /// part has parts.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{InnerParts, media_types};
    ///
    /// let text = "
    /// openapi: 3.2.0
    /// content:
    ///   multipart/mixed:
    ///     schema: {type: array, items: {type: array, items: {}}}
    ///     itemEncoding: {contentType: multipart/mixed, itemEncoding: {contentType: image/png}}
    /// ";
    /// let document = Document::parse("scans.yaml", text).unwrap();
    /// let parts = media_types(document.root())[0].part_sequence().unwrap();
    /// let Some(InnerParts::Positions(inner)) = parts.at(0).unwrap().inner_parts() else { panic!() };
    /// assert_eq!(inner.at(0).unwrap().media_type(), "image/png");
    /// ```
    pub fn inner_parts(&self, schema: Option<&Schema<'d>>) -> Option<InnerParts<'d>> {
        if self.kind() != Some(MediaKind::Multipart)
            || self.node.document().version() < Version::V3_2
        {
            return None;
        }
        let mut ranges = self.content_types().map(MediaRange::parse_lenient);
        let is_form =
            ranges.all(|range| range.is_ok_and(|range| range.has_essence("multipart/form-data")));
        let schema = schema.map(Schema::effective);
        let has_positions = ["prefixEncoding", "itemEncoding"]
            .iter()
            .any(|field| self.node.get(field).is_some());
        let is_array = schema.as_ref().is_some_and(|schema| {
            schema.types.single() == Some(Type::Array)
                || schema.types.is_any()
                    && (!schema.prefix_items.is_empty() || schema.items.is_some())
        });
        if !is_form && (has_positions || is_array) {
            let sequence = PartSequence::of(self.node, None, schema);
            return Some(InnerParts::Positions(sequence));
        }
        let schema = schema.filter(|schema| is_form && !schema.properties.is_empty())?;
        let encodings = self.part_encodings();
        Some(InnerParts::named(&schema, |name| {
            let given = encodings.iter().find(|(given, _)| given == name);
            given.map(|(_, encoding)| *encoding)
        }))
    }
}

impl<'d> MediaType<'d> {
    /// Returns the parts of a `multipart/form-data` body that the schema names; `None` for any other body, and if the schema names
    /// none.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{InnerParts, media_types};
    ///
    /// let text = "
    /// openapi: 3.0.4
    /// content:
    ///   multipart/form-data:
    ///     schema: {type: object, required: [id], properties: {id: {type: integer}, tags: {type: array, items: {type: string}}}}
    /// ";
    /// let document = Document::parse("form.yaml", text).unwrap();
    /// let Some(InnerParts::Names { parts, .. }) = media_types(document.root())[0].named_parts() else { panic!() };
    /// let counts: Vec<_> = parts.iter().map(|part| (part.name, part.least, part.most)).collect();
    /// assert_eq!(counts, [("id", 1, Some(1)), ("tags", 0, None)]);
    /// ```
    #[must_use]
    pub fn named_parts(&self) -> Option<InnerParts<'d>> {
        let range = MediaRange::parse_lenient(self.name).ok()?;
        let schema = self
            .schema()
            .filter(|_| range.has_essence("multipart/form-data"))?;
        let schema = schema.effective();
        let is_named = !schema.properties.is_empty();
        is_named.then(|| InnerParts::named(&schema, |name| self.encoding(name)))
    }

    /// Returns the parts inside each part of a form that is the property of this name; see [`Encoding::inner_parts`]. The
    /// encoding of a property that is an array is that of each item.
    #[must_use]
    pub fn inner_parts(&self, property: &str) -> Option<InnerParts<'d>> {
        let encoding = self.encoding(property)?;
        let form = self.schema()?.effective();
        let schema = &form.property(property)?.schema;
        let effective = schema.effective();
        match effective.types.without_null().single() {
            Some(Type::Array) => encoding.inner_parts(effective.items.as_ref()),
            _ => encoding.inner_parts(Some(schema)),
        }
    }
}

impl<'d> InnerParts<'d> {
    /// Lists the parts that the properties of a schema name, with their encodings.
    fn named(
        schema: &EffectiveSchema<'d>,
        encoding: impl Fn(&str) -> Option<Encoding<'d>>,
    ) -> Self {
        let parts = schema.properties.iter().map(|property| {
            let effective = property.schema.effective();
            let is_array = effective.types.without_null().single() == Some(Type::Array);
            let limit = |limit| effective.limits.value(limit);
            NamedPart {
                name: property.name,
                least: match property.required {
                    true => limit(Limit::MinItems).filter(|_| is_array).unwrap_or(1),
                    false => 0,
                },
                most: match is_array {
                    true => limit(Limit::MaxItems),
                    false => Some(1),
                },
                part: PositionalPart {
                    schema: match is_array {
                        true => effective.items.clone(),
                        false => Some(property.schema.clone()),
                    },
                    encoding: encoding(property.name),
                },
            }
        });
        Self::Names {
            parts: parts.collect(),
            is_closed: matches!(schema.additional, Additional::Denied(_))
                && schema.pattern_properties.is_empty(),
        }
    }

    /// Iterates over the parts, each with its name if it has one: by position, those of the first positions and then the one for every
    /// other.
    #[must_use]
    pub fn all(&self) -> Vec<&PositionalPart<'d>> {
        match self {
            Self::Positions(sequence) => sequence.all().collect(),
            Self::Names { parts, .. } => parts.iter().map(|part| &part.part).collect(),
        }
    }
}
