//! Tests operations that share a method and a path, distinguished by a part of the request.

use http::Method;
use oas_server::{
    Builder, Operation, Rejection, RejectionBody, Request, Requirement, Response, Selector, Server,
    StatusPattern, Violations, response, schema::Schema,
};
use serde_json::Value;

use crate::support::{leak, request, send};

const JSON: &[&str] = &["application/json"];

async fn response(mut request: Request) -> Result<Response, Rejection> {
    request.authenticate_and_negotiate().await?;
    let mut violations = Violations::new();
    let body: Option<Value> = request
        .json(&const { Schema::ANY }, &mut violations)
        .await?;
    violations.into_result()?;
    let id = request.operation().id;
    let body = body.map_or(String::new(), |body| body.to_string());
    Ok(response::status(200).text("text/plain", format!("{id} {body}")))
}

fn server(operations: Vec<Operation>) -> Server {
    let routes = operations.into_iter().map(leak);
    let builder = routes.fold(Builder::new(), |builder, operation| {
        builder.route(operation, response)
    });
    builder.build()
}

fn action(id: &'static str, key: &'static str) -> Operation {
    Operation::new(id, Method::PUT, "/images/{id}/actions")
        .selector(Selector::body_key(key))
        .consumes(JSON)
        .body_required()
}

fn put(body: &str) -> http::Request<axum::body::Body> {
    request(&format!(
        "PUT /images/1/actions\nContent-Type: application/json\n\n{body}"
    ))
}

#[test]
fn a_key_of_the_body_selects_the_operation_and_the_body_is_still_there() {
    let server = server(vec![
        action("Recover", "recover"),
        action("Expunge", "expunge"),
    ]);
    let table = [
        (r#"{"recover": {}}"#, r#"Recover {"recover":{}}"#),
        (
            r#"{"tags": ["expunge"], "expunge": null}"#,
            r#"Expunge {"expunge":null,"tags":["expunge"]}"#,
        ),
        (r#"{"\u0065xpunge": 1}"#, r#"Expunge {"expunge":1}"#),
        (
            r#"{"recover": {"expunge": 1}}"#,
            r#"Recover {"recover":{"expunge":1}}"#,
        ),
    ];
    for (body, expected) in table {
        let response = send(&server, put(body));
        assert_eq!(
            (response.status, response.body.as_str()),
            (200, expected),
            "{body}"
        );
    }
}

#[test]
fn none_or_several_keys_are_rejected_and_run_nothing() {
    let server = server(vec![
        action("Recover", "recover"),
        action("Expunge", "expunge"),
    ]);
    let message = "body : must be an object with exactly one of the keys `recover`, `expunge`";
    for body in [
        "{}",
        "",
        "[]",
        "1",
        "null",
        r#"["recover"]"#,
        r#""recover""#,
        r#"{"params": {}}"#,
        r#"{"Recover": {}}"#,
        r#"{"recover": {}, "expunge": {}}"#,
    ] {
        let response = send(&server, put(body));
        assert_eq!(
            (response.status, response.violations()),
            (400, vec![message.to_owned()]),
            "{body}"
        );
    }
    let response = send(&server, put(r#"{"recover": {}"#));
    assert_eq!(response.status, 400);
    assert_eq!(
        response.violations(),
        ["body : is not JSON: EOF while parsing an object at byte 14"]
    );
    let response = send(&server, put("{\"recover\": 1} x"));
    assert_eq!(
        response.violations(),
        ["body : is not JSON: trailing characters at byte 15"]
    );
    let form = "PUT /images/1/actions\nContent-Type: text/plain\n\nrecover";
    let response = send(&server, request(form));
    assert_eq!(
        (response.status, response.header("accept")),
        (415, "application/json")
    );
    assert_eq!(
        send(
            &server,
            request("PUT /images/1/actions\n\n{\"recover\": 1}")
        )
        .status,
        415
    );
    let latin =
        "PUT /images/1/actions\nContent-Type: application/json; charset=latin1\n\n{\"recover\": 1}";
    assert_eq!(send(&server, request(latin)).status, 415);
    assert_eq!(send(&server, request("GET /images/1/actions")).status, 405);
}

#[test]
fn queries_and_headers_select_operations_and_are_given_once() {
    let query =
        |id, value| Operation::new(id, Method::GET, "/").selector(Selector::query("Action", value));
    let header = |id, value| {
        Operation::new(id, Method::POST, "/").selector(Selector::header("X-Target", value))
    };
    let server = server(vec![
        query("A", "ListUsers"),
        query("B", "ListRoles"),
        header("C", "x.C"),
        header("D", "x.D"),
    ]);
    let table = [
        ("GET /?Action=ListUsers", "A"),
        ("GET /?Version=1&Action=List%52oles", "B"),
        ("HEAD /?Action=ListRoles", ""),
        ("POST /?Action=ListUsers\nx-target: x.C", "C"),
        ("POST /\nX-Target: x.D", "D"),
    ];
    for (text, expected) in table {
        let response = send(&server, request(text));
        assert_eq!(
            (response.status, response.body.trim()),
            (200, expected),
            "{text}"
        );
    }
    let wrong = "query /Action: must be, once, one of `ListUsers`, `ListRoles`";
    for text in [
        "GET /",
        "GET /?Action=",
        "GET /?Action=listusers",
        "GET /?Action=ListUsers&Action=ListUsers",
    ] {
        let response = send(&server, request(text));
        assert_eq!(
            (response.status, response.violations()),
            (400, vec![wrong.to_owned()]),
            "{text}"
        );
    }
    let wrong = "header /X-Target: must be, once, one of `x.C`, `x.D`";
    for text in [
        "POST /",
        "POST /\nX-Target: x.c",
        "POST /\nX-Target: x.C\nX-Target: x.D",
    ] {
        assert_eq!(send(&server, request(text)).violations(), [wrong], "{text}");
    }
}

#[test]
fn the_rejection_is_what_the_operations_agree_on() {
    static SAME: [RejectionBody; 1] = [RejectionBody::new(
        StatusPattern::Exact(400),
        "text/plain",
        "no action: {violations}",
    )];
    static OTHER: [RejectionBody; 1] = [RejectionBody::new(
        StatusPattern::Default,
        "text/plain",
        "other",
    )];
    let agreed = server(vec![
        action("Recover", "recover").rejections(&SAME),
        action("Expunge", "expunge").rejections(&SAME),
    ]);
    let response = send(&agreed, put("{}"));
    assert!(
        response
            .body
            .starts_with("no action: body: must be an object"),
        "{}",
        response.body
    );
    let recover = leak(action("Recover", "recover").rejections(&SAME));
    let expunge = leak(action("Expunge", "expunge").rejections(&OTHER));
    let builder = Builder::new()
        .route(recover, self::response)
        .route(expunge, self::response);
    let split = builder.rejections(&OTHER).build();
    assert_eq!(send(&split, put("{}")).body, "other");
}

#[test]
fn a_stranger_learns_nothing_of_the_operations() {
    let secured = |id, key, scheme| {
        action(id, key)
            .security(leak([leak([Requirement::http(scheme, scheme)]).as_slice()]).as_slice())
    };
    let server = server(vec![
        secured("Recover", "recover", "OAuth"),
        secured("Expunge", "expunge", "Root"),
    ]);
    let response = send(&server, put("{}"));
    assert_eq!(
        (response.status, response.header("www-authenticate")),
        (401, "OAuth")
    );
    let with = |scheme: &str, body: &str| {
        let head = format!(
            "PUT /images/1/actions\nContent-Type: application/json\nAuthorization: {scheme} x"
        );
        send(&server, request(&format!("{head}\n\n{body}"))).status
    };
    assert_eq!(with("OAuth", "{}"), 400);
    assert_eq!(with("OAuth", r#"{"recover": 1}"#), 200);
    assert_eq!(with("OAuth", r#"{"expunge": 1}"#), 401);
    assert_eq!(with("Root", r#"{"expunge": 1}"#), 200);
}

#[test]
fn an_operation_by_hand_replaces_the_one_with_its_selector() {
    let builder = Builder::new()
        .route(leak(action("Recover", "recover")), response)
        .route(leak(action("Expunge", "expunge")), response)
        .route(leak(action("Mine", "recover")), response);
    let server = builder.base_path("/v1").body_limit(100).build();
    let put = |body: &str| {
        let head = "PUT /v1/images/1/actions\nContent-Type: application/json";
        send(&server, request(&format!("{head}\n\n{body}")))
    };
    assert_eq!(put(r#"{"recover": 1}"#).body, r#"Mine {"recover":1}"#);
    assert_eq!(put(r#"{"expunge": 1}"#).body, r#"Expunge {"expunge":1}"#);
    let long = format!(r#"{{"expunge": "{}"}}"#, "x".repeat(100));
    assert_eq!(put(&long).status, 413);
    let whole = leak(Operation::new("Whole", Method::PUT, "/images/{id}/actions").consumes(JSON));
    let server = Builder::new()
        .route(leak(action("A", "a")), response)
        .route(whole, response)
        .build();
    assert_eq!(
        send(&server, self::put(r#"{"a": 1}"#)).body,
        r#"Whole {"a":1}"#
    );
}
