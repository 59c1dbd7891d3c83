//! Defines decoded responses: a value with the status and the headers.

use std::{fmt, ops::Deref};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{redact::HeaderNames, text};

/// A response with a decoded body. It dereferences to the body; [`ResponseValue::into_inner`] moves the body out.
///
/// `Debug` shows only the names of the headers, because a value can be a cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseValue<T> {
    status: StatusCode,
    headers: HeaderMap,
    inner: T,
}

impl<T> ResponseValue<T> {
    /// Creates a response, for a test or a mock.
    pub fn new(status: StatusCode, headers: HeaderMap, inner: T) -> Self {
        Self {
            status,
            headers,
            inner,
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// Converts the body.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue {
            status: self.status,
            headers: self.headers,
            inner: convert(self.inner),
        }
    }
}

impl ResponseValue<Bytes> {
    /// Returns the beginning of the body: at most 200 characters of text, without control characters.
    pub fn excerpt(&self) -> String {
        text::excerpt(&self.headers, &self.inner)
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .field("inner", &self.inner)
            .finish()
    }
}
