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
    /// Most calls have no options, and those of the others are moved with the builder of the call.
    given: Option<Box<Given>>,
}

/// The options that were given.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotent: Option<bool>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) credential: Option<Credential>,
    pub(crate) secrets: Vec<Secret>,
}

static NONE: Given = Given {
    timeout: None,
    idempotent: None,
    headers: Vec::new(),
    credential: None,
    secrets: Vec::new(),
};

impl CallOptions {
    pub(crate) fn given(&self) -> &Given {
        self.given.as_deref().unwrap_or(&NONE)
    }

    fn given_mut(&mut self) -> &mut Given {
        self.given.get_or_insert_default()
    }

    /// Sets the timeout of this call, instead of [`Config::timeout`](crate::Config::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.given_mut().timeout = Some(timeout);
        self
    }

    /// Sets whether several equal requests have the effect of one, so that the call can be retried by the
    /// [`RetryPolicy`](crate::RetryPolicy) of the client. By default the operation determines it.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.given_mut().idempotent = Some(idempotent);
        self
    }

    /// Sets the credential of this call, for example of a short-lived session. None of the client's credentials are
    /// sent then, and the security requirements of the operation are not checked.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.given_mut().credential = Some(credential);
        self
    }

    /// Adds a secret of the request, such as a password in the body, which errors do not contain even if the server
    /// returns it. Credentials need not be added.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.given_mut().secrets.push(secret);
        self
    }

    /// Sets a header, which replaces one of the same name. An invalid name or value makes the call fail with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = (name.into(), value.into());
        self.given_mut().headers.push(header);
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.given();
        let names: Vec<&str> = given
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        f.debug_struct("CallOptions")
            .field("timeout", &given.timeout)
            .field("idempotent", &given.idempotent)
            .field("headers", &names)
            .field("credential", &given.credential)
            .finish()
    }
}
