//! Forwards requests to a real server.

use axum::body::Body;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use http::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

#[cfg(not(feature = "https"))]
type Connector = hyper_util::client::legacy::connect::HttpConnector;
#[cfg(feature = "https")]
type Connector = hyper_rustls::HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>;

/// A real server, to which a proxy forwards requests.
#[derive(Debug, Clone)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    /// Without a trailing slash.
    base_path: String,
    client: Client<Connector, Body>,
}

/// The reason why a URL cannot be that of an [`Upstream`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// The text is not an absolute URL with a host.
    #[error("it is not a URL such as http://localhost:9000")]
    NotAUrl,
    /// The scheme is neither `http` nor `https`.
    #[error("the scheme `{0}` is neither http nor https")]
    Scheme(String),
    /// The URL has user information or a query, which would not be passed on.
    #[error("it has user information or a query, which would not be passed on")]
    Parts,
    /// The scheme is `https`, but the program was built without the feature of that name; or the program has the feature, and the
    /// certificates of the system cannot be used, whatever the scheme is.
    #[error("https cannot be spoken: {0}")]
    NoHttps(String),
}

/// The reason why a server has not responded, with its causes, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoResponse(String);

impl Upstream {
    /// Parses the URL of a server, such as `http://localhost:9000/api`. Its path is put before the paths of requests.
    ///
    /// # Errors
    ///
    /// Returns an [`UpstreamError`] if the URL is invalid.
    pub fn new(url: &str) -> Result<Self, UpstreamError> {
        let uri: Uri = url.parse().map_err(|_| UpstreamError::NotAUrl)?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(UpstreamError::NotAUrl);
        };
        let path = parts.path_and_query.as_ref();
        if path.is_some_and(|path| path.query().is_some()) || authority.as_str().contains('@') {
            return Err(UpstreamError::Parts);
        }
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(UpstreamError::Scheme(scheme.to_string()));
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

    /// Returns the path that is put before the paths of requests, without a trailing slash. It is that of the URL, unless
    /// [`with_base_path`](Self::with_base_path) has replaced it.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Sets the path that is put before the paths of requests, instead of that of the URL.
    #[must_use]
    pub fn with_base_path(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.base_path);
        self
    }

    /// Sends a request whose URI is a path and a query. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// Returns the reason if there is no response.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Body>, NoResponse> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path}", self.base_path))
            .build();
        let unusable = "the path cannot be put behind that of the server";
        parts.uri = uri.map_err(|_| NoResponse(unusable.to_owned()))?;
        parts.extensions = http::Extensions::new();
        // The HTTP client sets these fields by itself.
        parts.headers.remove(HOST);
        let response = self.client.request(Request::from_parts(parts, body)).await;
        response
            .map(|response| response.map(Body::new))
            .map_err(|error| NoResponse(causes(&error)))
    }
}

/// Formats a URL such as `http://localhost:9000/api`.
impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base_path)
    }
}

#[cfg(not(feature = "https"))]
fn connector(https: bool) -> Result<Connector, UpstreamError> {
    match https {
        true => Err(UpstreamError::NoHttps(
            "the program was built without the feature `https`".to_owned(),
        )),
        false => Ok(Connector::new()),
    }
}

#[cfg(feature = "https")]
fn connector(_https: bool) -> Result<Connector, UpstreamError> {
    let provider = rustls::crypto::ring::default_provider();
    let builder = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider)
        .map_err(|error| UpstreamError::NoHttps(error.to_string()))?;
    Ok(builder.https_or_http().enable_http1().build())
}

/// Formats an error and its causes, in one sentence.
fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}
