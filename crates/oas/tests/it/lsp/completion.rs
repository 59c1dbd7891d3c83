//! Tests completion: in YAML and JSON, in valid and invalid documents.

use serde_json::json;

use super::{Editor, Folder, PETS};

const FILE: &str = "openapi/pets.yaml";

/// Returns a document that contains an example of every kind of completion.
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
        ("      operationId: getPet\n|", "      x-idempotent: \n"),
        (
            "      operationId: getPet\n|",
            "      x-stability-level: a\n",
        ),
        (
            "    Pet:\n      type: object\n|",
            "      x-failure-property: n\n",
        ),
        ("components:\n|", "  pathI\n"),
    ] {
        editor.complete(FILE, place, typed);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn fields_are_those_of_the_version() {
    for version in ["3.0.4", "3.1.2", "3.2.0"] {
        let folder = Folder::with(&PETS.replace("3.0.4", version));
        let mut editor = Editor::start(&folder);
        editor.open(FILE);
        let labels = |editor: &mut Editor<'_>, place: &str, typed: &str| {
            editor.complete(FILE, place, typed);
        };
        labels(&mut editor, "components:\n|", "  pathItems\n");
        labels(
            &mut editor,
            "    Pet:\n      type: object\n|",
            "      nullable\n",
        );
        labels(
            &mut editor,
            "    Pet:\n      type: object\n|",
            "      prefixItems\n",
        );
        labels(&mut editor, "  /pets/{id}:\n|", "    query\n");
        insta::assert_snapshot!(
            format!("fields_of_{}", version.replace('.', "_")),
            editor.end()
        );
    }
}

#[test]
fn references_lead_to_components_of_all_files() {
    let folder =
        Folder::with(&PETS.replace("#/components/schemas/Owner", "parts/owners.yaml#/Owner"));
    folder.write(
        "openapi/parts/owners.yaml",
        "Owner: {type: object, properties: {city: {$ref: 'city.yaml'}}}\nName: {type: string}\n",
    );
    folder.write(
        "openapi/parts/city.yaml",
        "type: object\nproperties: {name: {type: string}}\n",
    );
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.open("openapi/parts/owners.yaml");
    editor.complete(
        FILE,
        "    Owner:\n      type: object\n      properties:\n|",
        "        home: {$ref: }\n",
    );
    editor.complete(
        "openapi/parts/owners.yaml",
        "Name: {type: string}\n|",
        "Friend: {$ref: }\n",
    );
    editor.complete(
        FILE,
        "          content: {application/json: {schema: {$ref: '|",
        "Ci",
    );
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
