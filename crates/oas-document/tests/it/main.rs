//! Tests documents, their views and schemas, lint and validation: one binary, because each of them links all of the crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod lint;
mod load;
mod object_model;
mod official_schemas;
mod openapi;
mod parts;
mod read;
mod schema;
mod second_opinion;
mod suite;
mod validate;
