//! Lists the symbols of a document: tags, operations, schemas and other components.

use oas_document::{
    Node,
    object_model::{FieldType, Object},
    openapi::Operation,
};

use super::{FileRange, Snapshot, components, definition::whole};

/// The kind of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A tag of the document.
    Tag,
    /// An operation, by its `operationId` or its method and path.
    Operation,
    /// A schema among the components.
    Schema,
    /// A property of a schema.
    Property,
    /// Any other component.
    Component,
}

/// A named part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Symbol {
    /// The name of the symbol.
    pub name: String,
    /// Additional information, such as method and path.
    pub detail: String,
    /// The kind of the symbol.
    pub kind: Kind,
    /// The place of the whole part.
    pub whole: FileRange,
    /// The place to which an editor moves the cursor.
    pub place: FileRange,
    /// Whether the part is deprecated.
    pub is_deprecated: bool,
    /// The symbols that it contains.
    pub children: Vec<Self>,
}

/// Returns the symbols of all files, in the order of tags, operations and components.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, symbols::symbols};
///
/// let text = "{openapi: 3.0.4, paths: {/pets: {get: {operationId: list, responses: {}}}}, components: {schemas: {Pet: {}}}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let names: Vec<_> = symbols(&snapshot).into_iter().map(|symbol| symbol.name).collect();
/// assert_eq!(names, ["list", "Pet"]);
/// ```
#[must_use]
pub fn symbols(snapshot: &Snapshot) -> Vec<Symbol> {
    let document = snapshot.document();
    let mut found = Vec::new();
    for tag in document
        .root()
        .get("tags")
        .into_iter()
        .flat_map(Node::items)
    {
        if let Some(name) = tag.get("name").and_then(Node::as_str) {
            let place = tag.get("name").map(|name| name.location().into());
            found.extend(place.map(|place| Symbol {
                whole: tag.location().into(),
                place,
                ..symbol(tag, name, Kind::Tag)
            }));
        }
    }
    found.extend(super::operations(document).iter().map(operation));
    let components = document.root().get("components");
    for (kind, map) in components.into_iter().flat_map(Node::entries) {
        let Some(FieldType::Map(object)) = Object::Components.field(kind).map(|field| field.ty)
        else {
            continue;
        };
        let own = map.entries();
        found.extend(own.map(|(name, node)| component(node, name, object)));
    }
    let others = components::elsewhere(document).into_iter();
    found.extend(others.map(|other| component(other.node, other.name, other.object)));
    found
}

/// Returns whether `name` contains the characters of `query` in their order, ignoring case. Other characters may be between them.
///
/// ```
/// use oas_lsp::analysis::symbols::matches;
///
/// assert!(matches("gpet", "getPet") && !matches("petg", "getPet"));
/// ```
#[must_use]
pub fn matches(query: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = query.chars().flat_map(char::to_lowercase);
    wanted.all(|letter| letters.any(|other| other == letter))
}

fn component(node: Node<'_>, name: &str, object: Object) -> Symbol {
    match object {
        Object::Schema => Symbol {
            children: properties(node),
            ..symbol(node, name, Kind::Schema)
        },
        _ => Symbol {
            detail: object.title().to_lowercase(),
            ..symbol(node, name, Kind::Component)
        },
    }
}

fn operation(operation: &Operation<'_>) -> Symbol {
    let route = operation.key().to_string();
    match operation.id() {
        Some(id) => Symbol {
            detail: route,
            ..symbol(operation.node, id, Kind::Operation)
        },
        None => symbol(operation.node, &route, Kind::Operation),
    }
}

fn properties(schema: Node<'_>) -> Vec<Symbol> {
    let properties = schema.get("properties").into_iter().flat_map(Node::entries);
    let own = properties.filter(|(_, node)| node.file() == schema.file());
    own.map(|(name, node)| symbol(node, name, Kind::Property))
        .collect()
}

fn symbol(node: Node<'_>, name: &str, kind: Kind) -> Symbol {
    let whole = whole(node);
    let key = node.key_location().map(FileRange::from);
    let key = key.filter(|key| key.file == whole.file && whole.range.start <= key.range.start);
    Symbol {
        name: name.to_owned(),
        detail: String::new(),
        kind,
        place: key.unwrap_or_else(|| FileRange {
            range: whole.range.start..whole.range.start,
            ..whole.clone()
        }),
        whole,
        is_deprecated: node.get("deprecated").and_then(Node::as_bool) == Some(true),
        children: Vec::new(),
    }
}
