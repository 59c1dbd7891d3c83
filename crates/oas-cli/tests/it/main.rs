//! Tests a command line as its users see it: by arguments, requests, output and exit statuses.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod chinese;
mod credentials;
mod help;
mod requests;
mod responses;
mod shop;
