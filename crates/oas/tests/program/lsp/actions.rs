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
