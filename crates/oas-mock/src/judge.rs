//! Validates requests and responses against the document.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, Request, Response};
use oas_document::openapi::MediaKind;
use tower_service::Service as _;

use crate::body::{self, NotRead};
use crate::response_check::{Content, Findings, ResponseViolation};
use crate::stream::Watched;
use crate::{Account, Mock};

/// The part of a request that is validated.
#[derive(Debug, Clone)]
pub(crate) enum Extent {
    /// The request without the content of its body, which is not available.
    Head,
    /// The body only.
    Body,
    /// All of it. Here is the body, to be read once more.
    Whole(Bytes),
}

impl Default for Extent {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Mock {
    /// Validates a request as a generated server does, and returns the operation that it matches with all violations:
    /// of credentials, `Accept`, the media type, parameters and the body. A server would report only the first kind
    /// that is violated.
    ///
    /// The mock must be created by [`Mock::validator`].
    pub async fn judge(&self, parts: &Parts, body: Bytes) -> Account {
        let whole = Body::from(body.clone());
        self.judged(parts, whole, Extent::Whole(body)).await
    }

    /// Validates a request whose body could not be read, for this reason.
    pub(crate) async fn judge_unread(&self, parts: &Parts, reason: &str) -> Account {
        let mut account = self.judge_head(parts, true).await;
        let unread = format!("request: the body {reason}");
        account.unchecked.push(unread);
        account
    }

    /// Validates a request without the content of its body.
    pub(crate) async fn judge_head(&self, parts: &Parts, has_body: bool) -> Account {
        // Nothing reads it, but the media type of an empty body is of no importance.
        let body = match has_body {
            true => Body::from("?"),
            false => Body::empty(),
        };
        self.judged(parts, body, Extent::Head).await
    }

    /// Validates the body of a request as it arrives, until the first invalid item of a stream.
    pub(crate) async fn judge_stream(&self, parts: &Parts, body: Body) -> Account {
        self.judged(parts, body, Extent::Body).await
    }

    async fn judged(&self, parts: &Parts, body: Body, extent: Extent) -> Account {
        let mut request = copied(parts, body);
        request.extensions_mut().insert(extent);
        let result = self.server().call(request).await;
        let mut response = result.unwrap_or_else(|never| match never {});
        let account = response.extensions_mut().remove::<Account>();
        account.unwrap_or_default()
    }

    /// Validates a response against the documented responses of `operation`, the id of the operation that the request
    /// matched, and returns the findings and the unchanged response.
    ///
    /// The body is read as a whole, unless it is a stream or larger than 16 MiB. The items of a stream are validated
    /// while the body of the returned response is read, and `later` is called with the findings about them. A body that
    /// ends too early is a violation, with which `later` is called unless the body was read as a whole. If `operation`
    /// is `None`, there are no other findings.
    pub async fn review(
        &self,
        operation: Option<&str>,
        method: &Method,
        response: Response<Body>,
        later: impl Fn(Findings) + Send + Unpin + 'static,
    ) -> (Findings, Response<Body>) {
        let (parts, body) = response.into_parts();
        let documented = operation.and_then(|id| self.documented(id));
        let kind = parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|name| name.to_str().ok());
        let is_stream = kind.is_some_and(|name| MediaKind::of(name).is_stream());
        // A streamed response is passed on as it arrives.
        let (seen, body) = match is_stream {
            true => (None, body),
            false => {
                let (seen, body) = body::read(body).await;
                (Some(seen), body)
            }
        };
        let breaks_off = seen == Some(Err(NotRead::BrokeOff));
        let seen = seen.map(|seen| {
            let seen = seen.map_err(|reason| reason.to_string());
            seen.and_then(|whole| body::decoded(&parts.headers, whole))
        });
        let Some(documented) = documented else {
            let findings = match breaks_off {
                true => Findings::incomplete(),
                false => Findings::default(),
            };
            return (findings, Response::from_parts(parts, guarded(body, later)));
        };
        let content = match &seen {
            // The response to HEAD has the header fields of the response to GET, and no body.
            _ if method == Method::HEAD => Content::Absent,
            _ if breaks_off => Content::Incomplete,
            None => Content::Passing,
            Some(Ok(whole)) => Content::Whole(whole),
            Some(Err(reason)) => Content::Unread(reason),
        };
        let mut findings = documented.check(parts.status, &parts.headers, content);
        if breaks_off {
            findings.violations.push(ResponseViolation::incomplete());
        }
        let passing = match content {
            Content::Passing => documented.passing(parts.status, &parts.headers),
            _ => None,
        };
        let body = match passing {
            None => guarded(body, later),
            Some(Err(reason)) => {
                findings.unchecked.push(format!("the body {reason}"));
                guarded(body, later)
            }
            Some(Ok(check)) => {
                findings.continues = true;
                Body::new(Watched::new(body, check, later))
            }
        };
        (findings, Response::from_parts(parts, body))
    }
}

/// Returns the body, which reports to `later` if it breaks off while it is passed on.
fn guarded(body: Body, later: impl Fn(Findings) + Send + 'static) -> Body {
    body::guarded(body, move || later(Findings::incomplete()))
}

/// Returns a request with the same head and another body, which is not encoded.
fn copied(parts: &Parts, body: Body) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    // These headers describe the body as it was sent, before decoding.
    request.headers_mut().remove(CONTENT_ENCODING);
    request.headers_mut().remove(CONTENT_LENGTH);
    request
}
