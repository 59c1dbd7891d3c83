#![doc = include_str!("../README.md")]
//! # Modules
//!
//! [`Connect`] configures a [`Node`]. `connection` contains the state that nodes, calls and transports share;
//! `auth` its credentials. `action` constructs the request of an operation in the form that a node accepts,
//! `response` classifies responses, `run` contains the rules by which an operation is executed once, and `read_only` sends
//! requests that change nothing.
//! [`NodeTransport`] carries the requests of a generated client to a node, and [`Hooks`] receives those of a node.

mod action;
mod auth;
mod call;
mod client_error;
mod condition;
mod connect;
mod connection;
mod error;
mod hooks;
mod image;
mod image_query;
mod job;
mod node;
mod options;
mod read_only;
mod response;
mod run;
mod text;
mod timer;
mod timestamp;
mod transport;
mod zone;

pub use crate::{
    call::Call,
    condition::{Condition, Field, Operand, Operator, Sort},
    connect::Connect,
    error::{Error, ExchangeError, Failure, Kind, Outcome, Rejection, UnknownOutcome},
    hooks::Hooks,
    image::{
        Delete, DeleteImage, Expunge, ExpungeImage, Image, ImageCall, Parameters, Recover,
        RecoverImage,
    },
    image_query::{ImagePage, ImageQuery, ImageStream},
    job::{Job, is_uuid},
    node::Node,
    options::{Polling, Progress},
    text::Text,
    timestamp::Timestamp,
    transport::NodeTransport,
    zone::Zone,
};
pub use oas_client::{self, Secret};
pub use zstack_client::{Client, types};
pub use zstack_images_client::types::PartialImage;
pub use zstack_node_protocol_client::types::{BackupStorageInventory, ErrorCode};
#[cfg(feature = "hooks")]
pub use zstack_node_protocol_webhooks_server;
