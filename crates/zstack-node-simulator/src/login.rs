//! The requests that open, close and renew sessions.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value, json};
use zstack_node_protocol_types::{LogInResponse, SessionInventory};

use crate::ACCOUNT;
use crate::faults::Effects;
use crate::response::{self, Response};
use crate::schema;
use crate::state::{State, object};

/// The UUID of the account that every node has.
const ADMIN: &str = "36c27e8ff05c4780bf6d2fa65700f22e";

/// The members of a request, all of which are mandatory.
struct Fields<'b> {
    members: Option<&'b Value>,
    message: &'static str,
}

impl<'b> Fields<'b> {
    fn of(body: &'b Map<String, Value>, key: &str, message: &'static str) -> Self {
        let members = body.get(key);
        Self { members, message }
    }

    fn get(&self, name: &str) -> Result<&'b str, Response> {
        let field = self.members.and_then(|members| members.get(name));
        field.and_then(Value::as_str).ok_or_else(|| {
            let message = self.message;
            let text = format!("field[{name}] of message[org.zstack.header.identity.{message}] is mandatory, can not be null");
            let description = "One or more API argument is invalid";
            Response::error(response::error("SYS.1007", description, text))
        })
    }
}

fn not_authenticated(text: &str) -> Response {
    let description = "Unable to authenticate a user";
    Response::error(response::error("ID.1000", description, text))
}

impl State {
    pub(crate) fn log_in(&self, body: &Bytes) -> Result<Response, Response> {
        let body = object(body)?;
        let login = Fields::of(&body, "logInByAccount", "APILogInByAccountMsg");
        let (name, password) = (login.get("accountName")?, login.get("password")?);
        if !self.accounts.knows(name, password) {
            return Err(not_authenticated("wrong account name or password"));
        }
        self.open(name, ADMIN)
    }

    pub(crate) fn log_in_by_user(&self, body: &Bytes) -> Result<Response, Response> {
        let body = object(body)?;
        let login = Fields::of(&body, "logInByUser", "APILogInByUserMsg");
        let (name, password) = (login.get("userName")?, login.get("password")?);
        let account = match login.get("accountUuid") {
            Ok(uuid) if uuid == ADMIN => ACCOUNT,
            Ok(uuid) => uuid,
            Err(_) => login.get("accountName")?,
        };
        match self.accounts.user(account, name, password) {
            Some(user) => self.open(account, user),
            None => Err(not_authenticated("wrong account or username or password")),
        }
    }

    /// Opens a session of an account.
    fn open(&self, account: &str, user: &str) -> Result<Response, Response> {
        let session = self.sessions.open(account).ok_or_else(|| {
            let text = format!("account[{account}] has too many sessions");
            let description = "Max number of active sessions exceeded";
            Response::error(response::error("ID.1006", description, text))
        })?;
        let inventory = self.inventory(&session, user, self.sessions.timeout());
        Ok(Response::json(200, &inventory))
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

    pub(crate) fn log_out(&self, session: &str) -> Response {
        self.sessions.close(session);
        Response::json(200, &json!({}))
    }

    pub(crate) fn renew(
        self: &Arc<Self>,
        renewed: &str,
        parts: &Parts,
        body: &Bytes,
        effects: &Effects,
    ) -> Result<Response, Response> {
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
        self.start(parts, effects, Some(schema::SESSION), move |_| async move {
            if !node.sessions.touch(&caller) {
                return Err(response::no_session());
            }
            let Some(time) = time else {
                let text = "field[duration] must be in the range of [60, 31536000]";
                return Err(response::error(
                    "SYS.1007",
                    "One or more API argument is invalid",
                    text,
                ));
            };
            if node.sessions.extend(&renewed, time) {
                Ok(node.inventory(&renewed, ADMIN, time))
            } else {
                let text = format!(
                    "invalid field[sessionUuid], resource[uuid:{renewed}, type:SessionVO] not found"
                );
                Err(response::error(
                    "SYS.1003",
                    "A resource can not be found",
                    text,
                ))
            }
        })
    }
}
