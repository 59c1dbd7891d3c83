//! Implements the node itself: from a request to a response, independent of connections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use zstack_node_protocol_types::{BackupStorageInventory, SessionValidity};

use crate::actions::Action;
use crate::clock::Zone;
use crate::container::{self, Target};
use crate::credentials::Accounts;
use crate::faults::{Effect, Effects, Kind, Script};
use crate::gson::{self, Exception};
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
    pub(crate) storages: Vec<BackupStorageInventory>,
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
pub(crate) struct UnderWay(Arc<State>);

impl UnderWay {
    pub(crate) fn begin(state: &Arc<State>) -> Self {
        state.work.send_modify(|count| *count += 1);
        Self(Arc::clone(state))
    }
}

impl Drop for UnderWay {
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
    Storages,
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
        if below.ends_with('/') {
            return Route::None;
        }
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
            ["backup-storage"] => Route::Storages,
            ["management-nodes", "platform-timezone"] => Route::TimeZone,
            ["management-nodes", "actions"] => Route::Version,
            _ if self.actions.iter().any(|action| action.is_at(path)) => Route::Actions,
            _ => Route::None,
        }
    }

    /// Adds a request to the log, and returns its number and the effects of the script on it.
    pub(crate) fn received(&self, parts: &Parts) -> (usize, Effects) {
        let path = &*Target::of(parts).path;
        let route = self.route(path);
        let kind = match route {
            Route::Login | Route::UserLogin => Kind::Login,
            Route::Session(_) | Route::Validity(_) | Route::Renewal(_) => Kind::Session,
            Route::Job(_) => Kind::Poll,
            Route::Image(_) if parts.method == Method::DELETE => Kind::Action,
            Route::Images | Route::Image(_) | Route::Storages => Kind::Query,
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
            self.notify(&Event::Request(exchange));
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
        body: &str,
        effects: &Effects,
    ) -> Response {
        if let Some(rejected) = container::rejected(parts) {
            return rejected;
        }
        let result = match parts.method.as_str() {
            "GET" | "PUT" | "POST" | "DELETE" | "HEAD" => self.respond(parts, body, effects),
            // The installation of a node forbids them, before the node itself is asked.
            "PATCH" | "OPTIONS" | "TRACE" => Ok(Response::page(
                403,
                "Forbidden",
                "Access to the requested resource has been denied",
                "The server understood the request but refuses to authorize it.",
            )),
            other => Ok(Response::page(
                405,
                "Method Not Allowed",
                &format!("Request method '{other}' not supported"),
                "The method received in the request-line is known by the origin server but not supported by the target resource.",
            )),
        };
        let response = result.unwrap_or_else(|rejection| rejection);
        let is_question = parts.method == Method::GET
            && !matches!(self.route(&Target::of(parts).path), Route::Job(_));
        match is_question && effects.has(&Effect::AsJob) {
            true => self.as_job(parts, effects, response),
            false => response,
        }
    }

    /// Responds to a request of a method that a node knows.
    fn respond(
        self: &Arc<Self>,
        parts: &Parts,
        body: &str,
        effects: &Effects,
    ) -> Result<Response, Response> {
        let Target { path, below } = Target::of(parts);
        match self.route(&path) {
            Route::None => Ok(Response::text(404, format!("no api mapping to {below}"))),
            Route::Job(job) if parts.method == Method::GET => {
                Ok(self.poll(job, &parts.headers, effects))
            }
            Route::Job(_) => Ok(Response::text(
                405,
                "only GET method is allowed for querying job status",
            )),
            // A node does not compare the method where a path has one operation.
            Route::Login => self.log_in(parts, body),
            Route::UserLogin => self.log_in_by_user(parts, body),
            Route::Session(session) => {
                self.wanted(parts)?;
                Ok(self.log_out(session, &parts.headers))
            }
            Route::Validity(session) => {
                self.wanted(parts)?;
                let valid = json!(SessionValidity::new(self.sessions.is_open(session)));
                Ok(Response::result(valid, None, &parts.headers))
            }
            Route::Renewal(session) => self.renew(session, parts, body, effects),
            Route::TimeZone => self.time_zone(parts),
            Route::Storages => self.query_storages(parts),
            shared => self.respond_at_shared(&shared, parts, body, effects),
        }
    }

    /// Responds to a request to a path that several operations share.
    fn respond_at_shared(
        self: &Arc<Self>,
        route: &Route<'_>,
        parts: &Parts,
        body: &str,
        effects: &Effects,
    ) -> Result<Response, Response> {
        let path = parts.uri.path();
        // Whatever the method, a node parses the body first.
        object(body)?;
        let missing = |kind: &str| exception(format!("No {kind} API found for the path[{path}]"));
        match (parts.method.as_str(), route) {
            ("PUT", Route::Version) => self.version(parts, body),
            ("PUT", _) => self.act(parts, body, effects),
            ("GET", Route::Images) => self.query_images(parts, None),
            ("GET", Route::Image(uuid)) => self.query_images(parts, Some(uuid)),
            ("DELETE", Route::Image(_)) => self.delete(parts, effects),
            ("GET", _) => Err(missing("query")),
            ("POST", _) => Err(missing("creational")),
            ("DELETE", _) => Err(missing("delete")),
            (method, _) => {
                let text = format!("The method[{method}] is not allowed for the path[{path}]");
                Err(Response::text(405, text))
            }
        }
    }

    /// Returns the version, without asking for credentials.
    fn version(&self, parts: &Parts, body: &str) -> Result<Response, Response> {
        let body = object(body)?.ok_or_else(|| exception(""))?;
        if body.contains_key("getVersion") {
            self.wanted(parts)?;
            let version = json!({ "version": self.version });
            return Ok(Response::result(version, None, &parts.headers));
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
            Err(Response::error(&response::no_session()))
        }
    }
}

/// Parses a body as a node does, which takes an empty one for null.
pub(crate) fn object(body: &str) -> Result<Option<Map<String, Value>>, Response> {
    gson::map(body).map_err(exception)
}

/// Returns the parameters of an operation: the member `key` of the body, or the query of a method that has no body.
pub(crate) fn parameters(
    parts: &Parts,
    body: &str,
    key: &str,
) -> Result<Map<String, Value>, Response> {
    let mut body = object(body)?.unwrap_or_default();
    if matches!(parts.method, Method::GET | Method::DELETE) {
        let pairs = oas_wire::form::pairs(parts.uri.query().unwrap_or_default());
        let decoded = pairs.filter_map(|(name, value)| {
            let value = oas_wire::percent::decode_form(value).ok()?;
            Some((name.to_owned(), Value::from(value.into_owned())))
        });
        return Ok(decoded.collect());
    }
    match body.remove(key) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(other) => Err(exception(Exception::cast(&other, "java.util.Map"))),
    }
}

pub(crate) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
