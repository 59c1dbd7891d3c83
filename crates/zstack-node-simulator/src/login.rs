//! Handles the requests that open, close and renew sessions.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::request::Parts;
use serde_json::{Map, Value, json};
use zstack_node_protocol_types::{LogInResponse, SessionInventory};

use crate::ACCOUNT;
use crate::faults::Effects;
use crate::query;
use crate::response::{self, Response};
use crate::schema;
use crate::state::{State, object, parameters};
use crate::work::Work;

/// The UUID of the account that every node has.
const ADMIN: &str = "36c27e8ff05c4780bf6d2fa65700f22e";

/// The members of a request, all of which are mandatory.
struct Fields {
    members: Map<String, Value>,
    message: &'static str,
}

impl Fields {
    fn get(&self, name: &str) -> Result<&str, Response> {
        let field = self.members.get(name);
        field.and_then(Value::as_str).ok_or_else(|| {
            let message = self.message;
            let text = format!("field[{name}] of message[org.zstack.header.identity.{message}] is mandatory, can not be null");
            Response::error(&response::error("SYS.1007", text))
        })
    }
}

fn not_authenticated(text: &str) -> Response {
    Response::error(&response::not_authenticated(text))
}

impl State {
    pub(crate) fn log_in(&self, parts: &Parts, body: &str) -> Result<Response, Response> {
        let members = parameters(parts, body, "logInByAccount")?;
        let message = "APILogInByAccountMsg";
        let login = Fields { members, message };
        self.wanted(parts)?;
        let (name, password) = (login.get("accountName")?, login.get("password")?);
        if !self.accounts.knows(name, password) {
            return Err(not_authenticated(response::WRONG_ACCOUNT));
        }
        self.open(name, ADMIN, &parts.headers)
    }

    pub(crate) fn log_in_by_user(&self, parts: &Parts, body: &str) -> Result<Response, Response> {
        let members = parameters(parts, body, "logInByUser")?;
        let message = "APILogInByUserMsg";
        let login = Fields { members, message };
        self.wanted(parts)?;
        let (name, password) = (login.get("userName")?, login.get("password")?);
        let account = match login.get("accountUuid") {
            Ok(uuid) if uuid == ADMIN => ACCOUNT,
            Ok(uuid) => uuid,
            Err(_) => login.get("accountName")?,
        };
        match self.accounts.user(account, name, password) {
            Some(user) => self.open(account, user, &parts.headers),
            None => Err(not_authenticated("wrong account or username or password")),
        }
    }

    /// Opens a session of an account.
    fn open(&self, account: &str, user: &str, headers: &HeaderMap) -> Result<Response, Response> {
        let session = self.sessions.open(account).ok_or_else(|| {
            let text = "Login sessions hit limit of max allowed concurrent login sessions";
            Response::error(&response::error("ID.1006", text))
        })?;
        let inventory = self.inventory(&session, user, self.sessions.timeout());
        Ok(Response::result(inventory, Some(schema::SESSION), headers))
    }

    /// Returns the inventory of a session.
    fn inventory(&self, session: &str, user: &str, time: Duration) -> Value {
        let session = SessionInventory::new(session)
            .account_uuid(ADMIN)
            .user_uuid(user)
            .expired_date(self.zone.after(time))
            .create_date(self.zone.now())
            .no_session_evaluation(false);
        json!(LogInResponse::new(session))
    }

    pub(crate) fn log_out(&self, session: &str, headers: &HeaderMap) -> Response {
        self.sessions.close(session);
        Response::result(json!({}), None, headers)
    }

    pub(crate) fn renew(
        self: &Arc<Self>,
        renewed: &str,
        parts: &Parts,
        body: &str,
        effects: &Effects,
    ) -> Result<Response, Response> {
        object(body)?;
        let caller = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let parameters = parameters(parts, body, "renewSession")?;
        let time = match parameters.get("duration") {
            None | Some(Value::Null) => Some(self.sessions.timeout()),
            Some(seconds) => {
                let text = query::text(seconds);
                let number = text
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.fract() == 0.0);
                let number = number.ok_or_else(|| {
                    let text =
                        format!("[duration] field is excepted an int or long, but was [{text}].");
                    Response::text(400, text)
                })?;
                let seconds = Duration::try_from_secs_f64(number).ok();
                seconds.filter(|seconds| (60..=31_536_000).contains(&seconds.as_secs()))
            }
        };
        let wanted = self.wanted(parts)?;
        let work = match self.renewable(&caller, renewed, time) {
            Err(error) => Work::Ended(Err(error)),
            Ok(time) => {
                let (node, renewed) = (Arc::clone(self), renewed.to_owned());
                Work::Begun(async move {
                    node.sessions.extend(&renewed, time);
                    Ok(node.inventory(&renewed, ADMIN, time))
                })
            }
        };
        let class = Some(schema::SESSION);
        Ok(self.start(parts, effects, wanted, "renewSession", class, work))
    }

    /// Checks a renewal that a session, which may be the same, asks for.
    fn renewable(
        &self,
        caller: &str,
        renewed: &str,
        time: Option<Duration>,
    ) -> Result<Duration, Value> {
        if !self.sessions.touch(caller) {
            return Err(response::no_session());
        }
        let time = time.ok_or_else(|| {
            let text = "field[duration] must be in range of [60, 31536000]";
            response::error("SYS.1007", text)
        })?;
        if self.sessions.is_open(renewed) {
            return Ok(time);
        }
        let text = format!(
            "invalid field[sessionUuid], resource[uuid:{renewed}, type:SessionVO] not found"
        );
        Err(response::error("SYS.1003", text))
    }
}
