//! Defines encoded requests to an operation, which are sent or formatted as a command.

mod writer;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use oas_document::openapi::{SecurityKind, SecurityScheme};
use oas_wire::curl::{Command, Word};
use oas_wire::{ParameterLocation, Secret, basic, percent};

pub use self::writer::{EncodedParameter, RequestWriter};

/// The placeholder of a credential.
const SECRET: &str = "secret";

/// A request that a document describes, with encoded parameters and body. The URL of the server, and the secrets of the
/// [credentials](Self::credentials) that it needs, are added when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestSample {
    /// The method.
    pub method: String,
    /// The path and the query, without credentials.
    pub target: String,
    /// The headers, without cookies and credentials.
    pub headers: Vec<(String, String)>,
    /// The cookies, each as `name=value`.
    pub cookies: Vec<String>,
    /// The credentials that the request needs.
    pub credentials: Vec<Credential>,
    /// The body.
    pub body: Option<Bytes>,
}

/// A credential of a request, without its secret: the security scheme, and the part of the request that contains the
/// credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    scheme: String,
    place: CredentialLocation,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum CredentialLocation {
    Header(String),
    Query(String),
    Cookie(String),
    Basic,
    /// The `Authorization` field, with this HTTP scheme.
    Authorization(String),
}

/// The head of a request with its credentials. It can contain secrets, and is not shown by `Debug` therefore.
#[non_exhaustive]
pub struct RequestHead {
    /// The path and the query.
    pub target: Word,
    /// The names and values of the header fields. Those of the sample come first.
    pub headers: Vec<(String, Word)>,
    /// The user and the password of HTTP Basic authentication, with a colon between them.
    pub user: Option<Word>,
}

impl Credential {
    /// Returns the part of a request that carries the credential of a scheme; `None` for one that is not part of a
    /// request, such as a certificate.
    fn of(scheme: &SecurityScheme<'_>) -> Option<Self> {
        let place = match scheme.kind()? {
            SecurityKind::ApiKey { location, name } => match location {
                ParameterLocation::Header => CredentialLocation::Header(name.to_owned()),
                ParameterLocation::Cookie => CredentialLocation::Cookie(name.to_owned()),
                _ => CredentialLocation::Query(name.to_owned()),
            },
            SecurityKind::Basic => CredentialLocation::Basic,
            SecurityKind::Bearer | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                CredentialLocation::Authorization("Bearer".to_owned())
            }
            SecurityKind::Http(scheme) => CredentialLocation::Authorization(scheme.to_owned()),
            _ => return None,
        };
        Some(Self {
            scheme: scheme.name.to_owned(),
            place,
        })
    }

    /// Returns the name of the security scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns whether the credential is part of the query, where it is percent-encoded.
    #[must_use]
    pub fn is_in_query(&self) -> bool {
        matches!(self.place, CredentialLocation::Query(_))
    }
}

impl RequestSample {
    /// Adds the credentials to the parameters. `secret` returns the text of a credential, as it is sent: a token or key, or
    /// `user:password`.
    ///
    /// ```
    /// # use oas_document::{Document, openapi};
    /// use oas_samples::RequestWriter;
    /// use oas_wire::curl::Word;
    ///
    /// # let document = Document::parse("a.yaml", "
    /// # openapi: 3.0.4
    /// # paths: { /pets: { get: { security: [{ key: [] }] } } }
    /// # components: { securitySchemes: { key: { type: apiKey, in: cookie, name: the key } } }
    /// # ").unwrap();
    /// # let operation = openapi::operations(&document)[0];
    /// # let key = operation.security().requirements[0].schemes[0].scheme.unwrap();
    /// let mut writer = RequestWriter::new(operation);
    /// assert!(writer.credential(&key));
    /// let head = writer.finish().head(|credential| Word::text(format!("<{}>", credential.scheme())));
    /// assert_eq!(head.headers, [("Cookie".to_owned(), Word::text("the%20key=<key>"))]);
    /// ```
    #[must_use]
    pub fn head(&self, secret: impl Fn(&Credential) -> Word) -> RequestHead {
        let mut target = Word::text(&self.target);
        let mut mark = if self.target.contains('?') { '&' } else { '?' };
        let mut cookies = Word::text(self.cookies.join("; "));
        let fields = self.headers.iter();
        let fields = fields.map(|(name, value)| (name.clone(), Word::text(value)));
        let mut headers: Vec<(String, Word)> = fields.collect();
        let mut user = None;
        for credential in &self.credentials {
            let value = secret(credential);
            match &credential.place {
                CredentialLocation::Header(name) => headers.push((name.clone(), value)),
                CredentialLocation::Query(name) => {
                    let name = Word::text(format!("{mark}{}=", percent::encode(name)));
                    target = target.and(name).and(value);
                    mark = '&';
                }
                CredentialLocation::Cookie(name) => {
                    let mark = if cookies.is_empty() { "" } else { "; " };
                    let name = percent::encode_cookie_name(name);
                    cookies = cookies.and(Word::text(format!("{mark}{name}="))).and(value);
                }
                CredentialLocation::Basic => {
                    user = Some(match value.as_text() {
                        Some(text) if !text.contains(':') => Word::text(format!("user:{text}")),
                        _ => value,
                    });
                }
                CredentialLocation::Authorization(scheme) => {
                    let value = Word::text(format!("{scheme} ")).and(value);
                    headers.push(("Authorization".to_owned(), value));
                }
            }
        }
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies));
        }
        RequestHead {
            target,
            headers,
            user,
        }
    }

    /// Creates the request, with `base_path` before its path. `secret` returns the credential for the name of a
    /// security scheme: a token or key, or `user:password`; if it returns `None`, the word `secret` is sent.
    ///
    /// Returns `None` if a value is not valid in HTTP.
    #[must_use]
    pub fn request(
        &self,
        base_path: &str,
        secret: impl Fn(&str) -> Option<Secret>,
    ) -> Option<Request<Bytes>> {
        let head = self.head(|credential| {
            let found = secret(&credential.scheme);
            let value = found.unwrap_or_else(|| Secret::from(SECRET));
            match credential.is_in_query() {
                true => Word::text(percent::encode(value.expose())),
                false => Word::text(value.expose()),
            }
        });
        let target = format!("{base_path}{}", head.target.as_text()?);
        let mut request = Request::builder().method(&*self.method).uri(target);
        for (index, (name, value)) in head.headers.iter().enumerate() {
            let mut value = HeaderValue::try_from(value.as_text()?).ok()?;
            value.set_sensitive(index >= self.headers.len());
            request = request.header(name, value);
        }
        if let Some(user) = &head.user {
            let (user, password) = user.as_text()?.split_once(':')?;
            let encoded = basic::encode(user, &Secret::from(password)).ok()?;
            let mut value = HeaderValue::try_from(format!("Basic {}", encoded.expose())).ok()?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.body(self.body.clone().unwrap_or_default()).ok()
    }

    /// Formats the request as a curl command for a POSIX shell, sent to `origin` such as `http://127.0.0.1:8080`, with
    /// the word `secret` for each credential. Returns `None` if a command cannot contain the body.
    #[must_use]
    pub fn curl(&self, origin: &str) -> Option<String> {
        self.curl_with(origin, |_| Word::text(SECRET))
    }

    /// Formats the request as [`RequestSample::curl`] does. `secret` returns the text of the credential for the name of a
    /// security scheme.
    ///
    /// ```
    /// # use oas_document::{Document, openapi};
    /// use oas_samples::RequestWriter;
    /// use oas_wire::curl::Word;
    ///
    /// # let document = Document::parse("a.yaml", "
    /// # openapi: 3.0.4
    /// # paths: { /pets: { get: { security: [{ token: [] }] } } }
    /// # components: { securitySchemes: { token: { type: http, scheme: bearer } } }
    /// # ").unwrap();
    /// # let operation = openapi::operations(&document)[0];
    /// # let token = operation.security().requirements[0].schemes[0].scheme.unwrap();
    /// let mut writer = RequestWriter::new(operation);
    /// assert!(writer.credential(&token));
    /// let line = writer.finish().curl_with("http://localhost", |_| Word::variable("TOKEN")).unwrap();
    /// assert_eq!(line, r#"curl 'http://localhost/pets' -H 'Authorization: Bearer '"$TOKEN""#);
    /// ```
    #[must_use]
    pub fn curl_with(&self, origin: &str, secret: impl Fn(&str) -> Word) -> Option<String> {
        let head = self.head(|credential| secret(&credential.scheme));
        let mut command = Command::new(&self.method, Word::text(origin).and(head.target));
        if let Some(user) = head.user {
            command = command.user(user);
        }
        for (name, value) in head.headers {
            command = command.header(&name, value);
        }
        if let Some(body) = &self.body {
            command = command.body(Word::bytes(body.to_vec())?);
        }
        Some(command.to_string())
    }
}

/// Formats the request line, such as `GET /pets/7`.
impl std::fmt::Display for RequestSample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}
