//! Validates the responses of a real server against the document.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use oas_codegen::model::{self, Bounds};
use oas_document::openapi::{self, Framing, MediaKind};
use oas_document::schema::{SchemaTables, Type};
use oas_document::{Direction, Document};
use oas_server::schema::{Owned, SchemaId, Tables, miscount};
use oas_server::{ExpectedTypes, PartRules};
use oas_wire::style::{self, Codec, Serialization};
use oas_wire::{MediaType, ParameterLocation, StatusPattern};

use crate::part_rules;
use crate::stream::{ItemCheck, ItemRule, PassingCheck, SizeCheck};

/// The documented responses of an operation.
#[derive(Debug)]
pub(crate) struct Documented {
    tables: Arc<Tables>,
    responses: Vec<Response>,
}

#[derive(Debug)]
struct Response {
    status: StatusPattern,
    headers: Vec<Header>,
    content: Vec<Documentation>,
}

#[derive(Debug)]
struct Documentation {
    /// The media type or range.
    name: String,
    check: ContentCheck,
}

/// The check that a body has to pass.
#[derive(Debug)]
enum ContentCheck {
    Json(SchemaId),
    /// The schema of a string, a number or a boolean.
    Text(SchemaId),
    /// Any body is valid.
    None,
    /// The number of bytes is validated.
    Bytes(Bounds),
    /// Each item of a stream is validated.
    Items(ItemRule),
    /// Each part of a multipart body is validated.
    Parts(PartRules<Owned>),
    /// A format that is not parsed here, such as a form or XML, or a stream whose items have no schema.
    Unchecked,
}

impl ContentCheck {
    fn of<'d>(media: &openapi::MediaType<'d>, tables: &mut SchemaTables<'d>) -> Self {
        let kind = media.kind();
        if let Some(rule) = ItemRule::of(media, tables) {
            return Self::Items(rule);
        }
        if let Some(sequence) = media.part_sequence() {
            return Self::Parts(part_rules::by_position(&sequence, tables));
        }
        if let Some(parts) = media.named_parts() {
            return Self::Parts(part_rules::of(&parts, tables));
        }
        let is_sequence = Framing::of(media.name).is_some() && media.schema().is_some();
        if is_sequence || media.item_schema().is_some() {
            return Self::Unchecked;
        }
        let Some(schema) = media.schema() else {
            return Self::None;
        };
        let types = schema.types();
        let nests = types.contains(Type::Array) || types.contains(Type::Object);
        match kind {
            MediaKind::Json => Self::Json(tables.schema_of(&schema)),
            MediaKind::Text if !nests => Self::Text(tables.schema_of(&schema)),
            MediaKind::Bytes if types.is_any() || types.single() == Some(Type::String) => {
                match Bounds::of_bytes(&schema.effective().limits) {
                    size if size.is_limited() => Self::Bytes(size),
                    // Any bytes are valid as a file.
                    _ => Self::None,
                }
            }
            _ => Self::Unchecked,
        }
    }
}

/// The body of a response, as far as it is available.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'b> {
    Whole(&'b [u8]),
    /// The body was not read, with the reason, formatted to follow the words "the body".
    Unread(&'b str),
    /// The body is passed on as it arrives; its items are validated meanwhile.
    Passing,
    /// The response has no body, regardless of its header.
    Absent,
    /// The body broke off, which the caller reports.
    Incomplete,
}

/// The findings about a response, which [`Mock::review`](crate::Mock::review) returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Findings {
    /// The ways in which the response does not conform to the document.
    pub violations: Vec<ResponseViolation>,
    /// The parts that were not validated, each in a clause with the reason.
    pub unchecked: Vec<String>,
    /// Whether the items or the size of the body are validated later, while the body is read.
    pub continues: bool,
}

impl Findings {
    /// Returns the findings about a body that breaks off.
    pub(crate) fn incomplete() -> Self {
        Self {
            violations: vec![ResponseViolation::incomplete()],
            ..Self::default()
        }
    }
}

/// A way in which a response does not conform to the document. `Display` formats the part, the pointer and the message, such as
/// `body /name: is required`, and never a value of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseViolation {
    /// The part of the response that is invalid.
    pub part: ResponsePart,
    /// The JSON pointer (RFC 6901) of the place in the body. For a header field it is `/`, the name of the field, and the pointer
    /// into its value. It is empty if the violation is about the whole part.
    pub pointer: String,
    /// The message, a clause such as `is required`.
    pub message: String,
}

/// A part of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ResponsePart {
    /// The status.
    Status,
    /// The media type of the body, or a body that the document does not declare for the status.
    ContentType,
    /// Another header field.
    Header,
    /// The body, or its absence.
    Body,
}

impl fmt::Display for ResponseViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            part,
            pointer,
            message,
        } = self;
        match part {
            ResponsePart::Status => f.write_str(message),
            ResponsePart::ContentType | ResponsePart::Body if pointer.is_empty() => {
                write!(f, "body: {message}")
            }
            ResponsePart::ContentType | ResponsePart::Header => {
                write!(f, "header {pointer}: {message}")
            }
            ResponsePart::Body => write!(f, "body {pointer}: {message}"),
        }
    }
}

impl ResponseViolation {
    fn status(status: u16) -> Self {
        let message = format!("the status {status} is not documented");
        Self::of(ResponsePart::Status, "", message)
    }

    fn content_type(message: impl Into<String>) -> Self {
        Self::of(ResponsePart::ContentType, "/Content-Type", message)
    }

    /// Constructs a violation of a header field. `pointer` begins with `/` and the name of the field.
    fn header(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(ResponsePart::Header, pointer, message)
    }

    pub(crate) fn body(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(ResponsePart::Body, pointer, message)
    }

    /// Constructs the violation of a body that ends before its header or its framing has it (RFC 9112 §8).
    pub(crate) fn incomplete() -> Self {
        Self::body("", "breaks off before its end")
    }

    fn of(part: ResponsePart, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            part,
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}

/// A documented header field.
#[derive(Debug)]
pub(crate) struct Header {
    name: String,
    required: bool,
    schema: Option<SchemaId>,
    serialization: Serialization,
}

impl Header {
    pub(crate) fn of<'d>(header: &openapi::Header<'d>, tables: &mut SchemaTables<'d>) -> Self {
        Self {
            name: header.name.to_owned(),
            required: header.is_required(),
            schema: header.schema_node().map(|node| tables.schema(node)),
            serialization: header.serialization(),
        }
    }

    /// Adds the violations of the fields with this name. Their pointers begin with it.
    pub(crate) fn check(
        &self,
        tables: &Tables,
        headers: &HeaderMap,
        violations: &mut Vec<ResponseViolation>,
    ) {
        let Self {
            name,
            required,
            schema,
            serialization,
        } = self;
        if !headers.contains_key(name) {
            if *required {
                violations.push(ResponseViolation::header(format!("/{name}"), "is required"));
            }
            return;
        }
        let Some(schema) = *schema else {
            return;
        };
        let lines = headers.get_all(name).iter();
        let lines = lines.map(|line| std::str::from_utf8(line.as_bytes()).map(Cow::Borrowed));
        let Ok(lines) = lines.collect::<Result<Vec<_>, _>>() else {
            violations.push(ResponseViolation::header(
                format!("/{name}"),
                "is not UTF-8",
            ));
            return;
        };
        let codec = Codec::new(name, ParameterLocation::Header, *serialization);
        let shape = ExpectedTypes::<Owned>::new(tables, schema);
        match codec.decode_text(&lines, shape) {
            Ok(json) => {
                let json = json.unwrap_or_default();
                let found = tables.check(schema, &json, Direction::Response);
                violations.extend(found.into_iter().map(|found| {
                    let pointer = format!("/{name}{}", found.pointer);
                    ResponseViolation::header(pointer, found.message.to_string())
                }));
            }
            Err(error) => {
                let message = error.kind().to_string();
                violations.push(ResponseViolation::header(format!("/{name}"), message));
            }
        }
    }
}

impl Documented {
    /// Collects the documented responses of an operation.
    pub(crate) fn new(document: &Document, operation: &model::Operation) -> Self {
        let mut tables = SchemaTables::default();
        let mut operations = openapi::operations(document).into_iter();
        let found = operations.find(|found| operation.is_lowered_from(found));
        let mut responses = Vec::new();
        for response in found.iter().flat_map(openapi::Operation::responses) {
            let headers = response
                .headers()
                .into_iter()
                .filter(|header| !header.is_ignored());
            let headers = headers.map(|header| Header::of(&header, &mut tables));
            let headers = headers.collect();
            let content = response.content().into_iter().map(|media| Documentation {
                name: media.name.to_owned(),
                check: ContentCheck::of(&media, &mut tables),
            });
            responses.push(Response {
                status: response.status,
                headers,
                content: content.collect(),
            });
        }
        Self {
            tables: Arc::new(tables.into_tables()),
            responses,
        }
    }

    /// Returns the check of a body that is passed on as it arrives, if the document has a rule for it.
    pub(crate) fn passing(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Option<Result<PassingCheck, String>> {
        let content = self.response(status)?.content.as_slice();
        let content = closest(content, content_type(headers)?)?;
        match content.check {
            ContentCheck::Items(rule) => {
                let check = ItemCheck::new(&self.tables, rule, headers);
                Some(check.map(|check| PassingCheck::Items(Box::new(check))))
            }
            ContentCheck::Bytes(size) => {
                let check = SizeCheck::new(size, headers);
                Some(check.map(|check| PassingCheck::Size(Box::new(check))))
            }
            _ => None,
        }
    }

    /// Returns the documented response for a status: that of the most specific pattern.
    fn response(&self, status: StatusCode) -> Option<&Response> {
        let number = status.as_u16();
        let fitting = self
            .responses
            .iter()
            .filter(|response| response.status.matches(number));
        fitting.min_by_key(|response| response.status)
    }

    /// Returns all violations of a response.
    pub(crate) fn check(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Content<'_>,
    ) -> Findings {
        let mut findings = Findings::default();
        let violations = &mut findings.violations;
        let Some(response) = self.response(status) else {
            violations.push(ResponseViolation::status(status.as_u16()));
            return findings;
        };
        for header in &response.headers {
            header.check(&self.tables, headers, violations);
        }
        let has_body = !matches!(body, Content::Whole([]));
        match (response.content.as_slice(), content_type(headers)) {
            ([], _) if has_body && !matches!(body, Content::Absent) => {
                let message = "the document has none for this status";
                let part = ResponsePart::ContentType;
                violations.push(ResponseViolation::of(part, "", message));
            }
            ([], _) => {}
            (content, None) if has_body => {
                violations.push(ResponseViolation::content_type("is missing"));
                // The only media type applies if the response has none.
                if let [only] = content {
                    self.check_body(only, headers, body, &mut findings);
                }
            }
            (_, None) if oas_wire::may_have_content(status.as_u16()) => {
                violations.push(ResponseViolation::body("", "is missing"));
            }
            (_, None) => {}
            (content, Some(name)) => match closest(content, name) {
                None => {
                    let names: Vec<&str> = content.iter().map(|content| &*content.name).collect();
                    let message = format!("must be {}", names.join(" or "));
                    violations.push(ResponseViolation::content_type(message));
                }
                Some(content) => self.check_body(content, headers, body, &mut findings),
            },
        }
        findings
    }

    fn check_body(
        &self,
        content: &Documentation,
        headers: &HeaderMap,
        body: Content<'_>,
        findings: &mut Findings,
    ) {
        let violations = &mut findings.violations;
        let (schema, body) = match (&content.check, body) {
            (ContentCheck::None, _) | (_, Content::Absent | Content::Incomplete) => return,
            (ContentCheck::Items(_) | ContentCheck::Bytes(_), Content::Passing) => return,
            (ContentCheck::Bytes(size), Content::Whole(body)) => {
                let message = miscount(body.len() as u64, size.least, size.most, "byte");
                violations.extend(message.map(|message| ResponseViolation::body("", message)));
                return;
            }
            (ContentCheck::Parts(parts), Content::Whole(body)) => {
                let name = content_type(headers).unwrap_or_default();
                let body = Bytes::copy_from_slice(body);
                let found = parts.check_body(&self.tables, Direction::Response, name, body);
                violations.extend(
                    found.into_iter().map(|found| {
                        ResponseViolation::body(found.pointer.as_str(), found.message)
                    }),
                );
                return;
            }
            (ContentCheck::Items(rule), Content::Whole(body)) => {
                let mut headers = headers.clone();
                // The body is decoded already.
                headers.remove(CONTENT_ENCODING);
                if let Ok(check) = ItemCheck::new(&self.tables, *rule, &headers) {
                    let found = check.whole(body);
                    findings.violations.extend(found.violations);
                    findings.unchecked.extend(found.unchecked);
                }
                return;
            }
            (ContentCheck::Unchecked, _) => {
                let name = &content.name;
                let line = format!("the body is {name}, which is not checked against its schema");
                findings.unchecked.push(line);
                return;
            }
            (_, Content::Passing) => {
                let line = "the body is handed on as it arrives, and was not checked";
                findings.unchecked.push(line.to_owned());
                return;
            }
            (_, Content::Unread(reason)) => {
                findings.unchecked.push(format!("the body {reason}"));
                return;
            }
            (ContentCheck::Json(schema) | ContentCheck::Text(schema), Content::Whole(body)) => {
                (*schema, body)
            }
        };
        let Ok(text) = std::str::from_utf8(body) else {
            violations.push(ResponseViolation::body("", "is not UTF-8"));
            return;
        };
        let json = match content.check {
            ContentCheck::Text(_) => {
                let shape = ExpectedTypes::<Owned>::new(&self.tables, schema);
                Cow::Owned(style::decode_scalar(text, shape))
            }
            _ => Cow::Borrowed(text),
        };
        let found = self.tables.check(schema, &json, Direction::Response);
        violations.extend(found.into_iter().map(|found| {
            ResponseViolation::body(found.pointer.as_str(), found.message.to_string())
        }));
    }
}

pub(crate) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?;
    value.to_str().ok()
}

/// Returns the documented content whose name is closest to a media type, if one admits it.
fn closest<'c>(content: &'c [Documentation], name: &str) -> Option<&'c Documentation> {
    let names: Vec<&str> = content.iter().map(|content| &*content.name).collect();
    let media_type = MediaType::parse_lenient(name).ok()?;
    content.get(media_type.closest(&names)?)
}
