//! Sessions: logging in, and logging in again when the session has expired.

use std::{fmt, sync::Mutex, sync::PoisonError, time::Duration};

use oas_client::{CallOptions, Secret};
use sha2::{Digest as _, Sha512};
use zstack_node_protocol_client::Client;
use zstack_node_protocol_client::types::{
    LogInByAccountParams, LogInByAccountRequest, LogInByUserParams, LogInByUserRequest,
};

use crate::error::{Error, ExchangeError};
use crate::timer::Limits;

/// How often logging in is tried when no answer comes of it. A session that nobody got to know expires by itself.
const ATTEMPTS: u32 = 3;
/// The wait between two attempts.
const WAIT: Duration = Duration::from_millis(200);

/// A session, and which one in the row of sessions it is.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(super) uuid: Secret,
    number: u64,
}

impl Session {
    pub(crate) fn uuid(&self) -> &str {
        self.uuid.expose()
    }
}

/// The session that is in use, and how to get another.
#[derive(Debug)]
pub(crate) struct Sessions {
    log_in: Option<LogIn>,
    state: Mutex<State>,
    /// Held by who logs in, so that all others wait for that one session.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    session: Session,
    /// How many times it was tried to log in, and what came of the last time if it failed.
    attempts: u64,
    failure: Option<Error>,
}

impl Sessions {
    pub(crate) fn new(uuid: Secret, log_in: Option<LogIn>) -> Self {
        Self {
            log_in,
            state: Mutex::new(State {
                session: Session { uuid, number: 0 },
                attempts: 0,
                failure: None,
            }),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    pub(crate) fn current(&self) -> Session {
        self.state().session.clone()
    }

    pub(crate) fn can_renew(&self) -> bool {
        self.log_in.is_some()
    }

    /// Another session than the one that has expired. Of all who ask for it at the same time, one logs in, and the others
    /// share what comes of it, an error as well: fifty wrong passwords would lock an account.
    pub(crate) async fn renew(
        &self,
        expired: &Session,
        client: &Client,
        limits: Limits,
    ) -> Result<Session, Error> {
        let Some(log_in) = &self.log_in else {
            return Ok(expired.clone());
        };
        let seen = self.state().attempts;
        let turn = tokio::time::timeout_at(limits.deadline(), self.turn.lock()).await;
        let _turn = turn.map_err(|_| {
            Error::Unavailable(ExchangeError::new(
                "logging in again took longer than this call may",
            ))
        })?;
        {
            let state = self.state();
            if state.session.number != expired.number {
                return Ok(state.session.clone());
            }
            if let Some(failure) = state.failure.clone().filter(|_| state.attempts != seen) {
                return Err(failure);
            }
        }
        tracing::info!("the session has expired; logging in again");
        let outcome = log_in.send(client, limits).await;
        let mut state = self.state();
        state.attempts += 1;
        match outcome {
            Ok(uuid) => {
                let number = state.session.number + 1;
                state.session = Session { uuid, number };
                state.failure = None;
                Ok(state.session.clone())
            }
            Err(error) => {
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // No code that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who logs in, and with what. The password itself is not kept, only the hash that is sent.
#[derive(Clone)]
pub(crate) struct LogIn {
    account: String,
    user: Option<String>,
    hash: Secret,
}

impl LogIn {
    pub(crate) fn new(account: String, user: Option<String>, password: &Secret) -> Self {
        let digest = Sha512::digest(password.expose().as_bytes());
        let mut hash = String::with_capacity(2 * digest.len());
        for byte in digest {
            for digit in [byte >> 4, byte & 15] {
                hash.extend(char::from_digit(digit.into(), 16));
            }
        }
        Self {
            account,
            user,
            hash: Secret::new(hash),
        }
    }

    /// Opens a session.
    pub(crate) async fn send(&self, client: &Client, limits: Limits) -> Result<Secret, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let Some(limit) = limits.next() else {
                return Err(Error::Unavailable(ExchangeError::new(
                    "there was no time left to log in",
                )));
            };
            let outcome = self
                .once(client, CallOptions::default().timeout(limit))
                .await;
            match outcome {
                Err(error) if attempt < ATTEMPTS && is_passing(&error) => {
                    tracing::debug!(attempt, %error, "logging in is tried again");
                    tokio::time::sleep(WAIT * attempt).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self, client: &Client, options: CallOptions) -> Result<Secret, Error> {
        let hash = self.hash.expose();
        let response = match &self.user {
            None => {
                let params = LogInByAccountParams::new(self.account.clone(), hash);
                let body = LogInByAccountRequest::new(params);
                let sent = client.log_in_by_account(body).options(options).send();
                sent.await.map_err(Error::from)
            }
            Some(user) => {
                let params =
                    LogInByUserParams::new(user.clone(), hash).account_name(self.account.clone());
                let body = LogInByUserRequest::new(params);
                let sent = client.log_in_by_user(body).options(options).send();
                sent.await.map_err(Error::from)
            }
        };
        response.map(|response| Secret::new(response.into_inner().inventory.uuid))
    }
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIn")
            .field("account", &self.account)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Whether the same request can fare better a moment later.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Refused(refusal) => matches!(refusal.status().as_u16(), 429 | 500 | 502..=504),
        Error::Unavailable(cause) => !cause.is_connect(),
        _ => false,
    }
}
