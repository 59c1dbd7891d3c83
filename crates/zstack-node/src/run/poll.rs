//! Polls a job until it has ended. The rules are in the documentation of the parent module.

use std::time::Duration;

use bytes::Bytes;
use oas_client::CallOptions;

use super::deliver::{MAX_ATTEMPTS, is_missing};
use super::verify::Verification;
use super::{Run, no_uuid};
use crate::auth::Authorization;
use crate::error::{Error, ExchangeError, Failure, Kind, UnknownOutcome};
use crate::job::{self, Job};
use crate::options::Progress;
use crate::response::Response;
use crate::text::{Bilingual as _, Text};

/// The number of times that a job has to be missing before it counts as lost, and a result invalid or contradictory before the job is no
/// longer asked for.
const TIMES: u32 = 3;

impl Run<'_> {
    /// Waits until the job has ended, and returns its result or its failure.
    pub(super) async fn follow(
        &mut self,
        job: &mut Job,
    ) -> Result<Result<Bytes, Box<Failure>>, Error> {
        let mut waits = self.options.polling.waits();
        let (mut asked, mut missing, mut rejected) = (0, 0, 0);
        let mut cause = None;
        // The number of responses with a success status whose body could not be decoded.
        let mut unreadable = (0, Text::default());
        let mut contradictory = 0;
        loop {
            // Most jobs end within milliseconds.
            let wait = match asked {
                0 => Duration::ZERO,
                _ => waits.next().unwrap_or_default(),
            };
            self.options.report(Progress::Waiting { job, asked, wait });
            self.rest(wait).await;
            let authorization = self.connection.auth.authorization();
            let Some(response) = self.poll(job, Some(&authorization)).await else {
                return Err(match unreadable {
                    (0, _) => self.out_of_time(job, cause),
                    (_, reason) => Error::Unreadable(reason),
                });
            };
            asked += 1;
            let response = match response {
                Response::Failed(failure) if failure.kind() == Kind::InvalidSession => {
                    let asked =
                        self.check_session(job, &authorization, &mut rejected, cause.as_ref());
                    match asked.await? {
                        Some(response) => response,
                        None => continue,
                    }
                }
                response => response,
            };
            match response {
                Response::Done(result) => return Ok(Ok(result)),
                Response::Failed(failure) => return Ok(Err(failure)),
                Response::Running(_) => {
                    job.received = true;
                    (missing, cause) = (0, None);
                }
                Response::Unreadable(reason) => {
                    unreadable = (unreadable.0 + 1, reason);
                    if unreadable.0 == TIMES {
                        return Err(Error::Unreadable(unreadable.1));
                    }
                }
                Response::Contradictory(reason) => {
                    contradictory += 1;
                    if contradictory == TIMES {
                        let contradiction = Text::new(
                            "the status of the response is that of a success, and its body is that of a failure",
                            "响应的状态码表示成功，而其内容表示失败",
                        );
                        return Err(self.unknown(job, contradiction, Some(reason)));
                    }
                    cause = Some(reason);
                }
                Response::Rejected(rejection) if is_missing(&rejection) => {
                    missing += 1;
                    if missing == TIMES {
                        return Err(self.lost(job).await);
                    }
                }
                Response::Rejected(rejection) => {
                    cause = Some(ExchangeError::new(rejection.in_both()))
                }
                Response::Unsent(reason) | Response::Unclear(reason) => cause = Some(reason),
            }
        }
    }

    /// Finds out whose session is invalid when the response to a poll was that there is none: that of the job, which was not
    /// executed then, or that of the poll. Returns what is known about the job, or `None` if polling continues as before.
    ///
    /// A node rejects no poll. Whatever is in front of it and does rejects a poll for any other job as well. `rejected` counts
    /// such rejections.
    async fn check_session(
        &self,
        job: &Job,
        asked: &Authorization,
        rejected: &mut usize,
        cause: Option<&ExchangeError>,
    ) -> Result<Option<Response>, Error> {
        let over = || self.out_of_time(job, cause.cloned());
        let other = job::draw().map_err(no_uuid)?;
        match self.poll_uuid(&other, Some(asked)).await.ok_or_else(over)? {
            Response::Rejected(rejection) if is_missing(&rejection) => {
                // It may have been rejected until a moment ago.
                let response = self.poll(job, Some(asked)).await;
                return response.ok_or_else(over).map(Some);
            }
            Response::Unsent(_) | Response::Unclear(_) | Response::Contradictory(_) => {
                return Ok(None);
            }
            _ => {}
        }
        match self.poll(job, None).await.ok_or_else(over)? {
            Response::Unsent(_) | Response::Unclear(_) | Response::Contradictory(_) => {
                return Ok(None);
            }
            Response::Rejected(rejection) if !is_missing(&rejection) => {}
            Response::Failed(failure) if failure.kind() == Kind::InvalidSession => {}
            response => return Ok(Some(response)),
        }
        *rejected += 1;
        let renewed = match *rejected {
            1 => self.renew(asked).await,
            rejected => Ok(rejected < MAX_ATTEMPTS),
        };
        let cause = match renewed {
            Ok(true) => return Ok(None),
            Ok(false) => None,
            Err(error) => Some(ExchangeError::new(error.in_both())),
        };
        let reason = Text::new(
            "the session expired while the job was running",
            "任务执行期间会话已过期",
        );
        Err(Error::Unknown(Box::new(UnknownOutcome {
            job: job.clone(),
            reason,
            cause,
            needs_session: true,
        })))
    }

    /// Polls once; `None` when the time is over.
    pub(super) async fn poll(
        &self,
        job: &Job,
        authorization: Option<&Authorization>,
    ) -> Option<Response> {
        self.poll_uuid(job.uuid(), authorization).await
    }

    /// Polls the job with this UUID once; `None` when the time is over.
    async fn poll_uuid(
        &self,
        uuid: &str,
        authorization: Option<&Authorization>,
    ) -> Option<Response> {
        let options = CallOptions::default().timeout(self.timer.request()?);
        Some(self.connection.poll(uuid, authorization, options).await)
    }

    /// Returns the error of a job that the node does not know.
    async fn lost(&self, job: &Job) -> Error {
        let never_received =
            !job.received && job.is_kept() && job.node() == self.connection.base_url();
        let verification = match self.verify(job).await {
            Ok(verification) => verification,
            Err(error) => return error,
        };
        let reason = match verification {
            Verification::Done => Text::new(
                "the node does not know the job any more; the resource looks as if it was done",
                "节点不再知道该任务；资源看起来已经处理",
            ),
            Verification::Inconclusive if job.subject.is_some() => Text::new(
                "the node does not know the job, and does not show the resource",
                "节点不知道该任务，也不显示该资源",
            ),
            // The node may have failed to write the job down, and carry it out nevertheless.
            Verification::Inconclusive => Text::new(
                "the node does not know the job, and nothing shows whether it was carried out",
                "节点不知道该任务，无法得知是否已执行",
            ),
            _ if !never_received => Text::new(
                "the node does not know the job any more",
                "节点不再知道该任务",
            ),
            _ if job.may_be_on_its_way() => Text::new(
                "the node does not know the job, and the request may still be on its way; ask again in five minutes",
                "节点不知道该任务，而请求可能仍在途中；请五分钟后再查询",
            ),
            _ => return Error::NotReceived(Box::new(job.clone())),
        };
        self.unknown(job, reason, None)
    }
}
