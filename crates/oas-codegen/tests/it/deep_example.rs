//! Tests that an example which is nested deeply is not an expression: rustfmt takes twice the time for each level more.

use oas_codegen::{Document, Settings, generate};

/// A document whose operation has an example of this depth.
fn document(depth: usize) -> String {
    let mut example = r#"{"name": "leaf"}"#.to_owned();
    for level in 0..depth {
        example = format!(r#"{{"name": "{level}", "properties": {{"inner": {example}}}}}"#);
    }
    format!(
        r#"
openapi: 3.0.4
info: {{ title: Options, version: 1.0.0 }}
paths:
  /options:
    get:
      operationId: getOptions
      responses:
        '200': {{ description: Options., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Choice' }}, example: {example} }} }} }}
components:
  schemas:
    Choice:
      type: object
      required: [name]
      properties:
        name: {{ type: string }}
        properties: {{ type: object, nullable: true, additionalProperties: {{ $ref: '#/components/schemas/Choice' }} }}
"#
    )
}

#[test]
fn only_a_shallow_example_is_a_response() {
    for (depth, answers) in [(2, true), (8, false)] {
        let document = Document::parse("options.yaml", &document(depth)).unwrap();
        let output = generate(&document, &Settings::new("options", "options.yaml")).unwrap();
        let adapters = &output.files["options-server/src/adapters.rs"];
        assert_eq!(
            adapters.contains("types::Choice::new"),
            answers,
            "{adapters}"
        );
    }
}
