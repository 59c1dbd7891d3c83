//! Tests code lenses: the severity of changes, and the page to try an operation on.

use std::process::Command;

use serde_json::{Value, json};

use super::{Editor, Folder, PETS};

const FILE: &str = "openapi/pets.yaml";

/// Creates a folder with a committed document.
fn committed() -> Folder {
    let folder = Folder::with(PETS);
    commit(&folder);
    folder
}

fn commit(folder: &Folder) {
    for arguments in [
        &["init", "--quiet", "--initial-branch", "main"][..],
        &["add", "."],
        &[
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@a.example",
            "commit",
            "--quiet",
            "--message",
            "Begin",
        ],
    ] {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(folder.path())
            .status();
        assert!(status.expect("git runs").success());
    }
}

fn capabilities() -> Value {
    json!({"workspace": {"codeLens": {"refreshSupport": true}}, "window": {"showDocument": {"support": true}}})
}

/// Returns the lenses, once the changes are known: with their titles.
fn lenses(editor: &mut Editor<'_>) -> Vec<(Value, Value)> {
    editor.diagnostics(FILE);
    refreshed(editor)
}

/// Returns the lenses after the next refresh.
fn refreshed(editor: &mut Editor<'_>) -> Vec<(Value, Value)> {
    editor.wait(|message| message["method"] == "workspace/codeLens/refresh");
    let document = json!({"textDocument": {"uri": editor.uri(FILE)}});
    let found = editor.ask("textDocument/codeLens", document);
    let found = found.as_array().expect("a list").iter();
    found
        .map(|lens| (lens["command"]["title"].clone(), lens.clone()))
        .collect()
}

#[test]
fn breaking_changes_are_counted_at_their_operation() {
    let folder = committed();
    let mut editor = Editor::with(&folder, capabilities());
    editor.open(FILE);
    let titles = |lenses: &[(Value, Value)]| -> Vec<Value> {
        lenses.iter().map(|(title, _)| title.clone()).collect()
    };
    let unchanged = lenses(&mut editor);
    assert_eq!(titles(&unchanged), ["try"]);
    editor.replace(FILE, "{name: id, in: path, required: true, schema: {type: string}}", "{name: id, in: path, required: true, schema: {type: integer}}\n        - {name: page, in: query, required: true, schema: {type: integer}}");
    let mut changed = lenses(&mut editor);
    if changed.len() == 1 {
        // The refresh was that of a comparison which began before the change.
        changed = refreshed(&mut editor);
    }
    assert_eq!(titles(&changed), ["breaking: 2 findings", "try"]);

    let command = &changed[0].1["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    assert_eq!(editor.ask("workspace/executeCommand", params), Value::Null);
    let shown = editor.wait(|message| message["method"] == "window/showDocument");
    let page = shown["params"]["uri"].as_str().expect("a file");
    let page =
        std::fs::read_to_string(page.strip_prefix("file://").expect("a file")).expect("a page");
    assert!(
        page.contains("page") && page.contains("GET /pets/{id}"),
        "{page}"
    );
    editor.end();
}

#[test]
fn removed_operations_are_counted_where_they_were() {
    let folder = Folder::with(&PETS.replace(
        "components:\n",
        "    delete:\n      operationId: deletePet\n      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n      responses: {'204': {description: Gone.}}\n  /toys:\n    get: {operationId: getToys, responses: {'204': {description: None.}}}\n    put: {operationId: putToys, responses: {'204': {description: None.}}}\ncomponents:\n",
    ));
    commit(&folder);
    folder.write(FILE, PETS);
    let mut editor = Editor::with(&folder, capabilities());
    editor.open(FILE);
    let found = lenses(&mut editor);
    let shown: Vec<String> = found
        .iter()
        .map(|(title, lens)| format!("{} {}", lens["range"]["start"]["line"], title))
        .collect();
    assert_eq!(
        shown,
        [
            "3 \"breaking: 1 finding (2 operations were removed)\"",
            "4 \"breaking: 1 finding (DELETE /pets/{id} was removed)\"",
            "5 \"try\"",
        ]
    );
    let command = &found[0].1["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    editor.ask("workspace/executeCommand", params);
    let shown = editor.wait(|message| message["method"] == "window/showDocument");
    let page = shown["params"]["uri"].as_str().expect("a file");
    let page =
        std::fs::read_to_string(page.strip_prefix("file://").expect("a file")).expect("a page");
    assert!(page.contains("/toys") && !page.contains("DELETE"), "{page}");
    editor.end();
}

#[test]
fn changes_are_shown_where_a_path_has_another_parameter() {
    let folder = committed();
    folder.write(
        FILE,
        PETS.replace("/pets/{id}", "/pets/{pet}").replace(
            "{name: id, in: path, required: true, schema: {type: string}}",
            "{name: pet, in: path, required: true, schema: {type: integer}}",
        ),
    );
    let mut editor = Editor::with(&folder, capabilities());
    editor.open(FILE);
    let found = lenses(&mut editor);
    let titles: Vec<&Value> = found.iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["breaking: 1 finding", "try"]);
    editor.end();
}

#[test]
fn the_page_of_an_operation_is_where_the_mock_has_it() {
    let folder = Folder::with(&PETS.replace("/pets/{id}", "/docs/{id}"));
    commit(&folder);
    let mock = json!({"mock": "http://127.0.0.1:8080"});
    let mut editor = Editor::with_options(&folder, capabilities(), mock);
    editor.open(FILE);
    let found = lenses(&mut editor);
    let url = "http://127.0.0.1:8080/_docs/operations/getPet.html";
    assert_eq!(found[0].1["command"]["arguments"], json!([url]));
    editor.end();
}

#[test]
fn the_page_of_an_operation_is_opened_where_the_mock_runs() {
    let folder = committed();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let mock = format!("http://{}", listener.local_addr().expect("an address"));
    let mut editor = Editor::with_options(&folder, capabilities(), json!({"mock": mock}));
    editor.open(FILE);
    let found = lenses(&mut editor);
    let command = &found[0].1["command"];
    let url = format!("{mock}/docs/operations/getPet.html");
    assert_eq!(command["arguments"], json!([url]));
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    editor.ask("workspace/executeCommand", params.clone());
    let shown = editor.wait(|message| message["method"] == "window/showDocument");
    assert_eq!(shown["params"]["uri"], json!(url));
    assert_eq!(shown["params"]["external"], true);

    drop(listener);
    editor.ask("workspace/executeCommand", params);
    let message = editor.wait(|message| message["method"] == "window/showMessage");
    let message = message["params"]["message"].as_str().expect("a text");
    assert!(message.contains("`oas serve` starts one"), "{message}");
    editor.end();
}

#[test]
fn operations_at_the_same_place_of_two_files_have_pages_of_their_own() {
    let operation = |id: &str| {
        format!("get: {{operationId: {id}, responses: {{'204': {{description: Done.}}}}}}\n")
    };
    let folder = Folder::with(
        "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\npaths:\n  /cat: {$ref: cat.yaml}\n  /dog: {$ref: dog.yaml}\n",
    );
    folder.write("openapi/cat.yaml", operation("getCat"));
    folder.write("openapi/dog.yaml", operation("getDog"));
    commit(&folder);
    let mock = json!({"mock": "http://127.0.0.1:8080"});
    let mut editor = Editor::with_options(&folder, capabilities(), mock);
    editor.open(FILE);
    lenses(&mut editor);
    for (file, page) in [("cat.yaml", "getCat"), ("dog.yaml", "getDog")] {
        let document = json!({"textDocument": {"uri": editor.uri(&format!("openapi/{file}"))}});
        let found = editor.ask("textDocument/codeLens", document);
        let url = format!("http://127.0.0.1:8080/docs/operations/{page}.html");
        assert_eq!(found[0]["command"]["arguments"], json!([url]), "{file}");
    }
    editor.end();
}
