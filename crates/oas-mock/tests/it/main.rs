//! Tests the mock and the proxy by requests to them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod documents;
mod proxy;
mod responses;
