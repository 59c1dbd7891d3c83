//! Builds responses, for generated response types.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use futures_core::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, Entry, InvalidHeaderValue, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use oas_wire::items::{Framing, Items};
use oas_wire::multipart::{BodyPart, EncodedParts};
use serde::Serialize;
use serde_json::Value;

use crate::Rejection;
use crate::sse::Event;

pub use axum::response::{IntoResponse, Response};

/// The error of a handler: a response that is sent instead of its output.
///
/// Every type that implements [`IntoResponse`] converts to it, so that `?` works on results whose errors are a
/// [`Rejection`], an output of the operation, or a type of the program.
///
/// ```
/// use oas_server::{ErrorResponse, IntoResponse, Rejection, Response, response};
///
/// enum StoreError {
///     Locked,
/// }
///
/// impl IntoResponse for StoreError {
///     fn into_response(self) -> Response {
///         match self {
///             Self::Locked => response::status(423).text("text/plain", "locked"),
///         }
///     }
/// }
///
/// fn open() -> Result<(), StoreError> {
///     Err(StoreError::Locked)
/// }
///
/// fn handle(allowed: bool) -> Result<(), ErrorResponse> {
///     if !allowed {
///         return Err(Rejection::Forbidden.into());
///     }
///     Ok(open()?)
/// }
///
/// let status = |allowed| handle(allowed).unwrap_err().into_response().status();
/// assert_eq!((status(true).as_u16(), status(false).as_u16()), (423, 403));
/// ```
#[derive(Debug)]
pub struct ErrorResponse(Box<Response>);

impl ErrorResponse {
    /// Returns the response.
    #[must_use]
    pub fn into_response(self) -> Response {
        *self.0
    }
}

impl<T: IntoResponse> From<T> for ErrorResponse {
    fn from(response: T) -> Self {
        Self(Box::new(response.into_response()))
    }
}

/// Converts the result of a handler to a response.
pub fn of<T: IntoResponse>(result: Result<T, ErrorResponse>) -> Response {
    match result {
        Ok(output) => output.into_response(),
        Err(error) => error.into_response(),
    }
}

/// Creates the builder of a response with `status`.
///
/// ```
/// use oas_server::response;
///
/// let response = response::status(201).header("Location", "/images/17").json("application/json", &[1, 2]);
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// ```
pub fn status(status: u16) -> Builder {
    let mut builder = Builder {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        failed: false,
    };
    match StatusCode::from_u16(status) {
        Ok(status) => builder.status = status,
        Err(_) => builder.fail("status", &status),
    }
    builder
}

/// The room for JSON that is being written, in bytes: as much as most responses need, which then never move.
const SOME: usize = 512;

/// A builder of a response; the method that sets the body returns the response.
///
/// Its methods do not fail. If a part is invalid, such as a header value with a line break, the response is that of
/// [`Rejection::Internal`], and the reason is logged by `tracing`.
#[derive(Debug)]
#[must_use = "a response is made by giving it a body"]
pub struct Builder {
    status: StatusCode,
    headers: HeaderMap,
    failed: bool,
}

impl Builder {
    fn fail(&mut self, part: &'static str, error: &dyn fmt::Display) {
        tracing::error!(part, %error, "a response cannot be written");
        self.failed = true;
    }

    /// Adds a header field. Fields with the same name are not replaced.
    pub fn header(mut self, name: &str, value: impl fmt::Display) -> Self {
        match (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.to_string()),
        ) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            // Neither the name nor the value is logged: the value may be a secret.
            (Err(error), _) => self.fail("header name", &error),
            (_, Err(error)) => self.fail("header value", &error),
        }
        self
    }

    /// Adds a header field if `value` is present.
    pub fn optional_header(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Adds a header field in style `simple` (OpenAPI 3.0.4, Style Values): the items of a list, or the names and
    /// values of an object, joined by commas. For null and an empty list, nothing is added. Each item of `Set-Cookie`
    /// is a field of its own.
    ///
    /// ```
    /// use oas_server::response;
    ///
    /// let response = response::status(200).simple_header("X-Ids", &[1, 2]).simple_header("X-Next", &None::<i64>).empty();
    /// assert_eq!(response.headers()["x-ids"], "1,2");
    /// assert!(!response.headers().contains_key("x-next"));
    ///
    /// let response = response::status(200).simple_header("Set-Cookie", &["a=1; Path=/", "b=2,3"]).empty();
    /// assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    /// ```
    pub fn simple_header(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        self.structured_header(name, value, ',')
    }

    /// Adds a header field as [`Builder::simple_header`] does, with each property of an object as `name=value`
    /// (`explode`).
    ///
    /// ```
    /// use oas_server::response;
    /// use std::collections::BTreeMap;
    ///
    /// let size = BTreeMap::from([("height", 1), ("width", 2)]);
    /// let response = response::status(200).exploded_header("X-Size", &size).empty();
    /// assert_eq!(response.headers()["x-size"], "height=1,width=2");
    /// ```
    pub fn exploded_header(self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        self.structured_header(name, value, '=')
    }

    /// Adds a header field whose value is JSON, as `content` of a Header Object describes it (OpenAPI 3.0.4, Header Object).
    ///
    /// ```
    /// use oas_server::response;
    ///
    /// let response = response::status(200).json_header("X-Ids", &[1, 2]).optional_json_header("X-Next", None::<&i64>).empty();
    /// assert_eq!(response.headers()["x-ids"], "[1,2]");
    /// assert!(!response.headers().contains_key("x-next"));
    /// ```
    pub fn json_header(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_string(value) {
            Ok(json) => self.header(name, json),
            Err(error) => {
                self.fail("header value", &error);
                self
            }
        }
    }

    /// Adds a header field as [`Builder::json_header`] does, if `value` is present.
    pub fn optional_json_header(
        self,
        name: &str,
        value: Option<&(impl Serialize + ?Sized)>,
    ) -> Self {
        match value {
            Some(value) => self.json_header(name, value),
            None => self,
        }
    }

    fn structured_header(
        mut self,
        name: &str,
        value: &(impl Serialize + ?Sized),
        separator: char,
    ) -> Self {
        let value = match serde_json::to_value(value) {
            Ok(value) => value,
            Err(error) => {
                self.fail("header value", &error);
                return self;
            }
        };
        // A line for each cookie: their values may have commas (RFC 9110 §5.3).
        if let Value::Array(items) = &value
            && name.eq_ignore_ascii_case(SET_COOKIE.as_str())
        {
            let lines = items.iter().map(text_of);
            return lines.fold(self, |builder, line| builder.header(name, line));
        }
        let text = match &value {
            Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
            Value::Object(properties) => {
                let parts = properties
                    .iter()
                    .map(|(name, value)| format!("{name}{separator}{}", text_of(value)));
                parts.collect::<Vec<_>>().join(",")
            }
            scalar => text_of(scalar),
        };
        match &value {
            Value::Null => self,
            Value::Array(_) | Value::Object(_) if text.is_empty() => self,
            _ => self.header(name, text),
        }
    }

    /// Returns the response with a JSON body and the `Content-Type` `media_type`, unless [`header`](Self::header) has
    /// set another.
    #[must_use]
    pub fn json(mut self, media_type: &str, body: &(impl Serialize + ?Sized)) -> Response {
        let mut json = Vec::with_capacity(SOME);
        match serde_json::to_writer(&mut json, body) {
            Ok(()) => self.finish(media_type, json),
            Err(error) => {
                self.fail("body", &error);
                self.empty()
            }
        }
    }

    /// Returns the response with a text body in UTF-8.
    #[must_use]
    pub fn text(self, media_type: &str, body: impl Into<String>) -> Response {
        self.finish(media_type, body.into())
    }

    /// Returns the response with a body of bytes, or a [`Body`].
    #[must_use]
    pub fn bytes(self, media_type: &str, body: impl Into<Body>) -> Response {
        self.finish(media_type, body)
    }

    /// Returns the response with a body that has its own media type.
    #[must_use]
    pub fn typed(self, body: TypedBody) -> Response {
        self.finish(&body.media_type, body.body)
    }

    /// Returns the response with a body whose pieces a stream produces. An error of the stream aborts the body.
    #[must_use]
    pub fn stream<S, B, E>(self, media_type: &str, body: S) -> Response
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<BoxError> + 'static,
    {
        self.finish(media_type, Body::from_stream(body))
    }

    /// Returns the response with a stream of server-sent events (WHATWG HTML §9.2), as `text/event-stream` with
    /// `Cache-Control: no-cache`.
    #[must_use]
    pub fn events<S>(mut self, events: S) -> Response
    where
        S: Stream<Item = Event> + Send + 'static,
    {
        self.headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-cache"));
        self.stream("text/event-stream", Events(Box::pin(events)))
    }

    /// Returns the response with a stream of items, which are separated by `framing`. An item that cannot be serialized
    /// aborts the body.
    ///
    /// ```
    /// use oas_server::{Framing, Items, response};
    ///
    /// let items = Items::from([1, 2, 3]);
    /// let response = response::status(200).items("application/jsonl", Framing::Lines, items);
    /// assert_eq!(response.headers()["content-type"], "application/jsonl");
    /// ```
    #[must_use]
    pub fn items<T>(mut self, media_type: &str, framing: Framing, items: Items<T>) -> Response
    where
        T: Serialize + 'static,
    {
        if matches!(framing, Framing::Events | Framing::JsonEvents) {
            self.headers
                .entry(CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-cache"));
        }
        self.stream(&framing.content_type(media_type), items.encoded(framing))
    }

    /// Returns the response with a multipart body of parts without names, which are sent while `parts` produces them. A
    /// part that cannot be encoded aborts the body.
    ///
    /// ```
    /// use oas_server::{BodyPart, Items, response};
    ///
    /// let parts = Items::from([BodyPart::text("a page"), BodyPart::new(vec![0; 512]).content_type("image/png")]);
    /// let response = response::status(200).parts("multipart/mixed", parts);
    /// assert!(response.headers()["content-type"].to_str().unwrap().starts_with("multipart/mixed; boundary="));
    /// ```
    #[must_use]
    pub fn parts(self, media_type: &str, parts: Items<BodyPart>) -> Response {
        let parts = EncodedParts::new(parts);
        self.stream(&parts.content_type(media_type), parts)
    }

    /// Returns the response without a body.
    #[must_use]
    pub fn empty(self) -> Response {
        self.finish("", Body::empty())
    }

    /// Sets the body. A `Content-Type` that was set as a header is preserved.
    fn finish(mut self, media_type: &str, body: impl Into<Body>) -> Response {
        if !media_type.is_empty()
            && let Entry::Vacant(entry) = self.headers.entry(CONTENT_TYPE)
        {
            match field_of(media_type) {
                Ok(value) => {
                    entry.insert(value);
                }
                Err(error) => self.fail("header value", &error),
            }
        }
        if self.failed {
            return Rejection::Internal {
                reason: "the response could not be written",
            }
            .into_response();
        }
        let mut response = Response::new(body.into());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Returns the value of `Content-Type`; those of most responses need no allocation.
fn field_of(media_type: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    match media_type {
        "application/json" => Ok(const { HeaderValue::from_static("application/json") }),
        "application/problem+json" => {
            Ok(const { HeaderValue::from_static("application/problem+json") })
        }
        other => HeaderValue::from_str(other),
    }
}

/// A response body with its media type, for a response whose document has a range of media types such as `image/*`.
///
/// ```
/// use oas_server::response::{self, TypedBody};
///
/// let response = response::status(200).typed(TypedBody::new("image/png", vec![0x89, 0x50]));
/// assert_eq!(response.headers()["content-type"], "image/png");
/// ```
#[derive(Debug)]
pub struct TypedBody {
    media_type: String,
    body: Body,
}

impl TypedBody {
    /// Creates a body of the media type `media_type`.
    #[must_use]
    pub fn new(media_type: impl Into<String>, body: impl Into<Body>) -> Self {
        Self {
            media_type: media_type.into(),
            body: body.into(),
        }
    }
}

impl<M: Into<String>, B: Into<Body>> From<(M, B)> for TypedBody {
    fn from((media_type, body): (M, B)) -> Self {
        Self::new(media_type, body)
    }
}

/// Formats a string as its text, everything else as JSON.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

struct Events<S>(Pin<Box<S>>);

impl<S: Stream<Item = Event>> Stream for Events<S> {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .as_mut()
            .poll_next(context)
            .map(|event| event.map(|event| Ok(Bytes::from(event.to_string()))))
    }
}
