//! Tests `x-unrouted-responses`: the document declares the responses to requests that no operation serves, and they do
//! not change with its operations.

use oas_codegen::model::{Rejection, Status};
use oas_codegen::{Document, Settings, generate, model};

const HEAD: &str = "
openapi: 3.0.4
info: { title: Pets, version: 1.0.0 }
components:
  responses:
    NotFound:
      description: no such pet, no such path
      content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } }
    Rejected:
      description: rejected
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Error' }
          x-rejection: { message: 'rejected: {title}' }
  schemas:
    Error: { type: object, required: [message], properties: { message: { type: string } } }
";

const UNROUTED: &str = "
x-unrouted-responses:
  '404': { $ref: '#/components/responses/NotFound' }
  4XX: { $ref: '#/components/responses/Rejected' }
";

const FIRST: &str = "
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        '204': { description: none }
        '404': { $ref: '#/components/responses/NotFound' }
";

const SECOND: &str = "
    post:
      operationId: addPet
      responses:
        '204': { description: done }
        default: { $ref: '#/components/responses/Rejected' }
";

fn unrouted(parts: &[&str]) -> Vec<Rejection> {
    let document = Document::parse("pets.yaml", &parts.concat()).unwrap();
    model(&document).unwrap().0.rejections
}

#[test]
fn they_are_those_of_the_document() {
    let found = unrouted(&[HEAD, UNROUTED, FIRST]);
    let found: Vec<_> = found
        .iter()
        .map(|rejection| (rejection.status, rejection.template.as_str()))
        .collect();
    let expected = [
        (Status::Exact(404), r#"{"message":"{violations}"}"#),
        (Status::Range(4), r#"{"message":"rejected: {title}"}"#),
    ];
    assert_eq!(found, expected);
}

#[test]
fn they_do_not_depend_on_the_operations() {
    let with = |operations: &[&str]| unrouted(&[&[HEAD, UNROUTED], operations].concat());
    assert_eq!(with(&[FIRST, SECOND]), with(&[FIRST]));
    assert_eq!(with(&["paths: {}\n"]), with(&[FIRST]));
}

#[test]
fn nothing_is_put_together_where_the_document_has_none() {
    assert_eq!(unrouted(&[HEAD, FIRST]), []);
    assert_eq!(unrouted(&[HEAD, FIRST, SECOND]), []);
}

#[test]
fn a_strict_trait_has_no_method_that_may_be_left_out() {
    let document = Document::parse("pets.yaml", &[HEAD, FIRST].concat()).unwrap();
    let api = |strict| {
        let settings = Settings::new("pets", "pets.yaml").strict(strict);
        generate(&document, &settings).unwrap().files["pets-server/src/api.rs"].clone()
    };
    assert!(api(false).contains("not_implemented"));
    assert!(!api(true).contains("not_implemented"));
}
