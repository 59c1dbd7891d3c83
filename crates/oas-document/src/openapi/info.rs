//! What describes an API as a whole: its title, where it is found, and how its operations are grouped.

use super::text;
use crate::{Document, Node};

/// The metadata of an API (OpenAPI 3.0.4, Info Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Info<'d> {
    /// The Info Object; `None` where the document has none.
    pub node: Option<Node<'d>>,
}

/// Returns the metadata of an API.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "openapi: 3.0.4\ninfo: {title: Images, version: 1.0.0}\npaths: {}\n";
/// let document = Document::parse("api.yaml", text).unwrap();
/// assert_eq!(openapi::info(&document).title(), Some("Images"));
/// ```
pub fn info(document: &Document) -> Info<'_> {
    Info {
        node: document.root().get("info"),
    }
}

impl<'d> Info<'d> {
    /// Returns `title`.
    pub fn title(&self) -> Option<&'d str> {
        text(self.node?, "title")
    }

    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        text(self.node?, "description")
    }

    /// Returns `version`: that of the document, not of OpenAPI.
    pub fn version(&self) -> Option<&'d str> {
        text(self.node?, "version")
    }
}

/// A place where the API is found (OpenAPI 3.0.4, Server Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Server<'d> {
    /// The Server Object.
    pub node: Node<'d>,
}

/// Returns the servers of the document; empty where the only server is the place of the document itself.
pub fn servers(document: &Document) -> Vec<Server<'_>> {
    servers_of(document.root().get("servers"))
}

pub(super) fn servers_of(list: Option<Node<'_>>) -> Vec<Server<'_>> {
    let items = list.into_iter().flat_map(Node::items);
    items.map(|node| Server { node }).collect()
}

impl<'d> Server<'d> {
    /// Returns `url`, a template.
    pub fn url(&self) -> Option<&'d str> {
        text(self.node, "url")
    }
}

/// A group of operations (OpenAPI 3.0.4, Tag Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tag<'d> {
    /// The name that operations list.
    pub name: &'d str,
    /// The Tag Object.
    pub node: Node<'d>,
}

/// Returns the declared tags, in document order; operations may list others.
pub fn tags(document: &Document) -> impl Iterator<Item = Tag<'_>> {
    let tags = document.root().get("tags");
    tags.into_iter().flat_map(Node::items).filter_map(|node| {
        let name = text(node, "name")?;
        Some(Tag { name, node })
    })
}

impl<'d> Tag<'d> {
    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        text(self.node, "description")
    }
}
