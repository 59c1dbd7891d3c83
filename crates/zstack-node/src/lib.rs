#![doc = include_str!("../README.md")]
//! # Rooms
//!
//! [`Connect`] sets a [`Node`] up; `auth` says who speaks; `action` writes a request as a node takes it, `answer` judges what
//! it says, and `run` has the rules by which an operation happens once. [`NodeTransport`] puts all of it under a generated
//! client.

mod action;
mod answer;
mod auth;
mod call;
mod connect;
mod connection;
mod error;
mod job;
mod node;
mod options;
mod run;
mod said;
mod timer;
mod timestamp;
mod transport;
mod zone;

pub use crate::{
    call::{Call, RecoverImage},
    connect::Connect,
    error::{Error, Failure, Kind, Outcome, Refusal, Trouble, Unknown},
    job::Job,
    node::Node,
    options::{Polling, Progress},
    timestamp::Timestamp,
    transport::NodeTransport,
    zone::Zone,
};
pub use oas_client::{self, Secret};
pub use zstack_client::{Client, types};
pub use zstack_node_protocol_client::types::ErrorCode;
