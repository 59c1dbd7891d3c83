//! The node itself: from a request to an answer, without the connection between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Map, Value};
use tokio::sync::watch;
use zstack_node_protocol_client::types::SessionValidity;

use super::actions::Action;
use super::answer::{self, Answer, exception};
use super::clock::Zone;
use super::credentials::Accounts;
use super::faults::{Effect, Effects, Kind, Script};
use super::images::Images;
use super::jobs::Jobs;
use super::lock;
use super::log::{Event, Exchange, Log};
use super::sessions::Sessions;

pub(super) const JOB: &str = "X-Job-UUID";

pub(super) type Observer = Box<dyn Fn(&Event) + Send + Sync>;

pub(super) struct State {
    pub(super) accounts: Accounts,
    pub(super) sessions: Arc<Sessions>,
    pub(super) jobs: Jobs,
    pub(super) images: Images,
    pub(super) actions: Vec<Action>,
    pub(super) zone: Zone,
    pub(super) job_delay: Duration,
    pub(super) api_timeout: Duration,
    pub(super) location_host: String,
    pub(super) script: Mutex<Script>,
    pub(super) log: Mutex<Log>,
    pub(super) observer: Option<Observer>,
    /// How many requests and jobs are under way.
    pub(super) work: watch::Sender<usize>,
}

/// Something that is under way.
pub(super) struct Work(Arc<State>);

impl Work {
    pub(super) fn begin(state: &Arc<State>) -> Self {
        state.work.send_modify(|count| *count += 1);
        Self(Arc::clone(state))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.work.send_modify(|count| *count -= 1);
    }
}

/// What a path of the node is for.
enum Route<'p> {
    Login,
    Session(&'p str),
    Validity(&'p str),
    Renewal(&'p str),
    Job(&'p str),
    Images,
    Image(&'p str),
    TimeZone,
    Actions,
    None,
}

impl State {
    fn route<'p>(&self, path: &'p str) -> Route<'p> {
        let Some(below) = path.strip_prefix("/zstack/v1/") else {
            return Route::None;
        };
        let segments: Vec<&str> = below.split('/').collect();
        match *segments.as_slice() {
            ["accounts", "login"] => Route::Login,
            ["accounts", "sessions", session] => Route::Session(session),
            ["accounts", "sessions", session, "valid"] => Route::Validity(session),
            ["accounts", "sessions", session, "renew"] => Route::Renewal(session),
            ["api-jobs", job] => Route::Job(job),
            ["images"] => Route::Images,
            ["images", image] => Route::Image(image),
            ["management-nodes", "platform-timezone"] => Route::TimeZone,
            _ if self.actions.iter().any(|action| action.is_at(path)) => Route::Actions,
            _ => Route::None,
        }
    }

    /// Notes that a request arrived, and asks the script what happens to it.
    pub(super) fn received(&self, parts: &Parts) -> (usize, Effects) {
        let path = parts.uri.path();
        let route = self.route(path);
        let kind = match route {
            Route::Login => Kind::Login,
            Route::Session(_) | Route::Validity(_) | Route::Renewal(_) => Kind::Session,
            Route::Job(_) => Kind::Poll,
            Route::Images | Route::Image(_) => Kind::Query,
            Route::Actions => Kind::Action,
            Route::TimeZone | Route::None => Kind::Other,
        };
        let (path, job) = match route {
            // The UUID of a session is a secret.
            Route::Session(_) | Route::Validity(_) | Route::Renewal(_) => {
                ("/zstack/v1/accounts/sessions", None)
            }
            Route::Job(job) => (path, Some(job.to_owned())),
            _ => (path, text(&parts.headers, JOB)),
        };
        let effects = lock(&self.script).next(kind);
        if effects.has(&Effect::ExpireSessions) {
            self.sessions.close_all();
        }
        let exchange = Exchange {
            kind,
            method: parts.method.to_string(),
            path: path.to_owned(),
            host: text(&parts.headers, "host"),
            job,
            effects: effects.0.clone(),
            status: None,
        };
        let mut log = lock(&self.log);
        log.requests.push(exchange);
        (log.requests.len() - 1, effects)
    }

    /// Notes how the request of this number was answered.
    pub(super) fn answered(&self, number: usize, status: Option<u16>) {
        let exchange = lock(&self.log).requests.get_mut(number).map(|exchange| {
            exchange.status = status;
            exchange.clone()
        });
        if let Some(exchange) = exchange {
            self.tell(&Event::Answered(exchange));
        }
    }

    pub(super) fn tell(&self, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    /// Acts on a request.
    pub(super) fn handle(
        self: &Arc<Self>,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Answer {
        let path = parts.uri.path();
        let route = self.route(path);
        let below = path.strip_prefix("/zstack").unwrap_or(path);
        let answer = match (parts.method.clone(), route) {
            (_, Route::None) => Ok(Answer::text(404, format!("no api mapping to {below}"))),
            (Method::GET, Route::Job(job)) => Ok(self.poll(job, &parts.headers, effects)),
            (_, Route::Job(_)) => Ok(Answer::text(
                405,
                "only GET method is allowed for querying job status",
            )),
            (Method::PUT, Route::Actions) => self.act(parts, body, effects),
            (Method::PUT, Route::Login) => self.log_in(body),
            (Method::DELETE, Route::Session(session)) => Ok(self.log_out(session)),
            (Method::GET, Route::Validity(session)) => {
                let valid = self.sessions.is_open(session);
                Ok(Answer::json(200, &SessionValidity::new(valid)))
            }
            (Method::PUT, Route::Renewal(session)) => self.renew(session, parts, body, effects),
            (Method::GET, Route::Images) => self.query(parts, |_| true),
            (Method::GET, Route::Image(uuid)) => self.query(parts, |image| image == uuid),
            (Method::GET, Route::TimeZone) => self.time_zone(parts),
            (Method::GET, _) => Ok(exception(format!(
                "No query API found for the path[{below}]"
            ))),
            (Method::POST, _) => Ok(exception(format!(
                "No creational API found for the path[{below}]"
            ))),
            (Method::DELETE, _) => Ok(exception(format!(
                "No delete API found for the path[{below}]"
            ))),
            (method, _) => Ok(Answer::text(
                405,
                format!("Request method '{method}' not supported"),
            )),
        };
        answer.unwrap_or_else(|refusal| refusal)
    }

    /// The session that a request is made in, which is open.
    pub(super) fn session(&self, parts: &Parts) -> Result<String, Answer> {
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        if self.sessions.touch(&session) {
            Ok(session)
        } else {
            Err(Answer::error(answer::no_session()))
        }
    }
}

/// The body of a `PUT`: a JSON object, or what a node says when it is none.
pub(super) fn object(body: &Bytes) -> Result<Map<String, Value>, Answer> {
    if body.is_empty() {
        return Err(Answer::text(500, ""));
    }
    serde_json::from_slice(body).map_err(exception)
}

pub(super) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
