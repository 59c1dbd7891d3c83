//! Credentials as types that do not leak: no `Display`, no `Serialize`, and a `Debug` that hides the secret.
//!
//! Finding them in a request is the business of [`Request::admit`](crate::Request::admit).

use std::fmt;

use oas_wire::{Secret, basic};
use smallvec::SmallVec;

use crate::schema::Static;
use crate::storage::Storage;

/// The credentials of an HTTP authentication scheme that has no type of its own: `Authorization: <scheme> <secret>`
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

    /// Returns the scheme, as the document spells it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns everything after the scheme. The result must not be logged. What is read here must not be logged.
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
    /// Creates the credential of `username`.
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

    /// Returns the password. The result must not be logged.
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

/// A bearer token (RFC 6750), which is also what OAuth 2 and OpenID Connect put on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearerCredential {
    token: Secret,
}

impl BearerCredential {
    /// Creates a credential of `token`.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
        }
    }

    /// Returns the token. The result must not be logged.
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
    /// Creates a credential of `key`.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self { key: key.into() }
    }

    /// Returns the key. The result must not be logged.
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

/// One credential of any kind, as a verifier sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// Of an HTTP authentication scheme without a type of its own.
    Http(HttpCredential),
    /// User name and password.
    Basic(BasicCredential),
    /// A bearer token.
    Bearer(BearerCredential),
    /// An API key.
    ApiKey(ApiKey),
    /// A client certificate that the transport has checked.
    MutualTls,
}

/// The credentials that satisfied one alternative of an operation's security requirements, by the name of their security
/// scheme. Empty for an anonymous caller.
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

/// What the document requires.
impl Credentials {
    /// Returns the scopes that the credential of the security scheme `name` has to cover, for a verifier to compare
    /// with those of the token.
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

    /// Returns whether the caller is anonymous.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the credential of the security scheme `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Credential> {
        self.iter()
            .find_map(|(scheme, credential)| (scheme == name).then_some(credential))
    }

    /// Returns the names of the security schemes, in the document's order, each with its credential.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Credential)> {
        self.list
            .iter()
            .map(|(index, credential)| (self.name(*index), credential))
    }

    fn take(&mut self, name: &str) -> Option<Credential> {
        let place = self.iter().position(|(scheme, _)| scheme == name)?;
        Some(self.list.swap_remove(place).1)
    }

    /// Takes out the credential of the http scheme `name`.
    pub fn http(&mut self, name: &str) -> Option<HttpCredential> {
        match self.take(name)? {
            Credential::Http(credential) => Some(credential),
            _ => None,
        }
    }

    /// Takes out the credential of the http `basic` scheme `name`.
    pub fn basic(&mut self, name: &str) -> Option<BasicCredential> {
        match self.take(name)? {
            Credential::Basic(credential) => Some(credential),
            _ => None,
        }
    }

    /// Takes out the credential of the http `bearer`, oauth2 or openIdConnect scheme `name`.
    pub fn bearer(&mut self, name: &str) -> Option<BearerCredential> {
        match self.take(name)? {
            Credential::Bearer(credential) => Some(credential),
            _ => None,
        }
    }

    /// Takes out the credential of the apiKey scheme `name`.
    pub fn api_key(&mut self, name: &str) -> Option<ApiKey> {
        match self.take(name)? {
            Credential::ApiKey(credential) => Some(credential),
            _ => None,
        }
    }
}
