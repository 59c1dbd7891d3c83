//! Compares a generated server stub with the mock of its document on the same requests.

use oas_document::openapi::{self, MediaKind};
use oas_document::schema::Schema;
use oas_document::{Direction, Document, LoadError, Loader};
use oas_mock::Mock;
use oas_samples::Sampler;
pub use oas_server::Server;
use oas_wire::items::Framing;

pub use crate::exchange::{BufferedResponse, Sample};

impl Sample {
    /// Converts the request of a mock, which can contain any credentials.
    fn of(sample: &oas_samples::RequestSample) -> Self {
        let request = sample.request("", |_| None).expect("HTTP carries it");
        let headers = request.headers().iter().map(|(name, value)| {
            let value = value.to_str().expect("a text");
            (name.to_string(), value.to_owned())
        });
        Self {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            headers: headers.collect(),
            body: sample.body.as_ref().map(|body| body.to_vec()),
        }
    }
}

/// Sends a request to a server of this process.
///
/// # Panics
///
/// Panics where the sample is not a request, or the response does not end.
pub async fn send(server: &Server, sample: &Sample) -> BufferedResponse {
    crate::exchange::send(server, sample).await.0
}

/// Sends a request to a mock. Returns with the response whether it is a rejection; `None` if the mock does not account for
/// the request.
///
/// # Panics
///
/// Panics where the sample is not a request, or the response does not end.
pub async fn send_to_mock(mock: &Server, sample: &Sample) -> (BufferedResponse, Option<bool>) {
    let (response, mut extensions) = crate::exchange::send(mock, sample).await;
    let account = extensions.remove::<oas_mock::Account>();
    (response, account.map(|account| account.source.is_none()))
}

/// Parses a document of the workspace, with the files beside it that it refers to.
///
/// # Panics
///
/// Panics if the document is invalid.
#[must_use]
pub fn document(file: &str) -> Document {
    struct Files;
    impl Loader for Files {
        fn load(&self, path: &str) -> Result<String, LoadError> {
            Ok(crate::read(path))
        }
    }
    Document::load(file, &Files).unwrap_or_else(|found| panic!("{file}: {found:?}"))
}

/// Requests to all operations of a document: good ones, and ones that break it in every way that a small change can.
#[must_use]
pub fn requests(mock: &Mock) -> Vec<Sample> {
    let document = mock.document();
    let mut requests = Vec::new();
    for route in mock.routes() {
        for all in [false, true] {
            let Some(good) = mock.sample(route, all) else {
                continue;
            };
            let good = Sample::of(&good);
            let operation = openapi::operations(document)
                .into_iter()
                .find(|operation| operation.id() == Some(&route.operation));
            if let Some(operation) = operation {
                bad_bodies(&good, &operation, &mut requests);
                bad_parameters(&good, &operation, &mut requests);
            }
            bad_headers(&good, &mut requests);
            requests.push(good);
        }
    }
    requests
}

fn bad_bodies(good: &Sample, operation: &openapi::Operation<'_>, requests: &mut Vec<Sample>) {
    let Some(body) = &good.body else { return };
    let mut push = |body: String| {
        let mut bad = good.clone();
        bad.body = Some(body.into());
        requests.push(bad);
    };
    for body in [
        "",
        "null",
        "{",
        "[]",
        "7",
        "\"text\"",
        "{}",
        "{\"a\":1e400}",
        "a=1&b",
        "\u{fffd}",
    ] {
        push(body.to_owned());
    }
    push(" ".repeat(1024 * 1024 + 1));
    let content = operation.request_body().map(|body| body.content());
    let media = content
        .into_iter()
        .flatten()
        .find(|media| media.kind() == MediaKind::Json);
    let schema = media.and_then(|media| media.schema_node()).map(Schema::of);
    let value = std::str::from_utf8(body)
        .ok()
        .and_then(|text| serde_json::from_str(text).ok());
    if let (Some(schema), Some(value)) = (schema, value) {
        for bad in Sampler::default().invalid(&schema, &value, Direction::Request) {
            push(bad.value.to_string());
        }
        push(huge(&value).to_string());
    }
}

/// Replaces integers by ones beyond 64 bits, which are valid for schemas, but not for types.
fn huge(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(_) => serde_json::json!(1e30),
        serde_json::Value::Array(items) => items.iter().map(huge).collect(),
        serde_json::Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), huge(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Values that break most schemas and styles, in a path, a query, a header or a cookie.
const ODD: [&str; 11] = [
    "",
    "%",
    "a%2Fb",
    "%FF",
    "x",
    "-1",
    "99999999999999999999",
    "true",
    "a,b",
    ".a",
    ";a=b",
];

fn bad_parameters(good: &Sample, operation: &openapi::Operation<'_>, requests: &mut Vec<Sample>) {
    let (path, query) = good.target.split_once('?').unwrap_or((&good.target, ""));
    let segments: Vec<&str> = path.split('/').collect();
    let pairs: Vec<&str> = query.split('&').collect();
    let mut targets = Vec::new();
    for value in ODD {
        // Another value for each segment and for each pair of the query, and none.
        for index in 1..segments.len() {
            let mut segments = segments.clone();
            segments[index] = value;
            targets.push(format!("{}?{query}", segments.join("/")));
        }
        for (index, pair) in pairs.iter().enumerate() {
            let name = pair.split('=').next().unwrap_or_default();
            let changed = format!("{name}={value}");
            let mut others = pairs.clone();
            others.remove(index);
            let others = others.join("&");
            targets.push(format!("{path}?{others}"));
            targets.push(format!("{path}?{others}&{changed}"));
            targets.push(format!("{path}?{query}&{changed}"));
        }
    }
    for target in targets {
        let mut bad = good.clone();
        bad.target = target;
        requests.push(bad);
    }
    for (parameter, value) in operation
        .parameters()
        .iter()
        .flat_map(|parameter| ODD.iter().map(move |value| (parameter, *value)))
    {
        let mut bad = good.clone();
        match parameter.location {
            openapi::ParameterLocation::Header => {
                bad.headers
                    .retain(|(name, _)| !name.eq_ignore_ascii_case(parameter.name));
                bad.headers
                    .push((parameter.name.to_owned(), value.to_owned()));
            }
            openapi::ParameterLocation::Cookie => {
                bad.headers.retain(|(name, _)| name != "Cookie");
                bad.headers
                    .push(("Cookie".to_owned(), format!("{}={value}", parameter.name)));
            }
            _ => continue,
        }
        requests.push(bad);
    }
}

fn bad_headers(good: &Sample, requests: &mut Vec<Sample>) {
    for index in 0..good.headers.len() {
        for value in [
            None,
            Some(""),
            Some("text/plain"),
            Some("Bearer"),
            Some("Basic x"),
            Some("é"),
        ] {
            let mut bad = good.clone();
            match value {
                None => drop(bad.headers.remove(index)),
                Some(value) => bad.headers[index].1 = value.to_owned(),
            }
            requests.push(bad);
        }
        let mut bad = good.clone();
        let again = bad.headers[index].clone();
        bad.headers.push(again);
        requests.push(bad);
    }
    for accept in ["application/x-none", "*/*;q=0", "application/json", ";"] {
        let mut bad = good.clone();
        bad.headers.push(("Accept".to_owned(), accept.to_owned()));
        requests.push(bad);
    }
    for method in [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "MERGE",
    ] {
        let mut bad = good.clone();
        bad.method = method.to_owned();
        requests.push(bad);
    }
    for target in ["/", "/nowhere", "//", &format!("{}/", good.target)] {
        let mut bad = good.clone();
        bad.target = target.to_owned();
        requests.push(bad);
    }
}

/// Returns the difference between the responses of a stub and a mock to a request; `None` if they agree.
///
/// Invalid requests get the same bytes from both. A stub that returns the examples of the document has none for some
/// operations, and returns 501; the mock then returns a generated value. Handlers read the items of a sequence one by
/// one, and those of the stub return before they read any; the mock reads all.
#[must_use]
pub fn difference(
    request: &Sample,
    stub: &BufferedResponse,
    (mock, is_rejection): &(BufferedResponse, Option<bool>),
) -> Option<String> {
    let differ = |what: &str| Some(format!("{what}\n  stub: {stub:?}\n  mock: {mock:?}"));
    match is_rejection {
        None => differ("the mock does not account for the request"),
        Some(true) if is_sequence(request) && (stub.status < 400 || stub.status == 501) => None,
        Some(true) if stub != mock => differ("one rejection is another"),
        Some(false) if stub.status >= 400 && stub.status != 501 => {
            differ("the stub rejects what the mock answers")
        }
        Some(_) => None,
    }
}

/// Returns whether the body of a request is a sequence of items, such as lines of JSON, or parts without names.
fn is_sequence(request: &Sample) -> bool {
    let mut headers = request.headers.iter();
    let media_type = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    media_type.is_some_and(|(_, value)| {
        let is_of_parts =
            value.starts_with("multipart/") && !value.starts_with("multipart/form-data");
        is_of_parts || Framing::of(value).is_some()
    })
}

/// Sends all [`requests`] of a document to its mock and, by a function, to a stub. Returns the differences, with the number
/// of requests that were sent.
///
/// # Panics
///
/// Panics if the document cannot be served.
#[must_use]
pub fn compare(
    document: Document,
    mut stub: impl FnMut(&Sample) -> BufferedResponse,
) -> (Vec<String>, usize) {
    let mock = Mock::new(document).unwrap_or_else(|found| panic!("{found:?}"));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without drivers can always be built");
    let requests = requests(&mock);
    let server = mock.server();
    let differences = requests.iter().filter_map(|request| {
        let mock = runtime.block_on(send_to_mock(&server, request));
        let difference = difference(request, &stub(request), &mock)?;
        Some(format!("{request} {:?}: {difference}", request.headers))
    });
    (differences.collect(), requests.len())
}
