//! Resolves a name to its definition.

use oas_document::Node;

use super::{
    FileRange, Snapshot, cursor,
    names::{self, Name},
};

/// The place that defines a name, and the place at which the name was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// The place of the name that was looked up.
    pub from: FileRange,
    /// The place of the whole value that the name identifies.
    pub whole: FileRange,
    /// The place of the name in its definition.
    pub name: FileRange,
}

/// Returns the definitions of the name at an offset of a file: in a `$ref`, a discriminator mapping, a security requirement, a tag, the
/// `operationId` of a link, or a path, in which it is the name of a parameter in braces. Returns none if there is no name.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, definition::definitions};
///
/// let text = "{openapi: 3.0.4, paths: {}, components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {}}}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let found = definitions(&snapshot, "a.yaml", text.find("schemas/B").unwrap());
/// assert_eq!(&text[found[0].name.range.clone()], "B");
/// ```
#[must_use]
pub fn definitions(snapshot: &Snapshot, file: &str, offset: usize) -> Vec<Definition> {
    let document = snapshot.document();
    let Some(cursor) = cursor::at(document, file, offset) else {
        return Vec::new();
    };
    let all = names::all(document);
    let Some(used) = names::at(&all, cursor, offset) else {
        return Vec::new();
    };
    let file_ranges = used.name_ranges();
    let covers =
        |file_range: &&FileRange| (file_range.range.start..=file_range.range.end).contains(&offset);
    let Some(from) = file_ranges.iter().find(covers).or(file_ranges.first()) else {
        return Vec::new();
    };
    let definitions = all
        .iter()
        .filter(|other| other.is_definition && other.name == used.name);
    let found = definitions.filter_map(|definition| {
        let named = match (definition.name, definition.on_key) {
            (Name::Place(node), _) => node,
            (_, true) => definition.node,
            // An operation, a tag or a parameter is the object that contains the field with its name.
            (_, false) => definition.node.parent()?,
        };
        Some(Definition {
            from: from.clone(),
            whole: whole(named),
            name: definition.name_ranges().into_iter().next()?,
        })
    });
    let found: Vec<_> = found.collect();
    if !found.is_empty() {
        return found;
    }
    // A value without a key, such as a whole file, is its own name.
    let Name::Place(node) = used.name else {
        return Vec::new();
    };
    let file_range = FileRange::from(node.location());
    let start = FileRange {
        range: file_range.range.start..file_range.range.start,
        ..file_range.clone()
    };
    vec![Definition {
        from: from.clone(),
        whole: file_range,
        name: start,
    }]
}

/// Returns the range of a value with its key.
pub(crate) fn whole(node: Node<'_>) -> FileRange {
    let mut file_range = FileRange::from(node.location());
    if let Some(key) = node.key_location()
        && key.file == file_range.file
        && key.bytes.start < file_range.range.start
    {
        file_range.range.start = key.bytes.start;
    }
    file_range
}
