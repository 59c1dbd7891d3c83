//! Carries out an operation as a job, so that it happens once and that the reported outcome is true.
//!
//! # Rules
//!
//! RecoverImage, like most operations, cannot be repeated: a second request fails even though the first
//! succeeded. So every request has an `X-Job-UUID` that is generated here, and a node executes one request
//! for each UUID.
//!
//! 1. **Accepted** (202, or 400 `Duplicate job uuid`): the node has the request. It is never sent again; the job is asked for
//!    until it ends or the time is over.
//! 2. **Rejected**: nothing has happened. A failure counts as the node's where nodes report one: with 503, a code of theirs, and,
//!    in the response to the request itself, if the operation is not known to be a job and there is no job. Where the text is not one of the node's
//!    REST layer, which rejects before anything is done, the job is asked for before that is believed: an exception can come late (500), and a proxy
//!    can lose patience. A status that a node does not give to what it does not execute, such as 401 or 500, and a page or JSON of something
//!    before the node that lets questions pass, are believed only if the resource shows that nothing was done: a node can execute what it failed
//!    to record.
//!    429 is sent again some times, and not before `Retry-After`.
//! 3. **Not sent** (no connection): nothing has happened.
//! 4. **In doubt** (the connection broke, time ran out, a proxy answered): the job is asked for. If it is there, rule 1. If the
//!    node does not know it for [a while](crate::Connect::settled_after), in which an operation would have ended that was not recorded, the
//!    request is sent again *with the same UUID*, but only where both can be known: that nothing was
//!    done, from the state of the resource (a deleted image); and that
//!    a first request that is still on its way and the second are not both carried out, from the version of the node, for nodes
//!    before 4.5.0 do not compare UUIDs. Otherwise the outcome is unknown.
//! 5. **The job failed**: that is the truth if one request was sent. If there were several, the first may have done it and its
//!    job been lost, or the node may be one of before July 2022 that does not compare UUIDs: again the resource is looked at, and
//!    the failure is reported only if it does not look done.
//! 6. **ID.1001** (no valid session) means that nothing has happened: after one login the operation is sent as another job. It
//!    can also mean that the poll of the job was rejected. Then a poll of a job that nobody has sent is rejected too, to which
//!    a node responds with 404. So that is asked first, and the same job is asked for without a session and with the new one.
//! 7. **The job is gone** (404 after rule 1, three times): a node keeps jobs for three hours, so it was lost. The outcome is
//!    unknown. A job that is resumed and that the node has never confirmed was not received, unless its request may still be
//!    on its way, or the resource cannot be looked at.
//! 8. **The time is over**: the outcome is unknown as soon as a request may have reached the node, and it is certain that
//!    nothing has happened before that. The time is the caller's, and ends half a minute after the node itself gives up
//!    (`apiTimeout`). A node that is not there is waited for until then; one that rejects a dozen questions after a lost reply
//!    is not.
//! 9. **Succeeded**: only 200 with the job's result is a success; one with an error is neither that nor a failure. A body that cannot be decoded does not make it a failure: the
//!    result is asked for again, and after that the error is [`Error::Unreadable`], whose outcome is that it has happened.
//! 10. **Reported** ([`Hooks`](crate::Hooks)): the job is asked for at once. A report is never taken for the result: anybody can have sent
//!     it, and all other rules hold without it.
//!
//! Dropping the future stops asking, and nothing else: what the node has received it carries out.

mod deliver;
mod poll;
mod verify;

use std::time::Duration;

use bytes::Bytes;

use self::deliver::Delivered;
use crate::action::Action;
use crate::auth::Authorization;
use crate::connection::Connection;
use crate::error::{Error, ExchangeError, Kind, UnknownOutcome};
use crate::hooks::Reports;
use crate::job::{Job, is_uuid};
use crate::options::{Options, Progress};
use crate::text::Text;
use crate::timer::Timer;

/// One call of an operation.
pub(crate) struct Run<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) options: &'a Options,
    pub(crate) timer: Timer,
    /// The reports of the node on the job.
    reports: Option<Reports>,
    /// Whether the operation is sent with another session than before: it is sent anew once.
    renewed: bool,
}

impl<'a> Run<'a> {
    pub(crate) fn new(connection: &'a Connection, options: &'a Options) -> Self {
        Self {
            connection,
            options,
            timer: Timer::new(options.limit, connection.request_timeout),
            reports: None,
            renewed: false,
        }
    }

    /// Sends an action and waits for its result.
    pub(crate) async fn complete(&mut self, action: &Action) -> Result<Bytes, Error> {
        loop {
            let authorization = self.connection.auth.authorization();
            let mut job = self.begin(action)?;
            self.receive_reports(&job);
            let ended = match self.deliver(action, &mut job, &authorization).await? {
                Delivered::Received => self.follow(&mut job).await?,
                Delivered::Ended(ended) => ended,
            };
            let failure = match ended {
                Ok(result) => return Ok(result),
                Err(failure) => self.confirm_failure(&job, failure).await?,
            };
            let expired = failure.kind() == Kind::InvalidSession;
            if self.renewed || !expired || !self.renew(&authorization).await? {
                return Err(Error::Failed(failure));
            }
            self.renewed = true;
        }
    }

    /// Sends an action without waiting for its result.
    pub(crate) async fn submit(&mut self, action: &Action) -> Result<Job, Error> {
        let authorization = self.connection.auth.authorization();
        let mut job = self.begin(action)?;
        match self.deliver(action, &mut job, &authorization).await? {
            Delivered::Received => Ok(job),
            Delivered::Ended(Ok(result)) => {
                job.result = Some(String::from_utf8_lossy(&result).into_owned());
                Ok(job)
            }
            Delivered::Ended(Err(failure)) => {
                let failure = self.confirm_failure(&job, failure).await?;
                Err(Error::Failed(failure))
            }
        }
    }

    /// Waits for a job that was begun before.
    pub(crate) async fn resume(&mut self, mut job: Job) -> Result<Bytes, Error> {
        if !is_uuid(job.uuid()) {
            let reason = Text::new(
                "the job's UUID is not one; was it stored and read as it is?",
                "任务的 UUID 无效；它是否按原样保存和读取？",
            );
            return Err(Error::InvalidRequest(reason));
        }
        if let Some(result) = job.result.take() {
            return Ok(result.into());
        }
        if let Some(milliseconds) = job.api_timeout {
            self.timer.bound(Duration::from_millis(milliseconds));
        }
        self.receive_reports(&job);
        match self.follow(&mut job).await? {
            Ok(result) => Ok(result),
            Err(failure) => {
                let failure = self.confirm_failure(&job, failure).await?;
                Err(Error::Failed(failure))
            }
        }
    }

    fn begin(&self, action: &Action) -> Result<Job, Error> {
        let (operation, node) = (action.operation.id(), self.connection.base_url());
        let mut job = Job::begin(operation, node, action.subject.clone()).map_err(no_uuid)?;
        job.validates = action.validates;
        Ok(job)
    }

    /// Has the reports on a job received from now on: they can come before the response to its request.
    fn receive_reports(&mut self, job: &Job) {
        let hooks = self.connection.hooks.as_ref();
        self.reports = hooks.map(|hooks| hooks.reports(job.uuid()));
    }

    /// Waits until the node is to be asked for the job again: when it has reported the end, and after this time in any case.
    async fn rest(&mut self, wait: Duration) {
        let waited = self.timer.wait(wait);
        match &mut self.reports {
            None => waited.await,
            Some(reports) => tokio::select! {
                () = waited => {}
                () = reports.next() => {}
            },
        }
    }

    /// Opens another session in place of an expired one; returns `false` if that is impossible.
    async fn renew(&self, expired: &Authorization) -> Result<bool, Error> {
        let renewed = self.connection.renew(expired, self.timer.limits()).await?;
        if renewed {
            self.options.report(Progress::LoggedIn);
        }
        Ok(renewed)
    }

    /// Returns the error of a job whose outcome stays unknown.
    fn unknown(&self, job: &Job, reason: Text, cause: Option<ExchangeError>) -> Error {
        Error::Unknown(Box::new(UnknownOutcome {
            job: job.clone(),
            reason,
            cause,
            needs_session: false,
        }))
    }

    fn out_of_time(&self, job: &Job, cause: Option<ExchangeError>) -> Error {
        let limit = self.timer.limit();
        let reason = Text::new(
            format!("there was no result within {limit:?}"),
            format!("在 {limit:?} 内没有结果"),
        );
        self.unknown(job, reason, cause)
    }
}

/// Wraps the error of a system that has no random numbers.
fn no_uuid(error: getrandom::Error) -> Error {
    Error::Setup(Text::new(
        format!("the system has no random numbers for a UUID: {error}"),
        format!("系统无法为 UUID 生成随机数：{error}"),
    ))
}
