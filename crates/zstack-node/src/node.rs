//! A live node: the questions it is asked, and the operations it is given.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use oas_client::{CallOptions, Config, Method, Operation, Secret, encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use zstack_client::types::ImageInventory;
use zstack_node_protocol_client::{Client, builder};

use crate::action::Action;
use crate::answer::Answer;
use crate::auth::{Auth, Ticket};
use crate::call::{Call, RecoverImage};
use crate::connect::Connect;
use crate::error::{Error, Kind};
use crate::job::Job;
use crate::options::Options;
use crate::run::Timer;
use crate::said::plain;
use crate::transport::NodeTransport;
use crate::zone::Zone;

/// A live management node, and who speaks to it. Cloning is cheap, and clones share their session and their connections.
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
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) protocol: Client,
    pub(crate) auth: Auth,
    pub(crate) options: Options,
    pub(crate) request_timeout: Duration,
    pub(crate) zone: OnceCell<Zone>,
}

impl Node {
    /// Begins a connection to the node at this URL, such as `http://10.0.0.2:8080`: without `/zstack`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Setup`] when it is not a URL that a node can have.
    pub fn connect(base_url: &str) -> Result<Connect, Error> {
        Connect::new(base_url)
    }

    /// Brings back an image that was deleted and whose retention period is not over. Without more it is recovered on every
    /// backup storage that it was deleted from.
    ///
    /// Await it for the image as it is then; or [`submit`](RecoverImage::submit) it, and resume the job later.
    pub fn recover_image(&self, image_uuid: impl Into<String>) -> RecoverImage {
        RecoverImage::new(self.clone(), image_uuid.into())
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
        Call::action(self.clone(), action)
    }

    /// Goes on waiting for a recovery that was submitted, or whose outcome is unknown.
    ///
    /// # Errors
    /// When awaited: [`Error::NotReceived`] when the node has never heard of it, and no request can be on its way any more;
    /// [`Error::Failed`] with `ID.1001` when it was submitted with a session that had expired, so that nothing has happened;
    /// [`Error::Unknown`] when the node has forgotten it.
    pub fn resume(&self, job: Job) -> Call<ImageInventory> {
        Call::recovered(self.clone(), job)
    }

    /// Goes on waiting for a job of another operation. `R` is the document's result.
    pub fn resume_as<R: DeserializeOwned>(&self, job: Job) -> Call<R> {
        Call::job(self.clone(), job)
    }

    /// The image as it is now, or `None` if there is none.
    ///
    /// # Errors
    /// When the node does not answer, or refuses to; an expired session is renewed where that can be done.
    pub async fn image(&self, uuid: &str) -> Result<Option<ImageInventory>, Error> {
        let found = self
            .renewing(move |ticket, options| async move {
                self.inner.image(uuid, &ticket, options).await
            })
            .await?;
        let Some(image) = found else {
            return Ok(None);
        };
        serde_json::from_value(Value::Object(image))
            .map(Some)
            .map_err(|error| {
                Error::Unavailable(crate::error::Trouble::new(format!(
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
        let zone = self.inner.zone.get_or_try_init(async || {
            let said = self
                .renewing(
                    |ticket, options| async move { self.inner.time_zone(&ticket, options).await },
                )
                .await?;
            match (said.timezone, said.offset) {
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
        match &self.inner.auth {
            Auth::Sessions(sessions) => Some(Secret::from(sessions.current().uuid())),
            Auth::AccessKey(_) => None,
        }
    }

    /// Ends the session. Sessions that are not ended expire, and a user can have 500. With an AccessKey there is none.
    ///
    /// # Errors
    /// When the node does not answer, or refuses to.
    pub async fn log_out(&self) -> Result<(), Error> {
        let Auth::Sessions(sessions) = &self.inner.auth else {
            return Ok(());
        };
        let options = CallOptions::default().timeout(self.inner.request_timeout);
        let uuid = sessions.current();
        let sent = self
            .inner
            .protocol
            .log_out()
            .session_uuid(uuid.uuid())
            .options(options)
            .send();
        sent.await.map(drop).map_err(plain!(LogOutFailure))
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
        zstack_client::Client::with_config(self.inner.base_url(), config)
            .expect("a base URL that was accepted is accepted again")
    }

    /// What carries the requests of a generated client to this node, for clients of other documents:
    /// `Config::default().no_timeout().transport(node.transport())`.
    pub fn transport(&self) -> NodeTransport {
        NodeTransport::new(self.clone())
    }

    /// The base URL.
    pub fn base_url(&self) -> &str {
        self.inner.base_url()
    }

    /// Asks a question, and once more with another session if the first had expired.
    async fn renewing<T, F>(&self, ask: impl Fn(Ticket, CallOptions) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let timeout = self.inner.request_timeout;
        let ticket = self.inner.auth.ticket();
        let options = CallOptions::default().timeout(timeout);
        let outcome = ask(ticket.clone(), options.clone()).await;
        let expired = matches!(&outcome, Err(error) if error.kind() == Some(Kind::InvalidSession));
        match (&self.inner.auth, ticket) {
            (Auth::Sessions(sessions), Ticket::Session(session))
                if expired && sessions.can_renew() =>
            {
                let timer = Timer::new(Some(timeout), timeout);
                sessions
                    .renew(&session, &self.inner.protocol, timer.limits())
                    .await?;
                ask(self.inner.auth.ticket(), options).await
            }
            _ => outcome,
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("base_url", &self.inner.base_url())
            .field("auth", &self.inner.auth)
            .finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn base_url(&self) -> &str {
        self.protocol.core().base_url()
    }

    /// Sends an action as a job.
    pub(crate) async fn send(
        &self,
        action: &Action,
        job: &Job,
        ticket: &Ticket,
        options: CallOptions,
    ) -> Answer {
        let options = options.header("X-Job-UUID", job.uuid());
        Answer::of(self.carry(action, ticket, options).await)
    }

    /// Sends a request as it is.
    pub(crate) async fn carry(
        &self,
        action: &Action,
        ticket: &Ticket,
        options: CallOptions,
    ) -> Result<oas_client::Received, oas_client::Error> {
        let core = self.protocol.core();
        let mut request = core
            .request(action.operation, &action.path)
            .query_encoded(&action.query);
        if let Some(body) = &action.body {
            request = request.bytes(&action.content_type, body.clone());
        }
        let mut options = ticket.put_on(options, action.operation.method(), &action.path);
        for (name, value) in &action.headers {
            options = options.header(name, value);
        }
        core.send(request, options).await
    }

    /// Asks for a job, where the node is reached and nowhere else.
    pub(crate) async fn ask(
        &self,
        job: &Job,
        ticket: Option<&Ticket>,
        options: CallOptions,
    ) -> Answer {
        let path = format!("/zstack/v1/api-jobs/{}", job.uuid());
        let options = match ticket {
            Some(ticket) => ticket.put_on(options, &Method::GET, &path),
            None => options,
        };
        let core = self.protocol.core();
        Answer::of(
            core.send(core.request(&builder::QUERY_API_JOB, &path), options)
                .await,
        )
    }

    pub(crate) async fn image(
        &self,
        uuid: &str,
        ticket: &Ticket,
        options: CallOptions,
    ) -> Result<Option<Map<String, Value>>, Error> {
        let encoded =
            encode::path(encode::PathStyle::SIMPLE, "uuid", uuid).map_err(Error::InvalidRequest)?;
        let path = format!("/zstack/v1/images/{encoded}");
        let options = ticket.put_on(options, &Method::GET, &path);
        let sent = self.protocol.get_image().uuid(uuid).options(options).send();
        let found = sent.await.map_err(plain!(GetImageFailure))?;
        Ok(found.into_inner().inventories.into_iter().next())
    }

    async fn time_zone(
        &self,
        ticket: &Ticket,
        options: CallOptions,
    ) -> Result<zstack_node_protocol_client::types::PlatformTimeZone, Error> {
        let operation = &builder::GET_PLATFORM_TIME_ZONE;
        let options = ticket.put_on(options, operation.method(), operation.path());
        let sent = self
            .protocol
            .get_platform_time_zone()
            .options(options)
            .send();
        sent.await
            .map(oas_client::ResponseValue::into_inner)
            .map_err(plain!(GetPlatformTimeZoneFailure))
    }
}
