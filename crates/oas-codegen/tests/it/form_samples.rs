//! Tests that samples arrive as they were sent: they contain no empty values, which examples may contain all the same.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = "
openapi: 3.0.4
info: { title: Forms, version: 1.0.0 }
paths:
  /charge:
    post:
      operationId: charge
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [amount]
              example:
                amount: 1
                card: { number: '42', none: {}, owner: { name: A } }
                items: [{ sku: a }]
                plain: { none: {} }
                tags: []
                words: []
              properties:
                amount: { type: integer }
                card: { type: object }
                items: { type: array, items: { type: object } }
                plain: { type: object }
                tags: { type: array, items: { type: string } }
                words: { type: array, items: { type: string } }
            encoding:
              card: { style: deepObject, explode: true }
              items: { style: deepObject, explode: true }
              words: { contentType: application/json }
      responses: { '204': { description: Ok. } }
  /refund:
    post:
      operationId: refund
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [items]
              properties: { items: { type: array, minItems: 1, items: { type: object } } }
            encoding: { items: { style: deepObject, explode: true } }
      responses: { '204': { description: Ok. } }
  /search:
    get:
      operationId: search
      parameters:
        - { name: ids, in: query, example: [], schema: { type: array, items: { type: integer } } }
        - { name: of, in: query, style: deepObject, explode: true, schema: { $ref: '#/components/schemas/Of' } }
      responses: { '204': { description: Ok. } }
components:
  schemas:
    Of: { type: object, properties: { a: { type: string }, b: { type: object, properties: { c: { type: string } } } } }
";

#[test]
fn what_does_not_arrive_is_not_in_a_sample() {
    let document = Document::parse("forms.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("forms", "forms.yaml")).unwrap();
    let tests = &output.files["forms-client/tests/wire.rs"];
    for expected in [
        // Undefined in a style: an empty list. Not defined by the standard: nested values in a `deepObject`. JSON
        // encodes both.
        r##"r#"{"amount":1,"card":{"number":"42"},"plain":{"none":{}},"words":[]}"#"##,
        "\"amount=1&card%5Bnumber%5D=42&plain=%7B%22none%22%3A%7B%7D%7D&words=%5B%5D\"",
        "\"/search?ids=1&of%5Ba%5D=text\"",
        // A list is not `deepObject`.
        "//! * `refund`: no body can be made",
    ] {
        assert!(tests.contains(expected), "{expected} is not in {tests}");
    }
}

#[test]
fn an_empty_list_has_the_type_of_its_items() {
    let required = DOCUMENT.replace("in: query, example", "in: query, required: true, example");
    let document = Document::parse("forms.yaml", &required).unwrap();
    let output = generate(&document, &Settings::new("forms", "forms.yaml")).unwrap();
    let readme = &output.files["forms-client/README.md"];
    assert!(readme.contains("search(Vec::<i64>::new())"), "{readme}");
}

#[test]
fn an_empty_object_of_any_properties_has_its_type() {
    let text = "
openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
paths:
  /notes:
    post:
      operationId: addNote
      requestBody: { content: { application/json: { schema: { type: object }, example: {} } } }
      responses: { '204': { description: It is added. } }
";
    let document = Document::parse("notes.yaml", text).unwrap();
    let output = generate(&document, &Settings::new("notes", "notes.yaml")).unwrap();
    let readme = &output.files["notes-client/README.md"];
    assert!(readme.contains(".body(serde_json::Map::new())"), "{readme}");
    // Types of other crates are no examples of those of this one.
    let readme = &output.files["notes-types/README.md"];
    assert!(!readme.contains("let value"), "{readme}");
}
