//! Tests that the hand-written code of this workspace still compiles when the document grows.

use std::fs;
use std::path::Path;
use std::process::Output;

use workspace_tests::{spec, xtask};

/// An operation that fails in other ways than the first, with types of its own. Nobody would add one of this name to the document.
const ADDED: &str = "paths:
  /zstack/v1/probes:
    get:
      operationId: ListProbes
      tags: [Image Related Interfaces]
      responses:
        '200':
          description: The probes.
          x-i18n: { zh-CN: { description: 探针。 } }
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ListProbesResponse'
        '401':
          $ref: '#/components/responses/Unauthorized'
        5XX:
          $ref: '#/components/responses/Failed'
";

const ITS_TYPE: &str = "  schemas:
    ListProbesResponse:
      type: object
      required: [inventories]
      properties:
        inventories:
          type: array
          items:
            $ref: '#/components/schemas/ImageInventory'
";

fn edit(copy: &Path, edits: &[(&str, &str)]) {
    let place = copy.join(spec::FILE);
    let mut text = fs::read_to_string(&place).unwrap();
    for (from, to) in edits {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    fs::write(place, text).unwrap();
    let run = xtask::run(copy, ["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
}

fn cargo(copy: &Path, arguments: &[&str]) -> Output {
    let output = xtask::offline_cargo()
        .args(arguments)
        .current_dir(copy)
        // The copy is beside this workspace's own packages, so that their dependencies are not compiled again.
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap(),
        )
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaints}");
    output
}

/// Follows the steps of a person: adds an operation, then sets the version that the differ requires.
#[test]
fn an_operation_and_a_major_version_need_no_other_edit() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evolution");
    let copy = xtask::copy_workspace(&folder);
    let copy = copy.as_path();
    edit(copy, &[("paths:\n", ADDED), ("  schemas:\n", ITS_TYPE)]);
    edit(copy, &[("  version: 1.0.0\n", "  version: 2.0.0\n")]);

    // Every command of cargo begins with this, `cargo xtask` included.
    let metadata = cargo(copy, &["metadata", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let client = metadata["packages"].as_array().unwrap().iter();
    let client = client.filter(|package| package["name"] == "zstack-client");
    let versions: Vec<_> = client.map(|package| &package["version"]).collect();
    assert_eq!(versions, ["2.0.0"]);

    // One package implements the server's trait, the other calls the client.
    let packages = [
        "--package",
        "zstack-node-simulator",
        "--package",
        "zstack-node",
    ];
    let check = cargo(copy, &[&["check", "--quiet"], &packages[..]].concat());
    let complaints = String::from_utf8_lossy(&check.stderr);
    assert_eq!(complaints, "", "not even a warning");
}
