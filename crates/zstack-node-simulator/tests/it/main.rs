//! The simulated node on the wire, and its faults.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod container;
mod faults;
mod http;
mod protocol;
mod sdks;
mod sessions;
mod source;
mod timeouts;
