//! Tests that pages of other origins can use the API through the proxy (WHATWG Fetch, "HTTP-CORS protocol"), also where the real
//! server does not know of them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{DOCUMENT, proxy_of, upstream};

const PREFLIGHT: &str = "OPTIONS /pets/7 HTTP/1.1\r\nOrigin: http://page\r\nAccess-Control-Request-Method: PUT\r\n\
    Access-Control-Request-Headers: authorization";
const REQUEST: &str =
    "PUT /pets/7 HTTP/1.1\r\nOrigin: http://page\r\nContent-Type: application/json";

const BODY: &str = r#"{"name": "Rex","secret":"s"}"#;

#[test]
fn a_page_may_read_every_response() {
    let allowed = "access-control-allow-origin: *\r\n";
    let readable = "access-control-expose-headers: ";
    let table: [(&str, &[&str]); 4] = [
        (
            "HTTP/1.1 200 OK\r\nX-Left: 1\r\n\r\n",
            &[allowed, readable, "x-left"],
        ),
        (
            "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\n\r\n",
            &[allowed, "401", "www-authenticate"],
        ),
        ("", &[allowed, readable, " 502 "]),
        (
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://page\r\n\r\n",
            &["access-control-allow-origin: http://page\r\n"],
        ),
    ];
    for (server, expected) in table {
        let response = ask(server, REQUEST);
        for part in expected {
            assert!(response.contains(part), "{part}: {response}");
        }
        assert_eq!(
            response.matches("access-control-allow-origin").count(),
            1,
            "{response}"
        );
    }
    let response = ask("", REQUEST);
    let exposed = response
        .lines()
        .find_map(|line| line.strip_prefix(readable));
    assert!(
        exposed.is_some_and(|names| names.contains("report")),
        "{response}"
    );
}

#[test]
fn a_page_may_read_the_report_where_the_server_has_a_rule() {
    let good = "X-Left: 1\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"name\": \"Rex\", \"id\":7}";
    for (own, is_reported) in [
        ("", true),
        ("Access-Control-Expose-Headers: X-Left, X-Tags\r\n", true),
        (
            "Access-Control-Expose-Headers: *\r\nAccess-Control-Allow-Credentials: true\r\n",
            true,
        ),
        ("Access-Control-Expose-Headers: X-Left\r\n", false),
    ] {
        let rest = if is_reported { "\r\n" } else { good };
        let server =
            format!("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://page\r\n{own}{rest}");
        let request = match is_reported {
            true => REQUEST.to_owned(),
            false => format!("{REQUEST}\r\nContent-Length: {}", BODY.len()),
        };
        let response = ask_with(&server, &request, if is_reported { "" } else { BODY });
        assert_eq!(response.contains("\nreport: "), is_reported, "{response}");
        let exposed = response.lines();
        let exposed =
            exposed.filter_map(|line| line.strip_prefix("access-control-expose-headers: "));
        let exposed: Vec<&str> = exposed.flat_map(|names| names.split(", ")).collect();
        assert_eq!(exposed.contains(&"report"), is_reported, "{response}");
        let own = own
            .split("\r\n")
            .next()
            .and_then(|line| line.split_once(": "));
        for name in own.into_iter().flat_map(|(_, names)| names.split(", ")) {
            assert!(exposed.contains(&name), "{name}: {response}");
        }
    }
}

#[test]
fn a_preflight_request_is_answered_where_the_server_has_no_rule() {
    let granted = [
        "access-control-allow-origin: *\r\n",
        "access-control-allow-methods: PUT\r\n",
        "access-control-allow-headers: authorization\r\n",
    ];
    for (server, status) in [
        ("HTTP/1.1 404 None\r\n\r\n", "204"),
        ("HTTP/1.1 405 No\r\nAllow: PUT\r\n\r\n", "204"),
        ("HTTP/1.1 200 OK\r\nX-Own: 1\r\n\r\n", "200"),
        ("", "204"),
    ] {
        let response = ask(server, PREFLIGHT);
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{response}"
        );
        for part in granted {
            assert!(response.contains(part), "{part}: {response}");
        }
        assert_eq!(
            response.contains("x-own: 1"),
            server.contains("X-Own"),
            "{response}"
        );
    }
    let own = "HTTP/1.1 403 No\r\nAccess-Control-Allow-Origin: http://app\r\n\r\n";
    let response = ask(own, PREFLIGHT);
    assert!(response.starts_with("HTTP/1.1 403 "), "{response}");
    assert!(
        !response.contains("access-control-allow-methods"),
        "{response}"
    );
    assert!(
        response.contains("access-control-allow-origin: http://app\r\n"),
        "{response}"
    );
}

#[test]
fn a_body_that_breaks_off_before_anything_was_passed_on_is_a_502() {
    for target in ["/pets/7", "/dogs/7"] {
        let server = "HTTP/1.1 200 OK\r\nX-Left: 1\r\nSet-Cookie: a=b\r\nContent-Type: application/json\r\n\
            Content-Length: 23\r\n\r\n{\"na";
        let response = ask(server, &REQUEST.replace("/pets/7", target));
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 502 "), "{response}");
        assert!(
            head.contains("report: response: body: breaks off before its end\r\n"),
            "{response}"
        );
        assert!(!head.contains("set-cookie"), "{response}");
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["status"], 502);
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("the response with the status 200 broke off before its end"),
            "{detail}"
        );
    }
}

/// Sends a request through the proxy of a server that responds with these bytes.
fn ask(server: &str, head: &str) -> String {
    ask_with(server, head, "")
}

/// Sends a request with a body through the proxy of a server that responds with these bytes.
fn ask_with(server: &str, head: &str, body: &str) -> String {
    let upstream = upstream(server);
    let (address, _lines) = proxy_of(DOCUMENT, upstream.url());
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "{head}\r\nHost: a\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
