//! Validates requests and responses by the document.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, Request, Response};
use oas_document::openapi::MediaKind;
use tower_service::Service as _;

use crate::body;
use crate::response_check::{Content, Findings};
use crate::{Account, Mock};

/// Marks a request whose body is not available for validation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unread;

impl Mock {
    /// Validates a request as a generated server does, and returns the operation that it reached with the violations.
    ///
    /// The mock has to be constructed by [`Mock::checking`]. If the body could not be read, `body` is the reason,
    /// formatted to follow the words "the body".
    pub async fn judge(&self, parts: &Parts, body: Result<Bytes, String>) -> Account {
        let (body, unread) = match body {
            Ok(whole) => (Body::from(whole), None),
            Err(reason) => (Body::empty(), Some(reason)),
        };
        let mut request = Request::new(body);
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = parts.uri.clone();
        *request.headers_mut() = parts.headers.clone();
        // These headers describe the body as it was sent, before decoding.
        request.headers_mut().remove(CONTENT_ENCODING);
        request.headers_mut().remove(CONTENT_LENGTH);
        if unread.is_some() {
            request.extensions_mut().insert(Unread);
        }
        let answered = self.server().call(request).await;
        let mut answer = answered.unwrap_or_else(|never| match never {});
        let account = answer.extensions_mut().remove::<Account>();
        let mut account = account.unwrap_or_default();
        let unread = unread.map(|reason| format!("request: the body {reason}"));
        account.unchecked.extend(unread);
        account
    }

    /// Compares the response to a request with those that its operation documents, and returns it unchanged with the
    /// findings.
    ///
    /// The body is read as a whole unless it is a stream or large. If the request matched no operation, there are no
    /// findings.
    pub async fn review(
        &self,
        operation: Option<&str>,
        method: &Method,
        response: Response<Body>,
    ) -> (Findings, Response<Body>) {
        let (parts, body) = response.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|name| name.to_str().ok());
        // A streamed response is passed on as it arrives.
        let (seen, body) = if kind.is_some_and(|name| MediaKind::of(name).is_stream()) {
            let reason = "is handed on as it arrives, and was not checked";
            (Err(reason.to_owned()), body)
        } else {
            body::read(body).await
        };
        let documented = operation.and_then(|id| self.documented(id));
        let findings = documented.map(|documented| {
            let seen = seen.and_then(|whole| body::decoded(&parts.headers, whole));
            let content = match &seen {
                // The response to HEAD has the header fields of the response to GET, and no body.
                _ if method == Method::HEAD => Content::Absent,
                Ok(whole) => Content::Whole(whole),
                Err(reason) => Content::Unread(reason),
            };
            documented.check(parts.status, &parts.headers, content)
        });
        (
            findings.unwrap_or_default(),
            Response::from_parts(parts, body),
        )
    }
}
