//! Parses the table of wire cases, `tests/wire.toml`: requests, responses and malformed requests of RecoverImage, as
//! bytes and as the values that both sides encode and decode.

use serde::Deserialize;

/// All cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Names of cases that fail for a known reason, which then must fail.
    pub known_failures: Vec<String>,
    /// The requests that a client sends, and the inputs that a handler receives.
    pub request: Vec<Request>,
    /// The responses that a server sends, and the results that a caller receives.
    pub response: Vec<Response>,
    /// The requests that a server rejects.
    pub malformed: Vec<Malformed>,
}

/// A good request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Unique in the table.
    pub name: String,
    /// Whether the generated client writes exactly this. Otherwise it is a spelling that a server takes as well.
    #[serde(default = "yes")]
    pub client: bool,
    /// The parameter in the path, as a caller gives it and a handler gets it.
    #[serde(default = "image")]
    pub image_uuid: String,
    /// The credential, as a caller gives it and a handler gets it.
    #[serde(default = "session")]
    pub session: String,
    /// The request target on the wire.
    #[serde(default = "target")]
    pub target: String,
    /// The header `Authorization` on the wire.
    #[serde(default = "authorization")]
    pub authorization: String,
    /// The header `Content-Type` on the wire.
    #[serde(default = "content_type")]
    pub content_type: String,
    /// The body on the wire.
    pub body: String,
    /// The input of the handler, encoded as JSON, if it differs from the body on the wire.
    pub decoded: Option<String>,
}

/// A response.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Unique in the table.
    pub name: String,
    /// The status on the wire.
    pub status: u16,
    /// The header `Content-Type` on the wire.
    #[serde(default = "json")]
    pub content_type: String,
    /// The body on the wire. Without one, it is the documented example.
    pub body: Option<String>,
    /// The value of the header `Content-Length`, if it differs from the length of the body.
    pub promised: Option<usize>,
    /// The limit of the client on the body, in bytes.
    pub limit: Option<usize>,
    /// The variant of a handler's output that is written as exactly this response, if there is one.
    pub output: Option<String>,
    /// The result of the caller: `Ok`, or the variant of the error.
    pub outcome: String,
    /// The code of the error and then those of its causes.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The error and then its sources, as texts.
    #[serde(default)]
    pub texts: Vec<String>,
}

/// A request that a server rejects, with the response.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Malformed {
    /// Unique in the table.
    pub name: String,
    /// The method on the wire.
    #[serde(default = "put")]
    pub method: String,
    /// The request target on the wire.
    #[serde(default = "target")]
    pub target: String,
    /// The headers `Authorization` on the wire.
    #[serde(default = "authorizations")]
    pub authorization: Vec<String>,
    /// The header `Content-Type` on the wire; none if empty.
    #[serde(default = "content_type")]
    pub content_type: String,
    /// More headers on the wire.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body on the wire.
    #[serde(default = "body")]
    pub body: String,
    /// The size to which the body is padded with white space, in bytes.
    #[serde(default)]
    pub size: usize,
    /// The status of the response.
    pub status: u16,
    /// The code in the response.
    pub code: String,
    /// The details in the response, if it contains no violations.
    #[serde(default)]
    pub details: String,
    /// All violations, as `body /params: is required`.
    #[serde(default)]
    pub violations: Vec<String>,
    /// Headers that the response has.
    #[serde(default)]
    pub response_headers: Vec<(String, String)>,
}

impl Table {
    /// Reads the table.
    #[must_use]
    pub fn read() -> Self {
        toml::from_str(&crate::read("tests/wire.toml"))
            .unwrap_or_else(|error| panic!("tests/wire.toml: {error}"))
    }

    /// Runs all cases of a kind and reports those that fail, each with its name, unless the failure is a known one.
    pub fn run<C>(
        &self,
        cases: &[C],
        name: impl Fn(&C) -> &str,
        check: impl Fn(&C) -> Result<(), String>,
    ) {
        assert!(!cases.is_empty());
        let mut report = String::new();
        for case in cases {
            let name = name(case);
            let known = self.known_failures.iter().any(|known| known == name);
            match check(case) {
                Err(why) if !known => report.push_str(&format!("\n- {name}: {why}")),
                Ok(()) if known => {
                    report.push_str(&format!(
                        "\n- {name}: it holds, so it is not a known failure"
                    ));
                }
                _ => {}
            }
        }
        assert!(report.is_empty(), "cases of tests/wire.toml fail:{report}");
    }
}

/// Returns an error that contains both values, if they differ.
///
/// # Errors
///
/// Returns an error if they differ.
pub fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!(
        "{what}\n    found:    {found:?}\n    expected: {expected:?}"
    ))
}

fn yes() -> bool {
    true
}

fn put() -> String {
    "PUT".to_owned()
}

fn image() -> String {
    "c019173f2b5742868058049be43033a1".to_owned()
}

fn session() -> String {
    "2fe9d1a5b8d94cf0a1d1f2b0d95be09f".to_owned()
}

fn target() -> String {
    format!("/zstack/v1/images/{}/actions", image())
}

fn authorization() -> String {
    format!("OAuth {}", session())
}

fn authorizations() -> Vec<String> {
    vec![authorization()]
}

fn json() -> String {
    "application/json".to_owned()
}

fn content_type() -> String {
    "application/json;charset=UTF-8".to_owned()
}

fn body() -> String {
    r#"{"params":{}}"#.to_owned()
}
