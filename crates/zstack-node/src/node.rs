//! A live node: its operations, and the questions that it answers.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use oas_client::{CallOptions, Config, Operation, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zstack_client::types::ImageInventory;

use crate::action::Action;
use crate::auth::Auth;
use crate::call::{Call, RecoverImage};
use crate::client_error;
use crate::connection::Connection;
use crate::error::{Error, ExchangeError};
use crate::job::Job;
use crate::transport::NodeTransport;
use crate::zone::Zone;

/// A live management node, reached with the credentials that were given to [`Connect`](crate::Connect). Cloning is cheap, and
/// clones share their session and their connections.
///
/// ```no_run
/// # async fn example(bs: String) -> Result<(), zstack_node::Error> {
/// use zstack_node::Node;
///
/// let node = Node::connect("http://10.0.0.2:8080")?.login("admin", "password").await?;
/// let image = node.recover_image("c019173f2b5742868058049be43033a1").backup_storage_uuids([bs]).await?;
/// println!("{} is back", image.name);
/// node.log_out().await
/// # }
/// ```
#[derive(Clone)]
pub struct Node {
    pub(crate) connection: Arc<Connection>,
}

impl Node {
    /// Brings back an image that was deleted and whose retention period is not over. Without more it is recovered on every
    /// backup storage that it was deleted from.
    ///
    /// Await it for the image as it is then; or [`submit`](RecoverImage::submit) it, and resume the job later.
    pub fn recover_image(&self, image_uuid: impl Into<String>) -> RecoverImage {
        RecoverImage::new(Arc::clone(&self.connection), image_uuid.into())
    }

    /// Any other operation of a document that says what nodes call it (`x-zstack-action`): `path` with its parameters filled
    /// in, and the body as the document has it. `R` is the document's result.
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use oas_client::{Method, Operation};
    ///
    /// static EXPUNGE: Operation = Operation::new("ExpungeImage", Method::PUT, "/zstack/v1/images/{imageUuid}/actions")
    ///     .extensions(&[("x-zstack-action", "expungeImage")]);
    ///
    /// # fn example(node: &zstack_node::Node) -> zstack_node::Call<Value> {
    /// node.action(&EXPUNGE, "/zstack/v1/images/c019173f2b5742868058049be43033a1/actions", &json!({"params": {}}))
    /// # }
    /// ```
    pub fn action<R: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Call<R> {
        let action = serde_json::to_vec(body)
            .map_err(|error| Error::InvalidRequest(format!("the body cannot be JSON: {error}")))
            .and_then(|body| {
                let body = Some(Bytes::from(body));
                Action::new(operation, path.to_owned(), "application/json", body)
            });
        Call::action(Arc::clone(&self.connection), action)
    }

    /// Goes on waiting for a recovery that was submitted, or whose outcome is unknown.
    ///
    /// # Errors
    /// When awaited: [`Error::NotReceived`] when the node has never heard of it, and no request can be on its way any more;
    /// [`Error::Failed`] with `ID.1001` when it was submitted with a session that had expired, so that nothing has happened;
    /// [`Error::Unknown`] when the node has forgotten it.
    pub fn resume(&self, job: Job) -> Call<ImageInventory> {
        Call::recovered(Arc::clone(&self.connection), job)
    }

    /// Goes on waiting for a job of another operation. `R` is the document's result.
    pub fn resume_as<R: DeserializeOwned>(&self, job: Job) -> Call<R> {
        Call::job(Arc::clone(&self.connection), job)
    }

    /// The image as it is now, or `None` if there is none.
    ///
    /// # Errors
    /// When the node does not answer, or refuses to; an expired session is renewed where that can be done.
    pub async fn image(&self, uuid: &str) -> Result<Option<ImageInventory>, Error> {
        let found = self
            .connection
            .with_renewal(move |authorization, options| async move {
                self.connection.image(uuid, &authorization, options).await
            })
            .await?;
        let Some(image) = found else {
            return Ok(None);
        };
        serde_json::from_value(Value::Object(image))
            .map(Some)
            .map_err(|error| {
                Error::Unavailable(ExchangeError::new(format!(
                    "it shows the image in a way that is not documented: {error}"
                )))
            })
    }

    /// The time zone of the node, which all its [timestamps](crate::Timestamp) are in: the one it was connected with, or the
    /// one that the node names. It is asked for once.
    ///
    /// # Errors
    /// When the node does not answer, or names a zone that is not known here.
    pub async fn time_zone(&self) -> Result<Zone, Error> {
        let zone = self.connection.zone.get_or_try_init(async || {
            let reported = self
                .connection
                .with_renewal(|authorization, options| async move {
                    self.connection.time_zone(&authorization, options).await
                })
                .await?;
            match (reported.timezone, reported.offset) {
                (Some(name), Some(offset)) => Zone::named(&name).or_else(|_| Zone::named(&offset)),
                (Some(name), None) | (None, Some(name)) => Zone::named(&name),
                (None, None) => Err(Error::Setup(
                    "the node does not say its time zone; give it with `time_zone`".to_owned(),
                )),
            }
        });
        zone.await.cloned()
    }

    /// The session that is in use, to be handed to another process instead of opening one more; none with an AccessKey.
    pub fn session(&self) -> Option<Secret> {
        match &self.connection.auth {
            Auth::Sessions(sessions) => Some(Secret::from(sessions.current().uuid())),
            Auth::AccessKey(_) => None,
        }
    }

    /// Ends the session. Sessions that are not ended expire, and a user can have 500. With an AccessKey there is none.
    ///
    /// # Errors
    /// When the node does not answer, or refuses to.
    pub async fn log_out(&self) -> Result<(), Error> {
        let Auth::Sessions(sessions) = &self.connection.auth else {
            return Ok(());
        };
        let options = CallOptions::default().timeout(self.connection.request_timeout);
        let uuid = sessions.current();
        let sent = self
            .connection
            .protocol
            .log_out()
            .session_uuid(uuid.uuid())
            .options(options)
            .send();
        sent.await.map(drop).map_err(client_error::ours)
    }

    /// The generated client, on this node: its operations, their types and their errors, with everything in between that the
    /// API pages do not tell. A call that gives no result has the node's [`Error`] in it, where [`Error::of`] finds it.
    ///
    /// Calls have no deadline but the node's, unless their options say otherwise.
    pub fn client(&self) -> zstack_client::Client {
        let config = Config::default()
            .no_timeout()
            .credential("session", oas_client::Credential::by_hook())
            .transport(self.transport());
        // The URL was accepted before, and there is no other setting that could be refused.
        zstack_client::Client::with_config(self.connection.base_url(), config)
            .expect("a base URL that was accepted is accepted again")
    }

    /// What carries the requests of a generated client to this node, for clients of other documents:
    /// `Config::default().no_timeout().transport(node.transport())`.
    pub fn transport(&self) -> NodeTransport {
        NodeTransport::new(Arc::clone(&self.connection))
    }

    /// The base URL.
    pub fn base_url(&self) -> &str {
        self.connection.base_url()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("base_url", &self.connection.base_url())
            .field("auth", &self.connection.auth)
            .finish_non_exhaustive()
    }
}
