//! Lowers media types, distinguished by essence (RFC 9110 §8.3.1).

use oas_document::Node;
use oas_document::openapi::{self, failure_property, unknown_properties};
use oas_document::schema::{
    Additional, Counted, EffectiveSchema, Schema, Type as Json, declares_null,
    example as schema_example,
};

use super::Lowering;
use super::byte_limits::unread_of_bytes;
use super::constraints::constraints;
use super::media_variants::{have_one_schema, set_apart, variant};
use super::types::object_nodes;
use crate::model::{
    Bounds, Encoding, Failure, FormField, Framing, InnerParts, MediaKind, MediaType, NamedPart,
    PartHeader, PartKind, PartSequence, PositionalPart, Text, TypeRef,
};
use crate::names::{Scope, camel, snake};
use crate::rules;

impl<'d> Lowering<'d> {
    /// Lowers the media types of a request body or a response. JSON media types with the same schema become one.
    pub(super) fn media(
        &mut self,
        hint: &str,
        content: &[openapi::MediaType<'d>],
        request: bool,
    ) -> Vec<MediaType> {
        let mut groups: Vec<(openapi::MediaType<'d>, Vec<String>)> = Vec::new();
        // Those of JSON alone are compared with each other: there can be thousands of others.
        let mut jsons: Vec<usize> = Vec::new();
        for media in content {
            let is_json = media.kind() == MediaKind::Json;
            let of_json = match is_json {
                true => jsons.as_slice(),
                false => &[],
            };
            let mut of_json = of_json.iter().copied();
            let twin = of_json.find(|at| have_one_schema(&groups[*at].0, media));
            let Some((first, others)) = twin.map(|at| &mut groups[at]) else {
                jsons.extend(is_json.then_some(groups.len()));
                groups.push((*media, Vec::new()));
                continue;
            };
            // The one that everybody writes represents the others.
            let is_plain = media
                .range()
                .is_some_and(|range| range.has_essence("application/json"));
            let other = match is_plain {
                true => std::mem::replace(first, *media),
                false => *media,
            };
            others.push(other.name.to_owned());
        }
        let mut scope = Scope::default();
        let mut lowered = Vec::new();
        for (media, others) in &groups {
            let variant = scope.claim(&variant(media, jsons.len() > 1));
            let hint = match groups.as_slice() {
                [_] => hint.to_owned(),
                _ => format!("{hint}{variant}"),
            };
            let mut media = self.media_type(media, variant, &hint, request);
            media.others.clone_from(others);
            lowered.push(media);
        }
        set_apart(&mut lowered);
        lowered
    }

    /// Lowers the media type of a parameter that is the whole query, which is text where it is neither a form nor JSON.
    pub(super) fn query_media(&mut self, media: &openapi::MediaType<'d>, hint: &str) -> MediaType {
        let kind = match media.kind() {
            kind @ (MediaKind::Form | MediaKind::Json) => kind,
            _ => MediaKind::Text,
        };
        self.medium_of(media, kind, variant(media, false), hint, true)
    }

    fn media_type(
        &mut self,
        media: &openapi::MediaType<'d>,
        variant: String,
        hint: &str,
        request: bool,
    ) -> MediaType {
        self.medium_of(media, media.kind(), variant, hint, request)
    }

    fn medium_of(
        &mut self,
        media: &openapi::MediaType<'d>,
        kind: MediaKind,
        variant: String,
        hint: &str,
        request: bool,
    ) -> MediaType {
        let is_items = matches!(kind, MediaKind::Items(_));
        let (schema, hint) = match is_items {
            true => (media.item_schema_node(), &*format!("{hint}Item")),
            false => (media.schema_node(), hint),
        };
        let parts = media.part_sequence();
        let parts = parts.map(|sequence| self.part_sequence(&sequence, hint, request));
        let form = match schema {
            Some(schema) if request && kind == MediaKind::Multipart => {
                self.form(schema, media, hint)
            }
            _ => Vec::new(),
        };
        self.report_untyped_parts(media, kind, &form);
        // The parts of a form have types of their own; the form as a whole is not JSON.
        let declared = schema
            .filter(|_| form.is_empty() && parts.is_none())
            .map(|schema| self.type_of(schema, hint));
        let ty = match kind {
            MediaKind::Json
            | MediaKind::Form
            | MediaKind::Multipart
            | MediaKind::Events
            | MediaKind::Items(_) => declared.unwrap_or(TypeRef::Json).in_json(),
            MediaKind::Text => TypeRef::String,
            // Each part has a type of its own.
            MediaKind::Parts => TypeRef::Json,
            MediaKind::Bytes => TypeRef::Bytes,
        };
        let rule = match schema {
            Some(schema)
                if matches!(kind, MediaKind::Text | MediaKind::Bytes) && !is_text(schema) =>
            {
                let is = match kind {
                    MediaKind::Text => "is text that is",
                    _ => "is bytes, which are",
                };
                let name = media.name.escape_debug();
                let message = format!("a value of `{name}` {is} not parsed");
                self.report(rules::UNCHECKED_TEXT, schema, &message);
                None
            }
            Some(schema) if request && parts.is_none() => {
                Some(self.check(&Schema::of(schema), hint))
            }
            _ => None,
        };
        let example = media.examples().into_iter().next();
        let example = example.or_else(|| schema.and_then(schema_example));
        let example = example.map(Node::to_json);
        let encodings = media
            .encodings()
            .filter_map(|encoding| form_encoding(&encoding));
        MediaType {
            name: media.name.to_owned(),
            others: Vec::new(),
            kind,
            ty,
            schema: rule,
            example,
            variant,
            failure: schema
                .filter(|_| !request)
                .and_then(|schema| self.failure(schema)),
            encodings: match kind {
                MediaKind::Form if request => encodings.collect(),
                _ => Vec::new(),
            },
            is_closed: schema.is_some_and(|schema| {
                let schema = Schema::of(schema).effective();
                // A pattern allows names that nobody lists here.
                let is_closed = matches!(schema.additional, Additional::Denied(_));
                is_closed && schema.pattern_properties.is_empty() && !form.is_empty()
            }),
            size: match schema {
                Some(schema) if request && kind == MediaKind::Bytes => {
                    self.size(&Schema::of(schema).effective())
                }
                _ => Bounds::default(),
            },
            form,
            parts,
        }
    }

    /// Returns the limits of the number of bytes that a schema describes, and reports its other keywords, which bytes are not checked by.
    fn size(&mut self, schema: &EffectiveSchema<'d>) -> Bounds {
        for keyword in unread_of_bytes(schema) {
            let name = keyword.key().unwrap_or_default();
            let message = format!("`{name}` is not checked of bytes");
            self.report(rules::UNCHECKED_KEYWORD, keyword, &message);
        }
        Bounds::of_bytes(&schema.limits)
    }

    /// Reports what the document has about parts that is not generated.
    fn report_untyped_parts(
        &mut self,
        media: &openapi::MediaType<'d>,
        kind: MediaKind,
        form: &[FormField],
    ) {
        let is_sequence = matches!(kind, MediaKind::Items(Framing::Parts) | MediaKind::Parts);
        let is_items = matches!(kind, MediaKind::Items(_));
        let is_read =
            |field: &Node<'d>| is_sequence || is_items && Some(*field) == media.item_schema_node();
        let unread = media.stream_fields().filter(|field| !is_read(field));
        let mut unread: Vec<Node<'d>> = unread.collect();
        let sequence = media.part_sequence();
        for (name, encoding) in media.part_encodings() {
            let field = form.iter().find(|field| field.name == name);
            if kind != MediaKind::Parts && field.is_none() {
                let fields = encoding.part_fields();
                unread.extend(fields.filter(|field| field.key() == Some("headers")));
            }
            let part = sequence.iter().flat_map(openapi::PartSequence::all);
            let mut part = part.filter(|part| part.encoding == Some(encoding));
            let inner = match field {
                Some(field) => media
                    .part(&field.name)
                    .and_then(|part| part.part.inner_parts()),
                None => part.find_map(openapi::PositionalPart::inner_parts),
            };
            unread_inner(&encoding, inner.as_ref(), &mut unread);
        }
        for field in unread {
            let message = format!("`{}` is not generated", field.key().unwrap_or_default());
            self.report(rules::UNTYPED_PARTS, field, &message);
        }
    }

    /// Reports keywords about several parts at once, which are read one by one.
    fn report_unread_keywords(&mut self, keywords: impl Iterator<Item = Node<'d>>) {
        for keyword in keywords {
            let message = format!(
                "`{}` is not checked of parts",
                keyword.key().unwrap_or_default()
            );
            self.report(rules::UNTYPED_PARTS, keyword, &message);
        }
    }

    /// Lowers the parts of a multipart body without names.
    fn part_sequence(
        &mut self,
        sequence: &openapi::PartSequence<'d>,
        hint: &str,
        request: bool,
    ) -> PartSequence {
        if request {
            self.report_unread_keywords(sequence.across.iter().copied());
        }
        let first = sequence.first.iter();
        PartSequence {
            first: first
                .map(|part| self.positional_part(part, &format!("{hint}Part"), request))
                .collect(),
            rest: sequence
                .rest
                .as_ref()
                .map(|part| self.positional_part(part, &format!("{hint}Item"), request)),
            least: sequence.least,
            most: sequence.most,
        }
    }

    fn positional_part(
        &mut self,
        part: &openapi::PositionalPart<'d>,
        hint: &str,
        request: bool,
    ) -> PositionalPart {
        let kind = part.kind();
        let text = part.schema.as_ref().filter(|_| part.is_structured_text());
        if let Some(schema) = text.and_then(|schema| schema.written().first().copied()) {
            let message = format!(
                "a part of `{}` is text that is not parsed",
                part.media_type()
            );
            self.report(rules::UNCHECKED_TEXT, schema, &message);
        }
        let schema = part.schema.as_ref().filter(|_| kind != PartKind::Bytes);
        let ty = schema.map(|schema| self.type_of_all(&object_nodes(Some(schema)), hint));
        let headers = match request {
            true => self.part_headers(part.headers(), hint),
            false => Vec::new(),
        };
        let inner = part.inner_parts().filter(|_| request);
        let bytes = part.schema.as_ref().filter(|_| kind == PartKind::Bytes);
        PositionalPart {
            kind,
            size: match bytes {
                Some(schema) if request && inner.is_none() => self.size(&schema.effective()),
                _ => Bounds::default(),
            },
            ty: ty.unwrap_or(TypeRef::Bytes),
            schema: schema
                .filter(|_| request)
                .map(|schema| self.check(schema, hint)),
            content_types: part.content_types().map(str::to_owned).collect(),
            headers,
            parts: inner.map(|inner| Box::new(self.inner_parts(&inner, hint))),
        }
    }

    /// Lowers the parts inside a part.
    fn inner_parts(&mut self, inner: &openapi::InnerParts<'d>, hint: &str) -> InnerParts {
        match inner {
            openapi::InnerParts::Positions(sequence) => {
                InnerParts::Positions(self.part_sequence(sequence, hint, true))
            }
            openapi::InnerParts::Names { parts, is_closed } => {
                let parts = parts.iter().map(|named| {
                    let hint = format!("{hint}{}", camel(named.name));
                    NamedPart {
                        name: named.name.to_owned(),
                        least: named.least,
                        most: named.most,
                        part: self.positional_part(&named.part, &hint, true),
                    }
                });
                InnerParts::Names {
                    parts: parts.collect(),
                    is_closed: *is_closed,
                }
            }
        }
    }

    /// Lowers the header fields of a part that a server validates.
    fn part_headers(&mut self, headers: Vec<openapi::Header<'d>>, hint: &str) -> Vec<PartHeader> {
        let headers = headers.into_iter().filter_map(|header| {
            let node = header.schema_node()?;
            let hint = format!("{hint}{}", camel(header.name));
            Some(PartHeader {
                name: header.name.to_owned(),
                required: header.is_required(),
                serialization: header.serialization(),
                ty: self.type_of(node, &hint),
                schema: self.check(&Schema::of(node), &hint),
                description: header.description_node().and_then(Text::of),
            })
        });
        headers.collect()
    }

    /// Lowers the parts of a multipart body: the properties of its schema.
    fn form(
        &mut self,
        schema: Node<'d>,
        media: &openapi::MediaType<'d>,
        hint: &str,
    ) -> Vec<FormField> {
        let effective = Schema::of(schema).effective();
        let mut scope = Scope::reserving(["new"]);
        let mut fields = Vec::new();
        let originals: Vec<&str> = effective
            .properties
            .iter()
            .map(|property| property.name)
            .collect();
        let names = self.distinct(schema, &mut scope, &originals, snake);
        for (property, name) in effective.properties.iter().zip(names) {
            let hint = format!("{hint}{}", camel(property.name));
            let encoding = media.encoding(property.name);
            let content_types = encoding
                .into_iter()
                .flat_map(|encoding| encoding.content_types());
            let ty = self.type_of_all(&property.nodes, &hint);
            let ty = match ty {
                TypeRef::Nullable(inner) => *inner,
                other => other,
            };
            let (ty, repeated) = match ty {
                TypeRef::List(item) => (*item, true),
                other => (other, false),
            };
            let effective = property.schema.effective();
            let item = match &effective.items {
                Some(items) if repeated => &items.effective(),
                _ => &effective,
            };
            let named = openapi::NamedPart::of(property, encoding);
            // A list that contains itself has a name, and is one part.
            let part = match repeated {
                true => named.part,
                false => openapi::PositionalPart::new(Some(property.schema.clone()), encoding),
            };
            let items = match &ty {
                TypeRef::Tuple(_) if !repeated => {
                    let items = named.first.iter();
                    items.map(|item| self.kind_in_tuple(item)).collect()
                }
                _ => Vec::new(),
            };
            let inner = part.inner_parts();
            let (part, ty) = match part.kind() {
                // Each item is a part, of a kind of its own.
                _ if !items.is_empty() || repeated && !named.first.is_empty() => {
                    (PartKind::Json, ty)
                }
                PartKind::Bytes => (PartKind::Bytes, TypeRef::Bytes),
                kind => (kind, ty),
            };
            let inner = inner.map(|inner| self.inner_parts(&inner, &hint));
            if repeated && part == PartKind::Bytes {
                self.report_unread_keywords(effective.across_items());
            }
            let size = match part {
                PartKind::Bytes if inner.is_none() => self.size(item),
                _ => Bounds::default(),
            };
            let headers = encoding.map(|encoding| encoding.own_headers());
            let headers = self.part_headers(headers.unwrap_or_default(), &hint);
            fields.push(FormField {
                name: property.name.to_owned(),
                headers,
                parts: inner,
                field: name,
                kind: part,
                items,
                repeated,
                required: property.required,
                count: match repeated {
                    true => Bounds::of(&effective.limits, Counted::Items),
                    false => Bounds::default(),
                },
                size,
                secret: part != PartKind::Bytes && super::is_secret(item),
                ty,
                schema: self.check(&property.schema, &hint),
                content_types: content_types.map(str::to_owned).collect(),
                constraints: constraints(&effective),
                description: effective.description.and_then(|text| Text::of(text.node)),
            });
        }
        fields
    }

    /// Returns the kind of a part that is an item of a tuple. A file among them is reported: it is text, or JSON if it can be a structure.
    fn kind_in_tuple(&mut self, item: &openapi::PositionalPart<'d>) -> PartKind {
        let kind = item.kind();
        if kind != PartKind::Bytes {
            return kind;
        }
        let schema = item.schema.as_ref();
        if let Some(node) = schema.and_then(|schema| schema.written().first()) {
            let message = "a file among the items of a tuple is text";
            self.report(rules::UNTYPED_PARTS, *node, message);
        }
        let nests = |schema: &Schema<'_>| {
            schema.types().contains(Json::Object) || schema.types().contains(Json::Array)
        };
        match schema.is_some_and(nests) {
            true => PartKind::Json,
            false => PartKind::Text,
        }
    }

    /// Returns the property that makes a success response a failure: `x-failure-property`.
    fn failure(&mut self, schema: Node<'d>) -> Option<Failure> {
        let schema = self.resolve(schema)?;
        let property = failure_property(schema)?;
        let effective = Schema::of(schema).effective();
        self.report_problems(unknown_properties(schema, &effective));
        let found = effective.property(property)?;
        Some(Failure {
            field: snake(found.name),
            nullable: found.nodes.iter().all(|node| declares_null(*node)),
            property: property.to_owned(),
        })
    }
}

/// Adds the fields of an encoding that describe parts inside its part, or inside one of those, and are not read.
fn unread_inner<'d>(
    encoding: &openapi::Encoding<'d>,
    inner: Option<&openapi::InnerParts<'d>>,
    unread: &mut Vec<Node<'d>>,
) {
    let is_read = |field: &Node<'d>| match (inner, field.key()) {
        (_, Some("headers")) => true,
        (Some(openapi::InnerParts::Positions(_)), key) => key != Some("encoding"),
        (Some(openapi::InnerParts::Names { .. }), key) => key == Some("encoding"),
        (None, _) => false,
    };
    let fields = encoding.part_fields();
    for field in fields.filter(|field| !is_read(field)) {
        if !unread.contains(&field) {
            unread.push(field);
        }
    }
    for part in inner.iter().flat_map(|inner| inner.all()) {
        if let Some(encoding) = &part.encoding {
            unread_inner(encoding, part.inner_parts().as_ref(), unread);
        }
    }
}

/// Returns the encoding of a form property, unless it is the default.
fn form_encoding(encoding: &openapi::Encoding<'_>) -> Option<Encoding> {
    Some(Encoding {
        property: encoding.property.to_owned(),
        serialization: encoding.serialization()?,
    })
}

/// Returns whether a schema accepts strings.
fn is_text(schema: Node<'_>) -> bool {
    Schema::of(schema).types().contains(Json::String)
}
