//! Who speaks to the node: a session, or an AccessKey. What is sent with it does not belong here.

mod access_key;
mod session;

use oas_client::{CallOptions, Credential, Method};

pub(crate) use self::access_key::AccessKey;
pub(crate) use self::session::{LogIn, Session, Sessions};

/// How requests are authorized.
#[derive(Debug)]
pub(crate) enum Auth {
    Sessions(Sessions),
    AccessKey(AccessKey),
}

/// What authorizes a request.
#[derive(Clone, Debug)]
pub(crate) enum Ticket {
    Session(Session),
    AccessKey(AccessKey),
}

impl Auth {
    /// What authorizes the next request.
    pub(crate) fn ticket(&self) -> Ticket {
        match self {
            Self::Sessions(sessions) => Ticket::Session(sessions.current()),
            Self::AccessKey(key) => Ticket::AccessKey(key.clone()),
        }
    }
}

impl Ticket {
    /// Puts it on a call.
    pub(crate) fn put_on(&self, options: CallOptions, method: &Method, path: &str) -> CallOptions {
        match self {
            Self::Session(session) => {
                options.credential(Credential::http("OAuth", session.uuid.clone()))
            }
            Self::AccessKey(key) => {
                let date = key.date();
                let signature = key.signature(method, &date, path);
                options
                    .credential(Credential::http("ZStack", signature))
                    .header("Date", date)
            }
        }
    }
}
