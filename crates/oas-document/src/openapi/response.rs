//! Responses and their headers (OpenAPI 3.0.4 §4.7.16, §4.7.17, §4.7.21).

use std::fmt;

use super::{MediaType, content, resolved};
use crate::{Node, ReferenceError, schema::Schema};

/// What a key of `responses` stands for. Ordered from the most to the least specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// One status code.
    Exact(u16),
    /// A hundred of them, by the first digit: `4XX` is `Range(4)`.
    Range(u8),
    /// All that are not listed.
    Default,
}

impl Status {
    /// Reads a key; `4xx` is taken as `4XX`.
    pub fn parse(key: &str) -> Option<Status> {
        if key == "default" {
            return Some(Status::Default);
        }
        match key.as_bytes() {
            [first @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Status::Range(first - b'0')),
            [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => key.parse().ok().map(Status::Exact),
            _ => None,
        }
    }

    /// Whether it stands for a success: 2xx. `default` does not, by convention.
    pub fn is_success(self) -> bool {
        matches!(self, Status::Exact(200..=299) | Status::Range(2))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Exact(code) => write!(f, "{code}"),
            Status::Range(first) => write!(f, "{first}XX"),
            Status::Default => f.write_str("default"),
        }
    }
}

/// A response of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Response<'d> {
    /// The key, as written.
    pub key: &'d str,
    /// What the key stands for.
    pub status: Status,
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
        if let Some(status) = Status::parse(key)
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
        content::of(self.node)
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
        content::of(self.node).into_iter().next()
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
