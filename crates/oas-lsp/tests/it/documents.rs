//! Collects documents of the workspace, and applies edits to them.

use std::{collections::BTreeMap, fs, path::Path};

use oas_document::{Content, Diagnostic, Document, write};
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

/// The texts of a document's files, by name.
pub(crate) type Files = BTreeMap<String, String>;

/// Moves the paths of a document to a file in another folder; returns `None` if the document is invalid, or has paths that
/// are read together.
pub(crate) fn split(text: &str) -> Option<Files> {
    let document = Document::parse(FILE, text).ok()?;
    let Content::Map(mut root) = document.root().into() else {
        return None;
    };
    let (_, Content::Map(paths)) = root.iter_mut().find(|(key, _)| key == "paths")? else {
        return None;
    };
    let (items, other): (Vec<_>, Vec<_>) = std::mem::take(paths)
        .into_iter()
        .partition(|(key, _)| key.starts_with('/'));
    if items.iter().any(|(path, _)| path.contains('#')) {
        return None;
    }
    for (path, _) in &items {
        let reference = format!(
            "parts/paths.yaml#/{}",
            path.replace('~', "~0").replace('/', "~1")
        );
        let reference = Content::map([("$ref", reference.as_str().into())]);
        paths.push((path.clone(), reference));
    }
    paths.extend(other);
    let parts = from_parts(Content::Map(items));
    Some(Files::from([
        (FILE.to_owned(), write::yaml(&Content::Map(root))),
        ("parts/paths.yaml".to_owned(), write::yaml(&parts)),
    ]))
}

/// Changes the references to the root file for a file in another folder.
fn from_parts(content: Content) -> Content {
    match content {
        Content::Text(text) if text.starts_with("#/") => Content::Text(format!("../{FILE}{text}")),
        Content::List(items) => Content::List(items.into_iter().map(from_parts).collect()),
        Content::Map(entries) => {
            let entries = entries.into_iter();
            Content::Map(
                entries
                    .map(|(key, value)| (key, from_parts(value)))
                    .collect(),
            )
        }
        other => other,
    }
}

/// Parses a document of several files; returns `None` if it is invalid.
pub(crate) fn load(files: &Files) -> Option<Snapshot> {
    let loader = |path: &str| {
        files
            .get(path)
            .cloned()
            .ok_or_else(|| "no such file".to_owned())
    };
    Some(Snapshot::new(Document::load(FILE, &loader).ok()?))
}

/// Applies edits to the texts of several files.
pub(crate) fn apply_to(files: &Files, edits: &[Edit]) -> Files {
    let mut changed = files.clone();
    for (name, text) in &mut changed {
        let own = edits.iter().filter(|edit| edit.file_range.file == *name);
        *text = apply(text, &own.cloned().collect::<Vec<_>>());
    }
    changed
}

/// Parses a document of one file; returns `None` if it is invalid.
pub(crate) fn snapshot(text: &str) -> Option<Snapshot> {
    parsed(FILE, text).ok()
}

/// Applies edits, which do not overlap, to a text.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    // Of two edits at the same place, the first comes first.
    edits.sort_by_key(|edit| edit.file_range.range.start);
    let ends = edits
        .windows(2)
        .all(|pair| pair[0].file_range.range.end <= pair[1].file_range.range.start);
    assert!(ends, "{edits:?}");
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.file_range.range.clone(), &edit.text);
    }
    out
}

/// Parses a document of one file, or returns the findings that make it invalid.
pub(crate) fn parsed(name: &str, text: &str) -> Result<Snapshot, Vec<Diagnostic>> {
    let rejected = |path: &str| match path == name {
        true => Ok(text.to_owned()),
        false => Err("no such file".to_owned()),
    };
    Ok(Snapshot::new(Document::load(name, &rejected)?))
}
