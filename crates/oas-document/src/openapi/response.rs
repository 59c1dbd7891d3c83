//! Responses and their headers (OpenAPI 3.0.4, Responses, Response and Header Objects).

use oas_wire::StatusPattern;

use super::{MediaType, media_types, resolved};
use crate::{Node, ReferenceError, schema::Schema};

/// A response of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Response<'d> {
    /// The key, as written.
    pub key: &'d str,
    /// What the key stands for.
    pub status: StatusPattern,
    /// The value under the key, as written.
    pub raw: Node<'d>,
    /// The response object, after `$ref`.
    pub node: Node<'d>,
}

pub(super) fn of<'d>(
    operation: Node<'d>,
    problems: &mut Vec<ReferenceError<'d>>,
) -> Vec<Response<'d>> {
    let mut responses = Vec::new();
    for (key, raw) in operation
        .get("responses")
        .into_iter()
        .flat_map(Node::entries)
    {
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

impl<'d> Response<'d> {
    /// `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.node.get("description").and_then(Node::as_str)
    }

    /// The media types that the body may have, in document order; empty where there is no body.
    pub fn content(&self) -> Vec<MediaType<'d>> {
        media_types(self.node)
    }

    /// The headers, in document order.
    pub fn headers(&self) -> Vec<Header<'d>> {
        self.headers_noting(&mut Vec::new())
    }

    fn headers_noting(&self, problems: &mut Vec<ReferenceError<'d>>) -> Vec<Header<'d>> {
        let entries = self.node.get("headers").into_iter().flat_map(Node::entries);
        let headers = entries.filter_map(|(name, raw)| {
            let node = resolved(raw, problems)?;
            Some(Header { name, raw, node })
        });
        headers.collect()
    }

    pub(super) fn problems(&self) -> Vec<ReferenceError<'d>> {
        let mut problems = Vec::new();
        self.headers_noting(&mut problems);
        problems
    }
}

/// A header of a response or of a part of a multipart body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Header<'d> {
    /// Its name; compared without case.
    pub name: &'d str,
    /// The value under the name, as written.
    pub raw: Node<'d>,
    /// The header object, after `$ref`.
    pub node: Node<'d>,
}

impl<'d> Header<'d> {
    /// Whether the standard says that it is to be ignored: `Content-Type` is described by `content`.
    pub fn is_ignored(&self) -> bool {
        self.name.eq_ignore_ascii_case("content-type")
    }

    /// Whether it must be present.
    pub fn is_required(&self) -> bool {
        self.node.get("required").and_then(Node::as_bool) == Some(true)
    }

    /// `schema`.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// The only entry of `content`, which stands in place of `schema`.
    pub fn content(&self) -> Option<MediaType<'d>> {
        media_types(self.node).into_iter().next()
    }

    /// `explode`; headers have no other style than `simple`.
    pub fn explode(&self) -> bool {
        self.node.get("explode").and_then(Node::as_bool) == Some(true)
    }

    /// `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.node.get("description").and_then(Node::as_str)
    }
}
