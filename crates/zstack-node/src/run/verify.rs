//! Verifies the state of the resource, if it shows whether an operation was executed.

use serde_json::{Map, Value};

use super::Run;
use super::deliver::MAX_ATTEMPTS;
use crate::error::{Error, ExchangeError, Failure};
use crate::job::{Job, Subject};
use crate::options::Options;
use crate::text::{Bilingual as _, Text};

/// The result that the state of the resource shows. The resource may have been in that state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verification {
    /// The resource is as the operation leaves it.
    Done,
    /// The resource is not as the operation leaves it.
    NotDone,
    /// The operation has no such resource, or its state cannot be read.
    Inconclusive,
}

impl Run<'_> {
    /// Returns the failure if it is certain, and an unknown outcome otherwise: an earlier request may have succeeded.
    pub(super) async fn confirm_failure(
        &self,
        job: &Job,
        failure: Box<Failure>,
    ) -> Result<Box<Failure>, Error> {
        if !job.doubtful {
            return Ok(failure);
        }
        let reason = Text::new(
            "a request was lost on its way and sent again, and that one failed",
            "请求在途中丢失后重发，而重发的请求失败",
        );
        match (self.verify(job).await?, &job.subject) {
            (Verification::NotDone, _) | (Verification::Inconclusive, None) => Ok(failure),
            (Verification::Inconclusive, Some(_)) => {
                Err(self.unknown(job, reason, Some(ExchangeError::new(failure.in_both()))))
            }
            (Verification::Done, _) => Err(self.unknown(
                job,
                Text::new(
                    format!("{reason}, but the resource looks as if it was done"),
                    format!("{}，但资源看起来已经处理", reason.chinese()),
                ),
                Some(ExchangeError::new(failure.in_both())),
            )),
        }
    }

    /// Reads the resource until its state is known, or until it is clear that it cannot be known.
    pub(super) async fn verify(&self, job: &Job) -> Result<Verification, Error> {
        let Some(Subject::RecoveredImage {
            uuid,
            backup_storage_uuids,
        }) = &job.subject
        else {
            return Ok(Verification::Inconclusive);
        };
        // The job of a read-only request is none of the call's progress.
        let silent = Options {
            observer: None,
            ..self.options.clone()
        };
        let mut rejected = 0;
        for wait in self.options.polling.waits() {
            if self.timer.request().is_none() {
                return Err(self.out_of_time(job, None));
            }
            match self.connection.image(uuid, &silent, self.timer).await {
                Ok(image) => return Ok(verification(image.as_ref(), backup_storage_uuids)),
                Err(Error::Failed(_)) => return Ok(Verification::Inconclusive),
                Err(Error::Rejected(rejection))
                    if !rejection.status().is_server_error()
                        && rejection.status().as_u16() != 429 =>
                {
                    return Ok(Verification::Inconclusive);
                }
                Err(Error::InvalidRequest(_)) => return Ok(Verification::Inconclusive),
                Err(Error::Rejected(rejection)) => {
                    rejected += 1;
                    if rejected == MAX_ATTEMPTS {
                        let reason = Text::new(
                            "the node rejects the request that reads the resource",
                            "节点拒绝显示该资源",
                        );
                        let cause = Some(ExchangeError::new(rejection.in_both()));
                        return Err(self.unknown(job, reason, cause));
                    }
                    self.timer.wait(wait).await;
                }
                Err(_) => self.timer.wait(wait).await,
            }
        }
        Ok(Verification::Inconclusive)
    }
}

/// Returns whether an image is recovered on the requested backup storages. A recovery makes all of them
/// ready, or none.
fn verification(image: Option<&Map<String, Value>>, wanted: &[String]) -> Verification {
    let Some(image) = image else {
        return Verification::NotDone;
    };
    let Some(places) = image.get("backupStorageRefs").and_then(Value::as_array) else {
        return Verification::Inconclusive;
    };
    let text =
        |place: &'_ Value, name: &str| place.get(name).and_then(Value::as_str).map(str::to_owned);
    let ready = |place: &Value| text(place, "status").as_deref() == Some("Ready");
    let done = if wanted.is_empty() {
        !places.is_empty() && places.iter().all(ready)
    } else {
        wanted.iter().all(|storage| {
            let at = |place: &&Value| text(place, "backupStorageUuid").as_ref() == Some(storage);
            places.iter().find(at).is_some_and(ready)
        })
    };
    if done {
        Verification::Done
    } else {
        Verification::NotDone
    }
}
