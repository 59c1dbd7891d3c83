//! Passing requests on to a real server, and saying how they and their responses break the document.

use axum::body::Body;
use http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use http::{HeaderMap, HeaderValue, Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use oas_document::openapi::MediaKind;
use oas_server::{Response, response};
use tower_service::Service as _;

use crate::body::{self, Seen};
use crate::response_check::Content;
use crate::{Account, Mock};

/// The field that tells of violations and of what was not checked, one line for each.
const REPORT: HeaderName = HeaderName::from_static("report");

#[cfg(not(feature = "https"))]
type Connector = hyper_util::client::legacy::connect::HttpConnector;
#[cfg(feature = "https")]
type Connector = hyper_rustls::HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>;

/// Marks a request whose body is not there to be checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unread;

/// A real server behind the host.
#[derive(Debug, Clone)]
pub struct Proxy {
    scheme: Scheme,
    authority: Authority,
    base_path: String,
    client: Client<Connector, Body>,
}

/// Why a URL is not one of a server to pass requests on to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyError {
    /// It is not an absolute URL with a host.
    NotAUrl,
    /// The scheme is neither `http` nor `https`.
    Scheme(String),
    /// It has user information, a query or a fragment, which are not passed on.
    Parts,
    /// The scheme is `https`, and the program was built without the feature of that name, or the certificates of the system
    /// cannot be used.
    NoHttps(String),
}

impl std::fmt::Display for ProxyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAUrl => f.write_str("it is not a URL such as http://localhost:9000"),
            Self::Scheme(scheme) => write!(f, "the scheme `{scheme}` is neither http nor https"),
            Self::Parts => {
                f.write_str("it has user information or a query, which would not be passed on")
            }
            Self::NoHttps(why) => write!(f, "https cannot be spoken: {why}"),
        }
    }
}

impl std::error::Error for ProxyError {}

impl Proxy {
    /// The server at a URL, whose path stands before those of requests.
    ///
    /// # Errors
    ///
    /// Those of [`ProxyError`].
    pub fn new(url: &str) -> Result<Self, ProxyError> {
        let uri: Uri = url.parse().map_err(|_| ProxyError::NotAUrl)?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(ProxyError::NotAUrl);
        };
        let path = parts.path_and_query.as_ref();
        if path.is_some_and(|path| path.query().is_some()) || authority.as_str().contains('@') {
            return Err(ProxyError::Parts);
        }
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(ProxyError::Scheme(scheme.to_string()));
        }
        let connector = connector(scheme == Scheme::HTTPS)?;
        let base_path = path.map_or("", PathAndQuery::path);
        Ok(Self {
            base_path: base_path.trim_end_matches('/').to_owned(),
            client: Client::builder(TokioExecutor::new()).build(connector),
            scheme,
            authority,
        })
    }

    /// Passes a request on, and the response back, with a field `Report` for each way in which they break the document, and for
    /// what was not looked at.
    pub(crate) async fn pass(&self, checks: &Mock, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let (seen, body) = body::read(body).await;
        let seen = seen.and_then(|whole| body::decoded(&parts.headers, whole));
        let mut account = verdict(checks, &parts, seen).await;
        let method = parts.method.clone();
        let sent = self
            .request(parts, body)
            .map(|request| self.client.request(request));
        let answer = match sent {
            Some(sent) => sent.await.map_err(|error| causes(&error)),
            None => Err("the path cannot be put behind that of the server".to_owned()),
        };
        let answer = match answer {
            Ok(answer) => answer.map(Body::new),
            Err(reason) => {
                let body = serde_json::json!({
                    "type": "about:blank",
                    "title": "No answer of the server",
                    "status": 502,
                    "detail": format!("{}://{}: {reason}", self.scheme, self.authority),
                });
                account.source = Some(reason);
                let mut response = response::status(502).json("application/problem+json", &body);
                response.extensions_mut().insert(account);
                return response;
            }
        };
        let (mut parts, body) = answer.into_parts();
        remove_hops(&mut parts.headers);
        let kind = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|name| name.to_str().ok());
        // What arrives piece by piece is handed on in pieces.
        let (seen, body) = if kind.is_some_and(|name| MediaKind::of(name).is_stream()) {
            let reason = "is handed on as it arrives, and was not checked";
            (Err(reason.to_owned()), body)
        } else {
            body::read(body).await
        };
        if let Some(documented) = account
            .operation
            .as_ref()
            .and_then(|(id, _)| checks.documented(id))
        {
            let seen = seen.and_then(|whole| body::decoded(&parts.headers, whole));
            let content = match &seen {
                // The response to HEAD has the header of that to GET, and no body.
                _ if method == Method::HEAD => Content::Absent,
                Ok(whole) => Content::Whole(whole),
                Err(reason) => Content::Unread(reason),
            };
            let found = documented.check(parts.status, &parts.headers, content);
            let of_response = |line: String| format!("response: {line}");
            account
                .violations
                .extend(found.violations.into_iter().map(of_response));
            account
                .unchecked
                .extend(found.unchecked.into_iter().map(of_response));
        }
        let unchecked = account
            .unchecked
            .iter()
            .map(|line| format!("not checked: {line}"));
        for line in account.violations.iter().cloned().chain(unchecked) {
            // Only ASCII is sure to arrive.
            let text: String = line.chars().flat_map(char::escape_default).collect();
            if let Ok(value) = HeaderValue::try_from(text.replace("\\'", "'").replace("\\\"", "\""))
            {
                parts.headers.append(REPORT, value);
            }
        }
        account.source = Some("passed on".to_owned());
        parts.extensions.insert(account);
        Response::from_parts(parts, body)
    }

    fn request(&self, parts: http::request::Parts, body: Body) -> Option<Request<Body>> {
        let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path}", self.base_path))
            .build()
            .ok()?;
        let mut request = Request::new(body);
        *request.method_mut() = parts.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = parts.headers;
        remove_hops(request.headers_mut());
        // The client writes that of the server.
        request.headers_mut().remove(HOST);
        Some(request)
    }
}

/// What is wrong with a request, and what of it was not looked at.
async fn verdict(checks: &Mock, parts: &http::request::Parts, seen: Seen) -> Account {
    let (body, unread) = match seen {
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
    let answered = checks.server().call(request).await;
    let mut answer = answered.unwrap_or_else(|never| match never {});
    let account = answer.extensions_mut().remove::<Account>();
    let mut account = account.unwrap_or_default();
    for violation in &mut account.violations {
        *violation = format!("request: {violation}");
    }
    let unread = unread.map(|reason| format!("request: the body {reason}"));
    account.unchecked.extend(unread);
    account
}

#[cfg(not(feature = "https"))]
fn connector(https: bool) -> Result<Connector, ProxyError> {
    match https {
        true => Err(ProxyError::NoHttps(
            "the program was built without the feature `https`".to_owned(),
        )),
        false => Ok(Connector::new()),
    }
}

#[cfg(feature = "https")]
fn connector(_https: bool) -> Result<Connector, ProxyError> {
    let provider = rustls::crypto::ring::default_provider();
    let builder = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider)
        .map_err(|error| ProxyError::NoHttps(error.to_string()))?;
    Ok(builder.https_or_http().enable_http1().build())
}

/// An error and what it comes from, in one sentence.
fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

/// Removes the fields that are about one connection (RFC 9110 §7.6.1).
fn remove_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let keep_alive = HeaderName::from_static("keep-alive");
    let fixed = [
        CONNECTION,
        keep_alive,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    for name in named.into_iter().chain(fixed) {
        headers.remove(name);
    }
}
