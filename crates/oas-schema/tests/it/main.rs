//! Tests the check through its public interface: every keyword with its messages, and random schemas against two
//! straightforward models.

// Clippy lets tests unwrap, but not their helpers.
#![allow(clippy::unwrap_used)]

mod content;
mod decode;
mod dialects;
mod format;
mod keywords;
mod model;
mod node;
mod pattern;
mod specification;
mod support;
mod unknown;
