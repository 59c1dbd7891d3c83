//! Provides routed requests, from which generated code decodes the inputs of an operation.
//!
//! Callers must keep the order: first [`Request::authenticate_and_negotiate`], so that an unauthenticated caller learns nothing else; then
//! parameters and body, whose violations are collected; then the handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_ENCODING};
use http::request::Parts;
use oas_wire::{Accept, MediaRange, ParameterLocation};
use serde::de::DeserializeOwned;

use crate::context::{Context, Identity};
use crate::credentials::Credentials;
use crate::router::Captures;
use crate::schema::Static;
use crate::security::{self, Satisfied};
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Parameter, Rejection, Violations};

/// A request to one operation.
pub struct Request<S: Storage = Static> {
    parts: Box<Parts>,
    pub(crate) body: Body,
    operation: S::Operation,
    captures: Captures,
    pub(crate) settings: Arc<Settings<S>>,
    identity: Option<Identity>,
    /// Whether the operation has the header `Content-Encoding` for an input, and hence what to make of it.
    reads_content_encoding: AtomicBool,
}

/// Formats only the operation, because headers can contain credentials.
impl<S: Storage> std::fmt::Debug for Request<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("operation", &&*self.operation.id)
            .finish_non_exhaustive()
    }
}

impl<S: Storage> Request<S> {
    pub(crate) fn new(
        (parts, body): (Box<Parts>, Body),
        operation: S::Operation,
        captures: Captures,
        settings: Arc<Settings<S>>,
    ) -> Self {
        Self {
            parts,
            body,
            operation,
            captures,
            settings,
            identity: None,
            reads_content_encoding: AtomicBool::new(false),
        }
    }

    pub(crate) fn reads_content_encoding(&self) -> bool {
        self.reads_content_encoding.load(Ordering::Relaxed)
    }

    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &S::Operation {
        &self.operation
    }

    /// Returns method, URI, headers and extensions.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Returns method, URI, headers and extensions, to be modified.
    pub fn parts_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// Replaces the body, for example by a decompressed one.
    pub fn set_body(&mut self, body: Body) {
        self.body = body;
    }

    /// Converts the request to the context of its handler, after its inputs are decoded.
    #[must_use]
    pub fn into_context(self) -> Context {
        Context::new(self.parts, self.identity)
    }

    /// Authenticates the request ([`authenticate`](Self::authenticate)), and checks that the caller accepts a media
    /// type that the operation produces ([`negotiate`](Self::negotiate)).
    ///
    /// If the caller presents the credentials of several alternatives, the result is the first that the verifier
    /// accepts, or the first without a verifier.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::Unauthorized`] if no alternative of the security requirements is satisfied, the rejection
    /// of the verifier, or [`Rejection::NotAcceptable`].
    pub async fn authenticate_and_negotiate(&mut self) -> Result<Credentials<S>, Rejection> {
        let credentials = self.authenticate().await?;
        self.negotiate()?;
        Ok(credentials)
    }

    /// Authenticates the request: finds credentials that satisfy a security requirement, and calls the verifier of the
    /// server, if there is one. A caller that presents invalid credentials is not treated as anonymous.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::Unauthorized`] if no alternative of the security requirements is satisfied, or the
    /// rejection of the verifier.
    pub async fn authenticate(&mut self) -> Result<Credentials<S>, Rejection> {
        let satisfied = security::authorize(&self.operation, &self.parts)?;
        let (credentials, identity) = verified(&self.settings, &self.operation, satisfied).await?;
        self.identity = identity;
        Ok(credentials)
    }

    /// Checks that the caller accepts a media type that the operation produces.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::NotAcceptable`] if the `Accept` field matches none.
    pub fn negotiate(&self) -> Result<(), Rejection> {
        let produces = &*self.operation.produces;
        if self.accepts(produces) {
            Ok(())
        } else {
            let produces = produces.iter().map(|name| name.to_string()).collect();
            Err(Rejection::NotAcceptable { produces })
        }
    }

    /// Returns whether the caller accepts at least one of `produced`. A caller without a valid `Accept` field accepts
    /// everything.
    fn accepts(&self, produced: &[S::Text]) -> bool {
        let lines = self.parts.headers.get_all(ACCEPT).iter();
        let accept = Accept::parse(lines.filter_map(|line| line.to_str().ok()));
        accept.is_empty()
            || produced.is_empty()
            || produced
                .iter()
                .filter_map(|range| MediaRange::parse_lenient(range).ok())
                .any(|range| accept.accepts(&range))
    }

    /// Finds, validates and decodes a parameter. Returns `None` if the parameter is absent without a default, or
    /// invalid; unless an optional parameter is absent, the reasons are added to `violations`.
    pub fn parameter<T: DeserializeOwned>(
        &self,
        parameter: &Parameter<S>,
        violations: &mut Violations,
    ) -> Option<T> {
        let tables = &self.settings.tables;
        if parameter.location == ParameterLocation::Header
            && parameter
                .name
                .eq_ignore_ascii_case(CONTENT_ENCODING.as_str())
        {
            self.reads_content_encoding.store(true, Ordering::Relaxed);
        }
        parameter.decode(tables, &self.parts, &self.captures, violations)
    }
}

/// Returns the first of the satisfied alternatives that the verifier accepts.
async fn verified<S: Storage>(
    settings: &Settings<S>,
    operation: &S::Operation,
    satisfied: Satisfied<S>,
) -> Result<(Credentials<S>, Option<Identity>), Rejection> {
    let mut rejection = None;
    for credentials in satisfied {
        let Some(verify) = &settings.verifier else {
            return Ok((credentials, None));
        };
        match verify(credentials.clone(), operation.clone()).await {
            Ok(identity) => return Ok((credentials, Some(identity))),
            // If no alternative is accepted, the rejection of the first one in the document's order is returned.
            Err(found) => rejection = rejection.or(Some(found)),
        }
    }
    Err(rejection.unwrap_or_else(|| Rejection::unauthorized(operation)))
}
