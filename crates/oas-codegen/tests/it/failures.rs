//! Operations with the same failures share one error type, whose name depends on the failures alone.

use oas_codegen::{Document, Settings, generate};
use serde_json::{Map, Value, json};

/// Returns `responses.rs` of a client whose operations have these responses.
fn responses(operations: &[(&str, Value)]) -> String {
    let paths: Map<String, Value> = operations
        .iter()
        .enumerate()
        .map(|(index, (id, responses))| {
            let operation = json!({ "operationId": id, "responses": responses });
            (format!("/{index}"), json!({ "get": operation }))
        })
        .collect();
    let schema = |property: &str| json!({ "type": "object", "required": [property], "properties": { property: { "type": "string" } } });
    let document = json!({
        "openapi": "3.0.4",
        "info": { "title": "Failures", "version": "1.0.0" },
        "paths": paths,
        "components": { "schemas": { "Problem": schema("title"), "Fault": schema("message") } },
    });
    let document = Document::parse("failures.json", &document.to_string()).unwrap();
    let output = generate(&document, &Settings::new("api", "failures.json")).unwrap();
    output.files["api-client/src/responses.rs"].clone()
}

/// Returns the enums and aliases of a file, in its order.
fn items(file: &str) -> Vec<&str> {
    let starts = ["pub enum ", "pub type "];
    file.lines()
        .filter_map(|line| starts.iter().find_map(|start| line.strip_prefix(start)))
        .map(|line| line.trim_end_matches([';', '{', '}', ' ']))
        .collect()
}

fn failures(missing: &str, failed: &str) -> Value {
    json!({
        "204": { "description": "Done." },
        "404": { "description": missing, "content": { "text/plain": { "schema": { "type": "string" } } } },
        "5XX": { "description": failed, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
    })
}

fn other_failures() -> Value {
    let mut responses = failures("No such image.", "Failed.");
    responses["default"] = json!({ "description": "Anything else." });
    responses
}

#[test]
fn operations_with_the_same_failures_share_one_type() {
    let file = responses(&[
        ("start", failures("No such job.", "Failed.")),
        ("inspect", other_failures()),
        ("stop", failures("No such job.", "Failed.")),
    ]);
    assert_eq!(
        items(&file),
        [
            "Failure404Or5XX",
            "StartFailure = Failure404Or5XX",
            "InspectFailure",
            "StopFailure = Failure404Or5XX",
        ]
    );
}

#[test]
fn a_name_does_not_change_with_other_operations() {
    let all = [
        ("start", failures("No such job.", "Failed.")),
        ("inspect", other_failures()),
        ("stop", failures("No such job.", "Failed.")),
        ("pause", failures("No such job.", "Failed.")),
        ("look", other_failures()),
    ];
    let shared = ["Failure404Or5XX", "Failure404Or5XXOrDefault"];
    assert_eq!(items(&responses(&all))[..2], shared);
    for removed in [0, 2, 3] {
        let mut rest = all.to_vec();
        rest.remove(removed);
        let file = responses(&rest);
        let mut items = items(&file);
        items.sort_unstable();
        assert_eq!(items[..2], shared, "without {}", all[removed].0);
    }
    // With one operation left, nothing is shared, and the operation keeps its own name.
    let file = responses(&all[..2]);
    assert_eq!(items(&file), ["StartFailure", "InspectFailure"]);
}

#[test]
fn no_description_is_lost() {
    let file = responses(&[
        ("start", failures("No such job.", "Failed.")),
        ("stop", failures("No such job, or it has ended.", "Failed.")),
    ]);
    let shared = &file[..file.find("pub type").unwrap()];
    assert!(shared.contains("/// Status 404.\n"), "{shared}");
    assert!(shared.contains("/// Failed.\n"), "{shared}");
    let alias = "///\n/// `NotFound`: No such job, or it has ended.\npub type StopFailure";
    assert!(file.contains(alias), "{file}");
}

#[test]
fn the_same_statuses_with_other_bodies_are_another_type() {
    let fault = |responses: Value| {
        let text = responses.to_string().replace("Problem", "Fault");
        serde_json::from_str(&text).unwrap()
    };
    let one = failures("No such job.", "Failed.");
    let file = responses(&[
        ("start", one.clone()),
        ("stop", one.clone()),
        ("open", fault(one.clone())),
        ("close", fault(one)),
    ]);
    assert_eq!(
        items(&file)[..2],
        ["Failure404TextOr5XXProblem", "Failure404TextOr5XXFault"]
    );
}

#[test]
fn events_that_describe_a_failure_are_text() {
    let events = json!({ "text/event-stream": { "schema": { "type": "string" } } });
    let document = json!({
        "openapi": "3.0.4",
        "info": { "title": "Failures", "version": "1.0.0" },
        "paths": { "/jobs": { "get": { "operationId": "watch", "responses": {
            "204": { "description": "Done." },
            "503": { "description": "Events until it failed.", "content": events },
        } } } },
    });
    let document = Document::parse("failures.json", &document.to_string()).unwrap();
    let output = generate(&document, &Settings::new("api", "failures.json")).unwrap();
    let of_client = |(path, _): &(&String, &String)| path.starts_with("api-client/src/");
    let client: String = output
        .files
        .iter()
        .filter(of_client)
        .map(|(_, text)| text.as_str())
        .collect();
    assert!(client.contains("response.error_text()"), "{client}");
    assert!(!client.contains("error_opaque"), "{client}");
}
