//! The configuration of clients.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{HeaderMap, header};

use crate::{
    credential::{Credential, Credentials},
    hook::Hook,
    redact::HeaderNames,
    request::header_field,
    retry::RetryPolicy,
    transport::Transport,
};

/// The default timeout of a call.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The timeout of connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest size of a response body, in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The settings of a client. The defaults send nothing that the document does not ask for.
///
/// ```
/// use std::time::Duration;
/// use oas_client::Config;
///
/// let config = Config::default()
///     .timeout(Duration::from_secs(10))
///     .user_agent("image-keeper/1.2")
///     .max_body_bytes(1024 * 1024);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    pub(crate) timeout: Option<Duration>,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_body_bytes: usize,
    pub(crate) max_redirects: usize,
    pub(crate) proxy: Option<reqwest::Proxy>,
    pub(crate) environment_proxy: bool,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) hooks: Vec<Arc<dyn Hook>>,
    pub(crate) credentials: Credentials,
    pub(crate) http: Option<reqwest::Client>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "__tls")]
    pub(crate) root_certificates: Vec<reqwest::Certificate>,
    #[cfg(feature = "__tls")]
    pub(crate) identity: Option<reqwest::Identity>,
    headers: HeaderMap,
    /// The first invalid setting.
    problem: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: Some(TIMEOUT),
            connect_timeout: CONNECT_TIMEOUT,
            max_body_bytes: MAX_BODY_BYTES,
            max_redirects: 0,
            proxy: None,
            environment_proxy: true,
            retry: None,
            hooks: Vec::new(),
            credentials: Credentials::default(),
            http: None,
            transport: None,
            #[cfg(feature = "__tls")]
            root_certificates: Vec::new(),
            #[cfg(feature = "__tls")]
            identity: None,
            headers: HeaderMap::new(),
            problem: None,
        }
    }
}

impl Config {
    /// Sets how long a call may take in all, with its retries and the reading of the body; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Removes the limit on how long a call may take.
    pub fn no_timeout(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// Sets how long connecting may take; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how large a response body may be, in bytes; 16 MiB by default. The limit also applies to each event of an event
    /// stream, and not to a stream of bytes, which is never in memory as a whole.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Follows up to that many redirects, and only to the same scheme, host and port: credentials never go elsewhere.
    /// By default none is followed, and a 3xx response is an answer like any other.
    pub fn follow_redirects(mut self, most: usize) -> Self {
        self.max_redirects = most;
        self
    }

    /// Retries calls that may be repeated; by default none is.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Runs a hook around every attempt, after those that were set before.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Sends `User-Agent` with every request; by default there is none.
    pub fn user_agent(self, user_agent: &str) -> Self {
        self.header(header::USER_AGENT.as_str(), user_agent)
    }

    /// Sends a header with every request whose operation does not set it. Its value is not shown in `Debug`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match header_field(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(problem) => self.problem = self.problem.or(Some(problem)),
        }
        self
    }

    /// Sets the credential of a security scheme of the document. Generated clients have a method for each scheme that
    /// also knows its place; this is for what they cannot know, such as [`Credential::by_hook`].
    pub fn credential(
        mut self,
        scheme: impl Into<Cow<'static, str>>,
        credential: Credential,
    ) -> Self {
        self.credentials.set(scheme.into(), credential);
        self
    }

    /// Connects through a proxy. By default the environment decides (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).
    pub fn proxy(mut self, url: &str) -> Self {
        match reqwest::Proxy::all(url) {
            Ok(proxy) => self.proxy = Some(proxy),
            // The URL can hold a password.
            Err(_) => {
                self.problem = self
                    .problem
                    .or_else(|| Some("the proxy is not a URL".to_owned()))
            }
        }
        self
    }

    /// Connects without a proxy, and ignores the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.environment_proxy = false;
        self
    }

    /// Trusts the certificates in a PEM text, besides those that the system trusts.
    #[cfg(feature = "__tls")]
    pub fn root_certificates_pem(mut self, pem: &[u8]) -> Self {
        let problem = match reqwest::Certificate::from_pem_bundle(pem) {
            Ok(certificates) if !certificates.is_empty() => {
                self.root_certificates.extend(certificates);
                return self;
            }
            Ok(_) => "there is no certificate in the PEM text".to_owned(),
            Err(error) => format!("the root certificates are not PEM: {error}"),
        };
        self.problem = self.problem.or(Some(problem));
        self
    }

    /// Presents a certificate to servers that ask for one, as security schemes of the type `mutualTLS` do (OpenAPI 3.1.1,
    /// Security Scheme Object). Both texts are PEM: the certificate with those that lead from it to its authority, and its
    /// private key in PKCS #8.
    ///
    /// ```no_run
    /// use oas_client::Config;
    ///
    /// # fn example() -> std::io::Result<()> {
    /// let (certificate, key) = (std::fs::read("client.pem")?, std::fs::read("client-key.pem")?);
    /// let config = Config::default().client_certificate_pem(&certificate, &key);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "__tls")]
    pub fn client_certificate_pem(mut self, certificates: &[u8], private_key: &[u8]) -> Self {
        #[cfg(feature = "rustls")]
        let identity = reqwest::Identity::from_pem(&[certificates, b"\n", private_key].concat());
        #[cfg(not(feature = "rustls"))]
        let identity = reqwest::Identity::from_pkcs8_pem(certificates, private_key);
        match identity {
            Ok(identity) => self.identity = Some(identity),
            // The error of a parser can quote the key.
            Err(_) => {
                let problem = "the client certificate and its key are not a pair in PEM";
                self.problem = self.problem.or_else(|| Some(problem.to_owned()));
            }
        }
        self
    }

    /// Uses a ready HTTP client. It decides on connecting, TLS, proxies and redirects, so build it with
    /// `redirect(reqwest::redirect::Policy::none())`: reqwest's own default takes API keys along to other hosts. What it can do
    /// is decided by the features of reqwest that the program has, also where this crate has none of its own for TLS.
    ///
    /// ```
    /// use oas_client::{Config, reqwest};
    ///
    /// # fn example() -> Result<(), reqwest::Error> {
    /// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    /// let config = Config::default().http_client(client);
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sends requests with a transport, in the place of an HTTP client.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    pub(crate) fn checked(self) -> Result<Self, BuildError> {
        match self.problem {
            Some(problem) => Err(BuildError::Config(problem)),
            None => Ok(self),
        }
    }

    pub(crate) fn default_headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("max_redirects", &self.max_redirects)
            .field("retry", &self.retry)
            .field("hooks", &self.hooks)
            .field("transport", &self.transport)
            .field("headers", &HeaderNames(&self.headers))
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The error of a client that cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is invalid. The text gives the reason and does not show the URL, which could hold a password.
    #[error("not a base URL: {0}")]
    BaseUrl(String),
    /// A setting is invalid.
    #[error("not a client configuration: {0}")]
    Config(String),
    /// The HTTP client refused its settings, or no TLS certificates were found.
    #[error("the HTTP client could not be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}
