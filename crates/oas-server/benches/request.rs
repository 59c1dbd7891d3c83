//! Measures the runtime: routing a request, validating a body, and both of them around an empty handler.
//!
//! Run with `cargo bench -p oas-server`. `decoding_only` is the floor under `checking`: what serde_json needs for the
//! same text without any check.

use axum::body::Body;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use oas_server::router::Router;
use oas_server::schema::{Pattern, Property, Schema};
use oas_server::{
    Builder, Method, Operation, Parameter, Rejection, Request, Requirement, Violations,
    require_decoded, response,
};
use serde::{Deserialize, Serialize};
use tower_service::Service as _;

fn main() {
    divan::main();
}

static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
static UUID_STRING: Schema = Schema::string().pattern(&UUID);
static TAGS: Schema = Schema::array(&Schema::string().max_length(2048));
static BODY: Schema = Schema::object(&[
    Property::required(
        "params",
        &Schema::object(&[Property::optional(
            "backupStorageUuids",
            &Schema::array(&UUID_STRING),
        )]),
    ),
    Property::optional("systemTags", &TAGS),
    Property::optional("userTags", &TAGS),
]);
static IMAGE_UUID: Parameter = Parameter::path("imageUuid", &UUID_STRING);
static RECOVER: Operation = Operation::new(
    "RecoverImage",
    Method::PUT,
    "/zstack/v1/images/{imageUuid}/actions",
)
.security(&[&[Requirement::http("session", "OAuth")]])
.consumes(&["application/json"])
.body_required()
.produces(&["application/json"]);

const TEXT: &str = r#"{
    "params": {"backupStorageUuids": ["609d29fb59ee414f90cedbc3a71038c6", "c019173f2b5742868058049be43033a1"]},
    "systemTags": ["qemuga", "os::linux"],
    "userTags": ["one", "two"]
}"#;
const PATH: &str = "/zstack/v1/images/c019173f2b5742868058049be43033a1/actions";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recover {
    params: Params,
    system_tags: Vec<String>,
    user_tags: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    backup_storage_uuids: Vec<String>,
}

async fn recover(mut request: Request) -> Result<oas_server::Response, Rejection> {
    let mut credentials = request.authenticate_and_negotiate().await?;
    let mut violations = Violations::new();
    let uuid = request.parameter::<String>(&IMAGE_UUID, &mut violations);
    let body = request.json::<Recover>(&BODY, &mut violations).await?;
    violations.into_result()?;
    black_box((
        require_decoded(credentials.http("session"))?,
        require_decoded(uuid)?,
    ));
    Ok(response::status(200).json("application/json", &require_decoded(body)?))
}

/// Measures a whole request, without a socket.
#[divan::bench]
fn request(bencher: Bencher<'_, '_>) {
    let mut server = Builder::new().route(&RECOVER, recover).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers can always be built");
    bencher
        .with_inputs(|| {
            http::Request::put(PATH)
                .header("authorization", "OAuth 5f7c1b1e")
                .header("content-type", "application/json;charset=UTF-8")
                .body(Body::from(TEXT))
                .expect("the request is valid")
        })
        .bench_local_values(|request| {
            let response = runtime
                .block_on(server.call(request))
                .unwrap_or_else(|never| match never {});
            assert_eq!(response.status(), 200);
            response
        });
}

#[divan::bench]
fn checking(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(TEXT)).bench(|| {
        assert!(BODY.check(black_box(TEXT)).is_empty());
    });
}

#[divan::bench]
fn decoding_only(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(TEXT)).bench(|| {
        serde_json::from_str::<Recover>(black_box(TEXT)).map(|body| body.user_tags.len())
    });
}

/// Measures the lookup of a path among this number of operations.
#[divan::bench(args = [10, 100, 1000])]
fn routing(bencher: Bencher<'_, '_>, operations: usize) {
    let mut router = Router::new();
    for index in 0..operations {
        let template = format!("/zstack/v1/resources{index}/{{uuid}}/actions");
        router.insert(&Method::PUT, &template, index);
    }
    router.insert(&Method::PUT, RECOVER.path, operations);
    bencher.bench(|| router.find(&Method::PUT, black_box(PATH)));
}
