#![doc = include_str!("../README.md")]
//! # Modules
//!
//! One file per concept: [`ClientCore`] sends requests, [`RequestBuilder`] and [`encode`] build them, [`StreamingResponse`] and [`BufferedResponse`]
//! read and decode responses, and [`Error`] covers everything that can fail. Nothing here knows a particular API: that part is
//! generated.

mod body_parts;
mod buffered_response;
mod byte_stream;
mod chinese;
mod config;
mod core;
mod credential;
mod decode_error;
pub mod encode;
mod error;
mod feed;
mod headers;
mod hook;
mod http_client;
mod items;
mod multipart;
mod operation;
mod options;
mod payload;
mod reconnect;
mod redact;
mod request;
mod response;
mod retry;
mod sse;
mod stream;
pub mod testing;
mod text;
mod transport;
mod typed_body;

pub use bytes::Bytes;
pub use http::{HeaderMap, Method, StatusCode};
pub use oas_wire::{
    Secret, Serialization,
    items::{Framing, Items},
    multipart::BodyPart,
    style::Kinds,
};
pub use reqwest;

pub use crate::{
    body_parts::BodyParts,
    buffered_response::BufferedResponse,
    byte_stream::ByteStream,
    config::{BuildError, Config},
    core::ClientCore,
    credential::Credential,
    decode_error::DecodeError,
    error::{Error, OpaqueBody, TextBody},
    headers::{HeaderError, HeaderFormat, Headers},
    hook::{Attempt, Hook, HookError, HookFuture},
    items::ItemStream,
    multipart::{Multipart, Part, ValuePart},
    operation::Operation,
    options::CallOptions,
    payload::InvalidPayload,
    request::RequestBuilder,
    response::ResponseValue,
    retry::{RetryPolicy, retry_after},
    sse::{Event, EventStream},
    stream::StreamingResponse,
    transport::{OutgoingRequest, Transport, TransportError, TransportFuture},
    typed_body::TypedBody,
};
