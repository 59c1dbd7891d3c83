//! Provides the parts inside a part of a multipart body (OpenAPI 3.2.0, Encoding Object, Nested Encoding).

use oas_wire::MediaRange;

use super::{Encoding, MediaKind, MediaType, PartSequence, PositionalPart};
use crate::{
    Version,
    schema::{Additional, EffectiveSchema, Limit, Property, Schema, Type},
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
    /// The schema and the encoding of each of them: an array has a part for each item. Without a schema where items differ by position.
    pub part: PositionalPart<'d>,
    /// The parts of the first items of an array whose items differ by position (`prefixItems`); empty for any other property.
    pub first: Vec<PositionalPart<'d>>,
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

    /// Returns the parts of a form that are the property of this name; `None` if the schema names no such property.
    ///
    /// The encoding of a property that is an array is that of each item (OpenAPI 3.0.4, Encoding `multipart` Media Types).
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{PartKind, media_types};
    ///
    /// let text = "
    /// openapi: 3.0.4
    /// content:
    ///   multipart/form-data:
    ///     schema: {type: object, properties: {files: {type: array, items: {type: string, format: binary}}}}
    /// ";
    /// let document = Document::parse("form.yaml", text).unwrap();
    /// let media = media_types(document.root())[0];
    /// assert_eq!(media.part("files").unwrap().part.kind(), PartKind::Bytes);
    /// assert!(media.part("notes").is_none());
    /// ```
    #[must_use]
    pub fn part(&self, property: &str) -> Option<NamedPart<'d>> {
        let form = self.schema()?.effective();
        let property = form.property(property)?;
        Some(NamedPart::of(property, self.encoding(property.name)))
    }
}

impl<'d> NamedPart<'d> {
    /// Returns the parts that a property of a form is, by the encoding of the property; [`MediaType::part`] finds both.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{NamedPart, PartKind};
    /// use oas_document::schema::Schema;
    ///
    /// let text = "{openapi: 3.1.2, properties: {pair: {type: array, prefixItems: [{type: integer}, {type: object}]}}}";
    /// let document = Document::parse("form.yaml", text).unwrap();
    /// let form = Schema::of(document.root()).effective();
    /// let pair = NamedPart::of(&form.properties[0], None);
    /// assert_eq!([pair.at(0).kind(), pair.at(1).kind()], [PartKind::Text, PartKind::Json]);
    /// ```
    #[must_use]
    pub fn of(property: &Property<'d>, encoding: Option<Encoding<'d>>) -> Self {
        let effective = property.schema.effective();
        let is_array = effective.types.single() == Some(Type::Array);
        let limit = |limit| effective.limits.value(limit);
        let first = effective.prefix_items.iter().filter(|_| is_array);
        let first = first.map(|item| PositionalPart::new(Some(item.clone()), encoding));
        let first: Vec<_> = first.collect();
        Self {
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
                    true if first.is_empty() => effective.items,
                    true => None,
                    false => Some(property.schema.clone()),
                },
                encoding,
            },
            first,
        }
    }

    /// Returns the part that is the item at `place`, counted from 0, if the property is an array, or else the only part.
    #[must_use]
    pub fn at(&self, place: usize) -> &PositionalPart<'d> {
        self.first.get(place).unwrap_or(&self.part)
    }
}

impl<'d> InnerParts<'d> {
    /// Lists the parts that the properties of a schema name, with their encodings.
    fn named(
        schema: &EffectiveSchema<'d>,
        encoding: impl Fn(&str) -> Option<Encoding<'d>>,
    ) -> Self {
        let parts = schema.properties.iter();
        let parts = parts.map(|property| NamedPart::of(property, encoding(property.name)));
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
