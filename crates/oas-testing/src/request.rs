//! Defines a request that a test double has received.

use bytes::Bytes;
use http::request::Parts;

/// A request that an `InProcess` transport or a `Server` has received and recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path and the query as they were sent, such as `/images?limit=2`. A `Server` that is used as a proxy receives the whole
    /// URL.
    pub target: String,
    /// The header fields: names in lower case, and values, with a pair for each field line. They are sorted by name and then by
    /// value. Bytes of a value that are not UTF-8 are replaced by U+FFFD. An `InProcess` transport receives only the fields that
    /// the client sets, without `host` and `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing of chunks. A content coding such as gzip is not removed.
    pub body: Bytes,
}

impl Request {
    pub(crate) fn new(parts: &Parts, body: Bytes) -> Self {
        let mut headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), value.into_owned())
            })
            .collect();
        headers.sort();
        Self {
            method: parts.method.as_str().to_owned(),
            target: parts.uri.to_string(),
            headers,
            body,
        }
    }

    /// Returns the value of a header, if the request has it. `name` is in lower case.
    ///
    /// # Panics
    ///
    /// Panics if the request has the header more than once.
    #[must_use]
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        only(&self.headers, name)
    }

    /// Returns the body as text.
    ///
    /// # Panics
    ///
    /// Panics if the body is not UTF-8.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }
}

/// Returns the value of a header, which may occur only once.
#[track_caller]
pub(crate) fn only<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let mut values = headers.iter().filter(|(header, _)| header == name);
    let value = values.next().map(|(_, value)| value.as_str());
    assert!(values.next().is_none(), "`{name}` is there twice");
    value
}
