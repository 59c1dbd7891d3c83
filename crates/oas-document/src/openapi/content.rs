//! Provides media types, and the encoding of properties and parts of forms (OpenAPI 3.0.4, Media Type Object and
//! Encoding Object; RFC 9110 §8.3.1).

use oas_wire::items::Framing;
use oas_wire::{MediaKind, MediaRange, Serialization, Style};

use super::{Header, Problem, described, flag, resolved, response, text};
use crate::{
    Node, Version,
    object_model::is_extension,
    schema::{Schema, Type},
};

/// A media type or range of media types that a body can have: an entry of `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaType<'d> {
    /// The key, as written, such as `application/json`.
    pub name: &'d str,
    /// The Media Type Object, with `$ref` resolved.
    pub node: Node<'d>,
}

/// Returns the entries of `content` of the object `node`, in document order.
///
/// An entry whose `$ref` cannot be resolved is left out. Beside an entry whose key is a media type, one whose key is not is left out
/// too: no message can have it.
#[must_use]
pub fn media_types(node: Node<'_>) -> Vec<MediaType<'_>> {
    media_types_noting(node, &mut Vec::new())
}

pub(super) fn media_types_noting<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<MediaType<'d>> {
    let entries = node.get("content").into_iter().flat_map(Node::entries);
    // The types of RFC 2045 that are called `x-…` have a slash, extensions have none.
    let entries = entries.filter(|(name, _)| !is_extension(name) || name.contains('/'));
    let is_valid = |name: &str| MediaRange::parse_lenient(name).is_ok();
    let has_valid = entries.clone().any(|(name, _)| is_valid(name));
    // From 3.1 on a media type may be a `$ref` (3.2: officially), whose target is the object.
    entries
        .filter_map(|(name, raw)| {
            if has_valid && !is_valid(name) {
                problems.push(Problem::InvalidMediaType(raw));
                return None;
            }
            let node = resolved(raw, problems)?;
            Some(MediaType { name, node })
        })
        .collect()
}

impl<'d> MediaType<'d> {
    /// Parses the key as a media type or range; returns `None` if it is invalid.
    #[must_use]
    pub fn range(&self) -> Option<MediaRange<'d>> {
        MediaRange::parse(self.name).ok()
    }

    /// Returns the encoding of bodies of the media type.
    ///
    /// A sequential media type with an `itemSchema` is [`MediaKind::Items`]. For the ranges `*/*` and `application/*`,
    /// the encoding is JSON if the schema excludes strings, and otherwise bytes.
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
    #[must_use]
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
        if self.has_positions() {
            return MediaKind::Parts;
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

    /// Returns whether all parts of a multipart body are JSON, and have neither names nor fixed positions nor headers: by the `contentType` of
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
        if encoding.is_some_and(|encoding| !encoding.headers().is_empty()) {
            return false;
        }
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

    /// Returns the value of `Content-Type` for a sample body of the media type: [`example_name`](Self::example_name), with
    /// the boundary [`PLAIN_BOUNDARY`](oas_wire::multipart::PLAIN_BOUNDARY) if the body is multipart and its parts have no
    /// names. For parts with names ([`MediaKind::Multipart`]) the boundary is left to the caller.
    #[must_use]
    pub fn content_type(&self) -> String {
        let name = self.example_name();
        match self.kind() {
            MediaKind::Items(framing) => framing.content_type(&name).into_owned(),
            MediaKind::Parts => Framing::Parts.content_type(&name).into_owned(),
            _ => name,
        }
    }

    /// Returns a media type that a message with such a body can have: the key itself or, if it is a range, a media type
    /// within the range, such as `application/json`.
    #[must_use]
    pub fn example_name(&self) -> String {
        match MediaRange::parse_lenient(self.name) {
            Ok(range) if range.is_wildcard() => match self.kind() {
                MediaKind::Json => "application/json".to_owned(),
                _ => range.example(),
            },
            _ => self.name.to_owned(),
        }
    }

    /// Returns the schema of the whole body.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.schema_node().map(Schema::of)
    }

    /// Returns the value of `schema`, whose `$ref` is not followed.
    #[must_use]
    pub fn schema_node(&self) -> Option<Node<'d>> {
        self.node.get("schema")
    }

    /// Returns `itemSchema` (OpenAPI 3.2), the schema of each item in a sequence.
    pub fn item_schema(&self) -> Option<Schema<'d>> {
        self.item_schema_node().map(Schema::of)
    }

    /// Returns the value of `itemSchema`, whose `$ref` is not followed.
    #[must_use]
    pub fn item_schema_node(&self) -> Option<Node<'d>> {
        self.node.get("itemSchema")
    }

    /// Returns the values of the fields that describe the items of a sequence (OpenAPI 3.2): `itemSchema`,
    /// `prefixEncoding` and `itemEncoding`.
    pub fn stream_fields(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let fields = ["itemSchema", "prefixEncoding", "itemEncoding"];
        let node = self.node;
        fields.into_iter().filter_map(move |field| node.get(field))
    }

    /// Returns `itemEncoding` (OpenAPI 3.2), the encoding of each item of a multipart body.
    #[must_use]
    pub fn item_encoding(&self) -> Option<Encoding<'d>> {
        item_encoding(self.node)
    }

    /// Returns the entries of `encoding`, one for a property of the form, in document order.
    pub fn encodings(&self) -> impl Iterator<Item = Encoding<'d>> + use<'d> {
        let entries = self
            .node
            .get("encoding")
            .into_iter()
            .flat_map(Node::entries);
        entries.map(|(property, node)| Encoding { property, node })
    }

    /// Returns the entry of `encoding` for a property of the form.
    #[must_use]
    pub fn encoding(&self, property: &str) -> Option<Encoding<'d>> {
        let mut encodings = self.encodings();
        encodings.find(|encoding| encoding.property == property)
    }

    /// Returns the properties of a form whose [`Encoding::serialization`] is not the default, in document order, with
    /// that serialization.
    #[must_use]
    pub fn serializations(&self) -> Vec<(&'d str, Serialization)> {
        let encodings = self.encodings();
        encodings
            .filter_map(|encoding| Some((encoding.property, encoding.serialization()?)))
            .collect()
    }

    /// Returns the encodings of a body's parts with their names: the entries of `encoding` by property, then (OpenAPI
    /// 3.2) those of `prefixEncoding` by position, such as `0`, and `itemEncoding` as `*`.
    #[must_use]
    pub fn part_encodings(&self) -> Vec<(String, Encoding<'d>)> {
        part_encodings(self.node)
    }

    /// Returns the example values: `example`, then those of `examples` in document order. An entry of `examples`
    /// is left out if its `$ref` cannot be resolved or it has no [`Example::value`].
    #[must_use]
    pub fn examples(&self) -> Vec<Node<'d>> {
        examples(self.node)
    }

    /// Returns the names and values of the entries of `examples`, in document order. An entry is left out if its `$ref` cannot be
    /// resolved or it has no [`Example::value`].
    #[must_use]
    pub fn named_examples(&self) -> Vec<(&'d str, Node<'d>)> {
        named_examples_noting(self.node, &mut Vec::new())
    }

    /// Returns the entries of `examples` whose `$ref` can be resolved, in document order, those without an [`Example::value`]
    /// included.
    #[must_use]
    pub fn example_objects(&self) -> Vec<Example<'d>> {
        example_objects(self.node, &mut Vec::new())
    }

    /// Returns `x-rejection`: the template of the body that a server sends when it rejects a request before a handler
    /// is called.
    #[must_use]
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
    let first = prefix_encodings(node).enumerate();
    let first = first.map(|(at, encoding)| (at.to_string(), encoding));
    let rest = item_encoding(node).map(|rest| (rest.property.to_owned(), rest));
    named.chain(first).chain(rest).collect()
}

pub(super) fn prefix_encodings(node: Node<'_>) -> impl Iterator<Item = Encoding<'_>> {
    let encodings = node.get("prefixEncoding").into_iter().flat_map(Node::items);
    encodings.map(|node| Encoding { property: "", node })
}

pub(super) fn item_encoding(node: Node<'_>) -> Option<Encoding<'_>> {
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

/// A named entry of `examples` in a media type, a parameter or a header (OpenAPI 3.0.4, Example Object). An entry whose
/// `$ref` cannot be resolved is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Example<'d> {
    /// The key of the entry.
    pub name: &'d str,
    /// The entry as written; a `$ref` is not followed.
    pub raw: Node<'d>,
    /// The Example Object, with `$ref` resolved.
    pub node: Node<'d>,
}

impl<'d> Example<'d> {
    /// Returns the example value as data: `dataValue` (from OpenAPI 3.2 on), or else `value`.
    #[must_use]
    pub fn value(&self) -> Option<Node<'d>> {
        // OpenAPI 3.2 has the value as data beside the value as text.
        let has_data = self.node.document().version() >= Version::V3_2;
        let data = has_data.then(|| self.node.get("dataValue")).flatten();
        data.or_else(|| self.node.get("value"))
    }

    /// Returns `serializedValue` (OpenAPI 3.2): the text of the value in a message.
    #[must_use]
    pub fn serialized_value(&self) -> Option<&'d str> {
        text(self.node, "serializedValue")
    }

    /// Returns `externalValue`: the URL of the value.
    #[must_use]
    pub fn external_value(&self) -> Option<&'d str> {
        text(self.node, "externalValue")
    }

    /// Returns the value of `summary` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn summary_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "summary")
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
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

/// The encoding of a property of a form, or of a part of a multipart body (OpenAPI 3.0.4, Encoding Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Encoding<'d> {
    /// The name of the property: the key under `encoding`. It is `*` for `itemEncoding`, and empty for an item of
    /// `prefixEncoding`.
    pub property: &'d str,
    /// The Encoding Object.
    pub node: Node<'d>,
}

impl<'d> Encoding<'d> {
    /// Returns the values of the fields that describe headers of the part and parts inside the part: `headers`, and
    /// (OpenAPI 3.2) `encoding`, `prefixEncoding` and `itemEncoding`.
    pub fn part_fields(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let fields = ["headers", "encoding", "prefixEncoding", "itemEncoding"];
        let node = self.node;
        fields.into_iter().filter_map(move |field| node.get(field))
    }

    /// Returns the headers of the part, in document order.
    #[must_use]
    pub fn headers(&self) -> Vec<Header<'d>> {
        response::headers_noting(self.node, &mut Vec::new())
    }

    /// Returns the headers of the part that no other field of the document describes: not `Content-Type`, which is `contentType`, and not
    /// `Content-Disposition`, which has the name of the property.
    #[must_use]
    pub fn own_headers(&self) -> Vec<Header<'d>> {
        let mut headers = self.headers();
        headers.retain(|header| {
            !header.is_ignored() && !header.name.eq_ignore_ascii_case("content-disposition")
        });
        headers
    }

    /// Returns the encodings of the parts inside the part (OpenAPI 3.2), in the form of [`MediaType::part_encodings`].
    #[must_use]
    pub fn part_encodings(&self) -> Vec<(String, Self)> {
        part_encodings(self.node)
    }

    /// Returns `contentType`: media types and ranges, separated by commas.
    #[must_use]
    pub fn content_type(&self) -> Option<&'d str> {
        text(self.node, "contentType")
    }

    /// Returns the kind that all media types and ranges of `contentType` have; [`MediaKind::Bytes`] if they have several,
    /// and `None` if the field is missing.
    pub fn kind(&self) -> Option<MediaKind> {
        let mut kinds = self.content_types().map(MediaKind::of);
        let first = kinds.next()?;
        Some(match kinds.all(|kind| kind == first) {
            true => first,
            false => MediaKind::Bytes,
        })
    }

    /// Iterates over the media types and ranges of `contentType`; over nothing if the field is missing.
    pub fn content_types(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let list = self.content_type().into_iter();
        let names = list.flat_map(|list| list.split(',')).map(str::trim);
        names.filter(|name| !name.is_empty())
    }

    /// Returns the style of the property, one of those of query parameters; `form` if `style` is missing or no such
    /// style. Returns `None` if the document has neither `style` nor `explode` nor `allowReserved`: then `contentType`
    /// determines the encoding.
    pub fn style(&self) -> Option<Style> {
        let given = ["style", "explode", "allowReserved"];
        let is_given = given.iter().any(|field| self.node.get(field).is_some());
        let styles = oas_wire::ParameterLocation::Query.styles();
        let named = text(self.node, "style").and_then(Style::from_name);
        let named = named.filter(|style| styles.contains(style));
        is_given.then(|| named.unwrap_or(Style::Form))
    }

    /// Returns `explode`, or else the default of the style.
    pub fn explode(&self) -> bool {
        let default = self.style().is_some_and(Style::default_explode);
        flag(self.node, "explode").unwrap_or(default)
    }

    /// Returns `allowReserved`.
    #[must_use]
    pub fn allow_reserved(&self) -> bool {
        flag(self.node, "allowReserved") == Some(true)
    }

    /// Returns the serialization of the property in a form: its style if it has one, or else JSON if `contentType` is
    /// JSON. `None` means the default serialization.
    #[must_use]
    pub fn serialization(&self) -> Option<Serialization> {
        if let Some(style) = self.style() {
            let serialization = Serialization::of(style).explode(self.explode());
            return Some(serialization.allow_reserved(self.allow_reserved()));
        }
        (self.kind() == Some(MediaKind::Json)).then_some(Serialization::Json)
    }
}
