//! Provides the parts of multipart bodies that are identified by their positions (OpenAPI 3.2.0, Encoding By Position).

use oas_wire::MediaRange;

use super::content::{item_encoding, prefix_encodings};
use super::inner_parts::InnerParts;
use super::{Encoding, Header, MediaKind, MediaType};
use crate::{
    Node, Version,
    schema::{EffectiveSchema, Limit, Schema, Type, Types},
};

const BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";

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
    /// Creates the part that a schema and an Encoding Object describe, such as one item of a property that is an array.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{PartKind, PositionalPart};
    /// use oas_document::schema::Schema;
    ///
    /// let document = Document::parse("icon.yaml", "{openapi: 3.1.2, type: string, contentEncoding: base64}").unwrap();
    /// let part = PositionalPart::new(Some(Schema::of(document.root())), None);
    /// assert_eq!(part.kind(), PartKind::Text);
    /// ```
    #[must_use]
    pub const fn new(schema: Option<Schema<'d>>, encoding: Option<Encoding<'d>>) -> Self {
        Self { schema, encoding }
    }

    /// Returns the encoding of the content: that of `contentType`, or else of
    /// [`default_content_type`](Self::default_content_type). Where the types of the value have different defaults, it is JSON.
    ///
    /// Bytes that the schema has encoded, as Base64, are text in each media type. A `format: binary` is bytes in each, and so is text whose
    /// schema admits objects or arrays: none of them is parsed.
    pub fn kind(&self) -> PartKind {
        let schema = self.schema.as_ref().map(Schema::effective);
        let types = schema.as_ref().map_or(Types::ANY, |schema| schema.types);
        let is_text = types.single() == Some(Type::String);
        if is_text && schema.as_ref().is_some_and(names_an_encoding) {
            return PartKind::Text;
        }
        let kinds: Vec<MediaKind> = self.content_types().map(MediaKind::of).collect();
        if kinds.is_empty() {
            return match self.default_content_type_by(schema.as_ref()) {
                Some(BYTES) => PartKind::Bytes,
                Some(TEXT) => PartKind::Text,
                _ => PartKind::Json,
            };
        }
        let mut formats = schema.iter().flat_map(|schema| &schema.formats);
        let is_file = formats.any(|format| format.value == "binary");
        let nests = types.contains(Type::Object) || types.contains(Type::Array);
        let all = |kind| !is_file && kinds.iter().all(|found| *found == kind);
        match () {
            () if all(MediaKind::Json) => PartKind::Json,
            () if all(MediaKind::Text) && !nests => PartKind::Text,
            () => PartKind::Bytes,
        }
    }

    /// Returns the media type of the part if `contentType` is missing, which the type of the value determines. Returns `None` if
    /// the schema admits values with different defaults, or has no type in OpenAPI 3.0, which has no default for it.
    ///
    /// The defaults are those of OpenAPI 3.0.4, 3.1.2 and 3.2.0, Encoding Object. Bytes without an encoding have no type since
    /// OpenAPI 3.1, and Base64, which was `format: byte`, has a `contentEncoding` (3.1.2, Working with Binary Data). An array in an
    /// array is JSON, as 3.2.0 has it. Keywords such as `properties` imply a type.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{InnerParts, media_types};
    ///
    /// let text = "
    /// openapi: 3.1.2
    /// content:
    ///   multipart/form-data:
    ///     schema: {properties: {file: {}, icon: {type: string, contentEncoding: base64}, sizes: {type: array, items: {type: integer}}}}
    /// ";
    /// let document = Document::parse("form.yaml", text).unwrap();
    /// let media = media_types(document.root())[0];
    /// let default = |name| media.part(name)?.part.default_content_type();
    /// assert_eq!(default("file"), Some("application/octet-stream"));
    /// assert_eq!(default("icon"), Some("application/octet-stream"));
    /// assert_eq!(default("sizes"), Some("text/plain"));
    /// ```
    #[must_use]
    pub fn default_content_type(&self) -> Option<&'static str> {
        self.default_content_type_by(self.schema.as_ref().map(Schema::effective).as_ref())
    }

    /// Returns the default by the keywords of the schema.
    fn default_content_type_by(
        &self,
        effective: Option<&EffectiveSchema<'d>>,
    ) -> Option<&'static str> {
        let (Some(schema), Some(effective)) = (&self.schema, effective) else {
            return Some(BYTES);
        };
        let is_bytes = names_an_encoding(effective) || effective.is_binary();
        let scalars = [Type::String, Type::Number, Type::Boolean];
        let scalars: Types = scalars.into_iter().collect();
        let structures: Types = [Type::Object, Type::Array].into_iter().collect();
        match effective.types.without_null() {
            _ if implies_no_type(effective) => {
                let mut nodes = schema.written().iter();
                let has_default = nodes.any(|node| node.document().version() > Version::V3_0);
                (is_bytes || has_default).then_some(BYTES)
            }
            types if scalars.is_superset(types) => {
                let is_bytes = is_bytes && types.contains(Type::String);
                Some(if is_bytes { BYTES } else { TEXT })
            }
            types if structures.is_superset(types) => Some(JSON),
            _ => None,
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
            (None, PartKind::Json) => JSON.to_owned(),
            (None, PartKind::Text) => self.default_content_type().unwrap_or(TEXT).to_owned(),
            (None, PartKind::Bytes) => BYTES.to_owned(),
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

/// Returns whether a schema says how bytes are encoded in a string.
fn names_an_encoding(effective: &EffectiveSchema<'_>) -> bool {
    let mut formats = effective.formats.iter();
    effective.content_encoding.is_some() || formats.any(|format| format.value == "byte")
}

/// Returns whether no keyword of a schema implies a type; formats of bytes imply none.
fn implies_no_type(effective: &EffectiveSchema<'_>) -> bool {
    let mut formats = effective.formats.iter();
    effective.types.is_any()
        && effective.values.is_none()
        && formats.all(|format| matches!(format.value, "binary" | "byte"))
        && effective.properties.is_empty()
        && effective.items.is_none()
        && effective.one_of.is_empty()
        && effective.any_of.is_empty()
}
