//! The node itself: from a request to an answer, without the connection between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use zstack_node_protocol_client::types::{
    LogInResponse, PlatformTimeZone, SessionInventory, SessionValidity,
};

use super::actions::Action;
use super::answer::{self, Answer, accepted, exception};
use super::clock::Zone;
use super::credentials::Accounts;
use super::faults::{Effect, Effects, Kind, Script};
use super::images::{self, Images};
use super::jobs::{Ending, Jobs};
use super::lock;
use super::log::{Acted, Event, Exchange, Log};
use super::sessions::{self, Sessions};

const JOB: &str = "X-Job-UUID";
const TIMEOUT: &str = "X-API-Timeout";
const SCHEMA: &str = "X-JSON-Schema";

/// The UUID of the account that every node has.
const ADMIN: &str = "36c27e8ff05c4780bf6d2fa65700f22e";

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

    fn tell(&self, event: &Event) {
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
    fn session(&self, parts: &Parts) -> Result<String, Answer> {
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        if self.sessions.touch(&session) {
            Ok(session)
        } else {
            Err(Answer::error(answer::no_session()))
        }
    }

    fn act(
        self: &Arc<Self>,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Result<Answer, Answer> {
        let path = parts.uri.path().to_owned();
        let body = object(body)?;
        let mut actions = self.actions.iter().filter(|action| action.is_at(&path));
        let action = actions
            .find(|action| body.contains_key(action.key()))
            .cloned();
        let below = path.strip_prefix("/zstack").unwrap_or(&path);
        let action = action.ok_or_else(|| {
            let text = format!("the body doesn't contain action mapping to the URL[{below}]");
            Answer::text(400, text)
        })?;
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let request = action.rewritten(body)?;
        let node = Arc::clone(self);
        self.start(parts, effects, move |job| async move {
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
            node.tell(&Event::Acted(acted));
            ending
        })
    }

    /// Starts a job, of the UUID that the caller chose for it.
    fn start<F>(
        self: &Arc<Self>,
        parts: &Parts,
        effects: &Effects,
        work: impl FnOnce(String) -> F,
    ) -> Result<Answer, Answer>
    where
        F: Future<Output = Ending> + Send + 'static,
    {
        let job = match text(&parts.headers, JOB) {
            None => sessions::uuid(),
            Some(job) if job.len() == 32 => job,
            Some(_) => {
                let text = format!("Invalid header[{JOB}], it must be a UUID without dashes");
                return Err(Answer::text(400, text));
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
        if !self.jobs.begin(&job) {
            return Err(Answer::text(400, format!("Duplicate job uuid[{job}]")));
        }
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(&job);
        }
        let answer = accepted(&self.location_host, &job, timeout);
        let work = work(job.clone());
        let (node, stalls) = (Arc::clone(self), effects.has(&Effect::Stall));
        let under_way = Work::begin(self);
        tokio::spawn(async move {
            let _under_way = under_way;
            tokio::time::sleep(node.job_delay).await;
            let ending = work.await;
            if !stalls {
                node.jobs.end(&job, ending);
            }
        });
        Ok(answer)
    }

    fn poll(&self, job: &str, headers: &HeaderMap, effects: &Effects) -> Answer {
        if effects.has(&Effect::LoseJob) {
            self.jobs.lose(job);
        }
        match self.jobs.find(job) {
            None => Answer::text(404, "the job has been expired"),
            Some(None) => Answer::json(202, &json!({})),
            Some(Some(Err(error))) => Answer::error(error),
            Some(Some(Ok(mut result))) => {
                if headers.contains_key(SCHEMA) && result.get("inventory").is_some() {
                    let schema = json!({ "inventory": "org.zstack.header.image.ImageInventory" });
                    result
                        .as_object_mut()
                        .map(|result| result.insert("schema".to_owned(), schema));
                }
                Answer::json(200, &result)
            }
        }
    }

    fn log_in(&self, body: &Bytes) -> Result<Answer, Answer> {
        let body = object(body)?;
        let login = body.get("logInByAccount");
        let field = |name: &str| {
            let field = login
                .and_then(|login| login.get(name))
                .and_then(Value::as_str);
            field.ok_or_else(|| {
                let text = format!("field[{name}] of message[org.zstack.header.identity.APILogInByAccountMsg] is mandatory, can not be null");
                Answer::error(answer::error("SYS.1007", "One or more API argument is invalid", text))
            })
        };
        let (name, password) = (field("accountName")?, field("password")?);
        if !self.accounts.knows(name, password) {
            let text = "wrong account name or password";
            return Err(Answer::error(answer::error(
                "ID.1000",
                "Authentication failed",
                text,
            )));
        }
        let session = self.sessions.open(name).ok_or_else(|| {
            let text = format!("account[{name}] has too many sessions");
            Answer::error(answer::error("ID.1006", "Too many sessions", text))
        })?;
        Ok(Answer::json(
            200,
            &self.inventory(&session, self.sessions.timeout()),
        ))
    }

    /// What a node tells of a session.
    fn inventory(&self, session: &str, time: Duration) -> Value {
        let session = SessionInventory::new(session)
            .account_uuid(ADMIN)
            .user_uuid(ADMIN)
            .expired_date(self.zone.after(time))
            .create_date(self.zone.now())
            .no_session_evaluation(false);
        json!(LogInResponse::new(session))
    }

    fn log_out(&self, session: &str) -> Answer {
        self.sessions.close(session);
        Answer::json(200, &json!({}))
    }

    fn renew(
        self: &Arc<Self>,
        renewed: &str,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Result<Answer, Answer> {
        let body = object(body)?;
        let caller = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let duration = body
            .get("renewSession")
            .and_then(|renew| renew.get("duration"));
        let time = match duration.filter(|duration| !duration.is_null()) {
            None => Some(self.sessions.timeout()),
            Some(seconds) => {
                let seconds = seconds
                    .as_u64()
                    .filter(|seconds| (60..=31_536_000).contains(seconds));
                seconds.map(Duration::from_secs)
            }
        };
        let (node, renewed) = (Arc::clone(self), renewed.to_owned());
        self.start(parts, effects, move |_| async move {
            if !node.sessions.touch(&caller) {
                return Err(answer::no_session());
            }
            let Some(time) = time else {
                let text = "field[duration] must be in the range of [60, 31536000]";
                return Err(answer::error(
                    "SYS.1007",
                    "One or more API argument is invalid",
                    text,
                ));
            };
            if node.sessions.extend(&renewed, time) {
                Ok(node.inventory(&renewed, time))
            } else {
                Err(answer::no_session())
            }
        })
    }

    fn query(&self, parts: &Parts, wanted: impl Fn(&str) -> bool) -> Result<Answer, Answer> {
        self.session(parts)?;
        let mut images = json!(*lock(&self.images.list));
        let images = images
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        let conditions = conditions(parts)?;
        let images: Vec<Value> = images
            .into_iter()
            .filter(|image| {
                image
                    .get("uuid")
                    .and_then(Value::as_str)
                    .is_some_and(&wanted)
            })
            .filter(|image| {
                conditions.iter().all(|(name, value)| {
                    image.get(name).and_then(Value::as_str) == Some(value.as_str())
                })
            })
            .map(|mut image| {
                images::written(&mut image);
                image
            })
            .collect();
        let schema: Map<String, Value> = (0..images.len())
            .map(|index| {
                (
                    format!("inventories[{index}]"),
                    json!("org.zstack.header.image.ImageInventory"),
                )
            })
            .collect();
        let body = json!({ "inventories": images, "total": images.len(), "schema": schema });
        Ok(Answer::json(200, &body))
    }

    fn time_zone(&self, parts: &Parts) -> Result<Answer, Answer> {
        self.session(parts)?;
        let zone = PlatformTimeZone::new();
        let body = zone.timezone(self.zone.name()).offset(self.zone.offset());
        Ok(Answer::json(200, &body))
    }
}

/// The conditions `q=name=value` of a query. Other operators are not known here, and must not pass for fulfilled.
fn conditions(parts: &Parts) -> Result<Vec<(String, String)>, Answer> {
    let query = parts.uri.query().unwrap_or_default();
    let queries = query.split('&').filter_map(|pair| pair.strip_prefix("q="));
    queries
        .map(|condition| {
            let condition = condition.replace('+', " ");
            let condition = percent_encoding::percent_decode_str(&condition).decode_utf8_lossy();
            match condition.split_once('=') {
                Some((name, value)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    Ok((name.to_owned(), value.to_owned()))
                }
                _ => Err(exception(format!(
                    "the condition[{condition}] is not one that the simulated node knows"
                ))),
            }
        })
        .collect()
}

/// The body of a `PUT`: a JSON object, or what a node says when it is none.
fn object(body: &Bytes) -> Result<Map<String, Value>, Answer> {
    if body.is_empty() {
        return Err(Answer::text(500, ""));
    }
    serde_json::from_slice(body).map_err(exception)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
