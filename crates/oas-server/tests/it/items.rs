//! Bodies that are a sequence of items: each is checked when it has arrived.

use oas_server::schema::{Number, Schema};
use oas_server::{Framing, Items, Method, Operation, Request, Response, Violations, response};

use crate::support::{request, send, serve};

static POSITIVE: Schema = Schema::int64().minimum(Number::Integer(1));

/// Sends numbers to an operation that responds with what `reply` makes of them.
fn exchange(
    add: &'static Operation,
    framing: Framing,
    (content_type, body): (&str, &str),
    reply: fn(Vec<i64>) -> Response,
) -> (u16, Vec<String>, String) {
    let server = serve(add, move |mut request: Request| async move {
        let mut violations = Violations::new();
        let items = request.items::<i64>(framing, &POSITIVE, &mut violations)?;
        violations.into_result()?;
        Ok(reply(match items {
            Some(items) => items.read_all().await?,
            None => Vec::new(),
        }))
    });
    let text = match content_type {
        "" => format!("POST /\n\n{body}"),
        content_type => format!("POST /\nContent-Type: {content_type}\n\n{body}"),
    };
    let response = send(&server, request(&text));
    let violations = match response.status {
        200 => Vec::new(),
        _ => response.violations(),
    };
    (response.status, violations, response.body)
}

fn response(body: &str) -> (u16, Vec<String>, String) {
    static ADD: Operation = Operation::new("Add", Method::POST, "/")
        .consumes(&["application/jsonl"])
        .body_required();
    exchange(
        &ADD,
        Framing::Lines,
        ("application/jsonl", body),
        |numbers| {
            let sums = Items::from([numbers.iter().sum::<i64>()]);
            response::status(200).items("application/json-seq", Framing::Sequence, sums)
        },
    )
}

#[test]
fn items_arrive_and_are_answered_with_items() {
    let (status, _, body) = response("1\n2\n\n3");
    assert_eq!((status, &*body), (200, "\u{1e}6\n"));
}

#[test]
fn an_item_that_is_wrong_rejects_the_request_by_its_number() {
    let (status, violations, _) = response("1\n-2\n0\n");
    assert_eq!(status, 400);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].starts_with("body /1: "), "{violations:?}");
    let (status, violations, _) = response("1\n{\n");
    assert_eq!(status, 400);
    assert!(violations[0].starts_with("body /1"), "{violations:?}");
}

#[test]
fn a_body_that_is_required_is_asked_for_and_may_have_no_items() {
    let (status, _, body) = response("");
    assert_eq!((status, &*body), (200, "\u{1e}0\n"));

    static ADD: Operation = Operation::new("Add", Method::POST, "/")
        .consumes(&["application/jsonl", "multipart/mixed"])
        .body_required();
    // Parts have a boundary even if there are none.
    let table = [
        ("", Framing::Lines),
        ("multipart/mixed; boundary=b", Framing::Parts),
    ];
    for (content_type, framing) in table {
        let (status, violations, _) = exchange(&ADD, framing, (content_type, ""), |_| {
            response::status(204).empty()
        });
        assert_eq!(status, 400);
        assert_eq!(violations, ["body : is required"]);
    }
}

fn response_to_parts(body: &str) -> (u16, Vec<String>, String) {
    static ADD: Operation = Operation::new("Add", Method::POST, "/")
        .consumes(&["multipart/mixed"])
        .body_required();
    let sent = ("multipart/mixed; boundary=\"a b\"", body);
    exchange(&ADD, Framing::Parts, sent, |numbers| {
        response::status(200).items("multipart/mixed", Framing::Parts, Items::from(numbers))
    })
}

#[test]
fn parts_arrive_and_are_answered_with_parts() {
    let body = "preamble\r\n--a b\r\n\r\n1\r\n--a b\r\nContent-Type: application/geo+json\r\nX: y\r\n\r\n 2 \r\n--a b--\r\n";
    let (status, _, body) = response_to_parts(body);
    let json = "\r\nContent-Type: application/json\r\n\r\n";
    let expected = format!("--part{json}1\r\n--part{json}2\r\n--part--\r\n");
    assert_eq!((status, body), (200, expected));
    let (status, _, body) = response_to_parts("--a b--");
    assert_eq!((status, &*body), (200, "--part--\r\n"));
}

#[test]
fn a_part_that_is_wrong_rejects_the_request() {
    let part = |header: &str, content: &str| format!("--a b\r\n{header}\r\n{content}\r\n");
    let end = "--a b--";
    let cases = [
        (
            format!("{}{}{end}", part("", "1"), part("", "0")),
            "body /1: must be at least 1",
        ),
        (format!("{}{end}", part("", "")), "body /0: is not JSON"),
        (part("", "1"), "body : has no closing boundary line"),
        (String::from("1"), "body : has no boundary line"),
        (
            format!("{}{end}", part("Content-Type: image/png\r\n", "1")),
            "body : has a part that is not JSON by its media type",
        ),
    ];
    for (body, expected) in cases {
        let (status, violations, _) = response_to_parts(&body);
        assert_eq!(status, 400);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].starts_with(expected), "{violations:?}");
    }
    let large = part("", &"1".repeat(2 << 20));
    assert_eq!(send_status(&large), 413);
}

fn send_status(body: &str) -> u16 {
    static ADD: Operation = Operation::new("Add", Method::POST, "/").consumes(&["multipart/mixed"]);
    let server = serve(&ADD, |mut request: Request| async move {
        let mut violations = Violations::new();
        let items = request.items::<i64>(Framing::Parts, &POSITIVE, &mut violations)?;
        // The limit of the body is not that of an item.
        let items = items.unwrap().with_limit(usize::MAX);
        items.read_all().await?;
        Ok(response::status(204).empty())
    });
    let text = format!("POST /\nContent-Type: multipart/mixed; boundary=\"a b\"\n\n{body}");
    send(&server, request(&text)).status
}
