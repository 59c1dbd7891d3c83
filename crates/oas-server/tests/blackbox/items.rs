//! Bodies that are a sequence of items: each is checked when it has arrived.

use oas_server::schema::{Number, Schema};
use oas_server::{Framing, Items, Method, Operation, Request, Violations, response};

use crate::support::{request, send, serve};

static POSITIVE: Schema = Schema::int64().minimum(Number::Integer(1));

fn answer(body: &str) -> (u16, Vec<String>, String) {
    static ADD: Operation = Operation::new("Add", Method::POST, "/")
        .consumes(&["application/jsonl"])
        .body_required();
    let server = serve(&ADD, |mut request: Request| async move {
        let mut violations = Violations::new();
        let items = request.items::<i64>(Framing::Lines, &POSITIVE, &mut violations)?;
        violations.into_result()?;
        let numbers = match items {
            Some(items) => items.read_all().await?,
            None => Vec::new(),
        };
        let sums = Items::from([numbers.iter().sum::<i64>()]);
        Ok(response::status(200).items("application/json-seq", Framing::Sequence, sums))
    });
    let text = format!("POST /\nContent-Type: application/jsonl\n\n{body}");
    let answer = send(&server, request(&text));
    let violations = match answer.status {
        200 => Vec::new(),
        _ => answer.violations(),
    };
    (answer.status, violations, answer.body)
}

#[test]
fn items_arrive_and_are_answered_with_items() {
    let (status, _, body) = answer("1\n2\n\n3");
    assert_eq!((status, &*body), (200, "\u{1e}6\n"));
}

#[test]
fn an_item_that_is_wrong_refuses_the_request_by_its_number() {
    let (status, violations, _) = answer("1\n-2\n0\n");
    assert_eq!(status, 400);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].starts_with("body /1: "), "{violations:?}");
    let (status, violations, _) = answer("1\n{\n");
    assert_eq!(status, 400);
    assert!(violations[0].starts_with("body /1"), "{violations:?}");
}

#[test]
fn a_body_that_is_required_is_asked_for() {
    assert_eq!(answer("").0, 400);
}
