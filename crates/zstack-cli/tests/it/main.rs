//! Runs `zstack` as a process, against a simulated node that can fail.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod addresses;
mod chinese;
mod commands;
mod faults;
#[cfg(unix)]
mod terminal;
mod tools;
mod transcript;
mod world;
