//! Defines credentials as types that do not leak: without `Display` and `Serialize`, and with a `Debug` that hides the
//! secret.
//!
//! [`Request::authenticate_and_negotiate`](crate::Request::authenticate_and_negotiate) finds them in a request.

use std::fmt;

use oas_wire::{Secret, basic};
use smallvec::SmallVec;

use crate::schema::Static;
use crate::storage::Storage;

/// The credential of an HTTP authentication scheme other than `basic` and `bearer`: `Authorization: <scheme> <secret>`
/// (RFC 9110 §11.4).
///
/// ```
/// use oas_server::HttpCredential;
///
/// let session = HttpCredential::new("OAuth", "5f7c1b1e");
/// assert!(session.matches("5f7c1b1e"));
/// assert_eq!(format!("{session:?}"), r#"HttpCredential { scheme: "OAuth", secret: Secret(***) }"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCredential {
    scheme: Box<str>,
    secret: Secret,
}

impl HttpCredential {
    /// Creates the credential `<scheme> <secret>`.
    pub fn new(scheme: impl Into<Box<str>>, secret: impl Into<Secret>) -> Self {
        Self {
            scheme: scheme.into(),
            secret: secret.into(),
        }
    }

    /// Returns the scheme, as the document writes it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns the text after the scheme. It is a secret: do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }

    /// Returns whether the secret is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.secret.matches(expected)
    }
}

/// A user name and a password (RFC 7617).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicCredential {
    username: Box<str>,
    password: Secret,
}

impl BasicCredential {
    /// Creates the credential of a user.
    pub fn new(username: impl Into<Box<str>>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }

    /// Parses `user-id:password` in base64; returns `None` for anything else.
    pub(crate) fn parse(encoded: &str) -> Option<Self> {
        let (username, password) = basic::decode(encoded)?;
        Some(Self::new(username, password))
    }

    /// Returns the user name.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Returns the password. It is a secret: do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.password.expose()
    }

    /// Returns whether the password is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.password.matches(expected)
    }
}

/// A bearer token (RFC 6750), which is also the credential of OAuth 2 and OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearerCredential {
    token: Secret,
}

impl BearerCredential {
    /// Creates the credential with this token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
        }
    }

    /// Returns the token. It is a secret: do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// Returns whether the token is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.token.matches(expected)
    }
}

/// An API key from a header, the query or a cookie (OpenAPI 3.0.4, Security Scheme Object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    key: Secret,
}

impl ApiKey {
    /// Creates the credential with this key.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self { key: key.into() }
    }

    /// Returns the key. It is a secret: do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.key.expose()
    }

    /// Returns whether the key is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.key.matches(expected)
    }
}

/// A credential of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// The credential of an HTTP scheme other than `basic` and `bearer`.
    Http(HttpCredential),
    /// A user name and a password.
    Basic(BasicCredential),
    /// A bearer token.
    Bearer(BearerCredential),
    /// An API key.
    ApiKey(ApiKey),
    /// A client certificate that the transport has checked.
    MutualTls,
}

/// The credentials that satisfy one alternative of an operation's security requirements, by the names of the security
/// schemes. It is empty for an anonymous caller.
pub struct Credentials<S: Storage = Static> {
    /// The operation, and the index of the alternative; none for an anonymous caller.
    alternative: Option<(S::Operation, usize)>,
    /// The index of a requirement in the alternative, and what satisfies it.
    list: SmallVec<[(usize, Credential); 1]>,
}

impl<S: Storage> Default for Credentials<S> {
    fn default() -> Self {
        Self {
            alternative: None,
            list: SmallVec::new(),
        }
    }
}

impl<S: Storage> Clone for Credentials<S> {
    fn clone(&self) -> Self {
        Self {
            alternative: self.alternative.clone(),
            list: self.list.clone(),
        }
    }
}

impl<S: Storage> fmt::Debug for Credentials<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Methods that return the requirements of the document.
impl Credentials {
    /// Returns the scopes that the document requires of the credential for the security scheme `name`. They are not
    /// checked here: a verifier compares them with those of the token.
    #[must_use]
    pub fn scopes(&self, name: &str) -> &'static [&'static str] {
        let alternative = self
            .alternative
            .and_then(|(operation, index)| operation.security.get(index).copied());
        let mut requirements = alternative.into_iter().flatten();
        let found = requirements.find(|requirement| requirement.name == name);
        found.map_or(&[], |requirement| requirement.scopes)
    }
}

impl<S: Storage> Credentials<S> {
    /// Creates the credentials of alternative `index`, still empty.
    pub(crate) fn new(operation: S::Operation, index: usize) -> Self {
        Self {
            alternative: Some((operation, index)),
            list: SmallVec::new(),
        }
    }

    /// Adds the credential that satisfies requirement `index` of the alternative.
    pub(crate) fn push(&mut self, index: usize, credential: Credential) {
        self.list.push((index, credential));
    }

    /// Returns the name of the scheme of requirement `index`.
    fn name(&self, index: usize) -> &str {
        let alternative = self
            .alternative
            .as_ref()
            .and_then(|(operation, alternative)| operation.security.get(*alternative));
        let requirement = alternative.and_then(|alternative| alternative.get(index));
        requirement.map_or("", |requirement| &requirement.name)
    }

    /// Returns whether there are no credentials, because the operation allows anonymous callers.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the credential of the security scheme `name`, if the caller has presented it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Credential> {
        self.iter()
            .find_map(|(scheme, credential)| (scheme == name).then_some(credential))
    }

    /// Iterates over the names of the security schemes and their credentials, in the order of the requirement.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Credential)> {
        self.list
            .iter()
            .map(|(index, credential)| (self.name(*index), credential))
    }

    fn take(&mut self, name: &str) -> Option<Credential> {
        let place = self.iter().position(|(scheme, _)| scheme == name)?;
        Some(self.list.swap_remove(place).1)
    }

    /// Removes and returns the credential of the HTTP scheme `name`; `None` if there is none, or it is of another kind.
    pub fn http(&mut self, name: &str) -> Option<HttpCredential> {
        match self.take(name)? {
            Credential::Http(credential) => Some(credential),
            _ => None,
        }
    }

    /// Removes and returns the credential of the `basic` scheme `name`; `None` if there is none, or it is of another
    /// kind.
    pub fn basic(&mut self, name: &str) -> Option<BasicCredential> {
        match self.take(name)? {
            Credential::Basic(credential) => Some(credential),
            _ => None,
        }
    }

    /// Removes and returns the token of the `bearer`, `oauth2` or `openIdConnect` scheme `name`; `None` if there is
    /// none, or the credential is of another kind.
    pub fn bearer(&mut self, name: &str) -> Option<BearerCredential> {
        match self.take(name)? {
            Credential::Bearer(credential) => Some(credential),
            _ => None,
        }
    }

    /// Removes and returns the key of the `apiKey` scheme `name`; `None` if there is none, or the credential is of
    /// another kind.
    pub fn api_key(&mut self, name: &str) -> Option<ApiKey> {
        match self.take(name)? {
            Credential::ApiKey(credential) => Some(credential),
            _ => None,
        }
    }
}
