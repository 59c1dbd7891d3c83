//! Defines operations, with their inputs and outputs.

use std::collections::HashSet;

use oas_document::openapi;
pub use oas_document::openapi::{Framing, MediaKind};
pub use oas_wire::{ParameterLocation as Location, StatusPattern as Status};
use serde_json::Value;

use oas_schema::SchemaId;

use super::{Constraint, Text, TypeRef};

/// An operation (OpenAPI 3.0.4, Operation Object).
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// `operationId`, or one that lowering made of method and path.
    pub id: String,
    /// Name of the method, in snake case; keywords are not escaped here.
    pub method_name: String,
    /// The prefix of its types' names, in upper camel case.
    pub type_name: String,
    /// Name of its static, in upper snake case.
    pub const_name: String,
    /// HTTP method, in upper case.
    pub method: String,
    /// Path template, base path included.
    pub path: String,
    /// The part of a request that selects this operation among others with the same method and path, if there are any.
    pub selector: Option<Selector>,
    /// JSON pointer in the document.
    pub pointer: String,
    /// One line on what it does.
    pub summary: Option<Text>,
    /// The description of the operation.
    pub description: Option<Text>,
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
    /// The templates of error bodies for requests that the server rejects by itself.
    pub rejections: Vec<Rejection>,
}

/// The part of a request that selects an operation among others with the same method and path (`x-operations`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// The part of a request that contains the value.
    pub place: SelectorPlace,
    /// The name: the key of the body, or the value of the parameter or header.
    pub value: String,
}

/// The part of a request that selects its operation.
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
    /// Returns the identity of the operation in its document, in the format of [`Address`](openapi::Address).
    #[must_use]
    pub fn address(&self) -> String {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        let words = [&*self.method, &*self.path].into_iter().chain(selected_by);
        words.collect::<Vec<_>>().join(" ")
    }

    /// Returns whether the operation was lowered from this one of its document.
    #[must_use]
    pub fn is(&self, view: &openapi::Operation<'_>) -> bool {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        (&*self.path, &*self.method) == (view.path, view.method.as_str())
            && selected_by == view.selector.map(|selector| selector.value)
    }

    /// Returns the number of alternatives of [`Operation::security`] that require a scheme.
    #[must_use]
    pub fn alternatives_with(&self, scheme: usize) -> usize {
        let requires = |alternative: &&Vec<RequiredScheme>| {
            alternative.iter().any(|required| required.scheme == scheme)
        };
        self.security.iter().filter(requires).count()
    }

    /// Returns the media types that a request body may have, in the form that a server compares.
    #[must_use]
    pub fn consumes(&self) -> Vec<String> {
        let media = self.body.iter().flat_map(|body| &body.media);
        media.flat_map(Media::essences).collect()
    }

    /// Returns the media types of the successful responses, in the form that a server compares with those that a client
    /// accepts.
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

/// The style of a parameter (OpenAPI 3.0.4, Style Values).
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
    /// Returns the default of `explode`.
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
    /// The location of the parameter.
    pub location: Location,
    /// Whether it has to be there.
    pub required: bool,
    /// The style of the parameter.
    pub style: Style,
    /// Whether each value of an array or object is written by itself.
    pub explode: bool,
    /// Whether reserved characters are sent as they are.
    pub allow_reserved: bool,
    /// Whether an empty value is none (`allowEmptyValue`).
    pub allow_empty: bool,
    /// The properties of a whole query that are not written in the default way.
    pub encodings: Vec<Encoding>,
    /// Its type.
    pub ty: TypeRef,
    /// The schema that the server validates it by.
    pub schema: SchemaId,
    /// Its description.
    pub description: Option<Text>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether its value must not be seen (`format: password`, OpenAPI 3.0.4, Data Types).
    pub secret: bool,
    /// The value that its absence means.
    pub default: Option<Value>,
    /// The constraints on its values, besides the type.
    pub constraints: Vec<Constraint>,
    /// An example of its value.
    pub example: Option<Value>,
}

impl Parameter {
    /// Returns whether an object would be encoded as one query parameter or cookie per property, each by the name of the
    /// property: `style` is `form` or `cookie`, and `explode` is true. The type of the parameter is not considered.
    #[must_use]
    pub fn is_spread(&self) -> bool {
        matches!(self.style, Style::Form | Style::Cookie)
            && self.explode
            && matches!(self.location, Location::Query | Location::Cookie)
    }

    /// Returns the value, as JSON text, that a server assumes for an absent parameter.
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
    pub description: Option<Text>,
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
    /// The encoding of the body.
    pub kind: MediaKind,
    /// Type of the body, or of each of its items.
    pub ty: TypeRef,
    /// The schema that the server validates a request by, or each of its items; responses are not validated.
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
    /// Returns the type and subtype in lower case, by which media types are compared (RFC 9110 §8.3.1).
    #[must_use]
    pub fn essence(&self) -> String {
        essence(&self.name)
    }

    /// Returns the essences of all its media types and ranges.
    pub fn essences(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name)
            .chain(&self.others)
            .map(|name| essence(name))
    }

    /// Returns the media type that a message with this body declares in `Content-Type`.
    ///
    /// This is the first of `name` and `others` that is not a range. If all of them are ranges, it is `application/json`,
    /// `text/plain` or `multipart/form-data` for JSON, text and multipart bodies. Returns `None` for every other kind of
    /// body: the sender then chooses a media type in the range.
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

/// Returns the type and subtype in lower case.
fn essence(name: &str) -> String {
    let range = oas_wire::MediaRange::parse_lenient(name);
    range.map_or_else(|_| name.to_ascii_lowercase(), |range| range.essence())
}

/// The encoding of a property of `application/x-www-form-urlencoded` (OpenAPI 3.0.4, Encoding Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// Name on the wire.
    pub property: String,
    /// The style of the property, as that of a query parameter, or JSON.
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
    /// The encoding of the part.
    pub kind: PartKind,
    /// Whether there may be several.
    pub repeated: bool,
    /// Whether it has to be there.
    pub required: bool,
    /// Type of the value, of one item if it is repeated; without meaning for a file.
    pub ty: TypeRef,
    /// The schema that the server validates it by; that of all items if it is repeated.
    pub schema: SchemaId,
    /// The media types and ranges that it may have, where the document lists any; all that it lists.
    pub content_types: Vec<String>,
    /// The constraints on its values, besides the type.
    pub constraints: Vec<Constraint>,
    /// Its description.
    pub description: Option<Text>,
}

impl FormField {
    /// Returns the media type that the part is sent as, if it has one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match self.content_types.as_slice() {
            [only] if !only.contains('*') => Some(only),
            _ => None,
        }
    }
}

/// The encoding of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// Encoded as text.
    Text,
    /// Encoded as JSON.
    Json,
    /// Sent unchanged, with a file name and a media type.
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
    /// The statuses of the responses that have this body.
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
    /// The value of `explode`: whether each item or property is encoded as a value of its own.
    pub explode: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its type.
    pub ty: TypeRef,
    /// Its description.
    pub description: Option<String>,
}

/// The error body with which a generated server rejects a request before it calls the handler, as a template.
///
/// The template is the document's `x-rejection`, or is derived from the schema of the error response.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rejection {
    /// The statuses of the responses that have this body.
    pub status: Status,
    /// Media type of the body.
    pub media_type: String,
    /// The text of the body, which is JSON unless the media type is another. `oas_server::RejectionBody` lists the
    /// placeholders that it may contain.
    pub template: String,
}

/// Splits a path template (OpenAPI 3.0.4, Paths Object) into literal text as `Ok`, and names of parameters as `Err`.
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
