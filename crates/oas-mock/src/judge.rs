//! Judging what goes over the wire by the document, in both directions.

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

/// Marks a request whose body is not there to be checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unread;

impl Mock {
    /// Checks a request as a generated server does, and returns which operation it reached and what is wrong with it.
    ///
    /// The mock has to be one that checks ([`Mock::checking`]); another one answers, which nobody sees. A body that could not be
    /// read is the reason, to be put behind "the body".
    pub async fn judge(&self, parts: &Parts, body: Result<Bytes, String>) -> Account {
        let (body, unread) = match body {
            Ok(whole) => (Body::from(whole), None),
            Err(reason) => (Body::empty(), Some(reason)),
        };
        let mut request = Request::new(body);
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = parts.uri.clone();
        *request.headers_mut() = parts.headers.clone();
        // They are those of the body as it was sent.
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

    /// Compares the response to a request with those that its operation documents; with the response as it was.
    ///
    /// The body is read as a whole where it is neither a stream nor large. Without an operation of the document, nothing is
    /// found.
    pub async fn review(
        &self,
        operation: Option<&str>,
        method: &Method,
        response: Response<Body>,
    ) -> (Findings, Response<Body>) {
        let (parts, body) = response.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|name| name.to_str().ok());
        // What arrives piece by piece is handed on in pieces.
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
                // The response to HEAD has the header of that to GET, and no body.
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
