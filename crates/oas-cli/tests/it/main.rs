//! A command line as its users see it: arguments in, requests and output and an exit status out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod bodies;
mod credentials;
mod help;
mod requests;
mod shop;
