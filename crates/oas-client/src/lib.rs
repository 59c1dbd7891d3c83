#![doc = include_str!("../README.md")]
//! # Rooms
//!
//! One file a concept: [`Core`] sends, [`RequestBuilder`] and [`encode`] put a request together, [`Receiving`] and
//! [`Received`] read the response, [`Error`] says what went wrong. Nothing here knows a particular API: that is generated.

mod config;
mod core;
mod credential;
pub mod encode;
mod error;
mod explain;
mod form;
mod hook;
mod multipart;
mod operation;
mod options;
mod payload;
mod request;
mod response;
mod retry;
mod secret;
mod sse;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

pub use bytes::Bytes;
pub use http::{HeaderMap, Method, StatusCode};
pub use reqwest;

pub use crate::{
    config::{BuildError, Config},
    core::Core,
    credential::Credential,
    error::{Error, Opaque, Text},
    form::FormEncoding,
    hook::{Attempt, Hook, HookError, HookFuture},
    multipart::{Multipart, Part},
    operation::Operation,
    options::CallOptions,
    payload::InvalidPayload,
    request::RequestBuilder,
    response::{Received, ResponseValue},
    retry::RetryPolicy,
    secret::Secret,
    sse::{Event, EventStream},
    stream::{ByteStream, Receiving},
    transport::{Outgoing, Transport, TransportError, TransportFuture},
};
