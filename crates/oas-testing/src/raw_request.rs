//! Builds requests that no generated client sends: valid ones, and variants of them that a server has to reject.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use oas_wire::json_pointer;
use serde_json::Value;

use crate::{InProcess, RecordingHandler, sample};

/// A request that a test builds without a client, to be sent to a generated server. [`assert_accepted`](Self::assert_accepted) and
/// [`assert_rejected`](Self::assert_rejected) send it.
#[derive(Debug, Clone)]
pub struct RawRequest {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: String,
    names_places: bool,
}

impl RawRequest {
    /// Creates a request without headers and without a body. `target` is the path with its query.
    ///
    /// # Panics
    ///
    /// Panics if the method is invalid.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.parse().expect("a method"),
            target: target.to_owned(),
            headers: HeaderMap::new(),
            body: String::new(),
            names_places: true,
        }
    }

    /// Sets a header, in place of those with this name.
    ///
    /// # Panics
    ///
    /// Panics if its name or its value is invalid.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("the name of a header");
        let value = HeaderValue::try_from(value).expect("the value of a header");
        self.headers.insert(name, value);
        self
    }

    /// Removes a header, if the request has it.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Replaces the target.
    #[must_use]
    pub fn target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// Sets the body, and the header `Content-Type` to its media type.
    ///
    /// # Panics
    ///
    /// Panics if the media type is not a valid header value.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self.header("content-type", content_type)
    }

    /// Changes the JSON body at a JSON pointer (RFC 6901): sets the value there to the JSON `value`, or removes it if that is `None`.
    /// The index after the last item of a list adds an item. Without its root, the body is empty.
    ///
    /// # Panics
    ///
    /// Panics if the body is not JSON, or has no such place.
    #[must_use]
    pub fn with(mut self, pointer: &str, value: Option<&str>) -> Self {
        let mut body: Value = sample(&self.body);
        let value = value.map(sample::<Value>);
        match (pointer.rsplit_once('/'), value) {
            (None, None) if pointer.is_empty() => {
                self.body.clear();
                return self;
            }
            (None, Some(value)) if pointer.is_empty() => body = value,
            (None, _) => panic!("{pointer:?} is not a JSON pointer"),
            (Some((owner, name)), value) => {
                let name = json_pointer::unescape(name).into_owned();
                match (
                    body.pointer_mut(owner).expect("the place of the change"),
                    value,
                ) {
                    (Value::Array(items), None) => {
                        let index: usize = name.parse().expect("an index");
                        assert!(index < items.len(), "{pointer} is not an item");
                        items.remove(index);
                    }
                    (Value::Array(items), Some(value)) => {
                        let index: usize = name.parse().expect("an index");
                        if index == items.len() {
                            items.push(value);
                        } else {
                            *items.get_mut(index).expect("an item") = value;
                        }
                    }
                    (Value::Object(values), Some(value)) => drop(values.insert(name, value)),
                    (Value::Object(values), None) => {
                        drop(values.remove(&name).expect("a property"))
                    }
                    (_, _) => panic!("{pointer} is in neither a list nor an object"),
                }
            }
        }
        self.body = body.to_string();
        self
    }

    /// Makes [`assert_rejected`](Self::assert_rejected) ignore places, for a document whose error bodies do not contain them.
    #[must_use]
    pub fn rejected_without_places(mut self) -> Self {
        self.names_places = false;
        self
    }

    /// Sends the request, and asserts that it reaches the handler.
    ///
    /// # Panics
    ///
    /// Panics if the server rejects it.
    pub async fn assert_accepted(&self, server: &InProcess, handler: &RecordingHandler) {
        let (status, body) = self.send(server).await;
        assert!(
            handler.was_called(),
            "the unchanged request is rejected: {status} {body}"
        );
    }

    /// Sends the request, and asserts that the server rejects it with 400 and a body that contains `pointer`, and that the handler is
    /// not called. The response to a `HEAD` request has no body (RFC 9110 §9.3.2), which is not looked for.
    ///
    /// # Panics
    ///
    /// Panics if the server does anything else. The message contains `rule`, the constraint that the request violates at `pointer`.
    pub async fn assert_rejected(
        &self,
        server: &InProcess,
        handler: &RecordingHandler,
        rule: &str,
        pointer: &str,
    ) {
        let (status, body) = self.send(server).await;
        assert!(
            !handler.was_called(),
            "{rule} at `{pointer}` is not rejected"
        );
        assert_eq!(status, 400, "{rule} at `{pointer}`: {body}");
        let quoted = Value::from(pointer).to_string();
        let named = body.contains(quoted.trim_matches('"'));
        assert!(
            named || !self.names_places || self.method == Method::HEAD,
            "the rejection of {rule} does not name `{pointer}`: {body}"
        );
    }

    async fn send(&self, server: &InProcess) -> (u16, String) {
        let mut request = http::Request::new(Bytes::from(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = Uri::try_from(&self.target).expect("a target");
        *request.headers_mut() = self.headers.clone();
        let response = server.exchange(request).await;
        let body = String::from_utf8_lossy(response.body()).into_owned();
        (response.status().as_u16(), body)
    }
}
