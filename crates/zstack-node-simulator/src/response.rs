//! Responses as a node gives them: plain text, or JSON without a `Content-Type`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use zstack_node_protocol_types::{AcceptedJob, ErrorCode};

use crate::faults;

/// The status and the body of a response. A node itself sends no header that clients use.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Of a gateway in front of the node.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Response {
    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            body: body.into(),
            headers: BTreeMap::new(),
        }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        // The keys of all maps are text, so that encoding does not fail.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self::text(status, escaped(&body))
    }

    /// Returns an error of the API: the only status with JSON that is not a success.
    pub(crate) fn error(error: Value) -> Self {
        Self::json(503, &json!({ "error": error }))
    }
}

impl From<faults::Answer> for Response {
    fn from(answer: faults::Answer) -> Self {
        Self {
            headers: answer.headers,
            ..Self::text(answer.status, answer.text)
        }
    }
}

/// Returns an error with the members that a node writes and the page does not document.
pub(crate) fn error(code: &str, description: &str, details: impl Into<String>) -> Value {
    decorated_error(json!(
        ErrorCode::new(code)
            .description(description)
            .details(details)
    ))
}

/// See [`error`].
pub(crate) fn decorated_error(mut error: Value) -> Value {
    if let Some(members) = error.as_object_mut() {
        members.insert("cost".to_owned(), json!("1ms"));
        let text = members.get("details").cloned().unwrap_or_default();
        if text.is_string() {
            members.insert("messages".to_owned(), json!({ "message_en": text }));
        }
    }
    error
}

/// Code, description and details of the error of a session that is not open.
pub(crate) const NO_SESSION: [&str; 3] = [
    "ID.1001",
    "The session is invalid, either wrong session id or the session has been expired",
    "Session expired",
];

/// Returns the error of a session that is not open.
pub(crate) fn no_session() -> Value {
    let [code, description, details] = NO_SESSION;
    error(code, description, details)
}

/// Returns the response to an exception that reaches the servlet container: its message.
pub(crate) fn exception(message: impl std::fmt::Display) -> Response {
    Response::text(500, message.to_string())
}

/// Returns the response to a request that has become a job.
pub(crate) fn accepted(host: &str, job: &str, timeout: Duration) -> Response {
    let location = format!("http://{host}/zstack/v1/api-jobs/{job}");
    let timeout = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
    Response::json(202, &AcceptedJob::new(location).api_timeout(timeout))
}

/// Escapes the characters that have a meaning in HTML, as Gson does. They occur in strings only.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '=' => out.push_str("\\u003d"),
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\'' => out.push_str("\\u0027"),
            other => out.push(other),
        }
    }
    out
}
