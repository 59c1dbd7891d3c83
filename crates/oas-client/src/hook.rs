//! Hooks: code of the caller that runs before and after every attempt.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use http::{HeaderMap, StatusCode};

use crate::{operation::Operation, redact::HeaderNames};

/// The future of [`Hook::before`].
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = Result<(), HookError>> + Send + 'a>>;

/// The error of a hook that refused a request. It reaches the caller as [`Error::Hook`](crate::Error::Hook).
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Runs around every attempt of every call: signatures, fresh tokens, request ids, metrics.
///
/// Hooks are set with [`Config::hook`](crate::Config::hook) and run in that order. [`before`](Self::before) sees the
/// request as it will be sent, credentials included, and must not log it.
///
/// ```
/// use oas_client::{Attempt, Hook, HookFuture, Operation, reqwest};
///
/// #[derive(Debug)]
/// struct RequestId;
///
/// impl Hook for RequestId {
///     fn before<'a>(&'a self, request: &'a mut reqwest::Request, _: &'static Operation) -> HookFuture<'a> {
///         Box::pin(async move {
///             request.headers_mut().insert("x-request-id", "17".parse()?);
///             Ok(())
///         })
///     }
///
///     fn after(&self, attempt: &Attempt<'_>, operation: &'static Operation) {
///         println!("{} took {:?}: {:?}", operation.id(), attempt.elapsed(), attempt.status());
///     }
/// }
/// let config = oas_client::Config::default().hook(RequestId);
/// ```
pub trait Hook: fmt::Debug + Send + Sync {
    /// Changes the request, or refuses it with an error: then nothing is sent.
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: &'static Operation,
    ) -> HookFuture<'a> {
        let _ = (request, operation);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Looks at how an attempt went: when the head of the response has arrived, or when it will not arrive.
    fn after(&self, attempt: &Attempt<'_>, operation: &'static Operation) {
        let _ = (attempt, operation);
    }
}

/// The result of one attempt.
pub struct Attempt<'a> {
    pub(crate) number: u32,
    pub(crate) elapsed: Duration,
    pub(crate) head: Option<(StatusCode, &'a HeaderMap)>,
}

impl Attempt<'_> {
    /// Returns 1 for the first attempt of a call, 2 for its first retry.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time from sending the request to receiving the head of the response.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the status, or `None` if no response arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.map(|(status, _)| status)
    }

    /// Returns the response's headers, or `None` if no response arrived.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head.map(|(_, headers)| headers)
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("number", &self.number)
            .field("elapsed", &self.elapsed)
            .field("status", &self.status())
            .field("headers", &self.headers().map(HeaderNames))
            .finish()
    }
}
