//! Provides responses, their headers and links (OpenAPI 3.0.4, Responses, Response, Header and Link Objects).

use oas_wire::{Serialization, StatusPattern};

use super::{
    Example, MediaKind, MediaType, Problem, Server, content, described, entries, flag, media_types,
    resolved, text,
};
use crate::{Node, schema::Schema};

/// A response of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Response<'d> {
    /// The key, as written, such as `200` or `4XX`.
    pub key: &'d str,
    /// The statuses that the key matches.
    pub status: StatusPattern,
    /// The value under the key, as written.
    pub raw: Node<'d>,
    /// The Response Object, with `$ref` resolved.
    pub node: Node<'d>,
}

/// Returns the responses in a field of an object, and the problems of its keys and references.
pub(super) fn of<'d>(
    object: Node<'d>,
    field: &str,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<Response<'d>> {
    let mut responses = Vec::new();
    for (key, raw) in entries(object, field) {
        problems.extend(invalid_status(key, raw));
        if let Ok(status) = key.parse()
            && let Some(node) = resolved(raw, problems)
        {
            responses.push(Response {
                key,
                status,
                raw,
                node,
            });
        }
    }
    responses
}

/// Returns the problem of a key of `responses`.
pub(crate) fn invalid_status<'d>(key: &'d str, node: Node<'d>) -> Option<Problem<'d>> {
    let is_written_well = match key.parse() {
        Ok(StatusPattern::Range(_)) => key.ends_with("XX"),
        Ok(_) => true,
        Err(_) => false,
    };
    (!is_written_well).then_some(Problem::InvalidStatus { key, node })
}

impl<'d> Response<'d> {
    /// Returns `summary` (OpenAPI 3.2).
    pub fn summary(&self) -> Option<&'d str> {
        self.summary_node().and_then(Node::as_str)
    }

    /// Returns the value of `summary` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn summary_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "summary")
    }

    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.description_node().and_then(Node::as_str)
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }

    /// Returns the media types that the body can have, in document order; empty if the response has no body.
    #[must_use]
    pub fn content(&self) -> Vec<MediaType<'d>> {
        media_types(self.node)
    }

    /// Returns the headers, in document order. One whose `$ref` cannot be resolved is left out.
    #[must_use]
    pub fn headers(&self) -> Vec<Header<'d>> {
        headers_noting(self.node, &mut Vec::new())
    }

    /// Returns the links, in document order. One whose `$ref` cannot be resolved is left out.
    pub fn links(&self) -> Vec<Link<'d>> {
        let entries = self.node.get("links").into_iter().flat_map(Node::entries);
        let links = entries.filter_map(|(name, raw)| {
            let node = raw.resolve().ok()?;
            Some(Link { name, raw, node })
        });
        links.collect()
    }

    pub(super) fn problems_noting(&self, problems: &mut Vec<Problem<'d>>) {
        for header in headers_noting(self.node, problems) {
            content::examples_noting(header.node, problems);
            content::problems_noting(header.node, problems);
        }
        content::problems_noting(self.node, problems);
    }
}

/// Returns the headers of a response or of a part of a multipart body.
pub(super) fn headers_noting<'d>(
    node: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<Header<'d>> {
    let entries = node.get("headers").into_iter().flat_map(Node::entries);
    let headers = entries.filter_map(|(name, raw)| {
        let node = resolved(raw, problems)?;
        Some(Header { name, raw, node })
    });
    headers.collect()
}

/// A link from a response to another operation (OpenAPI 3.0.4, Link Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Link<'d> {
    /// The key under `links`.
    pub name: &'d str,
    /// The value under the name, as written.
    pub raw: Node<'d>,
    /// The Link Object, with `$ref` resolved.
    pub node: Node<'d>,
}

impl<'d> Link<'d> {
    /// Returns `operationId` of the linked operation.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'d str> {
        text(self.node, "operationId")
    }

    /// Returns `operationRef`: a reference to the linked operation.
    #[must_use]
    pub fn operation_ref(&self) -> Option<&'d str> {
        text(self.node, "operationRef")
    }

    /// Returns the entries of `parameters`: the name of a parameter of the linked operation, and its value or a runtime
    /// expression.
    pub fn parameters(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let parameters = self.node.get("parameters");
        parameters.into_iter().flat_map(Node::entries)
    }

    /// Returns `requestBody`: the request body of the linked operation, or a runtime expression.
    #[must_use]
    pub fn request_body(&self) -> Option<Node<'d>> {
        self.node.get("requestBody")
    }

    /// Returns `server`, which replaces the servers of the linked operation.
    #[must_use]
    pub fn server(&self) -> Option<Server<'d>> {
        self.node.get("server").map(|node| Server { node })
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }
}

/// A header of a response or of a part of a multipart body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Header<'d> {
    /// The name, which is compared without case.
    pub name: &'d str,
    /// The value under the name, as written.
    pub raw: Node<'d>,
    /// The Header Object, with `$ref` resolved.
    pub node: Node<'d>,
}

impl<'d> Header<'d> {
    /// Returns whether OpenAPI requires tools to ignore the header. This is so for `Content-Type` only, which `content`
    /// describes (OpenAPI 3.0.4, Response Object).
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        self.name.eq_ignore_ascii_case("content-type")
    }

    /// Returns whether the header frames the message, and is no business of an API: `Connection`, `Content-Length` and
    /// `Transfer-Encoding` (RFC 9110 §7.6.1, §8.6, RFC 9112 §6.1). Documented values of them are not valid for other messages.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, paths: {/a: {get: {responses: {'200': {headers: {content-length: {}, ETag: {}}}}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let headers = openapi::operations(&document)[0].responses()[0].headers();
    /// assert!(headers[0].is_framing() && !headers[1].is_framing());
    /// ```
    #[must_use]
    pub fn is_framing(&self) -> bool {
        let mut names = ["connection", "content-length", "transfer-encoding"].iter();
        names.any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Returns whether the message must have the header.
    #[must_use]
    pub fn is_required(&self) -> bool {
        flag(self.node, "required") == Some(true)
    }

    /// Returns `schema`; `None` if the header has `content` instead.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// Returns the value of `schema` of the header or of its media type; a `$ref` is not followed.
    #[must_use]
    pub fn schema_node(&self) -> Option<Node<'d>> {
        match self.content() {
            Some(content) => content.schema_node(),
            None => self.node.get("schema"),
        }
    }

    /// Returns the schema that the text of the header can be decoded by: `schema`, or that of a `content` that is JSON. A header
    /// of another media type is text. A `$ref` is not followed.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, paths: {/a: {get: {responses: {'200': {headers: {
    ///     A: {content: {application/json: {schema: {type: integer}}}}, B: {content: {text/csv: {schema: {type: integer}}}}}}}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let headers = openapi::operations(&document)[0].responses()[0].headers();
    /// assert!(headers[0].value_schema_node().is_some() && headers[1].value_schema_node().is_none());
    /// ```
    #[must_use]
    pub fn value_schema_node(&self) -> Option<Node<'d>> {
        let has_schema = self.content().is_none() || self.serialization() == Serialization::Json;
        self.schema_node().filter(|_| has_schema)
    }

    /// Returns the first entry of `content`, which describes the value instead of `schema`; the standard allows only
    /// one entry.
    #[must_use]
    pub fn content(&self) -> Option<MediaType<'d>> {
        media_types(self.node).into_iter().next()
    }

    /// Returns whether the header has `deprecated: true`.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        flag(self.node, "deprecated") == Some(true)
    }

    /// Returns `explode`, or else `false`, the default of the style `simple`, which all headers have.
    #[must_use]
    pub fn explode(&self) -> bool {
        flag(self.node, "explode") == Some(true)
    }

    /// Returns the serialization of the value: JSON if `content` is JSON, or else the style `simple`.
    #[must_use]
    pub fn serialization(&self) -> Serialization {
        match self.content().map(|content| content.kind()) {
            Some(MediaKind::Json) => Serialization::Json,
            _ => Serialization::SIMPLE.explode(self.explode()),
        }
    }

    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.description_node().and_then(Node::as_str)
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }

    /// Returns the example values: `example`, then those of `examples` in document order. An entry of `examples`
    /// is left out if its `$ref` cannot be resolved or it has no [`Example::value`].
    #[must_use]
    pub fn examples(&self) -> Vec<Node<'d>> {
        content::examples(self.node)
    }

    /// Returns the first example value of the header, or else of its `content`.
    #[must_use]
    pub fn first_example(&self) -> Option<Node<'d>> {
        let of_content = self.content().map(|content| content.examples());
        let mut examples = self
            .examples()
            .into_iter()
            .chain(of_content.unwrap_or_default());
        examples.next()
    }

    /// Returns the entries of `examples` whose `$ref` can be resolved, in document order, those without an [`Example::value`]
    /// included.
    #[must_use]
    pub fn example_objects(&self) -> Vec<Example<'d>> {
        content::example_objects(self.node, &mut Vec::new())
    }
}
