//! Implements a connection: the address of a node, the credentials, and the requests that it sends.

use std::{fmt, time::Duration};

use oas_client::CallOptions;
use tokio::sync::OnceCell;
use zstack_node_protocol_client::types::{Empty, GetVersionRequest};
use zstack_node_protocol_client::{Client, builder};

use crate::action::Action;
use crate::auth::{Auth, Authorization};
use crate::error::Error;
use crate::hooks::Hooks;
use crate::job::Job;
use crate::options::Options;
use crate::response::Response;
use crate::timer::Limits;
use crate::zone::Zone;

/// The state that a [`Node`](crate::Node), its calls and its transports share.
pub(crate) struct Connection {
    pub(crate) protocol: Client,
    pub(crate) auth: Auth,
    pub(crate) options: Options,
    pub(crate) request_timeout: Duration,
    pub(crate) zone: OnceCell<Zone>,
    pub(crate) hooks: Option<Hooks>,
    /// Whether the node takes each UUID of a job once.
    pub(crate) takes_jobs_once: OnceCell<bool>,
}

impl Connection {
    pub(crate) fn base_url(&self) -> &str {
        self.protocol.core().base_url()
    }

    /// Sends an action as a job.
    pub(crate) async fn send(
        &self,
        action: &Action,
        job: &Job,
        authorization: &Authorization,
        options: CallOptions,
    ) -> Response {
        let mut options = options.header("X-Job-UUID", job.uuid());
        if let Some(hooks) = &self.hooks {
            let secret = hooks.secret(job.uuid());
            options = options
                .header("X-Web-Hook", hooks.url(&secret))
                .secret(secret);
        }
        Response::classify(self.send_raw(action, authorization, options).await)
    }

    /// Sends a request as it is, and returns the response as it is.
    pub(crate) async fn send_raw(
        &self,
        action: &Action,
        authorization: &Authorization,
        options: CallOptions,
    ) -> Result<oas_client::BufferedResponse, oas_client::Error> {
        let core = self.protocol.core();
        let mut request = core
            .request(action.operation, &action.path)
            .query_encoded(&action.query);
        if let Some(body) = &action.body {
            request = request.bytes(&action.content_type, body.clone());
        }
        let mut options = authorization.apply(options, action.operation.method(), &action.path);
        for (name, value) in &action.headers {
            options = options.header(name, value);
        }
        core.send(request, options).await
    }

    /// Asks for a job at the base URL, and not at the address that the node calls its own.
    pub(crate) async fn poll(
        &self,
        uuid: &str,
        authorization: Option<&Authorization>,
        options: CallOptions,
    ) -> Response {
        let operation = &builder::QUERY_API_JOB;
        let path = operation.path().replace("{jobUuid}", uuid);
        let options = match authorization {
            Some(authorization) => authorization.apply(options, operation.method(), &path),
            None => options,
        };
        let core = self.protocol.core();
        Response::classify(core.send(core.request(operation, &path), options).await)
    }

    /// Returns whether the node executes each UUID of a job only once, as nodes do from 4.5.0 on. The first
    /// call requests the version of the node.
    pub(crate) async fn takes_jobs_once(&self, options: CallOptions) -> Result<bool, Error> {
        let known = self.takes_jobs_once.get_or_try_init(async || {
            let body = GetVersionRequest::new(Empty::new());
            let sent = self.protocol.get_version(body).options(options).send();
            match sent.await.map_err(Error::from) {
                Ok(response) => Ok(is_recent(&response.into_inner().version)),
                // Old nodes do not have the action.
                Err(Error::Rejected(rejection)) if rejection.status().is_client_error() => {
                    Ok(false)
                }
                Err(error) => Err(error),
            }
        });
        known.await.copied()
    }

    /// Opens another session in place of an expired one. Returns `false` if that is impossible: requests are
    /// signed, or the session was opened elsewhere, or it was ended by
    /// [`Node::log_out`](crate::Node::log_out).
    pub(crate) async fn renew(
        &self,
        expired: &Authorization,
        limits: Limits,
    ) -> Result<bool, Error> {
        let (Auth::Sessions(sessions), Authorization::Session(session)) = (&self.auth, expired)
        else {
            return Ok(false);
        };
        sessions.renew(session, &self.protocol, limits).await
    }

    /// Returns the limits of a call that begins now and makes no job.
    pub(crate) fn limits(&self) -> Limits {
        let all = self.options.limit.unwrap_or(Duration::MAX);
        Limits::new(self.request_timeout, all)
    }
}

/// Returns whether a version is 4.5.0 or later.
fn is_recent(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(4), Some(5))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("base_url", &self.base_url())
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}
