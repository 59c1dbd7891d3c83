//! Provides the description of an API as a whole: its metadata, its servers and its tags.

use super::text;
use crate::{Document, Node};

/// The metadata of an API (OpenAPI 3.0.4, Info Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Info<'d> {
    /// The Info Object; `None` if the document has none.
    pub node: Option<Node<'d>>,
}

/// Returns the metadata of the API; every getter returns `None` if the document has no `info`.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "openapi: 3.0.4\ninfo: {title: Images, version: 1.0.0}\npaths: {}\n";
/// let document = Document::parse("api.yaml", text).unwrap();
/// assert_eq!(openapi::info(&document).title(), Some("Images"));
/// ```
#[must_use]
pub fn info(document: &Document) -> Info<'_> {
    Info {
        node: document.root().get("info"),
    }
}

impl<'d> Info<'d> {
    /// Returns `title`.
    #[must_use]
    pub fn title(&self) -> Option<&'d str> {
        text(self.node?, "title")
    }

    /// Returns the value of `title` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn title_node(&self) -> Option<Node<'d>> {
        self.node?.get("title")
    }

    /// Returns the value of `summary` (OpenAPI 3.1) as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn summary_node(&self) -> Option<Node<'d>> {
        self.node?.get("summary")
    }

    /// Returns `description`.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        text(self.node?, "description")
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node?.get("description")
    }

    /// Returns `termsOfService`, a URL.
    #[must_use]
    pub fn terms_of_service(&self) -> Option<&'d str> {
        text(self.node?, "termsOfService")
    }

    /// Returns `contact`.
    #[must_use]
    pub fn contact(&self) -> Option<Contact<'d>> {
        let node = self.node?.get("contact")?;
        Some(Contact {
            name: text(node, "name"),
            url: text(node, "url"),
            email: text(node, "email"),
        })
    }

    /// Returns `license`; `None` if it is missing or has no `name`.
    #[must_use]
    pub fn license(&self) -> Option<License<'d>> {
        let node = self.node?.get("license")?;
        Some(License {
            name: text(node, "name")?,
            identifier: text(node, "identifier"),
            url: text(node, "url"),
        })
    }

    /// Returns `version`: the version of the API description, not of OpenAPI. A number, which the linter reports, is
    /// returned as it is written: `1.0` as `1.0`.
    #[must_use]
    pub fn version(&self) -> Option<&'d str> {
        self.node?.get("version")?.scalar_text()
    }
}

/// The contact of an API (OpenAPI 3.0.4, Contact Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Contact<'d> {
    /// `name`.
    pub name: Option<&'d str>,
    /// `url`.
    pub url: Option<&'d str>,
    /// `email`.
    pub email: Option<&'d str>,
}

/// The license of an API (OpenAPI 3.0.4, License Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct License<'d> {
    /// `name`.
    pub name: &'d str,
    /// `identifier`: an SPDX expression such as `Apache-2.0` (OpenAPI 3.1).
    pub identifier: Option<&'d str>,
    /// `url`.
    pub url: Option<&'d str>,
}

/// A link to further documentation (OpenAPI 3.0.4, External Documentation Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ExternalDocs<'d> {
    /// `url`.
    pub url: &'d str,
    /// The External Documentation Object.
    pub node: Node<'d>,
}

impl<'d> ExternalDocs<'d> {
    /// Interprets `node` as an External Documentation Object; returns `None` if it has no `url`.
    #[must_use]
    pub fn of(node: Node<'d>) -> Option<Self> {
        let url = text(node, "url")?;
        Some(ExternalDocs { url, node })
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node.get("description")
    }
}

/// Returns the `externalDocs` of an object.
pub(super) fn external_docs(node: Node<'_>) -> Option<ExternalDocs<'_>> {
    node.get("externalDocs").and_then(ExternalDocs::of)
}

/// Returns `externalDocs` at the root of the document; `None` if it is missing or has no `url`.
#[must_use]
pub fn document_docs(document: &Document) -> Option<ExternalDocs<'_>> {
    external_docs(document.root())
}

/// A base URL of the API (OpenAPI 3.0.4, Server Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Server<'d> {
    /// The Server Object.
    pub node: Node<'d>,
}

/// Returns `servers` at the root of the document; empty if there are none: then the only server is `/`, relative to the
/// URL of the document.
#[must_use]
pub fn servers(document: &Document) -> Vec<Server<'_>> {
    servers_of(document.root().get("servers"))
}

pub(super) fn servers_of(list: Option<Node<'_>>) -> Vec<Server<'_>> {
    let items = list.into_iter().flat_map(Node::items);
    items.map(|node| Server { node }).collect()
}

impl<'d> Server<'d> {
    /// Returns `url`: a template with variables in braces, such as `https://{host}/v1`.
    #[must_use]
    pub fn url(&self) -> Option<&'d str> {
        text(self.node, "url")
    }

    /// Returns `name` (OpenAPI 3.2).
    #[must_use]
    pub fn name(&self) -> Option<&'d str> {
        text(self.node, "name")
    }

    /// Returns `description`.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        text(self.node, "description")
    }

    /// Returns `url` with each variable replaced by its default. A name in braces without a default remains; `None` if
    /// there is no `url`.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, servers: [{url: 'https://{host}/v1', variables: {host: {default: example.com}}}]}";
    /// let document = Document::parse("api.yaml", text).unwrap();
    /// let server = openapi::servers(&document)[0];
    /// assert_eq!(server.default_url().as_deref(), Some("https://example.com/v1"));
    /// ```
    #[must_use]
    pub fn default_url(&self) -> Option<String> {
        let mut url = self.url()?.to_owned();
        for variable in self.variables() {
            if let Some(default) = variable.default() {
                url = url.replace(&format!("{{{}}}", variable.name), default);
            }
        }
        Some(url)
    }

    /// Returns the path of the URL, which precedes every path of the document, without a slash at the end.
    ///
    /// It is empty where the path has variables: these are for the server's operator to fill, and clients give it in their
    /// base URL.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, servers: [{url: 'https://example.com/v1/'}, {url: '/{tenant}/v1'}]}";
    /// let document = Document::parse("api.yaml", text).unwrap();
    /// let paths: Vec<&str> = openapi::servers(&document).iter().map(|server| server.base_path()).collect();
    /// assert_eq!(paths, ["/v1", ""]);
    /// ```
    #[must_use]
    pub fn base_path(&self) -> &'d str {
        let url = self.url().unwrap_or_default();
        let with_scheme = url.split_once("://").map(|(_, rest)| rest);
        // A reference that begins with two slashes has the scheme of the document (RFC 3986 §4.2).
        let path = match with_scheme.or_else(|| url.strip_prefix("//")) {
            Some(rest) => rest.find('/').map_or("", |start| &rest[start..]),
            None if url.starts_with('/') => url,
            None => "",
        };
        match path.contains(['{', '?', '#']) {
            true => "",
            false => path.trim_end_matches('/'),
        }
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node.get("description")
    }

    /// Returns the entries of `variables`, in document order.
    pub fn variables(&self) -> impl Iterator<Item = ServerVariable<'d>> + use<'d> {
        let entries = self.node.get("variables");
        let entries = entries.into_iter().flat_map(Node::entries);
        entries.map(|(name, node)| ServerVariable { name, node })
    }
}

/// A variable of a server's URL (OpenAPI 3.0.4, Server Variable Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ServerVariable<'d> {
    /// The name, which is in braces in the URL.
    pub name: &'d str,
    /// The Server Variable Object.
    pub node: Node<'d>,
}

impl<'d> ServerVariable<'d> {
    /// Returns `default`.
    #[must_use]
    pub fn default(&self) -> Option<&'d str> {
        text(self.node, "default")
    }

    /// Returns `description`.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        text(self.node, "description")
    }

    /// Iterates over the valid values, the items of the field `enum`. A variable without the field has no items, and every value of
    /// it is valid.
    pub fn values(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let values = self.node.get("enum").into_iter().flat_map(Node::items);
        values.filter_map(Node::as_str)
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node.get("description")
    }
}

/// A group of operations (OpenAPI 3.0.4, Tag Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tag<'d> {
    /// The name, which operations list in `tags`.
    pub name: &'d str,
    /// The Tag Object.
    pub node: Node<'d>,
}

/// Returns `tags` at the root of the document, in document order. Operations can list names that are not declared
/// there.
pub fn tags(document: &Document) -> impl Iterator<Item = Tag<'_>> {
    let tags = document.root().get("tags");
    tags.into_iter().flat_map(Node::items).filter_map(|node| {
        let name = text(node, "name")?;
        Some(Tag { name, node })
    })
}

impl<'d> Tag<'d> {
    /// Returns `summary` (OpenAPI 3.2).
    #[must_use]
    pub fn summary(&self) -> Option<&'d str> {
        text(self.node, "summary")
    }

    /// Returns the value of `summary` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn summary_node(&self) -> Option<Node<'d>> {
        self.node.get("summary")
    }

    /// Returns `parent`: the name of the tag that contains this one (OpenAPI 3.2).
    #[must_use]
    pub fn parent(&self) -> Option<&'d str> {
        text(self.node, "parent")
    }

    /// Returns `kind`, the purpose of the tag, such as `nav` (OpenAPI 3.2).
    #[must_use]
    pub fn kind(&self) -> Option<&'d str> {
        text(self.node, "kind")
    }

    /// Returns `description`.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        text(self.node, "description")
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node.get("description")
    }

    /// Returns `externalDocs`; `None` if it is missing or has no `url`.
    #[must_use]
    pub fn external_docs(&self) -> Option<ExternalDocs<'d>> {
        external_docs(self.node)
    }
}
