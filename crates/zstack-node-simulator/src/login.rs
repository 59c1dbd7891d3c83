//! The requests that open, close and renew sessions.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Value, json};
use zstack_node_protocol_types::{LogInResponse, SessionInventory};

use crate::faults::Effects;
use crate::response::{self, Response};
use crate::schema;
use crate::state::{State, object};

/// The UUID of the account that every node has.
const ADMIN: &str = "36c27e8ff05c4780bf6d2fa65700f22e";

impl State {
    pub(crate) fn log_in(&self, body: &Bytes) -> Result<Response, Response> {
        let body = object(body)?;
        let login = body.get("logInByAccount");
        let field = |name: &str| {
            let field = login
                .and_then(|login| login.get(name))
                .and_then(Value::as_str);
            field.ok_or_else(|| {
                let text = format!("field[{name}] of message[org.zstack.header.identity.APILogInByAccountMsg] is mandatory, can not be null");
                Response::error(response::error("SYS.1007", "One or more API argument is invalid", text))
            })
        };
        let (name, password) = (field("accountName")?, field("password")?);
        if !self.accounts.knows(name, password) {
            let text = "wrong account name or password";
            return Err(Response::error(response::error(
                "ID.1000",
                "Unable to authenticate a user",
                text,
            )));
        }
        let session = self.sessions.open(name).ok_or_else(|| {
            let text = format!("account[{name}] has too many sessions");
            Response::error(response::error(
                "ID.1006",
                "Max number of active sessions exceeded",
                text,
            ))
        })?;
        Ok(Response::json(
            200,
            &self.inventory(&session, self.sessions.timeout()),
        ))
    }

    /// Returns the inventory of a session.
    fn inventory(&self, session: &str, time: Duration) -> Value {
        let session = SessionInventory::new(session)
            .account_uuid(ADMIN)
            .user_uuid(ADMIN)
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
                Ok(node.inventory(&renewed, time))
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
