//! Findings, as one types.

use serde_json::{Value, json};

use super::{Editor, Folder, PETS};

const FILE: &str = "openapi/pets.yaml";

#[test]
fn findings_follow_what_is_typed() {
    let folder = Folder::with(PETS);
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.show_diagnostics(FILE);
    editor.replace(FILE, "/pets/{id}:", "/pets/{pet}:");
    editor.show_diagnostics(FILE);
    editor.replace(FILE, "tags: [pets]", "tags: [pets");
    editor.show_diagnostics(FILE);
    editor.replace(FILE, "tags: [pets", "tags: [pets]");
    editor.replace(FILE, "/pets/{pet}:", "/pets/{id}:");
    editor.replace(FILE, "    Owner:\n", "    Ownr:\n");
    editor.show_diagnostics(FILE);
    insta::assert_snapshot!(editor.end());
}

#[test]
fn findings_have_a_rule_a_page_about_it_and_related_places() {
    let folder = Folder::with(&PETS.replace(
        "operationId: getPet",
        "operationId: getPet\n      operationId: get",
    ));
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    let found = editor.diagnostics(FILE);
    let first = &found[0];
    assert_eq!(first["code"], "duplicate-key");
    let page = first["codeDescription"]["href"].as_str().expect("a link");
    let page = page.strip_prefix("file://").expect("a file");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(
        page.starts_with("# duplicate-key\n\nA key is written twice"),
        "{page}"
    );
    assert!(
        page.contains("## Wrong") && page.contains("## Right"),
        "{page}"
    );
    assert_eq!(
        first["relatedInformation"][0]["message"],
        "first written here"
    );
    editor.end();
}

#[test]
fn decisions_are_applied_and_followed() {
    let folder = Folder::with(&PETS.replace("tags: [{name: pets}]\n", ""));
    let level = |level: &str| {
        format!("[lint.levels]\nundeclared-tag = {{ level = '{level}', reason = 'r' }}\n")
    };
    folder.write("openapi/review.toml", level("error"));
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    let severities = |found: &Value| -> Vec<Value> {
        let found = found.as_array().expect("a list").iter();
        found.map(|finding| finding["severity"].clone()).collect()
    };
    assert_eq!(severities(&editor.diagnostics(FILE)), [json!(1)]);
    folder.write("openapi/review.toml", level("off"));
    let change = json!({"uri": editor.uri("openapi/review.toml"), "type": 2});
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    assert_eq!(
        severities(&editor.diagnostics(FILE)),
        [0; 0].map(Value::from)
    );
    let ignored = "[[lint.ignored]]\nrule = 'undeclared-tag'\nat = '/paths/~1pets~1{id}/get/tags/0'\nreason = 'r'\n";
    folder.write("openapi/review.toml", level("error"));
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    assert_eq!(severities(&editor.diagnostics(FILE)), [json!(1)]);
    folder.write("openapi/review.toml", ignored);
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    assert_eq!(
        severities(&editor.diagnostics(FILE)),
        [0; 0].map(Value::from)
    );
    folder.write("openapi/review.toml", level("of"));
    let change = json!({"uri": editor.uri("openapi/review.toml"), "type": 2});
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [change]}),
    );
    let message = editor.wait(|message| message["method"] == "window/showMessage");
    let message = message["params"]["message"].as_str().expect("a text");
    assert!(
        message.contains("openapi/review.toml is not understood"),
        "{message}"
    );
    editor.end();
}

#[test]
fn all_files_of_a_document_are_checked_with_the_texts_in_the_editor() {
    let folder = Folder::with(&PETS.replace("#/components/schemas/Owner", "owners.yaml#/Owner"));
    folder.write("openapi/owners.yaml", "Owner: {type: strng}\n");
    let mut editor = Editor::start(&folder);
    editor.show_diagnostics("openapi/owners.yaml");
    editor.open("openapi/owners.yaml");
    editor.show_diagnostics("openapi/owners.yaml");
    editor.replace("openapi/owners.yaml", "strng", "string");
    editor.show_diagnostics("openapi/owners.yaml");
    editor.open("openapi/codegen.toml");
    insta::assert_snapshot!(editor.end());
}

#[test]
fn columns_are_counted_as_the_client_asks() {
    let folder = Folder::with(&PETS.replace(
        "name: {type: string}\n        owner",
        "name: {description: '𝄞', type: strng}\n        owner",
    ));
    let start = |capabilities: Value| {
        let mut editor = Editor::with(&folder, capabilities);
        let encoding = editor.capabilities["capabilities"]["positionEncoding"].clone();
        let found = editor.diagnostics(FILE);
        let found = found.as_array().expect("a list").iter();
        let wrong = found
            .clone()
            .find(|finding| finding["code"] == "invalid-value");
        let start = wrong.map(|finding| finding["range"]["start"]["character"].clone());
        editor.end();
        (encoding, start)
    };
    let with = |encodings: &[&str]| start(json!({"general": {"positionEncodings": encodings}}));
    let column = start(json!({}))
        .1
        .and_then(|column| column.as_u64())
        .expect("a column");
    assert_eq!(start(json!({})).0, "utf-16");
    assert_eq!(
        with(&["utf-16", "utf-8"]),
        (json!("utf-8"), Some(json!(column + 2)))
    );
    assert_eq!(
        with(&["utf-32"]),
        (json!("utf-32"), Some(json!(column - 1)))
    );
}

#[test]
fn a_missing_file_hides_no_other_finding() {
    let owner = "'#/components/schemas/Owner'";
    let folder = Folder::with(&PETS.replace(owner, "'owners.yaml#/Owner'"));
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    let missing = editor.diagnostics(FILE);
    assert_eq!(missing.as_array().map(Vec::len), Some(1), "{missing}");
    editor.replace(FILE, "/pets/{id}:", "/pets/{pet}:");
    let found = editor.diagnostics(FILE);
    let codes: Vec<&Value> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["code"])
        .collect();
    assert!(codes.contains(&&json!("reference-not-loaded")), "{codes:?}");
    assert!(
        codes.contains(&&json!("undeclared-path-parameter")),
        "{codes:?}"
    );
    editor.end();
}

#[test]
fn a_document_in_no_workspace_is_checked_while_it_is_open() {
    let folder = Folder::empty();
    folder.write("alone.yaml", PETS.replace("type: string", "type: strng"));
    folder.write("notes.yaml", "a: [1\n");
    let mut editor = Editor::start(&folder);
    editor.open("notes.yaml");
    editor.open("alone.yaml");
    assert_eq!(
        editor.diagnostics("alone.yaml").as_array().map(Vec::len),
        Some(3)
    );
    let document = json!({"uri": editor.uri("alone.yaml")});
    editor.notify("textDocument/didClose", json!({"textDocument": document}));
    let uri = editor.uri("alone.yaml");
    let gone = editor.wait(|message| {
        message["params"]["uri"] == json!(uri) && message["params"]["diagnostics"] == json!([])
    });
    assert_eq!(gone["params"].get("version"), None);
    editor.end();
}
