//! The views of the OpenAPI layer: inheritance, defaults, references.

use oas_document::{
    Document,
    openapi::{self, Method, ParameterLocation, Role, StatusPattern, Style},
};

const TEXT: &str = "\
openapi: 3.1.0
servers: [{url: https://root}]
security: [{key: []}]
paths:
  /a/{id}:
    summary: for all
    servers: [{url: https://item}]
    parameters:
    - {$ref: '#/components/parameters/Id'}
    - {name: X-Trace, in: header, schema: {type: string}}
    - {name: Accept, in: header, schema: {type: string}}
    - {$ref: '#/components/parameters/Gone'}
    get:
      parameters:
      - {name: x-trace, in: header, required: true, schema: {type: integer}}
      - {name: tags, in: query, schema: {type: array}}
      - {name: tags, in: cookie, explode: false, style: form, schema: {type: array}}
      security: [{}, {key: [], token: [read, write]}]
      responses:
        '200':
          description: fine
          headers: {Content-Type: {schema: {type: string}}, ETag: {required: true, schema: {type: string}}}
          content: {application/json: {example: 1}, text/plain; charset=utf-8: {}}
        4XX: {$ref: '#/components/responses/No'}
        default: {description: other}
        '2000': {description: never}
        x-note: {}
      callbacks:
        done: {'{$request.body#/url}': {post: {responses: {'204': {description: ok}}}}}
    trace: {security: [], servers: [{url: https://operation}], responses: {}}
    x-get: {}
  /b: {$ref: '#/components/pathItems/B', put: {operationId: PutB}}
  x-paths: {get: {}}
webhooks:
  ping: {post: {operationId: Ping}}
components:
  parameters: {Id: {name: id, in: path, required: true, schema: {type: string}}}
  responses: {No: {description: no}}
  pathItems: {B: {get: {operationId: GetB}, put: {operationId: Hidden}}}
  securitySchemes: {key: {type: apiKey, in: header, name: K}}
";

#[test]
fn operations_inherit_from_path_items_and_the_document() {
    let document = Document::parse("a.yaml", TEXT).unwrap();
    let operations = openapi::operations(&document);
    let listed: Vec<_> = operations
        .iter()
        .map(|o| format!("{} {} {:?}", o.method, o.path, o.id()))
        .collect();
    assert_eq!(
        listed,
        [
            "GET /a/{id} None",
            "TRACE /a/{id} None",
            "PUT /b Some(\"PutB\")",
            "GET /b Some(\"GetB\")"
        ]
    );
    let [get, trace, put, _] = &operations[..] else {
        panic!()
    };
    assert_eq!(get.summary(), Some("for all"));

    let parameters = get.parameters();
    let listed: Vec<_> = parameters
        .iter()
        .map(|p| (p.name, p.location.name(), p.is_required(), p.is_ignored()))
        .collect();
    assert_eq!(
        listed,
        [
            ("id", "path", true, false),
            ("x-trace", "header", true, false),
            ("Accept", "header", false, true),
            ("tags", "query", false, false),
            ("tags", "cookie", false, false),
        ]
    );
    assert_eq!(
        (parameters[0].style(), parameters[0].explode()),
        (Style::Simple, false)
    );
    assert_eq!(
        (parameters[3].style(), parameters[3].explode()),
        (Style::Form, true)
    );
    assert_eq!(
        (parameters[4].location, parameters[4].explode()),
        (ParameterLocation::Cookie, false)
    );
    assert_eq!(get.problems().len(), 1, "the parameter that is gone");

    let url = |operation: &openapi::Operation<'_>| {
        operation.servers()[0]
            .get("url")
            .and_then(|url| url.as_str().map(str::to_owned))
    };
    assert_eq!(url(get).as_deref(), Some("https://item"));
    assert_eq!(url(trace).as_deref(), Some("https://operation"));
    assert_eq!(url(put).as_deref(), Some("https://root"));

    let security = get.security();
    assert!(security.is_optional());
    assert_eq!(
        security.requirements[1].schemes[1].scopes,
        ["read", "write"]
    );
    assert!(
        security.requirements[1].schemes[0].scheme.is_some()
            && security.requirements[1].schemes[1].scheme.is_none()
    );
    assert!(trace.security().is_optional() && !put.security().is_optional());
}

#[test]
fn responses_know_what_their_keys_stand_for() {
    let document = Document::parse("a.yaml", TEXT).unwrap();
    let get = openapi::operations(&document)[0];
    let responses = get.responses();
    let keys: Vec<_> = responses.iter().map(|response| response.status).collect();
    assert_eq!(
        keys,
        [
            StatusPattern::Exact(200),
            StatusPattern::Range(4),
            StatusPattern::Default
        ]
    );
    assert_eq!(responses[1].description(), Some("no"));
    let headers: Vec<_> = responses[0]
        .headers()
        .iter()
        .map(|h| (h.name, h.is_required(), h.is_ignored()))
        .collect();
    assert_eq!(
        headers,
        [("Content-Type", false, true), ("ETag", true, false)]
    );
    let content = responses[0].content();
    assert_eq!(content[1].range().unwrap().essence(), "text/plain");
    assert_eq!(content[0].examples()[0].as_u64(), Some(1));
}

#[test]
fn callbacks_and_webhooks_are_operations_too() {
    let document = Document::parse("a.yaml", TEXT).unwrap();
    let get = openapi::operations(&document)[0];
    let [(name, callback)] = &get.callbacks()[..] else {
        panic!()
    };
    assert_eq!(
        (*name, callback.path, callback.method, callback.role),
        ("done", "{$request.body#/url}", Method::Post, Role::Callback)
    );
    let webhooks = openapi::webhooks(&document);
    assert_eq!(
        (webhooks[0].path, webhooks[0].id(), webhooks[0].role),
        ("ping", Some("Ping"), Role::Webhook)
    );
}
