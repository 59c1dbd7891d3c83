//! The log of a node, for tests to compare with what a client reports.

use crate::faults::{Effect, Kind};

/// The requests and actions since the node was started.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Log {
    /// The requests, in the order of their arrival.
    pub requests: Vec<Exchange>,
    /// The actions that were carried out, in the order of their ends.
    pub actions: Vec<Acted>,
}

/// A request and the response to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The kind of the request.
    pub kind: Kind,
    /// The method, such as `PUT`.
    pub method: String,
    /// The path, such as `/zstack/v1/accounts/login`. Where it has the UUID of a session, it ends before that.
    pub path: String,
    /// The `Host` that it was sent to.
    pub host: Option<String>,
    /// The job that it asked for, or the one that the caller chose for it with `X-Job-UUID`.
    pub job: Option<String>,
    /// The effects of the faults that applied to it.
    pub effects: Vec<Effect>,
    /// The status of the response. `None` until there is one, and when the connection was dropped.
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
    /// The path that it was sent to, with the UUID of the image.
    pub path: String,
    /// The code of the error that it ended with, such as `SYS.1006`; `None` where it succeeded.
    pub error: Option<String>,
}

/// An event that the [observer](crate::Builder::observe) of a node is called with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A request was responded to, or its connection was dropped.
    Answered(Exchange),
    /// An action was carried out.
    Acted(Acted),
}
