//! Parses failures that the node reports, and rejections by its servlet container or a proxy.

use std::{fmt, time::Duration};

use bytes::Bytes;
use oas_client::StatusCode;
use oas_wire::without_byte_order_mark;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use zstack_node_protocol_client::types::ErrorCode;

use super::Kind;

/// The depth to which the causes of an error are followed.
const MAX_DEPTH: usize = 64;
/// The number of characters of a node's text that are formatted.
const MAX_DISPLAYED: usize = 500;

/// A failure of an operation, as the node reported it: an error code with texts and causes.
///
/// ```
/// fn print(failure: &zstack_node::Failure) {
///     println!("{}: {}", failure.code(), failure.details().unwrap_or("no details"));
///     println!("because of {}", failure.root_cause().code);
/// }
/// ```
#[derive(Clone)]
pub struct Failure {
    status: StatusCode,
    error: ErrorCode,
    body: Bytes,
}

impl Failure {
    /// Parses `{"error": {…}}` from a JSON object. Only the code is required, and a field of another type than expected does not
    /// hide the error.
    pub(crate) fn find(status: StatusCode, body: &Bytes) -> serde_json::Result<Option<Self>> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            error: Option<&'a RawValue>,
        }

        let envelope: Envelope<'_> = serde_json::from_slice(without_byte_order_mark(body))?;
        let error = envelope.error.map(RawValue::get).and_then(|error| {
            serde_json::from_str(error)
                .ok()
                .or_else(|| lenient(&serde_json::from_str(error).ok()?))
        });
        Ok(error.map(|error| Self {
            status,
            error,
            body: body.clone(),
        }))
    }

    /// Wraps an error that a generated client decoded.
    pub(crate) fn new(status: StatusCode, error: ErrorCode) -> Self {
        Self {
            status,
            error,
            body: Bytes::new(),
        }
    }

    /// Returns the code, such as `SYS.1006`.
    pub fn code(&self) -> &str {
        &self.error.code
    }

    /// Returns the kind of the failure, by its error code. Newer nodes also send a more exact code (`globalErrorCode`), which
    /// takes precedence if its kind is known.
    pub fn kind(&self) -> Kind {
        let exact = self.error.global_error_code.as_deref().map(Kind::of);
        match exact {
            Some(kind) if kind != Kind::Other => kind,
            _ => Kind::of(&self.error.code),
        }
    }

    /// Returns the details, in the language of the node; `None` if the node sent none.
    pub fn details(&self) -> Option<&str> {
        self.error.details.as_deref()
    }

    /// Returns the error with all fields that the node sent.
    pub fn error(&self) -> &ErrorCode {
        &self.error
    }

    /// Returns the error at the end of the chain of causes: the failure itself if it has no cause. Of several `causes`, the first
    /// is followed.
    pub fn root_cause(&self) -> &ErrorCode {
        let mut error = &self.error;
        for _ in 0..MAX_DEPTH {
            let several = error.causes.as_ref().and_then(|causes| causes.first());
            match error.cause.as_deref().or(several) {
                Some(cause) => error = cause,
                None => break,
            }
        }
        error
    }

    /// Returns whether the error has a code in the format of nodes: `SYS.1006`, or `ORG_ZSTACK_IMAGE_10041`.
    pub(crate) fn is_of_a_node(&self) -> bool {
        let is_code = |code: &str, separator: char| {
            code.rsplit_once(separator).is_some_and(|(area, number)| {
                let is_name = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
                let is_number = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
                is_number
                    && area.starts_with(|c: char| c.is_ascii_uppercase())
                    && area.bytes().all(is_name)
            })
        };
        let exact = self.error.global_error_code.as_deref();
        is_code(&self.error.code, '.') || exact.is_some_and(|code| is_code(code, '_'))
    }

    /// Returns the HTTP status of the response with the error.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the body of the response with the error; empty if a generated client decoded it.
    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }
}

/// Reads the texts of an error and ignores everything else.
fn lenient(value: &Value) -> Option<ErrorCode> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut error = ErrorCode::new(text("code")?);
    error.description = text("description");
    error.details = text("details");
    error.elaboration = text("elaboration");
    error.global_error_code = text("globalErrorCode");
    Some(error)
}

impl Failure {
    /// Returns the code and the texts of the error, in the language of the node.
    pub(super) fn reported(&self) -> String {
        reported(&self.error)
    }

    /// Returns the same of the error that led to all others, if that is another one.
    pub(super) fn reported_root(&self) -> Option<String> {
        let root = self.root_cause();
        (!std::ptr::eq(root, &self.error)).then(|| reported(root))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reported())?;
        if let Some(root) = self.reported_root() {
            write!(f, "; caused by {root}")?;
        }
        match self.kind().advice() {
            Some((advice, _)) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

fn reported(error: &ErrorCode) -> String {
    let mut text = shortened(&error.code);
    if let Some(description) = &error.description {
        text.push_str(&format!(" ({})", shortened(description)));
    }
    if let Some(details) = &error.details {
        text.push_str(&format!(": {}", shortened(details)));
    }
    text
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("status", &self.status)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A response that rejects a request and is not an error of the node's API: of the servlet container in which the node runs, or
/// of a proxy before it.
///
/// ```
/// fn print(rejection: &zstack_node::Rejection) {
///     println!("{}: {}", rejection.status(), rejection.text());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    /// The time to wait before the request is sent again (RFC 9110 §10.2.3).
    pub(crate) retry_after: Option<Duration>,
}

impl Rejection {
    /// Returns the HTTP status of the response, such as 403. It can also be a redirect, which is not followed, or an error of a
    /// proxy, such as 502.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the beginning of the response's body, at most 500 characters, with control characters replaced by spaces; empty if
    /// the body is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the status and the text, in the language of the node.
    pub(super) fn reported(&self) -> String {
        match self.text.is_empty() {
            true => self.status.to_string(),
            false => format!("{}: {}", self.status, self.text),
        }
    }

    /// Returns the remedy in English and in Chinese, if there is one.
    pub(super) fn advice(&self) -> Option<(&'static str, &'static str)> {
        Some(match self.status.as_u16() {
            300..=399 => (
                "redirects are not followed, for the session would go along: connect to where the node is",
                "不跟随重定向，因为会话会随之泄露：请直接连接节点所在的地址",
            ),
            400 if self.text.contains("action mapping") => (
                "the node's release does not have this action",
                "该版本的节点没有这个操作",
            ),
            400 if self.text.to_ascii_lowercase().contains("access") => (
                "check the id and the secret of the AccessKey",
                "请检查 AccessKey 的 ID 和密钥",
            ),
            403 if self.text.contains("TimeTooSkewed") => (
                "set the clock, or give `time_zone` the node's zone: the node compares wall clocks",
                "请校准时钟，或用 `time_zone` 指定节点的时区：节点比较的是本地时间",
            ),
            401 | 407 => (
                "a proxy before the node asks for credentials of its own",
                "节点前面的代理要求它自己的凭据",
            ),
            404 => (
                "check the base URL: it ends before `/zstack`, and the port is 8080 unless the node is set up otherwise",
                "请检查地址：它在 `/zstack` 之前结束，端口默认为 8080",
            ),
            413 => (
                "the request is too large for the node",
                "请求对节点来说太大",
            ),
            429 => (
                "send less often; the limit is `RestServer.rateLimits` in the node's configuration",
                "请降低频率；限制是节点配置中的 `RestServer.rateLimits`",
            ),
            500 => (
                "the node could not read the request, or has a defect; its log has more",
                "节点无法读取请求，或有缺陷；更多信息请查看其日志",
            ),
            _ => return None,
        })
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reported())?;
        match self.advice() {
            Some((advice, _)) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

/// Returns the beginning of a text, without control characters.
pub(crate) fn shortened(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(MAX_DISPLAYED)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(MAX_DISPLAYED).is_some() {
        shown.push('…');
    }
    shown.trim().to_owned()
}
