//! Tests conversions between versions: the result of each keyword and field, and that nothing else changes.

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::{Document, Severity, Version, write};
use oas_export::export;

use crate::{documents, exported};

/// Returns a document with one schema.
fn with_schema(version: Version, schema: &str) -> Document {
    let text = format!(
        "openapi: {}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents: {{schemas: {{A: {schema}, B: {{type: object}}}}}}\n",
        version.release()
    );
    Document::parse("schema.yaml", &text).unwrap_or_else(|found| panic!("{}", found[0]))
}

/// Formats the schema in a version, on one line, and the codes of the findings.
fn converted(from: Version, to: Version, schema: &str) -> String {
    let document = with_schema(from, schema);
    let (document, exported) = exported(&document, to);
    let schema = document
        .node_at("/components/schemas/A")
        .unwrap()
        .to_json_text();
    let codes: Vec<&str> = exported
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    match codes.is_empty() {
        true => schema,
        false => format!("{schema} {}", codes.join(" ")),
    }
}

#[test]
fn schemas_of_3_0_in_3_1() {
    let cases = [
        "{type: string, nullable: true}",
        "{type: string, nullable: false}",
        "{nullable: true, description: Anything.}",
        "{type: string, nullable: true, enum: [a]}",
        "{type: string, enum: [a, null]}",
        "{nullable: true, allOf: [{$ref: '#/components/schemas/B'}], description: Maybe.}",
        "{nullable: true, oneOf: [{type: string}, {$ref: '#/components/schemas/B'}]}",
        "{type: object, nullable: true, anyOf: [{required: [a]}]}",
        "{oneOf: [{type: string, nullable: true}, {type: integer, nullable: true}]}",
        "{minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}",
        "{example: 1}",
        "{type: string, format: byte}",
        "{type: string, format: binary}",
        "{$ref: '#/components/schemas/B', description: It., nullable: true}",
        "{const: 1.0}",
    ];
    let shown: Vec<String> = cases
        .iter()
        .map(|case| {
            format!(
                "{case}\n  {}",
                converted(Version::V3_0, Version::V3_1, case)
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn schemas_of_3_1_in_3_0() {
    let cases = [
        "{type: [string, 'null'], maxLength: 3}",
        "{type: [string, 'null'], enum: [a]}",
        "{type: [string, 'null'], enum: [a, null]}",
        "{type: 'null'}",
        "{type: [string, integer], maxLength: 3}",
        "{type: [string, array, 'null'], anyOf: [{maxLength: 3}]}",
        "{anyOf: [{type: string}, {type: 'null'}], title: T}",
        "{oneOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}",
        "{$ref: '#/components/schemas/B', description: It., required: [a]}",
        "{const: 1}",
        "{const: 1, enum: [1, 2]}",
        "{exclusiveMinimum: 1, minimum: 3, exclusiveMaximum: 9, maximum: 12}",
        "{examples: [1]}",
        "{examples: [1, 2]}",
        "{type: string, contentEncoding: base64}",
        "{type: string, contentMediaType: application/octet-stream}",
        "{type: string, contentMediaType: image/png, contentEncoding: base64}",
        "{type: string, contentMediaType: application/json, contentSchema: {type: object}}",
        "{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}",
        "{dependentRequired: {a: [b]}, dependentSchemas: {c: {minProperties: 2}}}",
        "{type: array, contains: {type: string}}",
        "{type: array, contains: {type: string}, minContains: 2, maxContains: 3}",
        "{prefixItems: [{type: string}, {type: integer}], items: false}",
        "{prefixItems: [{type: string}]}",
        "{patternProperties: {^x: {type: string}}, additionalProperties: false}",
        "{propertyNames: {maxLength: 3}}",
        "{properties: {a: {}}, unevaluatedProperties: false}",
        "{allOf: [{properties: {a: {}}}], unevaluatedProperties: false}",
        "{items: true, not: false, additionalProperties: false}",
        "{$defs: {C: {type: string}, D: {}}, properties: {c: {$ref: '#/components/schemas/A/$defs/C'}}}",
        "{$id: 'https://a.example/a', $comment: Why., $schema: 'https://json-schema.org/draft/2020-12/schema'}",
        "{$dynamicRef: '#/components/schemas/B'}",
    ];
    let shown: Vec<String> = cases
        .iter()
        .map(|case| {
            format!(
                "{case}\n  {}",
                converted(Version::V3_1, Version::V3_0, case)
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn what_3_2_adds() {
    let document = Document::parse("newer.yaml", include_str!("newer.yaml")).unwrap();
    for (name, version) in [("in_3_1", Version::V3_1), ("in_3_0", Version::V3_0)] {
        let exported = export(&document, version);
        let found: Vec<String> = exported
            .findings
            .iter()
            .map(|finding| finding.headline(false).to_string())
            .collect();
        insta::assert_snapshot!(
            format!("what_3_2_adds_{name}"),
            format!("{}\n{}", write::yaml(&exported.content), found.join("\n"))
        );
    }
}

/// Tests that the verdict on an export is `docs`, unless a finding is more than a note.
#[test]
fn an_export_describes_the_same_api() {
    let options = Options::new(Date::from_unix_days(20_000));
    let mut wrong = Vec::new();
    for (name, document) in documents() {
        if name.contains("images.yaml") {
            continue; // Its merged operation is another one.
        }
        for version in Version::ALL {
            let (head, exported) = exported(&document, version);
            let lost = exported
                .findings
                .iter()
                .any(|finding| finding.severity < Severity::Note);
            for (way, one, other) in [("", &document, &head), (" backwards", &head, &document)] {
                let report = diff(one, other, &options);
                if report.verdict > Verdict::Docs && !lost {
                    let finding = &report.findings[0];
                    wrong.push(format!(
                        "{name} to {version}{way}: {} {}",
                        finding.rule, finding.message
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_export_is_its_own_export() {
    for (name, document) in documents() {
        for version in Version::ALL {
            let (first, _) = exported(&document, version);
            let (second, again) = exported(&first, version);
            assert_eq!(
                first.root().to_json_text(),
                second.root().to_json_text(),
                "{name} {version}"
            );
            assert!(
                again.findings.is_empty(),
                "{name} {version}: {}",
                again.findings[0]
            );
        }
    }
}
