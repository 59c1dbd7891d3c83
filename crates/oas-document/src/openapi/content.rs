//! Media types (OpenAPI 3.0.4, Media Type Object; RFC 9110 §8.3.1).

use oas_wire::MediaRange;

use crate::{Node, schema::Schema};

/// An entry of `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaType<'d> {
    /// The key, as written.
    pub name: &'d str,
    /// The media type object.
    pub node: Node<'d>,
}

/// The entries of `content` of an object, in document order.
pub fn media_types(node: Node<'_>) -> Vec<MediaType<'_>> {
    let entries = node.get("content").into_iter().flat_map(Node::entries);
    let entries = entries.filter(|(name, _)| !name.starts_with("x-"));
    // From 3.1 on a media type may be a `$ref` (3.2: officially); what it leads to is the object.
    entries
        .filter_map(|(name, node)| {
            Some(MediaType {
                name,
                node: node.resolve().ok()?,
            })
        })
        .collect()
}

impl<'d> MediaType<'d> {
    /// The media type or range that the key is; `None` where it is none.
    pub fn range(&self) -> Option<MediaRange<'d>> {
        MediaRange::parse(self.name).ok()
    }

    /// `schema`.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// `itemSchema` (OpenAPI 3.2): what each item of a stream must be.
    pub fn item_schema(&self) -> Option<Schema<'d>> {
        self.node.get("itemSchema").map(Schema::of)
    }

    /// `encoding` of a property of a form.
    pub fn encoding(&self, property: &str) -> Option<Node<'d>> {
        self.node
            .get("encoding")
            .and_then(|encoding| encoding.get(property))
    }

    /// The example values: `example`, then the `value`s of `examples`.
    pub fn examples(&self) -> Vec<Node<'d>> {
        examples(self.node)
    }
}

/// The example values of a media type, parameter or header object.
pub(crate) fn examples(node: Node<'_>) -> Vec<Node<'_>> {
    let named = node.get("examples").into_iter().flat_map(Node::entries);
    let named = named.filter_map(|(_, example)| example.resolve().ok()?.get("value"));
    node.get("example").into_iter().chain(named).collect()
}
