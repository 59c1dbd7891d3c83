//! Credentials as types that do not leak: no `Display`, no `Serialize`, and a `Debug` that hides the secret.
//!
//! Finding them in a request is the business of [`Request::admit`](crate::Request::admit).

use oas_wire::{Secret, basic};

use crate::Requirement;

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
    /// The credential `<scheme> <secret>`.
    pub fn new(scheme: impl Into<Box<str>>, secret: impl Into<Secret>) -> Self {
        Self {
            scheme: scheme.into(),
            secret: secret.into(),
        }
    }

    /// The scheme, as the document writes it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Everything after the scheme. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }

    /// Whether the secret is `expected`, compared in constant time.
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
    /// The credential of `username`.
    pub fn new(username: impl Into<Box<str>>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }

    /// Reads `user-id:password` in base64; `None` where it is anything else.
    pub(crate) fn parse(encoded: &str) -> Option<Self> {
        let (username, password) = basic::decode(encoded)?;
        Some(Self::new(username, password))
    }

    /// The user name.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.password.expose()
    }

    /// Whether the password is `expected`, compared in constant time.
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
    /// The credential that `token` is.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
        }
    }

    /// The token. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// Whether the token is `expected`, compared in constant time.
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
    /// The credential that `key` is.
    pub fn new(key: impl Into<Secret>) -> Self {
        Self { key: key.into() }
    }

    /// The key. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.key.expose()
    }

    /// Whether the key is `expected`, compared in constant time.
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    list: Vec<(&'static str, Credential)>,
    /// The scopes of the schemes that require any.
    scopes: Vec<(&'static str, &'static [&'static str])>,
}

impl Credentials {
    pub(crate) fn push(&mut self, requirement: &Requirement, credential: Credential) {
        self.list.push((requirement.name(), credential));
        if !requirement.scopes().is_empty() {
            self.scopes.push((requirement.name(), requirement.scopes()));
        }
    }

    /// Whether the caller is anonymous.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.list.is_empty()
    }

    /// The credential of the security scheme `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Credential> {
        self.list
            .iter()
            .find_map(|(scheme, credential)| (*scheme == name).then_some(credential))
    }

    /// The names of the security schemes, in the document's order, each with its credential.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Credential)> {
        self.list
            .iter()
            .map(|(scheme, credential)| (*scheme, credential))
    }

    /// The scopes that the credential of the security scheme `name` has to cover: what a verifier compares with those of the
    /// token.
    #[must_use]
    pub fn scopes(&self, name: &str) -> &'static [&'static str] {
        let found = self.scopes.iter().find(|(scheme, _)| *scheme == name);
        found.map_or(&[], |(_, scopes)| scopes)
    }

    fn take(&mut self, name: &str) -> Option<Credential> {
        let index = self.list.iter().position(|(scheme, _)| *scheme == name)?;
        Some(self.list.swap_remove(index).1)
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
