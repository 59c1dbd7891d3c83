//! What the node saw and did, for tests to compare with what a client reports.

use crate::faults::{Effect, Kind};

/// What the node has seen and done since it was started.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Log {
    /// The requests, in the order of their arrival.
    pub requests: Vec<Exchange>,
    /// The actions that were carried out, in the order of their ends.
    pub actions: Vec<Acted>,
}

/// A request, and how it was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// What it was about.
    pub kind: Kind,
    /// The method, such as `PUT`.
    pub method: String,
    /// The path, such as `/zstack/v1/accounts/login`. That of a request about a session ends before the session's UUID.
    pub path: String,
    /// The `Host` that it was sent to.
    pub host: Option<String>,
    /// The job that it asked for, or the one that the caller chose for it with `X-Job-UUID`.
    pub job: Option<String>,
    /// What the script did to it.
    pub effects: Vec<Effect>,
    /// The status of the answer. `None` while there is none, which remains so when the connection was dropped.
    pub status: Option<u16>,
}

/// An action that the node carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acted {
    /// The key of the action, such as `recoverImage`.
    pub action: String,
    /// The job.
    pub job: String,
    /// The path that it was sent to, which holds the UUID of the image.
    pub path: String,
    /// The code of the error that it ended with, such as `SYS.1006`; `None` where it succeeded.
    pub error: Option<String>,
}

/// What the [observer](crate::Builder::observe) of a node is told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A request was answered, or its connection was dropped.
    Answered(Exchange),
    /// An action was carried out.
    Acted(Acted),
}
