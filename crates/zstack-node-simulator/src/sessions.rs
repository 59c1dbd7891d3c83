//! Manages the sessions that accounts open.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha512};
use tokio::time::Instant;

use crate::lock;

/// The number of sessions that an account may have open.
const MAX_SESSIONS: usize = 500;

/// Returns a new UUID as a node formats it: 32 digits, version 4. It is unique in this process, which is enough for a test.
pub(crate) fn uuid() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let start = std::process::id();
    let mut uuid = HEXLOWER.encode(&Sha512::digest(format!("{start}/{count}")));
    uuid.truncate(32);
    uuid.replace_range(12..13, "4");
    uuid.replace_range(16..17, "a");
    uuid
}

/// Returns the hash of a password that a login sends: its SHA-512, as hexadecimal digits in lower case.
///
/// ```
/// assert!(zstack_node_simulator::password_hash("password").starts_with("b109f3bb"));
/// ```
#[must_use]
pub fn password_hash(password: &str) -> String {
    HEXLOWER.encode(&Sha512::digest(password))
}

/// The open sessions. A session ends when it was not used for a while. UUIDs of sessions are secrets, so there is no `Debug`.
pub(crate) struct Sessions {
    timeout: Duration,
    signed: String,
    open: Mutex<HashMap<String, Session>>,
}

struct Session {
    account: String,
    ends: Instant,
}

impl Sessions {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            signed: uuid(),
            open: Mutex::default(),
        }
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the session of requests that are signed with an access key. It does not end.
    pub(crate) fn signed(&self) -> &str {
        &self.signed
    }

    /// Opens a session, unless the account has too many.
    pub(crate) fn open(&self, account: &str) -> Option<String> {
        let mut open = lock(&self.open);
        let now = Instant::now();
        open.retain(|_, session| session.ends > now);
        let of_account = open.values().filter(|session| session.account == account);
        if of_account.count() >= MAX_SESSIONS {
            return None;
        }
        let uuid = uuid();
        let session = Session {
            account: account.to_owned(),
            ends: now + self.timeout,
        };
        open.insert(uuid.clone(), session);
        Some(uuid)
    }

    /// Returns whether the session is open. If it is, its time starts again.
    pub(crate) fn touch(&self, uuid: &str) -> bool {
        uuid == self.signed || self.extend(uuid, self.timeout)
    }

    /// Returns whether the session is open. If it is, it stays open for this long.
    pub(crate) fn extend(&self, uuid: &str, time: Duration) -> bool {
        let now = Instant::now();
        let mut open = lock(&self.open);
        let session = open.get_mut(uuid).filter(|session| session.ends > now);
        session.is_some_and(|session| {
            session.ends = now + time;
            true
        })
    }

    /// Returns whether the session is open.
    pub(crate) fn is_open(&self, uuid: &str) -> bool {
        let open = lock(&self.open);
        open.get(uuid)
            .is_some_and(|session| session.ends > Instant::now())
    }

    pub(crate) fn close(&self, uuid: &str) -> bool {
        lock(&self.open).remove(uuid).is_some()
    }

    pub(crate) fn close_all(&self) {
        lock(&self.open).clear();
    }
}
