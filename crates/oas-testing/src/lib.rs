#![doc = include_str!("../README.md")]
//! # Panics
//!
//! This crate is for tests: everything in it panics where an expectation is not met, or where the machine has no free port.

#[cfg(feature = "client")]
mod call_result;
#[cfg(feature = "server")]
mod connection;
#[cfg(feature = "client")]
mod expected_request;
#[cfg(feature = "client")]
mod in_process;
#[cfg(feature = "client")]
mod items;
#[cfg(feature = "client")]
mod json;
#[cfg(feature = "client")]
mod parts;
#[cfg(feature = "client")]
mod raw_request;
#[cfg(feature = "client")]
mod recording_handler;
mod request;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "server")]
pub use crate::connection::{Connection, Response};
pub use crate::request::Request;
#[cfg(feature = "server")]
pub use crate::server::{Reply, Server};
#[cfg(feature = "client")]
pub use crate::{
    call_result::{assert_header, failure, headers_of, success, text_of},
    expected_request::ExpectedRequest,
    in_process::InProcess,
    items::{assert_item, framed},
    json::{assert_same, same, sample},
    parts::{assert_parts, parts_body, texts_of},
    raw_request::RawRequest,
    recording_handler::{Input, RecordingHandler},
};
#[cfg(feature = "client")]
pub use oas_wire::multipart::BodyPart;
