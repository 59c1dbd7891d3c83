//! Defines the configuration of clients.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{HeaderMap, header};

use crate::{
    credential::{Credential, Credentials},
    hook::Hook,
    redact::HeaderNames,
    retry::RetryPolicy,
    text::header_field,
    transport::Transport,
};

/// The default timeout of a call.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The timeout of connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest size of a response body, in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The settings of a client. By default, a client sends nothing that the document does not require.
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
    /// The proxy is not a URL, unless a later setting replaces it.
    has_invalid_proxy: bool,
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
            has_invalid_proxy: false,
        }
    }
}

impl Config {
    /// Sets the timeout of a call, including all retries and the reading of the body; 60 seconds by default. A call
    /// that takes longer fails with [`Error::Timeout`](crate::Error::Timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Removes the timeout of calls.
    pub fn no_timeout(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// Sets the timeout of connecting, for each attempt; 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the largest size of a response body, in bytes; 16 MiB by default. A larger body is discarded, and the call
    /// fails with [`Error::BodyTooLarge`](crate::Error::BodyTooLarge). The limit also applies to each event or item of
    /// a stream, but not to a stream of bytes.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Follows up to `most` redirects, if they lead to the scheme, host and port of the server, so that credentials are
    /// sent nowhere else. By default none is followed. A redirect that is not followed is returned like any other
    /// response.
    pub fn follow_redirects(mut self, most: usize) -> Self {
        self.max_redirects = most;
        self
    }

    /// Retries failed calls by `policy`; by default no call is retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Adds a hook, which is called before and after every attempt. Hooks are called in the order in which they were
    /// added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Sends the header `User-Agent` with every request; by default there is none. An invalid value makes
    /// [`ClientCore::new`](crate::ClientCore::new) fail.
    pub fn user_agent(self, user_agent: &str) -> Self {
        self.header(header::USER_AGENT.as_str(), user_agent)
    }

    /// Sends a header with every request whose operation does not set it. `Debug` does not show the value. An invalid
    /// name or value makes [`ClientCore::new`](crate::ClientCore::new) fail.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match header_field(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(problem) => self.problem = self.problem.or(Some(problem)),
        }
        self
    }

    /// Sets the credential for the security scheme named `scheme` in the document. Generated clients have a method for
    /// each scheme, which also determines where the credential is sent; use this one for credentials that those cannot
    /// construct, such as [`Credential::by_hook`]. A name that the document does not have is ignored.
    pub fn credential(
        mut self,
        scheme: impl Into<Cow<'static, str>>,
        credential: Credential,
    ) -> Self {
        self.credentials.set(scheme.into(), credential);
        self
    }

    /// Sends all requests through the proxy at `url`, such as `http://user:password@proxy.example:3128`, and ignores
    /// the environment. By default the variables `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` apply. An invalid URL makes
    /// [`ClientCore::new`](crate::ClientCore::new) fail, unless a later call of this function or of [`no_proxy`](Self::no_proxy) replaces it.
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxy = reqwest::Proxy::all(url).ok();
        self.has_invalid_proxy = self.proxy.is_none();
        self
    }

    /// Connects without a proxy, and ignores the environment. An earlier [`proxy`](Self::proxy) is removed, an invalid one too.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.has_invalid_proxy = false;
        self.environment_proxy = false;
        self
    }

    /// Trusts the certificates in the PEM text `pem`, in addition to those of the system. A text without certificates
    /// makes [`ClientCore::new`](crate::ClientCore::new) fail.
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

    /// Sets the client certificate for servers that request one, as security schemes of the type `mutualTLS` require
    /// (OpenAPI 3.1.1, Security Scheme Object). Both texts are PEM: the certificate with its chain, and the private key
    /// in PKCS #8. An invalid pair makes [`ClientCore::new`](crate::ClientCore::new) fail.
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

    /// Sends requests with this HTTP client instead of one that is built from the settings. Its own settings for
    /// connecting, TLS, proxies and redirects apply, and those of this configuration are ignored. Build it with
    /// `redirect(reqwest::redirect::Policy::none())`, because reqwest's default sends API keys to other hosts. TLS then
    /// needs a feature of reqwest, and none of this crate.
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

    /// Sends requests with a transport instead of an HTTP client. It takes precedence over
    /// [`http_client`](Self::http_client). Settings for connecting, TLS, proxies and redirects do not apply; timeouts of calls, retries,
    /// hooks, headers, credentials and limits do. See [`Transport`].
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    pub(crate) fn checked(self) -> Result<Self, BuildError> {
        match &self.problem {
            Some(problem) => Err(BuildError::Config(problem.clone())),
            // The URL can hold a password.
            None if self.has_invalid_proxy => {
                Err(BuildError::Config("the proxy is not a URL".to_owned()))
            }
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

/// The reason why a client cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is invalid. The text is the reason; it does not contain the URL, which can include a password.
    #[error("not a base URL: {0}")]
    BaseUrl(String),
    /// A setting is invalid; the text is the reason for the first one.
    #[error("not a client configuration: {0}")]
    Config(String),
    /// The HTTP client cannot be built with the settings, or no TLS certificates were found.
    #[error("the HTTP client could not be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}
