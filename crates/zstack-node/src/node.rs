//! Implements a live node: its operations, and requests about the node itself.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use oas_client::{CallOptions, Config, Operation, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zstack_client::types::ImageInventory;
use zstack_node_protocol_client::builder::{GET_PLATFORM_TIME_ZONE, QUERY_BACKUP_STORAGE};
use zstack_node_protocol_client::types::{
    BackupStorageInventory, BackupStorages, PlatformTimeZone,
};

use crate::action::{Action, JSON};
use crate::auth::Auth;
use crate::call::Call;
use crate::condition::Condition;
use crate::connection::Connection;
use crate::error::Error;
use crate::image::{Image, RecoverImage};
use crate::image_query::ImageQuery;
use crate::job::Job;
use crate::read_only::encoded;
use crate::text::Text;
use crate::transport::NodeTransport;
use crate::zone::Zone;

/// A connection to a live management node, with the credentials that were given to [`Connect`](crate::Connect). Cloning is cheap,
/// and clones share the session.
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
    /// Recovers a deleted image whose retention period is not over.
    ///
    /// The node recovers the image on every backup storage that it was deleted from, unless
    /// [`backup_storage_uuids`](RecoverImage::backup_storage_uuids) selects some of them. Nothing is sent until the returned
    /// call is awaited, which returns the recovered image, or [submitted](RecoverImage::submit), which returns a job that
    /// [`resume`](Self::resume) waits for later.
    ///
    /// # Errors
    ///
    /// The returned call fails with [`Error::Failed`] if the node reports a failure, for example because the image does not
    /// exist or is not deleted; with [`Error::TimedOut`] if the deadline passes before the node has taken the request; with
    /// [`Error::Unknown`] if it is unknown whether the node executed the request.
    pub fn recover_image(&self, image_uuid: impl Into<String>) -> RecoverImage {
        self.image(image_uuid).recover()
    }

    /// Calls an operation for which there is no method, and whose document has the name of its action (`x-zstack-action`).
    ///
    /// `path` is the path of the operation with its parameters replaced by values. `body` is the request body that the
    /// document describes, and `R` the type of the result. Nothing is sent until the returned call is awaited or submitted; it
    /// fails with [`Error::InvalidRequest`] if `body` is not a JSON object.
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
            .map_err(Error::no_json)
            .and_then(|body| {
                let body = Some(Bytes::from(body));
                Action::new(operation, path.to_owned(), JSON, body)
            });
        Call::action(Arc::clone(&self.connection), action)
    }

    /// Continues to wait for a recovery that was submitted before, or whose outcome is unknown. The job has to be one of this node:
    /// the base URLs are not compared.
    ///
    /// # Errors
    ///
    /// The returned call fails with [`Error::NotReceived`] if the node never received it, and no request can
    /// be under way any more; [`Error::Failed`] with `ID.1001` if it was submitted with an expired session,
    /// so that it was not executed; [`Error::Unknown`] if the node no longer knows the job.
    pub fn resume(&self, job: Job) -> Call<ImageInventory> {
        Call::recovered(Arc::clone(&self.connection), job)
    }

    /// Continues to wait for a job of another operation, as [`resume`](Self::resume) does. `R` is the type of the result.
    pub fn resume_as<R: DeserializeOwned>(&self, job: Job) -> Call<R> {
        Call::job(Arc::clone(&self.connection), job)
    }

    /// Returns a reference to the image with this UUID, on which operations can be called. Nothing is sent.
    pub fn image(&self, uuid: impl Into<String>) -> Image {
        Image::new(Arc::clone(&self.connection), uuid.into())
    }

    /// Returns a query of all images, which conditions can restrict. Nothing is sent.
    pub fn images(&self) -> ImageQuery {
        ImageQuery::new(Arc::clone(&self.connection))
    }

    /// Returns the backup storages that meet all conditions; at most 1000. Operations on an image take their UUIDs.
    ///
    /// ```
    /// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
    /// use zstack_node::Field;
    ///
    /// for storage in node.backup_storages([Field::NAME.eq("bs-1")]).await? {
    ///     println!("{} {}", storage.uuid, storage.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if a node would parse a condition differently; an error if the node does not respond, or
    /// rejects the request.
    pub async fn backup_storages(
        &self,
        conditions: impl IntoIterator<Item = Condition>,
    ) -> Result<Vec<BackupStorageInventory>, Error> {
        let conditions = conditions.into_iter();
        let conditions = conditions.map(|condition| condition.as_str().map(str::to_owned));
        let conditions: Vec<String> = conditions.collect::<Result<_, Error>>()?;
        let query = encoded(conditions.iter().map(|condition| ("q", condition.as_str())))?;
        let path = QUERY_BACKUP_STORAGE.path().to_owned();
        let found: BackupStorages = self
            .connection
            .read(&QUERY_BACKUP_STORAGE, path, query)
            .await?;
        Ok(found.inventories)
    }

    /// Returns the time zone of the node's [timestamps](crate::Timestamp): the one that
    /// [`Connect::time_zone`](crate::Connect::time_zone) has set, or else the one that the node reports. The node is asked only
    /// once.
    ///
    /// # Errors
    ///
    /// Returns an error if the node does not respond; [`Error::Setup`] if it reports no zone, or one that is unknown on this
    /// computer.
    pub async fn time_zone(&self) -> Result<Zone, Error> {
        let zone = self.connection.zone.get_or_try_init(async || {
            let path = GET_PLATFORM_TIME_ZONE.path().to_owned();
            let reported: PlatformTimeZone = self
                .connection
                .read(&GET_PLATFORM_TIME_ZONE, path, String::new())
                .await?;
            match (reported.timezone, reported.offset) {
                (Some(name), Some(offset)) => Zone::named(&name).or_else(|_| Zone::named(&offset)),
                (Some(name), None) | (None, Some(name)) => Zone::named(&name),
                (None, None) => Err(Error::Setup(Text::new(
                    "the node does not report its time zone; give it with `time_zone`",
                    "节点没有报告其时区；请用 `time_zone` 指定",
                ))),
            }
        });
        zone.await.cloned()
    }

    /// Returns the UUID of the current session, which another process can pass to [`Connect::session`](crate::Connect::session);
    /// `None` with an AccessKey.
    #[must_use]
    pub fn session(&self) -> Option<Secret> {
        match &self.connection.auth {
            Auth::Sessions(sessions) => Some(Secret::from(sessions.current().uuid())),
            Auth::AccessKey(_) => None,
        }
    }

    /// Ends the session, for all clones: calls fail with `ID.1001` from then on, and none of them logs in
    /// again. Sessions that are not ended expire, and a user can have 500. With an AccessKey, nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns an error if the node does not respond, or rejects the request; the session can then stay open until it expires.
    pub async fn log_out(&self) -> Result<(), Error> {
        let Auth::Sessions(sessions) = &self.connection.auth else {
            return Ok(());
        };
        let limit = self.connection.limits().next().unwrap_or_default();
        let options = CallOptions::default().timeout(limit);
        let uuid = sessions.close();
        let options = options.secret(uuid.uuid().into());
        let sent = self
            .connection
            .protocol
            .log_out(uuid.uuid())
            .options(options)
            .send();
        sent.await.map(drop).map_err(Error::from)
    }

    /// Returns the generated client, whose requests are sent by the [`transport`](Self::transport) of this node. Convert the
    /// error of a call with [`Error::of`] to get the error that the node reported.
    ///
    /// Calls have the [deadline](crate::Connect::deadline) of the connection. A timeout in the options of a call can only shorten
    /// it.
    #[must_use]
    pub fn client(&self) -> zstack_client::Client {
        let config = Config::default()
            .no_timeout()
            .credential("session", oas_client::Credential::by_hook())
            .transport(self.transport());
        // The URL was validated before, and no other setting can be rejected.
        zstack_client::Client::with_config(self.connection.base_url(), config)
            .expect("a base URL that was accepted is accepted again")
    }

    /// Returns the transport that carries requests to this node, for generated clients of other documents:
    /// `Config::default().no_timeout().transport(node.transport())`.
    #[must_use]
    pub fn transport(&self) -> NodeTransport {
        NodeTransport::new(Arc::clone(&self.connection))
    }

    /// Returns the base URL.
    #[must_use]
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
