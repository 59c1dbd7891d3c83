//! Sends requests: adds credentials, calls hooks, retries, and enforces the deadline. Other modules construct the
//! contents of requests and decode responses.

use std::{borrow::Cow, fmt, pin::pin, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, StatusCode, header};
use reqwest::Url;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{
    buffered_response::BufferedResponse,
    byte_stream::ByteStream,
    config::{BuildError, Config},
    credential::{Credential, Credentials},
    error::Error,
    hook::Attempt,
    http_client::http_client,
    operation::Operation,
    options::{CallOptions, Given},
    reconnect::Open,
    redact::Secrets,
    request::{Draft, RequestBuilder},
    retry::RetryPolicy,
    stream::StreamingResponse,
    text::header_field,
    transport::{OutgoingRequest, Transport},
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The longest wait before an event stream is opened again.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// The core of a generated client, which sends requests: the URL of the server, the configuration and the credentials.
/// Cloning is cheap, and clones share their connections.
///
/// Sending requires a Tokio runtime with I/O and time enabled.
#[derive(Clone)]
pub struct ClientCore {
    shared: Arc<Shared>,
    credentials: Arc<Credentials>,
}

struct Shared {
    url: Url,
    /// The text of the URL, without a slash at its end.
    base: String,
    /// Whether this is the whole URL of every request.
    is_whole: bool,
    connector: Connector,
    config: Config,
}

/// The client or transport that sends requests.
#[derive(Clone)]
enum Connector {
    Http(reqwest::Client),
    Transport(Arc<dyn Transport>),
}

impl ClientCore {
    /// Creates a client of the server at `base_url`, such as `https://node:8443/prefix`.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not absolute, has another scheme than `http` or `https`, or has a user, a query
    /// or a fragment; if a setting of `config` is invalid; or if TLS is required and not available.
    pub fn new(base_url: &str, config: Config) -> Result<Self, BuildError> {
        let config = config.checked()?;
        let url = base_url_of(base_url)?;
        let connector = match (&config.transport, &config.http) {
            (Some(transport), _) => Connector::Transport(transport.clone()),
            (None, Some(client)) => Connector::Http(client.clone()),
            (None, None) => Connector::Http(http_client(&url, &config)?),
        };
        let credentials = Arc::new(config.credentials.clone());
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            shared: Arc::new(Shared {
                url,
                base,
                is_whole: false,
                connector,
                config,
            }),
            credentials,
        })
    }

    /// Returns a client that sends every request to exactly `url`, irrespective of the path of the operation, such as
    /// the URL that a subscriber registered for a webhook or the result of a callback's expression (OpenAPI 3.1.1,
    /// Callback Object). It shares the connections of this client, unless only one of the two uses TLS.
    ///
    /// If the URL is from another party, the caller has to check which hosts may be reached.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientCore::new`], except that the URL may have a query.
    pub fn to_url(&self, url: &str) -> Result<Self, BuildError> {
        let base = url.to_owned();
        let url = Url::parse(url).map_err(|error| BuildError::BaseUrl(error.to_string()))?;
        let mut plain = url.clone();
        plain.set_query(None);
        let plain = base_url_of(plain.as_str())?;
        let connector = match (&self.shared.connector, &self.shared.config.http) {
            // A client that only sends without TLS has no certificates to trust.
            (Connector::Http(_), None) if plain.scheme() != self.shared.url.scheme() => {
                Connector::Http(http_client(&plain, &self.shared.config)?)
            }
            (connector, _) => connector.clone(),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                url,
                base,
                is_whole: true,
                connector,
                config: self.shared.config.clone(),
            }),
            credentials: self.credentials.clone(),
        })
    }

    /// Returns a client with another credential for the security scheme named `scheme` in the document. This client
    /// does not change.
    pub fn with_credential(
        &self,
        scheme: impl Into<Cow<'static, str>>,
        credential: Credential,
    ) -> Self {
        let mut credentials = Credentials::clone(&self.credentials);
        credentials.set(scheme.into(), credential);
        Self {
            shared: self.shared.clone(),
            credentials: Arc::new(credentials),
        }
    }

    /// Returns the URL of the server, to which the paths of operations are appended: `https://example.com/v1`, without a trailing
    /// slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shared.base
    }

    /// Creates the builder of a request. `path` is the path of the operation with encoded parameters, such as
    /// `/pets/a%20b`. A path that does not match the template of the operation, because a value is empty or `..`, is
    /// reported when the request is sent.
    pub fn request(&self, operation: &'static Operation, path: &str) -> RequestBuilder {
        match self.shared.is_whole {
            true => RequestBuilder::to_url(operation, &self.shared.url),
            false => RequestBuilder::new(operation, &self.shared.url, path),
        }
    }

    /// Sends a request and reads the whole response, of any status.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if the request cannot be sent, and other errors if no whole response is
    /// received. No status is an error.
    pub fn send<E>(
        &self,
        request: RequestBuilder,
        options: CallOptions,
    ) -> impl Future<Output = Result<BufferedResponse, Error<E>>> {
        self.call(request, options, false, StreamingResponse::read)
    }

    /// Sends a request, and returns as soon as status and headers of the response are received. The timeout of the call
    /// ends then: the caller limits the time for the body.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if the request cannot be sent, and other errors if no status and headers are
    /// received. No status is an error.
    pub fn send_streaming<E>(
        &self,
        request: RequestBuilder,
        options: CallOptions,
    ) -> impl Future<Output = Result<StreamingResponse, Error<E>>> {
        self.call(request, options, true, |response| {
            std::future::ready(Ok(response))
        })
    }

    /// Prepares a request, and returns the future that sends it. An async function would have room for its arguments in the
    /// future beside what it makes of them, and a future is moved several times.
    fn call<T, E, F>(
        &self,
        request: RequestBuilder,
        options: CallOptions,
        is_streaming: bool,
        finish: impl FnOnce(StreamingResponse) -> F,
    ) -> impl Future<Output = Result<T, Error<E>>>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let operation = request.draft.operation;
        let options = options.given();
        let mut prepared = self.prepare(request, options);
        let limit = options.timeout.or(self.shared.config.timeout);
        async move {
            let call = match &mut prepared {
                Ok(call) => call,
                Err(why) => return Err(Error::InvalidRequest(std::mem::take(why))),
            };
            let span = tracing::debug_span!(
                "call",
                operation = operation.id(),
                method = operation.method().as_str(),
                path = operation.path(),
                status = tracing::field::Empty,
            );
            // Futures are pinned where they are: each adapter that owned one would move it.
            let work = pin!(async {
                // A limit too far away to be a point in time is none.
                let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
                let work = pin!(async {
                    let again = is_streaming.then(|| self.again(call)).flatten();
                    let mut response = self.attempts(call, deadline).await?;
                    response.secrets = std::mem::take(&mut call.secrets);
                    span.record("status", response.status().as_u16());
                    response.again = again;
                    finish(response).await
                });
                match (deadline, limit) {
                    (Some(deadline), Some(limit)) => tokio::time::timeout_at(deadline, work)
                        .await
                        .unwrap_or(Err(Error::Timeout { limit })),
                    _ => work.await,
                }
            });
            work.instrument(span.clone()).await.map_err(Error::widen)
        }
    }

    /// Returns what sends a call again; `None` for one that cannot be.
    fn again(&self, call: &Call) -> Option<Open> {
        let (core, call) = (self.clone(), call.try_clone()?);
        Some(Box::new(move |id, wait| {
            let mut call = call.try_clone()?;
            if let (Some(id), Some(draft)) = (id, &mut call.draft) {
                draft.request.headers_mut().insert(LAST_EVENT_ID, id);
            }
            Some(Box::pin(core.clone().reopen(call, wait)))
        }))
    }

    /// Sends a call again until the server can be reached. Returns `None` if the server has ended the stream.
    async fn reopen(self, call: Call, mut wait: Duration) -> Result<Option<ByteStream>, Error> {
        loop {
            tokio::time::sleep(wait).await;
            let mut again = call.try_clone().ok_or_else(spent)?;
            match self.attempts(&mut again, None).await {
                // That is how a server ends a stream.
                Ok(response) if response.status() == StatusCode::NO_CONTENT => return Ok(None),
                Ok(response) if response.status() == StatusCode::OK => {
                    return Ok(Some(response.into_stream().into_inner()));
                }
                Ok(mut response) => {
                    response.secrets = again.secrets;
                    return Err(response.read().await?.unexpected());
                }
                Err(Error::Communication(error)) => {
                    tracing::debug!(%error, "the event stream cannot be opened again yet");
                    wait = wait.saturating_mul(2).clamp(wait, MAX_DELAY.max(wait));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Constructs the parts of the request that are the same in all attempts.
    fn prepare(&self, mut request: RequestBuilder, options: &Given) -> Result<Call, String> {
        if let Some(problem) = request.draft.problem.take() {
            return Err(problem);
        }
        let operation = request.draft.operation;
        match &options.credential {
            Some(credential) => credential.put_on("of this call", &mut request)?,
            None => self.credentials.authorize(operation, &mut request)?,
        }
        let draft = &mut *request.draft;
        let mut secrets = std::mem::take(&mut draft.secrets);
        secrets.others.extend(options.secrets.iter().cloned());
        let headers = draft.request.headers_mut();
        if !draft.cookies.is_empty() {
            // A parameter can be the field itself.
            let field = headers.get(header::COOKIE);
            let field = field.and_then(|field| field.to_str().ok());
            draft.cookies.extend(field.map(str::to_owned));
            let mut cookies = HeaderValue::try_from(draft.cookies.join("; "))
                .map_err(|_| "the cookies cannot be sent as a header".to_owned())?;
            cookies.set_sensitive(true);
            headers.insert(header::COOKIE, cookies);
        }
        for (name, value) in self.shared.config.default_headers() {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        for (name, value) in &options.headers {
            let (name, value) = header_field(name, value)?;
            headers.insert(name, value);
        }
        if !draft.query.is_empty() {
            draft.request.url_mut().set_query(Some(&draft.query));
        }
        Ok(Call {
            draft: Some(request.draft),
            secrets,
            idempotent: options
                .idempotent
                .unwrap_or_else(|| operation.is_idempotent()),
        })
    }

    async fn attempts(
        &self,
        call: &mut Call,
        deadline: Option<Instant>,
    ) -> Result<StreamingResponse, Error> {
        let retry = self.shared.config.retry.as_ref();
        let is_repeatable = call
            .draft
            .as_ref()
            .is_some_and(|draft| draft.is_repeatable());
        match retry.filter(|_| is_repeatable) {
            // Only who retries pays for the room of a copy in the future.
            Some(policy) => Box::pin(self.repeated(call, policy, deadline)).await,
            None => self.attempt(&mut call.draft, 1, deadline).await,
        }
    }

    /// Sends a request again for as long as the policy has it.
    async fn repeated(
        &self,
        call: &mut Call,
        policy: &RetryPolicy,
        deadline: Option<Instant>,
    ) -> Result<StreamingResponse, Error> {
        let mut number = 1;
        loop {
            let mut copy = call.draft.as_ref().and_then(|draft| draft.try_clone());
            if copy.is_none() {
                return self.attempt(&mut call.draft, number, deadline).await;
            }
            let outcome = self.attempt(&mut copy, number, deadline).await;
            let seen = outcome
                .as_ref()
                .map(|response| (response.status(), response.headers()));
            let wait = policy.wait(number, call.idempotent, seen);
            let Some(wait) = wait.filter(|wait| fits(*wait, deadline)) else {
                return outcome;
            };
            tracing::debug!(
                attempt = number,
                ?wait,
                "the attempt failed and will be repeated"
            );
            // Closes the connection of a response that nobody reads.
            drop(outcome);
            tokio::time::sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt(
        &self,
        prepared: &mut Option<Box<Draft>>,
        number: u32,
        deadline: Option<Instant>,
    ) -> Result<StreamingResponse, Error> {
        let hooks = &self.shared.config.hooks;
        if let Some(draft) = prepared {
            for hook in hooks {
                let before = hook.before(&mut draft.request, draft.operation);
                before.await.map_err(Error::Hook)?;
            }
        }
        let Some(draft) = prepared.take() else {
            return Err(spent());
        };
        let operation = draft.operation;
        let started = (!hooks.is_empty()).then(Instant::now);
        let outcome = match &self.shared.connector {
            Connector::Http(client) => client
                .execute(draft.request)
                .await
                .map_err(Error::communication),
            Connector::Transport(transport) => transport
                .send(OutgoingRequest::new(draft.request, operation, deadline))
                .await
                .map_err(Error::Transport),
        };
        let outcome = outcome
            .map(|response| StreamingResponse::new(response, self.shared.config.max_body_bytes));
        if let Some(started) = started {
            let head = outcome.as_ref().ok();
            let attempt = Attempt {
                number,
                elapsed: started.elapsed(),
                head: head.map(|response| (response.status(), response.headers())),
            };
            for hook in hooks {
                hook.after(&attempt, operation);
            }
        }
        outcome
    }
}

impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCore")
            .field("base_url", &self.shared.base)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

struct Call {
    /// None as soon as it is sent.
    draft: Option<Box<Draft>>,
    /// What no error shows.
    secrets: Secrets,
    idempotent: bool,
}

impl Call {
    /// Returns a copy of the call; `None` for one that cannot be sent again.
    fn try_clone(&self) -> Option<Self> {
        Some(Self {
            draft: Some(self.draft.as_ref()?.try_clone()?),
            secrets: self.secrets.clone(),
            idempotent: self.idempotent,
        })
    }
}

/// Returns the error of a request that cannot be sent again.
fn spent() -> Error {
    Error::InvalidRequest("its body is spent".to_owned())
}

/// Returns whether a wait ends before the deadline.
fn fits(wait: Duration, deadline: Option<Instant>) -> bool {
    match deadline {
        Some(deadline) => wait < deadline.saturating_duration_since(Instant::now()),
        None => true,
    }
}

fn base_url_of(text: &str) -> Result<Url, BuildError> {
    let reject = |why: &str| Err(BuildError::BaseUrl(why.to_owned()));
    // A URL parser lets them through, even in a host name.
    if text.contains(['{', '}']) {
        return reject("a server variable in braces is left in it");
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => return reject(&format!("{error}; it looks like `http://host:port/prefix`")),
    };
    match url.scheme() {
        "http" | "https" => {}
        scheme => return reject(&format!("the scheme is `{scheme}`, and not http or https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return reject("it holds a user or a password; credentials are set on the client");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return reject("it holds a query or a fragment");
    }
    Ok(url)
}
