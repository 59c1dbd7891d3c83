//! Defines the options of a single call.

use std::{fmt, time::Duration};

use oas_wire::Secret;

use crate::credential::Credential;

/// The options of a single call, which the setter `options` of a generated operation accepts.
///
/// ```
/// use std::time::Duration;
///
/// let options = oas_client::CallOptions::default()
///     .timeout(Duration::from_secs(1800))
///     .idempotent(true)
///     .header("X-Job-UUID", "0f0e…");
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotent: Option<bool>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) credential: Option<Credential>,
    pub(crate) secrets: Vec<Secret>,
}

impl CallOptions {
    /// Sets the timeout of this call, instead of [`Config::timeout`](crate::Config::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets whether several equal requests have the effect of one, so that the call can be retried by the
    /// [`RetryPolicy`](crate::RetryPolicy) of the client. By default the operation determines it.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Sets the credential of this call, for example of a short-lived session. None of the client's credentials are
    /// sent then, and the security requirements of the operation are not checked.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Adds a secret of the request, such as a password in the body, which errors do not contain even if the server
    /// returns it. Credentials need not be added.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Sets a header, which replaces one of the same name. An invalid name or value makes the call fail with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("idempotent", &self.idempotent)
            .field("headers", &names)
            .field("credential", &self.credential)
            .finish()
    }
}
