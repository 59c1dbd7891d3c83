//! Tests changes around operations, one line for each edit.

use crate::compare;

/// Edits of a document: what is replaced by what, and the verdict.
pub(crate) const EDITS: &[(&str, &str, &str)] = &[
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
        "{name: q, in: query, schema: {type: string}}, {name: Content-Length, required: true, in: header, schema: {}}",
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
    // The address that the API calls is taken from the request.
    (
        "'{$request.body#/ask}'",
        "'{$request.body#/tell}'",
        "breaking",
    ),
    // Parameters make another representation, but for the one encoding of JSON.
    (
        "multipart/form-data: {schema",
        "multipart/form-data; profile=a: {schema",
        "breaking",
    ),
    (
        "'500': {description: bad, content: {application/json:",
        "'500': {description: bad, content: {application/json; charset=utf-8:",
        "none",
    ),
    // A client that sends the one does not send the other; readers mostly read both.
    (
        "application/octet-stream: {}",
        "application/vnd.bytes+octet-stream: {}",
        "breaking",
    ),
    (
        "'500': {description: bad, content: {application/json:",
        "'500': {description: bad, content: {application/problem+json:",
        "warning",
    ),
    (
        "security: [{key: []}, {token: [read]}]",
        "security: [{key: []}, {token: [read]}, {}]",
        "warning",
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
        "warning",
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
    // In a request of the API, an additional property demands nothing of consumers, a wider one does.
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
    // Paths and operations.
    (
        "  /b: {get: *op}\n",
        "  /b: {get: *op, delete: {responses: {}}}\n",
        "compatible",
    ),
    (
        "  /old: {get: {deprecated: true, responses: {}}}\n",
        "",
        "compatible",
    ),
    (
        "  /gone: {get: {deprecated: true, x-sunset: '2026-01-01', responses: {}}}\n",
        "",
        "compatible",
    ),
    (
        "  /late: {get: {deprecated: true, x-sunset: '2099-01-01', responses: {}}}\n",
        "",
        "breaking",
    ),
    ("  /late: {get:", "  /later: {get:", "breaking"),
    (
        "  /draft: {get: {x-stability-level: draft, responses: {}}}\n",
        "",
        "compatible",
    ),
    ("/a/{id}:", "/a/{id}/:", "breaking"),
    ("    trace: {responses: {}}\n", "", "breaking"),
    // Parameters.
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, schema: {type: string, maxLength: 3}}",
        "breaking",
    ),
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, schema: {type: string}, deprecated: true}",
        "compatible",
    ),
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, schema: {type: string, default: x}}",
        "compatible",
    ),
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, schema: {type: string, enum: [x]}}",
        "breaking",
    ),
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, content: {text/plain: {schema: {type: string}}}}",
        "breaking",
    ),
    (
        "{name: c, in: cookie, schema: {type: string}}",
        "{name: c, in: cookie, description: words, schema: {type: string}}",
        "docs",
    ),
    (
        "{name: dep, in: query, deprecated: true, schema: {type: string}}",
        "",
        "compatible",
    ),
    (
        "{name: list, in: query, schema: {type: array, items: {type: string}}}",
        "{name: list, in: query, explode: false, schema: {type: array, items: {type: string}}}",
        "breaking",
    ),
    (
        "{name: list, in: query, schema: {type: array, items: {type: string}}}",
        "{name: list, in: query, style: form, explode: true, schema: {type: array, items: {type: string}}}",
        "none",
    ),
    (
        "{name: list, in: query, schema: {type: array, items: {type: string}}}",
        "{name: list, in: query, schema: {type: array, minItems: 1, items: {type: string}}}",
        "breaking",
    ),
    (
        "{name: list, in: query, schema: {type: array, items: {type: string}}}",
        "{name: list, in: query, schema: {type: string}}",
        "breaking",
    ),
    (
        "{name: deep, in: query, style: deepObject, schema: {type: object, properties: {e: {type: string, enum: [x, y]}}}}",
        "{name: deep, in: query, style: deepObject, schema: {type: object, properties: {e: {type: string, enum: [x]}}}}",
        "breaking",
    ),
    (
        "{name: json, in: query, content: {application/json: {schema: {type: integer}}}}",
        "{name: json, in: query, content: {application/json: {schema: {type: number}}}}",
        "compatible",
    ),
    (
        "{name: json, in: query, content: {application/json: {schema: {type: integer}}}}",
        "{name: json, in: query, content: {application/xml: {schema: {type: integer}}}}",
        "breaking",
    ),
    (
        "{name: id, in: path, required: true, schema: {type: string}}",
        "{name: id, in: path, required: true, schema: {type: string, format: uuid}}",
        "breaking",
    ),
    (
        "/a/{id}:\n    parameters: [",
        "/a/{id}:\n    parameters: [{name: Authorization, in: header, required: true, schema: {}}, ",
        "none",
    ),
    (
        "/a/{id}:\n    parameters: [",
        "/a/{id}:\n    parameters: [{name: must, in: query, required: true, schema: {}}, ",
        "breaking",
    ),
    // Request bodies.
    (
        "      requestBody:\n        required: false # body",
        "      x-requestBody:\n        required: false",
        "breaking",
    ),
    (
        "      - {name: list,",
        "      - {name: brandNew, in: query, schema: {}}\n      - {name: list,",
        "compatible",
    ),
    ("required: false # body", "required: true", "breaking"),
    (
        "        multipart/form-data: {schema: {type: object, properties: {meta: {type: object}, text: {type: string}}}, encoding: {file: {contentType: image/png}}}",
        "        multipart/form-data: {schema: {type: object, properties: {meta: {type: object}, text: {type: string}}}, encoding: {file: {contentType: image/jpeg}}}",
        "breaking",
    ),
    (
        "        multipart/form-data: {schema: {type: object, properties: {meta: {type: object}, text: {type: string}}}, encoding: {file: {contentType: image/png}}}",
        "        multipart/form-data: {schema: {type: object, properties: {meta: {type: object}, text: {type: string}}}, encoding: {file: {contentType: 'image/png, image/jpeg'}}}",
        "breaking",
    ),
    (
        "        application/xml: {schema: {type: object, xml: {name: x}}}",
        "        application/xml: {schema: {type: object, xml: {name: y}}}",
        "breaking",
    ),
    (
        "        application/octet-stream: {}",
        "        application/octet-stream: {schema: {type: string}}",
        "breaking",
    ),
    (
        "        application/octet-stream: {}",
        "        application/octet-stream: {}\n          application/cbor: {}",
        "compatible",
    ),
    // Responses.
    (
        "'200': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "'200': {description: fine}",
        "breaking",
    ),
    (
        "'200': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "'200': {description: fine, content: {application/json: {schema: {type: string}}, text/csv: {}}}",
        "compatible",
    ),
    (
        "'200': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "'200': {description: fine, content: {application/json: {}}}",
        "breaking",
    ),
    (
        "'200': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "'2XX': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "compatible",
    ),
    (
        "'200': {description: fine, content: {application/json: {schema: {type: string}}}}",
        "default: {description: fine, content: {application/json: {schema: {type: string}}}}",
        "compatible",
    ),
    (
        "'500': {description: bad, content: {application/json: {schema: {type: string}}}}",
        "'500': {description: bad, content: {application/json: {schema: {type: integer}}}}",
        "breaking",
    ),
    (
        "X-Seen: {schema: {type: integer}}",
        "X-Seen: {schema: {type: integer}, required: true}",
        "compatible",
    ),
    (
        "X-Seen: {schema: {type: integer}}",
        "X-Seen: {schema: {type: integer, maximum: 3}}",
        "compatible",
    ),
    (
        "X-Seen: {schema: {type: integer, maximum: 9}}",
        "X-Seen: {schema: {type: integer}}",
        "breaking",
    ),
    (
        "X-Seen: {schema: {type: integer}}",
        "X-Seen: {schema: {type: integer}}, X-More: {schema: {}}",
        "compatible",
    ),
    (
        "links: {next: {operationId: getA}}",
        "links: {next: {operationId: getB}}",
        "compatible",
    ),
    // Security and servers.
    (
        "  key: {type: apiKey, in: header, name: X-Key}",
        "  key: {type: apiKey, in: query, name: X-Key}",
        "breaking",
    ),
    (
        "  key: {type: apiKey, in: header, name: X-Key}",
        "  key: {type: http, scheme: basic}",
        "breaking",
    ),
    (
        "    spare: {type: http, scheme: bearer}\n",
        "",
        "compatible",
    ),
    (
        "  spare: {type: http, scheme: bearer}",
        "  spare: {type: http, scheme: basic}",
        "compatible",
    ),
    (
        "scopes: {read: r, write: w}",
        "scopes: {read: r, write: w, all: a}",
        "compatible",
    ),
    (
        "  key: {type: apiKey",
        "  key: {description: words, type: apiKey",
        "docs",
    ),
    ("security: [] # open", "# open", "breaking"),
    (
        "servers: [{url: 'https://one'}]",
        "servers: [{url: 'https://one'}, {url: 'https://two'}]",
        "compatible",
    ),
    (
        "servers: [{url: 'https://one'}]",
        "servers: [{url: 'https://one', description: words}]",
        "docs",
    ),
    (
        "servers: [{url: 'https://one'}]",
        "servers: [{url: 'HTTPS://One:443/'}]",
        "none",
    ),
    (
        "servers: [{url: 'https://{at}.three', variables: {at: {default: a, enum: [a]}}}]",
        "servers: [{url: 'https://{region}.three', variables: {region: {default: a, enum: [a]}}}]",
        "none",
    ),
    (
        "servers: [{url: 'https://{at}.three', variables: {at: {default: a, enum: [a]}}}]",
        "servers: [{url: 'https://{at}.three', variables: {at: {default: a, enum: [a, b]}}}]",
        "compatible",
    ),
    (
        "servers: [{url: 'https://{at}.three', variables: {at: {default: a, enum: [a]}}}]",
        "servers: [{url: 'https://{at}.three', variables: {at: {default: b, enum: [a, b]}}}]",
        "warning",
    ),
    // The name of a callback is not sent.
    ("        event:\n", "        happened:\n", "docs"),
    (
        "encoding: {file: {contentType: image/png}}",
        "encoding: {file: {contentType: image/png}, meta: {contentType: application/json}, text: {contentType: text/plain}}",
        "none",
    ),
    (
        "encoding: {file: {contentType: image/png}}",
        "encoding: {file: {contentType: image/png}, meta: {contentType: text/plain}}",
        "breaking",
    ),
    (
        "application/octet-stream: {}",
        "application/octet-stream: {schema: {}}",
        "none",
    ),
    ("/a%2fb:", "/a%2Fb:", "none"),
    // The API sends these requests, and consumers respond.
    (
        "responses: {'200': {description: ok, content: {application/json: {schema: {type: integer}}}}} # answer",
        "responses: {'200': {description: ok, content: {application/json: {schema: {type: number}}}}}",
        "compatible",
    ),
    (
        "responses: {'200': {description: ok, content: {application/json: {schema: {type: integer}}}}} # answer",
        "responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}",
        "breaking",
    ),
    // Documentation and extensions.
    (
        "tags: [{name: one}]",
        "tags: [{name: one, description: words}]",
        "docs",
    ),
    ("x-anything: 1", "x-anything: 2", "docs"),
    ("contact: {name: me}", "contact: {name: you}", "docs"),
];

pub(crate) const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0, contact: {name: me}}
tags: [{name: one}]
x-anything: 1
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
  /old: {get: {deprecated: true, responses: {}}}
  /gone: {get: {deprecated: true, x-sunset: '2026-01-01', responses: {}}}
  /late: {get: {deprecated: true, x-sunset: '2099-01-01', responses: {}}}
  /draft: {get: {x-stability-level: draft, responses: {}}}
  /more:
    trace: {responses: {}}
    head:
      security: [] # open
      responses: {'200': {description: fine, headers: {X-Seen: {schema: {type: integer}}}}}
    options:
      responses: {'200': {description: fine, headers: {X-Seen: {schema: {type: integer, maximum: 9}}}, links: {next: {operationId: getA}}}}
    put:
      parameters:
      - {name: c, in: cookie, schema: {type: string}}
      - {name: dep, in: query, deprecated: true, schema: {type: string}}
      - {name: list, in: query, schema: {type: array, items: {type: string}}}
      - {name: deep, in: query, style: deepObject, schema: {type: object, properties: {e: {type: string, enum: [x, y]}}}}
      - {name: json, in: query, content: {application/json: {schema: {type: integer}}}}
      requestBody:
        required: false # body
        content:
          multipart/form-data: {schema: {type: object, properties: {meta: {type: object}, text: {type: string}}}, encoding: {file: {contentType: image/png}}}
          application/xml: {schema: {type: object, xml: {name: x}}}
          application/octet-stream: {}
      responses:
        '200': {description: fine, content: {application/json: {schema: {type: string}}}}
        '500': {description: bad, content: {application/json: {schema: {type: string}}}}
      callbacks:
        asked:
          '{$request.body#/ask}':
            post:
              responses: {'200': {description: ok, content: {application/json: {schema: {type: integer}}}}} # answer
  /a%2fb:
    get:
      servers: [{url: 'https://{at}.three', variables: {at: {default: a, enum: [a]}}}]
      responses: {}
  /q:
    get:
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    spare: {type: http, scheme: bearer}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://t/1', scopes: {read: r, write: w}}}}
";

#[test]
fn operations_are_compared_by_what_goes_over_the_wire() {
    let mut wrong = Vec::new();
    for (from, to, verdict) in EDITS {
        let base = DOCUMENT;
        assert!(base.contains(from), "{from}");
        let mut head = base.replace(from, to);
        if to.contains("{key}") {
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

/// A component that several operations refer to is one cause.
#[test]
fn a_component_parameter_that_is_renamed_is_one_finding() {
    let document = |name: &str, required: bool| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /a: {{get: &op {{parameters: [{{$ref: '#/components/parameters/P'}}], responses: {{}}}}}}\n  /b: {{get: *op}}\n  /c: {{get: *op}}\ncomponents:\n  parameters:\n    P: {{name: {name}, in: query, required: {required}, schema: {{type: string}}}}\n"
        )
    };
    for (required, severity) in [(true, "breaking"), (false, "warning")] {
        let report = compare(&document("since", required), &document("from", required));
        let [finding] = report.findings.as_slice() else {
            panic!("{:?}", report.findings)
        };
        assert_eq!(finding.rule, "parameter-renamed");
        assert_eq!(finding.severity.name(), severity);
        assert_eq!(finding.operations, ["GET /a", "GET /b", "GET /c"]);
    }
}

/// A name that a discriminator gains is one that consumers cannot know.
#[test]
fn names_that_a_discriminator_gains_are_new_values() {
    let union = |mapping: &str| {
        format!(
            "{{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}], discriminator: {{propertyName: k{mapping}}}}}"
        )
    };
    let mapped = |name: &str| union(&format!(", mapping: {{{name}: '#/components/schemas/A'}}"));
    let verdicts = |base: &str, head: &str| crate::both_ways("3.0.3", base, head);
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(verdicts(&union(""), &mapped("A")), pair("none", "none"));
    assert_eq!(
        verdicts(&union(""), &mapped("first")),
        pair("compatible", "breaking")
    );
    assert_eq!(
        verdicts(&mapped("first"), &union("")),
        pair("breaking", "breaking")
    );
}
