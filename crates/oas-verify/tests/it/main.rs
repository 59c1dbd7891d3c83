//! Tests the verifier with servers that conform to their documents, and servers that do not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod documents;
mod faults;
mod support;
