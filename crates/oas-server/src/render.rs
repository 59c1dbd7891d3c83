//! Renders rejections: in the error body that the document declares for the status, or as a problem (RFC 9457).
//!
//! Rendered bodies contain nothing that the caller submitted, except for the names in the pointers of violations.

use std::borrow::Cow;
use std::fmt;

use http::request::Parts;
use oas_wire::MediaType;
use serde::Serialize;
use serde_json::Value;

use crate::operation::RejectionBody;
use crate::response::{self, Response};
use crate::schema::Static;
use crate::storage::Storage;
use crate::{Operation, Rejection, RequestViolation};

/// A rejection of a request, with the data that a renderer needs for the response.
pub struct RejectedRequest<'a, S: Storage = Static> {
    rejection: &'a Rejection,
    operation: Option<&'a Operation<S>>,
    parts: &'a Parts,
    unrouted: &'a [RejectionBody<S>],
}

impl<'a, S: Storage> RejectedRequest<'a, S> {
    pub(crate) fn new(
        rejection: &'a Rejection,
        operation: Option<&'a Operation<S>>,
        parts: &'a Parts,
        unrouted: &'a [RejectionBody<S>],
    ) -> Self {
        Self {
            rejection,
            operation,
            parts,
            unrouted,
        }
    }

    /// Returns the reason.
    #[must_use]
    pub fn rejection(&self) -> &'a Rejection {
        self.rejection
    }

    /// Returns the operation of the request; `None` if the request matched none.
    #[must_use]
    pub fn operation(&self) -> Option<&'a Operation<S>> {
        self.operation
    }

    /// Returns method, URI and headers of the request. They can contain credentials.
    #[must_use]
    pub fn request(&self) -> &'a Parts {
        self.parts
    }

    /// Renders the response that the server sends by default.
    ///
    /// The body is the one that the operation declares for the exact status, or else for its range, or else as
    /// `default`. For a request that matched no operation, it is the one of
    /// [`Builder::rejections`](crate::Builder::rejections), or the one that all operations of its method and path
    /// declare alike. Without a declared body, it is `application/problem+json`:
    ///
    /// ```json
    /// {
    ///   "type": "about:blank", "title": "Bad request", "status": 400,
    ///   "detail": "the request breaks the contract in 1 place",
    ///   "violations": [{"in": "body", "pointer": "/params", "message": "is required"}]
    /// }
    /// ```
    #[must_use]
    pub fn render(&self) -> Response {
        render(self.rejection, self.operation, self.unrouted)
    }
}

impl<S: Storage> fmt::Debug for RejectedRequest<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectedRequest")
            .field("rejection", self.rejection)
            .field("operation", &self.operation.map(|operation| &*operation.id))
            .finish_non_exhaustive()
    }
}

pub(crate) fn render<S: Storage>(
    rejection: &Rejection,
    operation: Option<&Operation<S>>,
    unrouted: &[RejectionBody<S>],
) -> Response {
    let bodies = operation.map_or(unrouted, |operation| &operation.rejections);
    let id = operation.map_or("", |operation| &operation.id);
    let start = response::status(rejection.status().as_u16());
    let mut response = match RejectionBody::closest(bodies, rejection.status()) {
        Some(body) if body.media_type.is_empty() => start.empty(),
        Some(body) => {
            let syntax = Syntax::of(&body.media_type);
            let text = fill(&body.template, syntax, rejection, id);
            start.text(&body.media_type, text)
        }
        None => start.json("application/problem+json", &ProblemDetails::of(rejection)),
    };
    rejection.write_headers(response.headers_mut());
    response
}

/// The escaping that inserted text needs: names in pointers are chosen by the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Json,
    Markup,
    Plain,
}

impl Syntax {
    fn of(media_type: &str) -> Self {
        // What most bodies are needs no parsing.
        if media_type == "application/json" {
            return Self::Json;
        }
        match MediaType::parse_lenient(media_type) {
            Ok(media_type) if media_type.is_json() => Self::Json,
            Ok(media_type) if media_type.is_xml() || media_type.has_essence("text/html") => {
                Self::Markup
            }
            _ => Self::Plain,
        }
    }
}

/// A body that is being rendered, in its syntax.
struct Output {
    text: String,
    syntax: Syntax,
}

impl Output {
    /// Adds a text, escaped for the syntax.
    fn push(&mut self, text: &str) {
        match self.syntax {
            Syntax::Json => push_escaped(&mut self.text, text),
            Syntax::Plain => self.text.push_str(text),
            Syntax::Markup => {
                for character in text.chars() {
                    match character {
                        '&' | '<' | '>' | '"' | '\'' => {
                            let code = u32::from(character).to_string();
                            self.text.extend(["&#", &code, ";"]);
                        }
                        other => self.text.push(other),
                    }
                }
            }
        }
    }

    /// Adds the value of the placeholder `name`; returns whether there is one.
    fn fill_in(&mut self, name: &str, rejection: &Rejection, operation: &str) -> bool {
        match name {
            "status" => self.text.push_str(rejection.status().as_str()),
            "title" => self.push(rejection.title()),
            "detail" => self.push(&rejection.detail()),
            "code" => self.push(rejection.code()),
            "operation" => self.push(operation),
            "violations" => match rejection.violations() {
                [] => self.push(&rejection.detail()),
                violations => {
                    for (index, violation) in violations.iter().enumerate() {
                        let [place, blank] = violation.place();
                        if index > 0 {
                            self.text.push_str("; ");
                        }
                        self.text.push_str(place);
                        self.text.push_str(blank);
                        self.push(&violation.pointer);
                        self.text.push_str(": ");
                        self.push(&violation.message);
                    }
                }
            },
            _ => return false,
        }
        true
    }
}

/// A problem (RFC 9457 §3.1). The members are in the order of their names, as they are in lists of violations.
#[derive(Serialize)]
struct ProblemDetails<'r> {
    code: &'static str,
    detail: Cow<'static, str>,
    status: u16,
    title: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    violations: &'r [RequestViolation],
}

impl<'r> ProblemDetails<'r> {
    fn of(rejection: &'r Rejection) -> Self {
        Self {
            code: rejection.code(),
            detail: rejection.detail(),
            status: rejection.status().as_u16(),
            title: rejection.title(),
            r#type: "about:blank",
            violations: rejection.violations(),
        }
    }
}

/// Fills the placeholders that [`RejectionBody`] lists.
///
/// They are replaced in the text, without parsing it: outside of a string JSON cannot contain any of them, and inside one
/// the replacement is escaped, as it is in HTML and XML.
fn fill(template: &str, syntax: Syntax, rejection: &Rejection, operation: &str) -> String {
    let mut out = Output {
        text: String::with_capacity(template.len() + 256),
        syntax,
    };
    let mut rest = template;
    // Templates are too short for a search in larger steps.
    while let Some(brace) = rest.bytes().position(|byte| byte == b'{') {
        // Braces are ASCII, so that the text can be split before and behind them.
        let (before, from) = rest.split_at(brace);
        let named = name(from);
        let whole = match (syntax, named, before.strip_suffix('"')) {
            (Syntax::Json, Some((name, after)), Some(before)) => after
                .strip_prefix('"')
                .and_then(|after| Some((before, whole_string(name, rejection)?, after))),
            _ => None,
        };
        if let Some((before, value, after)) = whole {
            out.text.push_str(before);
            out.text.push_str(&value);
            rest = after;
            continue;
        }
        out.text.push_str(before);
        rest = match named {
            Some((name, after)) if out.fill_in(name, rejection, operation) => after,
            _ => {
                out.text.push('{');
                &from[1..]
            }
        };
    }
    out.text.push_str(rest);
    out.text
}

/// Splits the name of a placeholder from the text that starts with its brace and goes on behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'#' | b'[' | b']');
    let end = inner.bytes().position(|byte| !is_of_name(byte))?;
    let (name, rest) = inner.split_at(end);
    Some((name, rest.strip_prefix('}')?))
}

/// Returns the value of a placeholder that replaces the string around it.
fn whole_string(name: &str, rejection: &Rejection) -> Option<String> {
    match name {
        "status#" => Some(rejection.status().as_str().to_owned()),
        // Texts, and lists of them, are always serialized.
        "violations[]" => serde_json::to_string(rejection.violations()).ok(),
        _ => None,
    }
}

/// Writes text as it is inside a JSON string.
fn push_escaped(out: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    // Looking at all bytes takes fewer steps than stopping at the first that is not plain.
    if text
        .bytes()
        .fold(true, |plain, byte| plain & is_plain(byte))
    {
        out.push_str(text);
        return;
    }
    let quoted = Value::from(text).to_string();
    let inner = quoted.strip_prefix('"');
    let inner = inner.and_then(|text| text.strip_suffix('"'));
    out.push_str(inner.unwrap_or_default());
}
