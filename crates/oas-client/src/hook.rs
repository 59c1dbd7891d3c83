//! Defines hooks: code of the caller that is called before and after every attempt.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use http::{HeaderMap, StatusCode};

use crate::{operation::Operation, redact::HeaderNames};

/// The future of [`Hook::before`].
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = Result<(), HookError>> + Send + 'a>>;

/// The error of a hook that rejects a request. The call returns it as [`Error::Hook`](crate::Error::Hook).
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Code that is called before and after every attempt of every call, for example for signatures, fresh tokens, request
/// ids or metrics.
///
/// Hooks are added with [`Config::hook`](crate::Config::hook) and called in that order. The request that
/// [`before`](Self::before) receives is complete and contains credentials: do not log it.
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
    /// Changes the request before it is sent. If the result is an error, the attempt is not sent, and the call returns
    /// [`Error::Hook`](crate::Error::Hook).
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: &'static Operation,
    ) -> HookFuture<'a> {
        let _ = (request, operation);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Receives the result of an attempt, when status and headers are received or the attempt has failed. Not called after an
    /// error of `before`, nor for an attempt that the timeout of the call ends, or that ends because the call is dropped.
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
    /// Returns the number of the attempt: 1 for the first one of a call, 2 for its first retry.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time from sending the request to receiving the headers of the response, or to the failure.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the status of the response; `None` if the attempt failed without a response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head.map(|(status, _)| status)
    }

    /// Returns the headers of the response; `None` if the attempt failed without a response.
    #[must_use]
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
