//! Rejections on the wire: in the document's own error body, as a problem, or as a renderer of one's own has it.

use oas_server::schema::{Property, Schema};
use oas_server::{
    Builder, IntoResponse as _, Method, Operation, Rejection, RejectionBody, Request, Response,
    Server, StatusPattern, Violations, response,
};
use serde_json::json;

use crate::support::{leak, request, send, serve};

static NAMED: Schema = Schema::object(&[Property::required("na\"me", &NAME)]);
static NAME: Schema = Schema::string();

const BODIES: &[RejectionBody] = &[
    RejectionBody::new(
        StatusPattern::Default,
        "text/plain",
        "{status} {code} {operation} {unknown}",
    ),
    RejectionBody::new(
        StatusPattern::Range(4),
        "application/json",
        r#"{"error": {"code": "E{status}", "description": "{title}", "details": "{violations}", "n": "{status#}"}}"#,
    ),
    RejectionBody::new(
        StatusPattern::Exact(400),
        "application/vnd.error+json",
        r#"{"all": "{violations[]}", "text": "{code}: {violations}", "detail": "{detail}", "kept": "{violations[]} {x}"}"#,
    ),
    RejectionBody::empty(StatusPattern::Exact(403)),
];

static DECLARED: Operation = Operation::new("Declared", Method::POST, "/declared")
    .consumes(&["application/json"])
    .rejections(BODIES);
static UNDECLARED: Operation =
    Operation::new("Undeclared", Method::POST, "/undeclared").consumes(&["application/json"]);

async fn handler(mut request: Request) -> Result<Response, Rejection> {
    request.authenticate_and_negotiate().await?;
    let mut violations = Violations::new();
    let body = request
        .json::<serde_json::Value>(&NAMED, &mut violations)
        .await?;
    violations.into_result()?;
    let word = body.map(|body| body["na\"me"].as_str().unwrap().to_owned());
    match word.as_deref() {
        Some("forbidden") => Err(Rejection::Forbidden),
        Some("unwritten") => Err(Rejection::not_implemented(request.operation())),
        // A handler that has no way to return a rejection answers with it.
        Some("answered") => Ok(Rejection::not_implemented(request.operation()).into_response()),
        _ => Ok(response::status(200).empty()),
    }
}

fn builder() -> Builder {
    Builder::new()
        .route(&DECLARED, handler)
        .route(&UNDECLARED, handler)
}

fn post(path: &str, media_type: &str, body: &str) -> http::Request<axum::body::Body> {
    request(&format!(
        "POST {path}\nContent-Type: {media_type}\n\n{body}"
    ))
}

/// Tests that names chosen by a caller are escaped.
#[test]
fn what_a_caller_names_is_no_markup() {
    static CLOSED: Schema = Schema::object(&[]).deny_additional_properties();
    for media_type in ["text/html; charset=utf-8", "application/problem+xml"] {
        let bodies = vec![RejectionBody::new(
            StatusPattern::Default,
            media_type,
            "<p>{violations}</p>",
        )];
        let operation = Operation::new("Marked", Method::POST, "/")
            .consumes(&["application/json"])
            .rejections(bodies.leak());
        let server = serve(leak(operation), |mut request: Request| async move {
            let mut violations = Violations::new();
            request
                .json::<serde_json::Value>(&CLOSED, &mut violations)
                .await?;
            violations.into_result()?;
            Ok(response::status(200).empty())
        });
        let response = send(
            &server,
            post("/", "application/json", r#"{"<b a='&'>": 1}"#),
        );
        assert_eq!(
            response.body,
            "<p>/&#60;b a=&#39;&#38;&#39;&#62;: is not a property of this object</p>"
        );
    }
}

#[test]
fn the_closest_declared_body_is_filled() {
    let server = builder().build();
    let response = send(&server, post("/declared", "application/json", "{}"));
    assert_eq!(
        (response.status, response.header("content-type")),
        (400, "application/vnd.error+json")
    );
    assert_eq!(
        response.json(),
        json!({
            "all": [{"in": "body", "pointer": "/na\"me", "message": "is required"}],
            "text": "bad_request: /na\"me: is required",
            "detail": "the request breaks the contract in 1 place",
            "kept": "{violations[]} {x}",
        })
    );

    let response = send(&server, post("/declared", "text/plain", "{}"));
    assert_eq!(
        (response.status, response.header("content-type")),
        (415, "application/json")
    );
    assert_eq!(
        response.json(),
        json!({"error": {
            "code": "E415",
            "description": "Unsupported media type",
            "details": "the body has to be application/json, in UTF-8 where it is text",
            "n": 415,
        }})
    );

    let response = send(
        &server,
        post(
            "/declared",
            "application/json",
            r#"{"na\"me": "forbidden"}"#,
        ),
    );
    assert_eq!(
        (
            response.status,
            response.header("content-type"),
            response.body.as_str()
        ),
        (403, "", "")
    );

    for word in ["unwritten", "answered"] {
        let body = json!({"na\"me": word}).to_string();
        let response = send(&server, post("/declared", "application/json", &body));
        assert_eq!(
            (response.status, response.header("content-type")),
            (501, "text/plain")
        );
        assert_eq!(response.body, "501 not_implemented Declared {unknown}");
    }
}

#[test]
fn without_a_declared_body_it_is_a_problem() {
    let response = send(
        &builder().build(),
        post("/undeclared", "application/json", r#"{"na\"me": 7}"#),
    );
    assert_eq!(response.header("content-type"), "application/problem+json");
    assert_eq!(
        response.json(),
        json!({
            "type": "about:blank",
            "title": "Bad request",
            "status": 400,
            "detail": "the request breaks the contract in 1 place",
            "code": "bad_request",
            "violations": [{"in": "body", "pointer": "/na\"me", "message": "expected string, found integer"}],
        })
    );
}

#[test]
fn requests_that_reach_no_operation_have_bodies_of_their_own() {
    let table: [(Server, &str); 2] = [
        (builder().build(), "application/problem+json"),
        (builder().rejections(BODIES).build(), "application/json"),
    ];
    for (server, media_type) in table {
        for (line, status) in [("GET /", 404), ("GET /declared", 405)] {
            let response = send(&server, request(line));
            assert_eq!(
                (response.status, response.header("content-type")),
                (status, media_type)
            );
        }
    }
}

#[test]
fn a_renderer_replaces_it_all() {
    let server = builder()
        .renderer(|rejection| match rejection.rejection() {
            Rejection::BadRequest { .. } => rejection.render(),
            other => {
                let id = rejection
                    .operation()
                    .map_or("none", |operation| operation.id);
                let path = rejection.request().uri.path();
                response::status(other.status().as_u16())
                    .header("x-code", other.code())
                    .text("text/plain", format!("{path} {id}"))
            }
        })
        .build();
    let response = send(&server, request("GET /nowhere"));
    assert_eq!(
        (response.status, response.header("x-code"), &*response.body),
        (404, "not_found", "/nowhere none")
    );
    let response = send(&server, post("/declared", "text/plain", "{}"));
    assert_eq!(
        (response.status, &*response.body),
        (415, "/declared Declared")
    );
    assert_eq!(
        send(&server, post("/declared", "application/json", "{}")).header("content-type"),
        "application/vnd.error+json"
    );
}

#[test]
fn submitted_values_are_never_repeated() {
    let server = builder().build();
    let secret = "hunter2";
    for (path, body) in [
        ("/declared", format!("{{\"na\\\"me\": [\"{secret}\"]}}")),
        ("/undeclared", format!("\"{secret}\"")),
        ("/undeclared", secret.to_owned()),
        ("/hunter2", String::new()),
    ] {
        let response = send(&server, post(path, "application/json", &body));
        assert!(
            response.status >= 400 && !response.body.contains(secret),
            "{}",
            response.body
        );
    }
    let response = send(&server, post("/declared", "hunter2/hunter2", "{}"));
    assert!(response.status == 415 && !response.body.contains(secret));
}
