//! Tests that every request is answered: no request makes the server panic, which would be visible as a 500.

use axum::body::Body;
use oas_server::schema::{Property, Schema};
use oas_server::{
    Builder, Location, Method, Operation, Parameter, Rejection, Request, RequestViolation,
    Requirement, Server, Style, Violations, response,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::send;

static INTEGERS: Schema = Schema::array(&Schema::int32()).unique_items();
static NODE: Schema = Schema::object(&[
    Property::required("a", &INTEGERS),
    Property::optional("b", &CHOICE),
]);
static CHOICE: Schema = Schema::any().one_of(&[&NODE, &INTEGERS, &Schema::ANY]);

static PARAMETERS: [Parameter; 9] = [
    Parameter::path("p", &INTEGERS),
    Parameter::path("p", &NODE)
        .style(Style::Matrix)
        .explode(true),
    Parameter::path("q", &INTEGERS).style(Style::Label),
    Parameter::query("a", &INTEGERS),
    Parameter::query("b", &NODE),
    Parameter::query("b", &NODE).style(Style::DeepObject),
    Parameter::query("c", &INTEGERS).style(Style::PipeDelimited),
    Parameter::query("d", &CHOICE).json(),
    Parameter::cookie("e", &NODE),
];

static ECHO: Operation = Operation::new("Echo", Method::POST, "/{p}/x{q}y{r}")
    .security(&[
        &[Requirement::basic("login")],
        &[Requirement::api_key_cookie("key", "e")],
        &[],
    ])
    .consumes(&[
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ])
    .produces(&["text/plain"]);

fn server() -> Server {
    Builder::new()
        .route(&ECHO, |mut request: Request| async move {
            let _ = request.authenticate_and_negotiate().await;
            let mut violations = Violations::new();
            for parameter in &PARAMETERS {
                request.parameter::<Value>(parameter, &mut violations);
            }
            match request.media_type()? {
                Some(1) => {
                    request.form::<Value>(&NODE, &mut violations).await?;
                }
                Some(2) => {
                    if let Some(mut form) = request.multipart(&mut violations).await? {
                        form.field::<Value>("a", &INTEGERS, true, &mut violations);
                        form.field::<Value>("b", &NODE, false, &mut violations);
                    }
                }
                _ => {
                    request.json::<Value>(&CHOICE, &mut violations).await?;
                }
            }
            violations.into_result()?;
            Ok::<_, Rejection>(response::status(200).text("text/plain", ""))
        })
        .build()
}

/// Generates texts from the tokens that the parsers search for.
fn fragments(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..24).prop_map(|words| words.concat())
}

const URI: &[&str] = &[
    "/", "x", "y", "a", "b", "[", "]", "=", "&", "?", ",", ";", ".", "|", "%2", "%2C", "%ff", "+",
    "1", "-", "{", "\"", "é",
];
const JSON: &[&str] = &[
    "{", "}", "[", "]", "\"a\"", "\"b\"", ":", ",", "1", "-", ".5", "e9", "null", "\\", "\\ud800",
    "\"", " ", "\n", "é", "\0",
];
const FORM: &[&str] = &[
    "--b",
    "--",
    "\r\n",
    "\r\n\r\n",
    "Content-Disposition",
    ":",
    " form-data",
    ";",
    "name=",
    "\"",
    "a",
    "b",
    "=",
    "Content-Type: application/json",
    "\\",
    "[1]",
];
const HEADER: &[&str] = &[
    "Basic ",
    "basic",
    "e=",
    ";",
    "\"",
    "YTpi",
    "=",
    " ",
    ",",
    "q=",
    "*/*",
    "text/",
    "é",
    "charset",
    "multipart/form-data",
    "application/json",
    "boundary=b",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_the_server_panic(
        path in fragments(URI),
        body in prop_oneof![fragments(JSON), fragments(FORM), fragments(URI)],
        headers in prop::collection::vec((prop::sample::select(&["authorization", "cookie", "accept", "content-type", "content-length"][..]), fragments(HEADER)), 0..4),
        media_type in prop::sample::select(&["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"][..]),
    ) {
        let mut request = http::Request::post(format!("/{path}")).header("content-type", media_type);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        // An invalid URI or header never reaches a server.
        if let Ok(request) = request.body(Body::from(body)) {
            let response = send(&server(), request);
            prop_assert!([200, 400, 404, 405, 413, 415].contains(&response.status), "{:?}", response);
        }
    }

    #[test]
    fn no_path_to_the_operation_makes_it_panic(p in fragments(URI), q in fragments(URI), body in fragments(FORM)) {
        let path = format!("/{}/x{}y1?{q}", p.replace(['/', '?'], "."), q.replace(['/', '?'], ","));
        let request = http::Request::post(path).header("content-type", "multipart/form-data; boundary=b").body(Body::from(format!("--b{body}")));
        if let Ok(request) = request {
            let response = send(&server(), request);
            prop_assert!([200, 400, 404].contains(&response.status), "{:?}", response);
        }
    }
}

#[test]
fn the_list_of_violations_ends_somewhere() {
    let mut violations = Violations::new();
    for _ in 0..1000 {
        violations.push(RequestViolation::new(Location::Body, "/0", "is required"));
    }
    assert_eq!(violations.len(), Violations::LIMIT + 1);
    let last = violations.iter().last().map(ToString::to_string);
    assert_eq!(last.as_deref(), Some("body: and more: the list ends here"));
}
