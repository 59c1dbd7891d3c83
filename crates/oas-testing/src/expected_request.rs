//! Defines requests that a test expects.

use std::fmt::Write as _;

use oas_wire::items::Framing;
use oas_wire::multipart::BodyPart;
use serde_json::Value;

use crate::items::items_in;
use crate::parts::{parts_in, shown};
use crate::{InProcess, Request, same, sample};

/// The request that a test expects; [`assert_sent`](Self::assert_sent) asserts that this one, and no other, arrived at an [`InProcess`]
/// transport.
#[derive(Debug, Clone)]
#[must_use = "nothing is compared before `assert_sent`"]
pub struct ExpectedRequest {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Text(String),
    Json(String),
    Form(String),
    Multipart(Vec<(String, String)>),
    Item(Framing, String),
    Parts(Vec<BodyPart>),
}

/// A header of content negotiation (RFC 9110 §12.5.1), which OpenAPI does not let documents describe.
const ACCEPT: &str = "accept";

impl ExpectedRequest {
    /// Expects a request without headers and without a body. `target` is the path with its query, such as `/images?limit=2`.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// Expects a header field. `Accept` is compared only if it is expected.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Expects this text as the body, byte for byte.
    pub fn text(self, content_type: &str, text: &str) -> Self {
        self.body(content_type, Body::Text(text.to_owned()))
    }

    /// Expects a body whose JSON is the [`same`] as `json`.
    pub fn json(self, content_type: &str, json: &str) -> Self {
        self.body(content_type, Body::Json(json.to_owned()))
    }

    /// Expects a form as the body, such as `a=1&b=2`. Its pairs may come in any order.
    pub fn form(self, content_type: &str, pairs: &str) -> Self {
        self.body(content_type, Body::Form(pairs.to_owned()))
    }

    /// Expects a multipart body whose parts have names. `parts` are the names and texts of its parts, which may come in any
    /// order.
    ///
    /// `content_type` is the media type without the parameter `boundary`, which may have any value. Texts that are JSON may
    /// differ in whitespace and in the order of properties. Of the header fields of a part, only the parameter `name` of
    /// `Content-Disposition` is compared.
    pub fn multipart(self, content_type: &str, parts: &[(&str, &str)]) -> Self {
        let parts = parts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        self.body(content_type, Body::Multipart(parts.collect()))
    }

    /// Expects a sequence of items as the body, with one item whose JSON is the [`same`] as `json`.
    pub fn item(self, content_type: &str, framing: Framing, json: &str) -> Self {
        self.body(content_type, Body::Item(framing, json.to_owned()))
    }

    /// Expects a multipart body of parts without names, in this order. `content_type` is the media type without the parameter
    /// `boundary`, which may have any value.
    pub fn parts(self, content_type: &str, parts: &[BodyPart]) -> Self {
        self.body(content_type, Body::Parts(parts.to_vec()))
    }

    fn body(mut self, content_type: &str, body: Body) -> Self {
        self.body = body;
        self.header("content-type", content_type)
    }

    /// Asserts that exactly one request arrived at `transport`, and that it is this one. The pairs of the query may come in any
    /// order, with the same percent-encoding. A header field that is not expected is a difference, except for `Accept`.
    ///
    /// # Panics
    ///
    /// Panics with all differences if there are any. Also panics if no request or several arrived, if the body cannot be split
    /// into the expected items or parts, or if expected JSON is malformed.
    #[track_caller]
    pub fn assert_sent(&self, transport: &InProcess) {
        let mut request: Request = transport.request();
        let mut problems = String::new();
        let mut compare = |what: &str, expected: &str, found: &str| {
            if expected != found {
                let _ = writeln!(
                    problems,
                    "{what}\n  expected: {expected}\n     found: {found}"
                );
            }
        };
        compare("method", &self.method, &request.method);
        compare(
            "target",
            &sorted_query(&self.target),
            &sorted_query(&request.target),
        );
        let content_type = request.header("content-type").map(str::to_owned);
        if let Body::Multipart(_) | Body::Parts(_) = self.body {
            let content_type = request
                .headers
                .iter_mut()
                .find(|(name, _)| name == "content-type");
            if let Some((_, value)) = content_type
                && let Some(end) = value.find("; boundary=")
            {
                value.truncate(end);
            }
        }
        let expects_accept = self.headers.iter().any(|(name, _)| name == ACCEPT);
        let found = request.headers.iter();
        let found = found.filter(|(name, _)| expects_accept || name != ACCEPT);
        compare("headers", &listed(self.headers.iter()), &listed(found));
        let text = String::from_utf8_lossy(&request.body);
        match &self.body {
            Body::None => compare("body", "", &text),
            Body::Text(expected) => compare("body", expected, &text),
            Body::Form(expected) => compare("body", &sorted(expected), &sorted(&text)),
            Body::Json(expected) => {
                let expected: Value = sample(expected);
                let found = serde_json::from_str::<Value>(&text).ok();
                if !found.is_some_and(|found| same(&found, &expected)) {
                    compare("body", &expected.to_string(), &text);
                }
            }
            Body::Item(framing, expected) => {
                let expected: Value = sample(expected);
                let found = items_in(*framing, content_type.as_deref(), &request.body);
                let is_it = matches!(&*found, [only] if same(&sample::<Value>(only), &expected));
                if !is_it {
                    compare("items", &expected.to_string(), &found.join("\n"));
                }
            }
            Body::Parts(expected) => {
                let found = parts_in(content_type.as_deref(), &request.body);
                compare("parts", &shown(expected), &shown(&found));
            }
            Body::Multipart(expected) => {
                let found = parts_in(content_type.as_deref(), &request.body);
                let found: Vec<_> = found.iter().map(name_and_text).collect();
                let [expected, found] = [expected, &found].map(|parts| canonical(parts));
                compare("parts", &listed(expected.iter()), &listed(found.iter()));
            }
        }
        assert!(
            problems.is_empty(),
            "the request is not the expected one\n{problems}"
        );
    }
}

fn listed<'h>(headers: impl Iterator<Item = &'h (String, String)>) -> String {
    let mut lines: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.sort();
    lines.join("\n            ")
}

fn sorted_query(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", sorted(query)),
        None => target.to_owned(),
    }
}

fn sorted(pairs: &str) -> String {
    let mut pairs: Vec<&str> = pairs.split('&').collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// Parts with the properties of their JSON in one order.
fn canonical(parts: &[(String, String)]) -> Vec<(String, String)> {
    let spelled = |text: &str| {
        let mut value: Value = serde_json::from_str(text).ok()?;
        value.sort_all_objects();
        Some(value.to_string())
    };
    let parts = parts.iter();
    parts
        .map(|(name, text)| (name.clone(), spelled(text).unwrap_or_else(|| text.clone())))
        .collect()
}

/// Returns the name of a part, which is empty if it has none, and its text.
fn name_and_text(part: &BodyPart) -> (String, String) {
    let name = part.name().unwrap_or_default().into_owned();
    (name, String::from_utf8_lossy(part.content()).into_owned())
}
