//! A request that an operation takes, made of the document, for a person who wants to try it.

use std::fmt;

use bytes::Bytes;
use http::Uri;
use oas_document::openapi::{
    self, MediaKind, Parameter, SecurityKind, SelectorPlace, template_names,
};
use oas_document::schema::{Schema, example};
use oas_document::{Direction, Document, Node};
use oas_samples::{Extent, Sampler};
use oas_wire::style::{self, Codec};
use oas_wire::{ParameterLocation, Secret, Serialization, basic, form, percent};
use serde_json::Value;

use crate::content::{BOUNDARY, form_text, items, multipart_text};
use crate::json;

/// The placeholder of a credential.
const SECRET: &str = "secret";

/// How much of a parameter is made at least: an empty list is written like none at all.
const NOT_EMPTY: Extent = Extent {
    depth: 1,
    ..Extent::FULL
};

/// A request without an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The header, credentials included: `secret`, as a mock takes any.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Bytes>,
}

impl Sample {
    /// The request as a line for a shell, sent to `origin`, such as `http://127.0.0.1:8080`; `None` where a line cannot hold
    /// the body.
    #[must_use]
    pub fn curl(&self, origin: &str) -> Option<String> {
        let mut line = "curl".to_owned();
        if self.method != "GET" {
            line.push_str(&format!(" -X {}", self.method));
        }
        line.push_str(&format!(" {}", quoted(&format!("{origin}{}", self.target))));
        for (name, value) in &self.headers {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
        if let Some(body) = &self.body {
            let text = std::str::from_utf8(body).ok()?;
            if text.contains(['\n', '\r', '\0']) {
                return None;
            }
            line.push_str(&format!(" --data-raw {}", quoted(text)));
        }
        Some(line)
    }
}

/// `GET /pets/7`
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}

/// A text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A request to an operation: with all that it may have, or with what it must.
///
/// `None` where no value of something required can be made.
pub(crate) fn sample(
    document: &Document,
    base_path: &str,
    operation: &openapi::Operation<'_>,
    all: bool,
) -> Option<Sample> {
    let mut maker = Maker {
        sampler: Sampler::default(),
        all,
    };
    let mut path = operation.path.to_owned();
    let (mut query, mut cookies, mut headers) = (Vec::new(), Vec::new(), Vec::new());
    match operation
        .selector
        .map(|selector| (selector.place, selector.value))
    {
        Some((SelectorPlace::Query(name), value)) => {
            query.push(form::pair(name, value));
        }
        Some((SelectorPlace::Header(name), value)) => {
            headers.push((name.to_owned(), value.to_owned()))
        }
        _ => {}
    }
    for parameter in operation.parameters() {
        if parameter.is_ignored() || !(all || parameter.is_required()) {
            continue;
        }
        let name = parameter.name;
        let written = maker.parameter(&parameter);
        let Some(written) = written else {
            match parameter.is_required() {
                true => return None,
                false => continue,
            }
        };
        match (parameter.location, written) {
            (ParameterLocation::Path, Written::Text(text)) => {
                path = path.replace(&format!("{{{name}}}"), &text);
            }
            (_, Written::Text(text)) => headers.push((name.to_owned(), text)),
            (ParameterLocation::Cookie, Written::Pairs(pairs)) => cookies.extend(pairs),
            (_, Written::Pairs(pairs)) => query.extend(pairs),
        }
    }
    for name in template_names(&path.clone()) {
        path = path.replace(&format!("{{{name}}}"), "text");
    }
    let schemes = openapi::security_schemes(document);
    let alternative = operation.security().requirements.into_iter().next();
    for used in alternative
        .into_iter()
        .flat_map(|alternative| alternative.schemes)
    {
        let scheme = schemes.iter().find(|scheme| scheme.name == used.name)?;
        let authorization = |value: String| ("Authorization".to_owned(), value);
        match scheme.kind()? {
            SecurityKind::ApiKey { location, name } => match location {
                ParameterLocation::Header => headers.push((name.to_owned(), SECRET.to_owned())),
                ParameterLocation::Cookie => cookies.push(format!("{name}={SECRET}")),
                _ => query.push(format!("{}={SECRET}", percent::encode(name))),
            },
            SecurityKind::Basic => {
                let encoded = basic::encode("user", &Secret::from(SECRET)).ok()?;
                headers.push(authorization(format!("Basic {}", encoded.expose())));
            }
            SecurityKind::Bearer | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                headers.push(authorization(format!("Bearer {SECRET}")));
            }
            SecurityKind::Http(scheme) => headers.push(authorization(format!("{scheme} {SECRET}"))),
            _ => return None,
        }
    }
    if !cookies.is_empty() {
        headers.push(("Cookie".to_owned(), cookies.join("; ")));
    }
    let body = operation
        .request_body()
        .filter(|body| all || body.is_required());
    let body = match body {
        Some(body) => {
            let (name, body) = maker.body(&body.content())?;
            headers.push(("Content-Type".to_owned(), name));
            Some(body)
        }
        None => None,
    };
    let query = match query.is_empty() {
        true => String::new(),
        false => format!("?{}", query.join("&")),
    };
    let target = format!("{base_path}{path}{query}");
    // A template may have what no URI can be.
    target.parse::<Uri>().ok()?;
    Some(Sample {
        method: operation.method.as_str().to_owned(),
        target,
        headers,
        body,
    })
}

/// A parameter as it is written.
enum Written {
    Text(String),
    Pairs(Vec<String>),
}

struct Maker<'d> {
    sampler: Sampler<'d>,
    all: bool,
}

impl<'d> Maker<'d> {
    /// The documented value that is valid, or one that is made.
    fn value(
        &mut self,
        examples: Vec<Node<'d>>,
        schema: Option<Schema<'d>>,
        least: Extent,
    ) -> Option<Value> {
        let Some(schema) = schema else {
            let documented = examples.first().map(|node| node.to_json());
            return Some(documented.unwrap_or_else(|| Value::from("text")));
        };
        let examples = examples.into_iter().chain(schema.effective().examples);
        let documented = examples.map(|node| node.to_json());
        let sampler = &mut self.sampler;
        for value in documented {
            if sampler.admits(&schema, &value, Direction::Request) {
                return Some(value);
            }
        }
        let made = match self.all {
            true => None,
            // Where that is invalid, a full value need not be.
            false => sampler.make(&schema, Direction::Request, least).ok(),
        };
        made.or_else(|| sampler.sample(&schema, Direction::Request).ok())
    }

    fn parameter(&mut self, parameter: &Parameter<'d>) -> Option<Written> {
        let content = parameter.content();
        let schema = parameter.schema_node().map(Schema::of);
        let mut examples = parameter.examples();
        examples.extend(content.iter().flat_map(|content| content.examples()));
        let value = style::Value::of(&self.value(examples, schema, NOT_EMPTY)?).ok()?;
        let serialization = match content {
            Some(content) if content.kind() == MediaKind::Json => Serialization::Json,
            _ => Serialization::of(parameter.style()).explode(parameter.explode()),
        };
        let codec = Codec::new(parameter.name, parameter.location, serialization);
        match parameter.location {
            ParameterLocation::Path | ParameterLocation::Header => {
                let text = codec.encode_text(&value).ok()??;
                (!text.is_empty()).then_some(Written::Text(text))
            }
            ParameterLocation::Query | ParameterLocation::Cookie => {
                codec.encode_pairs(&value).ok().map(Written::Pairs)
            }
            ParameterLocation::QueryString => None,
        }
    }

    /// The media type and the bytes of a body: the first that there is a value for.
    fn body(&mut self, content: &[openapi::MediaType<'d>]) -> Option<(String, Bytes)> {
        content.iter().find_map(|media| {
            let name = media.example_name();
            if let MediaKind::Items(framing) = media.kind() {
                let documented = media.examples().first().map(|node| node.to_json());
                let schema = media.item_schema();
                let made = || self.value(Vec::new(), schema, Extent::MINIMAL);
                let value = documented.or_else(|| Some(Value::Array(vec![made()?])))?;
                return Some((name, items(framing, &value).into()));
            }
            let schema = media.schema_node().map(Schema::of);
            let schema_example = media.schema_node().and_then(example);
            let mut examples = media.examples();
            examples.extend(schema_example);
            let node = examples.first().copied();
            let value = self.value(examples, schema.clone(), Extent::MINIMAL)?;
            let documented = node.filter(|node| node.to_json() == value);
            let text = || match documented {
                Some(node) => node.to_json_text(),
                None => json::text(&value, schema.as_ref()),
            };
            Some(match media.kind() {
                MediaKind::Json => (name, text().into()),
                MediaKind::Form => (name, form_text(media, &value)?.into()),
                MediaKind::Multipart => (
                    format!("{name}; boundary={BOUNDARY}"),
                    multipart_text(media, &value).into(),
                ),
                MediaKind::Text | MediaKind::Events | MediaKind::Items(_) | MediaKind::Bytes => {
                    match &value {
                        Value::String(text) => (name, text.clone().into()),
                        _ => (name, text().into()),
                    }
                }
            })
        })
    }
}
