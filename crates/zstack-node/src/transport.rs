//! Implements the transport of a generated client on a node.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, header};
use oas_client::{CallOptions, OutgoingRequest, StatusCode, Transport, TransportFuture};
use tokio::time::Instant;

use crate::action::{Action, JSON};
use crate::connection::Connection;
use crate::error::{Error, ExchangeError, Failure, Kind};
use crate::job::Job;
use crate::options::Options;
use crate::run::Run;
use crate::text::Text;
use crate::timer::Timer;

/// The time by which a call ends before the client's deadline, so that its error contains the outcome and the
/// job.
const MARGIN: Duration = Duration::from_millis(100);

/// A transport that sends the requests of a generated client to a live node, and returns the responses that its document
/// describes. [`Node::transport`](crate::Node::transport) creates it, and [`Node::client`](crate::Node::client) uses it.
///
/// * The body of an action is converted to the form of a node, in which the parameters have the name of `x-zstack-action`.
/// * If the node executes a request as a job, the transport waits for the job. Its result is returned as a response 200, and its
///   failure as a response 503.
/// * Other responses are returned as they are. If there is none, the call fails with an [`Error`] in
///   [`oas_client::Error::Transport`], which [`Error::of`] returns.
///
/// Requests are sent with the credentials of the node: one that has an `Authorization` header field fails with
/// [`Error::InvalidRequest`], and so does one with another base URL, or a body that is a stream. If the document requires
/// credentials, set [`Credential::by_hook`](oas_client::Credential::by_hook).
///
/// ```
/// use zstack_node::oas_client::{BuildError, Config, Credential};
///
/// fn client(node: &zstack_node::Node) -> Result<zstack_node_protocol_client::Client, BuildError> {
///     let config = Config::default()
///         .no_timeout()
///         .credential("session", Credential::by_hook())
///         .transport(node.transport());
///     zstack_node_protocol_client::Client::with_config(node.base_url(), config)
/// }
/// ```
#[derive(Clone)]
pub struct NodeTransport {
    connection: Arc<Connection>,
}

impl NodeTransport {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { connection }
    }

    async fn forward(
        &self,
        outgoing: OutgoingRequest,
    ) -> Result<oas_client::reqwest::Response, Error> {
        let deadline = outgoing.deadline;
        let action = self.action(outgoing)?;
        let mut options = self.connection.options.clone();
        if let Some(deadline) = deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = left.saturating_sub(MARGIN.min(left / 10));
            options.limit = Some(options.limit.map_or(left, |limit| limit.min(left)));
        }
        if !action.makes_a_job() {
            return self.read(&action, &options).await;
        }
        ended(Run::new(&self.connection, &options).complete(&action).await)
    }

    /// Converts a request of the client into one that the node takes.
    fn action(&self, outgoing: OutgoingRequest) -> Result<Action, Error> {
        let request = outgoing.request;
        let refuse = |english, chinese| Err(Error::InvalidRequest(Text::new(english, chinese)));
        if request.headers().contains_key(header::AUTHORIZATION) {
            return refuse(
                "a client on a node has no credentials of its own; log in to the node with them",
                "节点上的客户端没有自己的凭据；请用它们登录节点",
            );
        }
        let Some(rest) = request
            .url()
            .as_str()
            .strip_prefix(self.connection.base_url())
        else {
            return refuse(
                "the client has another base URL than the node",
                "客户端的地址与节点不同",
            );
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let body = match request.body().map(oas_client::reqwest::Body::as_bytes) {
            None => None,
            Some(Some(body)) => Some(Bytes::copy_from_slice(body)),
            Some(None) => {
                return refuse(
                    "a body that is a stream cannot be sent to a node",
                    "流式请求体无法发送给节点",
                );
            }
        };
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.map_or_else(|| JSON.to_owned(), text);
        let mut action = Action::new(outgoing.operation, path.to_owned(), &content_type, body)?;
        query.clone_into(&mut action.query);
        let others = request.headers().iter().filter(|(name, _)| {
            **name != header::CONTENT_TYPE
                && **name != header::CONTENT_LENGTH
                && **name != header::HOST
        });
        action.headers = others
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        Ok(action)
    }

    /// Sends a request that changes nothing, and once more with another session if the first had expired. Some take so long
    /// that the node makes a job of them.
    async fn read(
        &self,
        action: &Action,
        options: &Options,
    ) -> Result<oas_client::reqwest::Response, Error> {
        let connection = &self.connection;
        let timer = Timer::new(options.limit, connection.request_timeout);
        let mut renewed = false;
        loop {
            let authorization = connection.auth.authorization();
            let Some(limit) = timer.request() else {
                return Err(Error::TimedOut {
                    limit: timer.limit(),
                });
            };
            let limited = CallOptions::default().timeout(limit);
            let received = connection.send_raw(action, &authorization, limited).await;
            let received =
                received.map_err(|error| Error::Unavailable(ExchangeError::from_client(error)))?;
            let (status, headers) = (received.status(), received.headers().clone());
            let result = received.body().clone();
            let received = received.without_secrets();
            let body = match Failure::find(status, received.body()) {
                Ok(None) if status.is_success() => result,
                // What becomes an error has nothing of the session.
                _ => received.bytes().into_inner(),
            };
            let expired = !status.is_success()
                && matches!(
                    Failure::find(status, &body),
                    Ok(Some(failure)) if failure.kind() == Kind::InvalidSession
                );
            if expired && !renewed && connection.renew(&authorization, timer.limits()).await? {
                renewed = true;
                continue;
            }
            if status == StatusCode::ACCEPTED
                && let Some(job) =
                    Job::accepted(action.operation.id(), connection.base_url(), &body)
            {
                let mut run = Run::new(connection, options);
                run.timer = timer;
                return ended(run.resume(job).await);
            }
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            return Ok(response.into());
        }
    }
}

impl Transport for NodeTransport {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        Box::pin(async move { Ok(self.forward(outgoing).await?) })
    }
}

impl fmt::Debug for NodeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NodeTransport")
            .field(&self.connection)
            .finish()
    }
}

/// Converts the result of a job to the response that a document describes.
fn ended(result: Result<Bytes, Error>) -> Result<oas_client::reqwest::Response, Error> {
    match result {
        Ok(result) => Ok(response(StatusCode::OK, result)),
        Err(Error::Failed(failure)) if !failure.body().is_empty() => {
            Ok(response(failure.status(), failure.body()))
        }
        Err(error) => Err(error),
    }
}

fn response(status: StatusCode, body: Bytes) -> oas_client::reqwest::Response {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.into()
}
