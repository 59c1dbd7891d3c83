//! Tests the views of the OpenAPI layer: inheritance, defaults, references.

use oas_document::{
    Diagnostic, Document, lint,
    openapi::{
        self, MediaKind, Method, ParameterLocation, Role, SecurityKind, StatusPattern, Style,
    },
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
    let problems = get.problems().into_iter();
    let codes: Vec<_> = problems
        .map(|problem| Diagnostic::from(problem).code)
        .collect();
    assert_eq!(
        codes,
        [
            "missing-operation-id",
            "unresolved-reference",
            "ignored-parameter",
            "invalid-status",
            "undefined-security-scheme"
        ]
    );

    let url = |operation: &openapi::Operation<'_>| operation.servers()[0].url().map(str::to_owned);
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

#[test]
fn methods_beyond_the_fixed_ones_are_operations_too() {
    let text = "\
openapi: 3.2.0
paths:
  /a:
    query: {operationId: Search}
    additionalOperations: {COPY: {operationId: Copy}}
    x-get: {operationId: Extension}
  pets: {get: {operationId: NoSlash}}
  x-paths: {get: {operationId: NoPath}}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let listed: Vec<_> = openapi::operations(&document)
        .iter()
        .map(|operation| (operation.method, operation.id().unwrap()))
        .collect();
    assert_eq!(
        listed,
        [
            (Method::Query, "Search"),
            (Method::Other("COPY"), "Copy"),
            (Method::Get, "NoSlash")
        ]
    );
}

#[test]
fn media_types_and_examples_behind_references_are_followed() {
    let text = "\
openapi: 3.2.0
paths:
  /a:
    post:
      operationId: Post
      parameters:
      - name: id
        in: query
        schema: {type: string}
        examples: {first: {$ref: '#/components/examples/Id'}, gone: {$ref: '#/components/examples/Gone'}}
      requestBody:
        content:
          application/json: {$ref: '#/components/mediaTypes/Pet'}
          application/x-www-form-urlencoded:
            encoding: {tags: {style: pipeDelimited}, name: {contentType: 'text/plain, image/*'}}
          x-world/x-3dmf: {}
          x-note: {}
          text/plain: {$ref: '#/components/mediaTypes/Gone'}
components:
  examples: {Id: {dataValue: a1, serializedValue: a1}}
  mediaTypes: {Pet: {schema: {type: object}, example: {}}}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let [post] = openapi::operations(&document)[..] else {
        panic!("one operation");
    };
    let examples = post.parameters()[0].examples();
    assert_eq!(examples[0].as_str(), Some("a1"));
    let content = post.request_body().unwrap().content();
    let kinds: Vec<_> = content.iter().map(|media| media.kind()).collect();
    assert_eq!(kinds, [MediaKind::Json, MediaKind::Form, MediaKind::Bytes]);
    assert!(content[0].schema().is_some() && content[0].examples().len() == 1);
    let [tags, name] = &content[1].encodings().collect::<Vec<_>>()[..] else {
        panic!("two properties");
    };
    assert_eq!(
        (tags.style(), tags.explode()),
        (Some(Style::PipeDelimited), false)
    );
    assert_eq!(name.style(), None);
    assert_eq!(
        name.content_types().collect::<Vec<_>>(),
        ["text/plain", "image/*"]
    );
    assert_eq!(post.problems().len(), 2, "an example and a media type");
}

#[test]
fn security_schemes_have_a_mechanism_or_a_reason() {
    let text = "\
openapi: 3.1.0
components:
  securitySchemes:
    key: {type: apiKey, in: cookie, name: K}
    nowhere: {type: apiKey, in: path, name: K}
    basic: {type: http, scheme: BASIC}
    hmac: {type: http, scheme: HMAC}
    certificate: {type: mutualTLS}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://x, scopes: {read: r, write: w}}}}
    old: {type: basic}
    half: {type: http}
    number: {type: http, scheme: 5}
    unnamed: {type: apiKey, in: query, name: [K]}
    unplaced: {type: apiKey, in: 5, name: K}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let schemes = openapi::security_schemes(&document);
    let kinds: Vec<_> = schemes.iter().map(|scheme| scheme.kind()).collect();
    let key = SecurityKind::ApiKey {
        location: ParameterLocation::Cookie,
        name: "K",
    };
    assert_eq!(
        kinds,
        [
            Some(key),
            None,
            Some(SecurityKind::Basic),
            Some(SecurityKind::Http("HMAC")),
            Some(SecurityKind::MutualTls),
            Some(SecurityKind::OAuth2),
            None,
            None,
            None,
            None,
            None
        ]
    );
    assert_eq!(schemes[5].scopes().collect::<Vec<_>>(), ["read", "write"]);
    for scheme in schemes {
        assert_eq!(
            scheme.kind().is_none(),
            !scheme.problems().is_empty(),
            "{}",
            scheme.name
        );
    }
}

#[test]
fn responses_to_requests_that_no_operation_serves_are_responses_like_others() {
    let text = "\
openapi: 3.0.4
info: {title: Unrouted, version: 1.0.0}
x-unrouted-responses:
  '404': {$ref: '#/components/responses/No'}
  4xx: {$ref: '#/components/responses/Gone'}
  5XX: {descripton: sorry}
paths: {}
components: {responses: {No: {description: no}}}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let responses = openapi::unrouted_responses(&document);
    let listed: Vec<_> = responses.iter().map(|r| (r.key, r.description())).collect();
    assert_eq!(listed, [("404", Some("no")), ("5XX", None)]);
    let found = oas_document::lint(&document);
    let found: Vec<_> = found.iter().map(|f| (f.place.line, f.code)).collect();
    let expected = [
        (5, "invalid-status"),
        (5, "unresolved-reference"),
        (6, "missing-field"),
        (6, "misspelled-field"),
    ];
    assert_eq!(found, expected);
}

/// OpenStack's form of several actions behind one path and method.
const ACTIONS: &str = "\
openapi: 3.1.2
info: {title: Servers, version: '1', license: {name: MIT, identifier: MIT}}
servers: [{url: 'https://api.example'}]
paths:
  /servers/{id}/action:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: servers/id/action:post
      description: Acts on a server.
      requestBody: {$ref: '#/components/requestBodies/Actions'}
      responses: {'202': {description: It has begun.}}
components:
  requestBodies:
    Actions: {content: {application/json: {schema: {$ref: '#/components/schemas/Actions'}}}}
  schemas:
    Actions:
      oneOf: [{$ref: '#/components/schemas/Reboot'}, {$ref: '#/components/schemas/Lock'}]
      x-openstack: {discriminator: action}
    Reboot:
      description: Reboots the server.
      type: object
      required: [reboot]
      properties: {reboot: {type: object, properties: {type: {enum: [SOFT, HARD]}}}}
      x-openstack: {action-name: reboot, min-ver: '2.1'}
    Lock: {type: object, required: [lock], properties: {lock: {type: 'null'}}}
";

/// Bodies of an action in several microversions, and examples of several actions.
#[test]
fn microversions_and_examples_of_openstack_belong_to_their_actions() {
    let text = ACTIONS
        .replace(
            "{$ref: '#/components/schemas/Lock'}]",
            "{$ref: '#/components/schemas/Lock'}, {$ref: '#/components/schemas/Lock273'}]",
        )
        .replace(
            "{application/json: {schema: {$ref: '#/components/schemas/Actions'}}}",
            "{application/json: {schema: {$ref: '#/components/schemas/Actions'}, examples: {hard: {value: {reboot: {type: HARD}}}, \
             plain: {value: {lock: null}}, reasoned: {value: {lock: {reason: Fire}}}}}}",
        );
    let text = text
        + "    Lock273: {type: object, required: [lock], properties: {lock: {type: object, properties: {reason: {type: string}}}}, \
           x-openstack: {action-name: lock, min-ver: '2.73'}}\n";
    let document = Document::parse("servers.yaml", &text).unwrap();
    let errors: Vec<_> = oas_document::lint(&document)
        .into_iter()
        .filter(|finding| finding.is_error())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let shown: Vec<String> = openapi::operations(&document)
        .iter()
        .map(|operation| {
            let content = operation
                .request_body()
                .unwrap()
                .node
                .get("content")
                .unwrap();
            let media_type = content.get("application/json").unwrap();
            let schema = media_type.get("schema").unwrap();
            let examples = media_type.get("examples").unwrap();
            let names: Vec<&str> = examples.entries().map(|(name, _)| name).collect();
            let properties = schema.resolve().unwrap().get("properties");
            let versions = properties.and_then(|all| all.get("lock")?.get("anyOf"));
            let bodies = versions.map_or(1, |list| list.items().count());
            format!("{}: {bodies} {names:?}", operation.title())
        })
        .collect();
    assert_eq!(
        shown,
        [
            "POST /servers/{id}/action reboot: 1 [\"hard\"]",
            "POST /servers/{id}/action lock: 2 [\"plain\", \"reasoned\"]",
        ]
    );
    // An example of no action does not get lost.
    let text = text.replace("{lock: null}", "{unlock: null}");
    let document = Document::parse("servers.yaml", &text).unwrap();
    let findings = oas_document::lint(&document);
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "invalid-example"),
        "{findings:?}"
    );
}

#[test]
fn actions_of_openstack_are_operations() {
    let document = Document::parse("servers.yaml", ACTIONS).unwrap();
    let operations = openapi::operations(&document);
    let shown: Vec<_> = operations
        .iter()
        .map(|operation| {
            let body = operation.request_body().unwrap();
            let schema = body.content()[0].schema().unwrap().effective();
            assert!(body.is_required() && operation.problems().is_empty());
            let property = schema.properties[0].name.to_owned();
            let texts = (operation.id().unwrap(), operation.description().unwrap());
            (operation.title(), property, texts)
        })
        .collect();
    let title = |action: &str| format!("POST /servers/{{id}}/action {action}");
    let expected = [
        (
            title("reboot"),
            "reboot".to_owned(),
            ("servers/id/action:post-reboot", "Reboots the server."),
        ),
        (
            title("lock"),
            "lock".to_owned(),
            ("servers/id/action:post-lock", "Acts on a server."),
        ),
    ];
    assert_eq!(shown, expected);
    // Everything has the place where it is written.
    let response = operations[1].responses()[0].node;
    assert_eq!(
        response.pointer(),
        "/paths/~1servers~1{id}~1action/post/responses/202"
    );
    assert_eq!(operations[0].node.location().line, 8);
    let found: Vec<_> = lint(&document).iter().map(ToString::to_string).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_is_no_action_is_an_operation_as_before() {
    for (from, to) in [
        ("discriminator: action", "discriminator: microversion"),
        ("action-name: reboot", "action-name: lock"),
        (
            "properties: {lock: {type: 'null'}}",
            "properties: {lock: {}, unlock: {}}",
        ),
        (
            "    post:\n",
            "    x-operations: {post: {in: body, operations: {}}}\n    post:\n",
        ),
    ] {
        assert!(ACTIONS.contains(from), "{from}");
        let document = Document::parse("servers.yaml", &ACTIONS.replace(from, to)).unwrap();
        let operations = openapi::operations(&document);
        assert_eq!(operations.len(), 1, "{to}");
        assert_eq!(operations[0].id(), Some("servers/id/action:post"), "{to}");
    }
}

/// Paths as documents have them that were made from the descriptions of AWS: what follows `#` or `?` selects.
#[test]
fn what_a_path_has_as_fragment_or_query_selects_operations() {
    let text = std::fs::read_to_string("tests/lint/path-with-query.yaml").unwrap();
    let document = Document::parse("stacks.yaml", &text).unwrap();
    let reported: Vec<String> = openapi::operations(&document)
        .iter()
        .map(|operation| {
            let parameters = operation.parameters();
            let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
            let place = operation.selector.map(|selector| selector.place);
            format!(
                "{}: {place:?}, {names:?}, {}",
                operation.title(),
                operation.node.pointer()
            )
        })
        .collect();
    assert_eq!(
        reported,
        [
            "GET / CreateStack: Some(Query(\"Action\")), [\"Version\"], /paths/~1/x-operations/get/operations/CreateStack",
            "GET / DeleteStack: Some(Query(\"Action\")), [\"Version\"], /paths/~1/x-operations/get/operations/DeleteStack",
            "DELETE /tags: None, [], /paths/~1tags/delete",
            "GET /rest search: Some(Query(\"method\")), [], /paths/~1rest/x-operations/get/operations/search",
        ]
    );
}

/// Tests that an operation under such a path replaces a header of its path item whatever the case of its name.
#[test]
fn a_header_of_an_operation_replaces_one_of_its_selecting_path() {
    let text = "
openapi: 3.0.3
info: {title: Tables, version: 1.0.0}
paths:
  /#X-Target=Scan:
    parameters: [{name: X-Id, in: header, schema: {type: string}}]
    post:
      parameters:
        - {name: x-id, in: header, required: true, schema: {type: string}}
        - {name: x-target, in: header, required: true, schema: {type: string, enum: [Scan]}}
      responses: {'200': {description: it}}
";
    let document = Document::parse("tables.yaml", text).unwrap();
    let operations = openapi::operations(&document);
    let selector = operations[0].selector.unwrap();
    assert_eq!(selector.place, openapi::SelectorPlace::Header("X-Target"));
    let parameters = operations[0].parameters();
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["x-id"]);
}

#[test]
fn what_is_not_a_parameter_is_a_problem() {
    let text = "\
openapi: 3.1.0
info: {title: a, version: '1'}
paths:
  /a:
    get:
      operationId: A
      parameters: [7, {in: query}, {name: a}, {name: 3, in: query}, {name: b, in: [query]}, {name: c, in: body}]
      responses: {'200': {description: fine}}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let operations = openapi::operations(&document);
    assert!(operations[0].parameters().is_empty());
    let found: Vec<_> = operations[0]
        .problems()
        .into_iter()
        .map(|problem| Diagnostic::from(problem).message)
        .collect();
    assert_eq!(
        found,
        [
            "a parameter belongs here, and this is a number",
            "a parameter has no `name`",
            "a parameter has no `in`",
            "`name` must be a string, and this is a number",
            "`in` must be a string, and this is an array",
            "a parameter cannot be in `body`",
        ]
    );
}
