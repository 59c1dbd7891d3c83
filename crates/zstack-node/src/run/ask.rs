//! Asking for a job until it has ended. The rules are in the module above.

use bytes::Bytes;
use oas_client::CallOptions;

use super::Run;
use super::look::Look;
use super::submit::is_missing;
use crate::answer::Answer;
use crate::auth::Ticket;
use crate::error::{Error, Failure, Kind, Trouble};
use crate::job::Job;
use crate::options::Progress;

/// How often a job has to be missing before it counts as lost, and a result unreadable before it counts as such.
const TIMES: u32 = 3;

impl Run<'_> {
    /// Waits until the job has ended.
    pub(super) async fn follow(
        &mut self,
        job: &mut Job,
    ) -> Result<Result<Bytes, Box<Failure>>, Error> {
        let mut waits = self.options.polling.waits();
        let (mut asked, mut missing) = (0, 0);
        let mut trouble = None;
        // How often it was said that the operation has succeeded, in a body that cannot be read.
        let mut unreadable = (0, String::new());
        loop {
            let wait = waits.next().unwrap_or_default();
            self.options.tell(Progress::Waiting { job, asked, wait });
            self.timer.wait(wait).await;
            let ticket = self.node.auth.ticket();
            let Some(answer) = self.ask(job, Some(&ticket)).await else {
                return Err(match unreadable {
                    (0, _) => self.out_of_time(job, trouble),
                    (_, why) => Error::Unreadable(why),
                });
            };
            asked += 1;
            let answer = match answer {
                Answer::Failed(failure) if failure.kind() == Kind::InvalidSession => {
                    match self.ask(job, None).await {
                        None => return Err(self.out_of_time(job, trouble)),
                        // The node wants to know who asks: then it was the question that was refused.
                        Some(Answer::Refused(refusal)) if !is_missing(&refusal) => {
                            let trouble = match self.renew(&ticket).await {
                                Ok(true) => continue,
                                Ok(false) => None,
                                Err(error) => Some(Trouble::new(error.to_string())),
                            };
                            let why = "the session expired while the job was running";
                            return Err(self.unknown(job, why, trouble));
                        }
                        Some(Answer::Unsent(_) | Answer::Unclear(_)) => continue,
                        Some(answer) => answer,
                    }
                }
                answer => answer,
            };
            match answer {
                Answer::Done(result) => return Ok(Ok(result)),
                Answer::Failed(failure) => return Ok(Err(failure)),
                Answer::Running { .. } => {
                    job.received = true;
                    (missing, trouble) = (0, None);
                }
                Answer::Unreadable(why) => {
                    unreadable = (unreadable.0 + 1, why);
                    if unreadable.0 == TIMES {
                        return Err(Error::Unreadable(unreadable.1));
                    }
                }
                Answer::Refused(refusal) if is_missing(&refusal) => {
                    missing += 1;
                    if missing == TIMES {
                        return Err(self.lost(job).await);
                    }
                }
                Answer::Refused(refusal) => trouble = Some(Trouble::new(refusal.to_string())),
                Answer::Unsent(why) | Answer::Unclear(why) => trouble = Some(why),
            }
        }
    }

    /// Asks once; `None` when the time is over.
    pub(super) async fn ask(&self, job: &Job, ticket: Option<&Ticket>) -> Option<Answer> {
        let options = CallOptions::default().timeout(self.timer.request()?);
        Some(self.node.poll(job, ticket, options).await)
    }

    /// The error of a job that the node does not know.
    async fn lost(&self, job: &Job) -> Error {
        let never_received = !job.received && job.is_kept() && job.node() == self.node.base_url();
        let look = match self.look(job).await {
            Ok(look) => look,
            Err(error) => return error,
        };
        let why = match look {
            Look::Done => {
                "the node does not know the job any more; the resource looks as if it was done"
            }
            Look::Blind if job.subject.is_some() => {
                "the node does not know the job, and does not show the resource"
            }
            _ if !never_received => "the node does not know the job any more",
            _ if job.may_be_on_its_way() => {
                "the node does not know the job, and the request may still be on its way; ask again in five minutes"
            }
            _ => return Error::NotReceived(Box::new(job.clone())),
        };
        self.unknown(job, why, None)
    }
}
