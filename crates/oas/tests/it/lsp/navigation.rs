//! Hovers, definitions, references, symbols and renaming.

use serde_json::{Value, json};

use super::{Editor, Folder};

const FILE: &str = "openapi/pets.yaml";

/// A document in which everything that has a name is referred to.
const SHELTER: &str = "\
openapi: 3.1.0
info: {title: Shelter, version: 1.0.0, license: {name: MIT}}
tags:
  - name: animals
    description: All that live here.
security: [{key: []}]
paths:
  /animals/{id}:
    parameters:
      - $ref: '#/components/parameters/Id'
    get:
      operationId: getAnimal
      tags: [animals]
      summary: Returns an animal.
      responses:
        '200':
          description: The animal.
          content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}
          links:
            owner:
              operationId: getOwner
              parameters: {path.id: $request.path.id}
  /animals/{id}/owner:
    get:
      operationId: getOwner
      tags: [animals]
      parameters:
        - $ref: '#/components/parameters/Id'
      responses:
        '200':
          description: Who has it.
          content: {application/json: {schema: {$ref: 'people.yaml#/Owner'}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  parameters:
    Id:
      name: id
      in: path
      required: true
      schema: {type: string, format: uuid}
  schemas:
    Animal:
      description: Something that lives here.
      oneOf:
        - $ref: '#/components/schemas/Cat'
        - $ref: \"#/components/schemas/Dog\"
      discriminator:
        propertyName: kind
        mapping:
          cat: '#/components/schemas/Cat'
          dog: Dog
    Cat:
      type: object
      required: [kind]
      properties:
        kind: {type: string}
        lives: {type: integer, minimum: 0, maximum: 9, deprecated: true}
    Dog:
      type: object
      required: [kind]
      additionalProperties: false
      properties:
        kind: {type: string}
        name: {$ref: '#/components/schemas/Cat/properties/kind'}
";

const PEOPLE: &str = "\
Owner:
  type: object
  properties:
    name: {type: string, maxLength: 80}
    friend: {$ref: '#/Owner'}
    pet: {$ref: 'pets.yaml#/components/schemas/Animal'}
";

fn shelter() -> Folder {
    let folder = Folder::with(SHELTER);
    folder.write("openapi/people.yaml", PEOPLE);
    folder
}

#[test]
fn hovers_are_about_what_a_name_leads_to() {
    let folder = shelter();
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    for place in [
        "schema: {$ref: '#/components/schemas/Ani|mal'}",
        "li|ves: {type",
        "maxi|mum: 9",
        "operationId: getO|wner\n              parameters",
        "    g|et:\n      operationId: getAnimal",
        "tags: [ani|mals]\n      summary",
        "security: [{ke|y: []}]",
        "/animals/{i|d}:",
        "additional|Properties: false",
        "summary: Returns an ani|mal.",
        "openapi: 3.1|.0",
    ] {
        editor.hover(FILE, place);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn hovers_have_constraints_and_what_a_page_documents() {
    let folder = shelter();
    folder.edit(
        "openapi/people.yaml",
        "name: {type: string, maxLength: 80}",
        "name:\n      type: [string, 'null']\n      minLength: 2\n      maxLength: 80\n      pattern: '^[A-Z]'\n      default: Ann\n      readOnly: true\n      x-documented-type: Text\n      x-documented-required: true\n      x-wire-note: It is left out if it is not known.",
    );
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.open("openapi/people.yaml");
    editor.hover(FILE, "schema: {$ref: 'people.yaml#/Own|er'}");
    editor.hover("openapi/people.yaml", "na|me:");
    editor.hover("openapi/people.yaml", "x-wire-no|te:");
    insta::assert_snapshot!(editor.end());
}

#[test]
fn names_are_followed_through_fields_of_newer_versions() {
    let folder = Folder::with(
        &SHELTER
            .replace("3.1.0", "3.2.0")
            .replace(
                "    description: All that live here.",
                "    description: All that live here.\n  - {name: cats, parent: animals}",
            )
            .replace(
                "operationId: getOwner\n              parameters",
                "operationRef: '#/paths/~1animals~1{id}~1owner/get'\n              parameters",
            )
            .replace(
                "          dog: Dog\n",
                "          dog: Dog\n        defaultMapping: Cat\n",
            ),
    );
    folder.write("openapi/people.yaml", PEOPLE);
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    for place in [
        "parent: ani|mals",
        "operationRef: '#/paths/~1animals~1{id}~1owner/ge|t'",
        "defaultMapping: C|at",
    ] {
        editor.places("definition", FILE, place);
        editor.places("references", FILE, place);
    }
    editor.rename(FILE, "parent: ani|mals", "pets");
    editor.rename(FILE, "defaultMapping: C|at", "Kitten");
    insta::assert_snapshot!(editor.end());
}

/// A document that refers to a part of another one.
const ADOPTION: &str = "\
openapi: 3.1.0
info: {title: Adoption, version: 1.0.0, license: {name: MIT}}
tags: [{name: animals}]
paths:
  /animals:
    get:
      operationId: getAnimals
      tags: [animals]
      responses:
        '200':
          description: All animals.
          content: {application/json: {schema: {$ref: 'pets.yaml#/components/schemas/Animal'}}}
";

#[test]
fn documents_that_share_a_file_have_its_names_in_common() {
    let folder = shelter();
    folder.write("openapi/adoption.yaml", ADOPTION);
    folder.write(
        "openapi/codegen.toml",
        "[[document]]\nspec = 'openapi/adoption.yaml'\nname = 'adoption'\nout = 'crates'\n\n[[document]]\nspec = 'openapi/pets.yaml'\nname = 'pets'\nout = 'crates'\n",
    );
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.open("openapi/adoption.yaml");
    // The file is read as the document that it is, and not as a part of the other one.
    editor.hover(FILE, "    g|et:\n      operationId: getAnimal");
    editor.places("references", FILE, "    Ani|mal:");
    editor.places("references", "openapi/adoption.yaml", "schemas/Ani|mal");
    editor.rename(FILE, "    Ani|mal:", "Being");
    editor.rename("openapi/adoption.yaml", "schemas/Ani|mal", "Being");
    insta::assert_snapshot!(editor.end());
}

#[test]
fn definitions_and_references_are_found_both_ways() {
    let folder = shelter();
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.open("openapi/people.yaml");
    for (file, place) in [
        (FILE, "schema: {$ref: '#/components/schemas/Ani|mal'}"),
        (FILE, "schema: {$ref: 'people.yaml#/Own|er'}"),
        (FILE, "cat: '#/components/sche|mas/Cat'"),
        (FILE, "dog: D|og"),
        (FILE, "operationId: getO|wner\n              parameters"),
        (FILE, "tags: [ani|mals]\n      summary"),
        (FILE, "security: [{ke|y: []}]"),
        (FILE, "/animals/{i|d}:"),
        (FILE, "path.i|d: $request"),
        (FILE, "$request.path.i|d"),
        (FILE, "schemas/Cat/properties/ki|nd"),
        (FILE, "schemas/C|at/properties/kind"),
        (FILE, "title: Shel|ter"),
        (
            "openapi/people.yaml",
            "pets.yaml#/components/schemas/Anim|al",
        ),
    ] {
        editor.places("definition", file, place);
        editor.places("references", file, place);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn symbols_are_those_of_a_file_and_of_all() {
    let folder = shelter();
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    let document = json!({"textDocument": {"uri": editor.uri(FILE)}});
    let symbols = editor.ask("textDocument/documentSymbol", document);
    let names: Vec<String> = symbols
        .as_array()
        .expect("a list")
        .iter()
        .map(|symbol| {
            let children = symbol["children"].as_array().map_or(0, Vec::len);
            format!(
                "{} {} {} {children}",
                symbol["kind"], symbol["name"], symbol["detail"]
            )
        })
        .collect();
    for name in names {
        editor.note(&name);
    }
    let document = json!({"textDocument": {"uri": editor.uri("openapi/people.yaml")}});
    let symbols = editor.ask("textDocument/documentSymbol", document);
    editor.note(&format!("people.yaml: {}", symbols[0]["name"]));
    for query in ["", "gown", "/owner", "cat", "lives", "owner", "friend"] {
        let found = editor.ask("workspace/symbol", json!({"query": query}));
        let found: Vec<&Value> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(|found| &found["name"])
            .collect();
        let found = format!("{query:?}: {found:?}");
        editor.note(&found);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn names_change_wherever_they_are_used() {
    let folder = shelter();
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    for (place, new) in [
        ("    Ca|t:\n", "Kitten"),
        ("schema: {$ref: 'people.yaml#/Own|er'}", "Person"),
        ("dog: D|og", "Hound"),
        ("operationId: getA|nimal", "get animal"),
        ("- name: ani|mals", "all: of them"),
        ("/animals/{i|d}:", "animal"),
        ("security: [{ke|y: []}]", "token"),
        ("    Ca|t:\n", "Dog"),
        ("    Ca|t:\n", "Big cat"),
        ("    Ca|t:\n", ""),
        ("/animals/{i|d}:", "a/b"),
        ("title: Shel|ter", "Home"),
    ] {
        editor.rename(FILE, place, new);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn the_last_good_tree_answers_while_the_text_is_broken() {
    let folder = shelter();
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.replace(
        FILE,
        "info: {title: Shelter,",
        "info: {title: [Shelter,\n\n",
    );
    editor.show_diagnostics(FILE);
    editor.places(
        "definition",
        FILE,
        "schema: {$ref: '#/components/schemas/Ani|mal'}",
    );
    editor.places("references", FILE, "dog: D|og");
    editor.rename(FILE, "dog: D|og", "Hound");
    insta::assert_snapshot!(editor.end());
}
