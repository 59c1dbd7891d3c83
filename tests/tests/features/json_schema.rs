//! Runs the official test suite of JSON Schema through generated servers: draft 2020-12 as OpenAPI 3.1, and draft 4 as 3.0.
//!
//! Each group is an operation whose request body has the schema of the group, and the server runs as a program of its own. What is
//! excluded is the list of the tests of documents, and below what types of Rust narrow in addition.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use workspace_tests::{exchange::Sample, json, root, xtask};

#[path = "../../../crates/oas-document/tests/it/suite/excluded.rs"]
mod excluded;
#[path = "../../../crates/oas-document/tests/it/suite/official.rs"]
mod official;

use excluded::{EXCLUDED, Excluded, NEW, OLD, group};
use official::Group;

use crate::stubs::{self, Stubs};
use crate::{TOGETHER, folder, is_all, turn, write_program};

/// The drafts, with the version of OpenAPI that they are run as.
const DRAFTS: [(&str, &str); 2] = [(NEW, "3.1.1"), (OLD, "3.0.4")];

const IMPLIED: &str = "keywords of objects or arrays without a `type` imply it in Rust, as most authors mean them (the note `implied-type`)";
const WIDTH: &str = "an integer is an `i64`, and one beyond 64 bits does not fit the type";

/// The groups in which a server rejects what the schema admits, because the Rust type cannot hold it.
const NARROWED: &[Excluded] = &[
    group(
        NEW,
        "additionalProperties",
        "additionalProperties being false does not allow other properties",
        IMPLIED,
    ),
    group(NEW, "items", "a schema given for items", IMPLIED),
    group(
        NEW,
        "patternProperties",
        "patternProperties validates properties matching a regex",
        IMPLIED,
    ),
    group(NEW, "properties", "object properties validation", IMPLIED),
    group(
        NEW,
        "properties",
        "properties whose names are Javascript object property names",
        IMPLIED,
    ),
    group(NEW, "ref", "root pointer ref", IMPLIED),
    group(
        NEW,
        "ref",
        "simple URN base URI with $ref via the URN",
        IMPLIED,
    ),
    group(NEW, "required", "required validation", IMPLIED),
    group(NEW, "optional/bignum", "integer", WIDTH),
    group(
        NEW,
        "optional/float-overflow",
        "all integers are multiples of 0.5, if overflow is handled",
        WIDTH,
    ),
    group(
        OLD,
        "additionalProperties",
        "additionalProperties being false does not allow other properties",
        IMPLIED,
    ),
    group(OLD, "items", "a schema given for items", IMPLIED),
    group(
        OLD,
        "patternProperties",
        "patternProperties validates properties matching a regex",
        IMPLIED,
    ),
    group(OLD, "properties", "object properties validation", IMPLIED),
    group(
        OLD,
        "properties",
        "properties whose names are Javascript object property names",
        IMPLIED,
    ),
    group(OLD, "ref", "root pointer ref", IMPLIED),
    group(OLD, "required", "required validation", IMPLIED),
    group(OLD, "optional/bignum", "integer", WIDTH),
];

/// Groups that become the operations of one document. Those with an `$id` that is in another one are in the next document.
struct Suite {
    name: String,
    draft: &'static str,
    version: &'static str,
    ids: BTreeSet<String>,
    groups: Vec<(String, Group)>,
}

/// Returns the groups that are not excluded.
fn suites(folder: &Path) -> Vec<Suite> {
    let mut suites: Vec<Suite> = Vec::new();
    for (draft, version) in DRAFTS {
        for (file, group) in official::groups(folder, draft) {
            let is = |entry: &Excluded| entry.covers(draft, &file, &group.description);
            if EXCLUDED.iter().any(is) {
                continue;
            }
            let mut ids = BTreeSet::new();
            collect_ids(&json::parse(group.schema.get()), &mut ids);
            let fits = |suite: &&mut Suite| suite.draft == draft && suite.ids.is_disjoint(&ids);
            let suite = match suites.iter_mut().find(fits) {
                Some(suite) => suite,
                None => {
                    suites.push(Suite {
                        name: format!("suite{}", suites.len()),
                        draft,
                        version,
                        ids: BTreeSet::new(),
                        groups: Vec::new(),
                    });
                    suites.last_mut().unwrap()
                }
            };
            suite.ids.extend(ids);
            suite.groups.push((file, group));
        }
    }
    suites
}

fn collect_ids(schema: &Value, ids: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            ids.extend(
                members
                    .get("$id")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            members.values().for_each(|value| collect_ids(value, ids));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_ids(value, ids)),
        _ => (),
    }
}

impl Suite {
    /// Writes the document and its schemas, each in a file of its own so that `#` is the schema, and generates its crates.
    fn generate(&self, out: &Path) {
        let documents = out.join("documents").join(&self.name);
        fs::create_dir_all(&documents).unwrap();
        let mut paths = serde_json::Map::new();
        for (index, (file, group)) in self.groups.iter().enumerate() {
            let schema = format!("schema{index}.json");
            fs::write(documents.join(&schema), group.schema.get()).unwrap();
            let operation = json!({
                "operationId": format!("check{index}"),
                "summary": format!("{file}: {}", group.description),
                "requestBody": {
                    "required": true,
                    "content": {"application/json": {"schema": {"$ref": schema}}},
                },
                "responses": {"204": {"description": "The value is valid."}},
            });
            paths.insert(path(index), json!({"post": operation}));
        }
        let document = json!({
            "openapi": self.version,
            "info": {"title": "Suite", "version": "1.0.0"},
            "paths": paths,
        });
        let file = documents.join("root.json");
        fs::write(&file, document.to_string()).unwrap();
        let output = Command::new(xtask::program())
            .args(["generate", "--no-lint", "--name", &self.name, "--spec"])
            .arg(file)
            .arg("--out")
            .arg(out)
            .arg("--runtime")
            .arg(format!("path={}", root().join("crates").display()))
            .output()
            .unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {complaints}", self.draft);
    }
}

fn path(index: usize) -> String {
    format!("/{index}")
}

/// Generates the crates of all documents, and compiles their servers into the program with the stubs.
fn compile(suites: &[Suite], out: &Path) {
    if out.exists() {
        fs::remove_dir_all(out).unwrap();
    }
    for suite in suites {
        suite.generate(out);
    }
    let servers = suites.iter().map(|suite| {
        let package = format!("{}-server", suite.name);
        (suite.name.clone(), package)
    });
    stubs::write(out, servers);
    write_program(out, "together", TOGETHER, &[("lib.rs", "")]);
    // The crates are below the folder of this workspace, and are none of its members.
    let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"*-types\", \"*-client\", \"*-server\", \"stubs\", \"together\"]\n";
    fs::write(out.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let output = xtask::offline_cargo()
        .args(["build", "--quiet", "-p", "stubs", "-p", "together"])
        .current_dir(out)
        .env("CARGO_BUILD_BUILD_DIR", folder("").parent().unwrap())
        .env("CARGO_TARGET_DIR", out.join("target"))
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
}

#[test]
fn generated_servers_check_what_the_official_suite_asks_for() {
    if !is_all() {
        println!("skipped: the servers take a minute to compile; FEATURES=all has them");
        return;
    }
    let Some(suite_folder) = official::folder(root()) else {
        return;
    };
    let out = folder("json-schema");
    let suites = suites(&suite_folder);
    let _turn = turn();
    compile(&suites, &out);
    let mut stubs = Stubs::start(&out.join("target"));
    let mut complaints = Vec::new();
    let (mut passed, mut narrowed) = (0, 0);
    let mut used = vec![false; NARROWED.len()];
    for suite in &suites {
        for (index, (file, group)) in suite.groups.iter().enumerate() {
            let entry = NARROWED
                .iter()
                .position(|entry| entry.covers(suite.draft, file, &group.description));
            for test in &group.tests {
                let request = Sample {
                    method: "POST".to_owned(),
                    target: path(index),
                    headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
                    body: Some(test.data.get().as_bytes().to_vec()),
                };
                let response = stubs.send(&suite.name, &request);
                match ((response.status == 204) == test.valid, entry) {
                    (true, _) => passed += 1,
                    // Types are narrower than schemas, and never wider.
                    (false, Some(entry)) if test.valid => {
                        used[entry] = true;
                        narrowed += 1;
                    }
                    (false, _) => complaints.push(format!(
                        "{}/{file}: {}: {}: {} {}",
                        suite.draft,
                        group.description,
                        test.description,
                        response.status,
                        response.body
                    )),
                }
            }
        }
    }
    stubs.end();
    let unused = NARROWED.iter().zip(used).filter(|(_, used)| !used);
    complaints.extend(unused.map(|(entry, _)| format!("{entry:?} excludes nothing any more")));
    println!("{passed} passed, {narrowed} are narrower in Rust");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
