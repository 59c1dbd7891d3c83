//! Error bodies that a server writes by itself: templates that the runtime fills.
//!
//! A document declares them with `x-rejection`. Where it does not, the declared schema is filled by the names that such
//! properties usually have; the rest of what it requires is made up. What comes out fits the schema, or there is no
//! template and the server answers with a problem (RFC 9457).

use oas_document::openapi::{self, MediaType};
use oas_document::schema::{EffectiveSchema, Limit, Property, Schema, Type as Json};
use oas_document::{Direction, Node};
use oas_samples::Extent;
use serde_json::{Map, Value, json};

use super::Lowering;
use crate::model::{MediaKind, Rejection};

/// How deep errors are wrapped in errors.
const DEEPEST: usize = 4;

const VIOLATIONS: &str = "{violations}";

/// Properties that hold a sentence, in the spelling of [`squeezed`]. The first that a schema has gets what exactly is
/// wrong, the others get it in general.
const SENTENCES: [&str; 10] = [
    "details",
    "detail",
    "errordescription",
    "description",
    "message",
    "errormessage",
    "msg",
    "reason",
    "error",
    "title",
];

/// Properties that hold the error itself.
const WRAPPERS: [&str; 3] = ["error", "fault", "problem"];

/// Placeholders of which a body has one at least.
const TOLD: [&str; 3] = ["{title}", VIOLATIONS, "{status#}"];

/// What placeholders are filled with to see whether a template fits its schema.
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

    /// Media type and template of the body of a response: the first that there is a template for.
    fn rejection_body(&mut self, content: &[MediaType<'d>]) -> Option<(&'d str, String)> {
        let mut given = content
            .iter()
            .filter_map(|media| Some((media.name, media.rejection()?)));
        if let Some((name, template)) = given.next() {
            return Some((name, template.to_json().to_string()));
        }
        let is_one =
            |media: &&MediaType<'d>| media.range().is_none_or(|range| !range.is_wildcard());
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

    /// The template for a schema; schemas are shared by many responses.
    fn template(&mut self, schema: Node<'d>) -> Option<String> {
        let schema = schema.resolve().ok()?;
        if let Some(known) = self.templates.get(&schema) {
            return known.clone();
        }
        let said = Schema::of(schema);
        let template = self.template_value(&said, 0).filter(|template| {
            let value = filled(template);
            self.sampler.admits(&said, &value, Direction::Response)
        });
        // A body that is made up as a whole would report something that is not so.
        let template = template.map(|template| template.to_string());
        let template = template.filter(|template| TOLD.iter().any(|told| template.contains(told)));
        self.templates.insert(schema, template.clone());
        template
    }

    /// A value of the schema with placeholders in it.
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
            _ if depth > DEEPEST => self.made_up(schema),
            _ if only == Some(Json::String) && is_free(&effective) => Some(json!(VIOLATIONS)),
            Some(items) if only == Some(Json::Array) => {
                Some(json!([self.template_value(items, depth + 1)?]))
            }
            _ if effective.properties.is_empty() => self.made_up(schema),
            _ => self.template_object(&effective, depth),
        }
    }

    fn template_object(&mut self, effective: &EffectiveSchema<'d>, depth: usize) -> Option<Value> {
        let has = |name: &&&str| {
            effective
                .properties
                .iter()
                .any(|property| squeezed(property.name) == **name)
        };
        let detail = SENTENCES.iter().find(has).copied();
        let mut values = Map::new();
        for property in &effective.properties {
            if let Some(value) = self.template_property(property, detail, depth) {
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
        detail: Option<&str>,
        depth: usize,
    ) -> Option<Value> {
        let effective = property.schema.effective();
        let name = squeezed(property.name);
        let placeholder = placeholder(&name, detail, &effective);
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
            .make(schema, Direction::Response, Extent::MINIMAL);
        made.ok()
    }

    /// Templates for the responses to requests that reach no operation. The document alone decides about them: what
    /// operations have in common changes with each that is added.
    pub(super) fn unrouted_rejections(&mut self) -> Vec<Rejection> {
        self.rejections(&openapi::unrouted_responses(self.document))
    }
}

/// A name as it is compared: `error_code`, `errorCode` and `Error-Code` are one.
fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// What a property of this name usually holds, if its schema takes any text or number.
fn placeholder(name: &str, detail: Option<&str>, effective: &EffectiveSchema<'_>) -> Option<Value> {
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
            if name == "type" && formats.iter().any(|said| said.value.starts_with("uri")) =>
        {
            "about:blank"
        }
        Json::String if formats.is_empty() => match name {
            "status" | "statuscode" | "httpstatus" => "{status}",
            "code" | "errorcode" | "type" => "{code}",
            "name" | "summary" => "{title}",
            _ if detail == Some(name) => VIOLATIONS,
            _ if SENTENCES.contains(&name) => "{title}",
            _ => return None,
        },
        _ => return None,
    };
    Some(json!(text))
}

/// Whether nothing but the type and the format restricts which values are admitted.
fn is_free(effective: &EffectiveSchema<'_>) -> bool {
    effective.values.is_none()
        && effective.patterns.is_empty()
        && effective.limits[Limit::MaxLength].is_none()
        && effective.minimum.is_none()
        && effective.maximum.is_none()
        && effective.multiple_of.is_empty()
}

/// A template with its placeholders filled.
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
