//! Patterns that the generated server cannot check are reported, and those that no text is found for are not tested.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: { title: Patterns, version: 1.0.0 }
paths:
  /a:
    post:
      operationId: send
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } }
      responses: { '204': { description: Taken. } }
components:
  schemas:
    A:
      type: object
      patternProperties: { '(?i)x-': true, '^y-': true }
      properties:
        invalid: { type: string, pattern: '\Aa' }
        unchecked: { type: string, pattern: '^(?:(a)|b)*\1$' }
        checked: { type: string, pattern: '^(?!\p{Lu})' }
"#;

#[test]
fn patterns_that_cannot_be_checked_are_reported() {
    let document = Document::parse("patterns.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("patterns", "patterns.yaml")).unwrap();
    let mut reported: Vec<_> = output
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == "pattern-not-checked")
        .map(|diagnostic| diagnostic.pointer.as_str())
        .collect();
    reported.sort_unstable();
    assert_eq!(
        reported,
        [
            "/components/schemas/A/patternProperties/(?i)x-",
            "/components/schemas/A/properties/invalid/pattern",
            "/components/schemas/A/properties/unchecked/pattern",
        ]
    );
}

#[test]
fn an_operation_whose_text_cannot_be_made_has_no_test() {
    let pattern = DOCUMENT
        .replace("application/json", "text/plain")
        .replace(
            "{ $ref: '#/components/schemas/A' }",
            "{ type: string, pattern: '^(?=.*q7)(?=.*Z).x$' }",
        )
        .replace("requestBody: {", "requestBody: { required: true,");
    let document = Document::parse("patterns.yaml", &pattern).unwrap();
    let output = generate(&document, &Settings::new("patterns", "patterns.yaml")).unwrap();
    // The document has no other operation.
    assert!(!output.files.contains_key("patterns-client/tests/wire.rs"));
    assert!(
        !output
            .files
            .contains_key("patterns-server/tests/round_trip.rs")
    );
}
