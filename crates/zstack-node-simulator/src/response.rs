//! Responses as a node gives them: plain text, or JSON without a `Content-Type`.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};
use zstack_node_protocol_types::{AcceptedJob, ErrorCode};

use crate::faults;
use crate::schema;

/// The header field that asks for the map of classes.
const SCHEMA: &str = "X-JSON-Schema";

/// A response. A node itself sends no header that clients use.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// Whether it is from a gateway in front of the node.
    pub(crate) is_foreign: bool,
}

impl Response {
    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            body: body.into(),
            headers: BTreeMap::new(),
            is_foreign: false,
        }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        // The keys of all maps are text, so that encoding does not fail.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self::text(status, escaped(&body))
    }

    /// Returns the result of a request, with the map of classes where the caller asks for it.
    pub(crate) fn result(mut result: Value, class: Option<&str>, headers: &HeaderMap) -> Self {
        if headers.contains_key(SCHEMA) {
            schema::add(&mut result, class);
        }
        Self::json(200, &result)
    }

    /// Returns a page of the servlet container, which has a message unless that is empty.
    pub(crate) fn page(status: u16, reason: &str, message: &str, description: &str) -> Self {
        let title = format!("HTTP Status {status} – {reason}");
        let message = match message {
            "" => String::new(),
            message => format!("<p><b>Message</b> {}</p>", message.replace('<', "&lt;")),
        };
        let headers = [
            ("Content-Type", "text/html;charset=utf-8"),
            ("Content-Language", "en"),
        ];
        Self {
            status,
            body: format!(
                "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><h1>{title}</h1><hr class=\"line\" />\
                 <p><b>Type</b> Status Report</p>{message}<p><b>Description</b> {description}</p>\
                 <hr class=\"line\" /><h3>Apache Tomcat/8.5</h3></body></html>"
            ),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            is_foreign: false,
        }
    }

    /// Returns an error of the API: the only status with JSON that is not a success. A node writes those of jobs like results, and
    /// those of other requests without escaping what has a meaning in HTML.
    pub(crate) fn error(error: &Value) -> Self {
        Self::text(503, json!({ "error": error }).to_string())
    }
}

impl From<faults::ScriptedResponse> for Response {
    fn from(response: faults::ScriptedResponse) -> Self {
        Self {
            is_foreign: !response.headers.is_empty(),
            headers: response.headers,
            ..Self::text(response.status, response.text)
        }
    }
}

/// Returns an error with the description of its code, and with the time that a node spends on explaining it.
pub(crate) fn error(code: &str, details: impl Into<String>) -> Value {
    let description = description(code);
    let error = ErrorCode::new(code)
        .description(description)
        .details(details);
    with_cost(json!(error))
}

/// Adds the time that a node spends on explaining an error.
pub(crate) fn with_cost(mut error: Value) -> Value {
    if let Some(members) = error.as_object_mut() {
        members.insert("cost".to_owned(), json!("1ms"));
    }
    error
}

/// Returns the description of a code, as `conf/errorCodes` of a node has it.
pub(crate) fn description(code: &str) -> &'static str {
    match code {
        "ID.1000" => "Unable to authenticate a user",
        "ID.1001" => {
            "The session is invalid, either wrong session id or the session has been expired"
        }
        "ID.1006" => "Max number of active sessions exceeded",
        "SYS.1001" => "A message or a operation timeout",
        "SYS.1003" => "A resource can not be found",
        "SYS.1006" => "An operation failed",
        "SYS.1007" => "One or more API argument is invalid",
        _ => "An internal error happened in system",
    }
}

/// Returns the error of a session that is not open.
pub(crate) fn no_session() -> Value {
    let texts = [
        "1001",
        "session 已过期，或者提供了不正确的 session id。",
        "Session expired or wrong session ID.",
    ];
    explained(error("ID.1001", "Session expired"), texts)
}

/// Returns the error of a name and a password that do not belong together.
pub(crate) fn not_authenticated(details: &str) -> Value {
    let error = error("ID.1000", details);
    if details == WRONG_ACCOUNT {
        let texts = [
            "1000",
            "错误的帐号或密码。",
            "Wrong account name or password.",
        ];
        return explained(error, texts);
    }
    error
}

/// The details of the error of an account, which a node explains.
pub(crate) const WRONG_ACCOUNT: &str = "wrong account name or password";

/// Adds what a node has to say about an error that it knows: a number, a text in Chinese and one in English. Only few errors are
/// explained; `conf/errorElaborations` of a node has them.
fn explained(mut error: Value, [number, chinese, english]: [&str; 3]) -> Value {
    if let Some(members) = error.as_object_mut() {
        members.insert(
            "elaboration".to_owned(),
            json!(format!("Error message: {english}")),
        );
        let messages = json!({
            "code": number, "message_cn": chinese, "message_en": english,
            "source": "zstack", "distance": 0.0, "method": "distance",
        });
        members.insert("messages".to_owned(), messages);
    }
    error
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
