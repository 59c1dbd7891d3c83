//! Actions and jobs: accepted at once, carried out in the background, asked for later.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::actions::Action;
use crate::container::Target;
use crate::faults::{Effect, Effects};
use crate::jobs::Ending;
use crate::log::{ActionRecord, Event};
use crate::response::{self, Response, accepted, exception};
use crate::state::{JOB, State, UnderWay, object, text};
use crate::{hook, lock, sessions};

const TIMEOUT: &str = "X-API-Timeout";
const HOOK: &str = "X-Web-Hook";

/// Returns the response with the end of a job, for a poll and a web hook.
fn ended(ending: Ending, class: Option<&str>, headers: &HeaderMap) -> Response {
    match ending {
        Ok(result) => Response::result(result, class, headers),
        Err(error) => Response::json(503, &json!({ "error": error })),
    }
}

/// Returns the error of a job that takes longer than it may. A node has it from the message within the action that got no reply in time; here it
/// is that of the action itself.
fn timed_out(key: &str, job: &str, timeout: Duration) -> Value {
    let mut name = key.to_owned();
    name.get_mut(..1).map(str::make_ascii_uppercase);
    let package = match key {
        "renewSession" => "identity",
        _ => "image",
    };
    let details = format!(
        "Message[name: org.zstack.header.{package}.API{name}Msg, id: {job}] timeout after {} seconds",
        timeout.as_secs()
    );
    response::error("SYS.1001", details)
}

/// A job as its request has it.
pub(crate) struct Wanted {
    uuid: String,
    timeout: Duration,
}

/// The work of a job after its request was checked.
pub(crate) enum Work<F> {
    /// No work: the job has ended.
    Ended(Ending),
    /// The future that does the work.
    Begun(F),
}

impl State {
    pub(crate) fn act(
        self: &Arc<Self>,
        parts: &Parts,
        body: &str,
        effects: &Effects,
    ) -> Result<Response, Response> {
        let Target { path, below } = Target::of(parts);
        // The code of a node fails where there is no body.
        let mut body = object(body)?.ok_or_else(|| exception(""))?;
        let mut actions = self.actions.iter().filter(|action| action.is_at(&path));
        let action = actions
            .find(|action| body.contains_key(action.key()))
            .cloned();
        let action = action.ok_or_else(|| {
            let text = format!("the body doesn't contain action mapping to the URL[{below}]");
            Response::text(400, text)
        })?;
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let members = action.members(&mut body)?;
        let wanted = self.wanted(parts)?;
        let request = action.request(members, body)?;
        Ok(self.carry_out(parts, effects, wanted, action, session, request))
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
        let wanted = self.wanted(parts)?;
        let deletion = self.deletion.clone();
        Ok(self.carry_out(parts, effects, wanted, deletion, session, request))
    }

    fn carry_out(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        wanted: Wanted,
        action: Action,
        session: String,
        request: Value,
    ) -> Response {
        let path = Target::of(parts).path;
        let job = wanted.uuid.clone();
        let node = Arc::clone(self);
        let acted = move |path: String, key: &str, ending: &Ending| {
            let error = ending.as_ref().err().map(|error| {
                let code = error.get("code").and_then(Value::as_str);
                code.unwrap_or_default().to_owned()
            });
            let acted = ActionRecord {
                action: key.to_owned(),
                job,
                path,
                error,
            };
            lock(&node.log).actions.push(acted.clone());
            node.notify(&Event::Action(acted));
        };
        let (key, class) = (action.key(), action.class());
        let checked = match self.sessions.touch(&session) {
            true => action.check(&path, &request),
            false => Err(response::no_session()),
        };
        let work = match checked {
            // What is validated alone is not carried out.
            Ok(Some(result)) => Work::Ended(Ok(result)),
            Err(error) => {
                let ending = Err(error);
                acted(path, key, &ending);
                Work::Ended(ending)
            }
            Ok(None) => Work::Begun(async move {
                let ending = action.carry_out(&path, &session, &request).await;
                acted(path, action.key(), &ending);
                ending
            }),
        };
        self.start(parts, effects, wanted, key, class, work)
    }

    /// Returns the job that a request is to become: of the UUID that the caller chose for it.
    pub(crate) fn wanted(&self, parts: &Parts) -> Result<Wanted, Response> {
        let uuid = match text(&parts.headers, JOB) {
            None => sessions::uuid(),
            Some(job) if job.len() == 32 => job,
            Some(_) => {
                let text = format!("Invalid header[{JOB}], it must be a UUID with '-' stripped");
                return Err(Response::text(400, text));
            }
        };
        if parts.method != Method::GET && self.jobs.is_taken(&uuid) {
            return Err(Response::text(400, format!("Duplicate job uuid[{uuid}]")));
        }
        let timeout = match text(&parts.headers, TIMEOUT) {
            None => self.api_timeout,
            Some(seconds) => {
                let seconds = seconds.parse();
                let error = |_| {
                    exception(format!(
                        "For input string: \"{}\"",
                        text(&parts.headers, TIMEOUT).unwrap_or_default()
                    ))
                };
                Duration::from_secs(seconds.map_err(error)?)
            }
        };
        Ok(Wanted { uuid, timeout })
    }

    /// Starts a job. The inventory of its result is of a class of ZStack, where it is known which.
    pub(crate) fn start<F>(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        Wanted { uuid: job, timeout }: Wanted,
        key: &'static str,
        class: Option<&'static str>,
        work: Work<F>,
    ) -> Response
    where
        F: Future<Output = Ending> + Send + 'static,
    {
        self.jobs.begin(&job, class);
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(&job);
        }
        let response = accepted(&self.location_host, &job, timeout);
        let (node, stalls) = (Arc::clone(self), effects.has(&Effect::Stall));
        let headers = parts.headers.clone();
        let under_way = UnderWay::begin(self);
        tokio::spawn(async move {
            let _under_way = under_way;
            let end = |ending: Ending| {
                if stalls || !node.jobs.end(&job, ending.clone()) {
                    // Without a row there is nobody to send the end to.
                    return;
                }
                if let Some(url) = text(&headers, HOOK) {
                    let (job, end) = (job.clone(), ended(ending, class, &headers));
                    tokio::spawn(async move { hook::send(&url, &job, &end).await });
                }
            };
            let work = match work {
                Work::Ended(ending) => return end(ending),
                Work::Begun(work) => work,
            };
            let delay = node.job_delay;
            let mut work = pin!(async {
                tokio::time::sleep(delay).await;
                work.await
            });
            match tokio::time::timeout(timeout, &mut work).await {
                Ok(ending) => end(ending),
                Err(_) => {
                    end(Err(timed_out(key, &job, timeout)));
                    // Nobody stops what has begun.
                    let _ = work.await;
                }
            }
        });
        response
    }

    /// Makes a job of a question. What a node rejects before that is rejected without one.
    pub(crate) fn as_job(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        response: Response,
    ) -> Response {
        let ending = match (response.status, serde_json::from_str(&response.body)) {
            (200, Ok(result)) => Ok(result),
            (503, Ok(Value::Object(mut body))) => Err(body.remove("error").unwrap_or_default()),
            _ => return response,
        };
        let wanted = match self.wanted(parts) {
            Ok(wanted) => wanted,
            Err(rejection) => return rejection,
        };
        let work = Work::Begun(async move { ending });
        self.start(parts, effects, wanted, "query", None, work)
    }

    pub(crate) fn poll(&self, job: &str, headers: &HeaderMap, effects: &Effects) -> Response {
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(job);
        }
        match self.jobs.find(job) {
            None => Response::text(404, "the job has been expired"),
            Some(None) => Response::json(202, &json!({})),
            Some(Some(ending)) => ended(ending, self.jobs.class(job), headers),
        }
    }
}
