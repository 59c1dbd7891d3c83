//! A request and its response as values, so that a stub can be in another process than the mock.
//!
//! The program with the stubs of all documents includes this file, and therefore it depends on the runtime of servers alone.

use axum::body::{Body, Bytes};
use http::{Extensions, Request};
use oas_server::Server;
use serde::{Deserialize, Serialize};
use tower_service::Service as _;

/// A request as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sample {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The header.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// `GET /pets/7`
impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}

/// The response of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BufferedResponse {
    /// The status.
    pub status: u16,
    /// The header, by name and then by value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// Sends a request to a server of this process, and returns the response with its extensions.
///
/// # Panics
///
/// Panics where the sample is not a request, or the response does not end.
pub async fn send(server: &Server, sample: &Sample) -> (BufferedResponse, Extensions) {
    let mut request = Request::builder()
        .method(sample.method.as_str())
        .uri(&sample.target);
    for (name, value) in &sample.headers {
        request = request.header(name, value);
    }
    let body = sample.body.clone().map_or_else(Body::empty, Body::from);
    let request = request
        .body(body)
        .unwrap_or_else(|error| panic!("{sample}: {error}"));
    let answered = server.clone().call(request).await;
    let (parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .expect("the body ends");
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    headers.sort();
    let response = BufferedResponse {
        status: parts.status.as_u16(),
        headers,
        body: String::from_utf8_lossy(&body).into(),
    };
    (response, parts.extensions)
}
