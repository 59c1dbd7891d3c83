//! Operations, with what goes in and what comes out.

use std::collections::HashSet;

use oas_document::openapi;
pub use oas_document::openapi::{Framing, MediaKind};
pub use oas_wire::{ParameterLocation as Location, StatusPattern as Status};
use serde_json::Value;

use oas_schema::SchemaId;

use super::{Constraint, TypeRef};

/// An operation (OpenAPI 3.0.4, Operation Object).
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// `operationId`, or one that lowering made of method and path.
    pub id: String,
    /// Name of the method, in snake case; keywords are not escaped here.
    pub method_name: String,
    /// What its types are called by, in upper camel case.
    pub type_name: String,
    /// Name of its static, in upper snake case.
    pub const_name: String,
    /// HTTP method, in upper case.
    pub method: String,
    /// Path template, base path included.
    pub path: String,
    /// What tells its requests from those of other operations with the same method and path, where there are such.
    pub selector: Option<Selector>,
    /// JSON pointer in the document.
    pub pointer: String,
    /// One line on what it does.
    pub summary: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether a repetition does no harm, where the document declares it; otherwise the method decides
    /// (RFC 9110 §9.2.2).
    pub idempotent: Option<bool>,
    /// Its extensions (`x-…`), in document order: a text as it is, every other value as JSON.
    pub extensions: Vec<(String, String)>,
    /// Parameters, in document order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// Responses: exact status first, then ranges, then the default.
    pub responses: Vec<Response>,
    /// Alternatives, each a list of schemes that are needed together.
    pub security: Vec<Vec<RequiredScheme>>,
    /// How the server fills error bodies when it refuses a request by itself.
    pub rejections: Vec<Rejection>,
}

/// What tells the requests of an operation from those of others with the same method and path (`x-operations`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Where a request names its operation.
    pub place: SelectorPlace,
    /// The name: the key of the body, or the value of the parameter or header.
    pub value: String,
}

/// Where a request names the operation that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectorPlace {
    /// A key of the object that the body is.
    BodyKey,
    /// The value of the query parameter of this name.
    Query(String),
    /// The value of the header of this name.
    Header(String),
}

impl Operation {
    /// Returns what identifies the operation in its document, as [`Address`](openapi::Address) is written.
    #[must_use]
    pub fn address(&self) -> String {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        let words = [&*self.method, &*self.path].into_iter().chain(selected_by);
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether the operation was lowered from this one of its document.
    #[must_use]
    pub fn is(&self, view: &openapi::Operation<'_>) -> bool {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        (&*self.path, &*self.method) == (view.path, view.method.as_str())
            && selected_by == view.selector.map(|selector| selector.value)
    }

    /// How many alternatives of [`Operation::security`] require a scheme.
    #[must_use]
    pub fn alternatives_with(&self, scheme: usize) -> usize {
        let requires = |alternative: &&Vec<RequiredScheme>| {
            alternative.iter().any(|required| required.scheme == scheme)
        };
        self.security.iter().filter(requires).count()
    }

    /// The media types that a request body may have, as a server compares them.
    #[must_use]
    pub fn consumes(&self) -> Vec<String> {
        let media = self.body.iter().flat_map(|body| &body.media);
        media.flat_map(Media::essences).collect()
    }

    /// The media types of the successful responses, as a server compares them with those that a caller takes.
    #[must_use]
    pub fn produces(&self) -> Vec<String> {
        let successes = self
            .responses
            .iter()
            .filter(|response| response.status.is_success());
        let media = successes.flat_map(|response| &response.media);
        let mut seen = HashSet::new();
        let names = media.flat_map(Media::essences);
        names.filter(|name| seen.insert(name.clone())).collect()
    }
}

/// A security scheme that an alternative requires (OpenAPI 3.0.4, Security Requirement Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredScheme {
    /// Index into [`Api::security`](super::Api::security).
    pub scheme: usize,
    /// The scopes of the token, or the roles of the caller.
    pub scopes: Vec<String>,
}

/// How a parameter is written (OpenAPI 3.0.4, Style Values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the standard's names
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Cookie,
    /// Not a style: the parameter has a media type of its own, and it is JSON.
    Json,
}

impl Style {
    /// The value of `explode` where a document has none.
    #[must_use]
    pub const fn default_explode(self) -> bool {
        matches!(self, Self::Form | Self::Cookie)
    }
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Name of the field and of its setter, in snake case; keywords are not escaped here.
    pub field: String,
    /// Where it is.
    pub location: Location,
    /// Whether it has to be there.
    pub required: bool,
    /// How it is written.
    pub style: Style,
    /// Whether each value of an array or object is written by itself.
    pub explode: bool,
    /// Whether reserved characters are sent as they are.
    pub allow_reserved: bool,
    /// Whether an empty value is none (`allowEmptyValue`).
    pub allow_empty: bool,
    /// Its type.
    pub ty: TypeRef,
    /// What the server checks.
    pub schema: SchemaId,
    /// Its description.
    pub description: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether its value must not be seen (`format: password`, OpenAPI 3.0.4, Data Types).
    pub secret: bool,
    /// The value that its absence means.
    pub default: Option<Value>,
    /// What its values are restricted to, besides the type.
    pub constraints: Vec<Constraint>,
    /// An example of its value.
    pub example: Option<Value>,
}

impl Parameter {
    /// Whether the members of an object are parameters of their own.
    #[must_use]
    pub fn is_spread(&self) -> bool {
        matches!(self.style, Style::Form | Style::Cookie)
            && self.explode
            && matches!(self.location, Location::Query | Location::Cookie)
    }

    /// The value, as JSON text, that a server takes where the parameter is absent.
    #[must_use]
    pub fn assumed(&self) -> Option<String> {
        let default = self.default.as_ref().filter(|_| !self.required);
        default.map(Value::to_string)
    }
}

/// A request body.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Whether it has to be there.
    pub required: bool,
    /// Its description.
    pub description: Option<String>,
    /// Its media types, in document order; at least one.
    pub media: Vec<Media>,
}

/// A body in one media type.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// The media type or range as the document writes it, parameters included.
    pub name: String,
    /// Other media types and ranges in which the same body is written in the same way.
    pub others: Vec<String>,
    /// How it is encoded.
    pub kind: MediaKind,
    /// Type of the body, or of each of its items.
    pub ty: TypeRef,
    /// What the server checks of a request, or of each of its items; responses are not checked.
    pub schema: Option<SchemaId>,
    /// The document's example, if it has one.
    pub example: Option<Value>,
    /// Name of its variant where there are several, in upper camel case.
    pub variant: String,
    /// The property of the body that reports a failure when it is present and not null.
    pub failure: Option<Failure>,
    /// The properties of a form that are not written in the default way.
    pub encodings: Vec<Encoding>,
    /// The parts of a multipart body, where its schema names them.
    pub form: Vec<FormField>,
    /// Whether a multipart body has no other parts.
    pub closed: bool,
}

impl Media {
    /// Type and subtype in lower case, by which media types are compared (RFC 9110 §8.3.1).
    #[must_use]
    pub fn essence(&self) -> String {
        essence(&self.name)
    }

    /// The essences of all media types and ranges that it has.
    pub fn essences(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name)
            .chain(&self.others)
            .map(|name| essence(name))
    }

    /// The media type that a message names; `None` where the document has a range, and the sender of the body has to name
    /// what it is.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        let mut names = std::iter::once(&self.name).chain(&self.others);
        let concrete = names.find(|name| !name.contains('*'));
        match (concrete, self.kind) {
            (Some(name), _) => Some(name),
            (None, MediaKind::Json) => Some("application/json"),
            (None, MediaKind::Text) => Some("text/plain"),
            (None, MediaKind::Multipart) => Some("multipart/form-data"),
            (
                None,
                MediaKind::Form | MediaKind::Events | MediaKind::Items(_) | MediaKind::Bytes,
            ) => None,
        }
    }
}

/// Type and subtype in lower case.
fn essence(name: &str) -> String {
    let range = oas_wire::MediaRange::parse_lenient(name);
    range.map_or_else(|_| name.to_ascii_lowercase(), |range| range.essence())
}

/// How a property of `application/x-www-form-urlencoded` is written (OpenAPI 3.0.4, Encoding Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// Name on the wire.
    pub property: String,
    /// As a query parameter of that style would be, or JSON.
    pub style: Style,
    /// Whether each value of an array or object is written by itself.
    pub explode: bool,
    /// Whether reserved characters are sent as they are.
    pub allow_reserved: bool,
}

/// A part of a multipart body (OpenAPI 3.0.4, Encoding `multipart` Media Types).
#[derive(Debug, Clone, PartialEq)]
pub struct FormField {
    /// Name on the wire.
    pub name: String,
    /// Name of the field and of its setter, in snake case.
    pub field: String,
    /// How it is written.
    pub kind: PartKind,
    /// Whether there may be several.
    pub repeated: bool,
    /// Whether it has to be there.
    pub required: bool,
    /// Type of the value, of one item if it is repeated; without meaning for a file.
    pub ty: TypeRef,
    /// What the server checks, of all items if it is repeated.
    pub schema: SchemaId,
    /// The media types and ranges that it may have, where the document lists any; all that it lists.
    pub content_types: Vec<String>,
    /// What its values are restricted to, besides the type.
    pub constraints: Vec<Constraint>,
    /// Its description.
    pub description: Option<String>,
}

impl FormField {
    /// The media type that it is sent as, where there is one to send.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match self.content_types.as_slice() {
            [only] if !only.contains('*') => Some(only),
            _ => None,
        }
    }
}

/// How a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// As text.
    Text,
    /// As JSON.
    Json,
    /// As it is, with a file name and a media type.
    File,
}

/// A property of a success body that reports a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Name of the property.
    pub property: String,
    /// Name of the field.
    pub field: String,
    /// Whether the field distinguishes null from absent.
    pub nullable: bool,
}

/// A response.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The statuses it is for.
    pub status: Status,
    /// Name of its variant, in upper camel case.
    pub variant: String,
    /// Its description.
    pub description: Option<String>,
    /// Its media types; none for an empty body.
    pub media: Vec<Media>,
    /// Its headers.
    pub headers: Vec<Header>,
}

/// A header of a response (OpenAPI 3.0.4, Header Object).
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Name on the wire.
    pub name: String,
    /// Name of the field, in snake case.
    pub field: String,
    /// Whether it is always there.
    pub required: bool,
    /// Whether each property of an object is written with its name.
    pub explode: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its type.
    pub ty: TypeRef,
    /// Its description.
    pub description: Option<String>,
}

/// How a server fills a declared error body when it refuses a request by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rejection {
    /// The statuses it is for.
    pub status: Status,
    /// Media type of the body.
    pub media_type: String,
    /// JSON with placeholders, as the server runtime documents them.
    pub template: String,
}

/// The parts of a path template (OpenAPI 3.0.4, Paths Object): literal text as `Ok`, names of parameters as `Err`.
#[must_use]
pub fn template_parts(template: &str) -> Vec<Result<&str, &str>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        if !literal.is_empty() {
            parts.push(Ok(literal));
        }
        parts.push(Err(name));
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Ok(rest));
    }
    parts
}
