//! Defines credentials: a session, or an AccessKey. The requests that carry them are not built here.

mod access_key;
mod session;

use oas_client::{CallOptions, Credential, Method};

pub(crate) use self::access_key::AccessKey;
pub(crate) use self::session::{LogIn, Session, Sessions};

/// The way in which the requests of a connection are authorized.
#[derive(Debug)]
pub(crate) enum Auth {
    Sessions(Sessions),
    AccessKey(AccessKey),
}

/// The credentials of one request, as of the time when it is sent.
#[derive(Clone, Debug)]
pub(crate) enum Authorization {
    Session(Session),
    AccessKey(AccessKey),
}

impl Auth {
    /// Returns the credentials of the next request.
    pub(crate) fn authorization(&self) -> Authorization {
        match self {
            Self::Sessions(sessions) => Authorization::Session(sessions.current()),
            Self::AccessKey(key) => Authorization::AccessKey(key.clone()),
        }
    }
}

impl Authorization {
    /// Adds the credentials to the options of a call.
    pub(crate) fn apply(&self, options: CallOptions, method: &Method, path: &str) -> CallOptions {
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
