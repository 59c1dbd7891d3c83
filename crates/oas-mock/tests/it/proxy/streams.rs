//! Tests streams behind the proxy: they are passed on as they arrive, and each item is validated.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use http_body_util::BodyExt as _;
use oas_testing::Reply;
use oas_testing::server::{Incoming, serve};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::{Scripted, ask, ask_in_part, proxy, proxy_of, reports, runtime, upstream};

const GOOD: &str = r#"{"name":"Rex","secret":"s"}"#;

const ITEMS: &str = "
openapi: 3.2.0
info: { title: Items, version: 1.0.0 }
paths:
  /items:
    put:
      operationId: putItems
      requestBody: { content: { application/jsonl: { itemSchema: { $ref: '#/components/schemas/Item' } } } }
      responses:
        '200':
          description: They.
          content:
            application/jsonl: { itemSchema: { $ref: '#/components/schemas/Item' } }
            application/json-seq: { schema: { type: array, items: { $ref: '#/components/schemas/Item' } } }
            text/event-stream:
              itemSchema:
                required: [event]
                properties:
                  event: { enum: [added] }
                  data: { contentMediaType: application/json, contentSchema: { $ref: '#/components/schemas/Item' } }
        '204': { description: Taken. }
components:
  schemas: { Item: { type: object, required: [n], properties: { n: { type: integer } } } }
";

/// Returns the lines of the log after that of the head.
fn later(lines: &Receiver<String>, count: usize) -> Vec<String> {
    let wait = || {
        lines
            .recv_timeout(std::time::Duration::from_secs(60))
            .unwrap()
    };
    let head = wait();
    assert!(head.contains(" in "), "{head}");
    (0..count).map(|_| wait()).collect()
}

#[test]
fn items_are_checked_as_they_pass() {
    // By convention, the schema of a stream before OpenAPI 3.2 is that of the data of an event, or of an item.
    let pet = r#"{"name":"Rex","id":1}"#;
    let long = r#"{"name":"Rexina","id":1}"#;
    let table: [(&str, String, &[&str]); 5] = [
        (
            "text/event-stream",
            format!(
                "data: {pet}\n\nevent: x\ndata: {{\"id\":\ndata: 1}}\n\n: a comment\n\ndata: {long}\n\ndata: {{"
            ),
            &[
                "body /1/data/name: is required",
                "body /2/data/name: must have at most 5 characters",
            ],
        ),
        (
            "application/x-ndjson; charset=utf-8",
            format!("{pet}\n\n{long}\n{pet}\nno"),
            &[
                "body /1/name: must have at most 5 characters",
                "body /3: is not JSON",
            ],
        ),
        ("text/event-stream", format!("data: {pet}\n\n"), &[]),
        ("application/x-ndjson", format!("{pet}\n"), &[]),
        ("application/x-ndjson", String::new(), &[]),
    ];
    for (media_type, body, expected) in table {
        for framing in [
            format!("Content-Length: {}", body.len()),
            "Connection: close".to_owned(),
        ] {
            let response = format!(
                "HTTP/1.1 200 OK\r\nX-Left: 1\r\nContent-Type: {media_type}\r\n{framing}\r\n\r\n{body}"
            );
            let upstream = upstream(response);
            let (address, lines) = proxy(upstream.url());
            let response = ask(&address, "/pets/7", GOOD);
            assert_eq!(reports(&response), [""; 0], "{response}");
            let lines = later(&lines, expected.len());
            for (index, (line, expected)) in lines.iter().zip(expected).enumerate() {
                assert!(line.contains(&format!("response: {expected}")), "{line}");
                assert!(line.contains(" putPet stream at "), "{line}");
                assert_eq!(line.starts_with("first: "), index == 0, "{line}");
            }
        }
    }
}

#[test]
fn items_are_described_by_item_schemas_and_arrays() {
    let table = [
        (
            "application/jsonl",
            "{\"n\":1}\n{\"n\":\"x\"}\n",
            "body /1/n: expected integer, found string",
        ),
        (
            "application/json-seq",
            "\u{1e}{\"n\":1}\n\u{1e}{}\n",
            "body /1/n: is required",
        ),
        (
            "text/event-stream",
            "event: added\ndata: {\"n\":1}\n\nevent: lost\ndata: {\"n\":1}\n\n",
            "body /1/event: ",
        ),
    ];
    for (media_type, body, expected) in table {
        let length = body.len();
        let response = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let upstream = upstream(response);
        let (address, lines) = proxy_of(ITEMS, upstream.url());
        ask_items(&address, "{\"n\":1}\n");
        let lines = later(&lines, 1);
        assert!(lines[0].contains(expected), "{media_type}: {lines:?}");
    }
}

#[test]
fn compressed_items_are_checked() {
    use flate2::{Compression, write::GzEncoder};

    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"{\"n\":1}\n{}\n").unwrap();
    let body = encoder.finish().unwrap();
    let upstream = Scripted::start(move |_| {
        Reply::new(200)
            .header("content-type", "application/jsonl")
            .header("content-encoding", "gzip")
            .pieces(body.iter().map(|byte| [*byte]))
    });
    let (address, lines) = proxy_of(ITEMS, upstream.url());
    ask_items(&address, "");
    assert!(later(&lines, 1)[0].contains("body /1/n: is required"));
}

#[test]
fn an_item_does_not_wait_for_the_next() {
    let gate = Arc::new(Notify::new());
    let reply = Reply::new(200)
        .header("content-type", "application/jsonl")
        .pieces(["{\"n\":\"one\"}\n", "{\"n\":2}\n"])
        .held(Arc::clone(&gate));
    let upstream = Scripted::start(move |_| reply.clone());
    let (address, lines) = proxy_of(ITEMS, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    let head = "PUT /items HTTP/1.1\r\nHost: a\r\nConnection: close, TE\r\nTE: trailers\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut response = BufReader::new(stream);
    let mut seen = String::new();
    while !seen.ends_with("{\"n\":\"one\"}\n") {
        assert!(response.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    assert!(seen.contains("trailer: report\r\n"), "{seen}");
    let expected = "response: body /0/n: expected integer, found string";
    assert!(later(&lines, 1)[0].contains(expected));
    gate.notify_one();
    let mut rest = String::new();
    response.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("{\"n\":2}\n"), "{rest}");
    assert!(
        rest.ends_with(&format!("report: {expected}\r\n\r\n")),
        "{rest}"
    );
}

fn ask_items(address: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "PUT /items HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/jsonl\r\n\
         Content-Length: {length}\r\n\r\n{body}",
    )
    .unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

/// A server that reads a request in pieces, and its runtime.
struct Reading(
    String,
    #[expect(dead_code, reason = "the server runs in it")] Runtime,
);

impl Reading {
    fn url(&self) -> &str {
        &self.0
    }
}

/// Starts a server that sends each piece of a request to a channel when it arrives, and responds when it has all of them.
fn reading() -> (Reading, Receiver<String>) {
    let runtime = runtime();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (arrived, seen) = channel();
    let handler = move |request: http::Request<Incoming>| {
        let arrived = arrived.clone();
        async move {
            let mut body = request.into_body();
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else {
                    return Reply::dropped();
                };
                let piece = frame.into_data().unwrap_or_default().to_vec();
                // A test that has ended reads no more pieces.
                let _ = arrived.send(String::from_utf8(piece).unwrap());
            }
            Reply::new(204)
        }
    };
    runtime.spawn(serve(listener, handler, std::future::pending()));
    (Reading(url, runtime), seen)
}

#[test]
fn requests_are_passed_on_item_by_item() {
    let (upstream, seen) = reading();
    let (address, lines) = proxy_of(ITEMS, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    let head = "PUT /items HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/jsonl\r\n\
        Transfer-Encoding: chunked\r\n\r\n8\r\n{\"n\":1}\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(seen.recv().unwrap(), "{\"n\":1}\n");
    stream.write_all(b"3\r\n{}\n\r\n0\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 204 "), "{response}");
    let mut lines = [lines.recv().unwrap(), lines.recv().unwrap()];
    lines.sort_by_key(|line| line.contains(" stream at "));
    assert!(lines[0].contains(" 204 in "), "{lines:?}");
    assert!(lines[1].contains("request: /1/n: is required"), "{lines:?}");
}

#[test]
fn a_request_that_breaks_off_is_not_taken_for_an_invalid_one() {
    let (upstream, seen) = reading();
    let (address, lines) = proxy_of(ITEMS, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    let head = "PUT /items HTTP/1.1\r\nHost: a\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n\
        4\r\n{\"n\"\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(seen.recv().unwrap(), "{\"n\"");
    drop(stream);
    // The next exchange comes after whatever the first one has left.
    ask_items(&address, "{\"n\":1}\n");
    let line = lines.recv().unwrap();
    assert!(!line.contains("request: "), "{line}");
}

#[test]
fn a_stream_that_breaks_off_leaves_a_line() {
    let table = [
        ("text/event-stream", "Content-Length: 99"),
        ("application/x-ndjson", "Transfer-Encoding: chunked"),
        // The document has no rule for these items.
        ("application/json-seq", "Content-Length: 99"),
        ("image/png", "Content-Length: 99"),
    ];
    for (media_type, framing) in table {
        let response = format!(
            "HTTP/1.1 200 OK\r\nX-Left: 1\r\nContent-Type: {media_type}\r\n{framing}\r\n\r\n4\r\n\n\n\n\n\r\n"
        );
        let upstream = upstream(response);
        let (address, lines) = proxy(upstream.url());
        ask_in_part(&address, "/pets/7");
        let lines = later(&lines, 1);
        assert!(
            lines[0].contains("stream at ")
                && lines[0].contains("response: body: breaks off before its end"),
            "{lines:?}"
        );
    }
}

const PARTS: &str = "
openapi: 3.2.0
info: { title: Parts, version: 1.0.0 }
paths:
  /items:
    put:
      operationId: putParts
      requestBody: { content: { application/jsonl: { itemSchema: {} } } }
      responses:
        '200':
          description: They.
          content:
            image/png: { schema: { type: string, minLength: 2, maxLength: 3 } }
            multipart/mixed:
              schema:
                type: array
                minItems: 2
                prefixItems:
                  - { type: object, required: [n, secret], properties: { n: { type: integer }, secret: { type: string, writeOnly: true } } }
                  - { type: integer, maximum: 9 }
                  - { maxLength: 2 }
                  - { type: object, required: [a], additionalProperties: false, properties: { a: { type: string, maxLength: 1 } } }
                items: false
              prefixEncoding:
                - {}
                - { headers: { X-Row: { required: true, schema: { type: integer } } } }
                - { contentType: image/* }
                - { contentType: multipart/form-data }
";

/// Returns a server that responds with these bytes, and a proxy before it.
fn exchange(document: &str, media_type: &str, body: &str) -> (String, Receiver<String>) {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let upstream = upstream(answer);
    let (address, lines) = proxy_of(document, upstream.url());
    (ask_items(&address, "{\"n\":1}\n"), lines)
}

/// A part: the lines of its header, and its content.
type HeadAndContent = (&'static str, &'static str);

#[test]
fn parts_with_positions_are_checked() {
    let row = ("Content-Type: text/plain\r\nX-Row: 1", "7");
    let author = ("Content-Type: application/json", "{\"n\":1}");
    let inner = "--i\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--i--";
    let others = "--i\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--i--";
    let form = "Content-Type: multipart/form-data; boundary=i";
    let image = ("Content-Type: image/png", "ab");
    let table: [(&[HeadAndContent], &[&str]); 6] = [
        (&[author, row, image, (form, inner)], &[]),
        (&[author], &["body: has fewer than 2 parts"]),
        (
            &[author, row, image, (form, inner), image],
            &["body: has more than 4 parts"],
        ),
        (
            &[("Content-Type: application/json", "{}"), ("X-Row: a", "12")],
            &[
                "body /0/n: is required",
                "body /1: header `X-Row`: expected integer, found string",
                "body /1: must be at most 9",
            ],
        ),
        (
            &[author, row, ("Content-Type: text/plain", "abc")],
            &[
                "body /2: must be of the media type image/*",
                "body /2: has more than 2 bytes",
            ],
        ),
        (
            &[author, row, image, (form, others)],
            &[
                "body /3/a: is required",
                "body /3/b: is not a property of this object",
            ],
        ),
    ];
    for (parts, expected) in table {
        let parts = parts
            .iter()
            .map(|(head, content)| format!("--b\r\n{head}\r\n\r\n{content}\r\n"));
        let body = parts.collect::<String>() + "--b--\r\n";
        let (answer, _lines) = exchange(PARTS, "multipart/mixed; boundary=b", &body);
        let expected: Vec<String> = expected
            .iter()
            .map(|found| format!("response: {found}"))
            .collect();
        assert_eq!(reports(&answer), expected, "{answer}");
    }
}

const FORM: &str = "
openapi: 3.0.4
info: { title: Form, version: 1.0.0 }
paths:
  /items:
    put:
      operationId: putForm
      requestBody: { content: { application/jsonl: { schema: {} } } }
      responses:
        '200':
          description: It.
          content:
            multipart/form-data:
              schema:
                type: object
                required: [id, tags]
                additionalProperties: false
                properties:
                  id: { type: integer, maximum: 9 }
                  tags: { type: array, minItems: 2, items: { type: string, maxLength: 2 } }
                  author: { type: object, required: [name, secret], properties: { name: { type: string }, secret: { type: string, writeOnly: true } } }
                  file: { type: string, format: binary, maxLength: 2 }
              encoding: { file: { contentType: image/png } }
";

#[test]
fn parts_with_names_are_checked() {
    let part = |name: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{content}\r\n")
    };
    let picture =
        "--b\r\nContent-Disposition: form-data; name=file\r\nContent-Type: text/csv\r\n\r\nabc\r\n";
    let [id, tag] = [part("id", "7"), part("tags", "a")];
    let table: [(Vec<String>, &[&str]); 4] = [
        (
            vec![
                id.clone(),
                tag.clone(),
                tag.clone(),
                part("author", "{\"name\":\"A\"}"),
            ],
            &[],
        ),
        (
            vec![tag.clone()],
            &[
                "body /id: is required",
                "body /tags: has fewer than 2 parts",
            ],
        ),
        (
            vec![
                part("id", "12"),
                tag.clone(),
                part("tags", "abc"),
                part("author", "{}"),
            ],
            &[
                "body /id: must be at most 9",
                "body /tags/1: must have at most 2 characters",
                "body /author/name: is required",
            ],
        ),
        (
            vec![
                id.clone(),
                id,
                tag.clone(),
                tag,
                picture.to_owned(),
                part("x", ""),
            ],
            &[
                "body /id: is given more than once",
                "body /file: must be of the media type image/png",
                "body /file: has more than 2 bytes",
                "body /x: is not a property of this object",
            ],
        ),
    ];
    for (parts, expected) in table {
        let body = parts.concat() + "--b--\r\n";
        let (answer, _lines) = exchange(FORM, "multipart/form-data; boundary=b", &body);
        let expected: Vec<String> = expected
            .iter()
            .map(|found| format!("response: {found}"))
            .collect();
        assert_eq!(reports(&answer), expected, "{answer}");
    }
}

#[test]
fn the_size_of_a_file_is_checked_as_it_passes() {
    let table = [
        ("a", Some("body: has fewer than 2 bytes")),
        ("abc", None),
        ("abcd", Some("body: has more than 3 bytes")),
    ];
    for (body, expected) in table {
        let (_, lines) = exchange(PARTS, "image/png", body);
        let found = later(&lines, usize::from(expected.is_some()));
        match expected {
            Some(expected) => assert!(found[0].contains(expected), "{found:?}"),
            None => assert!(lines.try_recv().is_err()),
        }
    }
}
