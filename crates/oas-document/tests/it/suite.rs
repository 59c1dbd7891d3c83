//! Runs the official test suite of JSON Schema through documents: draft 2020-12 as OpenAPI 3.1, and draft 4 as 3.0.
//!
//! The suite is not part of this repository: the tests read it from a folder, and print the missing path otherwise.
//! Tests that are not expected to pass are in one list, with reasons; an entry of which everything passes is a failure. The tests of
//! generated servers, which are in `tests/tests/features`, run it with the same list.

use std::path::Path;

use oas_document::{Direction, Document, schema::SchemaTables};

mod excluded;
mod official;

use excluded::{EXCLUDED, NEW, OLD};
use official::Group;

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
    for (file, group) in official::groups(folder, draft) {
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
    let unused = EXCLUDED
        .iter()
        .zip(used)
        .filter(|(entry, used)| entry.draft == draft && !used);
    complaints.extend(unused.map(|(entry, _)| format!("{entry:?} excludes nothing any more")));
    println!("{draft} as OpenAPI {version}: {passed} passed, {excluded} excluded");
    complaints
}

fn check(draft: &str, version: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(folder) = official::folder(&workspace) {
        let complaints = run(&folder, draft, version);
        assert!(
            complaints.is_empty(),
            "{} complaints:\n{}",
            complaints.len(),
            complaints.join("\n")
        );
    }
}

#[test]
fn draft_2020_12_as_openapi_3_1() {
    check(NEW, "3.1.1");
}

#[test]
fn draft_4_as_openapi_3_0() {
    check(OLD, "3.0.4");
}
