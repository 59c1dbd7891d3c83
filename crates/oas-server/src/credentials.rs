//! Credentials as types that do not leak: no `Display`, no `Serialize`, and a `Debug` that hides the secret.
//!
//! Finding them in a request is the business of [`Request::admit`](crate::Request::admit).

use std::fmt;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// With padding or without: RFC 7617 §2 has it, and some clients leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret string. The one place that decides how secrets are shown and compared.
#[derive(Clone, Eq)]
struct Secret(Box<str>);

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Secret {
    /// Compares in a time that depends on the length of `other` alone, so that a wrong guess does not tell how much of it
    /// was right.
    fn matches(&self, other: &str) -> bool {
        let (mine, theirs) = (self.0.as_bytes(), other.as_bytes());
        let mut difference = u8::from(mine.len() != theirs.len());
        for (index, byte) in theirs.iter().enumerate() {
            // Past the end of ours any byte will do: the lengths differ already.
            difference |= byte ^ mine.get(index).copied().unwrap_or_default();
            difference = std::hint::black_box(difference);
        }
        difference == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The credentials of an HTTP authentication scheme that has no type of its own: `Authorization: <scheme> <secret>`
/// (RFC 9110 §11.4).
///
/// ```
/// use oas_server::HttpCredential;
///
/// let session = HttpCredential::new("OAuth", "5f7c1b1e");
/// assert!(session.matches("5f7c1b1e"));
/// assert_eq!(format!("{session:?}"), r#"HttpCredential { scheme: "OAuth", secret: [redacted] }"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCredential {
    scheme: Box<str>,
    secret: Secret,
}

impl HttpCredential {
    /// The credential `<scheme> <secret>`.
    pub fn new(scheme: impl Into<Box<str>>, secret: impl Into<Box<str>>) -> Self {
        Self {
            scheme: scheme.into(),
            secret: Secret(secret.into()),
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
        &self.secret.0
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
    pub fn new(username: impl Into<Box<str>>, password: impl Into<Box<str>>) -> Self {
        Self {
            username: username.into(),
            password: Secret(password.into()),
        }
    }

    /// Reads `user-id:password` in base64; `None` where it is anything else.
    pub(crate) fn parse(encoded: &str) -> Option<Self> {
        let bytes = BASE64.decode(encoded).ok()?;
        let (username, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
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
        &self.password.0
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
    pub fn new(token: impl Into<Box<str>>) -> Self {
        Self {
            token: Secret(token.into()),
        }
    }

    /// The token. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.token.0
    }

    /// Whether the token is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.token.matches(expected)
    }
}

/// An API key from a header, the query or a cookie (OpenAPI 3.0.4 §4.8.27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    key: Secret,
}

impl ApiKey {
    /// The credential that `key` is.
    pub fn new(key: impl Into<Box<str>>) -> Self {
        Self {
            key: Secret(key.into()),
        }
    }

    /// The key. What is read here must not be logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.key.0
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
}

impl Credentials {
    pub(crate) fn push(&mut self, scheme: &'static str, credential: Credential) {
        self.list.push((scheme, credential));
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
