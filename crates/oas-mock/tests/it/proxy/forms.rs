//! Tests that a form is validated by the same rules as a request and as a response.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{proxy_of, reports, upstream};

const FORM: &str = "
            multipart/form-data:
              schema:
                type: object
                properties:
                  icon: { type: string, contentEncoding: base64, maxLength: 4 }
                  file: {}
                  note: { type: object, required: [a] }
                  page: { type: object, required: [a] }
                  size: { type: [integer, boolean] }
                  tags: { type: [array, 'null'], items: { type: string, maxLength: 1 } }
                  pair: { type: array, minItems: 2, prefixItems: [{ type: string }, { type: object, required: [a] }], items: false }
                  text: { type: string, format: binary, maxLength: 2 }
              encoding: { page: { contentType: application/xml }, text: { contentType: text/csv } }";

/// Returns the violations of a form in a request, and of the same form in the response.
fn findings(parts: &[(&str, &str, &str)]) -> (Vec<String>, Vec<String>) {
    let document = format!(
        "
openapi: 3.1.2
info: {{ title: Forms, version: 1.0.0 }}
paths:
  /form:
    put:
      operationId: putForm
      requestBody:
          content: {FORM}
      responses:
        '200':
          description: The same.
          content: {FORM}
"
    );
    // The server responds when it has read what begins like this.
    let parts = parts.iter().chain(&[("end", "text/plain", "{")]);
    let parts = parts.map(|(name, media_type, content)| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\nContent-Type: {media_type}\r\n\r\n{content}\r\n")
    });
    let body = parts.collect::<String>() + "--b--\r\n";
    let head = format!(
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n",
        body.len()
    );
    let upstream = upstream(format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}"));
    let (address, _lines) = proxy_of(&document, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    let line = "PUT /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    write!(stream, "{line}{head}\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let of = |side: &str| {
        let found = reports(&answer).into_iter();
        let found = found.filter_map(|line| line.strip_prefix(side));
        found
            .map(|line| line.trim_start_matches("body ").to_owned())
            .collect()
    };
    (of("request: "), of("response: "))
}

#[test]
fn requests_and_responses_have_the_same_parts() {
    let valid = [
        ("icon", "application/octet-stream", "aGk="),
        ("file", "application/octet-stream", "\u{1}{"),
        ("note", "application/json", r#"{"a":1}"#),
        ("page", "application/xml", "<page/>"),
        ("size", "text/plain", "true"),
        ("tags", "text/plain", "a"),
        ("tags", "text/plain", "b"),
        ("text", "text/csv", ","),
    ];
    assert_eq!(findings(&valid), (Vec::new(), Vec::new()));
    let invalid: [(&[_], &str); 6] = [
        (
            &[("icon", "application/octet-stream", "aGlnaA==")],
            "/icon: must have at most 4 characters",
        ),
        (
            &[("note", "application/json", "{}")],
            "/note/a: is required",
        ),
        (
            &[("page", "application/json", "{}")],
            "/page: must be of the media type application/xml",
        ),
        (
            &[("size", "text/plain", "a")],
            "/size: expected boolean or integer, found string",
        ),
        (
            &[("tags", "text/plain", "a"), ("tags", "text/plain", "aa")],
            "/tags/1: must have at most 1 character",
        ),
        (
            &[("text", "text/csv", ",,,")],
            "/text: has more than 2 bytes",
        ),
    ];
    for (parts, expected) in invalid {
        let expected = vec![expected.to_owned()];
        assert_eq!(findings(parts), (expected.clone(), expected));
    }
}

#[test]
fn items_that_differ_by_position_are_no_violations() {
    let pair = [
        ("pair", "text/plain", "a"),
        ("pair", "application/json", r#"{"a":1}"#),
    ];
    assert_eq!(findings(&pair), (Vec::new(), Vec::new()));
}
