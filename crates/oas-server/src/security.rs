//! Defines security requirements, and finds the required credentials in a request.
//!
//! Credentials are not verified here; see [`Builder::verify`](crate::Builder::verify).

use std::borrow::Cow;
use std::fmt;

use http::header::AUTHORIZATION;
use http::request::Parts;
use smallvec::SmallVec;

use crate::credentials::{
    ApiKey, BasicCredential, BearerCredential, Credential, Credentials, HttpCredential,
};
use crate::parameters::raw::{self, Found};
use crate::schema::Static;
use crate::storage::Storage;
use crate::{Location, Operation, Rejection};

/// A security scheme that an operation requires (OpenAPI 3.0.4, Security Scheme and Security Requirement Objects).
pub struct Requirement<S: Storage = Static> {
    /// The name of the scheme: the key in `securitySchemes` of the document.
    pub name: S::Text,
    /// The part of a request that contains the credential.
    pub mechanism: Mechanism<S>,
    /// The scopes that the credential must have. Only a verifier checks them.
    pub scopes: S::List<S::Text>,
}

/// The part of a request that contains the credential of a [`Requirement`].
pub enum Mechanism<S: Storage = Static> {
    /// `Authorization: <scheme> <secret>`, with this scheme.
    Http(S::Text),
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization: Bearer`.
    Bearer,
    /// A header field, query parameter or cookie of this name.
    ApiKey(Location, S::Text),
    /// None: the transport has verified a client certificate.
    MutualTls,
}

/// Formats the name of the scheme.
impl<S: Storage> fmt::Debug for Requirement<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requirement")
            .field("name", &&*self.name)
            .finish_non_exhaustive()
    }
}

impl Requirement {
    const fn new(name: &'static str, mechanism: Mechanism) -> Self {
        Self {
            name,
            mechanism,
            scopes: &[],
        }
    }

    /// Creates a requirement of an HTTP scheme other than `basic` and `bearer`: `Authorization: <scheme> <secret>`.
    /// `name` is the key in `securitySchemes` of the document. [`Credentials::http`] returns the credential.
    #[must_use]
    pub const fn http(name: &'static str, scheme: &'static str) -> Self {
        Self::new(name, Mechanism::Http(scheme))
    }

    /// Creates a requirement of the HTTP scheme `basic` (RFC 7617). [`Credentials::basic`] returns the credential.
    #[must_use]
    pub const fn basic(name: &'static str) -> Self {
        Self::new(name, Mechanism::Basic)
    }

    /// Creates a requirement of the HTTP scheme `bearer` (RFC 6750), which `oauth2` and `openIdConnect` use too.
    /// [`Credentials::bearer`] returns the token.
    #[must_use]
    pub const fn bearer(name: &'static str) -> Self {
        Self::new(name, Mechanism::Bearer)
    }

    /// Creates a requirement of an API key in the header `header`. [`Credentials::api_key`] returns the key.
    #[must_use]
    pub const fn api_key_header(name: &'static str, header: &'static str) -> Self {
        Self::new(name, Mechanism::ApiKey(Location::Header, header))
    }

    /// Creates a requirement of an API key in the query parameter `parameter`.
    #[must_use]
    pub const fn api_key_query(name: &'static str, parameter: &'static str) -> Self {
        Self::new(name, Mechanism::ApiKey(Location::Query, parameter))
    }

    /// Creates a requirement of an API key in the cookie `cookie`.
    #[must_use]
    pub const fn api_key_cookie(name: &'static str, cookie: &'static str) -> Self {
        Self::new(name, Mechanism::ApiKey(Location::Cookie, cookie))
    }

    /// Creates a requirement of a client certificate (OpenAPI 3.1.2, Security Scheme Object). The transport must verify
    /// the certificate and add [`ClientCertificate`] to the extensions of the request; otherwise the request is
    /// rejected.
    #[must_use]
    pub const fn mutual_tls(name: &'static str) -> Self {
        Self::new(name, Mechanism::MutualTls)
    }

    /// Sets the scopes that the credential must have: those of an `oauth2` or `openIdConnect` token or, from OpenAPI
    /// 3.1 on, roles of the caller. They are not checked here: a verifier reads them with [`Credentials::scopes`].
    ///
    /// ```
    /// use oas_server::Requirement;
    ///
    /// const READ: Requirement = Requirement::bearer("login").with_scopes(&["images:read"]);
    /// assert_eq!(READ.scopes, ["images:read"]);
    /// ```
    #[must_use]
    pub const fn with_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}

impl<S: Storage> Requirement<S> {
    fn challenge(&self) -> Cow<'static, str> {
        match &self.mechanism {
            Mechanism::Http(scheme) => scheme.to_string().into(),
            // RFC 7617 §2 and §2.1: the realm is required, and user name and password are read as UTF-8.
            Mechanism::Basic => {
                let realm = self.name.replace(['"', '\\'], "");
                format!("Basic realm=\"{realm}\", charset=\"UTF-8\"").into()
            }
            Mechanism::Bearer => "Bearer".into(),
            // Neither has a registered scheme, but RFC 9110 §15.5.2 wants at least one challenge.
            Mechanism::ApiKey(..) => "ApiKey".into(),
            Mechanism::MutualTls => "Certificate".into(),
        }
    }

    fn find(&self, parts: &Parts) -> Finding {
        match &self.mechanism {
            Mechanism::Http(scheme) => authorization(parts, scheme, |secret| {
                Some(Credential::Http(HttpCredential::new(&**scheme, secret)))
            }),
            Mechanism::Basic => authorization(parts, "Basic", |encoded| {
                BasicCredential::parse(encoded).map(Credential::Basic)
            }),
            Mechanism::Bearer => authorization(parts, "Bearer", |token| {
                let plausible = token.bytes().all(|byte| byte.is_ascii_graphic());
                plausible.then(|| Credential::Bearer(BearerCredential::new(token)))
            }),
            Mechanism::ApiKey(location, name) => api_key(parts, *location, name),
            Mechanism::MutualTls => match parts.extensions.get::<ClientCertificate>() {
                Some(_) => Finding::Good(Credential::MutualTls),
                None => Finding::Absent,
            },
        }
    }
}

/// An extension that marks a request whose client certificate the transport has verified; see
/// [`Requirement::mutual_tls`].
#[derive(Debug, Clone, Copy)]
pub struct ClientCertificate;

enum Finding {
    Absent,
    Malformed,
    Good(Credential),
}

/// Parses `auth-scheme 1*SP rest`, the scheme in any case (RFC 9110 §11.4 and §11.6.2).
fn authorization(
    parts: &Parts,
    scheme: &str,
    read: impl FnOnce(&str) -> Option<Credential>,
) -> Finding {
    let mut fields = parts.headers.get_all(AUTHORIZATION).iter();
    let (field, another) = (fields.next(), fields.next());
    let Some(field) = field else {
        return Finding::Absent;
    };
    let credential = std::str::from_utf8(field.as_bytes())
        .ok()
        .filter(|_| another.is_none())
        .and_then(|field| field.trim().split_once(' '))
        .filter(|(presented, _)| presented.eq_ignore_ascii_case(scheme))
        .map(|(_, rest)| rest.trim_start())
        .filter(|rest| !rest.is_empty())
        .and_then(read);
    credential.map_or(Finding::Malformed, Finding::Good)
}

fn api_key(parts: &Parts, location: Location, name: &str) -> Finding {
    match location {
        Location::Header => {
            only_key(raw::header_fields(parts, name).map(|field| field.map(Cow::Borrowed)))
        }
        // A cookie that is a session has been made by a server, and comes back as it is (RFC 6265 §5.4).
        Location::Cookie => only_key(
            raw::cookies(parts)
                .filter(|(key, _)| key == name)
                .map(|(_, value)| Some(Cow::Borrowed(value))),
        ),
        _ => only_key(raw::query_values(parts, name)),
    }
}

/// Returns the key if exactly one is present.
fn only_key<'r>(mut keys: impl Iterator<Item = Found<'r>>) -> Finding {
    match (keys.next(), keys.next()) {
        (None, _) => Finding::Absent,
        (Some(Some(key)), None) if !key.is_empty() => {
            Finding::Good(Credential::ApiKey(ApiKey::new(&*key)))
        }
        _ => Finding::Malformed,
    }
}

/// Returns one challenge for each acceptable scheme, in the document's order.
pub(crate) fn challenges<S: Storage>(operation: &Operation<S>) -> Vec<Cow<'static, str>> {
    let mut challenges = Vec::new();
    for requirement in operation
        .security
        .iter()
        .flat_map(|alternative| alternative.iter())
    {
        let challenge = requirement.challenge();
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges
}

/// The alternatives that a request satisfies. Most operations have one.
pub(crate) type Satisfied<S> = SmallVec<[Credentials<S>; 1]>;

/// Finds the alternatives that the request satisfies: at least one.
///
/// An alternative that asks for nothing lets anonymous callers in, but only those who present nothing: a caller with a
/// broken credential learns of it instead of being taken for somebody else.
pub(crate) fn authorize<S: Storage>(
    operation: &S::Operation,
    parts: &Parts,
) -> Result<Satisfied<S>, Rejection> {
    let mut anonymous = operation.security.is_empty();
    let mut presented = false;
    let mut satisfied = Satisfied::new();
    for (index, alternative) in operation.security.iter().enumerate() {
        if alternative.is_empty() {
            anonymous = true;
            continue;
        }
        let mut credentials = Credentials::new(operation.clone(), index);
        let mut complete = true;
        for (index, requirement) in alternative.iter().enumerate() {
            match requirement.find(parts) {
                Finding::Good(credential) => {
                    presented = true;
                    credentials.push(index, credential);
                }
                Finding::Malformed => {
                    presented = true;
                    complete = false;
                }
                Finding::Absent => complete = false,
            }
        }
        if complete {
            satisfied.push(credentials);
        }
    }
    if anonymous && !presented {
        satisfied.push(Credentials::default());
    }
    if satisfied.is_empty() {
        return Err(Rejection::unauthorized(operation));
    }
    Ok(satisfied)
}
