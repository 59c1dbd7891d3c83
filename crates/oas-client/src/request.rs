//! Builds requests: the path that generated code has encoded, parameters, and one body.
//!
//! Generated code chains calls, so that the builder keeps the first part that cannot be encoded, and reports it when
//! the request is sent.

use std::{fmt, path::Path};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use oas_wire::{
    Serialization, form,
    items::{Framing, Items},
};
use reqwest::Url;
use serde::Serialize;

use crate::{
    encode,
    items::Upload,
    multipart::{Multipart, file_body},
    operation::{Operation, Selector},
    redact::Secrets,
    text::{header_field, header_value},
    typed_body::TypedBody,
};

/// A builder of a request, which [`ClientCore::request`](crate::ClientCore::request) creates. Its methods do not fail: if a part
/// cannot be encoded, sending returns [`Error::InvalidRequest`](crate::Error::InvalidRequest) for the first such part,
/// and nothing is sent.
///
/// `Debug` shows neither query nor header values nor body.
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    pub(crate) draft: Box<Draft>,
}

/// A request that is not complete. It is large, and passed on a dozen times until it is sent.
pub(crate) struct Draft {
    pub(crate) operation: &'static Operation,
    /// Its URL has no query yet, and it has no cookies.
    pub(crate) request: reqwest::Request,
    pub(crate) query: String,
    pub(crate) cookies: Vec<String>,
    /// Whether the body is read while it is sent, so that the request is never retried.
    is_streamed: bool,
    pub(crate) problem: Option<String>,
    /// What no error shows.
    pub(crate) secrets: Secrets,
}

impl Draft {
    pub(crate) fn is_repeatable(&self) -> bool {
        let body = self.request.body();
        !self.is_streamed && body.is_none_or(|body| body.as_bytes().is_some())
    }

    /// Returns a copy of the request, complete as it is now; `None` if its body cannot be read twice.
    pub(crate) fn try_clone(&self) -> Option<Box<Self>> {
        Some(Box::new(Self {
            operation: self.operation,
            request: self.request.try_clone()?,
            query: String::new(),
            cookies: Vec::new(),
            is_streamed: self.is_streamed,
            problem: None,
            secrets: Secrets::default(),
        }))
    }
}

impl RequestBuilder {
    /// Begins a request to `path` below the path of `base`.
    pub(crate) fn new(operation: &'static Operation, base: &Url, path: &str) -> Self {
        let problem = check_path(operation.path(), path).err();
        let mut url = base.clone();
        match base.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&[prefix, path].concat()),
        }
        Self::begin(operation, url, String::new(), problem)
    }

    /// Begins a request to this URL, which may have a query.
    pub(crate) fn to_url(operation: &'static Operation, url: &Url) -> Self {
        let mut url = url.clone();
        let query = url.query().unwrap_or_default().to_owned();
        url.set_query(None);
        Self::begin(operation, url, query, None)
    }

    fn begin(
        operation: &'static Operation,
        url: Url,
        query: String,
        problem: Option<String>,
    ) -> Self {
        let mut request = Self {
            draft: Box::new(Draft {
                operation,
                request: reqwest::Request::new(operation.method().clone(), url),
                query,
                cookies: Vec::new(),
                is_streamed: false,
                problem,
                secrets: Secrets::default(),
            }),
        };
        if let Some(media_types) = operation.accepts() {
            request.insert_header(header::ACCEPT, HeaderValue::from_static(media_types));
        }
        match operation.selector() {
            None => {}
            Some(Selector::Query(name, value)) => {
                request.add_query(&form::pair(name, value));
            }
            Some(Selector::Header(name, value)) => request.set_header(name, value),
        }
        request
    }

    /// Adds a query parameter in the default style of OpenAPI, exploded `form`. A value that is null, or an empty list
    /// or object, is not added.
    pub fn query<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        self.query_as(Serialization::FORM, name, value)
    }

    /// Adds a query parameter in a style, or as JSON. A value that is null, or an empty list or object, is not added.
    pub fn query_as<T: Serialize + ?Sized>(
        mut self,
        serialization: Serialization,
        name: &str,
        value: &T,
    ) -> Self {
        let query = encode::query(serialization, name, value);
        if let Some(pairs) = self.checked(query).flatten() {
            self.add_query(&pairs);
        }
        self
    }

    /// Adds a parameter that is the whole query string; see [`encode::query_string`].
    pub fn query_string<T: Serialize + ?Sized>(
        mut self,
        serialization: Serialization,
        name: &str,
        value: &T,
        encodings: &[(&str, Serialization)],
    ) -> Self {
        let query = encode::query_string(serialization, name, value, encodings);
        if let Some(query) = self.checked(query).flatten() {
            self.add_query(&query);
        }
        self
    }

    /// Adds query parameters that are already percent-encoded, such as `a=1&b=2` from another request.
    pub fn query_encoded(mut self, pairs: &str) -> Self {
        if !pairs.is_empty() {
            self.add_query(pairs);
        }
        self
    }

    /// Sets a header parameter in the default style of OpenAPI, `simple`. It replaces a header of the same name. A
    /// value that is null, or an empty list or object, is not sent.
    pub fn header<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        self.header_as(Serialization::SIMPLE, name, value)
    }

    /// Sets a header parameter as [`header`](Self::header) does, exploded or as JSON.
    pub fn header_as<T: Serialize + ?Sized>(
        mut self,
        serialization: Serialization,
        name: &str,
        value: &T,
    ) -> Self {
        let header = encode::header(serialization, name, value);
        if let Some(text) = self.checked(header).flatten() {
            self.set_header(name, &text);
        }
        self
    }

    /// Adds a cookie parameter in the default style of OpenAPI, exploded `form`. A value that is null, or an empty list
    /// or object, is not added.
    pub fn cookie<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        self.cookie_as(Serialization::FORM, name, value)
    }

    /// Adds a cookie parameter in a style, or as JSON.
    pub fn cookie_as<T: Serialize + ?Sized>(
        mut self,
        serialization: Serialization,
        name: &str,
        value: &T,
    ) -> Self {
        if let Some(pairs) = self.checked(encode::cookie(serialization, name, value)) {
            self.draft.cookies.extend(pairs);
        }
        self
    }

    /// Sets a JSON body with this `Content-Type`. It replaces an earlier body, as every method that sets a body does.
    pub fn json<T: Serialize + ?Sized>(mut self, content_type: &str, body: &T) -> Self {
        match self.checked(
            serde_json::to_vec(body).map_err(|error| format!("the body cannot be JSON: {error}")),
        ) {
            Some(json) => {
                self.set_bytes(content_type, json.into());
                self
            }
            None => self,
        }
    }

    /// Sets a text body in UTF-8 with this `Content-Type`.
    pub fn text(self, content_type: &str, body: impl Into<String>) -> Self {
        self.bytes(content_type, body.into())
    }

    /// Sets a body of bytes with this `Content-Type`.
    pub fn bytes(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.set_bytes(content_type, body.into());
        self
    }

    /// Sets a body that is read while it is sent, with this `Content-Type`. The request is never retried.
    pub fn stream(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.set_content_type(content_type);
        self.set_body(body.into());
        self.draft.is_streamed = true;
        self
    }

    /// Sets a body that is a file, with this `Content-Type`. The file is opened now; if that fails, or it is not a regular file,
    /// sending the request fails.
    ///
    /// A file of at most 64 KiB is read at once, so that the request can be retried. A larger one is read in pieces while it is
    /// sent, and the request is never retried.
    pub fn file(mut self, content_type: &str, path: impl AsRef<Path>) -> Self {
        if let Some(body) = self.checked(file_body(path.as_ref())) {
            self.set_content_type(content_type);
            self.set_body(body);
        }
        self
    }

    /// Sets a body of items, which are separated by `framing` and sent while `body` produces them. The request is never
    /// retried.
    pub fn items<T: Serialize + Send + 'static>(
        self,
        content_type: &str,
        framing: Framing,
        body: Items<T>,
    ) -> Self {
        self.stream(
            &framing.content_type(content_type),
            reqwest::Body::wrap(Upload::new(body, framing)),
        )
    }

    /// Sets a body with its own media type, as [`stream`](Self::stream) does.
    pub fn typed(self, body: TypedBody) -> Self {
        let (media_type, body) = body.into_parts();
        self.stream(&media_type, body)
    }

    /// Sets an `application/x-www-form-urlencoded` body, from a value that serializes to an object; see
    /// [`encode::form`].
    ///
    /// `encodings` contains the properties whose encoding is not the default (OpenAPI 3.0.4, Encoding Object).
    pub fn form<T: Serialize + ?Sized>(
        mut self,
        content_type: &str,
        body: &T,
        encodings: &[(&str, Serialization)],
    ) -> Self {
        match self.checked(encode::form(body, encodings)) {
            Some(text) => self.text(content_type, text),
            None => self,
        }
    }

    /// Sets a multipart body with this `Content-Type`, whose parameter `boundary` is set to a generated one. If a file among the
    /// parts cannot be opened, sending the request fails. The request can be retried only if all parts are in memory: with a
    /// file of any size or a stream, it never is.
    pub fn multipart(mut self, content_type: &str, body: Multipart) -> Self {
        if let Some((content_type, body)) = self.checked(body.encode(content_type)) {
            self.set_header(header::CONTENT_TYPE.as_str(), &content_type);
            self.set_body(body);
        }
        self
    }

    pub(crate) fn add_query(&mut self, pairs: &str) {
        let query = &mut self.draft.query;
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(pairs);
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        if let Some((name, value)) = self.checked(header_field(name, value)) {
            self.insert_header(name, value);
        }
    }

    fn set_bytes(&mut self, content_type: &str, body: Bytes) {
        self.set_content_type(content_type);
        self.set_body(body.into());
    }

    fn set_body(&mut self, body: reqwest::Body) {
        *self.draft.request.body_mut() = Some(body);
        self.draft.is_streamed = false;
    }

    fn insert_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.draft.request.headers_mut().insert(name, value);
    }

    fn set_content_type(&mut self, media_type: &str) {
        let name = header::CONTENT_TYPE;
        let value = match media_type {
            // What most bodies are needs no allocation.
            "application/json" => Ok(const { HeaderValue::from_static("application/json") }),
            other => header_value(name.as_str(), other),
        };
        if let Some(value) = self.checked(value) {
            self.insert_header(name, value);
        }
    }

    /// Keeps the first problem.
    fn checked<T, E: ToString>(&mut self, result: Result<T, E>) -> Option<T> {
        result
            .map_err(|error| {
                self.draft.problem.get_or_insert(error.to_string());
            })
            .ok()
    }
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("operation", &self.draft.operation.id())
            .finish_non_exhaustive()
    }
}

/// Checks that the values of the parameters left the path as the document's template has it.
///
/// A URL parser takes `.` and `..` for steps in the tree, percent-encoded or not, so a value of `..` would address
/// another operation; and an empty value makes a segment vanish.
fn check_path(template: &str, path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err(format!(
            "the path of `{template}` does not begin with a slash"
        ));
    }
    if is_plain(path) {
        return Ok(());
    }
    // Values arrive percent-encoded, so these come from the template, and a URL parser would take them for its own.
    if path.bytes().any(|byte| matches!(byte, b'?' | b'#' | b'\\')) {
        return Err(format!(
            "the path of `{template}` holds a character that has to be percent-encoded"
        ));
    }
    for (wanted, segment) in segments(template).zip(segments(path)) {
        if wanted == segment {
            continue;
        }
        if segment.is_empty() {
            return Err(format!(
                "path parameter `{wanted}` is empty, which would make it another path"
            ));
        }
        if is_dots(segment) {
            return Err(format!(
                "path parameter `{wanted}` is a dot segment, which would make it another path"
            ));
        }
    }
    Ok(())
}

/// Returns whether a path obviously has nothing that [`check_path`] is about: no segment is empty or begins with a dot, as it is or
/// percent-encoded. Nearly every path is such.
fn is_plain(path: &str) -> bool {
    let bytes = path.as_bytes();
    let behind = bytes.get(1..).unwrap_or_default();
    // Looking at all bytes, many at once, takes fewer steps than stopping at the first that is not plain.
    let is_special = bytes.iter().fold(false, |found, byte| {
        found | matches!(byte, b'?' | b'#' | b'\\')
    });
    let has_odd_segment = bytes.iter().zip(behind).fold(false, |found, (byte, next)| {
        found | ((*byte == b'/') & matches!(next, b'/' | b'.' | b'%'))
    });
    !is_special && !has_odd_segment && !path.ends_with('/')
}

/// Returns what is between the slashes of a path. Paths are too short for a search in larger steps.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let text = rest?;
        let slash = text.bytes().position(|byte| byte == b'/');
        let (segment, after) = match slash.and_then(|slash| text.split_at_checked(slash)) {
            Some((segment, after)) => (segment, after.get(1..)),
            None => (text, None),
        };
        rest = after;
        Some(segment)
    })
}

/// Returns whether a segment is `.` or `..`, percent-encoded or not.
fn is_dots(segment: &str) -> bool {
    match without_dot(segment) {
        Some("") => true,
        Some(rest) => without_dot(rest) == Some(""),
        None => false,
    }
}

/// Returns the text after the dot that a text starts with.
fn without_dot(text: &str) -> Option<&str> {
    let dots = [".", "%2e", "%2E"];
    dots.into_iter().find_map(|dot| text.strip_prefix(dot))
}
