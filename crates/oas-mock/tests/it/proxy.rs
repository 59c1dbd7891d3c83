//! Tests the proxy: the requests and responses that it passes on, and its reports.

mod browsers;
mod forms;
mod requests;
mod streams;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};

use oas_document::Document;
use oas_mock::{Host, Mock, Options, Upstream};
use oas_testing::server::unreachable_url;
use oas_testing::{Reply, Request, Server};
use tokio::runtime::Runtime;

const DOCUMENT: &str = r#"
openapi: 3.0.4
info: { title: Pets, version: 1.0.0 }
paths:
  /pets/{id}:
    put:
      operationId: putPet
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '200':
          description: It.
          headers:
            X-Left: { required: true, schema: { type: integer, maximum: 9 } }
            X-Tags: { schema: { type: array, items: { type: string, maxLength: 3 } } }
            X-Range: { schema: { type: object, required: [to], properties: { to: { type: integer } } }, explode: true }
            X-Meta: { content: { application/json: { schema: { type: object } } } }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Pet' } }
            text/plain: { schema: { type: integer } }
            text/event-stream: { schema: { $ref: '#/components/schemas/Pet' } }
            application/x-ndjson: { schema: { $ref: '#/components/schemas/Pet' } }
            application/xml: { schema: { $ref: '#/components/schemas/Pet' } }
            image/png: { schema: { type: string, format: binary } }
        '204': { description: Nothing. }
        '410': { description: Gone. }
components:
  schemas:
    Pet:
      required: [name, id, secret]
      properties:
        name: { type: string, maxLength: 5 }
        id: { type: integer, readOnly: true }
        secret: { type: string, writeOnly: true }
"#;

/// A scripted server, and the runtime that it runs in.
struct Scripted {
    server: Server,
    _runtime: Runtime,
}

impl Scripted {
    fn start(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let runtime = runtime();
        Self {
            server: runtime.block_on(Server::start(script)),
            _runtime: runtime,
        }
    }

    fn url(&self) -> &str {
        self.server.url()
    }

    /// Returns the request that has arrived.
    fn request(&self) -> Request {
        self.server.request()
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// Starts a server that responds with these bytes.
fn upstream(response: impl Into<Vec<u8>>) -> Scripted {
    let response = response.into();
    Scripted::start(move |_| Reply::raw(response.clone()))
}

/// Returns the address of a proxy in front of a server, and the lines of its log.
fn proxy(url: &str) -> (String, Receiver<String>) {
    proxy_of(DOCUMENT, url)
}

fn proxy_of(document: &str, url: &str) -> (String, Receiver<String>) {
    let mock = Mock::validator(Document::parse("pets.yaml", document).unwrap()).unwrap();
    let (sender, lines) = channel();
    let log = move |line: &oas_mock::Line| {
        let first = if line.is_first_with_violations() {
            "first: "
        } else {
            ""
        };
        // A test that has ended reads no more lines.
        let _ = sender.send(format!("{first}{line}"));
    };
    let host = Host::with(
        mock,
        log,
        Options::default().proxy(Upstream::new(url).unwrap()),
    );
    let (sender, address) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender
                .send(listener.local_addr().unwrap().to_string())
                .unwrap();
            host.run(listener, std::future::pending()).await.unwrap();
        });
    });
    (address.recv().unwrap(), lines)
}

fn ask(address: &str, target: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "PUT {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Own: 2\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn reports(response: &str) -> Vec<&str> {
    response
        .lines()
        .filter_map(|line| line.strip_prefix("report: "))
        .collect()
}

const GOOD: &str = "HTTP/1.1 200 Fine\r\nX-Left: 3\r\nX-Tags: a,b\r\nX-Range: to=3\r\nX-Hop: 1\r\nConnection: close, X-Hop\r\n\
    Content-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"name\": \"Rex\", \"id\":7}";

#[test]
fn what_keeps_to_the_document_goes_through_as_it_is() {
    let upstream = upstream(GOOD);
    let (address, lines) = proxy(&format!("{}/base/", upstream.url()));
    let response = ask(&address, "/pets/7?x=%20", r#"{"name": "Rex","secret":"s"}"#);
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(
        head.contains("x-left: 3\r\n") && !head.contains("x-hop"),
        "{response}"
    );
    assert_eq!(body, r#"{"name": "Rex", "id":7}"#);
    assert_eq!(reports(&response), [""; 0]);

    let request = upstream.request();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("PUT", "/base/pets/7?x=%20")
    );
    assert_eq!(request.text(), r#"{"name": "Rex","secret":"s"}"#);
    assert_eq!(request.header("host"), Some(upstream.server.address()));
    assert_eq!(
        (request.header("x-own"), request.header("x-hop")),
        (Some("2"), None)
    );

    let line = lines.recv().unwrap();
    assert!(
        line.starts_with("PUT /pets/{id} putPet 200 in ") && line.ends_with(", passed on"),
        "{line}"
    );
}

#[test]
fn what_breaks_the_document_goes_through_and_is_reported() {
    let table: [(&str, &str, &str, &[&str]); 6] = [
        (
            "/pets/x",
            r#"{"name":"Rexina"}"#,
            GOOD,
            &[
                "request: path /id: expected integer, found string",
                "request: /name: must have at most 5 characters",
                "request: /secret: is required",
            ],
        ),
        (
            "/dogs/7",
            "{}",
            GOOD,
            &["request: no operation has this path"],
        ),
        (
            "/pets/7",
            r#"{"name":"Rex","secret":"s"}"#,
            "HTTP/1.1 200 OK\r\nX-Left: 10\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{\"name\":7,\"secret\":\"s\"}",
            &[
                "response: header /X-Left: must be at most 9",
                "response: body: is not JSON: EOF while parsing an object at byte 22",
            ],
        ),
        (
            "/pets/7",
            r#"{"name":"Rex","secret":"s"}"#,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
            &[
                "response: header /X-Left: is required",
                "response: body: expected integer, found string",
            ],
        ),
        (
            "/pets/7",
            r#"{"name":"Rex","secret":"s"}"#,
            "HTTP/1.1 200 OK\r\nX-Left: 1\r\nX-Tags: a,long\r\nX-Tags: b,longer\r\nX-Range: to=x\r\nX-Meta: [1]\r\n\
             Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
            &[
                "response: header /X-Tags/1: must have at most 3 characters",
                "response: header /X-Tags/3: must have at most 3 characters",
                "response: header /X-Range/to: expected integer, found string",
                "response: header /X-Meta: expected object, found array",
                "response: header /Content-Type: must be application/json or text/plain or text/event-stream or \
                 application/x-ndjson or application/xml or image/png",
            ],
        ),
        (
            "/pets/7",
            r#"{"name":"Rex","secret":"s"}"#,
            "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n",
            &["response: the status 418 is not documented"],
        ),
    ];
    for (target, body, response, expected) in table {
        let upstream = upstream(response);
        let (address, lines) = proxy(upstream.url());
        let response = ask(&address, target, body);
        assert_eq!(reports(&response), expected, "{target} {body}");
        assert_eq!(upstream.request().text(), body);
        let line = lines.recv().unwrap();
        assert!(
            expected.iter().all(|violation| line.contains(violation)),
            "{line}"
        );
        assert!(
            line.contains(" /pets/{id} putPet ") || line.contains(" /…/… - "),
            "{line}"
        );
    }
}

#[test]
fn preflight_requests_are_violations_only_where_their_operation_is_documented() {
    let asks = "Origin: http://a\r\nAccess-Control-Request-Method: PUT\r\n";
    let table = [
        ("/pets/7", asks, ""),
        ("/dogs/7", asks, ""),
        (
            "/documented",
            asks,
            "response: the status 204 is not documented",
        ),
        ("/dogs/7", "", "request: no operation has this path"),
        (
            "/dogs/7",
            "Access-Control-Request-Method: PUT\r\n",
            "request: no operation has this path",
        ),
    ];
    let document = DOCUMENT.replace(
        "components:",
        "  /documented: { options: { responses: { '200': { description: It. } } } }\ncomponents:",
    );
    for (target, headers, expected) in table {
        let upstream = upstream("HTTP/1.1 204 None\r\nX-Allowed: 1\r\n\r\n");
        let (address, lines) = proxy_of(&document, upstream.url());
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "OPTIONS {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}Content-Length: 2\r\n\r\n{{}}",
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.contains("x-allowed: 1\r\n"), "{response}");
        assert_eq!(reports(&response).concat(), expected, "{target} {headers}");
        let line = lines.recv().unwrap();
        assert_eq!(line.starts_with("first: "), !expected.is_empty(), "{line}");
    }
}

#[test]
fn what_is_not_checked_is_reported_in_words() {
    let table = [
        (
            "Content-Type: text/event-stream\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
            "not checked: response: the body has the content coding `br`, and was not checked",
        ),
        (
            "Content-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>",
            "not checked: response: the body is application/xml, which is not checked against its schema",
        ),
        (
            "Content-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
            "not checked: response: the body has the content coding `br`, and was not checked",
        ),
        (
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            "not checked: response: the body is not gzip, as its content coding has it, and was not checked",
        ),
        ("Content-Type: image/png\r\nContent-Length: 1\r\n\r\nx", ""),
        ("Content-Type: text/plain\r\nContent-Length: 1\r\n\r\n7", ""),
    ];
    for (rest, expected) in table {
        let response = format!("HTTP/1.1 200 OK\r\nX-Left: 1\r\n{rest}");
        let upstream = upstream(response);
        let (address, lines) = proxy(upstream.url());
        let response = ask(&address, "/pets/7", r#"{"name":"Rex","secret":"s"}"#);
        assert_eq!(reports(&response).concat(), expected);
        let body = rest.split_once("\r\n\r\n").unwrap().1;
        assert!(response.ends_with(body), "{response}");
        let line = lines.recv().unwrap();
        assert!(
            line.ends_with(expected) && line.contains("passed on"),
            "{line}"
        );
    }
}

#[test]
fn bodies_that_are_large_or_compressed_arrive_as_they_were_sent() {
    use flate2::{Compression, write::GzEncoder};
    let gzip = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let large = format!("{{{}}}", " ".repeat(17 * 1024 * 1024)).into_bytes();
    let bomb = gzip(&" ".repeat(17 * 1024 * 1024));
    let too_large = "not checked: request: the body has more than 16 MiB, and was not checked";
    let table: [(&[u8], &str, &str); 5] = [
        (&gzip(r#"{"name":"Rex","secret":"s"}"#), "gzip", ""),
        (
            &gzip(r#"{"name":"Rexina","secret":"s"}"#),
            "gzip",
            "request: /name: must have at most 5 characters",
        ),
        (
            b"{}",
            "br",
            "not checked: request: the body has the content coding `br`, and was not checked",
        ),
        (&bomb, "gzip", too_large),
        (&large, "identity", too_large),
    ];
    for (body, coding, expected) in table {
        let upstream = upstream("HTTP/1.1 204 None\r\n\r\n");
        let length = body.len();
        let (address, _lines) = proxy(upstream.url());
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "PUT /pets/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n",
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert_eq!(
            reports(&response),
            Vec::from_iter((!expected.is_empty()).then_some(expected)),
            "{coding}"
        );
        assert!(upstream.request().body == body, "{coding}");
    }
}

#[test]
fn a_server_that_does_not_answer_is_a_502_with_the_reason() {
    let free = runtime().block_on(unreachable_url());
    let (closed, garbled) = (upstream(""), upstream("SSH-2.0-OpenSSH\r\n\r\n"));
    for (url, reason) in [
        (free.as_str(), "Connection refused"),
        (closed.url(), "connection closed"),
        (garbled.url(), "invalid HTTP version"),
    ] {
        let (address, lines) = proxy(url);
        let response = ask(&address, "/pets/7", r#"{"name":"Rex","secret":"s"}"#);
        assert!(response.starts_with("HTTP/1.1 502 "), "{response}");
        assert!(response.contains(reason), "{response}");
        let reported = reports(&response).concat();
        assert!(
            reported.starts_with("response: there is none: "),
            "{reported}"
        );
        let line = lines.recv().unwrap();
        assert!(
            line.starts_with("first: PUT /pets/{id} putPet 502 in ") && line.contains(reason),
            "{line}"
        );
    }
}

#[test]
fn a_body_that_breaks_off_is_a_violation() {
    let expected = "response: body: breaks off before its end";
    for (target, media_type) in [
        ("/pets/7", "application/json"),
        ("/pets/7", "application/xml"),
        ("/dogs/7", "application/json"),
    ] {
        let response = format!(
            "HTTP/1.1 200 OK\r\nX-Left: 1\r\nContent-Type: {media_type}\r\nContent-Length: 23\r\n\r\n{{\"na"
        );
        let upstream = upstream(response);
        let (address, lines) = proxy(upstream.url());
        ask_in_part(&address, target);
        let line = lines.recv().unwrap();
        assert!(
            line.starts_with("first: ") && line.contains(expected),
            "{line}"
        );
        assert!(!line.contains("not checked"), "{line}");
    }
}

/// That a body is incomplete does not hide that there should be none.
#[test]
fn a_body_that_breaks_off_where_none_is_documented_is_two_violations() {
    let response = "HTTP/1.1 410 Gone\r\nContent-Length: 23\r\n\r\n{\"na";
    let upstream = upstream(response);
    let (address, lines) = proxy(upstream.url());
    ask_in_part(&address, "/pets/7");
    let line = lines.recv().unwrap();
    for expected in [
        "the document has none for this status",
        "breaks off before its end",
    ] {
        assert!(line.contains(expected), "{line}");
    }
}

/// A server must not send content with 205 (RFC 9110 §15.3.6), so that none is missing.
#[test]
fn a_status_without_content_lacks_no_body() {
    let body = "application/json: { schema: { $ref: '#/components/schemas/Pet' } }";
    let document = DOCUMENT.replace(
        "'204': { description: Nothing. }",
        &format!("'205': {{ description: Again., content: {{ {body} }} }}"),
    );
    let response = "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n";
    let upstream = upstream(response);
    let (address, _lines) = proxy_of(&document, upstream.url());
    let answer = ask(&address, "/pets/7", r#"{"name":"Rex","secret":"s"}"#);
    assert!(answer.starts_with("HTTP/1.1 205"), "{answer}");
    assert_eq!(reports(&answer), [""; 0], "{answer}");
}

/// Asks for a response that is cut off, which is not readable as a whole.
fn ask_in_part(address: &str, target: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let body = r#"{"name":"Rex","secret":"s"}"#;
    let length = body.len();
    write!(
        stream,
        "PUT {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}",
    )
    .unwrap();
    // The connection may be reset.
    let _ = stream.read_to_end(&mut Vec::new());
}

#[test]
fn urls_that_lead_nowhere_are_rejected_in_words() {
    let table = [
        ("localhost", "it is not a URL such as"),
        ("ftp://a", "the scheme `ftp` is neither http nor https"),
        ("http://a:b@c/", "it has user information or a query"),
        ("http://a/?b", "it has user information or a query"),
        ("https://a", "built without the feature `https`"),
    ];
    for (url, expected) in table {
        if cfg!(feature = "https") && url.starts_with("https") {
            continue;
        }
        let error = Upstream::new(url).map(drop).unwrap_err().to_string();
        assert!(error.contains(expected), "{url}: {error}");
    }
}
