//! Configures a connection: the address of a node, and the credentials.

use std::{fmt, sync::Arc, time::Duration};

use oas_client::{
    BuildError, ClientCore, Config, Hook, OutgoingRequest, Secret, Transport, TransportFuture,
};
use tokio::sync::OnceCell;
use zstack_node_protocol_client::Client;

use crate::auth::{AccessKey, Auth, LogIn, Sessions};
use crate::connection::Connection;
use crate::error::Error;
use crate::hooks::Hooks;
use crate::node::Node;
use crate::options::{Options, Polling, Progress};
use crate::text::Text;
use crate::timer::Limits;
use crate::zone::Zone;

/// The timeout of a single request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// A recovery changes a few records, which takes milliseconds.
const SETTLED_AFTER: Duration = Duration::from_secs(5);

/// Settings of a connection to a node. [`Node::connect`] creates the default settings, and [`login`](Self::login),
/// [`session`](Self::session) or [`access_key`](Self::access_key) opens the connection.
///
/// ```no_run
/// # async fn example(ca: &[u8]) -> Result<(), zstack_node::Error> {
/// use std::time::Duration;
/// use zstack_node::Node;
///
/// let node = Node::connect("https://zstack.example:8443")?
///     .root_certificates_pem(ca)
///     .connect_timeout(Duration::from_secs(3))
///     .user_agent("image-keeper/1.2")
///     .deadline(Duration::from_secs(600))
///     .login("admin", "password")
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// `Debug` shows no secret.
#[must_use = "a connection needs credentials: `login`, `session` or `access_key`"]
pub struct Connect {
    base_url: String,
    config: Config,
    request_timeout: Duration,
    options: Options,
    zone: Option<Zone>,
    hooks: Option<Hooks>,
}

impl Node {
    /// Returns the settings of a connection to the node at `base_url`, such as `http://10.0.0.2:8080`: without `/zstack`.
    /// Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if `base_url` is not an HTTP URL, or ends with `/zstack`.
    pub fn connect(base_url: &str) -> Result<Connect, Error> {
        Connect::new(base_url)
    }
}

impl Connect {
    fn new(base_url: &str) -> Result<Self, Error> {
        // Checks the URL, and sets nothing up for it.
        ClientCore::new(base_url, Config::default().transport(Nowhere))
            .map_err(|error| setup(&error))?;
        let path = base_url.trim_end_matches('/');
        if path.ends_with("/zstack") || path.ends_with("/zstack/v1") {
            let reason = Text::new(
                "the base URL ends before `/zstack`, such as `http://10.0.0.2:8080`",
                "地址在 `/zstack` 之前结束，例如 `http://10.0.0.2:8080`",
            );
            return Err(Error::Setup(reason));
        }
        Ok(Self {
            base_url: base_url.to_owned(),
            config: Config::default().timeout(REQUEST_TIMEOUT),
            request_timeout: REQUEST_TIMEOUT,
            options: Options {
                limit: None,
                polling: Polling::default(),
                observer: None,
                settled_after: SETTLED_AFTER,
            },
            zone: None,
            hooks: None,
        })
    }

    /// Sets how long connecting may take; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config = self.config.connect_timeout(timeout);
        self
    }

    /// Sets how long one request may take; 30 s by default.
    ///
    /// A call sends several requests; [`deadline`](Self::deadline) limits all of them together. [`login`](Self::login)
    /// takes at most three times this long.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.config = self.config.timeout(timeout);
        self.request_timeout = timeout;
        self
    }

    /// Sets how long a call may take in all, including the wait for its job. [`Call::deadline`](crate::Call::deadline)
    /// overrides it for one call. It also limits each read-only request, such as a page of a query, and the end of the session; they have the
    /// [`request_timeout`](Self::request_timeout) by default.
    ///
    /// For operations, the default is the time that the node allows for the operation plus 30 seconds: 30 minutes and 30 seconds for
    /// most operations. [`login`](Self::login) ends after the deadline that is set here or after three times the
    /// [`request_timeout`](Self::request_timeout), whichever is shorter.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Sets how often the node is asked for a job.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.options.polling = polling;
        self
    }

    /// Sets how long a call waits before it believes that a request whose response was lost has not been executed; 5 s by default.
    ///
    /// Meanwhile the node is asked for the job. Only an operation whose effect can be seen, such as a recovery, is sent again after
    /// that. Without a job and without an effect, an operation that still is in progress looks like one that never began: if a node
    /// can take longer than this, and can fail to record a job, set a longer time. With [`Duration::MAX`], nothing is sent again.
    pub fn settled_after(mut self, time: Duration) -> Self {
        self.options.settled_after = time;
        self
    }

    /// Calls `observer` with the progress of calls that have no observer of their own.
    pub fn progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Sets the largest size of a response body, in bytes; 16 MiB by default.
    ///
    /// Reading stops at the limit, and the body is discarded, not truncated. If only the result of an operation that was executed
    /// is too large, the call returns [`Error::Unreadable`].
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.config = self.config.max_body_bytes(bytes);
        self
    }

    /// Sets the `User-Agent` of every request; by default none is sent.
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        self.config = self.config.user_agent(user_agent);
        self
    }

    /// Sends all requests through a proxy, such as `http://user:password@proxy.example:3128`.
    ///
    /// Without this setting, the environment variables `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` apply; with it they are ignored.
    /// If `url` is invalid, [`login`](Self::login), [`session`](Self::session) and [`access_key`](Self::access_key) return
    /// [`Error::Setup`].
    pub fn proxy(mut self, url: &str) -> Self {
        self.config = self.config.proxy(url);
        self
    }

    /// Connects without a proxy, and ignores the environment.
    pub fn no_proxy(mut self) -> Self {
        self.config = self.config.no_proxy();
        self
    }

    /// Trusts the certificates in `pem` in addition to those of the system. Use it for a node whose certificate was issued by a
    /// private authority.
    ///
    /// If `pem` contains no certificate or is invalid, [`login`](Self::login), [`session`](Self::session) and
    /// [`access_key`](Self::access_key) return [`Error::Setup`].
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    pub fn root_certificates_pem(mut self, pem: &[u8]) -> Self {
        self.config = self.config.root_certificates_pem(pem);
        self
    }

    /// Runs `hook` around every request, including those that log in and ask for jobs.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.config = self.config.hook(hook);
        self
    }

    /// Sets the zone of the node's clock, which [`Node::time_zone`] then returns without asking the node. Set it for requests
    /// that an [AccessKey](Self::access_key) signs, if the zone of the node is not that of this computer.
    pub fn time_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Makes the node report the end of each job to `hooks`, so that a call returns as soon as its job has ended, and not with the next
    /// poll.
    pub fn hooks(mut self, hooks: &Hooks) -> Self {
        self.hooks = Some(hooks.clone());
        self
    }

    /// Logs in to an account. Only the hash of the password is kept, with which another session is opened when this one has
    /// expired.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if a setting is invalid; [`Error::Failed`] if the node rejects the login, with the code `ID.1000`
    /// if the name or the password is wrong ([`Kind`](crate::Kind) lists others); [`Error::Unavailable`] if no connection is
    /// established or no usable response arrives in time; [`Error::Rejected`] if a proxy, or the servlet container in which the
    /// node runs, rejects the request.
    pub async fn login(
        self,
        account: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Node, Error> {
        self.log_in(LogIn::new(account.into(), None, &password.into()))
            .await
    }

    /// Logs in as `user` of `account`, on nodes whose accounts have users.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`login`](Self::login).
    pub async fn login_user(
        self,
        account: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Node, Error> {
        self.log_in(LogIn::new(
            account.into(),
            Some(user.into()),
            &password.into(),
        ))
        .await
    }

    async fn log_in(self, log_in: LogIn) -> Result<Node, Error> {
        let client = self.client()?;
        // Every attempt has the time of a request.
        let attempts = self.request_timeout.saturating_mul(3);
        let all = self
            .options
            .limit
            .map_or(attempts, |limit| limit.min(attempts));
        let limits = Limits::new(self.request_timeout, all);
        let uuid = log_in.send(&client, limits).await?;
        Ok(self.node(client, Auth::Sessions(Sessions::new(uuid, Some(log_in)))))
    }

    /// Returns a node that uses the open session `uuid`. Nothing is sent. When the session has expired, calls fail with `ID.1001`,
    /// because there is no password with which another one could be opened.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if a setting is invalid.
    pub fn session(self, uuid: impl Into<Secret>) -> Result<Node, Error> {
        let client = self.client()?;
        Ok(self.node(client, Auth::Sessions(Sessions::new(uuid.into(), None))))
    }

    /// Returns a node whose requests are signed with an AccessKey. Nothing is sent.
    ///
    /// A node compares the local time of the request with its own and ignores the zone: both have to agree within 15 minutes.
    /// Set [`time_zone`](Self::time_zone) if the node is in another zone than this computer.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if a setting is invalid.
    pub fn access_key(
        self,
        id: impl Into<String>,
        secret: impl Into<Secret>,
    ) -> Result<Node, Error> {
        let client = self.client()?;
        let zone = self.zone.clone().unwrap_or_else(Zone::system);
        Ok(self.node(client, Auth::AccessKey(AccessKey::new(id, secret, zone))))
    }

    fn client(&self) -> Result<Client, Error> {
        Client::with_config(&self.base_url, self.config.clone()).map_err(|error| setup(&error))
    }

    fn node(self, protocol: Client, auth: Auth) -> Node {
        Node {
            connection: Arc::new(Connection {
                protocol,
                auth,
                options: self.options,
                request_timeout: self.request_timeout,
                zone: OnceCell::new_with(self.zone),
                hooks: self.hooks,
                takes_jobs_once: OnceCell::new(),
            }),
        }
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("base_url", &self.base_url)
            .field("config", &self.config)
            .field("options", &self.options)
            .field("zone", &self.zone)
            .field("hooks", &self.hooks)
            .finish_non_exhaustive()
    }
}

/// Converts the error of a client that could not be built, with its sources.
fn setup(error: &BuildError) -> Error {
    let mut sources = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        sources.push_str(&format!(": {error}"));
        source = error.source();
    }
    Error::Setup(Text::new(
        format!("{error}{sources}"),
        format!("{}{sources}", error.chinese()),
    ))
}

/// A transport for checking a URL, which sends nothing.
#[derive(Debug)]
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: OutgoingRequest) -> TransportFuture<'_> {
        Box::pin(std::future::ready(Err("nothing is sent yet".into())))
    }
}
