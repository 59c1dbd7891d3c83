//! Tests bodies: media types, limits, and violations inside.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use oas_server::schema::{Property, Schema};
use oas_server::{
    Builder, Method, Operation, Parameter, Rejection, Request, Server, Violations, response,
};
use serde_json::Value;

use crate::support::{request, send, serve};

pub(crate) static STRING: Schema = Schema::string();
pub(crate) static INTEGER: Schema = Schema::integer();
pub(crate) static IMAGE: Schema = Schema::object(&[
    Property::required("name", &STRING),
    Property::optional("size", &INTEGER),
    Property::optional("tags", &Schema::array(&STRING)),
]);

static IMAGE_PATCH: Schema = Schema::object(&[Property::optional("name", &STRING)]);

static JSON: Operation = Operation::new("Json", Method::POST, "/")
    .consumes(&["application/json", "application/merge-patch+json"])
    .body_required();
static OPTIONAL: Operation =
    Operation::new("Optional", Method::POST, "/").consumes(&["application/json"]);

fn json_server(operation: &'static Operation) -> Server {
    Builder::new()
        .body_limit(64)
        .route(operation, |mut request: Request| async move {
            let mut violations = Violations::new();
            let body = request.json::<Value>(&IMAGE, &mut violations).await?;
            violations.into_result()?;
            Ok::<_, Rejection>(response::status(200).json("application/json", &body))
        })
        .build()
}

#[test]
fn json_bodies_are_checked_and_decoded() {
    let table = [
        (
            "application/json",
            "{\"name\": \"a\"}",
            "200 {\"name\":\"a\"}",
        ),
        (
            "application/json;charset=UTF-8",
            "{\"name\": \"a\"}",
            "200 {\"name\":\"a\"}",
        ),
        (
            "Application/JSON; charset=\"utf-8\"",
            "{\"name\": \"a\"}",
            "200 {\"name\":\"a\"}",
        ),
        (
            "application/merge-patch+json",
            "{\"name\": \"a\"}",
            "200 {\"name\":\"a\"}",
        ),
        (
            "application/json",
            "{\"size\": \"1\"}",
            "400 body /size: expected integer, found string; body /name: is required",
        ),
        (
            "application/json",
            "{\"name\": ",
            "400 body : is not JSON: EOF while parsing a value at byte 9",
        ),
        ("application/json", "", "400 body : is required"),
        (
            "application/json",
            " ",
            "400 body : is not JSON: EOF while parsing a value at byte 1",
        ),
        (
            "application/json; charset=latin1",
            "{\"name\": \"a\"}",
            "415",
        ),
        ("text/json", "{\"name\": \"a\"}", "415"),
        ("json", "{\"name\": \"a\"}", "415"),
        ("", "{\"name\": \"a\"}", "415"),
        ("", "", "400 body : is required"),
    ];
    let server = json_server(&JSON);
    for (media_type, body, expected) in table {
        let header = match media_type {
            "" => String::new(),
            media_type => format!("\nContent-Type: {media_type}"),
        };
        let response = send(&server, request(&format!("POST /{header}\n\n{body}")));
        let found = match response.status {
            200 => format!("200 {}", response.body),
            400 => format!("400 {}", response.violations().join("; ")),
            status => {
                assert_eq!(
                    response.header("accept"),
                    "application/json, application/merge-patch+json"
                );
                status.to_string()
            }
        };
        assert_eq!(found, expected, "{media_type}: {body}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_told_by_their_place() {
    let mut request = request("POST /\nContent-Type: application/json");
    *request.body_mut() = Body::from(&b"{\"name\": \"\xff\"}"[..]);
    assert_eq!(
        send(&json_server(&JSON), request).violations(),
        ["body : is not UTF-8 at byte 10"]
    );
}

#[test]
fn a_body_of_zero_bytes_is_there_if_its_media_type_is_named() {
    static TEXT: Operation = Operation::new("Text", Method::POST, "/").consumes(&[
        "text/plain",
        "application/x-www-form-urlencoded",
        "image/*",
    ]);
    static REQUIRED: Operation = Operation::new("Required", Method::POST, "/")
        .consumes(&["text/plain"])
        .body_required();
    fn server(operation: &'static Operation) -> Server {
        serve(operation, |mut request: Request| async move {
            let mut violations = Violations::new();
            let body = match request.media_type()? {
                Some(1) => {
                    let form = request.form::<Value>(&IMAGE_PATCH, &mut violations).await?;
                    form.map(|form| form.to_string())
                }
                Some(2) => match request.stream(&mut violations)? {
                    Some(body) => Some(format!("{} bytes", body.read_all().await?.len())),
                    None => None,
                },
                _ => request.text::<String>(&STRING, &mut violations).await?,
            };
            violations.into_result()?;
            Ok(response::status(200).json("application/json", &body))
        })
    }
    let table = [
        ("text/plain", "\"\""),
        ("text/plain; charset=utf-8", "\"\""),
        ("application/x-www-form-urlencoded", "\"{}\""),
        ("image/png", "\"0 bytes\""),
        // What is described is nothing that the operation takes, so there is nothing to reject.
        ("application/json", "null"),
        ("", "null"),
    ];
    let (optional, required) = (server(&TEXT), server(&REQUIRED));
    for (media_type, expected) in table {
        let head = match media_type {
            "" => "POST /".to_owned(),
            media_type => format!("POST /\nContent-Type: {media_type}"),
        };
        assert_eq!(
            send(&optional, request(&head)).body,
            expected,
            "{media_type}"
        );
        // Without a length, nothing shows in advance that it is empty.
        if expected != "null" || media_type.is_empty() {
            let mut pieced = request(&head);
            *pieced.body_mut() = pieces(Vec::new());
            assert_eq!(
                send(&optional, pieced).body,
                expected,
                "{media_type}, in pieces"
            );
        }
    }
    let empty = send(&required, request("POST /\nContent-Type: text/plain"));
    assert_eq!(empty.body, "\"\"");
    let absent = send(&required, request("POST /"));
    assert_eq!(absent.violations(), ["body : is required"]);
}

#[test]
fn an_optional_body_may_be_absent() {
    let server = json_server(&OPTIONAL);
    assert_eq!(send(&server, request("POST /")).body, "null");
    // Without a length, an empty body is not known to be empty in advance.
    let mut empty = request("POST /");
    *empty.body_mut() = pieces(Vec::new());
    assert_eq!(send(&server, empty).body, "null");
    let mut untyped = request("POST /");
    *untyped.body_mut() = pieces(vec!["{}"]);
    assert_eq!(send(&server, untyped).status, 415);
}

/// Returns a body without a length.
fn pieces(pieces: Vec<&'static str>) -> Body {
    let mut pieces = pieces.into_iter();
    Body::from_stream(Pieces(std::iter::from_fn(move || {
        pieces
            .next()
            .map(|piece| Ok::<_, Infallible>(Bytes::from(piece)))
    })))
}

struct Pieces<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Pieces<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[test]
fn a_body_that_grows_over_the_limit_is_rejected() {
    let mut grown = request("POST /\nContent-Type: application/json");
    *grown.body_mut() = pieces(vec!["0123456789"; 7]);
    assert_eq!(send(&json_server(&JSON), grown).status, 413);
}

#[test]
fn a_declared_length_over_the_limit_is_rejected_unread() {
    let mut announced = request("POST /\nContent-Type: application/json\nContent-Length: 65");
    *announced.body_mut() = Body::from_stream(Pieces(std::iter::from_fn(
        || -> Option<Result<Bytes, Infallible>> { panic!("the body was read") },
    )));
    let response = send(&json_server(&JSON), announced);
    assert_eq!(response.status, 413);
    assert_eq!(
        response.json()["detail"],
        "the body may have 64 bytes at most"
    );
}

#[test]
fn a_body_that_arrives_too_slowly_is_rejected() {
    struct Never;
    impl futures_core::Stream for Never {
        type Item = Result<Bytes, Infallible>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Pending
        }
    }
    let server = Builder::new()
        .body_timeout(Duration::from_millis(5))
        .route(&JSON, |mut request: Request| async move {
            request.bytes(&mut Violations::new()).await?;
            Ok::<_, Rejection>(response::status(200).empty())
        })
        .build();
    let mut slow = request("POST /\nContent-Type: application/json");
    *slow.body_mut() = Body::from_stream(Never);
    assert_eq!(send(&server, slow).status, 408);
}

#[test]
fn a_body_with_a_content_coding_is_rejected() {
    static BYTES: Operation =
        Operation::new("Bytes", Method::POST, "/").consumes(&["application/octet-stream"]);
    static ENCODING: Parameter = Parameter::header("content-encoding", &Schema::string());
    let bytes = |knows: bool| {
        serve(&BYTES, move |mut request: Request| async move {
            let mut violations = Violations::new();
            if knows {
                request.parameter::<String>(&ENCODING, &mut violations);
            }
            request.bytes(&mut violations).await?;
            Ok(response::status(200).empty())
        })
    };
    let text = serve(&BYTES, |mut request: Request| async move {
        let mut violations = Violations::new();
        request.parameter::<String>(&ENCODING, &mut violations);
        request.text::<Value>(&Schema::ANY, &mut violations).await?;
        Ok(response::status(200).empty())
    });
    let stream = serve(&BYTES, |mut request: Request| async move {
        request.stream(&mut Violations::new())?;
        Ok(response::status(200).empty())
    });
    let table = [
        ("gzip", [415, 200, 415, 415]),
        ("identity, gzip", [415, 200, 415, 415]),
        ("Identity", [200, 200, 200, 200]),
    ];
    for (coding, expected) in table {
        let sent = format!(
            "POST /\nContent-Type: application/octet-stream\nContent-Encoding: {coding}\n\nx"
        );
        let servers = [bytes(false), bytes(true), text.clone(), stream.clone()];
        let responses = servers.map(|server| send(&server, request(&sent)));
        assert_eq!(
            responses.each_ref().map(|response| response.status),
            expected,
            "{coding}"
        );
        if expected[0] == 415 {
            assert_eq!(responses[0].header("accept-encoding"), "identity");
        }
    }
    let nothing = "POST /\nContent-Encoding: gzip";
    assert_eq!(
        send(&bytes(false), request(nothing)).status,
        200,
        "there is nothing to decode"
    );
}

#[test]
fn the_closest_media_type_is_chosen() {
    static MANY: Operation = Operation::new("Many", Method::POST, "/").consumes(&[
        "*/*",
        "application/*",
        "application/json; version=1",
        "text/plain",
    ]);
    let server = serve(&MANY, |mut request: Request| async move {
        let index = request.media_type()?;
        let mut violations = Violations::new();
        let text = match index {
            Some(3) => request.text::<String>(&STRING, &mut violations).await?,
            Some(_) => {
                let bytes = request.bytes(&mut violations).await?;
                bytes.map(|bytes| bytes.len().to_string())
            }
            None => None,
        };
        Ok(response::status(200).text("text/plain", format!("{index:?} {text:?}")))
    });
    let table = [
        ("application/json", "Some(2) Some(\"3\")"),
        ("application/xml", "Some(1) Some(\"3\")"),
        ("image/png", "Some(0) Some(\"3\")"),
        ("text/plain; charset=utf-8", "Some(3) Some(\"abc\")"),
    ];
    for (media_type, expected) in table {
        let response = send(
            &server,
            request(&format!("POST /\nContent-Type: {media_type}\n\nabc")),
        );
        assert_eq!(response.body, expected, "{media_type}");
    }
    assert_eq!(send(&server, request("POST /")).body, "None None");
}

#[test]
fn a_stream_hands_over_pieces_up_to_its_limit() {
    static UPLOAD: Operation =
        Operation::new("Upload", Method::POST, "/").consumes(&["application/octet-stream"]);
    let server = |limit: usize| {
        serve(&UPLOAD, move |mut request: Request| async move {
            let mut lengths = Vec::new();
            if let Some(stream) = request.stream(&mut Violations::new())? {
                let mut stream = stream.with_limit(limit);
                while let Some(piece) = stream.next().await? {
                    lengths.push(piece.len());
                }
            }
            Ok(response::status(200).text("text/plain", format!("{lengths:?}")))
        })
    };
    let upload = || {
        let mut upload = request("POST /\nContent-Type: application/octet-stream");
        *upload.body_mut() = pieces(vec!["abc", "de"]);
        upload
    };
    assert_eq!(send(&server(5), upload()).body, "[3, 2]");
    assert_eq!(send(&server(4), upload()).status, 413);
}

#[test]
fn a_body_is_the_same_in_pieces_of_any_length() {
    static UPLOAD: Operation =
        Operation::new("Upload", Method::POST, "/").consumes(&["application/octet-stream"]);
    let whole: &str = (0..60_000)
        .map(|number| format!("{number} "))
        .collect::<String>()
        .leak();
    for length in [
        1_000,
        7_777,
        1 << 16,
        (1 << 16) + 1,
        1 << 17,
        300_000,
        usize::MAX,
    ] {
        let server = serve(&UPLOAD, move |mut request: Request| async move {
            let body = request.bytes(&mut Violations::new()).await?;
            let is_whole = body.is_some_and(|body| body == whole);
            Ok(response::status(200).text("text/plain", is_whole.to_string()))
        });
        let mut upload = request("POST /\nContent-Type: application/octet-stream");
        let (mut split, mut rest) = (vec!["", ""], whole);
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(length.min(rest.len()));
            split.push(piece);
            rest = later;
        }
        *upload.body_mut() = pieces(split);
        assert_eq!(
            send(&server, upload).body,
            "true",
            "pieces of {length} bytes"
        );
    }
}

#[test]
fn a_stream_is_rejected_that_is_too_short_or_too_long_for_its_schema() {
    static UPLOAD: Operation =
        Operation::new("Upload", Method::POST, "/").consumes(&["application/octet-stream"]);
    static ENCODING: Parameter = Parameter::header("content-encoding", &Schema::string());
    let server = serve(&UPLOAD, |mut request: Request| async move {
        let mut violations = Violations::new();
        request.parameter::<String>(&ENCODING, &mut violations);
        let stream = request.stream_within(2, Some(4), &mut violations)?;
        violations.into_result()?;
        let mut text = "none".to_owned();
        if let Some(mut stream) = stream {
            text.clear();
            while let Some(piece) = stream.next().await? {
                text.push_str(std::str::from_utf8(&piece).unwrap());
            }
            // Nothing follows the end.
            assert!(stream.next().await?.is_none());
        }
        Ok(response::status(200).text("text/plain", text))
    });
    let table = [
        ("a", Err("body : has fewer than 2 bytes")),
        ("ab", Ok("ab")),
        ("abcd", Ok("abcd")),
        ("abcde", Err("body : has more than 4 bytes")),
        // The length of a text would be 2.
        ("äää", Err("body : has more than 4 bytes")),
    ];
    let head = "POST /\nContent-Type: application/octet-stream";
    for (body, expected) in table {
        let mut arriving = request(head);
        let (start, end) = body.split_at((body.len() / 2) & !1);
        *arriving.body_mut() = pieces(vec![start, end]);
        for request in [request(&format!("{head}\n\n{body}")), arriving] {
            let response = send(&server, request);
            match expected {
                Ok(text) => assert_eq!((response.status, &*response.body), (200, text)),
                Err(message) => {
                    assert_eq!(response.status, 400, "{body}");
                    assert_eq!(response.violations(), [message]);
                }
            }
        }
    }
    assert_eq!(send(&server, request("POST /")).body, "none");
    let coded = format!("{head}\nContent-Encoding: gzip\n\nabcdefgh");
    assert_eq!(
        send(&server, request(&coded)).body,
        "abcdefgh",
        "the length is that of other bytes"
    );
}

#[test]
fn a_type_that_a_checked_body_does_not_fit_is_reported_with_its_place() {
    #[derive(serde::Deserialize)]
    struct Narrow {
        #[serde(rename = "tags")]
        _tags: Vec<u8>,
    }
    let server = serve(&JSON, |mut request: Request| async move {
        let mut violations = Violations::new();
        request.json::<Narrow>(&IMAGE, &mut violations).await?;
        violations.into_result()?;
        Ok(response::status(200).empty())
    });
    let response = send(
        &server,
        request(
            "POST /\nContent-Type: application/json\n\n{\"name\": \"a\", \"tags\": [\"secret\"]}",
        ),
    );
    assert_eq!(
        response.violations(),
        ["body /tags/0: does not fit its type"]
    );
}
