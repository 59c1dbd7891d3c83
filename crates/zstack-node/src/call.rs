//! Calls that wait for a job.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use oas_client::{Serialization, encode};
use serde::de::DeserializeOwned;
use zstack_client::builder::RECOVER_IMAGE;
use zstack_client::types::{
    ImageInventory, RecoverImageParams, RecoverImageRequest, RecoverImageResponse,
};

use crate::action::{Action, JSON};
use crate::connection::Connection;
use crate::error::Error;
use crate::job::Job;
use crate::options::{Options, Polling, Progress};
use crate::run::Run;

/// The future of a call.
type Running<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call of an operation, or the waiting for one: await it for its result.
///
/// Dropping the future ends the waiting and does not stop the node, which carries out what it has received. Store the job of
/// [`Progress::Sending`] to be able to resume it after any failure.
///
/// ```
/// # async fn example(node: &zstack_node::Node, job: zstack_node::Job) -> Result<(), zstack_node::Error> {
/// use std::time::Duration;
///
/// let image = node.resume(job).deadline(Duration::from_secs(60)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited or submitted"]
pub struct Call<T> {
    connection: Arc<Connection>,
    task: Result<Task, Error>,
    options: Options,
    read: fn(&Bytes) -> Result<T, Error>,
}

enum Task {
    Action(Action),
    Job(Box<Job>),
}

impl<T> Call<T> {
    fn new(
        connection: Arc<Connection>,
        task: Result<Task, Error>,
        read: fn(&Bytes) -> Result<T, Error>,
    ) -> Self {
        let options = connection.options.clone();
        Self {
            connection,
            task,
            options,
            read,
        }
    }

    /// Sets how long the call may take in all, instead of the [deadline](crate::Connect::deadline) of the connection.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Sets how often the node is asked for the job, instead of the setting of the connection.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.options.polling = polling;
        self
    }

    /// Calls `observer` with the progress of the call.
    pub fn progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Sends the operation without waiting for it. The job can be stored, and [resumed](crate::Node::resume) after a restart. An
    /// invalid session is reported only then, because a node checks it as part of the job.
    ///
    /// # Errors
    /// When the node does not take the request. [`Error::outcome`] returns whether it may have taken it nevertheless.
    pub async fn submit(self) -> Result<Job, Error> {
        match self.task? {
            Task::Action(action) => {
                Run::new(&self.connection, &self.options)
                    .submit(&action)
                    .await
            }
            Task::Job(job) => Ok(*job),
        }
    }

    async fn complete(self) -> Result<T, Error> {
        let mut run = Run::new(&self.connection, &self.options);
        let result = match self.task? {
            Task::Action(action) => run.complete(&action).await?,
            Task::Job(job) => run.resume(*job).await?,
        };
        (self.read)(&result)
    }
}

impl<R: DeserializeOwned> Call<R> {
    pub(crate) fn action(connection: Arc<Connection>, action: Result<Action, Error>) -> Self {
        Self::new(connection, action.map(Task::Action), read)
    }

    pub(crate) fn job(connection: Arc<Connection>, job: Job) -> Self {
        Self::new(connection, Ok(Task::Job(Box::new(job))), read)
    }
}

impl Call<ImageInventory> {
    pub(crate) fn recovered(connection: Arc<Connection>, job: Job) -> Self {
        Self::new(connection, Ok(Task::Job(Box::new(job))), recovered)
    }
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Running<T>;

    fn into_future(self) -> Running<T> {
        Box::pin(self.complete())
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("connection", &self.connection)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A recovery that is being built; [`Node::recover_image`](crate::Node::recover_image) begins it.
///
/// ```
/// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
/// let call = node.recover_image("c019173f2b5742868058049be43033a1").user_tags(["restored"]);
/// let job = call.progress(|progress| println!("{progress:?}")).submit().await?;
/// println!("to be resumed: {}", job.uuid());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited or submitted"]
pub struct RecoverImage {
    connection: Arc<Connection>,
    image: String,
    body: RecoverImageRequest,
    options: Options,
}

impl RecoverImage {
    pub(crate) fn new(connection: Arc<Connection>, image: String) -> Self {
        let options = connection.options.clone();
        Self {
            connection,
            image,
            body: RecoverImageRequest::new(RecoverImageParams::new()),
            options,
        }
    }

    /// Recovers the image on these backup storages only, and leaves it deleted on all others.
    pub fn backup_storage_uuids(
        mut self,
        uuids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.body.params = self.body.params.backup_storage_uuids(uuids);
        self
    }

    /// Sets the system tags.
    pub fn system_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body = self.body.system_tags(tags);
        self
    }

    /// Sets the user tags.
    pub fn user_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body = self.body.user_tags(tags);
        self
    }

    /// As [`Call::deadline`].
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// As [`Call::polling`].
    pub fn polling(mut self, polling: Polling) -> Self {
        self.options.polling = polling;
        self
    }

    /// As [`Call::progress`].
    pub fn progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Sends it and does not wait for it, as [`Call::submit`].
    ///
    /// # Errors
    /// Those of [`Call::submit`].
    pub async fn submit(self) -> Result<Job, Error> {
        self.call().submit().await
    }

    fn call(self) -> Call<ImageInventory> {
        let action = self.action();
        Call {
            connection: self.connection,
            task: action.map(Task::Action),
            options: self.options,
            read: recovered,
        }
    }

    fn action(&self) -> Result<Action, Error> {
        let image = encode::path(Serialization::SIMPLE, "imageUuid", &self.image)
            .map_err(|error| Error::InvalidRequest(error.to_string()))?;
        let path = RECOVER_IMAGE.path().replace("{imageUuid}", &image);
        let body = serde_json::to_vec(&self.body)
            .map_err(|error| Error::InvalidRequest(format!("the body cannot be JSON: {error}")))?;
        Action::new(&RECOVER_IMAGE, path, JSON, Some(body.into()))
    }
}

impl IntoFuture for RecoverImage {
    type Output = Result<ImageInventory, Error>;
    type IntoFuture = Running<ImageInventory>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}

fn recovered(result: &Bytes) -> Result<ImageInventory, Error> {
    if !has_inventory(result) {
        return Err(Error::NoResult);
    }
    read::<RecoverImageResponse>(result).map(|response| response.inventory)
}

fn has_inventory(result: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Probe {
        inventory: Option<serde::de::IgnoredAny>,
    }
    // `read` reports what cannot be decoded at all.
    !result.is_empty()
        && serde_json::from_slice::<Probe>(result).map_or(true, |probe| probe.inventory.is_some())
}

/// Decodes a result. Operations without one have an empty body.
fn read<T: DeserializeOwned>(result: &Bytes) -> Result<T, Error> {
    let result: &[u8] = if result.is_empty() { b"{}" } else { result };
    let received = oas_client::Received::new(
        oas_client::StatusCode::OK,
        oas_client::HeaderMap::new(),
        Bytes::copy_from_slice(result),
    );
    match received.json::<T, std::convert::Infallible>() {
        Ok(response) => Ok(response.into_inner()),
        Err(error) => Err(Error::Unreadable(error.to_string())),
    }
}
