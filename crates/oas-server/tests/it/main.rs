//! Tests the crate through its public interface, and its parts against straightforward models of them.

// Clippy lets tests unwrap, but not their helpers.
#![allow(clippy::unwrap_used)]

mod bodies;
mod body_parts;
mod connections;
mod forms;
mod items;
mod parameters;
mod rendering;
mod robustness;
mod round_trip;
mod routing;
mod security;
mod selection;
mod serving;
mod support;
mod uploads;
mod webhooks;
