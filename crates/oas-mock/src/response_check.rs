//! What the document says about the responses of an operation, to hold those of a real server against it.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use oas_document::openapi::{self, MediaKind};
use oas_document::schema::{Schema, SchemaTables, Type};
use oas_document::{Direction, Document};
use oas_server::schema::{SchemaId, Tables};
use oas_wire::{MediaType, StatusPattern};
use serde_json::Value;

/// The documented responses of an operation.
#[derive(Debug)]
pub(crate) struct Documented {
    tables: Tables,
    responses: Vec<Response>,
}

#[derive(Debug)]
struct Response {
    status: StatusPattern,
    headers: Vec<Header>,
    /// Media types and ranges, with what a body in one must be.
    content: Vec<(String, Option<SchemaId>)>,
}

#[derive(Debug)]
struct Header {
    name: String,
    required: bool,
    /// What the value must be, and whether it is text as it is; none where it is a list or an object.
    scalar: Option<(SchemaId, bool)>,
}

impl Documented {
    /// Those of the operation with a path and a method.
    pub(crate) fn new(document: &Document, method: &str, path: &str) -> Self {
        let mut tables = SchemaTables::default();
        let mut operations = openapi::operations(document).into_iter();
        let found = operations.find(|found| found.path == path && found.method.as_str() == method);
        let mut responses = Vec::new();
        for response in found.iter().flat_map(openapi::Operation::responses) {
            let headers = response
                .headers()
                .into_iter()
                .filter(|header| !header.is_ignored());
            let headers = headers.map(|header| Header {
                name: header.name.to_owned(),
                required: header.is_required(),
                scalar: header
                    .schema()
                    .and_then(|schema| Some((tables.schema_of(&schema), is_text(&schema)?))),
            });
            let headers = headers.collect();
            let content = response.content().into_iter().map(|media| {
                let schema = media.schema().filter(|_| media.kind() == MediaKind::Json);
                let schema = schema.map(|schema| tables.schema_of(&schema));
                (media.name.to_owned(), schema)
            });
            responses.push(Response {
                status: response.status,
                headers,
                content: content.collect(),
            });
        }
        Self {
            tables: tables.into_tables(),
            responses,
        }
    }

    /// All ways in which a response breaks the document. `body` is none where it is handed on unread.
    pub(crate) fn check(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Option<&[u8]>,
    ) -> Vec<String> {
        let number = status.as_u16();
        let fitting = self
            .responses
            .iter()
            .filter(|response| response.status.matches(number));
        let Some(response) = fitting.min_by_key(|response| response.status) else {
            return vec![format!("the status {number} is not documented")];
        };
        let mut violations = Vec::new();
        for header in &response.headers {
            self.check_header(header, headers, &mut violations);
        }
        let has_body = body.is_none_or(|body| !body.is_empty());
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        match (response.content.as_slice(), content_type) {
            ([], _) if has_body => {
                violations.push("body: the document has none for this status".to_owned());
            }
            ([], _) => {}
            (_, None) if has_body => violations.push("header /Content-Type: is missing".to_owned()),
            (_, None) => violations.push("body: is missing".to_owned()),
            (content, Some(name)) => {
                let names: Vec<&str> = content.iter().map(|(name, _)| name.as_str()).collect();
                let media_type = MediaType::parse_lenient(name).ok();
                let documented = media_type.and_then(|media_type| media_type.closest(&names));
                match documented.and_then(|index| content.get(index)) {
                    None => violations.push(format!(
                        "header /Content-Type: must be {}",
                        names.join(" or "),
                    )),
                    Some((_, Some(schema))) => {
                        if let Some(body) = body {
                            self.check_body(*schema, body, &mut violations);
                        }
                    }
                    Some((_, None)) => {}
                }
            }
        }
        violations
    }

    fn check_header(&self, header: &Header, headers: &HeaderMap, violations: &mut Vec<String>) {
        let Header {
            name,
            required,
            scalar,
        } = header;
        let Some(value) = headers.get(name) else {
            if *required {
                violations.push(format!("header /{name}: is required"));
            }
            return;
        };
        let Some((schema, is_text)) = scalar else {
            return;
        };
        let Ok(text) = std::str::from_utf8(value.as_bytes()) else {
            violations.push(format!("header /{name}: is not UTF-8"));
            return;
        };
        let read = || serde_json::from_str::<Value>(text).ok();
        let value = match is_text {
            true => Value::from(text),
            false => read()
                .filter(|value| !value.is_object() && !value.is_array())
                .unwrap_or_else(|| Value::from(text)),
        };
        let found = self
            .tables
            .check(*schema, &value.to_string(), Direction::Response);
        let lines = found
            .into_iter()
            .map(|found| format!("header /{name}{}: {}", found.pointer, found.message));
        violations.extend(lines);
    }

    fn check_body(&self, schema: SchemaId, body: &[u8], violations: &mut Vec<String>) {
        let Ok(text) = std::str::from_utf8(body) else {
            violations.push("body: is not UTF-8".to_owned());
            return;
        };
        let found = self.tables.check(schema, text, Direction::Response);
        violations.extend(found.into_iter().map(|found| match found.pointer.as_str() {
            "" => format!("body: {}", found.message),
            pointer => format!("body {pointer}: {}", found.message),
        }));
    }
}

/// Whether the values of a schema are text as it is; `None` where they may be lists or objects, which no header shows.
fn is_text(schema: &Schema<'_>) -> Option<bool> {
    let types = schema.types();
    if types.contains(Type::Array) || types.contains(Type::Object) {
        return None;
    }
    Some(types.contains(Type::String))
}
