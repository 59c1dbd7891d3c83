//! Implements the transport of a generated client on a node.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, header};
use oas_client::{BufferedResponse, OutgoingRequest, Transport, TransportFuture};
use tokio::time::Instant;

use crate::action::{Action, JSON};
use crate::connection::Connection;
use crate::error::{Error, Failure};
use crate::read_only::ended;
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
        let received = if action.makes_a_job() {
            ended(Run::new(&self.connection, &options).complete(&action).await)?
        } else {
            let timer = Timer::new(options.limit, self.connection.request_timeout);
            self.connection
                .send_read_only(&action, &options, timer)
                .await?
        };
        Ok(response(received))
    }

    /// Converts a request of the client into one that the node takes.
    fn action(&self, outgoing: OutgoingRequest) -> Result<Action, Error> {
        let request = outgoing.request;
        let reject = |english, chinese| Err(Error::InvalidRequest(Text::new(english, chinese)));
        if request.headers().contains_key(header::AUTHORIZATION) {
            return reject(
                "a client on a node has no credentials of its own; log in to the node with them",
                "节点上的客户端没有自己的凭据；请用它们登录节点",
            );
        }
        let Some(rest) = request
            .url()
            .as_str()
            .strip_prefix(self.connection.base_url())
        else {
            return reject(
                "the client has another base URL than the node",
                "客户端的地址与节点不同",
            );
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let body = match request.body().map(oas_client::reqwest::Body::as_bytes) {
            None => None,
            Some(Some(body)) => Some(Bytes::copy_from_slice(body)),
            Some(None) => {
                return reject(
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

/// Converts a response to that of the generated client's transport. What becomes an error contains nothing of the session.
fn response(received: BufferedResponse) -> oas_client::reqwest::Response {
    let (status, headers) = (received.status(), received.headers().clone());
    let result = received.body().clone();
    let received = received.without_secrets();
    let body = match Failure::find(status, received.body()) {
        Ok(None) if status.is_success() => result,
        _ => received.bytes().into_inner(),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}
