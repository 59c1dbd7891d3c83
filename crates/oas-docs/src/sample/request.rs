//! Constructs a sample request of an operation.

use oas_document::Direction;
use oas_document::openapi::{
    Header, MediaKind, MediaType, Operation, PartKind, SecurityKind, SecurityScheme,
};
use oas_samples::{BodyValue, RequestWriter};
use oas_wire::curl::{FormPart, Word};
use serde_json::Value;

use super::value::{media_sample, parameter_sample};
use crate::context::Context;

/// The server that is used if the document has none.
const DEFAULT_SERVER: &str = "http://localhost:8080";

/// A sample request, with all values encoded.
pub(crate) struct SampleRequest {
    pub(crate) method: String,
    /// The scheme, the host and the base path of the server.
    pub(crate) base: String,
    /// The path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// The user and password, for tools with an option for them.
    pub(crate) basic: Option<(String, String)>,
    pub(crate) body: Option<SampleBody>,
}

pub(crate) struct SampleBody {
    pub(crate) media_type: String,
    pub(crate) content: SampleContent,
}

pub(crate) enum SampleContent {
    Text(String),
    /// The parts of a multipart body.
    Parts(Vec<FormPart>),
    /// A file.
    Bytes,
}

/// A credential that an operation needs.
pub(crate) struct Credential<'d> {
    pub(crate) scheme: SecurityScheme<'d>,
    pub(crate) kind: SecurityKind<'d>,
}

/// Returns the credentials of each alternative of the security requirements, in the order of the document, without keys that a
/// required parameter contains.
pub(crate) fn alternatives<'d>(operation: &Operation<'d>) -> Vec<Vec<Credential<'d>>> {
    let security = operation.security();
    let parameters = operation.parameters();
    let is_parameter = |scheme: &SecurityScheme<'d>| {
        let mut required = parameters.iter().filter(|it| it.is_required());
        required.any(|parameter| scheme.is_sent_as(parameter))
    };
    let alternatives = security.requirements.iter().map(|requirement| {
        let schemes = requirement.schemes.iter().filter_map(|used| used.scheme);
        let schemes = schemes.filter(|scheme| !is_parameter(scheme));
        let credentials = schemes.filter_map(|scheme| {
            let kind = scheme.kind()?;
            Some(Credential { scheme, kind })
        });
        credentials.collect()
    });
    alternatives.collect()
}

/// Returns the index of the alternative that samples have: the first with credentials.
pub(crate) fn preferred(alternatives: &[Vec<Credential<'_>>]) -> Option<usize> {
    let mut alternatives = alternatives.iter();
    alternatives.position(|credentials| !credentials.is_empty())
}

/// Returns the credentials that samples have.
fn credentials<'d>(operation: &Operation<'d>) -> Vec<Credential<'d>> {
    let mut alternatives = alternatives(operation);
    match preferred(&alternatives) {
        Some(at) => alternatives.swap_remove(at),
        None => Vec::new(),
    }
}

/// Returns the URL of the first server.
pub(crate) fn base_url(operation: &Operation<'_>) -> String {
    let first = operation.servers().into_iter().next();
    let url = first
        .and_then(|server| server.default_url())
        .unwrap_or_default();
    let url = url.trim_end_matches('/');
    match url.contains("://") {
        true => url.to_owned(),
        false if url.starts_with('/') => format!("{DEFAULT_SERVER}{url}"),
        false => DEFAULT_SERVER.to_owned(),
    }
}

impl SampleRequest {
    /// Constructs the request with everything that is required, and everything that the document has examples of.
    pub(crate) fn of<'d>(context: &Context<'d>, operation: &Operation<'d>) -> Self {
        let mut writer = RequestWriter::new(*operation);
        let mut sent = operation.inputs();
        sent.retain(|parameter| parameter.is_required() || !parameter.examples().is_empty());
        for parameter in sent {
            let value = parameter_sample(context, &parameter).map(|sample| sample.value);
            let value = value.unwrap_or_else(|| Value::String(format!("<{}>", parameter.name)));
            // The page shows the parameter, also where a sample cannot contain it.
            let _ = writer.parameter(&parameter, &value);
        }
        for credential in credentials(operation) {
            // The page names the scheme of what is not part of a request, such as a certificate.
            let _ = writer.credential(&credential.scheme);
        }
        let sample = writer.finish();
        let head = sample.head(|credential| Word::text(format!("<{}>", credential.scheme())));
        let text = |word: &Word| word.as_text().unwrap_or_default().to_owned();
        let headers = head.headers.iter();
        let body = operation.request_body();
        let body = body.and_then(|body| sample_body(context, &body.content()));
        Self {
            method: sample.method,
            base: base_url(operation),
            target: text(&head.target),
            headers: headers
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            basic: head
                .user
                .map(|_| ("<user>".to_owned(), "<password>".to_owned())),
            body,
        }
    }
}

/// Returns the body in the first media type that a sample can be encoded in.
fn sample_body<'d>(context: &Context<'d>, content: &[MediaType<'d>]) -> Option<SampleBody> {
    let media = content.iter().find(|media| media.kind() == MediaKind::Json);
    let media = media.or(content.first())?;
    let sample = || media_sample(context, media, Direction::Request);
    let fields = (media.kind() == MediaKind::Multipart)
        .then(sample)
        .flatten();
    let content = match (media.kind(), fields.map(|sample| sample.value)) {
        (MediaKind::Bytes, _) => SampleContent::Bytes,
        (_, Some(Value::Object(fields))) => SampleContent::Parts(parts(context, media, &fields)),
        (kind, _) => SampleContent::Text(match (body_text(context, media), kind) {
            (Some(text), _) => text,
            (None, MediaKind::Json) => "{}".to_owned(),
            (None, MediaKind::Parts) => return None,
            (None, _) => String::new(),
        }),
    };
    Some(SampleBody {
        media_type: media.content_type(),
        content,
    })
}

/// Returns the text of a body, in which JSON is indented for a reader; `None` if no value was found.
pub(crate) fn body_text<'d>(context: &Context<'d>, media: &MediaType<'d>) -> Option<String> {
    let body = match media.kind() {
        MediaKind::Parts => {
            let example = media.examples().first().map(|node| node.to_json());
            let mut sampler = context.sampler.borrow_mut();
            sampler.parts_body(media, example.as_ref(), Direction::Request)?
        }
        kind => match (kind, media_sample(context, media, Direction::Request)?) {
            (MediaKind::Json, sample) => return Some(sample.text),
            (_, sample) => match sample.value {
                Value::String(text) => return Some(text),
                value => BodyValue::generated(value, media.schema().as_ref()).encode(media)?,
            },
        },
    };
    String::from_utf8(body.into()).ok()
}

fn parts<'d>(
    context: &Context<'d>,
    media: &MediaType<'d>,
    fields: &serde_json::Map<String, Value>,
) -> Vec<FormPart> {
    let is_sent = |header: &Header<'d>| header.is_required() || !header.examples().is_empty();
    let mut sampler = context.sampler.borrow_mut();
    let mut parts = Vec::new();
    for (name, value) in fields {
        let headers = media.encoding(name);
        let headers = headers.map(|encoding| sampler.part_headers(&encoding, is_sent));
        let items = match value {
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for item in items {
            let text = match item {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let mut part = match is_file(media, name) {
                true => FormPart::file(name, "file"),
                false => FormPart::text(name, text),
            };
            part.headers = headers.clone().unwrap_or_default();
            parts.push(part);
        }
    }
    parts
}

/// Returns whether a property of a form is a file.
pub(crate) fn is_file(media: &MediaType<'_>, property: &str) -> bool {
    let named = media.part(property);
    named.is_some_and(|named| named.part.kind() == PartKind::Bytes)
}
