//! Tests the generator through its public interface: one binary, because each of them links all of the generator.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod clippy;
mod commands;
mod customize;
mod deep_example;
mod failures;
mod findings;
mod form_samples;
mod formats;
mod hostile;
mod inventory;
mod part_headers;
mod patterns;
mod places;
mod readmes;
mod reordering;
mod secrets;
mod silence;
mod styles;
mod unrouted;
mod views;
mod without_tests;
