//! Finds the value of a document at an offset.

use oas_document::{Document, Node, SourceLocation};

/// A value, and the part of it that the cursor is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor<'d> {
    /// The value.
    pub(crate) node: Node<'d>,
    /// Whether the offset is in the key of the value.
    pub(crate) on_key: bool,
}

/// Returns the innermost value at an offset of a file.
pub(crate) fn at<'d>(document: &'d Document, file: &str, offset: usize) -> Option<Cursor<'d>> {
    let mut node = document.file_root(file)?;
    loop {
        node = document.as_written(node);
        let keyed = node.entries().map(|(_, value)| value);
        let on_key = keyed.rev().find(|value| {
            let key = value.key_location();
            key.is_some_and(|key| covers(&key, file, offset))
        });
        if let Some(node) = on_key {
            return Some(Cursor { node, on_key: true });
        }
        let children = node.entries().map(|(_, value)| value).chain(node.items());
        // Nodes that an alias repeats have the place of the anchor, which comes first.
        let mut found: Option<(usize, Node<'d>)> = None;
        for child in children {
            let location = child.location();
            let is_later = found.is_none_or(|(start, _)| start < location.bytes.start);
            if is_later && covers(&location, file, offset) {
                found = Some((location.bytes.start, child));
            }
        }
        match found {
            Some((_, child)) => node = child,
            None => {
                return Some(Cursor {
                    node,
                    on_key: false,
                });
            }
        }
    }
}

/// Returns whether a place contains an offset, or ends at it, which is where the cursor is after typing.
fn covers(place: &SourceLocation<'_>, file: &str, offset: usize) -> bool {
    place.file == file && (place.bytes.start..=place.bytes.end).contains(&offset)
}
