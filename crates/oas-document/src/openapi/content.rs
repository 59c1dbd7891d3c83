//! Provides media types, and the encoding of form parts (OpenAPI 3.0.4, Media Type Object and Encoding Object; RFC 9110
//! §8.3.1).

use oas_wire::items::Framing;
use oas_wire::{MediaRange, Serialization, Style};

use super::{Header, Problem, described, flag, resolved, response, text};
use crate::{
    Node, Version,
    schema::{Schema, Type},
};

/// An entry of `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaType<'d> {
    /// The key, as written.
    pub name: &'d str,
    /// The Media Type Object, with `$ref` resolved.
    pub node: Node<'d>,
}

/// Returns the entries of `content` of an object, in document order.
pub fn media_types(node: Node<'_>) -> Vec<MediaType<'_>> {
    media_types_noting(node, &mut Vec::new())
}

pub(super) fn media_types_noting<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<MediaType<'d>> {
    let entries = node.get("content").into_iter().flat_map(Node::entries);
    // The types of RFC 2045 that are called `x-…` have a slash, extensions have none.
    let entries = entries.filter(|(name, _)| !name.starts_with("x-") || name.contains('/'));
    // From 3.1 on a media type may be a `$ref` (3.2: officially), whose target is the object.
    entries
        .filter_map(|(name, raw)| {
            let node = resolved(raw, problems)?;
            Some(MediaType { name, node })
        })
        .collect()
}

impl<'d> MediaType<'d> {
    /// Parses the key as a media type or range; returns `None` if it is invalid.
    pub fn range(&self) -> Option<MediaRange<'d>> {
        MediaRange::parse(self.name).ok()
    }

    /// Returns how bodies of the media type are written.
    ///
    /// A range such as `*/*` leaves it to the schema: values that are no texts are JSON.
    ///
    /// ```
    /// use oas_document::Document;
    /// use oas_document::openapi::{MediaKind, media_types};
    ///
    /// let text = "{openapi: 3.1.0, content: {'*/*': {schema: {type: object}}, 'image/*': {schema: {type: object}}}}";
    /// let document = Document::parse("ranges.yaml", text).unwrap();
    /// let kinds: Vec<MediaKind> = media_types(document.root()).iter().map(|media| media.kind()).collect();
    /// assert_eq!(kinds, [MediaKind::Json, MediaKind::Bytes]);
    /// ```
    pub fn kind(&self) -> MediaKind {
        if let Some(items) = self.item_schema() {
            match Framing::of(self.name) {
                Some(Framing::Events) if has_json_data(&items) => {
                    return MediaKind::Items(Framing::JsonEvents);
                }
                Some(framing) => return MediaKind::Items(framing),
                None if self.has_json_parts(&items) => return MediaKind::Items(Framing::Parts),
                None => {}
            }
        }
        let kind = MediaKind::of(self.name);
        let range = MediaRange::parse_lenient(self.name);
        let may_be_json =
            range.is_ok_and(|range| range.has_essence("*/*") || range.has_essence("application/*"));
        let is_text = || {
            self.schema()
                .is_none_or(|schema| schema.types().contains(Type::String))
        };
        match kind {
            MediaKind::Bytes if may_be_json && !is_text() => MediaKind::Json,
            kind => kind,
        }
    }

    /// Returns whether all parts of a multipart body are JSON, and have neither names nor fixed positions: by the `contentType` of
    /// `itemEncoding`, or without one because each is an object or an array (OpenAPI 3.2.0, Encoding Object).
    fn has_json_parts(&self, item: &Schema<'d>) -> bool {
        let range = MediaRange::parse_lenient(self.name);
        let is_form = || range.is_ok_and(|range| range.has_essence("multipart/form-data"));
        if MediaKind::of(self.name) != MediaKind::Multipart
            || is_form()
            || self.node.get("prefixEncoding").is_some()
        {
            return false;
        }
        let encoding = self.item_encoding();
        let mut named = encoding.iter().flat_map(Encoding::content_types).peekable();
        if named.peek().is_none() {
            let mut types = item.types().without_null().iter();
            return types.all(|found| matches!(found, Type::Object | Type::Array));
        }
        named.any(|name| {
            let range = MediaRange::parse_lenient(name);
            range.is_ok_and(|range| range.has_essence("application/json"))
        })
    }

    /// Returns the `Content-Type` of a message with such a body: [`MediaType::example_name`], and the boundary of parts that are items.
    pub fn content_type(&self) -> String {
        let name = self.example_name();
        match self.kind() {
            MediaKind::Items(framing) => framing.content_type(&name).into_owned(),
            _ => name,
        }
    }

    /// Returns the media type that a message with such a body can name: the name itself, or a media type of the range.
    pub fn example_name(&self) -> String {
        match MediaRange::parse_lenient(self.name) {
            Ok(range) if range.is_wildcard() => match self.kind() {
                MediaKind::Json => "application/json".to_owned(),
                _ => range.example(),
            },
            _ => self.name.to_owned(),
        }
    }

    /// Returns the `schema`.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.schema_node().map(Schema::of)
    }

    /// Returns the value of `schema`, as written.
    pub fn schema_node(&self) -> Option<Node<'d>> {
        self.node.get("schema")
    }

    /// Returns the `itemSchema` (OpenAPI 3.2), the schema of each item of a stream.
    pub fn item_schema(&self) -> Option<Schema<'d>> {
        self.item_schema_node().map(Schema::of)
    }

    /// Returns the value of `itemSchema`, as written.
    pub fn item_schema_node(&self) -> Option<Node<'d>> {
        self.node.get("itemSchema")
    }

    /// Returns the fields that describe the parts of a stream (OpenAPI 3.2): `itemSchema`, `prefixEncoding` and `itemEncoding`.
    pub fn stream_fields(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let fields = ["itemSchema", "prefixEncoding", "itemEncoding"];
        let node = self.node;
        fields.into_iter().filter_map(move |field| node.get(field))
    }

    /// Returns the `itemEncoding` (OpenAPI 3.2), the encoding of each part of a stream.
    pub fn item_encoding(&self) -> Option<Encoding<'d>> {
        item_encoding(self.node)
    }

    /// Returns the `encoding` of each property of a form, in document order.
    pub fn encodings(&self) -> impl Iterator<Item = Encoding<'d>> + use<'d> {
        let entries = self
            .node
            .get("encoding")
            .into_iter()
            .flat_map(Node::entries);
        entries.map(|(property, node)| Encoding { property, node })
    }

    /// Returns the properties of a form that are not written in the default way, in document order.
    pub fn serializations(&self) -> Vec<(&'d str, Serialization)> {
        let encodings = self.encodings();
        encodings
            .filter_map(|encoding| Some((encoding.property, encoding.serialization()?)))
            .collect()
    }

    /// Returns how the parts of a body are encoded, in document order: `encoding`, and since OpenAPI 3.2 `prefixEncoding`, whose
    /// entries are named by their position, and `itemEncoding`, whose name is `*`.
    pub fn part_encodings(&self) -> Vec<(String, Encoding<'d>)> {
        part_encodings(self.node)
    }

    /// Returns the example values: `example`, then the values of `examples`.
    pub fn examples(&self) -> Vec<Node<'d>> {
        examples(self.node)
    }

    /// Returns the names of the example values under `examples`, in document order, each with its value.
    pub fn named_examples(&self) -> Vec<(&'d str, Node<'d>)> {
        named_examples_noting(self.node, &mut Vec::new())
    }

    /// Returns the entries of `examples`, in document order, those without a value included.
    pub fn example_objects(&self) -> Vec<Example<'d>> {
        example_objects(self.node, &mut Vec::new())
    }

    /// Returns `x-rejection`: the body with which a server refuses a request by itself.
    pub fn rejection(&self) -> Option<Node<'d>> {
        self.node.get("x-rejection")
    }
}

/// Adds the references of `content` of an object, and of its examples, that lead to nothing.
pub(super) fn problems_noting<'d>(node: Node<'d>, problems: &mut Vec<Problem<'d>>) {
    for media in media_types_noting(node, problems) {
        examples_noting(media.node, problems);
    }
}

fn part_encodings(node: Node<'_>) -> Vec<(String, Encoding<'_>)> {
    let named = node.get("encoding").into_iter().flat_map(Node::entries);
    let named = named.map(|(property, node)| (property.to_owned(), Encoding { property, node }));
    let first = node.get("prefixEncoding").into_iter().flat_map(Node::items);
    let first = first.enumerate().map(|(at, node)| {
        let property = "";
        (at.to_string(), Encoding { property, node })
    });
    let rest = item_encoding(node).map(|rest| (rest.property.to_owned(), rest));
    named.chain(first).chain(rest).collect()
}

fn item_encoding(node: Node<'_>) -> Option<Encoding<'_>> {
    let node = node.get("itemEncoding")?;
    let property = "*";
    Some(Encoding { property, node })
}

/// Returns the example values of a media type, parameter or header object.
pub(crate) fn examples(node: Node<'_>) -> Vec<Node<'_>> {
    examples_noting(node, &mut Vec::new())
}

pub(super) fn examples_noting<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<Node<'d>> {
    let named = named_examples_noting(node, problems).into_iter();
    let named = named.map(|(_, value)| value);
    node.get("example").into_iter().chain(named).collect()
}

fn named_examples_noting<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<(&'d str, Node<'d>)> {
    let named = example_objects(node, problems).into_iter();
    named
        .filter_map(|example| Some((example.name, example.value()?)))
        .collect()
}

/// Returns the entries of `examples` of a media type, parameter or header object.
pub(super) fn example_objects<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<Example<'d>> {
    let named = node.get("examples").into_iter().flat_map(Node::entries);
    let named = named.filter_map(|(name, raw)| {
        let node = resolved(raw, problems)?;
        Some(Example { name, raw, node })
    });
    named.collect()
}

/// An example under a name (OpenAPI 3.0.4, Example Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Example<'d> {
    /// Its name.
    pub name: &'d str,
    /// The value under the name, as written.
    pub raw: Node<'d>,
    /// The Example Object, with `$ref` resolved.
    pub node: Node<'d>,
}

impl<'d> Example<'d> {
    /// Returns the value as data: `dataValue` (OpenAPI 3.2), else `value`.
    pub fn value(&self) -> Option<Node<'d>> {
        // OpenAPI 3.2 has the value as data beside the value as text.
        let has_data = self.node.document().version() >= Version::V3_2;
        let data = has_data.then(|| self.node.get("dataValue")).flatten();
        data.or_else(|| self.node.get("value"))
    }

    /// Returns `serializedValue` (OpenAPI 3.2): the value as it is sent.
    pub fn serialized_value(&self) -> Option<&'d str> {
        text(self.node, "serializedValue")
    }

    /// Returns `externalValue`: where the value is found.
    pub fn external_value(&self) -> Option<&'d str> {
        text(self.node, "externalValue")
    }

    /// Returns the value of `summary`, whose [translations](super::translation) are beside it.
    pub fn summary_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "summary")
    }

    /// Returns the value of `description`, whose [translations](super::translation) are beside it.
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }
}

/// Returns whether the data of events is not a string, although every event is text: then it is JSON.
fn has_json_data(items: &Schema<'_>) -> bool {
    let effective = items.effective();
    let data = effective.property("data");
    data.is_some_and(|data| !data.schema.types().contains(Type::String))
}

/// The encoding of a media type's bodies, as far as generated code distinguishes them.
///
/// ```
/// use oas_document::openapi::MediaKind;
///
/// assert_eq!(MediaKind::of("Application/Problem+JSON; charset=utf-8"), MediaKind::Json);
/// assert_eq!(MediaKind::of("image/*"), MediaKind::Bytes);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// JSON, by essence or by the suffix `+json`.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data` and its relatives
    Multipart,
    /// `text/*`
    Text,
    /// `text/event-stream`
    Events,
    /// A sequence of items, each of which has a schema (`itemSchema`, OpenAPI 3.2).
    Items(Framing),
    /// Any other: bytes.
    Bytes,
}

impl MediaKind {
    /// Returns the kind of a media type or range; a text that is neither is read as bytes.
    pub fn of(name: &str) -> MediaKind {
        let Ok(range) = MediaRange::parse_lenient(name) else {
            return MediaKind::Bytes;
        };
        let essence = range.essence();
        match essence.split_once('/').unwrap_or((&essence, "")) {
            _ if range.is_json() => MediaKind::Json,
            ("application", "x-www-form-urlencoded") => MediaKind::Form,
            ("multipart", _) => MediaKind::Multipart,
            ("text", "event-stream") => MediaKind::Events,
            ("text", _) | ("application", "yaml" | "x-yaml" | "javascript" | "graphql") => {
                MediaKind::Text
            }
            (_, subtype) if range.is_xml() || subtype.ends_with("+yaml") => MediaKind::Text,
            _ => MediaKind::Bytes,
        }
    }

    /// Returns whether a body is handed on while it arrives, and is never held as a whole.
    #[must_use]
    pub fn is_stream(self) -> bool {
        matches!(
            self,
            MediaKind::Events | MediaKind::Items(_) | MediaKind::Bytes
        )
    }
}

/// The encoding of one form property (OpenAPI 3.0.4, Encoding Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Encoding<'d> {
    /// The name of the property.
    pub property: &'d str,
    /// The Encoding Object.
    pub node: Node<'d>,
}

impl<'d> Encoding<'d> {
    /// Returns the fields that describe headers of a part, and parts within a part: `headers`, and since OpenAPI 3.2
    /// `encoding`, `prefixEncoding` and `itemEncoding`.
    pub fn part_fields(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let fields = ["headers", "encoding", "prefixEncoding", "itemEncoding"];
        let node = self.node;
        fields.into_iter().filter_map(move |field| node.get(field))
    }

    /// Returns the headers of the part, in document order.
    pub fn headers(&self) -> Vec<Header<'d>> {
        response::headers_noting(self.node, &mut Vec::new())
    }

    /// Returns how the parts within the part are encoded (OpenAPI 3.2), as [`MediaType::part_encodings`].
    pub fn part_encodings(&self) -> Vec<(String, Encoding<'d>)> {
        part_encodings(self.node)
    }

    /// Returns `contentType`: a media type, or several and ranges of them, with commas between.
    pub fn content_type(&self) -> Option<&'d str> {
        text(self.node, "contentType")
    }

    /// Returns the media types and ranges of `contentType`.
    pub fn content_types(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let list = self.content_type().into_iter();
        let names = list.flat_map(|list| list.split(',')).map(str::trim);
        names.filter(|name| !name.is_empty())
    }

    /// Returns the style in which the property is written, as a query parameter would be; `None` where neither `style` nor
    /// `explode` nor `allowReserved` is given, and `contentType` decides.
    pub fn style(&self) -> Option<Style> {
        let given = ["style", "explode", "allowReserved"];
        let is_given = given.iter().any(|field| self.node.get(field).is_some());
        let styles = oas_wire::ParameterLocation::Query.styles();
        let named = text(self.node, "style").and_then(Style::from_name);
        let named = named.filter(|style| styles.contains(style));
        is_given.then(|| named.unwrap_or(Style::Form))
    }

    /// Returns `explode`, or the default of the style.
    pub fn explode(&self) -> bool {
        let default = self.style().is_some_and(Style::default_explode);
        flag(self.node, "explode").unwrap_or(default)
    }

    /// Returns `allowReserved`.
    pub fn allow_reserved(&self) -> bool {
        flag(self.node, "allowReserved") == Some(true)
    }

    /// Returns how a property of a form is written, where it is not in the default way: a style counts before a media type.
    pub fn serialization(&self) -> Option<Serialization> {
        if let Some(style) = self.style() {
            let serialization = Serialization::of(style).explode(self.explode());
            return Some(serialization.allow_reserved(self.allow_reserved()));
        }
        let is_json = MediaKind::of(self.content_type()?) == MediaKind::Json;
        is_json.then_some(Serialization::Json)
    }
}
