//! Tests exports through the public interface.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acceptance;
mod official;
mod operations;
mod versions;

use std::path::{Path, PathBuf};

use oas_document::{Content, Diagnostic, Document, LoadError, Loader, Version, write};
use oas_export::{Exported, export};

/// Returns the root of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Parses a document of the disk with the files beside it.
fn load(path: &Path) -> Result<Document, Vec<Diagnostic>> {
    struct Files<'p>(&'p Path);
    impl Loader for Files<'_> {
        fn load(&self, path: &str) -> Result<String, LoadError> {
            std::fs::read_to_string(self.0.join(path))
                .map_err(|error| LoadError::from(error.to_string()))
        }
    }
    let folder = path.parent().expect("a file is in a folder");
    let name = path.file_name().expect("a name").to_string_lossy();
    Document::load(&name, &Files(folder))
}

/// Returns the documents of this workspace that cover much of the standard, including those of several files.
fn documents() -> Vec<(String, Document)> {
    let root = workspace();
    let mut paths: Vec<PathBuf> = ["openapi", "tests/features", "crates/oas-diff/tests/it"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("the folder is there"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    paths.push(root.join("crates/oas-document/tests/clean.yaml"));
    paths.sort();
    let read = paths.into_iter().map(|path| {
        let name = path
            .strip_prefix(&root)
            .expect("it is below the root")
            .display()
            .to_string();
        let document = load(&path).unwrap_or_else(|found| panic!("{}", found[0]));
        (name, document)
    });
    read.collect()
}

/// Returns documents of others, from the folder that `OAS_DOCUMENTS` names or the one beside the workspace: those of at most so many bytes, or
/// all of them where `OAS_DOCUMENTS_ALL` is set. There are none where the folder is not there.
fn corpus(largest: u64) -> Vec<(String, Document)> {
    let beside = || workspace().join("../shared/corpus/openapi");
    let folder = std::env::var_os("OAS_DOCUMENTS").map_or_else(beside, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: there is no folder {}", folder.display());
        return Vec::new();
    };
    let all = std::env::var_os("OAS_DOCUMENTS_ALL").is_some();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.retain(|path| {
        let size = std::fs::metadata(path).map_or(u64::MAX, |data| data.len());
        all || size <= largest
    });
    let read = paths.into_iter().filter_map(|path| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        // Some files of the folder are no documents, and some refer to files that are missing.
        let document = Document::parse(&name, &std::fs::read_to_string(&path).ok()?).ok()?;
        Some((name, document))
    });
    read.collect()
}

/// Parses an exported document, as YAML and as JSON, which have to be equal.
fn read(content: &Content) -> Document {
    let yaml = Document::parse("export.yaml", &write::yaml(content));
    let yaml = yaml.unwrap_or_else(|found| panic!("{}\n{}", found[0], write::yaml(content)));
    let json = Document::parse("export.json", &write::json(content));
    let json = json.unwrap_or_else(|found| panic!("{}", found[0]));
    assert_eq!(yaml.root().to_json_text(), json.root().to_json_text());
    yaml
}

/// Exports a document and parses the result.
fn exported(document: &Document, version: Version) -> (Document, Exported) {
    let exported = export(document, version);
    (read(&exported.content), exported)
}
