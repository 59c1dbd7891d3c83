//! Runs the official test suite of JSON Schema through documents: draft 2020-12 as OpenAPI 3.1, and draft 4 as 3.0.
//!
//! The suite is not part of this repository: the tests read it from a folder, and print the missing path otherwise.
//! Tests that are not expected to pass are in one list, with reasons; an entry of which everything passes is a failure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oas_document::{Direction, Document, schema::SchemaTables};
use serde::Deserialize;
use serde_json::value::RawValue;

mod excluded;

use excluded::{EXCLUDED, Excluded};

/// Schemas, and values that they accept or reject.
#[derive(Deserialize)]
struct Group {
    description: String,
    schema: Box<RawValue>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    description: String,
    data: Box<RawValue>,
    valid: bool,
}

/// Returns the folder of the suite, from the environment or beside the workspace.
fn folder() -> Option<PathBuf> {
    let beside = || {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/json-schema-test-suite")
    };
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

/// Returns a document with the schema in a file of its own, so that `#` is the schema.
fn document(version: &str, schema: &str) -> Result<Document, String> {
    let root = serde_json::json!({
        "openapi": version,
        "info": {"title": "Suite", "version": "1"},
        "paths": {},
        "components": {"schemas": {"S": {"$ref": "schema.json"}}},
    });
    let loader = |path: &str| match path {
        "root.json" => Ok(root.to_string()),
        "schema.json" => Ok(schema.to_owned()),
        _ => Err("is not part of the suite's group".to_owned()),
    };
    Document::load("root.json", &loader).map_err(|errors| errors[0].message.clone())
}

/// Returns the descriptions of the tests in a group with unexpected results.
fn failures(version: &str, group: &Group) -> Vec<String> {
    let document = match document(version, group.schema.get()) {
        Ok(document) => document,
        Err(error) => return vec![format!("the document is rejected: {error}")],
    };
    let node = document.node_at("/components/schemas/S").unwrap();
    if let Err(error) = node.resolve() {
        return vec![format!("the schema is not found: {error}")];
    }
    let mut tables = SchemaTables::default();
    let schema = tables.schema(node);
    let mut failures = Vec::new();
    for test in &group.tests {
        let found = tables
            .tables()
            .check(schema, test.data.get(), Direction::Strict);
        if found.is_empty() != test.valid {
            let verdict = if test.valid { "rejected" } else { "accepted" };
            failures.push(format!("{} (wrongly {verdict})", test.description));
        }
    }
    failures
}

/// Runs a draft, and returns unexpected failures, and exclusions that exclude nothing.
fn run(folder: &Path, draft: &str, version: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut passed, mut excluded) = (0, 0);
    let mut used = vec![false; EXCLUDED.len()];
    for (file, path) in files(&folder.join(draft)) {
        let text = std::fs::read_to_string(path).unwrap();
        let groups: Vec<Group> = serde_json::from_str(&text).unwrap();
        for group in groups {
            let failures = failures(version, &group);
            passed += group.tests.len().saturating_sub(failures.len());
            for failure in failures {
                let entry = EXCLUDED
                    .iter()
                    .position(|entry| entry.covers(draft, &file, &group.description));
                match entry {
                    Some(entry) => {
                        used[entry] = true;
                        excluded += 1;
                    }
                    None => {
                        complaints.push(format!("{draft}/{file}: {}: {failure}", group.description))
                    }
                }
            }
        }
    }
    let unused = EXCLUDED
        .iter()
        .zip(used)
        .filter(|(entry, used)| entry.draft == draft && !used);
    complaints.extend(unused.map(|(entry, _)| format!("{entry:?} excludes nothing any more")));
    println!("{draft} as OpenAPI {version}: {passed} passed, {excluded} excluded");
    complaints
}

#[test]
fn draft_2020_12_as_openapi_3_1() {
    if let Some(folder) = folder() {
        let complaints = run(&folder, "draft2020-12", "3.1.1");
        assert!(
            complaints.is_empty(),
            "{} complaints:\n{}",
            complaints.len(),
            complaints.join("\n")
        );
    }
}

#[test]
fn draft_4_as_openapi_3_0() {
    if let Some(folder) = folder() {
        let complaints = run(&folder, "draft4", "3.0.4");
        assert!(
            complaints.is_empty(),
            "{} complaints:\n{}",
            complaints.len(),
            complaints.join("\n")
        );
    }
}

impl Excluded {
    fn covers(&self, draft: &str, file: &str, group: &str) -> bool {
        self.draft == draft && self.file == file && (self.group.is_empty() || self.group == group)
    }
}
