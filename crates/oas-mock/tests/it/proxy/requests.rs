//! Tests that a request is reported with everything that is wrong with it: nothing is rejected, so nothing hides the rest.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{proxy_of, reports, upstream};

const DOCUMENT: &str = r#"
openapi: 3.2.0
info: { title: Images, version: 1.0.0 }
security: [{ session: [] }]
components:
  securitySchemes: { session: { type: http, scheme: bearer } }
paths:
  /images/{id}:
    put:
      operationId: put
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: limit, in: query, required: true, schema: { type: integer } }
      requestBody:
        required: true
        content:
          application/json: { schema: { type: object, required: [name], properties: { name: { type: string } } } }
          text/csv: { schema: { type: string } }
      responses: { '204': { description: It. } }
  /images/{id}/actions:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    x-operations:
      put:
        in: body
        operations:
          recover:
            operationId: recover
            requestBody: { required: true, content: { application/json: { schema: { required: [recover], properties: { recover: { type: object } } } } } }
            responses: { '204': { description: It. } }
          expunge:
            operationId: expunge
            requestBody: { required: true, content: { application/json: { schema: { required: [expunge], properties: { expunge: { type: object } } } } } }
            responses: { '204': { description: It. } }
  /lines:
    put:
      operationId: lines
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      requestBody: { required: true, content: { application/jsonl: { itemSchema: { required: [n] } } } }
      responses: { '204': { description: It. } }
"#;

const CREDENTIALS: &str = "request: valid credentials are required: Bearer";
const JSON: &str = "Content-Type: application/json";
const MEDIA_TYPE: &str =
    "request: the body has to be application/json, text/csv, in UTF-8 where it is text";

#[test]
fn nothing_that_is_wrong_with_a_request_hides_the_rest() {
    let id = "request: path /id: expected integer, found string";
    let limit = "request: query /limit: is required";
    let name = "request: /name: expected string, found integer";
    let action =
        "request: body: must be an object with exactly one of the keys `recover`, `expunge`";
    let actions = "/images/x/actions";
    let only_json = "request: the body has to be application/json, in UTF-8 where it is text";
    let table: [(&str, &str, &str, &[&str]); 17] = [
        (
            "/images/x",
            JSON,
            r#"{"name":7}"#,
            &[CREDENTIALS, id, limit, name],
        ),
        (
            "/images/x",
            "Content-Type: application/json\r\nAccept: text/html",
            "{",
            &[
                CREDENTIALS,
                id,
                limit,
                "request: body: is not JSON: EOF while parsing an object at byte 1",
            ],
        ),
        (
            "/images/x",
            JSON,
            "",
            &[CREDENTIALS, id, limit, "request: body: is required"],
        ),
        // A body that is JSON is checked as JSON, whatever it is called.
        (
            "/images/x",
            "Content-Type: text/html",
            r#"{"name":7}"#,
            &[CREDENTIALS, MEDIA_TYPE, id, limit, name],
        ),
        (
            "/images/x",
            "X-None: 1",
            r#"{"name":7}"#,
            &[CREDENTIALS, MEDIA_TYPE, id, limit, name],
        ),
        (
            "/images/x",
            "Content-Type: application/json; charset=utf-16",
            r#"{"name":7}"#,
            &[CREDENTIALS, MEDIA_TYPE, id, limit, name],
        ),
        (
            "/images/x",
            "Content-Type: text/html",
            "<p>",
            &[CREDENTIALS, MEDIA_TYPE, id, limit],
        ),
        (
            "/images/x?limit=1",
            "Content-Type: text/html",
            "7",
            &[
                CREDENTIALS,
                MEDIA_TYPE,
                id,
                "request: body: expected object, found integer",
            ],
        ),
        (
            "/images/7?limit=1",
            JSON,
            r#"{"name":"Rex"}"#,
            &[CREDENTIALS],
        ),
        (
            "/images/7?limit=1",
            "Content-Type: text/csv\r\nAuthorization: Bearer x",
            r#"{"name":7}"#,
            &[],
        ),
        (
            actions,
            JSON,
            r#"{"recover":7}"#,
            &[
                CREDENTIALS,
                id,
                "request: /recover: expected object, found integer",
            ],
        ),
        (
            actions,
            "Content-Type: text/html",
            r#"{"recover":7}"#,
            &[
                CREDENTIALS,
                only_json,
                id,
                "request: /recover: expected object, found integer",
            ],
        ),
        (actions, JSON, "{}", &[CREDENTIALS, action]),
        (actions, JSON, "", &[CREDENTIALS, action]),
        (
            "/lines?limit=x",
            "Content-Type: text/html",
            "{}",
            &[
                CREDENTIALS,
                "request: the body has to be application/jsonl, in UTF-8 where it is text",
                "request: query /limit: expected integer, found string",
            ],
        ),
        (
            "/lines",
            JSON,
            "",
            &[CREDENTIALS, "request: body: is required"],
        ),
        (
            "/nowhere",
            JSON,
            "",
            &["request: no operation has this path"],
        ),
    ];
    for (target, headers, body, expected) in table {
        let response = put(target, headers, body).0;
        assert_eq!(reports(&response), expected, "{target} {headers} {body}");
    }
}

#[test]
fn items_are_checked_beside_what_is_wrong_with_the_head() {
    let jsonl = "Content-Type: application/jsonl";
    let (response, lines) = put("/lines?limit=x", jsonl, "{\"n\":1}\n{}\n");
    assert_eq!(
        reports(&response),
        [
            CREDENTIALS,
            "request: query /limit: expected integer, found string"
        ],
    );
    let mut lines = [lines.recv().unwrap(), lines.recv().unwrap()];
    lines.sort_by_key(|line| line.contains(" stream at "));
    assert!(
        lines[1].ends_with("passed on: request: /1/n: is required"),
        "{lines:?}"
    );
}

/// Sends a request through a proxy, and returns the response with the lines of the log.
fn put(target: &str, headers: &str, body: &str) -> (String, std::sync::mpsc::Receiver<String>) {
    let upstream = upstream("HTTP/1.1 204 None\r\n\r\n");
    let (address, lines) = proxy_of(DOCUMENT, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "PUT {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    (response, lines)
}
