//! Actions and jobs: accepted at once, carried out in the background, asked for later.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Uri};
use serde_json::{Value, json};

use crate::actions::Action;
use crate::faults::{Effect, Effects};
use crate::jobs::Ending;
use crate::log::{Acted, Event};
use crate::response::{self, Response, accepted, exception};
use crate::state::{JOB, State, Work, object, text};
use crate::{hook, lock, schema, sessions};

const TIMEOUT: &str = "X-API-Timeout";
const SCHEMA: &str = "X-JSON-Schema";
const HOOK: &str = "X-Web-Hook";

/// The end of a job, as a poll and a web hook have it.
fn ended(ending: Ending) -> Response {
    match ending {
        Ok(result) => Response::json(200, &result),
        Err(error) => Response::error(error),
    }
}

/// The error of a job that takes longer than it may.
fn timed_out(timeout: Duration) -> Value {
    let details = format!(
        "the operation has taken longer than {} ms",
        timeout.as_millis()
    );
    response::error("SYS.1001", "An operation timed out", details)
}

impl State {
    pub(crate) fn act(
        self: &Arc<Self>,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Result<Response, Response> {
        let path = parts.uri.path().to_owned();
        let body = object(body)?;
        let mut actions = self.actions.iter().filter(|action| action.is_at(&path));
        let action = actions
            .find(|action| body.contains_key(action.key()))
            .cloned();
        let below = path.strip_prefix("/zstack").unwrap_or(&path);
        let action = action.ok_or_else(|| {
            let text = format!("the body doesn't contain action mapping to the URL[{below}]");
            Response::text(400, text)
        })?;
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let request = action.rewritten(body)?;
        self.carry_out(parts, effects, action, session, request)
    }

    /// Deletes an image: the members of the action are in the query.
    pub(crate) fn delete(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
    ) -> Result<Response, Response> {
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let pairs = oas_wire::form::pairs(parts.uri.query().unwrap_or_default());
        let storages = pairs.filter(|(name, _)| *name == "backupStorageUuids");
        let storages: Vec<_> = storages
            .filter_map(|(_, value)| oas_wire::percent::decode_form(value).ok())
            .collect();
        let request = json!({ "params": { "backupStorageUuids": storages } });
        self.carry_out(parts, effects, self.deletion.clone(), session, request)
    }

    fn carry_out(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        action: Action,
        session: String,
        request: Value,
    ) -> Result<Response, Response> {
        let path = parts.uri.path().to_owned();
        let node = Arc::clone(self);
        self.start(parts, effects, action.class(), move |job| async move {
            let ending = action.carry_out(&path, &session, &request).await;
            let error = ending.as_ref().err().map(|error| {
                let code = error.get("code").and_then(Value::as_str);
                code.unwrap_or_default().to_owned()
            });
            let acted = Acted {
                action: action.key().to_owned(),
                job,
                path,
                error,
            };
            lock(&node.log).actions.push(acted.clone());
            node.notify(&Event::Acted(acted));
            ending
        })
    }

    /// Starts a job, of the UUID that the caller chose for it. The inventory of its result is of a class of ZStack, where it is
    /// known which.
    pub(crate) fn start<F>(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        class: Option<&'static str>,
        work: impl FnOnce(String) -> F,
    ) -> Result<Response, Response>
    where
        F: Future<Output = Ending> + Send + 'static,
    {
        let job = match text(&parts.headers, JOB) {
            None => sessions::uuid(),
            Some(job) if job.len() == 32 => job,
            Some(_) => {
                let text = format!("Invalid header[{JOB}], it must be a UUID with '-' stripped");
                return Err(Response::text(400, text));
            }
        };
        let timeout = match text(&parts.headers, TIMEOUT) {
            None => self.api_timeout,
            Some(seconds) => {
                let seconds = seconds.parse();
                Duration::from_secs(
                    seconds.map_err(|error| exception(format!("{TIMEOUT}: {error}")))?,
                )
            }
        };
        if !self.jobs.begin(&job, class) {
            return Err(Response::text(400, format!("Duplicate job uuid[{job}]")));
        }
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(&job);
        }
        let answer = accepted(&self.location_host, &job, timeout);
        let work = work(job.clone());
        let (node, stalls) = (Arc::clone(self), effects.has(&Effect::Stall));
        let hook = text(&parts.headers, HOOK).and_then(|url| url.parse::<Uri>().ok());
        let under_way = Work::begin(self);
        tokio::spawn(async move {
            let _under_way = under_way;
            let delay = node.job_delay;
            let mut work = pin!(async {
                tokio::time::sleep(delay).await;
                work.await
            });
            let in_time = tokio::time::timeout(timeout, &mut work).await;
            let ending = in_time
                .as_ref()
                .ok()
                .cloned()
                .unwrap_or_else(|| Err(timed_out(timeout)));
            if !stalls {
                node.jobs.end(&job, ending.clone());
                if let Some(hook) = hook {
                    let end = ended(ending);
                    tokio::spawn(async move { hook::send(&hook, &job, &end).await });
                }
            }
            if in_time.is_err() {
                // Nobody stops what has begun.
                let _ = work.await;
            }
        });
        Ok(answer)
    }

    pub(crate) fn poll(&self, job: &str, headers: &HeaderMap, effects: &Effects) -> Response {
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(job);
        }
        match self.jobs.find(job) {
            None => Response::text(404, "the job has been expired"),
            Some(None) => Response::json(202, &json!({})),
            Some(Some(Ok(mut result))) => {
                if headers.contains_key(SCHEMA)
                    && let Some(class) = self.jobs.class(job)
                {
                    schema::add(&mut result, class);
                }
                ended(Ok(result))
            }
            Some(Some(error)) => ended(error),
        }
    }
}
