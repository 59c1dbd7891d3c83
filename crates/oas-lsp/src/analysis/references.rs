//! Finds the uses of a name.

use super::{FileRange, Snapshot, cursor, names};

/// A place that contains a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// The place.
    pub file_range: FileRange,
    /// Whether the place defines the name.
    pub is_definition: bool,
}

/// Returns all places that contain the name at an offset of a file, its definition included, in the order of files and texts.
/// Returns none if there is no name.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, references::uses};
///
/// let text = "{openapi: 3.0.4, paths: {}, tags: [{name: pets}], x-tag: pets}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// assert_eq!(uses(&snapshot, "a.yaml", text.find("pets").unwrap()).len(), 1);
/// ```
#[must_use]
pub fn uses(snapshot: &Snapshot, file: &str, offset: usize) -> Vec<Use> {
    let document = snapshot.document();
    let Some(cursor) = cursor::at(document, file, offset) else {
        return Vec::new();
    };
    let all = names::all(document);
    let Some(here) = names::at(&all, cursor, offset) else {
        return Vec::new();
    };
    let same = all.iter().filter(|other| other.name == here.name);
    let uses = same.flat_map(|occurrence| {
        let file_ranges = occurrence.name_ranges().into_iter();
        file_ranges.map(|file_range| Use {
            file_range,
            is_definition: occurrence.is_definition,
        })
    });
    let mut uses: Vec<_> = uses.collect();
    let order: Vec<&str> = document.files().collect();
    let key = |found: &Use| {
        let file = order.iter().position(|file| *file == found.file_range.file);
        (
            file,
            found.file_range.range.start,
            found.file_range.range.end,
        )
    };
    uses.sort_by_key(key);
    uses.dedup_by(|one, other| one.file_range == other.file_range);
    uses
}
