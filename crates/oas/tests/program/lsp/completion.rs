//! Tests completion: in YAML and JSON, in valid and invalid documents.

use serde_json::json;

use super::{Editor, Folder, PETS};

const FILE: &str = "openapi/pets.yaml";

/// Returns a document that contains an example of every kind of proposal.
fn zoo() -> String {
    PETS.replace("3.0.4", "3.1.0")
        .replace(
            "components:\n",
            "components:\n  securitySchemes:\n    login: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a.example', scopes: {read: Reads., write: Writes.}}}}\n  parameters:\n    Page: {name: page, in: query, schema: {type: integer}}\n",
        )
}

#[test]
fn fields_and_values_fit_the_place() {
    let folder = Folder::with(&zoo());
    let mut editor = Editor::with(
        &folder,
        json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}}),
    );
    editor.open(FILE);
    for (place, typed) in [
        ("info: {title: Pets,|", " su,"),
        ("      operationId: getPet\n|", "      dep\n"),
        (
            "      operationId: getPet\n|",
            "      security:\n        - lo\n",
        ),
        (
            "      operationId: getPet\n|",
            "      security: [{login: [wr]}]\n",
        ),
        ("      tags: [pets|", ", "),
        ("      parameters:\n|", "        - $ref: \n"),
        ("      parameters:\n|", "        - $ref: '#/comp'\n"),
        ("      parameters:\n|", "        - $ref: #/comp\n"),
        ("      parameters:\n|", "        - {name: x, in: qu}\n"),
        ("      parameters:\n|", "        - na\n"),
        ("  /pets/{id}:\n|", "    po\n"),
        ("      responses:\n|", "        40\n"),
        ("          content: {|", "te,"),
        ("    Pet:\n      type: object\n|", "      discr\n"),
        (
            "    Pet:\n      type: object\n|",
            "      additionalProperties: f\n",
        ),
        ("      required: [name|", ", o"),
        (
            "Owner:\n      type: object\n      properties:\n        name: {type: string|",
            ", format: ema",
        ),
        (
            "Owner:\n      type: object\n      properties:\n        name: {type: |",
            "strin",
        ),
        ("    Owner:\n|", "      typ\n"),
        ("openapi: |", "3"),
    ] {
        editor.complete(FILE, place, typed);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn what_is_broken_elsewhere_leaves_the_indentation() {
    let folder = Folder::with(&zoo());
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.replace(FILE, "info: {title: Pets", "info: {title: [Pets");
    for (place, typed) in [
        ("      operationId: getPet\n|", "      dep\n"),
        (
            "      operationId: getPet\n|",
            "      security:\n        - lo\n",
        ),
        ("      parameters:\n|", "        - $ref: '#/comp'\n"),
        ("    Owner:\n|", "      typ\n"),
    ] {
        editor.complete(FILE, place, typed);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn json_is_completed_as_json() {
    let folder = Folder::empty();
    let text = "{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n    \"title\": \"Pets\"\n  },\n  \"components\": {\"schemas\": {\"Pet\": {\"type\": \"object\"}}}\n}\n";
    folder.write("pets.json", text);
    let mut editor = Editor::start(&folder);
    editor.open("pets.json");
    for (place, typed) in [
        ("    \"title\": \"Pets\"|", ",\n    \"ver\""),
        ("    \"title\": \"Pets\"|", ",\n    \"ver"),
        ("    \"title\": \"Pets\"|", "\n    \"ver\""),
        (
            "{\"type\": \"object\"|",
            ", \"properties\": {\"a\": {\"$ref\": \"#/\"}}",
        ),
        ("\"type\": \"|", "arr"),
    ] {
        editor.complete("pets.json", place, typed);
    }
    insta::assert_snapshot!(editor.end());
}
