//! The node itself: from a request to a response, independent of connections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use zstack_node_protocol_types::SessionValidity;

use crate::actions::Action;
use crate::clock::Zone;
use crate::credentials::Accounts;
use crate::faults::{Effect, Effects, Kind, Script};
use crate::images::Images;
use crate::jobs::Jobs;
use crate::lock;
use crate::log::{Event, Exchange, Log};
use crate::response::{self, Response, exception};
use crate::sessions::Sessions;

pub(crate) const JOB: &str = "X-Job-UUID";

pub(crate) type Observer = Box<dyn Fn(&Event) + Send + Sync>;

pub(crate) struct State {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) jobs: Jobs,
    pub(crate) images: Images,
    pub(crate) actions: Vec<Action>,
    /// The action that deletes an image.
    pub(crate) deletion: Action,
    pub(crate) zone: Zone,
    pub(crate) job_delay: Duration,
    pub(crate) api_timeout: Duration,
    pub(crate) location_host: String,
    pub(crate) version: String,
    pub(crate) script: Mutex<Script>,
    pub(crate) log: Mutex<Log>,
    pub(crate) observer: Option<Observer>,
    /// The number of requests and jobs under way.
    pub(crate) work: watch::Sender<usize>,
}

/// Counts a request or a job as under way until it is dropped.
pub(crate) struct Work(Arc<State>);

impl Work {
    pub(crate) fn begin(state: &Arc<State>) -> Self {
        state.work.send_modify(|count| *count += 1);
        Self(Arc::clone(state))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.work.send_modify(|count| *count -= 1);
    }
}

/// The resource of a path.
enum Route<'p> {
    Login,
    UserLogin,
    Session(&'p str),
    Validity(&'p str),
    Renewal(&'p str),
    Job(&'p str),
    Images,
    Image(&'p str),
    TimeZone,
    Version,
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
            ["accounts", "users", "login"] => Route::UserLogin,
            ["accounts", "sessions", session] => Route::Session(session),
            ["accounts", "sessions", session, "valid"] => Route::Validity(session),
            ["accounts", "sessions", session, "renew"] => Route::Renewal(session),
            ["api-jobs", job] => Route::Job(job),
            ["images"] => Route::Images,
            ["images", image] => Route::Image(image),
            ["management-nodes", "platform-timezone"] => Route::TimeZone,
            ["management-nodes", "actions"] => Route::Version,
            _ if self.actions.iter().any(|action| action.is_at(path)) => Route::Actions,
            _ => Route::None,
        }
    }

    /// Adds a request to the log, and returns its number and the effects of the script on it.
    pub(crate) fn received(&self, parts: &Parts) -> (usize, Effects) {
        let path = parts.uri.path();
        let route = self.route(path);
        let kind = match route {
            Route::Login | Route::UserLogin => Kind::Login,
            Route::Session(_) | Route::Validity(_) | Route::Renewal(_) => Kind::Session,
            Route::Job(_) => Kind::Poll,
            Route::Image(_) if parts.method == Method::DELETE => Kind::Action,
            Route::Images | Route::Image(_) => Kind::Query,
            Route::Actions => Kind::Action,
            Route::TimeZone | Route::Version | Route::None => Kind::Other,
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

    /// Adds the status of the response to the log entry of a request.
    pub(crate) fn answered(&self, number: usize, status: Option<u16>) {
        let exchange = lock(&self.log).requests.get_mut(number).map(|exchange| {
            exchange.status = status;
            exchange.clone()
        });
        if let Some(exchange) = exchange {
            self.notify(&Event::Answered(exchange));
        }
    }

    pub(crate) fn notify(&self, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    /// Acts on a request, and returns the response.
    pub(crate) fn handle(
        self: &Arc<Self>,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Response {
        let path = parts.uri.path();
        let route = self.route(path);
        let below = path.strip_prefix("/zstack").unwrap_or(path);
        let answer = match (parts.method.clone(), route) {
            (_, Route::None) => Ok(Response::text(404, format!("no api mapping to {below}"))),
            (Method::GET, Route::Job(job)) => Ok(self.poll(job, &parts.headers, effects)),
            (_, Route::Job(_)) => Ok(Response::text(
                405,
                "only GET method is allowed for querying job status",
            )),
            (Method::PUT, Route::Actions) => self.act(parts, body, effects),
            (Method::PUT, Route::Login) => self.log_in(body),
            (Method::PUT, Route::UserLogin) => self.log_in_by_user(body),
            (Method::DELETE, Route::Session(session)) => Ok(self.log_out(session)),
            (Method::GET, Route::Validity(session)) => {
                let valid = self.sessions.is_open(session);
                Ok(Response::json(200, &SessionValidity::new(valid)))
            }
            (Method::PUT, Route::Renewal(session)) => self.renew(session, parts, body, effects),
            (Method::GET, Route::Images) => self.query(parts, |_| true),
            (Method::DELETE, Route::Image(_)) => self.delete(parts, effects),
            (Method::GET, Route::Image(uuid)) => self.query(parts, |image| image == uuid),
            (Method::GET, Route::TimeZone) => self.time_zone(parts),
            (Method::PUT, Route::Version) => self.version(body),
            (Method::GET, _) => Ok(exception(format!(
                "No query API found for the path[{path}]"
            ))),
            (Method::POST, _) => Ok(exception(format!(
                "No creational API found for the path[{path}]"
            ))),
            (Method::DELETE, _) => Ok(exception(format!(
                "No delete API found for the path[{path}]"
            ))),
            (method, _) => Ok(Response::text(
                405,
                format!("Request method '{method}' not supported"),
            )),
        };
        answer.unwrap_or_else(|refusal| refusal)
    }

    /// Returns the version, without asking for credentials.
    fn version(&self, body: &Bytes) -> Result<Response, Response> {
        if object(body)?.contains_key("getVersion") {
            return Ok(Response::json(200, &json!({ "version": self.version })));
        }
        let text =
            "the body doesn't contain action mapping to the URL[/v1/management-nodes/actions]";
        Err(Response::text(400, text))
    }

    /// Returns the session of a request, if it is open.
    pub(crate) fn session(&self, parts: &Parts) -> Result<String, Response> {
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        if self.sessions.touch(&session) {
            Ok(session)
        } else {
            Err(Response::error(response::no_session()))
        }
    }
}

/// Parses the body of a `PUT` as a JSON object. Any other body is responded to as a node does.
pub(crate) fn object(body: &Bytes) -> Result<Map<String, Value>, Response> {
    if body.is_empty() {
        return Err(Response::text(500, ""));
    }
    serde_json::from_slice(body).map_err(exception)
}

pub(crate) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
