//! Tests bodies: media types, limits, and violations inside.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use oas_server::schema::{Number, Property, Schema};
use oas_server::{
    Builder, Encoding, Method, Operation, Parameter, Rejection, Request, Server, Style, Violations,
    response,
};
use serde_json::Value;

use crate::support::{normal, request, send, serve};

static STRING: Schema = Schema::string();
static INTEGER: Schema = Schema::integer();
static IMAGE: Schema = Schema::object(&[
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
        let answer = send(&server, request(&format!("POST /{header}\n\n{body}")));
        let found = match answer.status {
            200 => format!("200 {}", answer.body),
            400 => format!("400 {}", answer.violations().join("; ")),
            status => {
                assert_eq!(
                    answer.header("accept"),
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
        // What is described is nothing that the operation takes, so there is nothing to refuse.
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
fn a_body_that_grows_over_the_limit_is_refused() {
    let mut grown = request("POST /\nContent-Type: application/json");
    *grown.body_mut() = pieces(vec!["0123456789"; 7]);
    assert_eq!(send(&json_server(&JSON), grown).status, 413);
}

#[test]
fn a_declared_length_over_the_limit_is_refused_unread() {
    let mut announced = request("POST /\nContent-Type: application/json\nContent-Length: 65");
    *announced.body_mut() = Body::from_stream(Pieces(std::iter::from_fn(
        || -> Option<Result<Bytes, Infallible>> { panic!("the body was read") },
    )));
    let answer = send(&json_server(&JSON), announced);
    assert_eq!(answer.status, 413);
    assert_eq!(
        answer.json()["detail"],
        "the body may have 64 bytes at most"
    );
}

#[test]
fn a_body_that_arrives_too_slowly_is_refused() {
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
fn a_body_with_a_content_coding_is_refused() {
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
        let answers = servers.map(|server| send(&server, request(&sent)));
        assert_eq!(
            answers.each_ref().map(|answer| answer.status),
            expected,
            "{coding}"
        );
        if expected[0] == 415 {
            assert_eq!(answers[0].header("accept-encoding"), "identity");
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
fn forms_are_read_as_objects() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["application/x-www-form-urlencoded"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let body = request.form::<Value>(&IMAGE, &mut violations).await?;
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &body))
    });
    let table = [
        (
            "name=a+b&size=7&tags=x&tags=y%26",
            r#"{"name":"a b","size":7,"tags":["x","y&"]}"#,
        ),
        ("name=1&tags=x", r#"{"name":"1","tags":["x"]}"#),
        (
            "size=x",
            "body /size: expected integer, found string; body /name: is required",
        ),
        ("name=a&name=b", "body /name: is given more than once"),
        ("name=%ff", "body /name: is not percent-encoded UTF-8"),
        ("%ff=name", "body : is not percent-encoded UTF-8"),
    ];
    for (body, expected) in table {
        let answer = send(
            &server,
            request(&format!(
                "POST /\nContent-Type: application/x-www-form-urlencoded\n\n{body}"
            )),
        );
        let found = if answer.status == 200 {
            answer.body
        } else {
            answer.violations().join("; ")
        };
        assert_eq!(normal(&found), normal(expected), "{body}");
    }
}

#[test]
fn properties_of_forms_are_read_as_they_are_encoded() {
    static STRING: Schema = Schema::string();
    static STRINGS: Schema = Schema::array(&STRING);
    static RANGE: Schema = Schema::object(&[
        Property::optional("from", &Schema::integer()),
        Property::optional("names", &STRINGS),
    ]);
    static FORM: Schema = Schema::object(&[
        Property::optional("tags", &STRINGS),
        Property::optional("words", &STRINGS),
        Property::optional("range", &RANGE),
        Property::optional("filter", &RANGE),
        Property::optional("filters", &Schema::array(&RANGE)),
        Property::optional("note", &STRING),
    ])
    .closed();
    static ENCODINGS: &[Encoding] = &[
        Encoding::style("tags", Style::PipeDelimited),
        Encoding::style("words", Style::Form).explode(false),
        Encoding::style("range", Style::DeepObject),
        Encoding::json("filter"),
    ];
    static ENCODED: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["application/x-www-form-urlencoded"]);
    let server = serve(&ENCODED, |mut request: Request| async move {
        let mut violations = Violations::new();
        let body = request
            .form_encoded::<Value>(&FORM, ENCODINGS, &mut violations)
            .await?;
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &body))
    });
    let table = [
        (
            "note=x&tags=a|b&words=c,d%2Ce&range[from]=1&range[names][0]=f",
            r#"{"tags":["a","b"],"words":["c","d,e"],"range":{"from":1,"names":["f"]},"note":"x"}"#,
        ),
        ("filter=%7B%22from%22:1%7D", r#"{"filter":{"from":1}}"#),
        (
            "filters=%5B%7B%22from%22:1%7D%5D",
            r#"{"filters":[{"from":1}]}"#,
        ),
        (
            "filters=%7B%22from%22:1%7D&filters=%7B%7D",
            r#"{"filters":[{"from":1},{}]}"#,
        ),
        ("tags=", r#"{"tags":[]}"#),
        (
            "range[from]=x",
            "body /range/from: expected integer, found string",
        ),
        (
            "filter=%7B%22from%22:true%7D",
            "body /filter/from: expected integer, found boolean",
        ),
        ("filter=x", "body /filter: is not JSON"),
        // No property is smuggled in with another.
        (
            "filter=%7B%7D,%22note%22:%22x%22",
            "body /filter: is not JSON",
        ),
        (
            "filters=%7B%7D&filters=%7B%7D,%7B%7D",
            "body /filters/1: expected object, found string",
        ),
        ("other=1", "body /other: is not a property of this object"),
        ("words=a&words=b", "body /words: is given more than once"),
    ];
    for (body, expected) in table {
        let line = "POST /\nContent-Type: application/x-www-form-urlencoded";
        let answer = send(&server, request(&format!("{line}\n\n{body}")));
        let found = match answer.status {
            200 => answer.body,
            _ => answer.violations().join("; "),
        };
        assert_eq!(normal(&found), normal(expected), "{body}");
    }
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
        let answer = send(
            &server,
            request(&format!("POST /\nContent-Type: {media_type}\n\nabc")),
        );
        assert_eq!(answer.body, expected, "{media_type}");
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
fn a_type_that_a_checked_body_does_not_fit_is_told_by_its_place() {
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
    let answer = send(
        &server,
        request(
            "POST /\nContent-Type: application/json\n\n{\"name\": \"a\", \"tags\": [\"secret\"]}",
        ),
    );
    assert_eq!(answer.violations(), ["body /tags/0: does not fit its type"]);
}

#[test]
fn multipart_forms_are_taken_apart() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    static SIZES: Schema = Schema::array(&INTEGER);
    static IMAGES: Schema = Schema::array(&IMAGE);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let form = request.multipart(&mut violations).await?;
        let answer = form.map(|mut form| {
            let file = form.file("file", true, &mut violations);
            let file = file.map(|file| {
                (
                    file.file_name.clone(),
                    file.media_type.clone(),
                    file.bytes().cloned(),
                )
            });
            let name = form.field::<String>("name", &STRING, true, &mut violations);
            let sizes = form.field::<Vec<i32>>("size", &SIZES, false, &mut violations);
            let image = form.field::<Value>("image", &IMAGE, false, &mut violations);
            form.field::<Value>("images", &IMAGES, false, &mut violations);
            format!("{file:?} {name:?} {sizes:?} {image:?}")
        });
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", answer.unwrap_or_default()))
    });
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.img\"\ncontent-type: image/raw\n\n\0\r\n--x";
    let field =
        |name: &str, text: &str| format!("Content-Disposition: form-data; name={name}\n\n{text}");
    let json = |text: &str| format!("Content-Type: application/json\n{}", field("image", text));
    let name = field("\"name\"", "12");
    let table: &[(&[&str], &str)] = &[
        (
            &[file, &name],
            r#"Some((Some("a\"b.img"), Some("image/raw"), Some(b"\0\r\n--x"))) Some("12") None None"#,
        ),
        (
            &[
                file,
                &field("size", "1"),
                &name,
                &field("size", "2"),
                &json("{\"name\": \"\"}"),
            ],
            r#"Some((Some("a\"b.img"), Some("image/raw"), Some(b"\0\r\n--x"))) Some("12") Some([1, 2]) Some(Object {"name": String("")})"#,
        ),
        (&[file], "body /name: is required"),
        (
            &[&name, &name],
            "body /file: is required; body /name: is given more than once",
        ),
        (
            &[file, file, &name, &field("size", "x"), &json("{}")],
            "body /file: is given more than once; body /size/0: expected integer, found string; body /image/name: is required",
        ),
        (
            &[
                file,
                &name,
                &json("{}").replace("image", "images"),
                &json("{},{}").replace("image", "images"),
            ],
            "body /images: is not JSON",
        ),
        (
            &["no header"],
            "body : has a part whose header does not end",
        ),
        (
            &["A: b\n\n"],
            "body : has a part without Content-Disposition",
        ),
        (
            &["Content-Disposition: form-data\n\n"],
            "body : has a part without a name",
        ),
        (&[], "body /file: is required; body /name: is required"),
    ];
    for (parts, expected) in table {
        let parts: String = parts
            .iter()
            .map(|part| {
                format!(
                    "--q y\r\n{}\r\n",
                    part.replace('\n', "\r\n").replace("\r\r\n", "\r\n")
                )
            })
            .collect();
        let mut request =
            request("POST /\nContent-Type: multipart/form-data; charset=x; boundary=\"q y\"");
        *request.body_mut() = Body::from(format!("{parts}--q y--\r\nepilogue"));
        let answer = send(&server, request);
        let found = if answer.status == 200 {
            answer.body
        } else {
            answer.violations().join("; ")
        };
        assert_eq!(found, *expected);
    }
    for (media_type, body, expected) in [
        (
            "multipart/form-data",
            "--b--",
            "body : has no boundary in its media type",
        ),
        (
            "multipart/form-data; boundary=b",
            "preamble",
            "body : has no boundary line",
        ),
        (
            "multipart/form-data; boundary=b",
            "--b",
            "body : ends within a boundary line",
        ),
        (
            "multipart/form-data; boundary=b",
            "preamble\r\n--b \r\nA: b\r\n\r\n",
            "body : has no closing boundary line",
        ),
    ] {
        let mut request = request(&format!("POST /\nContent-Type: {media_type}"));
        *request.body_mut() = Body::from(body);
        assert_eq!(send(&server, request).violations(), [expected]);
    }
}

#[test]
fn the_header_of_each_file_is_checked() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    static WIDTH: Schema = Schema::int64().minimum(Number::Integer(1));
    static HEADERS: [Parameter; 1] = [Parameter::header("X-Width", &WIDTH).required()];
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        if let Some(mut form) = request.multipart(&mut violations).await? {
            form.check_headers("file", &HEADERS, &mut violations);
            form.files("file", true, &mut violations);
        }
        violations.into_result()?;
        Ok(response::status(204).empty())
    });
    let exchange = |headers: &[&str]| {
        let disposition = "Content-Disposition: form-data; name=file; filename=a.png";
        let parts = headers
            .iter()
            .map(|header| format!("--b\r\n{disposition}{header}\r\n\r\ncontent\r\n"));
        let body = parts.collect::<String>() + "--b--\r\n";
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(body);
        send(&server, request)
    };
    let valid = "\r\nx-width: 7";
    assert_eq!(exchange(&[valid, valid]).status, 204);
    let table = [
        ("", "body /file: header `X-Width`: is required"),
        (
            "\r\nX-Width: 0",
            "body /file: header `X-Width`: must be at least 1",
        ),
        (
            "\r\nX-Width: wide",
            "body /file: header `X-Width`: expected integer, found string",
        ),
    ];
    for (invalid, expected) in table {
        let answer = exchange(&[valid, invalid]);
        assert_eq!(answer.status, 400, "{invalid:?}");
        assert_eq!(answer.violations(), [expected]);
    }
}

#[test]
fn the_files_of_a_list_are_counted_and_have_a_size() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        if let Some(mut form) = request.multipart(&mut violations).await? {
            form.check_count("file", 2, Some(3), &mut violations);
            form.check_size("other", 1, Some(7), &mut violations);
            form.files("file", false, &mut violations);
        }
        violations.into_result()?;
        Ok(response::status(204).empty())
    });
    let exchange = |files: usize, other: &str| {
        let head = "--b\r\nContent-Disposition: form-data; name=";
        let file = format!("{head}file; filename=a\r\n\r\ncontent\r\n");
        let other = format!("{head}other\r\n\r\n{other}\r\n--b--\r\n");
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(file.repeat(files) + &other);
        send(&server, request)
    };
    for (files, other) in [(0, "content"), (2, "content"), (3, "7")] {
        assert_eq!(exchange(files, other).status, 204);
    }
    for (files, other, expected) in [
        (1, "content", "body /file: has fewer than 2 parts"),
        (4, "content", "body /file: has more than 3 parts"),
        (2, "", "body /other: has fewer than 1 byte"),
        (2, "contents", "body /other: has more than 7 bytes"),
    ] {
        let answer = exchange(files, other);
        assert_eq!(answer.status, 400);
        assert_eq!(answer.violations(), [expected]);
    }
}

#[test]
fn parts_say_what_they_are() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let form = request.multipart(&mut violations).await?;
        let mut answer = String::new();
        if let Some(mut form) = form {
            form.check_media_type("file", &["image/png", "text/*"], &mut violations);
            let file = form.file("file", true, &mut violations);
            answer = file
                .as_ref()
                .map(|file| format!("{file:?}"))
                .unwrap_or_default();
            let checksum = file.and_then(|file| file.headers.get("x-checksum").cloned());
            answer.push_str(&format!(" {checksum:?}"));
            form.refuse_others(&mut violations);
        }
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", answer))
    });
    let disposition = "Content-Disposition: form-data; name=file";
    let many: String = (0..1_000).map(|n| format!("a{n}:\r\n")).collect();
    let table = [
        (
            format!(
                "{disposition}\r\nContent-Type: image/PNG; a=b\r\nX-Checksum: 7\r\nbad name: 1"
            ),
            "Part { name: \"file\", file_name: None, media_type: Some(\"image/PNG; a=b\"), content: 7 bytes, .. } Some(\"7\")",
        ),
        (
            format!("{many}{disposition}"),
            "Part { name: \"file\", file_name: None, media_type: None, content: 7 bytes, .. } None",
        ),
        (many.repeat(3), "body : has a part whose header is too long"),
        (
            format!("{disposition}\r\nContent-Type: image/gif"),
            "body /file: must be of the media type image/png or text/*",
        ),
        (
            "Content-Disposition: form-data; name=other".to_owned(),
            "body /file: is required; body /other: is not a property of this object",
        ),
    ];
    for (header, expected) in table {
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(format!("--b\r\n{header}\r\n\r\nhunter2\r\n--b--"));
        let answer = send(&server, request);
        let found = match answer.status {
            200 => answer.body,
            _ => answer.violations().join("; "),
        };
        assert_eq!(found, expected);
    }
}
