//! Servers that keep to their documents, and servers that do not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod documents;
mod faults;
mod support;
