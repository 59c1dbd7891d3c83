//! Defines encoded requests to an operation, which are sent or formatted as a command.

use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use http::{HeaderValue, Request};
use oas_document::openapi::{SchemeUse, SecurityKind};
use oas_wire::{ParameterLocation, Secret, basic, percent};

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

/// The text of a credential in a shell command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShellValue<'a> {
    /// This text, which is quoted.
    Text(&'a str),
    /// The environment variable of this name, which the shell expands.
    Variable(&'a str),
}

impl Credential {
    /// Returns the name of the security scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl RequestSample {
    /// Returns the part of a request that carries the credential of a scheme; `None` for one that is not part of a
    /// request, such as a certificate.
    pub(crate) fn credential(used: &SchemeUse<'_>) -> Option<Credential> {
        let place = match used.scheme?.kind()? {
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
        Some(Credential {
            scheme: used.name.to_owned(),
            place,
        })
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
        let mut target = format!("{base_path}{}", self.target);
        let mut cookies = self.cookies.clone();
        let mut headers = Vec::new();
        for credential in &self.credentials {
            let found = secret(&credential.scheme);
            let value = found.unwrap_or_else(|| Secret::from(SECRET));
            let text = value.expose();
            match &credential.place {
                CredentialLocation::Header(name) => {
                    let name: HeaderName = name.parse().ok()?;
                    headers.push((name, text.to_owned()));
                }
                CredentialLocation::Query(name) => {
                    let pair = [percent::encode(name), percent::encode(text)].join("=");
                    target = with_pair(&target, &pair);
                }
                CredentialLocation::Cookie(name) => cookies.push(format!("{name}={text}")),
                CredentialLocation::Basic => {
                    let (user, password) = text.split_once(':').unwrap_or(("user", text));
                    let encoded = basic::encode(user, &Secret::from(password)).ok()?;
                    headers.push((AUTHORIZATION, format!("Basic {}", encoded.expose())));
                }
                CredentialLocation::Authorization(scheme) => {
                    headers.push((AUTHORIZATION, format!("{scheme} {text}")));
                }
            }
        }
        let mut request = Request::builder().method(&*self.method).uri(target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            let mut value = HeaderValue::try_from(value).ok()?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        request.body(self.body.clone().unwrap_or_default()).ok()
    }

    /// Formats the request as a curl command for a POSIX shell, sent to `origin` such as `http://127.0.0.1:8080`, with
    /// the word `secret` for each credential. Returns `None` if a command cannot contain the body.
    #[must_use]
    pub fn curl(&self, origin: &str) -> Option<String> {
        self.curl_with(origin, |_| ShellValue::Text(SECRET))
    }

    /// Formats the request as [`RequestSample::curl`] does. `secret` returns the text of the credential for the name of a
    /// security scheme.
    ///
    /// ```
    /// # use oas_document::{Document, openapi};
    /// # use oas_mock::{Draft, ShellValue};
    /// # let document = Document::parse("a.yaml", "
    /// # openapi: 3.0.4
    /// # paths: { /pets: { get: { security: [{ token: [] }] } } }
    /// # components: { securitySchemes: { token: { type: http, scheme: bearer } } }
    /// # ").unwrap();
    /// # let operation = openapi::operations(&document)[0];
    /// # let sample = Draft::new(&mut oas_samples::Sampler::default(), operation, true).unwrap().write().unwrap();
    /// let line = sample.curl_with("http://localhost", |_| ShellValue::Variable("TOKEN")).unwrap();
    /// assert_eq!(line, r#"curl 'http://localhost/pets' -H 'Authorization: Bearer '"$TOKEN""#);
    /// ```
    #[must_use]
    pub fn curl_with<'a>(
        &self,
        origin: &str,
        secret: impl Fn(&str) -> ShellValue<'a>,
    ) -> Option<String> {
        let mut url = Word::text(&format!("{origin}{}", self.target));
        let mut cookies = Word::text(&self.cookies.join("; "));
        let mut rest = String::new();
        for credential in &self.credentials {
            let value = secret(&credential.scheme);
            match &credential.place {
                CredentialLocation::Header(name) => {
                    let word = Word::text(&format!("{name}: ")).and(value);
                    rest.push_str(&format!(" -H {word}"));
                }
                CredentialLocation::Query(name) => {
                    let mark = if url.0.contains('?') { '&' } else { '?' };
                    let text = format!("{mark}{}=", percent::encode(name));
                    url = url.and(ShellValue::Text(&text)).and(value);
                }
                CredentialLocation::Cookie(name) => {
                    let mark = if cookies.is_empty() { "" } else { "; " };
                    let text = format!("{mark}{name}=");
                    cookies = cookies.and(ShellValue::Text(&text)).and(value);
                }
                CredentialLocation::Basic => {
                    let word = match value {
                        ShellValue::Text(text) if !text.contains(':') => {
                            Word::text(&format!("user:{text}"))
                        }
                        value => Word::default().and(value),
                    };
                    rest.push_str(&format!(" -u {word}"));
                }
                CredentialLocation::Authorization(scheme) => {
                    let word = Word::text(&format!("Authorization: {scheme} ")).and(value);
                    rest.push_str(&format!(" -H {word}"));
                }
            }
        }
        let mut line = "curl".to_owned();
        match self.method.as_str() {
            "GET" => {}
            // curl would wait for the body that the header field announces.
            "HEAD" => line.push_str(" -I"),
            method => line.push_str(&format!(" -X {method}")),
        }
        line.push_str(&format!(" {url}"));
        for (name, value) in &self.headers {
            line.push_str(&format!(" -H {}", Word::text(&format!("{name}: {value}"))));
        }
        line.push_str(&rest);
        if !cookies.is_empty() {
            let word = Word::text("Cookie: ");
            line.push_str(&format!(" -H {}{cookies}", word));
        }
        if let Some(body) = &self.body {
            line.push_str(&format!(" --data-raw {}", body_word(body)?));
        }
        Some(line)
    }
}

/// Formats the request line, such as `GET /pets/7`.
impl fmt::Display for RequestSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}

fn with_pair(target: &str, pair: &str) -> String {
    let mark = if target.contains('?') { '&' } else { '?' };
    format!("{target}{mark}{pair}")
}

/// A word of a POSIX shell, composed of quoted pieces.
#[derive(Default)]
struct Word(String);

impl Word {
    fn text(text: &str) -> Self {
        Self::default().and(ShellValue::Text(text))
    }

    fn and(mut self, value: ShellValue<'_>) -> Self {
        match value {
            ShellValue::Text("") => {}
            ShellValue::Text(text) => {
                // A piece of the same kind is appended to the last one.
                match self.0.strip_suffix('\'') {
                    Some(before) if !before.ends_with('\\') => self.0 = before.to_owned(),
                    _ => self.0.push('\''),
                }
                self.0.push_str(&text.replace('\'', "'\\''"));
                self.0.push('\'');
            }
            ShellValue::Variable(name) => self.0.push_str(&format!("\"${name}\"")),
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_str() {
            "" => f.write_str("''"),
            text => f.write_str(text),
        }
    }
}

/// Quotes a body as a word: in plain quotes, or with escapes if it contains characters that a line cannot show
/// (POSIX.1-2024, 2.2.4).
fn body_word(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok();
    let is_plain = |text: &&str| !text.contains(char::is_control);
    if let Some(text) = text.filter(is_plain) {
        return Some(Word::text(text).to_string());
    }
    if body.contains(&0) {
        return None;
    }
    let mut word = "$'".to_owned();
    for byte in body {
        match byte {
            b'\n' => word.push_str("\\n"),
            b'\r' => word.push_str("\\r"),
            b'\t' => word.push_str("\\t"),
            b'\\' => word.push_str("\\\\"),
            b'\'' => word.push_str("\\'"),
            b' '..=b'~' => word.push(char::from(*byte)),
            other => word.push_str(&format!("\\{other:03o}")),
        }
    }
    word.push('\'');
    Some(word)
}
