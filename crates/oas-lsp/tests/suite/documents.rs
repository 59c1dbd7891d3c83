//! Collects documents of the workspace, and applies edits to them.

use std::{fs, path::Path};

use oas_document::{Diagnostic, Document};
use oas_lsp::analysis::{Edit, Snapshot};

/// The name of the only file in a document.
pub(crate) const FILE: &str = "api.yaml";

/// Returns the documents of the workspace's own tests: one for each rule of the linter, one for each feature of
/// OpenAPI.
pub(crate) fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = [
        "crates/oas-document/tests/lint",
        "tests/features",
        "openapi",
    ];
    let mut found = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "yaml") {
                let text = fs::read_to_string(&path).expect("a text");
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                found.push((name.into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// Parses a document of one file; returns `None` if it is invalid.
pub(crate) fn snapshot(text: &str) -> Option<Snapshot> {
    parsed(FILE, text).ok()
}

/// Applies edits, which do not overlap, to a text.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    // Of two edits at the same place, the first comes first.
    edits.sort_by_key(|edit| edit.spot.range.start);
    let ends = edits
        .windows(2)
        .all(|pair| pair[0].spot.range.end <= pair[1].spot.range.start);
    assert!(ends, "{edits:?}");
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.spot.range.clone(), &edit.text);
    }
    out
}

/// Parses a document of one file, or returns the findings that make it invalid.
pub(crate) fn parsed(name: &str, text: &str) -> Result<Snapshot, Vec<Diagnostic>> {
    let refused = |path: &str| match path == name {
        true => Ok(text.to_owned()),
        false => Err("no such file".to_owned()),
    };
    Ok(Snapshot::new(Document::load(name, &refused)?))
}
