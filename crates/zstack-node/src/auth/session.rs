//! Opens sessions: logs in, and logs in again when the session has expired.

use std::{fmt, sync::Mutex, sync::PoisonError, time::Duration};

use data_encoding::HEXLOWER;
use oas_client::{CallOptions, Secret};
use oas_wire::without_byte_order_mark;
use serde::Deserialize;
use sha2::{Digest as _, Sha512};
use zstack_node_protocol_client::Client;
use zstack_node_protocol_client::responses::Failure503OrDefault as Failure;
use zstack_node_protocol_client::types::{
    LogInByAccountParams, LogInByAccountRequest, LogInByUserParams, LogInByUserRequest,
};

use crate::error::{Error, ExchangeError};
use crate::text::Text;
use crate::timer::Limits;

/// The number of attempts to log in without a response. A session that was opened without our knowledge
/// expires by itself.
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
    /// Whether the session was ended on purpose, so that no other is opened.
    closed: bool,
    /// The number of attempts to log in, and the error of the last one if it failed.
    attempts: u64,
    failure: Option<Error>,
}

impl Sessions {
    pub(crate) fn new(uuid: Secret, log_in: Option<LogIn>) -> Self {
        Self {
            log_in,
            state: Mutex::new(State {
                session: Session { uuid, number: 0 },
                closed: false,
                attempts: 0,
                failure: None,
            }),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    pub(crate) fn current(&self) -> Session {
        self.state().session.clone()
    }

    /// Opens no session any more, and returns the last one for the node to end it.
    pub(crate) fn close(&self) -> Session {
        let mut state = self.state();
        state.closed = true;
        state.session.clone()
    }

    /// Opens another session in place of an expired one; returns `false` if that is impossible. Of all
    /// concurrent callers, one logs in, and the others share its result, including an error: fifty wrong
    /// passwords would lock an account.
    pub(crate) async fn renew(
        &self,
        expired: &Session,
        client: &Client,
        limits: Limits,
    ) -> Result<bool, Error> {
        let Some(log_in) = &self.log_in else {
            return Ok(false);
        };
        let seen = self.state().attempts;
        let turn = tokio::time::timeout_at(limits.deadline(), self.turn.lock()).await;
        let _turn = turn.map_err(|_| {
            Error::Unavailable(ExchangeError::new(Text::new(
                "logging in again took longer than this call may",
                "重新登录的时间超过了本次调用的时限",
            )))
        })?;
        {
            let state = self.state();
            if state.closed {
                return Ok(false);
            }
            if state.session.number != expired.number {
                return Ok(true);
            }
            if let Some(failure) = state.failure.clone().filter(|_| state.attempts != seen) {
                return Err(failure);
            }
        }
        tracing::info!("the session has expired; logging in again");
        let outcome = log_in.send(client, limits).await;
        let opened = {
            let mut state = self.state();
            state.attempts += 1;
            state.failure = outcome.as_ref().err().cloned();
            let uuid = outcome?;
            if !state.closed {
                let number = state.session.number + 1;
                state.session = Session { uuid, number };
                return Ok(true);
            }
            uuid
        };
        // The session was closed in the meantime.
        let options = CallOptions::default().timeout(limits.next().unwrap_or(WAIT));
        let options = options.secret(opened.clone());
        let sent = client.log_out(opened.expose()).options(options).send();
        if let Err(error) = sent.await.map_err(Error::from) {
            tracing::warn!(%error, "a session that nobody uses stays open until it expires");
        }
        Ok(false)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // No code that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The account and the password of a login. Only the hash of the password is kept, which is what is sent.
#[derive(Clone)]
pub(crate) struct LogIn {
    account: String,
    user: Option<String>,
    hash: Secret,
}

impl LogIn {
    pub(crate) fn new(account: String, user: Option<String>, password: &Secret) -> Self {
        let hash = HEXLOWER.encode(&Sha512::digest(password.expose()));
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
                return Err(Error::Unavailable(ExchangeError::new(Text::new(
                    "there was no time left to log in",
                    "没有剩余的时间登录",
                ))));
            };
            let outcome = self
                .once(client, CallOptions::default().timeout(limit))
                .await;
            match outcome {
                Err(Failed {
                    error,
                    passes: true,
                }) if attempt < ATTEMPTS => {
                    tracing::debug!(attempt, %error, "logging in is tried again");
                    tokio::time::sleep(WAIT * attempt).await;
                }
                outcome => return outcome.map_err(|failed| failed.error),
            }
        }
    }

    async fn once(&self, client: &Client, options: CallOptions) -> Result<Secret, Failed> {
        let options = options.secret(self.hash.clone());
        let hash = self.hash.expose();
        let opened = match &self.user {
            None => {
                let params = LogInByAccountParams::new(self.account.clone(), hash);
                let body = LogInByAccountRequest::new(params);
                let sent = client.log_in_by_account(body).options(options).send();
                sent.await
            }
            Some(user) => {
                let params =
                    LogInByUserParams::new(user.clone(), hash).account_name(self.account.clone());
                let body = LogInByUserRequest::new(params);
                let sent = client.log_in_by_user(body).options(options).send();
                sent.await
            }
        };
        match opened {
            Ok(response) => Ok(Secret::new(response.into_inner().inventory.uuid)),
            Err(error) => opened_nevertheless(error),
        }
    }
}

/// The reason why no session could be opened.
struct Failed {
    error: Error,
    /// Whether the same request can fare better a moment later.
    passes: bool,
}

/// Takes the UUID out of a response that is not as the document describes it, for a session that was opened is not opened again.
fn opened_nevertheless(error: oas_client::Error<Failure>) -> Result<Secret, Failed> {
    #[derive(Deserialize)]
    struct Opened {
        inventory: Session,
    }
    #[derive(Deserialize)]
    struct Session {
        uuid: String,
    }

    let was_opened = match &error {
        oas_client::Error::InvalidResponsePayload(payload) if payload.status().is_success() => {
            let body = without_byte_order_mark(payload.body());
            if let Ok(opened) = serde_json::from_slice::<Opened>(body) {
                return Ok(Secret::new(opened.inventory.uuid));
            }
            true
        }
        oas_client::Error::BodyTooLarge { status, .. } => status.is_success(),
        _ => false,
    };
    let error = Error::from(error);
    let passes = !was_opened && is_passing(&error);
    Err(Failed { error, passes })
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIn")
            .field("account", &self.account)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Returns whether the same request may succeed a moment later.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Rejected(rejection) => matches!(rejection.status().as_u16(), 429 | 500 | 502..=504),
        Error::Unavailable(cause) => !cause.is_connect(),
        _ => false,
    }
}
