//! Tests the document, the generated crates and the command line together.
//!
//! One binary, so that everything is linked once. Each module is one concern; the library of this package contains
//! shared helpers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod architecture;
mod command_line;
mod consumer;
mod curl;
mod diff;
mod docs;
mod docs_samples;
mod evolution;
mod generate;
mod items;
mod loopback;
mod malformed;
mod mock;
mod readme;
mod requests;
mod responses;
mod secrets;
mod service;
mod snapshots;
mod spec;
mod types;
mod verify;
