//! Patterns that the generated server does not enforce as ECMA-262 are reported, and those that no text is found for are not tested.

use oas_codegen::{Document, Settings, generate};
use oas_document::{Diagnostic, Severity};

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
      patternProperties: { '+x-': true, '^y-': true }
      properties:
        invalid: { type: string, pattern: '*a' }
        foreign: { type: string, pattern: '\Aa' }
        unchecked: { type: string, pattern: '^(?:(a)|b)*\1$' }
        checked: { type: string, pattern: '^(?!\p{Lu})' }
"#;

#[test]
fn patterns_that_are_not_enforced_as_they_are_written_are_reported() {
    let document = Document::parse("patterns.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("patterns", "patterns.yaml")).unwrap();
    let mut reported: Vec<_> = output
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code.ends_with("-pattern"))
        .map(|diagnostic| (diagnostic.pointer.as_str(), diagnostic.code))
        .collect();
    reported.sort_unstable();
    assert_eq!(
        reported,
        [
            (
                "/components/schemas/A/patternProperties/+x-",
                "invalid-pattern"
            ),
            (
                "/components/schemas/A/properties/foreign/pattern",
                "foreign-pattern"
            ),
            (
                "/components/schemas/A/properties/invalid/pattern",
                "invalid-pattern"
            ),
            (
                "/components/schemas/A/properties/unchecked/pattern",
                "unchecked-pattern"
            ),
        ]
    );
    // The linter has the same findings, as errors.
    let mut all = oas_document::lint(&document);
    let count = |all: &[Diagnostic]| {
        let patterns = all
            .iter()
            .filter(|finding| finding.code.ends_with("-pattern"));
        patterns.count()
    };
    assert_eq!(count(&all), 4);
    all.extend(output.diagnostics);
    oas_document::sort_and_dedup(&mut all);
    assert_eq!(count(&all), 4);
    let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
    assert_eq!(all.iter().filter(is_error).count(), 2);
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
