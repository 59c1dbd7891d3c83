//! Provides the parts of multipart bodies that are identified by their positions (OpenAPI 3.2.0, Encoding By Position).

use oas_wire::MediaRange;

use super::content::{item_encoding, prefix_encodings};
use super::inner_parts::InnerParts;
use super::{Encoding, Header, MediaKind, MediaType};
use crate::{
    Node, Version,
    schema::{EffectiveSchema, Limit, Schema, Type},
};

/// The parts of a multipart body without names, such as `multipart/mixed`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PartSequence<'d> {
    /// The first parts, each with its own schema or encoding: `prefixItems` and `prefixEncoding`.
    pub first: Vec<PositionalPart<'d>>,
    /// Every other part: `items` or `itemSchema`, and `itemEncoding`; `None` if the body can have no others.
    pub rest: Option<PositionalPart<'d>>,
    /// The least number of parts: `minItems`, or else 0.
    pub least: u64,
    /// The greatest number of parts, if `maxItems` limits it.
    pub most: Option<u64>,
    /// The keywords that compare parts with one another, or count some of them: `uniqueItems` and `contains`.
    pub across: Vec<Node<'d>>,
}

/// A part of a [`PartSequence`]: the one at a position, or each one after the first.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PositionalPart<'d> {
    /// The schema of the value: that of `prefixItems`, or else of `items` or `itemSchema`; `None` if the document has none, so that
    /// any value is valid.
    pub schema: Option<Schema<'d>>,
    /// The Encoding Object: that of `prefixEncoding`, or else `itemEncoding`; `None` if the document has neither.
    pub encoding: Option<Encoding<'d>>,
}

/// The representation of the content of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// JSON: every media type of the part is JSON.
    Json,
    /// Text: every media type of the part is text.
    Text,
    /// Bytes: any other media type, several of different kinds, or text such as XML whose schema is an object or array.
    Bytes,
}

impl<'d> MediaType<'d> {
    /// Returns whether the parts of a multipart body have positions instead of names, and are not all JSON. Before OpenAPI 3.2, parts
    /// have names in every media type.
    pub(super) fn has_positions(&self) -> bool {
        let range = MediaRange::parse_lenient(self.name);
        let is_form = range.is_ok_and(|range| range.has_essence("multipart/form-data"));
        if is_form
            || MediaKind::of(self.name) != MediaKind::Multipart
            || self.node.document().version() < Version::V3_2
        {
            return false;
        }
        self.stream_fields().next().is_some()
            || self.schema().is_some_and(|schema| {
                let effective = schema.effective();
                let has_items = !effective.prefix_items.is_empty() || effective.items.is_some();
                effective.types.single() == Some(Type::Array)
                    || effective.types.is_any() && has_items
            })
    }

    /// Returns the parts of a body of [`MediaKind::Parts`]; `None` for any other body.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{PartKind, media_types};
    ///
    /// let text = "
    /// openapi: 3.2.0
    /// content:
    ///   multipart/mixed:
    ///     schema: {type: array, prefixItems: [{type: object}, {}], items: false}
    ///     prefixEncoding: [{}, {contentType: image/*}]
    /// ";
    /// let document = Document::parse("page.yaml", text).unwrap();
    /// let parts = media_types(document.root())[0].part_sequence().unwrap();
    /// let kinds: Vec<PartKind> = parts.first.iter().map(|part| part.kind()).collect();
    /// assert_eq!(kinds, [PartKind::Json, PartKind::Bytes]);
    /// assert!(parts.rest.is_none());
    /// ```
    #[must_use]
    pub fn part_sequence(&self) -> Option<PartSequence<'d>> {
        if self.kind() != MediaKind::Parts {
            return None;
        }
        let effective = self.schema().map(|schema| schema.effective());
        Some(PartSequence::of(self.node, self.item_schema(), effective))
    }
}

impl<'d> PartSequence<'d> {
    /// Reads the parts of a body or of a part. `node` is the Media Type Object or the Encoding Object, and `item` the schema of
    /// each part, if it is not that of the items of `schema`.
    pub(super) fn of(
        node: Node<'d>,
        item: Option<Schema<'d>>,
        schema: Option<EffectiveSchema<'d>>,
    ) -> Self {
        let prefix = match (&item, &schema) {
            (None, Some(schema)) => schema.prefix_items.clone(),
            _ => Vec::new(),
        };
        let items = || schema.as_ref()?.items.clone();
        let item = item.or_else(items);
        let encodings: Vec<Encoding<'_>> = prefix_encodings(node).collect();
        let positions = prefix.len().max(encodings.len());
        let part = |position: usize| PositionalPart {
            schema: prefix.get(position).or(item.as_ref()).cloned(),
            encoding: encodings.get(position).copied().or(item_encoding(node)),
        };
        let limit = |limit| schema.as_ref()?.limits.value(limit);
        let most = limit(Limit::MaxItems);
        let is_closed = item.as_ref().is_some_and(|item| item.types().is_empty())
            || most.is_some_and(|most| most <= positions as u64);
        Self {
            first: (0..positions).map(part).collect(),
            rest: (!is_closed).then(|| part(positions)),
            least: limit(Limit::MinItems).unwrap_or_default(),
            most,
            across: schema
                .iter()
                .flat_map(EffectiveSchema::across_items)
                .collect(),
        }
    }

    /// Iterates over the first parts, and then the one for every other position.
    pub fn all(&self) -> impl Iterator<Item = &PositionalPart<'d>> {
        self.first.iter().chain(&self.rest)
    }

    /// Returns the part at `position`, counted from 0; `None` if the body can have no part there.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<&PositionalPart<'d>> {
        if self.most.is_some_and(|most| position as u64 >= most) {
            return None;
        }
        self.first.get(position).or(self.rest.as_ref())
    }
}

impl<'d> PositionalPart<'d> {
    /// Returns the encoding of the content: that of `contentType`, or else the default for the type of the value
    /// (OpenAPI 3.2.0, Encoding Object).
    pub fn kind(&self) -> PartKind {
        let kinds: Vec<MediaKind> = self.content_types().map(MediaKind::of).collect();
        if !kinds.is_empty() {
            let all = |kind| kinds.iter().all(|found| *found == kind);
            return match () {
                () if all(MediaKind::Json) => PartKind::Json,
                () if all(MediaKind::Text) && !self.is_structured_text() => PartKind::Text,
                () => PartKind::Bytes,
            };
        }
        let Some(effective) = self.schema.as_ref().map(Schema::effective) else {
            return PartKind::Bytes;
        };
        let types = effective.types.without_null();
        let nests = types.contains(Type::Object) || types.contains(Type::Array);
        match nests {
            _ if effective.types.is_any() || effective.content_encoding.is_some() => {
                PartKind::Bytes
            }
            false if effective.is_binary() => PartKind::Bytes,
            true => PartKind::Json,
            false => PartKind::Text,
        }
    }

    /// Returns whether the part is text of a media type such as XML, and its schema describes an object or an array: then
    /// the text is not parsed.
    pub fn is_structured_text(&self) -> bool {
        let kinds = self.content_types().map(MediaKind::of);
        let types = self.schema.as_ref().map(Schema::types);
        let is_structured = types.is_some_and(|types| {
            !types.is_empty()
                && types
                    .without_null()
                    .iter()
                    .all(|ty| matches!(ty, Type::Object | Type::Array))
        });
        is_structured && kinds.eq([MediaKind::Text])
    }

    /// Iterates over the media types and ranges of `contentType`; over nothing if the field is missing.
    pub fn content_types(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let encoding = self.encoding.into_iter();
        encoding.flat_map(|encoding| encoding.content_types())
    }

    /// Returns a media type that the part can have: the first of `contentType`, or else the default of its kind, such
    /// as `application/json`.
    #[must_use]
    pub fn media_type(&self) -> String {
        match (self.content_types().next(), self.kind()) {
            (Some(range), _) => MediaRange::parse_lenient(range)
                .map_or_else(|_| range.to_owned(), |range| range.example()),
            (None, PartKind::Json) => "application/json".to_owned(),
            (None, PartKind::Text) => "text/plain".to_owned(),
            (None, PartKind::Bytes) => "application/octet-stream".to_owned(),
        }
    }

    /// Returns the parts inside the part; see [`Encoding::inner_parts`].
    #[must_use]
    pub fn inner_parts(&self) -> Option<InnerParts<'d>> {
        self.encoding?.inner_parts(self.schema.as_ref())
    }

    /// Returns the headers of the part, without the `Content-Type`, which `contentType` describes.
    pub fn headers(&self) -> Vec<Header<'d>> {
        let headers = self.encoding.iter().flat_map(Encoding::headers);
        headers.filter(|header| !header.is_ignored()).collect()
    }
}
