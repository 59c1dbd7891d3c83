//! Runtime of generated OpenAPI servers: routing, credentials, request validation, error rendering.
//!
//! Generated code declares the operations of a document as static tables, [`Operation`], [`Parameter`] and
//! [`Schema`](schema::Schema), and decodes each operation's input from a [`Request`]. The same tables can be made at
//! run time ([`Storage`]). This crate does the rest, as a tower service:
//!
//! * [`router`]: paths and methods, 404 and 405; operations that share both are selected by a part of the request ([`Selector`]);
//! * [`credentials`]: security requirements, 401, typed credentials that never show in `Debug`;
//! * [`schema`]: every constraint of the document on every part of the request, all violations at once, 400;
//! * bodies bounded in size and time, media types by essence: 408, 413, 415, 406;
//! * [`serve()`]: connections, with limits, and an end that completes open requests;
//! * [`RejectedRequest`]: rejections rendered in the error body that the document declares, or as a problem (RFC 9457).
//!
//! Servers are strict: an invalid request does not reach a handler.
#![doc = include_str!("../README.md")]

pub mod body;
mod context;
pub mod credentials;
mod decode;
mod operation;
mod parameters;
mod rejection;
mod render;
mod request;
pub mod response;
pub mod router;
mod security;
mod selector;
pub mod serve;
mod server;
mod signature;
pub mod sse;
mod storage;
mod violation;

pub use axum::body::Body;
pub use body::{
    BodyError, BodyParts, BodyStream, Encoding, ItemStream, Multipart, NamedPartRule, Part,
    PartContent, PartRule, PartRules, PartStream, ValuePart,
};
pub use bytes::Bytes;
pub use context::Context;
pub use credentials::{
    ApiKey, BasicCredential, BearerCredential, Credential, Credentials, HttpCredential,
};
pub use http::request::Parts;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
/// Schemas as tables, and the check of JSON text against them.
pub use oas_schema as schema;
pub use oas_wire::items::{Framing, Items};
pub use oas_wire::multipart::BodyPart;
pub use oas_wire::{ParameterLocation, Serialization, StatusPattern, Style};
pub use operation::{Operation, RejectionBody};
pub use parameters::{ExpectedTypes, Parameter};
pub use rejection::{Rejection, require_decoded};
pub use render::RejectedRequest;
pub use request::Request;
pub use response::{ErrorResponse, IntoResponse, Response};
pub use security::{ClientCertificate, Mechanism, Requirement};
pub use selector::Selector;
pub use serve::serve;
pub use server::{Builder, OperationService, Server, Unselected};
pub use signature::Signature;
pub use storage::Storage;
pub use violation::{Location, RequestViolation, Violations};
