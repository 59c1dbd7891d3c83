//! Defines operations with their inputs and outputs.

use std::collections::HashSet;

use oas_document::openapi;
pub use oas_document::openapi::{Framing, MediaKind, PartKind};
use oas_schema::SchemaId;
use oas_wire::MediaRange;
pub use oas_wire::{ParameterLocation, Serialization, StatusPattern as Status, Style};
use serde_json::Value;

use super::{Bounds, Constraint, Text, TypeRef};

/// An operation (OpenAPI 3.0.4, Operation Object).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId`, or an id that lowering generates from method and path.
    pub id: String,
    /// The name of the method, in snake case; keywords are not escaped here.
    pub method_name: String,
    /// The prefix of the names of the operation's types, in upper camel case.
    pub type_name: String,
    /// The name of its static, in upper snake case.
    pub const_name: String,
    /// The HTTP method, such as `GET`.
    pub method: String,
    /// The path template, without [`Api::base_path`](super::Api::base_path).
    pub path: String,
    /// The part of a request that selects the operation, if others have the same method and path.
    pub selector: Option<Selector>,
    /// The JSON pointer of the operation in the document.
    pub pointer: String,
    /// The summary of the operation.
    pub summary: Option<Text>,
    /// The description of the operation.
    pub description: Option<Text>,
    /// Whether the operation is deprecated.
    pub deprecated: bool,
    /// Whether several equal requests have the effect of one (`x-idempotent`); `None` if the method determines it (RFC
    /// 9110 §9.2.2).
    pub idempotent: Option<bool>,
    /// The extensions (`x-…`) of the operation with their values, in document order: a string as it is, every other
    /// value as JSON text.
    pub extensions: Vec<(String, String)>,
    /// The parameters, in document order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The responses: those with an exact status first, then ranges, then the default.
    pub responses: Vec<Response>,
    /// The security requirements: alternatives, each a list of schemes that a request must satisfy together. No
    /// credentials are required if there are no alternatives, or one is empty.
    pub security: Vec<Vec<RequiredScheme>>,
    /// The templates of error bodies for requests that the server rejects before it calls a handler.
    pub rejections: Vec<Rejection>,
}

/// The part of a request that selects an operation among others with the same method and path (`x-operations`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selector {
    /// The part of a request that contains the value.
    pub place: SelectorPlace,
    /// The value that selects the operation: the key in the body, or the value of the parameter or header.
    pub value: String,
}

/// The part of a request that contains the value of a [`Selector`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectorPlace {
    /// A key of the JSON object in the body.
    BodyKey,
    /// The value of the query parameter of this name.
    Query(String),
    /// The value of the header of this name.
    Header(String),
}

impl Operation {
    /// Returns the key of the operation in its document, such as `GET /pets`, in the format of
    /// [`OperationKey`](openapi::OperationKey).
    #[must_use]
    pub fn key(&self) -> String {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        let words = [&*self.method, &*self.path].into_iter().chain(selected_by);
        words.collect::<Vec<_>>().join(" ")
    }

    /// Returns whether `view` is the operation from which this one was lowered, by method, path and selector.
    #[must_use]
    pub fn is_lowered_from(&self, view: &openapi::Operation<'_>) -> bool {
        let selected_by = self.selector.as_ref().map(|selector| &*selector.value);
        (&*self.path, &*self.method) == (view.path, view.method.as_str())
            && selected_by == view.selector.map(|selector| selector.value)
    }

    /// Returns the number of alternatives in [`Operation::security`] that contain `scheme`, an index into
    /// [`Api::security`](super::Api::security).
    #[must_use]
    pub fn alternatives_with(&self, scheme: usize) -> usize {
        let requires = |alternative: &&Vec<RequiredScheme>| {
            alternative.iter().any(|required| required.scheme == scheme)
        };
        self.security.iter().filter(requires).count()
    }

    /// Returns the [essences](MediaType::essence) of the media types and ranges that a request body can have.
    #[must_use]
    pub fn consumes(&self) -> Vec<String> {
        let media = self.body.iter().flat_map(|body| &body.media);
        media.flat_map(MediaType::essences).collect()
    }

    /// Returns the [essences](MediaType::essence) of the media types and ranges of successful responses, without
    /// repetitions.
    #[must_use]
    pub fn produces(&self) -> Vec<String> {
        let successes = self
            .responses
            .iter()
            .filter(|response| response.status.is_success());
        let media = successes.flat_map(|response| &response.media);
        let mut seen = HashSet::new();
        let names = media.flat_map(MediaType::essences);
        names.filter(|name| seen.insert(name.clone())).collect()
    }
}

/// A security scheme in an alternative of [`Operation::security`] (OpenAPI 3.0.4, Security Requirement Object).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequiredScheme {
    /// The index of the scheme in [`Api::security`](super::Api::security).
    pub scheme: usize,
    /// The scopes that the token must have, or the roles that the caller must have.
    pub scopes: Vec<String>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name of the field and of its setter, in snake case; keywords are not escaped here.
    pub field: String,
    /// The part of a request that contains the parameter.
    pub location: ParameterLocation,
    /// Whether a request must have the parameter.
    pub required: bool,
    /// The serialization of the value.
    pub serialization: Serialization,
    /// Whether a server treats an empty value as absent (`allowEmptyValue`).
    pub allow_empty: bool,
    /// The encodings of properties of a parameter that is the whole query string, if they are not the default.
    pub encodings: Vec<Encoding>,
    /// The type of the value.
    pub ty: TypeRef,
    /// The schema by which a server validates the value.
    pub schema: SchemaId,
    /// The description.
    pub description: Option<Text>,
    /// Whether the parameter is deprecated.
    pub deprecated: bool,
    /// Whether logs and `Debug` must not show the value (`format: password`, OpenAPI 3.0.4, Data Types).
    pub secret: bool,
    /// The value that an absent parameter has.
    pub default: Option<Value>,
    /// The constraints on the value, besides the type.
    pub constraints: Vec<Constraint>,
    /// An example of the value.
    pub example: Option<Value>,
}

impl Parameter {
    /// Returns whether an object as the value would be encoded as a query parameter or cookie for each property, with
    /// the name of the property: `style` is `form` or `cookie`, and `explode` is true. The type of the parameter is not
    /// considered.
    #[must_use]
    pub fn is_spread(&self) -> bool {
        matches!(
            self.location,
            ParameterLocation::Query | ParameterLocation::Cookie
        ) && matches!(
            self.serialization.style(),
            Some(Style::Form | Style::Cookie)
        ) && self.serialization.is_exploded()
    }

    /// Returns the default as JSON text, which a server uses for an absent parameter; `None` if there is no default, or
    /// the parameter is required.
    #[must_use]
    pub fn assumed(&self) -> Option<String> {
        let default = self.default.as_ref().filter(|_| !self.required);
        default.map(Value::to_string)
    }
}

/// A request body.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Body {
    /// Whether a request must have a body.
    pub required: bool,
    /// The description.
    pub description: Option<Text>,
    /// The media types that the body can have, in document order; at least one.
    pub media: Vec<MediaType>,
}

/// A request or response body in a media type, and in others with the same schema and encoding.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MediaType {
    /// The media type or range as the document writes it, parameters included.
    pub name: String,
    /// The other media types and ranges with the same schema and encoding, and the media type that a range is sent as if
    /// `application/json` has another schema.
    pub others: Vec<String>,
    /// The encoding of the body.
    pub kind: MediaKind,
    /// The type of the body or, for [`MediaKind::Items`], of each item.
    pub ty: TypeRef,
    /// The schema by which a server validates a request body, or each of its items. Responses are not validated.
    pub schema: Option<SchemaId>,
    /// The first example of the document.
    pub example: Option<Value>,
    /// The name of the variant in an enum of bodies, if there are several media types, in upper camel case.
    pub variant: String,
    /// The property of a success body that reports a failure if it is present and not null (`x-failure-property`).
    pub failure: Option<Failure>,
    /// The encodings of properties of a form, if they are not the default.
    pub encodings: Vec<Encoding>,
    /// The parts of a multipart body, if the schema names them.
    pub form: Vec<FormField>,
    /// Whether a multipart body can have no other parts than those of `form`.
    pub is_closed: bool,
    /// The parts of a multipart body without names.
    pub parts: Option<PartSequence>,
    /// The number of bytes of a request body that is bytes.
    pub size: Bounds,
}

impl MediaType {
    /// Returns the essence of the media type: type and subtype without parameters, in lower case, such as
    /// `application/json` (RFC 9110 §8.3.1). A name that is not a media type is returned in lower case.
    #[must_use]
    pub fn essence(&self) -> String {
        essence(&self.name)
    }

    /// Returns the [`essence`](Self::essence) of `name` and then of each of `others`, ranges such as `image/*`
    /// included. Repetitions are not removed.
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
        let concrete = names.find(|name| !MediaRange::is_several(name));
        match (concrete, self.kind) {
            (Some(name), _) => Some(name),
            (None, MediaKind::Json) => Some("application/json"),
            (None, MediaKind::Text) => Some("text/plain"),
            (None, MediaKind::Multipart) => Some("multipart/form-data"),
            (None, MediaKind::Parts) => Some("multipart/mixed"),
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

/// The encoding of a property of a form: of a request body of `application/x-www-form-urlencoded`, or of a parameter
/// that is the whole query string. It exists if the Encoding Object of the document has a style, or JSON as the media
/// type (OpenAPI 3.0.4, Encoding Object).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoding {
    /// The name on the wire.
    pub property: String,
    /// The serialization of the property: in one of the styles of query parameters, or as JSON.
    pub serialization: Serialization,
}

/// A part of a multipart body (OpenAPI 3.0.4, Encoding `multipart` Media Types).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FormField {
    /// The name on the wire.
    pub name: String,
    /// The name of the field and of its setter, in snake case.
    pub field: String,
    /// The encoding of the part.
    pub kind: PartKind,
    /// Whether a body can have several parts with this name.
    pub repeated: bool,
    /// The encodings of the parts of a tuple, one for each item; empty for all other values, which are one part or, if `repeated`, parts
    /// of one kind.
    pub items: Vec<PartKind>,
    /// Whether a body must have the part.
    pub required: bool,
    /// The number of parts with this name in a body that has any.
    pub count: Bounds,
    /// The number of bytes of each part that is a file.
    pub size: Bounds,
    /// Whether the value is a secret, which is never printed.
    pub secret: bool,
    /// The type of the value; for a repeated part, of one item. It has no meaning for a file.
    pub ty: TypeRef,
    /// The schema by which a server validates the value; for a repeated part, the array of all values.
    pub schema: SchemaId,
    /// The media types and ranges of `contentType`; empty if the document does not restrict them.
    pub content_types: Vec<String>,
    /// The header fields that a server validates.
    pub headers: Vec<PartHeader>,
    /// The parts inside the part, which a server validates; only a file has any.
    pub parts: Option<InnerParts>,
    /// The constraints on the value, besides the type.
    pub constraints: Vec<Constraint>,
    /// The description.
    pub description: Option<Text>,
}

impl FormField {
    /// Returns whether generated types hold the value of the part together with its header fields. A file has its own always.
    #[must_use]
    pub fn has_headers(&self) -> bool {
        self.kind != PartKind::Bytes && !self.headers.is_empty()
    }

    /// Returns the only media type in `content_types`; `None` if there are several, none, or a range.
    ///
    /// A client sends a part of text or JSON with this `Content-Type`. With `None`, text has no `Content-Type`, which means
    /// `text/plain` (RFC 7578 §4.4), and JSON has `application/json`. The caller chooses the media type of a file.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match self.content_types.as_slice() {
            [only] if !MediaRange::is_several(only) => Some(only),
            _ => None,
        }
    }
}

/// The parts of a multipart body that have positions instead of names (OpenAPI 3.2.0, Encoding By Position).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartSequence {
    /// The parts at the first positions, which have rules of their own.
    pub first: Vec<PositionalPart>,
    /// Every other part; `None` if the body can have no others.
    pub rest: Option<PositionalPart>,
    /// The least number of parts.
    pub least: u64,
    /// The greatest number of parts, if it is limited.
    pub most: Option<u64>,
}

impl PartSequence {
    /// Iterates over the first parts, and then the one for every other position.
    pub fn all(&self) -> impl Iterator<Item = &PositionalPart> {
        self.first.iter().chain(&self.rest)
    }
}

/// A part at a position, or at every remaining position.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PositionalPart {
    /// The encoding of the part.
    pub kind: PartKind,
    /// The type of the value; it has no meaning for bytes.
    pub ty: TypeRef,
    /// The schema by which a server validates the value; `None` for bytes, and for parts of a response.
    pub schema: Option<SchemaId>,
    /// The number of bytes of a part that is bytes; unlimited for parts of a response.
    pub size: Bounds,
    /// The media types and ranges that the part can have; if there are none, every media type is accepted.
    pub content_types: Vec<String>,
    /// The header fields that a server validates; empty for parts of a response.
    pub headers: Vec<PartHeader>,
    /// The parts inside the part, which a server validates; `None` for parts of a response.
    pub parts: Option<Box<InnerParts>>,
}

/// The parts inside a part of a multipart body (OpenAPI 3.2.0, Nested Encoding).
#[derive(Debug, Clone, PartialEq)]
pub enum InnerParts {
    /// Parts that have positions.
    Positions(PartSequence),
    /// Parts that have names.
    Names {
        /// The parts that the document names.
        parts: Vec<NamedPart>,
        /// Whether there can be no others.
        is_closed: bool,
    },
}

/// A part inside a part, with a name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NamedPart {
    /// The name on the wire.
    pub name: String,
    /// The least number of parts with the name.
    pub least: u64,
    /// The greatest number of parts with the name, if it is limited.
    pub most: Option<u64>,
    /// The rule for each of them.
    pub part: PositionalPart,
}

impl InnerParts {
    /// Iterates over the rules for the parts.
    pub fn all(&self) -> impl Iterator<Item = &PositionalPart> {
        let (positions, names) = match self {
            Self::Positions(sequence) => (Some(sequence), [].as_slice()),
            Self::Names { parts, .. } => (None, parts.as_slice()),
        };
        let positions = positions.into_iter().flat_map(PartSequence::all);
        positions.chain(names.iter().map(|named| &named.part))
    }
}

/// A field in the header of a part (OpenAPI 3.0.4, Encoding Object, `headers`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartHeader {
    /// The name on the wire.
    pub name: String,
    /// Whether the part must have the field.
    pub required: bool,
    /// The serialization of the value: in the style `simple`, or as JSON.
    pub serialization: Serialization,
    /// The type of the value.
    pub ty: TypeRef,
    /// The schema of the value.
    pub schema: SchemaId,
    /// The description.
    pub description: Option<Text>,
}

/// The property of a success body that reports a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The name of the property.
    pub property: String,
    /// The name of the field.
    pub field: String,
    /// Whether the type of the field distinguishes null from an absent property.
    pub nullable: bool,
}

/// A response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The status, range of statuses or default to which the response applies.
    pub status: Status,
    /// The name of the variant, in upper camel case.
    pub variant: String,
    /// The description.
    pub description: Option<String>,
    /// The media types that the body can have; empty if the response has no body.
    pub media: Vec<MediaType>,
    /// The headers.
    pub headers: Vec<Header>,
}

impl Response {
    /// Returns the names of the variants that the response has in enums, each with the media type of its body: one for each media
    /// type, and one if there is no body.
    #[must_use]
    pub fn variants(&self) -> Vec<(String, Option<&MediaType>)> {
        match self.media.as_slice() {
            [] => vec![(self.variant.clone(), None)],
            [only] => vec![(self.variant.clone(), Some(only))],
            several => several
                .iter()
                .map(|media| (format!("{}{}", self.variant, media.variant), Some(media)))
                .collect(),
        }
    }
}

/// A header of a response (OpenAPI 3.0.4, Header Object).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// The name on the wire.
    pub name: String,
    /// The name of the field, in snake case.
    pub field: String,
    /// Whether every response has the header.
    pub required: bool,
    /// The serialization of the value: JSON, or the style `simple`.
    pub serialization: Serialization,
    /// Whether the header is deprecated.
    pub deprecated: bool,
    /// The type of the value.
    pub ty: TypeRef,
    /// The description.
    pub description: Option<String>,
}

/// The error body with which a generated server rejects a request before it calls the handler, as a template.
///
/// The template is the document's `x-rejection`, or is derived from the schema of the error response.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rejection {
    /// The statuses of the responses that have this body.
    pub status: Status,
    /// The media type of the body.
    pub media_type: String,
    /// The text of the body, which is JSON unless the media type is another. `oas_server::RejectionBody` lists the
    /// placeholders that it may contain.
    pub template: String,
}
