//! Tests quick fixes and other changes that are offered.

use super::{Editor, Folder, PETS};

const FILE: &str = "openapi/pets.yaml";

#[test]
fn mechanical_remedies_are_quick_fixes() {
    let wrong = PETS
        .replace("type: string}}", "type: strng}}")
        .replace("/pets/{id}:", "/pets/{id}/{toy}:")
        .replace(
            "tags: [pets]\n",
            "tags: [pts, dogs]\n      x-idempotnt: true\n",
        )
        .replace(
            "      tags: [pts",
            "      descripton: It.\n      tags: [pts",
        )
        .replace("schemas/Pet'", "schemas/Pett'")
        .replace(
            "description: The pet.",
            "description: The pet.\n          x-i18n: {zh-CN: {description: 宠物。}}",
        )
        .replace("{title: Pets,", "{title: Pets, description: All pets.,")
        .replace("All pets.,", "All pets,")
        .replace("required: [name]", "required: [nam]");
    let wrong = wrong.replace(
        "        name: {type: string}\n        owner: {",
        "        name: {type: string}\n        owner: {description: Who has it., ",
    );
    let folder = Folder::with(&wrong);
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.fix_all(FILE);
    insta::assert_snapshot!(editor.end());
}

#[test]
fn a_reference_without_its_sign_is_fixed_though_it_keeps_the_document_from_being_read() {
    let folder =
        Folder::with(&PETS.replace("'#/components/schemas/Owner'", "components/schemas/Owner"));
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.fix_all(FILE);
    insta::assert_snapshot!(editor.end());
}

#[test]
fn schemas_become_components_and_references_what_they_lead_to() {
    let folder = Folder::with(&PETS.replace(
        "        owner: {$ref: '#/components/schemas/Owner'}\n",
        "        owner: {$ref: '#/components/schemas/Owner'}\n        toys:\n          # All of them.\n          type: array\n          items: {type: object, properties: {name: {type: string}}}\n",
    ));
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    for place in [
        "ty|pe: array",
        "items: {ty|pe: object",
        "owner: {$ref: '#/comp|onents/schemas/Owner'}",
        "$ref: '#/comp|onents/schemas/Pet'",
        "openapi: 3|.0.4",
    ] {
        editor.actions(FILE, place);
    }
    insta::assert_snapshot!(editor.end());
}

#[test]
fn a_component_and_what_refers_to_it_can_be_in_two_files() {
    let folder =
        Folder::with(&PETS.replace("#/components/schemas/Owner", "parts/owners.yaml#/Owner"));
    folder.write(
        "openapi/parts/owners.yaml",
        "\
Owner:
  type: object
  properties:
    friend: {$ref: '#/Owner'}
    address:
      # Where letters go.
      type: object
      properties:
        city: {$ref: '#/City'}
        pets: {type: array, items: {$ref: '../pets.yaml#/components/schemas/Pet'}}
City: {type: string, maxLength: 80}
",
    );
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.open("openapi/parts/owners.yaml");
    editor.actions(FILE, "owner: {$ref: 'parts/ow|ners.yaml");
    editor.actions("openapi/parts/owners.yaml", "addr|ess:");
    editor.actions(
        "openapi/parts/owners.yaml",
        "$ref: '../pets.yaml#/components/schemas/P|et'",
    );
    editor.actions("openapi/parts/owners.yaml", "$ref: '#/Ci|ty'");
    insta::assert_snapshot!(editor.end());
}

#[test]
fn json_stays_json_in_its_lines() {
    let folder = Folder::empty();
    let text = r##"{
  "openapi": "3.1.0",
  "info": {"title": "Pets", "version": "1.0.0"},
  "components": {
    "schemas": {
      "Pet": {
        "type": "object",
        "properties": {
          "toys": {
            "type": "array",
            "items": {"type": "string"}
          },
          "owner": {"$ref": "#/components/schemas/Owner"}
        }
      },
      "Owner": {
        "type": "object",
        "title": "Owner"
      }
    }
  }
}
"##;
    folder.write("pets.json", text);
    let mut editor = Editor::start(&folder);
    editor.open("pets.json");
    editor.actions("pets.json", "\"to|ys\"");
    editor.actions("pets.json", "\"$r|ef\"");
    insta::assert_snapshot!(editor.end());
}

#[test]
fn what_3_0_had_is_written_as_3_1_has_it() {
    let old = PETS.replace(
        "        owner: {$ref: '#/components/schemas/Owner'}\n",
        "        age: {type: integer, minimum: 0, exclusiveMinimum: true, nullable: true}\n        nick:\n          type: string\n          nullable: true\n          example: Rex\n",
    );
    let folder = Folder::with(&old);
    let mut editor = Editor::start(&folder);
    editor.open(FILE);
    editor.actions(FILE, "openapi: 3|.0.4");
    editor.replace(FILE, "3.0.4", "3.1.0");
    editor.actions(FILE, "nullable: tr|ue\n");
    insta::assert_snapshot!(editor.end());
}
