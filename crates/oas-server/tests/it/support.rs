//! Sends requests to a server without a socket.

use axum::body::{Body, to_bytes};
use oas_server::{Builder, Operation, Rejection, Request, Response, Server};
use serde_json::Value;
use tower::ServiceExt as _;

/// The response of a server.
#[derive(Debug)]
pub(crate) struct BufferedResponse {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl BufferedResponse {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Returns `in pointer: message` of each violation of a problem.
    pub(crate) fn violations(&self) -> Vec<String> {
        let body = self.json();
        let list = body["violations"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list.iter()
            .map(|each| {
                format!(
                    "{} {}: {}",
                    text(&each["in"]),
                    text(&each["pointer"]),
                    text(&each["message"])
                )
            })
            .collect()
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

pub(crate) fn send(server: &Server, request: http::Request<Body>) -> BufferedResponse {
    block_on(async {
        let response = server.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        BufferedResponse {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    })
}

/// Returns a server with one operation.
pub(crate) fn serve<F, Fut>(operation: &'static Operation, handler: F) -> Server
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Rejection>> + Send + 'static,
{
    Builder::new().route(operation, handler).build()
}

/// Parses `METHOD /path` and header lines, then a body after an empty line.
pub(crate) fn request(text: &str) -> http::Request<Body> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines().map(str::trim);
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(path);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// Returns a new value that lives as long as the program.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Normalizes JSON text; other text is returned unchanged.
pub(crate) fn normal(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or(text.to_owned(), |value| value.to_string())
}
