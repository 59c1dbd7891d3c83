//! Requests that no client sends: a good one, with one thing in it that a server has to refuse.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use oas_wire::json_pointer;
use serde_json::Value;

use super::{Mirror, sample};

/// A request as it goes on the wire.
#[derive(Debug, Clone)]
pub struct Raw {
    method: Method,
    base: String,
    target: String,
    headers: HeaderMap,
    body: String,
    tells_places: bool,
}

impl Raw {
    /// A request to a server, without headers and without a body. The target is the path with its query.
    ///
    /// # Panics
    /// When the method is none.
    pub fn new(base: &str, method: &str, target: &str) -> Self {
        Self {
            method: method.parse().expect("a method"),
            base: base.to_owned(),
            target: target.to_owned(),
            headers: HeaderMap::new(),
            body: String::new(),
            tells_places: true,
        }
    }

    /// Sets a header.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("the name of a header");
        let value = HeaderValue::try_from(value).expect("the value of a header");
        self.headers.insert(name, value);
        self
    }

    /// The same request without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same request with another target.
    #[must_use]
    pub fn target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self.header("content-type", content_type)
    }

    /// The same request with one change in its JSON body: at the pointer (RFC 6901) stands this JSON, or nothing. The index
    /// behind the last item of a list adds one.
    ///
    /// # Panics
    /// When the body has no such place.
    #[must_use]
    pub fn with(mut self, pointer: &str, value: Option<&str>) -> Self {
        let mut body: Value = sample(&self.body);
        let value = value.map(sample::<Value>);
        match (pointer.rsplit_once('/'), value) {
            (None, value) => body = value.unwrap_or_default(),
            (Some((owner, name)), value) => {
                let name = json_pointer::unescape(name).into_owned();
                match (
                    body.pointer_mut(owner).expect("the place of the change"),
                    value,
                ) {
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

    /// The error body that the document declares has no room for the places of what is wrong.
    #[must_use]
    pub fn refused_without_places(mut self) -> Self {
        self.tells_places = false;
        self
    }

    /// Says that the implementation takes this request.
    ///
    /// # Panics
    /// When the server refuses it.
    pub async fn assert_taken(&self, mirror: &Mirror) {
        let (status, body) = self.send().await;
        assert!(
            mirror.was_reached(),
            "the unchanged request is refused: {status} {body}"
        );
    }

    /// Says that the server refuses this request with 400 and names the place, where it can, and that the implementation
    /// is not reached.
    ///
    /// # Panics
    /// When it does anything else; `what` tells what is wrong with the request.
    pub async fn assert_refused(&self, mirror: &Mirror, what: &str, pointer: &str) {
        let (status, body) = self.send().await;
        assert!(
            !mirror.was_reached(),
            "{what} at `{pointer}` is not refused"
        );
        assert_eq!(status, 400, "{what} at `{pointer}`: {body}");
        let quoted = Value::from(pointer).to_string();
        let named = body.contains(quoted.trim_matches('"'));
        assert!(
            named || !self.tells_places,
            "the refusal of {what} does not name `{pointer}`: {body}"
        );
    }

    async fn send(&self) -> (u16, String) {
        let client = reqwest::Client::builder().no_proxy();
        #[cfg(feature = "rustls")]
        let client = client.tls_backend_preconfigured(
            crate::tls::trusting_nobody().expect("TLS without anybody to trust"),
        );
        let client = client.build().expect("an HTTP client");
        let request = client
            .request(self.method.clone(), format!("{}{}", self.base, self.target))
            .headers(self.headers.clone())
            .body(self.body.clone());
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.text().await.expect("a body"))
    }
}
