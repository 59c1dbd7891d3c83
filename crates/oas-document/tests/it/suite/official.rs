//! Reads the official test suite of JSON Schema, which is not part of this repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

/// Schemas, and values that they accept or reject.
#[derive(Deserialize)]
pub(crate) struct Group {
    pub(crate) description: String,
    pub(crate) schema: Box<RawValue>,
    pub(crate) tests: Vec<Test>,
}

#[derive(Deserialize)]
pub(crate) struct Test {
    pub(crate) description: String,
    pub(crate) data: Box<RawValue>,
    pub(crate) valid: bool,
}

/// Returns the folder of the suite, from the environment or beside the workspace, which is at this path. Prints a message and returns
/// `None` where there is none.
pub(crate) fn folder(workspace: &Path) -> Option<PathBuf> {
    let beside = || workspace.join("../shared/corpus/json-schema-test-suite");
    let folder = std::env::var_os("JSON_SCHEMA_TEST_SUITE").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!(
            "skipped: there is no JSON Schema Test Suite in {}",
            folder.display()
        );
        return None;
    }
    Some(folder)
}

/// Returns the groups of a draft, with the name of their file.
pub(crate) fn groups(folder: &Path, draft: &str) -> Vec<(String, Group)> {
    let mut all = Vec::new();
    for (file, path) in files(&folder.join(draft)) {
        let text = std::fs::read_to_string(path).unwrap();
        let groups: Vec<Group> = serde_json::from_str(&text).unwrap();
        all.extend(groups.into_iter().map(|group| (file.clone(), group)));
    }
    all
}

/// Returns the files of a draft, by their names within it.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push((format!("{prefix}{name}/"), entry.path()));
            } else if let Some(name) = name.strip_suffix(".json") {
                found.insert(format!("{prefix}{name}"), entry.path());
            }
        }
    }
    found
}
