//! Defines credentials, and chooses the alternative of an operation's security requirements that a request satisfies.
//! Credentials are not obtained or renewed here; a [`Hook`](crate::Hook) can do that.

use std::{borrow::Cow, fmt};

use http::header::Entry;
use http::{HeaderName, HeaderValue, header};
use oas_wire::{Secret, basic, cookie, form, percent};

use crate::{operation::Operation, request::RequestBuilder};

/// A credential, and the part of a request that contains it (OpenAPI 3.0.4, Security Scheme Object).
///
/// Generated clients have a method for each security scheme of the document, which creates the credential for the part
/// that the scheme prescribes. Constructors do not fail: a call with an invalid credential returns
/// [`Error::InvalidRequest`](crate::Error::InvalidRequest). `Debug` shows the part of the request, never the secret.
///
/// ```
/// use oas_client::Credential;
///
/// let session = Credential::http("OAuth", "5f2c…");
/// assert_eq!(format!("{session:?}"), "Credential(header authorization)");
/// ```
#[derive(Clone)]
pub struct Credential(CredentialKind);

#[derive(Clone)]
enum CredentialKind {
    Header(HeaderName, HeaderValue),
    Query(Cow<'static, str>, Secret),
    Cookie(Cow<'static, str>, Secret),
    Hook,
    /// The reason why it cannot be sent. The message names no part of the secret.
    Invalid(&'static str),
}

impl Credential {
    /// Creates a credential for `Authorization: <scheme> <token>`, of any HTTP scheme (RFC 9110 §11.6.2). An empty
    /// token is invalid.
    pub fn http(scheme: &str, token: impl Into<Secret>) -> Self {
        let token = token.into();
        if token.expose().is_empty() {
            return Self(CredentialKind::Invalid("is empty"));
        }
        Self::in_header(
            header::AUTHORIZATION,
            &format!("{scheme} {}", token.expose()),
        )
    }

    /// Creates a credential for `Authorization: Bearer <token>` (RFC 6750 §2.1), which schemes of the types `oauth2`
    /// and `openIdConnect` use too.
    pub fn bearer(token: impl Into<Secret>) -> Self {
        Self::http("Bearer", token)
    }

    /// Creates a credential for `Authorization: Basic …` (RFC 7617 §2). A user name with a colon is invalid.
    pub fn basic(user: &str, password: impl Into<Secret>) -> Self {
        match basic::encode(user, &password.into()) {
            Ok(encoded) => Self::http("Basic", encoded),
            Err(_) => Self(CredentialKind::Invalid(
                "has a colon in the user name, which http basic cannot express",
            )),
        }
    }

    /// Creates an API key in the header `name`.
    pub fn api_key_header(name: &str, key: impl Into<Secret>) -> Self {
        match HeaderName::try_from(name) {
            Ok(name) => Self::in_header(name, key.into().expose()),
            Err(_) => Self(CredentialKind::Invalid(
                "belongs in a header whose name is not a header name",
            )),
        }
    }

    /// Creates an API key in the query parameter `name`.
    pub fn api_key_query(name: impl Into<Cow<'static, str>>, key: impl Into<Secret>) -> Self {
        Self(CredentialKind::Query(name.into(), key.into()))
    }

    /// Creates an API key in the cookie `name`. The key is not encoded: a character that a cookie cannot contain is
    /// invalid (RFC 6265 §4.1.1).
    pub fn api_key_cookie(name: impl Into<Cow<'static, str>>, key: impl Into<Secret>) -> Self {
        let key = key.into();
        if cookie::is_value(key.expose()) {
            Self(CredentialKind::Cookie(name.into(), key))
        } else {
            Self(CredentialKind::Invalid(
                "holds a character that a cookie cannot carry",
            ))
        }
    }

    /// Creates a credential that satisfies a security requirement without adding anything to the request, because a
    /// [`Hook`](crate::Hook) adds it.
    pub fn by_hook() -> Self {
        Self(CredentialKind::Hook)
    }

    fn in_header(name: HeaderName, value: &str) -> Self {
        match HeaderValue::try_from(value) {
            // Leading and trailing blanks would be dropped on the way (RFC 9110 §5.5), and arrive as another secret.
            Ok(mut value) if value.as_bytes().trim_ascii().len() == value.len() => {
                value.set_sensitive(true);
                Self(CredentialKind::Header(name, value))
            }
            Ok(_) => Self(CredentialKind::Invalid("begins or ends with a blank")),
            Err(_) => Self(CredentialKind::Invalid(
                "holds a character that a header cannot carry, such as a line break at its end",
            )),
        }
    }

    /// Adds the credential to a request, unless a parameter of the same name is in its place, whose value counts then.
    pub(crate) fn put_on(&self, scheme: &str, request: &mut RequestBuilder) -> Result<(), String> {
        match &self.0 {
            CredentialKind::Header(name, value) => {
                let draft = &mut *request.draft;
                let former = draft.secrets.header.replace(value.clone());
                let former = former.as_ref().and_then(|value| value.to_str().ok());
                draft.secrets.others.extend(former.map(Secret::from));
                match draft.request.headers_mut().entry(name) {
                    Entry::Vacant(field) => {
                        field.insert(value.clone());
                    }
                    // Credentials are sensitive, parameters are not.
                    Entry::Occupied(field) if field.get().is_sensitive() => {
                        return Err(format!(
                            "header `{name}` is claimed twice, the second time by credential `{scheme}`"
                        ));
                    }
                    Entry::Occupied(_) => {}
                }
            }
            CredentialKind::Query(name, key) => {
                let written = percent::encode(name);
                if form::pairs(&request.draft.query).all(|(known, _)| known != written) {
                    request.add_query(&form::pair(name, key.expose()));
                }
                request.draft.secrets.others.push(key.clone());
            }
            CredentialKind::Cookie(name, key) => {
                let cookies = &mut request.draft.cookies;
                let is_known = cookies
                    .iter()
                    .flat_map(|field| cookie::pairs(field))
                    .any(|(known, _)| known == *name);
                if !is_known {
                    let name = percent::encode_cookie_name(name);
                    cookies.push(format!("{name}={}", key.expose()));
                }
                request.draft.secrets.others.push(key.clone());
            }
            CredentialKind::Hook => {}
            CredentialKind::Invalid(why) => {
                return Err(format!("the credential for `{scheme}` {why}"));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            CredentialKind::Header(name, _) => write!(f, "Credential(header {name})"),
            CredentialKind::Query(name, _) => write!(f, "Credential(query {name})"),
            CredentialKind::Cookie(name, _) => write!(f, "Credential(cookie {name})"),
            CredentialKind::Hook => f.write_str("Credential(by hook)"),
            CredentialKind::Invalid(why) => write!(f, "Credential({why})"),
        }
    }
}

/// The credentials of a client, by the name of the security scheme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials(Vec<(Cow<'static, str>, Credential)>);

impl Credentials {
    pub(crate) fn set(&mut self, scheme: Cow<'static, str>, credential: Credential) {
        self.0.retain(|(name, _)| *name != scheme);
        self.0.push((scheme, credential));
    }

    fn get(&self, scheme: &str) -> Option<&Credential> {
        self.0
            .iter()
            .find(|(name, _)| name == scheme)
            .map(|(_, credential)| credential)
    }

    /// Puts the credentials of the first alternative on the request for which all are set.
    ///
    /// The anonymous alternative comes last, no matter where the document lists it: a caller that set a credential wants it used.
    pub(crate) fn authorize(
        &self,
        operation: &Operation,
        request: &mut RequestBuilder,
    ) -> Result<(), String> {
        let alternatives = operation.alternatives();
        let satisfied = |schemes: &&&[&str]| {
            !schemes.is_empty() && schemes.iter().all(|s| self.get(s).is_some())
        };
        if let Some(schemes) = alternatives.iter().find(satisfied) {
            for scheme in *schemes {
                if let Some(credential) = self.get(scheme) {
                    credential.put_on(scheme, request)?;
                }
            }
            return Ok(());
        }
        if alternatives.is_empty() || alternatives.iter().any(|schemes| schemes.is_empty()) {
            return Ok(());
        }
        let wanted: Vec<String> = alternatives
            .iter()
            .map(|schemes| format!("`{}`", schemes.join("` and `")))
            .collect();
        Err(format!(
            "operation `{}` needs a credential that this client does not have: set {}",
            operation.id(),
            wanted.join(", or "),
        ))
    }
}
