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
    /// How long this call may take, instead of [`Config::timeout`](crate::Config::timeout).
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

    /// The credential of this call, in the place of those of the client: for sessions that come and go, and for signatures
    /// that are made of the request.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// A text of the request that no error shows where the server repeats it, such as a password in the body. Credentials
    /// are such texts without being named here.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// A header that the document does not know. It replaces one of the same name.
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
