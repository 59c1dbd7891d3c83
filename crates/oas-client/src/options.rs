//! Options of one call.

use std::{fmt, time::Duration};

use oas_wire::Secret;

use crate::credential::Credential;

/// Options of one call. A generated operation has a setter that takes them.
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

    /// Declares whether this request can be repeated without further effect, in the place of its method and the document. It
    /// matters when the client has a [`RetryPolicy`](crate::RetryPolicy).
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Sets the credential of this call, instead of those of the client: for short-lived sessions, and for
    /// signatures of the request.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Adds a text of the request that errors must not contain, even if the server returns it, such as a password in the
    /// body. Credentials are never part of errors, without being added here.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Adds a header that the document does not describe. It replaces one of the same name.
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
