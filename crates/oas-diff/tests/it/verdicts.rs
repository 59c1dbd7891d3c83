//! One line a case: what a change of a schema means in a request and in a response, and backwards.

use crate::{both_ways, compare, with_schemas};

/// Base, head, verdict in a request, verdict in a response.
const CASES: &[(&str, &str, &str, &str)] = &[
    // Nothing.
    ("{type: string}", "{type: string}", "none", "none"),
    (
        "{$ref: '#/components/schemas/A'}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "none",
        "none",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{allOf: [{$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{oneOf: [{$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{type: object}",
        "{type: object, additionalProperties: true}",
        "none",
        "none",
    ),
    (
        "{type: object, additionalProperties: {}}",
        "{type: object, additionalProperties: true}",
        "none",
        "none",
    ),
    (
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 0, exclusiveMinimum: true}",
        "none",
        "none",
    ),
    (
        "{type: string, minLength: 0}",
        "{type: string}",
        "none",
        "none",
    ),
    (
        "{type: object, required: [a, b], properties: {a: {}, b: {}}}",
        "{type: object, required: [b, a], properties: {b: {}, a: {}}}",
        "none",
        "none",
    ),
    (
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [b, a]}",
        "none",
        "none",
    ),
    (
        "{type: string, nullable: true}",
        "{oneOf: [{type: string}], nullable: true}",
        "none",
        "none",
    ),
    (
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{type: object, properties: {a: {type: string}}}",
        "{allOf: [{type: object}, {properties: {a: {type: string}}}]}",
        "none",
        "none",
    ),
    // Documentation.
    (
        "{type: string}",
        "{type: string, description: words}",
        "docs",
        "docs",
    ),
    (
        "{type: string}",
        "{type: string, example: words}",
        "docs",
        "docs",
    ),
    (
        "{type: string}",
        "{type: string, x-anything: 1}",
        "docs",
        "docs",
    ),
    // Types.
    (
        "{type: integer}",
        "{type: number}",
        "compatible",
        "breaking",
    ),
    ("{type: string}", "{type: integer}", "breaking", "breaking"),
    ("{}", "{type: string}", "breaking", "compatible"),
    (
        "{type: string}",
        "{type: string, nullable: true}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string, enum: [a]}",
        "{type: string, enum: [a, b]}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, enum: [a, b]}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, format: date}",
        "{type: string, format: date-time}",
        "compatible",
        "breaking",
    ),
    (
        "{type: integer, format: int32}",
        "{type: integer, format: int64}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, format: uuid}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, format: uuid}",
        "{type: string, format: email}",
        "breaking",
        "breaking",
    ),
    (
        "{type: string, pattern: '^a$'}",
        "{type: string, pattern: '^b$'}",
        "warning",
        "warning",
    ),
    (
        "{type: string}",
        "{type: string, pattern: '^b$'}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, pattern: '^b$'}",
        "{type: string, pattern: '.*'}",
        "compatible",
        "breaking",
    ),
    // Bounds.
    (
        "{type: string, maxLength: 5}",
        "{type: string, maxLength: 6}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, maxLength: 6}",
        "breaking",
        "compatible",
    ),
    (
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: number, maximum: 5}",
        "{type: number, maximum: 5, exclusiveMaximum: true}",
        "breaking",
        "compatible",
    ),
    (
        "{type: integer, multipleOf: 5}",
        "{type: integer, multipleOf: 10}",
        "breaking",
        "compatible",
    ),
    (
        "{type: number, multipleOf: 5}",
        "{type: number, multipleOf: 2.5}",
        "compatible",
        "breaking",
    ),
    (
        "{type: integer, multipleOf: 2}",
        "{type: integer, multipleOf: 3}",
        "breaking",
        "breaking",
    ),
    (
        "{type: array, items: {}}",
        "{type: array, items: {}, uniqueItems: true}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array, items: {}, maxItems: 3}",
        "{type: array, items: {}, maxItems: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, minProperties: 1}",
        "{type: object, minProperties: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array, items: {type: integer}}",
        "{type: array, items: {type: number}}",
        "compatible",
        "breaking",
    ),
    // Objects.
    (
        "{type: object}",
        "{type: object, additionalProperties: false}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, additionalProperties: {type: integer}}",
        "{type: object, additionalProperties: {type: number}}",
        "compatible",
        "breaking",
    ),
    (
        "{type: object}",
        "{type: object, properties: {a: {type: string}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, additionalProperties: false}",
        "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
        "compatible",
        "breaking",
    ),
    (
        "{type: object, properties: {a: {}}}",
        "{type: object, required: [a], properties: {a: {}}}",
        "breaking",
        "compatible",
    ),
    // Unions.
    (
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}",
        "compatible",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "breaking",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "compatible",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/C'}",
        "{oneOf: [{$ref: '#/components/schemas/C'}, {type: integer}]}",
        "compatible",
        "breaking",
    ),
    (
        "{not: {type: string}}",
        "{not: {type: string, maxLength: 3}}",
        "compatible",
        "breaking",
    ),
];

/// Cases that only hold forwards, because a removal is not an addition backwards.
const ONE_WAY: &[(&str, &str, &str, &str)] = &[
    (
        "{type: object, properties: {a: {readOnly: true}}}",
        "{type: object, required: [a], properties: {a: {readOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, readOnly: true}}}",
        "{type: object, properties: {a: {type: string, maxLength: 3, readOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, writeOnly: true, maxLength: 3}}}",
        "{type: object, properties: {a: {type: string, writeOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string}}}",
        "{type: object}",
        "warning",
        "compatible",
    ),
    (
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object}",
        "warning",
        "breaking",
    ),
    (
        "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
        "{type: object, additionalProperties: false}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true}}}",
        "{type: object}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true, x-sunset: '2026-12-31'}}}",
        "{type: object}",
        "breaking",
        "breaking",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true, x-sunset: '2026-01-31'}}}",
        "{type: object}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, required: [a], properties: {a: {writeOnly: true}}}",
        "{type: object, required: [a], properties: {a: {}}}",
        "compatible",
        "warning",
    ),
];

/// As [`CASES`], for 3.1.
const CASES_3_1: &[(&str, &str, &str, &str)] = &[
    (
        "{type: [string, 'null']}",
        "{oneOf: [{type: string}, {type: 'null'}]}",
        "none",
        "none",
    ),
    (
        "{type: [string, integer]}",
        "{anyOf: [{type: string}, {type: integer}]}",
        "none",
        "none",
    ),
    (
        "{type: string}",
        "{type: [string, integer]}",
        "compatible",
        "breaking",
    ),
    (
        "{type: integer, exclusiveMinimum: 0}",
        "{type: integer, minimum: 1}",
        "none",
        "none",
    ),
    ("{const: a}", "{enum: [a]}", "none", "none"),
    ("{const: a}", "{const: b}", "breaking", "breaking"),
    ("{type: string}", "{const: a}", "breaking", "compatible"),
    (
        "{type: array, contains: {type: string}}",
        "{type: array, contains: {type: string}, minContains: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array}",
        "{type: array, prefixItems: [{type: string}]}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, propertyNames: {maxLength: 3}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, patternProperties: {'^a': {type: string}}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, dependentRequired: {a: [b]}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, unevaluatedProperties: false}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, if: {required: [a]}, then: {required: [b]}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, if: {maxProperties: 2}, then: {required: [b]}}",
        "{type: object, if: {maxProperties: 3}, then: {required: [b]}}",
        "breaking",
        "breaking",
    ),
    (
        "{type: string, contentEncoding: base64}",
        "{type: string, contentEncoding: base32}",
        "breaking",
        "breaking",
    ),
    ("true", "false", "breaking", "compatible"),
];

/// What a verdict is when the change is undone, by the law: requests and responses change places.
fn check(version: &str, cases: &[(&str, &str, &str, &str)], mirrored: bool) {
    let mut wrong = Vec::new();
    for (base, head, request, response) in cases {
        let found = both_ways(version, base, head);
        if found != ((*request).to_owned(), (*response).to_owned()) {
            wrong.push(format!(
                "{base} -> {head}: {found:?} instead of {:?}",
                (request, response)
            ));
        }
        let adds_property = head.contains("properties: {a: {type: string}}}")
            && !base.contains("a: {type: string}");
        if mirrored && !adds_property {
            let found = both_ways(version, head, base);
            if found != ((*response).to_owned(), (*request).to_owned()) {
                wrong.push(format!(
                    "backwards {head} -> {base}: {found:?} instead of {:?}",
                    (response, request)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn schemas_are_compared_by_what_they_admit() {
    check("3.0.3", CASES, true);
    check("3.1.0", CASES_3_1, true);
}

#[test]
fn removals_are_judged_by_what_was_announced() {
    check("3.0.3", ONE_WAY, false);
}

/// Edits of a document: what is replaced by what, and the verdict.
const EDITS: &[(&str, &str, &str)] = &[
    ("  /b: {get: *op}\n", "", "breaking"),
    ("  /b: {get: *op}\n", "  /c: {get: *op}\n", "breaking"),
    ("/a/{id}", "/a/{key}", "none"),
    ("operationId: getA", "operationId: fetchA", "compatible"),
    ("tags: [one]", "tags: [two]", "compatible"),
    ("summary: short", "summary: shorter", "docs"),
    ("title: T", "title: U", "docs"),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, required: true, schema: {type: string}}",
        "breaking",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, schema: {type: array, items: {type: string}}}",
        "compatible",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: header, schema: {type: string}}",
        "warning",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, style: pipeDelimited, schema: {type: string}}",
        "breaking",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, allowReserved: true, schema: {type: string}}",
        "compatible",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, schema: {type: string}}, {name: r, in: query, schema: {}}",
        "compatible",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, schema: {type: string}}, {name: r, required: true, in: query, schema: {}}",
        "breaking",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, schema: {type: string}}, {name: accept, required: true, in: header, schema: {}}",
        "none",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "",
        "warning",
    ),
    (
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, schema: {type: integer}}",
        "breaking",
    ),
    (
        "{name: n, in: query, schema: {type: integer}}",
        "{name: n, in: query, schema: {type: string}}",
        "compatible",
    ),
    (
        "{name: n, in: query, schema: {type: integer}}",
        "{name: n, in: query, explode: false, schema: {type: integer}}",
        "compatible",
    ),
    (
        "{name: X-H, in: header, schema: {type: string}}",
        "{name: x-h, in: header, schema: {type: string}}",
        "none",
    ),
    (
        "          text/plain: {schema: {type: string}}\n",
        "",
        "breaking",
    ),
    ("text/plain", "Text/Plain; charset=utf-8", "none"),
    (
        "application/json: {schema: {type: object}}",
        "'application/*': {schema: {type: object}}",
        "compatible",
    ),
    ("        '404': {description: none}\n", "", "compatible"),
    ("'404'", "4XX", "compatible"),
    ("        '201': {description: made}\n", "", "breaking"),
    (
        "        '201': {description: made}\n",
        "        '201': {description: made}\n        '202': {description: later}\n",
        "compatible",
    ),
    (
        "X-Rate: {required: true, schema: {type: integer}}",
        "X-Rate: {schema: {type: integer}}",
        "breaking",
    ),
    (
        "X-Rate: {required: true, schema: {type: integer}}",
        "x-rate: {required: true, schema: {type: integer}}",
        "none",
    ),
    (
        "X-Rate: {required: true, schema: {type: integer}}",
        "",
        "breaking",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{token: [read]}, {key: []}]",
        "none",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{token: [read]}]",
        "breaking",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{key: []}, {token: [read, write]}]",
        "breaking",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{key: []}, {token: [read]}, {}]",
        "compatible",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{key: [], token: [read]}]",
        "breaking",
    ),
    ("security: []", "security: [{key: []}]", "breaking"),
    ("name: X-Key", "name: X-Api-Key", "breaking"),
    (
        "tokenUrl: 'https://t/1'",
        "tokenUrl: 'https://t/2'",
        "breaking",
    ),
    ("url: 'https://one'", "url: 'https://two'", "warning"),
    ("deprecated: false", "deprecated: true", "compatible"),
    (
        "x-sunset: '2027-01-01'",
        "x-sunset: '2026-10-01'",
        "breaking",
    ),
    (
        "x-sunset: '2027-01-01'",
        "x-sunset: '2028-10-01'",
        "compatible",
    ),
    ("x-sunset: '2027-01-01'", "x-sunset: soon", "breaking"),
    (
        "x-stability-level: beta",
        "x-stability-level: alpha",
        "breaking",
    ),
    (
        "x-stability-level: beta",
        "x-stability-level: stable",
        "compatible",
    ),
    (
        "x-stability-level: beta",
        "x-stability-level: best",
        "breaking",
    ),
    // What the API sends: a property more is no demand on anybody, a wider one is.
    (
        "schema: {type: object, properties: {e: {type: integer}}}",
        "schema: {type: object, required: [f], properties: {e: {type: integer}, f: {}}}",
        "compatible",
    ),
    (
        "schema: {type: object, properties: {e: {type: integer}}}",
        "schema: {type: object, properties: {e: {type: number}}}",
        "breaking",
    ),
];

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
servers: [{url: 'https://one'}]
security: [{key: []}, {token: [read]}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: &op
      operationId: getA
      tags: [one]
      summary: short
      deprecated: false
      x-stability-level: beta
      parameters:
        - {name: n, in: query, schema: {type: integer}}
        - {name: X-H, in: header, schema: {type: string}}
      requestBody:
        content:
          text/plain: {schema: {type: string}}
          application/json: {schema: {type: object}}
      responses:
        '201': {description: made}
        '200': {description: ok, headers: {X-Rate: {required: true, schema: {type: integer}}}}
        '404': {description: none}
      callbacks:
        event:
          '{$request.body#/url}':
            post:
              requestBody: {content: {application/json: {schema: {type: object, properties: {e: {type: integer}}}}}}
              responses: {'200': {description: ok}}
  /b: {get: *op}
  /open: {get: {deprecated: true, x-sunset: '2027-01-01', security: [], responses: {}}}
  /q:
    get:
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://t/1', scopes: {read: r, write: w}}}}
";

#[test]
fn operations_are_compared_by_what_goes_over_the_wire() {
    let mut wrong = Vec::new();
    for (from, to, verdict) in EDITS {
        let base = DOCUMENT;
        assert!(base.contains(from), "{from}");
        let mut head = base.replace(from, to);
        if from.contains("/a/{id}") {
            head = head.replace("name: id,", "name: key,");
        }
        let report = compare(base, &head);
        if report.verdict.to_string() != *verdict {
            let found: Vec<_> = report
                .findings
                .iter()
                .map(|f| format!("{} {}", f.rule, f.message))
                .collect();
            wrong.push(format!(
                "{from:?} -> {to:?}: {} instead of {verdict}; {found:?}",
                report.verdict
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_component_that_is_used_both_ways_is_told_once_with_both_verdicts() {
    let text = with_schemas(
        "3.0.3",
        "{$ref: '#/components/schemas/C'}",
        "{$ref: '#/components/schemas/C'}",
    );
    let report = compare(&text, &text.replace("[x, y]", "[x, y, z]"));
    let [finding] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(
        (finding.rule, finding.direction),
        ("enum-value-widened", "both")
    );
    let severities: Vec<_> = finding
        .ratings
        .iter()
        .map(|rating| rating.severity.name())
        .collect();
    assert_eq!(severities, ["info", "breaking"]);
    assert_eq!(finding.operations, ["POST /things"]);
    assert_eq!(
        finding.head.as_ref().unwrap().pointer,
        "/components/schemas/C/enum/2"
    );
}

#[test]
fn fingerprints_survive_moves_and_reports_survive_reordering() {
    let text = with_schemas("3.0.3", "{$ref: '#/components/schemas/A'}", "{}");
    let head = text.replace("required: [a]", "required: [a], minProperties: 2");
    let moved = |text: &str| text.replace("info:", "# a line\n\n\ninfo:");
    let (one, other) = (compare(&text, &head), compare(&moved(&text), &moved(&head)));
    assert_eq!(one.findings[0].fingerprint, other.findings[0].fingerprint);
    assert_ne!(one.findings[0].head, other.findings[0].head);
}
