//! Generates templates of the error bodies that a server renders by itself; the runtime fills them in.
//!
//! A document declares them with `x-rejection`. Without it, the properties of the declared schema are filled by their
//! usual names, and other required ones by samples. The result is valid against the schema, or there is no template,
//! and the server responds with a problem (RFC 9457).

use oas_document::openapi;
use oas_document::schema::{EffectiveSchema, Limit, Property, Schema, Type as Json};
use oas_document::{Direction, Node};
use oas_samples::Extent;
use oas_wire::error_body::SENTENCES;
use serde_json::{Map, Value, json};

use super::Lowering;
use crate::model::{MediaKind, Rejection};

/// The depth to which errors can wrap errors.
const MAX_DEPTH: usize = 4;

const VIOLATIONS: &str = "{violations}";

/// Properties that hold the error itself.
const WRAPPERS: [&str; 3] = ["error", "fault", "problem"];

/// Placeholders of which a valid template contains at least one, so that the body describes the rejection.
const INFORMATIVE: [&str; 3] = ["{title}", VIOLATIONS, "{status#}"];

/// The values that replace placeholders to validate a template against its schema.
const FILLED: [(&str, &str); 5] = [
    ("{title}", "Bad request"),
    ("{detail}", "the request breaks the contract in 1 place"),
    ("{violations}", "body/name: is required"),
    ("{code}", "bad-request"),
    ("{operation}", "readPet"),
];

impl<'d> Lowering<'d> {
    /// Templates for the error responses of an operation.
    pub(super) fn rejections(&mut self, responses: &[openapi::Response<'d>]) -> Vec<Rejection> {
        let failures = responses
            .iter()
            .filter(|response| !response.status.is_success());
        let mut rejections: Vec<Rejection> = Vec::new();
        for response in failures {
            if let Some((media_type, template)) = self.rejection_body(&response.content()) {
                rejections.push(Rejection {
                    status: response.status,
                    media_type: media_type.to_owned(),
                    template,
                });
            }
        }
        rejections.sort_by_key(|rejection| rejection.status);
        rejections
    }

    /// Returns the media type and template of a response's body: the first for which a template exists.
    fn rejection_body(&mut self, content: &[openapi::MediaType<'d>]) -> Option<(&'d str, String)> {
        let mut given = content
            .iter()
            .filter_map(|media| Some((media.name, media.rejection()?)));
        if let Some((name, template)) = given.next() {
            return Some((name, template.to_json().to_string()));
        }
        let is_one = |media: &&openapi::MediaType<'d>| {
            media.range().is_none_or(|range| !range.is_wildcard())
        };
        content.iter().filter(is_one).find_map(|media| {
            let is_plain = || {
                media
                    .range()
                    .is_some_and(|range| range.has_essence("text/plain"))
            };
            let template = match media.kind() {
                MediaKind::Json => self.template(media.schema_node()?)?,
                MediaKind::Text if is_plain() => VIOLATIONS.to_owned(),
                _ => return None,
            };
            Some((media.name, template))
        })
    }

    /// Returns the template for a schema; it is cached, because many responses share schemas.
    fn template(&mut self, schema: Node<'d>) -> Option<String> {
        let schema = schema.resolve().ok()?;
        if let Some(known) = self.templates.get(&schema) {
            return known.clone();
        }
        let parsed = Schema::of(schema);
        let template = self.template_value(&parsed, 0).filter(|template| {
            let value = filled(template);
            self.sampler.admits(&parsed, &value, Direction::Response)
        });
        // A body that consists of samples only would report an error that did not occur.
        let template = template.map(|template| template.to_string());
        let template = template.filter(|template| {
            INFORMATIVE
                .iter()
                .any(|placeholder| template.contains(placeholder))
        });
        self.templates.insert(schema, template.clone());
        template
    }

    /// Returns a value of the schema that contains placeholders.
    fn template_value(&mut self, schema: &Schema<'d>, depth: usize) -> Option<Value> {
        let effective = schema.effective();
        let unions = effective.one_of.iter().chain(&effective.any_of);
        if let Some(union) = unions.max_by_key(|union| union.branches.len()) {
            return union.branches.iter().find_map(|branch| {
                let value = self.template_value(&branch.schema, depth + 1)?;
                let admits = self
                    .sampler
                    .admits(schema, &filled(&value), Direction::Response);
                admits.then_some(value)
            });
        }
        let only = effective.types.single();
        match &effective.items {
            _ if depth > MAX_DEPTH => self.made_up(schema),
            _ if only == Some(Json::String) && is_free(&effective) => Some(json!(VIOLATIONS)),
            Some(items) if only == Some(Json::Array) => {
                Some(json!([self.template_value(items, depth + 1)?]))
            }
            _ if effective.properties.is_empty() => self.made_up(schema),
            _ => self.template_object(&effective, depth),
        }
    }

    fn template_object(&mut self, effective: &EffectiveSchema<'d>, depth: usize) -> Option<Value> {
        // What exactly is wrong is in one sentence, and in general in the others.
        let properties = effective.properties.iter();
        let exact = properties.filter_map(|property| sentence(&squeezed(property.name)));
        let exact = exact.max();
        let mut values = Map::new();
        for property in &effective.properties {
            if let Some(value) = self.template_property(property, exact, depth) {
                values.insert(property.name.to_owned(), value);
            } else if property.required {
                return None;
            }
        }
        Some(Value::Object(values))
    }

    fn template_property(
        &mut self,
        property: &Property<'d>,
        exact: Option<usize>,
        depth: usize,
    ) -> Option<Value> {
        let effective = property.schema.effective();
        let name = squeezed(property.name);
        let placeholder = placeholder(&name, exact, &effective);
        if placeholder.is_some() {
            return placeholder;
        }
        let wraps = effective.types.single() == Some(Json::Object) && WRAPPERS.contains(&&*name);
        if property.required || wraps {
            return self.template_value(&property.schema, depth + 1);
        }
        None
    }

    fn made_up(&mut self, schema: &Schema<'d>) -> Option<Value> {
        let made = self
            .sampler
            .generate(schema, Direction::Response, Extent::MINIMAL);
        made.ok()
    }

    /// Returns templates for the responses to requests that reach no operation. Only a declaration of the document
    /// decides about them, because the responses that all operations share change with each operation that is added.
    pub(super) fn unrouted_rejections(&mut self) -> Vec<Rejection> {
        self.rejections(&openapi::unrouted_responses(self.document))
    }
}

/// Normalizes a name for comparison: `error_code`, `errorCode` and `Error-Code` become equal.
fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// Returns the place of a normalized name among those of [`SENTENCES`].
fn sentence(name: &str) -> Option<usize> {
    SENTENCES.iter().position(|known| squeezed(known) == name)
}

/// Returns the placeholder that a property of this name usually contains, if its schema accepts any string or number.
fn placeholder(name: &str, exact: Option<usize>, effective: &EffectiveSchema<'_>) -> Option<Value> {
    if !is_free(effective) {
        return None;
    }
    let formats = &effective.formats;
    let text = match effective.types.single()? {
        Json::Integer | Json::Number => match name {
            "status" | "statuscode" | "code" | "httpstatus" | "errorcode" => "{status#}",
            _ => return None,
        },
        // RFC 9457 §4.2.1.
        Json::String
            if name == "type"
                && formats
                    .iter()
                    .any(|spanned| spanned.value.starts_with("uri")) =>
        {
            "about:blank"
        }
        Json::String if formats.is_empty() => match name {
            "status" | "statuscode" | "httpstatus" => "{status}",
            "code" | "errorcode" | "type" => "{code}",
            "name" | "summary" => "{title}",
            _ if sentence(name)? == exact? => VIOLATIONS,
            _ => "{title}",
        },
        _ => return None,
    };
    Some(json!(text))
}

/// Returns whether only the type and the format restrict the valid values.
fn is_free(effective: &EffectiveSchema<'_>) -> bool {
    effective.values.is_none()
        && effective.patterns.is_empty()
        && effective.limits[Limit::MaxLength].is_none()
        && effective.minimum.is_none()
        && effective.maximum.is_none()
        && effective.multiple_of.is_empty()
}

/// Returns a template with its placeholders filled in.
fn filled(template: &Value) -> Value {
    match template {
        Value::String(text) if text == "{status#}" => json!(400),
        Value::String(text) if text == "{status}" => json!("400"),
        Value::String(text) => {
            let known = FILLED.iter().find(|(placeholder, _)| placeholder == text);
            known.map_or_else(|| template.clone(), |(_, text)| json!(text))
        }
        Value::Array(items) => items.iter().map(filled).collect(),
        Value::Object(entries) => {
            let entries = entries.iter();
            entries
                .map(|(key, value)| (key.clone(), filled(value)))
                .collect()
        }
        other => other.clone(),
    }
}
