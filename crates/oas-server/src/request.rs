//! A request that was routed: what generated code reads its operation's input from.
//!
//! The order matters and is the caller's: first [`Request::admit`], so that nobody learns anything before saying who they
//! are; then parameters and body, collecting violations; then the handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_ENCODING};
use http::request::Parts;
use oas_wire::{Accept, MediaRange};
use serde::de::DeserializeOwned;

use crate::context::{Context, Identity};
use crate::credentials::Credentials;
use crate::router::Captures;
use crate::schema::Static;
use crate::security::{self, Satisfied};
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Location, Parameter, Rejection, Violations};

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

/// The operation only: the header may hold credentials.
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

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &S::Operation {
        &self.operation
    }

    /// Method, URI, header and extensions.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Method, URI, header and extensions, to be taken out of.
    pub fn parts_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// Returns what a handler can know besides the inputs of its operation, when these have been read.
    #[must_use]
    pub fn into_context(self) -> Context {
        Context::new(self.parts, self.identity)
    }

    /// Decides whether the request is looked at: finds its credentials, asks the server's verifier, if there is one, and
    /// then sees whether the caller accepts what the operation answers with.
    ///
    /// Where the caller presents the credentials of several alternatives, the first that the verifier lets in count;
    /// without a verifier, the first.
    ///
    /// # Errors
    ///
    /// [`Rejection::Unauthorized`] where no alternative of the security requirements is satisfied, the verifier's rejection,
    /// [`Rejection::NotAcceptable`].
    pub async fn admit(&mut self) -> Result<Credentials<S>, Rejection> {
        let satisfied = security::authorize(&self.operation, &self.parts)?;
        let (credentials, identity) = verified(&self.settings, &self.operation, satisfied).await?;
        self.identity = identity;
        let produces = &*self.operation.produces;
        if self.accepts(produces) {
            Ok(credentials)
        } else {
            let produces = produces.iter().map(|name| name.to_string()).collect();
            Err(Rejection::NotAcceptable { produces })
        }
    }

    /// Whether the caller takes at least one of `produced`. A caller without an `Accept` field, or with one that cannot be
    /// read, takes everything.
    fn accepts(&self, produced: &[S::Text]) -> bool {
        let lines = self.parts.headers.get_all(ACCEPT).iter();
        let accept = Accept::parse(lines.filter_map(|line| line.to_str().ok()));
        accept.is_empty()
            || produced.is_empty()
            || produced
                .iter()
                .filter_map(|range| MediaRange::parse_lenient(range).ok())
                .any(|range| accept.takes(&range))
    }

    /// Finds, checks and decodes a parameter. `None` where it is absent or wrong; what is wrong, the absence of a required
    /// one included, goes to `violations`.
    pub fn parameter<T: DeserializeOwned>(
        &self,
        parameter: &Parameter<S>,
        violations: &mut Violations,
    ) -> Option<T> {
        let tables = &self.settings.tables;
        if parameter.location == Location::Header
            && parameter
                .name
                .eq_ignore_ascii_case(CONTENT_ENCODING.as_str())
        {
            self.reads_content_encoding.store(true, Ordering::Relaxed);
        }
        parameter.decode(tables, &self.parts, &self.captures, violations)
    }
}

/// The first of the satisfied alternatives that the verifier accepts.
async fn verified<S: Storage>(
    settings: &Settings<S>,
    operation: &S::Operation,
    satisfied: Satisfied<S>,
) -> Result<(Credentials<S>, Option<Identity>), Rejection> {
    let mut refusal = None;
    for credentials in satisfied {
        let Some(verify) = &settings.verifier else {
            return Ok((credentials, None));
        };
        match verify(credentials.clone(), operation.clone()).await {
            Ok(identity) => return Ok((credentials, Some(identity))),
            // The caller learns of what the document lists first.
            Err(rejection) => refusal = refusal.or(Some(rejection)),
        }
    }
    Err(refusal.unwrap_or_else(|| Rejection::unauthorized(operation)))
}
