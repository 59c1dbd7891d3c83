//! Contains the helpers of the workspace's tests: the document, the generated sources, HTTP as bytes, the command line.
//!
//! Helpers assert nothing about the product; the suite in `tests/` does. They panic with a message if a test cannot
//! continue.

pub mod commands;
pub mod curl;
pub mod differential;
pub mod exchange;
pub mod json;
pub mod outline;
pub mod slices;
pub mod spec;
pub mod table;
pub mod xtask;

use std::path::{Path, PathBuf};

/// The examples of the README, compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}

/// Returns the root of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
}

/// Reads a text file of the workspace, with `\n` at the end of its lines.
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
        .replace("\r\n", "\n")
}

/// Returns all files below a folder, with their bytes, except for those in folders of the name `target`.
#[must_use]
pub fn tree(folder: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder that can be read") {
            let path = entry.expect("an entry that can be read").path();
            if path.is_dir() {
                if path.file_name() != Some("target".as_ref()) {
                    folders.push(path);
                }
            } else {
                let bytes = std::fs::read(&path).expect("a file that can be read");
                let name = path.strip_prefix(folder).expect("it lies below");
                files.insert(name.to_owned(), bytes);
            }
        }
    }
    files
}
