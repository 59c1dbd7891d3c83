//! Bodies of samples.

use oas_document::Document;
use oas_document::schema::Schema;
use oas_samples::BodyValue;
use serde_json::json;

#[test]
fn keys_are_in_the_order_of_the_document() {
    let document = Document::parse(
        "a.yaml",
        "
openapi: 3.1.0
components:
  schemas:
    Pet:
      properties:
        name: {type: string}
        age: {type: integer}
        tags: {type: array, items: {properties: {z: {}, a: {}}}}
      oneOf: [{properties: {kind: {const: dog}}}]
",
    )
    .unwrap_or_else(|found| panic!("{found:?}"));
    let pet = document.node_at("/components/schemas/Pet").map(Schema::of);
    let value = json!({"age": 1, "b": 2, "kind": "dog", "name": "Rex", "tags": [{"a": 1, "z": 2}]});
    assert_eq!(
        BodyValue::generated(value, pet.as_ref()).json,
        r#"{"name":"Rex","age":1,"tags":[{"z":2,"a":1}],"kind":"dog","b":2}"#,
    );
}
