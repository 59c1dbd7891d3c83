//! Looking at the resource, where it shows whether an operation was done.

use oas_client::CallOptions;
use serde_json::{Map, Value};

use super::Run;
use super::submit::PATIENCE;
use crate::error::{Error, Failure, Kind, Trouble};
use crate::job::{Job, Subject};

/// What the resource shows. It may have been in that state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It is as the operation leaves it.
    Done,
    /// It is not.
    NotDone,
    /// It shows nothing, or cannot be looked at.
    Blind,
}

impl Run<'_> {
    /// The failure, if it is certain; an unknown outcome otherwise.
    pub(super) async fn certain(
        &self,
        job: &Job,
        failure: Box<Failure>,
    ) -> Result<Box<Failure>, Error> {
        if !job.doubtful {
            return Ok(failure);
        }
        let blind = "a request was lost on its way and sent again, and that one failed";
        match (self.look(job).await?, &job.subject) {
            (Look::NotDone, _) | (Look::Blind, None) => Ok(failure),
            (Look::Blind, Some(_)) => {
                Err(self.unknown(job, blind, Some(Trouble::new(failure.to_string()))))
            }
            (Look::Done, _) => Err(self.unknown(
                job,
                format!("{blind}, but the resource looks as if it was done"),
                Some(Trouble::new(failure.to_string())),
            )),
        }
    }

    /// Looks at the resource until it is seen, or until it is clear that it cannot be.
    pub(super) async fn look(&self, job: &Job) -> Result<Look, Error> {
        let Some(Subject::RecoveredImage {
            uuid,
            backup_storage_uuids,
        }) = &job.subject
        else {
            return Ok(Look::Blind);
        };
        let mut renewed = false;
        let mut refused = 0;
        for wait in self.options.polling.waits() {
            let Some(limit) = self.timer.request() else {
                return Err(self.out_of_time(job, None));
            };
            let ticket = self.node.auth.ticket();
            let options = CallOptions::default().timeout(limit);
            match self.node.image(uuid, &ticket, options).await {
                Ok(image) => return Ok(judge(image.as_ref(), backup_storage_uuids)),
                Err(Error::Failed(failure)) => {
                    let expired = failure.kind() == Kind::InvalidSession;
                    if renewed || !expired || !matches!(self.renew(&ticket).await, Ok(true)) {
                        return Ok(Look::Blind);
                    }
                    renewed = true;
                }
                Err(Error::Refused(refusal))
                    if !refusal.status().is_server_error() && refusal.status().as_u16() != 429 =>
                {
                    return Ok(Look::Blind);
                }
                Err(Error::InvalidRequest(_)) => return Ok(Look::Blind),
                Err(Error::Refused(refusal)) => {
                    refused += 1;
                    if refused == PATIENCE {
                        let why = "the node refuses to show the resource";
                        let said = Some(Trouble::new(refusal.to_string()));
                        return Err(self.unknown(job, why, said));
                    }
                    self.timer.wait(wait).await;
                }
                Err(_) => self.timer.wait(wait).await,
            }
        }
        Ok(Look::Blind)
    }
}

/// Whether an image is recovered where it was to be. Recovering makes every chosen place ready, or none.
fn judge(image: Option<&Map<String, Value>>, wanted: &[String]) -> Look {
    let Some(image) = image else {
        return Look::NotDone;
    };
    let Some(places) = image.get("backupStorageRefs").and_then(Value::as_array) else {
        return Look::Blind;
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
    if done { Look::Done } else { Look::NotDone }
}
