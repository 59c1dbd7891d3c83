//! Emits `commands.json`: the facts of a document for the runtime of command lines. `oas-cli` parses it.

use std::collections::BTreeSet;

use oas_wire::style::Value;

use super::layout::layout;
use super::names::Names;
use super::response_types::ResponseTypes;
use crate::Settings;
use crate::model::{
    Api, Body, Encoding, Field, FormField, MediaKind, MediaType, Operation, Parameter, PartHeader,
    PartKind, SecurityKind, SecurityScheme, Serialization, Style, TagGroup, Tagging, Text, TypeId,
    TypeKind, TypeRef, Union,
};

/// Formats the text of the file.
pub(in crate::emit) fn description(api: &Api, settings: &Settings) -> String {
    let mut describer = Describer {
        api,
        response_types: ResponseTypes::new(api),
        wanted: Vec::new(),
        known: BTreeSet::new(),
    };
    let names = Names::of(api, &settings.name);
    let mut commands = Vec::new();
    for ((group, name), of_group) in api.groups.iter().zip(&names.groups).zip(&names.commands) {
        let operations = group.operations.iter().zip(of_group);
        commands.extend(
            operations.map(|(operation, command)| describer.command(operation, name, command)),
        );
    }
    let schemas = describer.schemas();
    let response_types = describer.response_types.types();
    let groups = api
        .groups
        .iter()
        .zip(&names.groups)
        .filter_map(|(group, name)| {
            let TagGroup { description, .. } = group;
            Some(object([
                ("name", Some(text(name.as_ref()?))),
                ("about", about(description.as_ref())),
            ]))
        });
    let credentials = api.security.iter().filter_map(credential);
    layout(&object([
        ("$comment", Some(text(settings.preamble()))),
        ("program", Some(text(&settings.name))),
        ("title", about(Some(&api.title)).or_else(|| Some(text("")))),
        ("version", Some(text(&api.version))),
        ("about", about(api.description.as_ref())),
        (
            "server",
            api.servers
                .iter()
                .map(|server| &server.url)
                .find(|url| is_server(url))
                .map(text),
        ),
        ("credentials", list(credentials)),
        ("groups", list(groups)),
        ("commands", Some(Value::Array(commands))),
        (
            "schemas",
            (!schemas.is_empty()).then_some(Value::Object(schemas)),
        ),
        (
            "responseTypes",
            (!response_types.is_empty()).then_some(Value::Object(response_types)),
        ),
    ]))
}

/// Returns whether a URL of the document is complete: it can also be relative, or contain variables.
fn is_server(url: &str) -> bool {
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    is_web && !url.contains(['{', '?', '#', '@'])
}

fn credential(scheme: &SecurityScheme) -> Option<Value> {
    let (kind, key) = match &scheme.kind {
        SecurityKind::Basic => ("basic", None),
        SecurityKind::Bearer => ("bearer", None),
        SecurityKind::Http(name) => ("http", Some(name)),
        SecurityKind::Header(name) => ("header", Some(name)),
        SecurityKind::Query(name) => ("query", Some(name)),
        SecurityKind::Cookie(name) => ("cookie", Some(name)),
        // This field is part of the connection.
        SecurityKind::MutualTls => return None,
    };
    Some(object([
        ("name", Some(text(&scheme.name))),
        ("kind", Some(text(kind))),
        ("key", key.map(text)),
        ("about", about(scheme.description.as_ref())),
    ]))
}

struct Describer<'a> {
    api: &'a Api,
    response_types: ResponseTypes<'a>,
    /// Types that are yet to be described.
    wanted: Vec<TypeId>,
    known: BTreeSet<TypeId>,
}

impl Describer<'_> {
    fn command(&mut self, operation: &Operation, group: &Option<String>, name: &str) -> Value {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| self.parameter(parameter));
        let parameters: Vec<Value> = parameters.collect();
        let body = operation.body.as_ref().map(|body| self.body(body));
        let successes = operation
            .responses
            .iter()
            .filter(|response| response.status.is_success());
        let mut media = successes.flat_map(|response| &response.media);
        let failure = media.find_map(|media| media.failure.as_ref());
        object([
            ("group", group.as_ref().map(text)),
            ("name", Some(text(name))),
            ("operation", Some(text(&operation.id))),
            ("about", about(operation.summary.as_ref())),
            ("description", about(operation.description.as_ref())),
            ("deprecated", yes(operation.deprecated)),
            ("failure", failure.map(|failure| text(&failure.property))),
            ("parameters", list(parameters)),
            ("body", body),
            ("response", self.response_types.of(operation)),
        ])
    }

    fn parameter(&mut self, parameter: &Parameter) -> Value {
        let default = parameter.location.default_style();
        let [style, explode, reserved] = writing(parameter.serialization, default);
        let seen = |value: &Option<serde_json::Value>| match parameter.secret {
            true => None,
            false => value.as_ref().and_then(json),
        };
        object([
            ("name", Some(text(&parameter.name))),
            ("in", Some(text(parameter.location.name()))),
            ("type", Some(self.shape(&parameter.ty))),
            ("required", yes(parameter.required)),
            ("style", style),
            ("explode", explode),
            ("allowReserved", reserved),
            ("encodings", list(parameter.encodings.iter().map(encoding))),
            ("deprecated", yes(parameter.deprecated)),
            ("secret", yes(parameter.secret)),
            ("default", seen(&parameter.default)),
            ("example", seen(&parameter.example)),
            ("about", about(parameter.description.as_ref())),
        ])
    }

    fn body(&mut self, body: &Body) -> Value {
        let media = body.media.iter().map(|media| self.media(media));
        let media: Vec<Value> = media.collect();
        object([
            ("required", yes(body.required)),
            ("about", about(body.description.as_ref())),
            ("media", Some(Value::Array(media))),
        ])
    }

    fn media(&mut self, media: &MediaType) -> Value {
        let kind = match media.kind {
            MediaKind::Json => "json",
            MediaKind::Form => "form",
            MediaKind::Multipart => "multipart",
            MediaKind::Text | MediaKind::Events => "text",
            MediaKind::Items(_) | MediaKind::Parts | MediaKind::Bytes => "bytes",
        };
        let is_object = matches!(media.kind, MediaKind::Json | MediaKind::Form);
        let parts: Vec<Value> = match media.kind {
            MediaKind::Multipart => media.form.iter().map(|field| self.part(field)).collect(),
            MediaKind::Form => media.encodings.iter().map(encoding).collect(),
            _ => Vec::new(),
        };
        object([
            (
                "name",
                Some(text(media.content_type().unwrap_or(&media.name))),
            ),
            ("kind", Some(text(kind))),
            ("type", is_object.then(|| self.shape(&media.ty))),
            (
                "example",
                media.example.as_ref().filter(|_| is_object).and_then(json),
            ),
            ("parts", list(parts)),
        ])
    }

    fn part(&mut self, field: &FormField) -> Value {
        let content_type = match field.kind {
            // The items of a tuple have media types of their own.
            PartKind::Json if field.items.is_empty() => {
                field.content_type().or(Some("application/json"))
            }
            _ => field.content_type(),
        };
        object([
            ("name", Some(text(&field.name))),
            (
                "type",
                Some(match field.kind {
                    PartKind::Bytes => text("file"),
                    PartKind::Text | PartKind::Json => self.shape(&field.ty),
                }),
            ),
            ("required", yes(field.required)),
            ("repeated", yes(field.repeated)),
            ("secret", yes(field.secret)),
            ("contentType", content_type.map(text)),
            (
                "headers",
                list(
                    field
                        .headers
                        .iter()
                        .map(|header| self.part_header(header))
                        .collect::<Vec<_>>(),
                ),
            ),
            ("about", about(field.description.as_ref())),
        ])
    }

    fn part_header(&mut self, header: &PartHeader) -> Value {
        let [style, explode, _] = writing(header.serialization, Style::Simple);
        object([
            ("name", Some(text(&header.name))),
            ("in", Some(text("header"))),
            ("type", Some(self.shape(&header.ty))),
            ("required", yes(header.required)),
            ("style", style),
            ("explode", explode),
            ("about", about(header.description.as_ref())),
        ])
    }

    fn field(&mut self, field: &Field) -> Value {
        let seen = |value: &Option<serde_json::Value>| match field.secret {
            true => None,
            false => value.as_ref().and_then(json),
        };
        let constant = seen(&field.constant);
        object([
            ("name", Some(text(&field.property))),
            ("type", Some(self.shape(&field.ty))),
            ("required", yes(field.required)),
            ("deprecated", yes(field.deprecated)),
            ("secret", yes(field.secret)),
            ("default", seen(&field.default)),
            ("example", seen(&field.example).or(constant)),
            ("about", about(field.description.as_ref())),
        ])
    }

    fn shape(&mut self, ty: &TypeRef) -> Value {
        text(self.shape_text(ty, 0))
    }

    fn shape_text(&mut self, ty: &TypeRef, depth: usize) -> String {
        match ty {
            TypeRef::Bool => "boolean".to_owned(),
            TypeRef::Integer(_) => "integer".to_owned(),
            TypeRef::Float => "number".to_owned(),
            TypeRef::String | TypeRef::Formatted(_) | TypeRef::JsonText(_) | TypeRef::Bytes => {
                "string".to_owned()
            }
            TypeRef::Base64 => "base64".to_owned(),
            TypeRef::Json => "any".to_owned(),
            TypeRef::JsonObject => "{any}".to_owned(),
            TypeRef::List(item) => format!("[{}]", self.shape_text(item, depth)),
            TypeRef::Tuple(_) => "[any]".to_owned(),
            TypeRef::Map(value) => format!("{{{}}}", self.shape_text(value, depth)),
            TypeRef::Nullable(inner) => match self.shape_text(inner, depth) {
                shape if shape.ends_with('?') || shape == "any" => shape,
                shape => format!("{shape}?"),
            },
            TypeRef::Named(id) => match &self.api.type_of(*id).kind {
                TypeKind::Alias(inner) if depth < 32 => {
                    let inner = inner.clone();
                    self.shape_text(&inner, depth + 1)
                }
                TypeKind::Enum(body) if body.integer.is_some() => "integer".to_owned(),
                // A shape that contains itself without being an object would be infinite.
                TypeKind::Alias(_) | TypeKind::Newtype(_) | TypeKind::Foreign(_) => {
                    "any".to_owned()
                }
                TypeKind::Union(union)
                    if matches!(Texts::of(self.api, union), Some(Texts::Any)) =>
                {
                    "string".to_owned()
                }
                TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::Union(_) => {
                    if self.known.insert(*id) {
                        self.wanted.push(*id);
                    }
                    format!("#{}", self.api.type_of(*id).name)
                }
            },
        }
    }

    /// Returns the types that inputs consist of, by their names.
    fn schemas(&mut self) -> Vec<(String, Value)> {
        let mut schemas = Vec::new();
        while let Some(id) = self.wanted.pop() {
            let ty = self.api.type_of(id);
            let schema = match &ty.kind {
                TypeKind::Struct(body) => {
                    let fields = body.fields.iter().map(|field| self.field(field));
                    object([("fields", list(fields.collect::<Vec<_>>()))])
                }
                TypeKind::Enum(body) => {
                    let values = body.values.iter().map(|value| text(&value.value));
                    object([("values", list(values))])
                }
                // An object with one of several properties.
                TypeKind::Union(union) if union.tagging == Tagging::Key => {
                    let fields = union.variants.iter().filter_map(|variant| {
                        Some(object([
                            ("name", Some(text(variant.tags.first()?))),
                            ("type", Some(self.shape(variant.ty.as_ref()?))),
                        ]))
                    });
                    object([("fields", list(fields.collect::<Vec<_>>()))])
                }
                TypeKind::Union(union) => match Texts::of(self.api, union) {
                    Some(Texts::Of(values)) => {
                        object([("values", list(values.into_iter().map(text)))])
                    }
                    _ => {
                        let shapes = union.types().map(|ty| self.shape(ty));
                        object([("oneOf", list(shapes.collect::<Vec<_>>()))])
                    }
                },
                TypeKind::Alias(_) | TypeKind::Newtype(_) | TypeKind::Foreign(_) => continue,
            };
            schemas.push((ty.order, ty.name.clone(), schema));
        }
        schemas.sort_by_key(|(order, ..)| *order);
        schemas
            .into_iter()
            .map(|(_, name, schema)| (name, schema))
            .collect()
    }
}

/// The texts that are values of a type.
enum Texts<'a> {
    Any,
    Of(Vec<&'a str>),
}

impl<'a> Texts<'a> {
    /// Returns the values of a union, if all of them are texts: alternatives can differ in constraints alone.
    fn of(api: &'a Api, union: &'a Union) -> Option<Self> {
        let mut all = Vec::new();
        let mut is_any = false;
        for ty in union.types() {
            match Self::of_type(api, ty, 0)? {
                Self::Any => is_any = true,
                Self::Of(values) => all.extend(values),
            }
        }
        let mut known = BTreeSet::new();
        all.retain(|value| known.insert(*value));
        match (is_any, all.is_empty()) {
            (true, _) => Some(Self::Any),
            (false, true) => None,
            (false, false) => Some(Self::Of(all)),
        }
    }

    fn of_type(api: &'a Api, ty: &'a TypeRef, depth: usize) -> Option<Self> {
        let id = match ty {
            TypeRef::String | TypeRef::Formatted(_) => return Some(Self::Any),
            TypeRef::Named(id) if depth < 32 => *id,
            _ => return None,
        };
        match &api.type_of(id).kind {
            TypeKind::Alias(inner) => Self::of_type(api, inner, depth + 1),
            TypeKind::Enum(body) if body.integer.is_none() => {
                let values = body.values.iter();
                Some(Self::Of(values.map(|value| &*value.value).collect()))
            }
            _ => None,
        }
    }
}

/// Converts a property of a form that is not encoded in the default way.
fn encoding(encoding: &Encoding) -> Value {
    let [style, explode, reserved] = writing(encoding.serialization, Style::Form);
    object([
        ("name", Some(text(&encoding.property))),
        ("type", Some(text("any"))),
        ("style", style.or_else(|| Some(text("form")))),
        ("explode", explode),
        ("allowReserved", reserved),
    ])
}

/// Converts `style`, `explode` and `allowReserved`, unless they have their defaults.
fn writing(serialization: Serialization, default: Style) -> [Option<Value>; 3] {
    match serialization {
        Serialization::Json => [Some(text("json")), None, None],
        Serialization::Styled {
            style,
            explode,
            allow_reserved,
        } => [
            (style != default).then(|| text(style.name())),
            (explode != style.default_explode()).then_some(Value::Boolean(explode)),
            yes(allow_reserved),
        ],
    }
}

fn json(value: &serde_json::Value) -> Option<Value> {
    Value::of(value).ok()
}

fn text(text: impl AsRef<str>) -> Value {
    Value::String(text.as_ref().to_owned())
}

/// Converts a text: to a string, or with translations to an object of the string under `text` and of them by language.
fn about(about: Option<&Text>) -> Option<Value> {
    let about = about.filter(|about| !about.trim().is_empty())?;
    if about.translations.is_empty() {
        return Some(text(about.trim()));
    }
    let translations = about.translations.iter();
    let translations = translations.map(|(language, shown)| (language.clone(), text(shown.trim())));
    let entries = std::iter::once(("text".to_owned(), text(about.trim()))).chain(translations);
    Some(Value::Object(entries.collect()))
}

fn yes(value: bool) -> Option<Value> {
    value.then_some(Value::Boolean(true))
}

fn list(items: impl IntoIterator<Item = Value>) -> Option<Value> {
    let items: Vec<Value> = items.into_iter().collect();
    (!items.is_empty()).then_some(Value::Array(items))
}

/// Constructs an object from the entries that have a value.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries.into_iter();
    let entries = entries.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(entries.collect())
}
