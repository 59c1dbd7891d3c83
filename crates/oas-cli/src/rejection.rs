//! Parses the server's description of a failure: its error code and message, whichever properties contain them.

use oas_client::{HeaderMap, StatusCode};
use oas_wire::error_body::SENTENCES;
use oas_wire::style::Value;

use crate::exit::{self, CommandError, Exit};
use crate::language::Phrase;
use crate::value::get;

/// The properties that can contain an error code, in the order of preference.
const CODES: [&str; 4] = ["code", "errorCode", "error_code", "status_code"];

/// The longest text of a response that is not JSON, in characters.
const MAX_LEN: usize = 300;

/// Converts a response to the failure that it reports.
///
/// A gateway that received no response from the server (502, 504) does not know whether the server executed the operation, which
/// matters unless the method is safe (RFC 9110 §9.2.1).
pub(crate) fn failure(
    program: &str,
    is_safe: bool,
    status: StatusCode,
    headers: &HeaderMap,
    body: Option<Value>,
    text: &str,
) -> CommandError {
    let is_unknown = !is_safe
        && matches!(
            status,
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT
        );
    let shown = match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_str()),
        None => status.as_str().to_owned(),
    };
    let (code, message) = body.as_ref().map(code_and_message).unwrap_or_default();
    let message = message.or_else(|| {
        let text: String = text.trim().chars().take(MAX_LEN).collect();
        (body.is_none() && !text.is_empty()).then_some(text)
    });
    let message = match message {
        Some(message) => Phrase::new(
            format!("the server rejected the request, {shown}: {message}"),
            format!("服务器拒绝了请求，{shown}：{message}"),
        ),
        None => Phrase::new(
            format!("the server rejected the request, {shown}"),
            format!("服务器拒绝了请求，{shown}"),
        ),
    };
    let failure = match is_unknown {
        true => CommandError::new(Exit::Unknown, message).with_help(exit::may_have_acted()),
        false => {
            CommandError::new(Exit::Rejected, message).with_help(remedy(program, status, headers))
        }
    };
    let failure = match code {
        Some(code) => failure.with_code(code),
        None => failure,
    };
    failure.with_response(status, body)
}

/// Parses the error code and the message of an error body.
fn code_and_message(body: &Value) -> (Option<String>, Option<String>) {
    let first = |value: Option<&Value>| match value? {
        Value::Array(items) => items.first().cloned(),
        other => Some(other.clone()),
    };
    let inner = get(body, "error").filter(|error| matches!(error, Value::Object(_)));
    let inner = first(inner)
        .or_else(|| first(get(body, "errors")).filter(|_| text_of(body, &SENTENCES).is_none()));
    let error = inner.as_ref().unwrap_or(body);
    if let Value::String(text) = error {
        return (None, Some(text.clone()));
    }
    let mut sentences = SENTENCES.iter().filter_map(|name| text_of(error, &[name]));
    let message = match (sentences.next(), sentences.next_back()) {
        (Some(general), Some(exact)) if general != exact => Some(format!("{general}: {exact}")),
        (general, _) => general,
    };
    (text_of(error, &CODES), message)
}

/// Returns the first of these properties that is a number or a string that is not blank.
fn text_of(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match get(value, name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(text) => Some(text.to_string()),
        _ => None,
    })
}

/// Returns the remedy for a status (RFC 9110 §15).
fn remedy(program: &str, status: StatusCode, headers: &HeaderMap) -> Phrase {
    let wait = headers
        .get("retry-after")
        .and_then(|value| value.to_str().ok());
    match (status.as_u16(), wait) {
        (401, _) => Phrase::new(
            format!("`{program} credentials list` shows where the credential comes from"),
            format!("用 `{program} credentials list` 查看凭据的来源"),
        ),
        (403, _) => Phrase::new(
            "the credential is known, and does not allow this",
            "凭据有效，但没有权限",
        ),
        (404 | 410, _) => Phrase::new(
            "check the names and ids in the command; --dry-run shows the request",
            "请检查命令中的名称和 ID；--dry-run 显示请求",
        ),
        (429 | 503, Some(wait)) => Phrase::new(
            format!("try again later (retry-after: {wait})"),
            format!("请稍后重试（retry-after: {wait}）"),
        ),
        (408 | 425 | 429, _) | (500.., _) => Phrase::new(
            "try again later; --dry-run shows the request",
            "请稍后重试；--dry-run 显示请求",
        ),
        _ => Phrase::new("--dry-run shows the request", "--dry-run 显示请求"),
    }
}
