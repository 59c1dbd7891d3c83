//! Counts the allocations of a request, and compares them with stored limits: unlike time they are the same on every
//! machine. A change that saves some lowers the limit; one that exceeds it needs a reason.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use oas_server::schema::{Pattern, Property, Schema};
use oas_server::{
    Builder, Method, Operation, Parameter, Rejection, Request, Requirement, Response, Violations,
    require_decoded, response,
};
use serde::{Deserialize, Serialize};
use tower_service::Service as _;

static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
static UUID_STRING: Schema = Schema::string().pattern(&UUID);
static BODY: Schema = Schema::object(&[
    Property::required("uuids", &Schema::array(&UUID_STRING).min_items(1)),
    Property::optional("size", &Schema::int64()),
]);
static IMAGE_UUID: Parameter = Parameter::path("imageUuid", &UUID_STRING);
static JOB: Parameter = Parameter::header("X-Job", &UUID_STRING);
static RECOVER: Operation = Operation::new("Recover", Method::PUT, "/images/{imageUuid}/actions")
    .security(&[&[Requirement::http("session", "OAuth")]])
    .consumes(&["application/json"])
    .body_required()
    .produces(&["application/json"]);

#[derive(Serialize, Deserialize)]
struct Recover {
    uuids: Vec<String>,
    size: Option<i64>,
}

async fn recover(mut request: Request) -> Result<Response, Rejection> {
    let mut credentials = request.authenticate_and_negotiate().await?;
    let mut violations = Violations::new();
    let uuid = request.parameter::<String>(&IMAGE_UUID, &mut violations);
    let _job = request.parameter::<String>(&JOB, &mut violations);
    let body = request.json::<Recover>(&BODY, &mut violations).await?;
    violations.into_result()?;
    drop((
        require_decoded(credentials.http("session"))?,
        require_decoded(uuid)?,
    ));
    Ok(response::status(200).json("application/json", &require_decoded(body)?))
}

/// Returns the output of a future that is ready at once.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits for something"),
    }
}

fn request(uuid: &str, session: &str, body: &'static str) -> http::Request<Body> {
    let request = http::Request::put(format!("/images/{uuid}/actions"))
        .header("content-type", "application/json;charset=UTF-8")
        .header("authorization", session)
        .body(Body::from(body));
    request.expect("this is a request")
}

#[test]
fn a_request_costs_no_more_allocations_than_it_did() {
    let uuid = "c019173f2b5742868058049be43033a1";
    let valid = r#"{"uuids": ["609d29fb59ee414f90cedbc3a71038c6"], "size": 7}"#;
    let table = [
        ("valid", request(uuid, "OAuth 5e1a", valid), 200, 13),
        (
            "no item",
            request(uuid, "OAuth 5e1a", r#"{"uuids": []}"#),
            400,
            19,
        ),
        (
            "no UUID in the path",
            request("x", "OAuth 5e1a", valid),
            400,
            16,
        ),
        (
            "another scheme",
            request(uuid, "Bearer 5e1a", valid),
            401,
            14,
        ),
    ];
    let mut server = Builder::new().route(&RECOVER, recover).build();
    // The first request compiles the patterns.
    drop(now(server.call(request(uuid, "OAuth 5e1a", valid))));
    let mut over = Vec::new();
    for (name, request, status, limit) in table {
        let mut answered = None;
        let counted = allocation_counter::measure(|| {
            let Ok(response) = now(server.call(request));
            answered = Some(response.status().as_u16());
        });
        assert_eq!(answered, Some(status), "{name}");
        if counted.count_total > limit {
            over.push(format!(
                "{name}: {}, more than {limit}",
                counted.count_total
            ));
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}
