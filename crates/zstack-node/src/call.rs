//! Calls that wait for a job.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use zstack_client::types::{ImageInventory, RecoverImageResponse};

use crate::action::Action;
use crate::connection::Connection;
use crate::error::Error;
use crate::job::Job;
use crate::options::{Options, Polling, Progress};
use crate::run::Run;
use crate::text::{Bilingual as _, Text};

/// The future of a call.
pub(crate) type Running<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call of an operation, or the wait for a job that was sent before. Awaiting it returns the result of the operation.
///
/// Dropping the future does not stop the node, which carries out what it has received. To be able to resume the call after any
/// failure, store the job of [`Progress::Sending`].
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

    /// Creates a call of an action whose options are set already.
    pub(crate) fn of(
        connection: Arc<Connection>,
        action: Result<Action, Error>,
        options: Options,
        read: fn(&Bytes) -> Result<T, Error>,
    ) -> Self {
        Self {
            connection,
            task: action.map(Task::Action),
            options,
            read,
        }
    }

    /// Sets how long the call may take in all, in place of the [deadline](crate::Connect::deadline) of the connection.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Sets how often the node is asked for the job, in place of the [setting](crate::Connect::polling) of the connection.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.options.polling = polling;
        self
    }

    /// Calls `observer` with the progress of the call, in place of the [observer](crate::Connect::progress) of the connection.
    pub fn progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Sends the operation without waiting for its result. The returned job can be stored, and [resumed](crate::Node::resume)
    /// after a restart. An expired session is reported only when the job is resumed, because a node checks the session as part
    /// of the job. A call that resumes a job returns this job, and sends nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the node does not accept the request. [`Error::outcome`] returns whether the node
    /// may have received it nevertheless.
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
        let (validates, result) = match self.task? {
            Task::Action(action) => (action.validates, run.complete(&action).await?),
            Task::Job(job) => (job.validates, run.resume(*job).await?),
        };
        match (self.read)(&result) {
            Err(Error::NoResult) if !validates => Err(Error::Unreadable(Text::new(
                "it has no inventory",
                "其中没有 inventory",
            ))),
            read => read,
        }
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

pub(crate) fn recovered(result: &Bytes) -> Result<ImageInventory, Error> {
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
    // `read` reports a body that cannot be decoded at all.
    !result.is_empty()
        && serde_json::from_slice::<Probe>(result).map_or(true, |probe| probe.inventory.is_some())
}

/// Decodes a result. Operations without one have an empty body.
fn read<T: DeserializeOwned>(result: &Bytes) -> Result<T, Error> {
    let result: &[u8] = if result.is_empty() { b"{}" } else { result };
    let received = oas_client::BufferedResponse::new(
        oas_client::StatusCode::OK,
        oas_client::HeaderMap::new(),
        Bytes::copy_from_slice(result),
    );
    match received.json::<T, std::convert::Infallible>() {
        Ok(response) => Ok(response.into_inner()),
        Err(error) => Err(Error::Unreadable(error.in_both())),
    }
}
