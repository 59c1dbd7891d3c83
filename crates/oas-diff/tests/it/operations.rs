//! One line an edit: what a change around operations means.

use crate::compare;

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
