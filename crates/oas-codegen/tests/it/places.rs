//! Types are named by the places of their schemas: by components and files, and not by who refers to them first.

use oas_codegen::{Document, Settings};

const ROOT: &str = "\
openapi: 3.1.1
info: { title: Pets, version: 1.0.0 }
paths:
  /pets:
    parameters: [{ name: view, in: query, schema: { type: string, enum: [full, short] } }]
    get:
      operationId: listPets
      parameters: [{ $ref: '#/components/parameters/Sort' }]
      responses:
        '200': { description: Ok., content: { application/json: { schema: { type: array, items: { $ref: schemas/pet.yaml } } } } }
        default: { $ref: '#/components/responses/Rejected' }
    post:
      operationId: addPet
      requestBody: { $ref: '#/components/requestBodies/Pet' }
      responses: { '204': { description: Ok. }, default: { $ref: '#/components/responses/Rejected' } }
  /tree:
    post:
      operationId: plant
      requestBody: { content: { application/json: { schema: { type: object, properties: { child: { $ref: '#/paths/~1tree/post/requestBody/content/application~1json/schema' } } } } } }
      responses: { '200': { description: Ok., content: { application/json: { schema: { $ref: 'schemas/owner.yaml#/properties/cat' } } } } }
components:
  parameters: { Sort: { name: sort, in: query, schema: { type: string, enum: [asc, desc] } } }
  requestBodies: { Pet: { content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } } }
  responses:
    Rejected: { description: No., content: { application/json: { schema: { type: object, properties: { kind: { type: string, enum: [a, b] } } } } } }
  schemas:
    Pet: { $ref: schemas/pet.yaml }
";
const PET: &str = "type: object\nproperties: { name: { type: string }, owner: { $ref: owner.yaml }, twin: { $ref: 'common.yaml#/Pet' } }\n";
const OWNER: &str = "\
type: object
properties:
  pets: { type: array, items: { $ref: pet.yaml } }
  cat: { type: object, properties: { color: { $ref: index.yaml } } }
";
const COMMON: &str = "Pet: { type: object, properties: { id: { type: string } } }\n";
const COLOR: &str = "{ type: string, enum: [black, white] }\n";

/// Returns the document with its files.
fn document() -> Document {
    let files = |path: &str| match path {
        "api.yaml" => Ok(ROOT.to_owned()),
        "schemas/pet.yaml" => Ok(PET.to_owned()),
        "schemas/owner.yaml" => Ok(OWNER.to_owned()),
        "schemas/index.yaml" => Ok(COLOR.to_owned()),
        "schemas/common.yaml" => Ok(COMMON.to_owned()),
        other => Err(format!("there is no {other}")),
    };
    Document::load("api.yaml", &files).unwrap()
}

#[test]
fn a_schema_is_one_type_which_is_named_by_its_place() {
    let (api, _) = oas_codegen::model(&document()).unwrap();
    let mut types: Vec<String> = api
        .types
        .iter()
        .map(|ty| {
            let file = ty.file.as_deref().unwrap_or_default();
            format!("{}: {file}#{}", ty.name, ty.pointer)
        })
        .collect();
    types.sort();
    insta::assert_snapshot!(types.join("\n"));
}

#[test]
fn a_type_without_a_description_has_the_place_of_its_schema() {
    let generated = oas_codegen::generate(&document(), &Settings::new("pets", "api.yaml")).unwrap();
    let text = &generated.files["pets-types/src/schemas.rs"];
    for (docs, name) in [
        ("The schema in `pet.yaml`.", "Pet"),
        ("The schema in `index.yaml`.", "Schemas"),
        ("The schema at `/Pet` in `common.yaml`.", "CommonPet"),
    ] {
        let (_, after) = text.split_once(docs).expect(docs);
        let (head, _) = after.split_once('{').unwrap();
        assert!(head.ends_with(&format!(" {name} ")), "{docs} {head}");
    }
}
