//! The simulated node: what it says on the wire, its faults, and the client driven through them.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod bounded;
mod faults;
mod http;
mod property;
mod protocol;
mod regressions;
mod scenario;
mod sdks;
mod sessions;
