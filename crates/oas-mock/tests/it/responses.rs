//! Tests the responses of a mock: the chosen response, its media type, and the source of its body.

use axum::body::Body;
use http::{Request, Response};
use oas_document::Document;
use oas_mock::{Account, Mock};
use tower_service::Service as _;

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: { title: Answers, version: 1.0.0 }
servers: [{ url: https://example.com/v1 }]
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        4XX: { description: No., content: { application/problem+json: { example: { title: no } } } }
        '200':
          description: All.
          headers:
            X-Total: { required: true, schema: { type: integer, const: 3 } }
            X-Tags: { schema: { type: array, items: { type: string } }, example: [a, b] }
            Content-Encoding: { schema: { type: string, example: gzip } }
          content:
            application/json:
              examples:
                two: { value: [{ name: Rex }, { name: Ada }] }
                none: { value: [] }
                far: { externalValue: https://example.com/far.json }
            text/csv: { schema: { type: string }, example: "name\nRex\n" }
            application/xml:
              schema: { $ref: '#/components/schemas/Pet' }
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: getPet
      responses:
        default: { description: No., content: { text/plain: { example: no such pet } } }
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        '404': { description: Gone. }
        '409':
          description: Taken.
          content:
            application/json:
              schema:
                required: [error]
                properties: { error: { required: [code, why], properties: { code: { type: string }, why: { type: string } } } }
              x-rejection: { error: { code: PET.7, why: '{detail}' } }
    delete: { operationId: dropPet, responses: { '204': { description: Done. } } }
  /job:
    get:
      operationId: job
      responses:
        '200':
          description: It, or why not.
          content:
            application/json:
              schema:
                x-failure-property: error
                properties: { error: { type: string }, done: { type: boolean, const: true } }
  /events:
    get:
      operationId: events
      responses:
        '200':
          description: Events.
          content: { text/event-stream: { schema: { properties: { step: { type: integer, const: 7 } } } } }
  /picture:
    get:
      operationId: picture
      responses: { '200': { description: It., content: { image/*: {} } } }
  /never:
    get:
      operationId: never
      responses: { '200': { description: Nothing., content: { application/json: { schema: { allOf: [{ type: string }, { type: integer }] } } } } }
  /least:
    get:
      operationId: least
      responses:
        '200': { description: It. }
        4XX: { description: No., content: { text/plain: { examples: { no: { value: no } } } } }
        '400': { description: Bad. }
        '401': { description: Who? }
        '500': { description: Broken. }
        default: { description: Other., content: { text/plain: { examples: { other: { value: other } } } } }
  /last:
    get:
      operationId: last
      responses:
        '200': { description: It. }
        5XX: { description: Broken. }
        default: { description: Other., content: { text/plain: { examples: { other: { value: other } } } } }
  /only:
    get:
      operationId: only
      responses:
        default: { description: All., content: { text/plain: { examples: { other: { value: other } } } } }
components:
  schemas:
    Pet:
      required: [name]
      properties:
        name: { type: string, example: Rex }
        age: { type: integer, xml: { attribute: true }, const: 2 }
        note: { type: string, const: a < b }
        tags: { type: array, xml: { wrapped: true }, items: { type: string, example: x, xml: { name: tag } } }
"#;

fn mock() -> Mock {
    mock_of(DOCUMENT)
}

fn mock_of(document: &str) -> Mock {
    Mock::new(Document::parse("responses.yaml", document).unwrap()).unwrap()
}

fn ask(mock: &Mock, line: &str) -> (Response<Body>, String) {
    let mut lines = line.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    send(mock, request.body(Body::empty()).unwrap())
}

fn send(mock: &Mock, request: Request<Body>) -> (Response<Body>, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut response = mock.server().call(request).await.unwrap();
        let body = std::mem::take(response.body_mut());
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        (response, String::from_utf8(body.into()).unwrap())
    })
}

#[test]
fn the_response_and_its_body_are_what_the_request_prefers() {
    let mock = mock();
    let two = r#"[{"name":"Rex"},{"name":"Ada"}]"#;
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Pet age=\"2\"><name>Rex</name>\
        <note>a &lt; b</note><tags><tag>x</tag></tags></Pet>";
    let pet = r#"{"name":"Rex","age":2,"note":"a < b","tags":["x"]}"#;
    let table = [
        ("GET /v1/pets", 200, "application/json", two),
        (
            "GET /v1/pets\nPrefer: example=none",
            200,
            "application/json",
            "[]",
        ),
        (
            "GET /v1/pets\nPrefer: code=418",
            418,
            "application/problem+json",
            r#"{"title":"no"}"#,
        ),
        (
            "GET /v1/pets\nAccept: text/csv",
            200,
            "text/csv",
            "name\nRex\n",
        ),
        (
            "GET /v1/pets\nAccept: text/csv;q=0.1, application/*",
            200,
            "application/json",
            two,
        ),
        (
            "GET /v1/pets\nAccept: application/xml",
            200,
            "application/xml",
            xml,
        ),
        ("GET /v1/pets/7", 200, "application/json", pet),
        ("GET /v1/pets/7\nPrefer: code=404", 404, "", ""),
        // The code is the one of rejections.
        (
            "GET /v1/pets/7\nPrefer: code=409",
            409,
            "application/json",
            r#"{"error":{"code":"PET.7","why":"text"}}"#,
        ),
        (
            "GET /v1/pets/7\nPrefer: code=503",
            503,
            "text/plain",
            "no such pet",
        ),
        // The status is one that no closer response is documented for.
        (
            "GET /v1/least\nPrefer: example=other",
            501,
            "text/plain",
            "other",
        ),
        ("GET /v1/least\nPrefer: example=no", 402, "text/plain", "no"),
        (
            "GET /v1/last\nPrefer: example=other",
            400,
            "text/plain",
            "other",
        ),
        (
            "GET /v1/only\nPrefer: example=other",
            200,
            "text/plain",
            "other",
        ),
        ("DELETE /v1/pets/7", 204, "", ""),
        ("HEAD /v1/pets", 200, "application/json", ""),
        // A generated success does not contain the property that reports a failure.
        ("GET /v1/job", 200, "application/json", r#"{"done":true}"#),
        (
            "GET /v1/events",
            200,
            "text/event-stream",
            "data: {\"step\":7}\n\n",
        ),
        (
            "GET /v1/picture\nAccept: image/png",
            200,
            "image/png",
            "text",
        ),
    ];
    for (request, status, media_type, body) in table {
        let (response, found) = ask(&mock, request);
        let content_type = response.headers().get("content-type");
        let content_type = content_type.map_or("", |value| value.to_str().unwrap());
        assert_eq!(
            (response.status().as_u16(), content_type, &*found),
            (status, media_type, body),
            "{request}"
        );
    }
}

#[test]
fn preferences_that_cannot_be_followed_are_answered_with_what_there_is() {
    let mock = mock();
    let table = [
        (
            "GET /v1/pets\nPrefer: code=301",
            400,
            "listPets has no response for the status `301` that the request prefers; it has 4XX, 200",
        ),
        (
            "GET /v1/pets\nPrefer: code=x",
            400,
            "listPets has no response for the status `x` that the request prefers; it has 4XX, 200",
        ),
        (
            "GET /v1/pets\nPrefer: example=far",
            400,
            "listPets has no example `far`; it has two, none",
        ),
        (
            "GET /v1/pets/7\nPrefer: code=200, example=a",
            400,
            "getPet has no example `a`; it has none",
        ),
        (
            "GET /v1/never",
            501,
            "never has no example of application/json for 200, and none can be made: no sample at",
        ),
    ];
    for (request, status, detail) in table {
        let (response, body) = ask(&mock, request);
        assert_eq!(response.status(), status, "{request}");
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert!(
            problem["detail"].as_str().unwrap().starts_with(detail),
            "{body}"
        );
    }
}

#[test]
fn documented_headers_are_sent_but_for_those_that_would_be_wrong() {
    let (response, _) = ask(&mock(), "GET /v1/pets\nPrefer: code=200, wait=5");
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    assert_eq!(
        (header("x-total"), header("x-tags")),
        (Some("3"), Some("a,b"))
    );
    assert_eq!(
        (header("content-encoding"), header("preference-applied")),
        (None, Some("code=200"))
    );
}

#[test]
fn whoever_logs_a_request_learns_what_became_of_it() {
    let mock = mock();
    let account = |request| {
        ask(&mock, request)
            .0
            .extensions_mut()
            .remove::<Account>()
            .unwrap()
    };
    let good = account("GET /v1/pets");
    assert_eq!(
        good.operation,
        Some(("listPets".to_owned(), "/pets".to_owned()))
    );
    assert_eq!(good.source.as_deref(), Some("the example `two`"));
    let bad = account("GET /v1/pets/x");
    assert_eq!(
        (bad.source, bad.violations),
        (
            None,
            vec!["path /id: expected integer, found string".to_owned()]
        )
    );
    assert_eq!(
        account("GET /pets").violations,
        ["no operation has this path"]
    );
}

#[test]
fn the_sample_of_an_operation_is_one_that_it_takes() {
    let mock = mock();
    let samples = mock
        .routes()
        .iter()
        .map(|route| mock.sample(route, true).unwrap());
    let lines: Vec<_> = samples
        .map(|sample| sample.curl("http://localhost:8080").unwrap())
        .collect();
    assert_eq!(lines[0], "curl 'http://localhost:8080/v1/pets'");
    assert_eq!(lines[2], "curl -X DELETE 'http://localhost:8080/v1/pets/1'");
    assert_eq!(ask(&mock, "GET /v1/pets/1").0.status(), 200);
}

#[test]
fn the_path_of_the_first_server_precedes_all_paths() {
    let cases = [
        ("https://example.com/v1/", "/v1"),
        ("https://example.com", ""),
        ("/v2", "/v2"),
        // With the scheme that the document was read by.
        ("//example.com/v3", "/v3"),
        ("//example.com", ""),
    ];
    for (url, path) in cases {
        let text = DOCUMENT.replace("https://example.com/v1", url);
        let mock = mock_of(&text);
        assert_eq!(mock.base_path(), path, "{url}");
    }
}

#[test]
fn parts_of_a_form_are_what_their_schemas_media_types_and_patterns_allow() {
    let document = "
openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
paths:
  /notes:
    post:
      operationId: addNote
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              properties: { note: { type: string, maxLength: 3 } }
              patternProperties: { ^x-: { type: string } }
              additionalProperties: false
            encoding: { note: { contentType: 'text/plain, text/csv' } }
      responses: { '204': { description: It is added. } }
";
    let mock = mock_of(document);
    let status = |note: &str| {
        let part = |name: &str, text: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("note", note), part("x-color", "red"));
        let request = Request::post("/notes")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap();
        send(&mock, request).0.status()
    };
    assert_eq!(status("abc"), 204);
    assert_eq!(status("abcd"), 400);
}

#[test]
fn an_optional_body_without_any_value_is_left_out_of_a_sample() {
    let document = "
openapi: 3.1.0
info: { title: Nothing, version: 1.0.0 }
paths:
  /it:
    post:
      operationId: doIt
      requestBody: { content: { application/json: { schema: { not: {} } } } }
      responses: { '204': { description: It is done. } }
";
    let mock = mock_of(document);
    let sample = mock.sample(&mock.routes()[0], true).unwrap();
    assert_eq!(sample.body, None);
}

#[test]
fn a_part_of_a_sample_has_each_header_field_once() {
    let document = "
openapi: 3.1.0
info: { title: Files, version: 1.0.0 }
paths:
  /files:
    post:
      operationId: addFile
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: { type: object, required: [file], properties: { file: { type: string, contentMediaType: image/png } } }
            encoding:
              file:
                headers:
                  Content-Disposition: { required: true, schema: { type: string } }
                  X-Width: { required: true, schema: { type: integer } }
      responses: { '204': { description: It is added. } }
";
    let mock = mock_of(document);
    let sample = mock.sample(&mock.routes()[0], true).unwrap();
    let body = String::from_utf8(sample.body.unwrap().to_vec()).unwrap();
    for name in ["Content-Disposition: ", "X-Width: "] {
        assert_eq!(body.matches(name).count(), 1, "{body}");
    }
}
