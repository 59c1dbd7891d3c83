//! Media types, told apart by essence (RFC 9110 §8.3.1).

use oas_document::Node;
use oas_document::schema::{Additional, Schema, declares_null};
use oas_wire::MediaRange;

use super::{Lowering, text};
use crate::findings;
use crate::model::{
    Encoding, Failure, FormField, Media, MediaKind, PartKind, Rule, RuleId, Style, TypeKind,
    TypeRef,
};
use crate::names::{Scope, camel, snake};

impl<'d> Lowering<'d> {
    /// What stands under `content` of a request body or a response.
    pub(super) fn media(&mut self, hint: &str, owner: Node<'d>, request: bool) -> Vec<Media> {
        let content: Vec<(&str, Node<'d>)> = owner
            .get("content")
            .into_iter()
            .flat_map(Node::entries)
            .collect();
        let several = content.len() > 1;
        let mut scope = Scope::default();
        content
            .into_iter()
            .map(|(name, node)| {
                let kind = kind(name);
                let variant = scope.claim(&variant(name, kind));
                let hint = if several {
                    format!("{hint}{variant}")
                } else {
                    hint.to_owned()
                };
                self.medium(name, kind, variant, &hint, node, request)
            })
            .collect()
    }

    fn medium(
        &mut self,
        name: &str,
        kind: MediaKind,
        variant: String,
        hint: &str,
        node: Node<'d>,
        request: bool,
    ) -> Media {
        let schema = node.get("schema");
        let form = match schema {
            Some(schema) if request && kind == MediaKind::Multipart => {
                self.form(schema, node.get("encoding"), hint)
            }
            _ => Vec::new(),
        };
        // The parts of a form have types of their own; the form as a whole is not JSON.
        let said = schema
            .filter(|_| form.is_empty())
            .map(|schema| self.type_of(schema, hint));
        let ty = match (kind, said) {
            (
                MediaKind::Json | MediaKind::Form | MediaKind::Multipart | MediaKind::Events,
                said,
            ) => said.unwrap_or(TypeRef::Json).in_json(),
            (MediaKind::Text, _) => TypeRef::String,
            (MediaKind::Bytes, _) => TypeRef::Bytes,
        };
        let rule = match schema {
            Some(schema) if request => Some(self.media_rule(schema, hint)),
            _ => None,
        };
        let first = node
            .get("examples")
            .and_then(|examples| examples.entries().next());
        let example = node
            .get("example")
            .or_else(|| self.resolve(first?.1)?.get("value"))
            .or_else(|| self.resolve(schema?)?.get("example"));
        let example = example.map(Node::to_json);
        Media {
            name: name.to_owned(),
            kind,
            ty,
            rule,
            example,
            variant,
            failure: schema
                .filter(|_| !request)
                .and_then(|schema| self.failure(schema)),
            encodings: node
                .get("encoding")
                .filter(|_| request && kind == MediaKind::Form)
                .into_iter()
                .flat_map(Node::entries)
                .filter_map(|(property, encoding)| form_encoding(property, encoding))
                .collect(),
            closed: schema.is_some_and(|schema| {
                let others = Schema::of(schema).effective().additional;
                matches!(others, Additional::Closed(_)) && !form.is_empty()
            }),
            form,
        }
    }

    /// The parts of a multipart body: the properties of its schema.
    fn form(&mut self, schema: Node<'d>, encoding: Option<Node<'d>>, hint: &str) -> Vec<FormField> {
        let effective = Schema::of(schema).effective();
        let mut scope = Scope::reserving(["new"]);
        let mut fields = Vec::new();
        for property in &effective.properties {
            let hint = format!("{hint}{}", camel(property.name));
            let content_type = encoding
                .and_then(|encoding| encoding.get(property.name))
                .and_then(|encoding| text(encoding, "contentType"));
            let ty = self.type_of_all(&property.nodes, &hint);
            let (ty, repeated) = match ty {
                TypeRef::List(item) => (*item, true),
                TypeRef::Nullable(inner) => (*inner, false),
                other => (other, false),
            };
            let part = self.part_kind(&ty, content_type.as_deref());
            let rule = self.rule_of_all(&property.nodes);
            fields.push(FormField {
                name: property.name.to_owned(),
                field: scope.claim(&snake(property.name)),
                kind: part,
                repeated,
                required: property.required,
                ty,
                rule: self.rule_id(rule, &hint, schema),
                content_types: content_type
                    .iter()
                    .flat_map(|list| list.split(','))
                    .map(|media_type| media_type.trim().to_owned())
                    .filter(|media_type| !media_type.is_empty())
                    .collect(),
                description: property
                    .schema
                    .effective()
                    .description
                    .map(|said| said.value.to_owned()),
            });
        }
        fields
    }

    /// Scalars are text, structures are JSON, binary strings are files, unless the encoding says otherwise.
    fn part_kind(&self, ty: &TypeRef, content_type: Option<&str>) -> PartKind {
        let structured = match ty {
            TypeRef::Bytes => return PartKind::File,
            TypeRef::Named(id) => !matches!(self.types[id.0].kind, TypeKind::Enum(_)),
            TypeRef::Json
            | TypeRef::JsonObject
            | TypeRef::List(_)
            | TypeRef::Map(_)
            | TypeRef::Base64 => true,
            _ => false,
        };
        match content_type.map(kind) {
            Some(MediaKind::Bytes) if !structured => PartKind::File,
            Some(MediaKind::Json) => PartKind::Json,
            _ if structured => PartKind::Json,
            _ => PartKind::Text,
        }
    }

    fn media_rule(&mut self, schema: Node<'d>, hint: &str) -> RuleId {
        let rule = self.rule(schema);
        self.rule_id(rule, hint, schema)
    }

    fn rule_id(&mut self, rule: Rule, hint: &str, schema: Node<'d>) -> RuleId {
        match rule {
            Rule::Named(id) => id,
            rule => self.name_rule(hint, schema.pointer(), rule),
        }
    }

    /// The property that makes a success response a failure: `x-failure-property`.
    fn failure(&mut self, schema: Node<'d>) -> Option<Failure> {
        let schema = self.resolve(schema)?;
        let property = text(schema, "x-failure-property")?;
        let effective = Schema::of(schema).effective();
        let Some(found) = effective
            .properties
            .iter()
            .find(|found| found.name == property)
        else {
            self.report(
                findings::FAILURE_PROPERTY_UNKNOWN,
                schema,
                &format!(
                    "`x-failure-property` names `{property}`, which is no property of this schema"
                ),
            );
            return None;
        };
        Some(Failure {
            field: snake(found.name),
            nullable: found.nodes.iter().all(|node| declares_null(*node)),
            property,
        })
    }
}

/// An Encoding Object of a form (OpenAPI 3.0.4): `style` and its relatives count before `contentType`.
fn form_encoding(property: &str, encoding: Node<'_>) -> Option<Encoding> {
    let styled = ["style", "explode", "allowReserved"]
        .iter()
        .any(|key| encoding.get(key).is_some());
    let style = match text(encoding, "style").as_deref() {
        Some("spaceDelimited") => Style::SpaceDelimited,
        Some("pipeDelimited") => Style::PipeDelimited,
        Some("deepObject") => Style::DeepObject,
        _ if styled => Style::Form,
        _ => {
            let is_json = kind(&text(encoding, "contentType")?) == MediaKind::Json;
            is_json.then_some(Style::Json)?
        }
    };
    Some(Encoding {
        property: property.to_owned(),
        style,
        explode: super::flag(encoding, "explode", style.default_explode()),
        allow_reserved: super::flag(encoding, "allowReserved", false),
    })
}

/// Type and subtype in lower case; a text that is no media type stays what it is.
pub(crate) fn essence(name: &str) -> String {
    let range = MediaRange::parse_lenient(name);
    range.map_or_else(
        |_| name.trim().to_ascii_lowercase(),
        |range| range.essence(),
    )
}

pub(super) fn kind(name: &str) -> MediaKind {
    let Ok(range) = MediaRange::parse_lenient(name) else {
        return MediaKind::Bytes;
    };
    let essence = range.essence();
    let (main, sub) = essence.split_once('/').unwrap_or((&essence, ""));
    match (main, sub) {
        _ if range.is_json() => MediaKind::Json,
        ("application", "x-www-form-urlencoded") => MediaKind::Form,
        ("multipart", _) => MediaKind::Multipart,
        ("text", "event-stream") => MediaKind::Events,
        ("text", _) | ("application", "yaml" | "x-yaml" | "javascript" | "graphql") => {
            MediaKind::Text
        }
        _ if range.is_xml() || range.suffix() == Some("yaml") => MediaKind::Text,
        _ => MediaKind::Bytes,
    }
}

fn variant(name: &str, kind: MediaKind) -> String {
    let essence = essence(name);
    let (main, sub) = essence.split_once('/').unwrap_or((&essence, ""));
    let fixed = match kind {
        MediaKind::Json => "Json",
        MediaKind::Form => "Form",
        MediaKind::Multipart => "Multipart",
        MediaKind::Events => "Events",
        MediaKind::Text if sub == "plain" => "Text",
        MediaKind::Text | MediaKind::Bytes => match (main, sub) {
            ("*", _) => "Any",
            (main, "*") => return camel(main),
            ("application", "octet-stream") => "Bytes",
            (_, sub) => return camel(sub.trim_start_matches("x-")),
        },
    };
    fixed.to_owned()
}
