//! Defines the log of a node, for tests to compare with the reports of a client.

use crate::faults::{Effect, Kind};

/// The requests and actions of a node since its start.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Log {
    /// The requests, in the order of their arrival.
    pub requests: Vec<Exchange>,
    /// The actions that have ended, in the order of their ends.
    pub actions: Vec<ActionRecord>,
}

/// A request and the response to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The kind of the request.
    pub kind: Kind,
    /// The method, such as `PUT`.
    pub method: String,
    /// The path, such as `/zstack/v1/accounts/login`. It ends before the UUID of a session, which is a secret.
    pub path: String,
    /// The `Host` header field of the request.
    pub host: Option<String>,
    /// The UUID of the job that the request polls, or that the client has chosen for it with `X-Job-UUID`.
    pub job: Option<String>,
    /// The effects of the faults that applied to the request.
    pub effects: Vec<Effect>,
    /// The status of the response; `None` before there is one, and if the connection was closed without one.
    pub status: Option<u16>,
}

/// The record of an action that has ended, because the node has executed it, successfully or not, or has rejected it. Actions
/// that are only validated have no record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRecord {
    /// The key of the action, such as `recoverImage`.
    pub action: String,
    /// The UUID of the job.
    pub job: String,
    /// The path of the request, such as `/zstack/v1/images/{uuid}/actions`.
    pub path: String,
    /// The code of the error with which the action failed, such as `SYS.1006`; `None` if it succeeded.
    pub error: Option<String>,
}

/// An event of a node, which is passed to its [observer](crate::Builder::observe).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// The node has responded to a request, or closed its connection.
    Request(Exchange),
    /// An action has ended.
    Action(ActionRecord),
}
