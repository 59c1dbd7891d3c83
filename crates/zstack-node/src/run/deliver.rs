//! Delivers a request exactly once, even if responses are lost. The rules are in the documentation of the
//! parent module.

use std::collections::BTreeMap;

use bytes::Bytes;
use oas_client::CallOptions;
use serde::de::IgnoredAny;
use tokio::time::Instant;

use super::Run;
use super::verify::Verification;
use crate::action::Action;
use crate::auth::Authorization;
use crate::error::{Error, ExchangeError, Failure, Rejection};
use crate::job::{Accepted, Job};
use crate::options::Progress;
use crate::response::Response;
use crate::text::{Bilingual as _, Text};

/// The number of times that a rate-limited request is sent. With the longest wait between attempts this takes
/// longer than the minute in which a node counts.
const WHEN_LIMITED: u32 = 15;
/// The number of times that a request is sent to a node that responds with 500, when the outcome of an
/// earlier one is unknown.
const WHEN_DEFECTIVE: u32 = 6;
/// The number of rejected polls after which the call gives up.
pub(super) const MAX_ATTEMPTS: usize = 12;

/// The result of a delivery.
pub(super) enum Delivered {
    /// The node has received the request.
    Received,
    /// The response to the request was the result.
    Ended(Result<Bytes, Box<Failure>>),
}

/// The result of asking for the job of a request whose response was lost.
enum Found {
    /// The node has received the request.
    Received,
    /// The node does not know the job.
    Nothing,
    /// The poll was rejected like the request: neither has come to the node.
    Rejected,
}

/// A response after which it is not known whether the node has received the request.
struct Doubt {
    cause: ExchangeError,
    /// The error of the call if the response is the node's; `None` if it can be nobody's word on the request.
    verdict: Option<NodeRejection>,
}

/// A response that rejects the request.
struct NodeRejection {
    error: Error,
    /// Whether it is believed if the node does not know the job, because nodes give such a status, and to what they do not execute.
    is_believed: bool,
    /// Whether it is a line of text, as nodes write it. A page has to be confirmed by another one: it is that of something before the node.
    is_plain: bool,
    is_defect: bool,
}

impl Doubt {
    fn new(cause: ExchangeError) -> Self {
        Self {
            cause,
            verdict: None,
        }
    }
}

impl Run<'_> {
    pub(super) async fn deliver(
        &mut self,
        action: &Action,
        job: &mut Job,
        authorization: &Authorization,
    ) -> Result<Delivered, Error> {
        let mut waits = self.options.polling.waits();
        let (mut limited, mut rejected) = (0, 0);
        // Whether an earlier request was sent whose outcome is unknown.
        let mut doubt = false;
        loop {
            let Some(limit) = self.timer.request() else {
                return Err(self.over(job, doubt, None));
            };
            job.doubtful = doubt;
            job.sending();
            let sent = Instant::now();
            self.options.report(Progress::Sending(job));
            let options = CallOptions::default().timeout(limit);
            let response = self
                .connection
                .send(action, job, authorization, options)
                .await;
            if let Response::Rejected(rejection) = &response
                && rejection.status().as_u16() == 429
                && limited + 1 < WHEN_LIMITED
            {
                limited += 1;
                tracing::debug!(job = job.uuid(), "too many requests; waiting");
                let rest = self.options.polling.rest();
                let asked = rejection.retry_after.unwrap_or_default();
                self.timer.wait(rest.max(asked)).await;
                continue;
            }
            let Doubt { cause, verdict } =
                match self.delivered(action, job, response, doubt).await? {
                    Ok(delivered) => return Ok(delivered),
                    Err(doubt) => doubt,
                };
            doubt |= verdict.is_none();
            self.options.report(Progress::InDoubt(job));
            let mut found = Found::Nothing;
            let mut is_believed =
                !doubt && verdict.as_ref().is_some_and(|verdict| verdict.is_believed);
            if is_believed {
                found = self.find(job, Some(cause.clone()), true).await?;
                let is_plain = verdict.as_ref().is_some_and(|verdict| verdict.is_plain);
                is_believed = is_plain || matches!(found, Found::Rejected);
            }
            if !is_believed && !matches!(found, Found::Received) {
                found = self.find_until(sent, job, &cause).await?;
            }
            if let Found::Received = found {
                return Ok(self.received(job));
            }
            let verification = self.verify(job).await?;
            if verification == Verification::Done {
                // The request may have been carried out between the two questions.
                if let Found::Received = self.find(job, None, false).await? {
                    return Ok(self.received(job));
                }
                let reason = Text::new(
                    "the node does not know the job, but the resource looks as if it was done",
                    "节点不知道该任务，但资源看起来已经处理",
                );
                return Err(self.unknown(job, reason, None));
            }
            if let Some(verdict) = verdict {
                rejected += 1;
                // A node can execute what it failed to record.
                let is_blind = verification == Verification::Inconclusive && !is_believed;
                if !doubt && !is_blind {
                    return Err(verdict.error);
                }
                if is_blind || rejected >= WHEN_DEFECTIVE || !verdict.is_defect {
                    let reason = match doubt {
                        false => Text::new(
                            "the request was rejected, but not as a node rejects what it does not execute, and nothing shows \
                             whether it was carried out",
                            "请求被拒绝，但并非节点不予执行时的答复，无法得知是否已执行",
                        ),
                        true => Text::new(
                            "an earlier request was lost on its way, and this one was rejected",
                            "先前的请求在途中丢失，而这次请求被拒绝",
                        ),
                    };
                    return Err(self.unknown(job, reason, Some(cause)));
                }
            }
            if !job.is_kept() {
                let reason = Text::new(
                    "the node would have forgotten the job by now",
                    "节点此时已不再保留该任务",
                );
                return Err(self.unknown(job, reason, None));
            }
            self.may_repeat(job, verification).await?;
            self.timer.wait(waits.next().unwrap_or_default()).await;
        }
    }

    /// Returns what a response to a request shows about its delivery. `doubt` is whether an earlier request may have been received.
    async fn delivered(
        &mut self,
        action: &Action,
        job: &mut Job,
        response: Response,
        doubt: bool,
    ) -> Result<Result<Delivered, Doubt>, Error> {
        let ended = match response {
            Response::Running(Accepted { job: uuid, timeout }) => {
                if let Some(uuid) = uuid.filter(|uuid| uuid != job.uuid()) {
                    tracing::warn!(job = job.uuid(), "the node has given the job another UUID");
                    job.rename(&uuid);
                }
                if let Some(timeout) = timeout {
                    job.api_timeout = u64::try_from(timeout.as_millis()).ok();
                    self.timer.bound(timeout);
                }
                return Ok(Ok(self.received(job)));
            }
            Response::Rejected(rejection) if is_duplicate(&rejection) => {
                return Ok(Ok(self.received(job)));
            }
            Response::Rejected(rejection) if !doubt && is_certain(&rejection) => {
                return Err(Error::Rejected(rejection));
            }
            Response::Rejected(rejection) => {
                return Ok(Err(Doubt {
                    cause: ExchangeError::new(rejection.in_both()),
                    verdict: Some(NodeRejection {
                        is_believed: can_reject(&rejection),
                        is_plain: is_plain(&rejection),
                        is_defect: rejection.status().is_server_error(),
                        error: Error::Rejected(rejection),
                    }),
                }));
            }
            Response::Unsent(cause) if !doubt => return Err(unsent(cause)),
            Response::Unsent(cause) | Response::Unclear(cause) | Response::Contradictory(cause) => {
                return Ok(Err(Doubt::new(cause)));
            }
            Response::Done(result) if !is_void(&result) && action.can_end_with(&result) => {
                return Ok(Ok(Delivered::Ended(Ok(result))));
            }
            // Few operations are synchronous, and whatever is in front of the node can respond in their way: the job shows which.
            Response::Done(result) if !result.is_empty() && action.can_end_with(&result) => {
                Ok(Delivered::Ended(Ok(result)))
            }
            Response::Done(_) => {
                return Ok(Err(Doubt::new(ExchangeError::new(Text::new(
                    "the response was 200, without a result",
                    "响应为 200，但没有结果",
                )))));
            }
            Response::Failed(failure) if action.is_job => {
                return Ok(Err(Doubt {
                    cause: ExchangeError::new(failure.in_both()),
                    verdict: Some(NodeRejection {
                        error: Error::Failed(failure),
                        is_believed: false,
                        is_plain: false,
                        is_defect: true,
                    }),
                }));
            }
            Response::Failed(failure) => Ok(Delivered::Ended(Err(failure))),
            Response::Unreadable(reason) if action.is_job => {
                return Ok(Err(Doubt::new(ExchangeError::new(reason))));
            }
            Response::Unreadable(reason) => Err(Error::Unreadable(reason)),
        };
        let failed = matches!(ended, Ok(Delivered::Ended(Err(_))));
        match self.find(job, None, failed && !doubt).await? {
            Found::Received => Ok(Ok(self.received(job))),
            Found::Nothing | Found::Rejected => ended.map(Ok),
        }
    }

    /// Validates that a request which the node may have received can be sent again. It must not be executed
    /// twice, and the state of the resource must show that it was not executed.
    async fn may_repeat(&self, job: &Job, verification: Verification) -> Result<(), Error> {
        if verification != Verification::NotDone {
            let reason = Text::new(
                "the request was lost on its way, and nothing shows whether it was carried out",
                "请求在途中丢失，无法得知是否已执行",
            );
            return Err(self.unknown(job, reason, None));
        }
        let mut cause = None;
        for wait in self.options.polling.waits().take(MAX_ATTEMPTS) {
            let Some(limit) = self.timer.request() else {
                return Err(self.out_of_time(job, cause));
            };
            let options = CallOptions::default().timeout(limit);
            match self.connection.takes_jobs_once(options).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    let reason = Text::new(
                        "the request was lost on its way, and the node is older than 4.5.0, which would carry it out twice",
                        "请求在途中丢失，而节点早于 4.5.0，重发会执行两次",
                    );
                    return Err(self.unknown(job, reason, None));
                }
                Err(error) => cause = Some(ExchangeError::new(error.in_both())),
            }
            self.timer.wait(wait).await;
        }
        let reason = Text::new(
            "the request was lost on its way, and the node does not report its version",
            "请求在途中丢失，而且节点没有报告其版本",
        );
        Err(self.unknown(job, reason, cause))
    }

    fn received(&self, job: &mut Job) -> Delivered {
        job.received = true;
        self.options.report(Progress::Received(job));
        Delivered::Received
    }

    /// Asks for the job until the node has it, or until an operation that was sent at this time would have ended. A job that the node failed
    /// to record is not there either.
    async fn find_until(
        &self,
        sent: Instant,
        job: &Job,
        cause: &ExchangeError,
    ) -> Result<Found, Error> {
        for wait in self.options.polling.waits() {
            if let Found::Received = self.find(job, Some(cause.clone()), false).await? {
                return Ok(Found::Received);
            }
            let left = self.options.settled_after.saturating_sub(sent.elapsed());
            if left.is_zero() {
                break;
            }
            self.timer.wait(wait.min(left)).await;
        }
        Ok(Found::Nothing)
    }

    /// Asks for the job until the node reports whether it has it. A rejection that is `believed` is confirmed by another one.
    async fn find(
        &self,
        job: &Job,
        mut cause: Option<ExchangeError>,
        believed: bool,
    ) -> Result<Found, Error> {
        let mut waits = self.options.polling.waits();
        let mut rejected = 0;
        loop {
            match self
                .poll(job, Some(&self.connection.auth.authorization()))
                .await
            {
                None => return Err(self.out_of_time(job, cause)),
                Some(
                    Response::Done(_)
                    | Response::Unreadable(_)
                    | Response::Running(_)
                    | Response::Failed(_),
                ) => return Ok(Found::Received),
                Some(Response::Rejected(rejection)) if is_missing(&rejection) => {
                    return Ok(Found::Nothing);
                }
                Some(Response::Rejected(_)) if believed => return Ok(Found::Rejected),
                Some(Response::Rejected(rejection)) => {
                    rejected += 1;
                    let rejection = Some(ExchangeError::new(rejection.in_both()));
                    if rejected == MAX_ATTEMPTS {
                        let reason = Text::new(
                            "the node rejects questions about what became of the request",
                            "节点拒绝报告请求的结果",
                        );
                        return Err(self.unknown(job, reason, rejection));
                    }
                    cause = rejection;
                }
                Some(
                    Response::Unsent(reason)
                    | Response::Unclear(reason)
                    | Response::Contradictory(reason),
                ) => cause = Some(reason),
            }
            self.timer.wait(waits.next().unwrap_or_default()).await;
        }
    }

    fn over(&self, job: &Job, doubt: bool, cause: Option<ExchangeError>) -> Error {
        if doubt {
            self.out_of_time(job, cause)
        } else {
            Error::TimedOut {
                limit: self.timer.limit(),
            }
        }
    }
}

/// Converts the error of a request that was not sent, because the request is invalid or no connection was
/// established.
fn unsent(cause: ExchangeError) -> Error {
    if cause.is_connect() {
        Error::Unavailable(cause)
    } else {
        Error::InvalidRequest(cause.in_both())
    }
}

/// Returns whether a rejection is one of the node's REST layer, which rejects requests before they are executed: a line of text,
/// with a status that a node gives. Anything else may be that of a proxy that forwarded the request and timed out; its page can
/// contain the same words.
fn is_certain(rejection: &Rejection) -> bool {
    const REJECTED: [&str; 6] = [
        "action mapping",
        "no api mapping",
        "authorization",
        "invalid header",
        "requesttimetooskewed",
        "rate limit exceeded",
    ];
    /// The node has no operation of this method at the path.
    const NO_OPERATION: [&str; 3] = [
        "no query api found",
        "no creational api found",
        "no delete api found",
    ];
    let text = rejection.text().to_ascii_lowercase();
    let words: &[&str] = match rejection.status().as_u16() {
        500 => &NO_OPERATION,
        400 | 403 | 404 | 405 | 429 => &REJECTED,
        _ => return false,
    };
    is_plain(rejection) && words.iter().any(|word| text.contains(word))
}

/// Returns whether the body is a line of text, and not a page or JSON.
fn is_plain(rejection: &Rejection) -> bool {
    !rejection.text().trim_start().starts_with(['<', '{', '['])
}

/// Returns whether a body is empty, or an object without members.
fn is_void(body: &[u8]) -> bool {
    let members = |members: BTreeMap<String, IgnoredAny>| members.is_empty();
    body.is_empty() || serde_json::from_slice(body).is_ok_and(members)
}

/// Returns whether a rejection has a status that a node gives to what it does not execute: it is believed unless the job is there. The only
/// reason for which a node responds with 403 [is certain](is_certain).
fn can_reject(rejection: &Rejection) -> bool {
    matches!(rejection.status().as_u16(), 400 | 404 | 405 | 429)
}

/// Returns whether the node has received the UUID of the job before: `Duplicate job uuid[…]`.
fn is_duplicate(rejection: &Rejection) -> bool {
    rejection.status().as_u16() == 400
        && rejection
            .text()
            .to_ascii_lowercase()
            .contains("duplicate job uuid")
}

/// Returns whether the node does not know the job. An unknown path and the error page of a proxy do not show
/// anything about jobs.
pub(super) fn is_missing(rejection: &Rejection) -> bool {
    let text = rejection.text().trim_start().to_ascii_lowercase();
    rejection.status().as_u16() == 404 && !text.starts_with('<') && !text.contains("no api mapping")
}
