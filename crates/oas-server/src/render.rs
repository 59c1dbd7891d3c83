//! Renders rejections: in the error body that the document declares for the status, or as a problem (RFC 9457).
//!
//! Rendered bodies contain nothing that the caller submitted, except for the names in the pointers of violations.

use std::borrow::Cow;
use std::fmt::{self, Write};

use http::request::Parts;
use oas_wire::MediaType;
use serde::Serialize;
use serde_json::{Value, json};

use crate::operation::RejectionBody;
use crate::response::{self, Response};
use crate::schema::Static;
use crate::storage::Storage;
use crate::{Operation, Rejection};

/// A refusal that is about to be written, as a renderer gets it.
pub struct Refusal<'a, S: Storage = Static> {
    rejection: &'a Rejection,
    operation: Option<&'a Operation<S>>,
    parts: &'a Parts,
    unrouted: &'a [RejectionBody<S>],
}

impl<'a, S: Storage> Refusal<'a, S> {
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

    /// Returns why the request is refused.
    #[must_use]
    pub fn rejection(&self) -> &'a Rejection {
        self.rejection
    }

    /// Returns the operation that the request is to; `None` if it reached none.
    #[must_use]
    pub fn operation(&self) -> Option<&'a Operation<S>> {
        self.operation
    }

    /// Returns the head of the request. It may hold credentials.
    #[must_use]
    pub fn request(&self) -> &'a Parts {
        self.parts
    }

    /// Renders the refusal as the server does without a renderer.
    ///
    /// The body is the one that the operation declares for the status, the exact status before its range before
    /// `default`; for a request that reached no operation, the one that
    /// [`Builder::rejections`](crate::Builder::rejections) has set, unless it matched several that declare the
    /// same. Without a declared body, it is `application/problem+json`:
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

impl<S: Storage> fmt::Debug for Refusal<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
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
        None => start.json("application/problem+json", &Problem::of(rejection)),
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
        match MediaType::parse_lenient(media_type) {
            Ok(media_type) if media_type.is_json() => Self::Json,
            Ok(media_type) if media_type.is_xml() || media_type.has_essence("text/html") => {
                Self::Markup
            }
            _ => Self::Plain,
        }
    }
}

/// Writes text into a body that has a syntax, escaped for it.
struct Escaped<'o> {
    out: &'o mut String,
    syntax: Syntax,
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.syntax {
            Syntax::Json => push_escaped(self.out, text),
            Syntax::Plain => self.out.push_str(text),
            Syntax::Markup => {
                for character in text.chars() {
                    match character {
                        '&' | '<' | '>' | '"' | '\'' => {
                            write!(self.out, "&#{};", u32::from(character))?;
                        }
                        other => self.out.push(other),
                    }
                }
            }
        }
        Ok(())
    }
}

/// A problem (RFC 9457 §3.1). The members are in the order of their names, as they are in lists of violations.
#[derive(Serialize)]
struct Problem {
    code: &'static str,
    detail: Cow<'static, str>,
    status: u16,
    title: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    violations: Option<Value>,
}

impl Problem {
    fn of(rejection: &Rejection) -> Self {
        let violations = rejection.violations();
        Self {
            code: rejection.code(),
            detail: rejection.detail(),
            status: rejection.status().as_u16(),
            title: rejection.title(),
            r#type: "about:blank",
            violations: (!violations.is_empty()).then(|| json!(violations)),
        }
    }
}

/// Fills the placeholders that [`RejectionBody`] lists.
///
/// They are replaced in the text, without parsing it: outside of a string JSON cannot contain any of them, and inside one
/// the replacement is escaped, as it is in HTML and XML.
fn fill(template: &str, syntax: Syntax, rejection: &Rejection, operation: &str) -> String {
    let mut out = String::with_capacity(template.len() + 256);
    let mut rest = template;
    while let Some(start) = rest.find(['{', '"']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let whole = match syntax {
            Syntax::Json => whole_string(from, rejection),
            Syntax::Markup | Syntax::Plain => None,
        };
        let escaped = Escaped {
            out: &mut out,
            syntax,
        };
        rest = if let Some((value, after)) = whole {
            out.push_str(&value);
            after
        } else if let Some(after) = placeholder(from, rejection, operation, escaped) {
            after
        } else {
            // `from` starts with the ASCII character that the search above has found, so that it can be split after one
            // byte.
            let (plain, after) = from.split_at(1);
            out.push_str(plain);
            after
        };
    }
    out.push_str(rest);
    out
}

/// Renders a placeholder that replaces the string around it.
fn whole_string<'t>(from: &'t str, rejection: &Rejection) -> Option<(String, &'t str)> {
    if let Some(after) = from.strip_prefix("\"{status#}\"") {
        Some((rejection.status().as_u16().to_string(), after))
    } else {
        let after = from.strip_prefix("\"{violations[]}\"")?;
        Some((json!(rejection.violations()).to_string(), after))
    }
}

/// Renders a placeholder inside a string, and returns the text after it.
fn placeholder<'t>(
    from: &'t str,
    rejection: &Rejection,
    operation: &str,
    mut out: Escaped<'_>,
) -> Option<&'t str> {
    let (name, after) = from.strip_prefix('{')?.split_once('}')?;
    // Writing to a string does not fail.
    let _ = match name {
        "status" => write!(out, "{}", rejection.status().as_u16()),
        "title" => out.write_str(rejection.title()),
        "detail" => out.write_str(&rejection.detail()),
        "code" => out.write_str(rejection.code()),
        "operation" => out.write_str(operation),
        "violations" => match rejection {
            Rejection::BadRequest { violations } if !violations.is_empty() => {
                write!(out, "{violations}")
            }
            _ => out.write_str(&rejection.detail()),
        },
        _ => return None,
    };
    Some(after)
}

/// Writes text as it is inside a JSON string.
fn push_escaped(out: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.push_str(text);
        return;
    }
    let quoted = Value::from(text).to_string();
    let inner = quoted.strip_prefix('"');
    let inner = inner.and_then(|text| text.strip_suffix('"'));
    out.push_str(inner.unwrap_or_default());
}
