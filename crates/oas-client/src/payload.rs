//! Reading a body as what the document says it is, and saying where it is not.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, Visitor,
};
use serde_path_to_error::Segment;

use crate::{
    explain::explain,
    response::{HeaderNames, ResponseValue, content_type},
};

/// How many characters of a body an excerpt shows.
const EXCERPT_CHARACTERS: usize = 200;

/// A body that is not what the document says. It keeps everything that arrived.
pub struct InvalidPayload {
    response: ResponseValue<Bytes>,
    problem: Problem,
}

/// What is wrong with a body.
pub(crate) enum Problem {
    /// It is not JSON.
    Grammar {
        source: serde_json::Error,
    },
    /// It is JSON, and not what the document says.
    Json {
        pointer: String,
        source: serde_json::Error,
    },
    Text {
        valid_up_to: usize,
    },
}

impl Problem {
    fn pointer(&self) -> &str {
        match self {
            Self::Json { pointer, .. } => pointer,
            Self::Grammar { .. } | Self::Text { .. } => "",
        }
    }

    fn message(&self) -> String {
        match self {
            // The errors of the grammar are fixed texts and quote nothing.
            Self::Grammar { source } => format!("it is not JSON: {source}"),
            Self::Json { source, .. } => explain(source),
            Self::Text { valid_up_to } => {
                format!("the text is not UTF-8 from byte {valid_up_to} on")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer() {
            "" => f.write_str(&self.message()),
            pointer => write!(f, "at {pointer}, {}", self.message()),
        }
    }
}

impl InvalidPayload {
    pub(crate) fn new(response: ResponseValue<Bytes>, problem: Problem) -> Self {
        Self { response, problem }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body as it arrived.
    pub fn body(&self) -> &Bytes {
        &self.response
    }

    /// Where in the body, as a JSON pointer (RFC 6901): empty for the body as a whole. It ends where decoding had no
    /// names any more, such as inside a `oneOf`.
    pub fn pointer(&self) -> &str {
        self.problem.pointer()
    }

    /// What is wrong there, in the words of the API and without the values of the body.
    pub fn message(&self) -> String {
        self.problem.message()
    }

    /// The decoder's own error. Its text can quote values of the body, so it is not part of the source chain.
    pub fn json_error(&self) -> Option<&serde_json::Error> {
        match &self.problem {
            Problem::Grammar { source } | Problem::Json { source, .. } => Some(source),
            Problem::Text { .. } => None,
        }
    }

    /// The beginning of the body: at most 200 characters of text, without control characters.
    pub fn excerpt(&self) -> String {
        self.response.excerpt()
    }

    /// The whole response, its body undecoded.
    pub fn into_response(self) -> ResponseValue<Bytes> {
        self.response
    }
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status();
        if self.body().is_empty() {
            return write!(
                f,
                "the server answered {status} without the documented body"
            );
        }
        match &self.problem {
            Problem::Grammar { source } => {
                let (essence, length) = (essence(self.headers()), self.body().len());
                let kind = if essence.is_empty() {
                    "an unnamed media type"
                } else {
                    essence.as_str()
                };
                write!(
                    f,
                    "the server answered {status} with {length} bytes of {kind} that are not JSON: {source}"
                )
            }
            problem => write!(
                f,
                "the server answered {status} with an undocumented body: {problem}"
            ),
        }
    }
}

impl fmt::Debug for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidPayload")
            .field("status", &self.status())
            .field("headers", &HeaderNames(self.headers()))
            .field("body", &format_args!("{} bytes", self.body().len()))
            .field("pointer", &self.pointer())
            .field("message", &self.message())
            .finish()
    }
}

/// Decodes JSON. Only a failure pays for finding its place: the body is then read again.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = without_byte_order_mark(body);
    serde_json::from_slice(body).map_err(|error| {
        if let Err(source) = serde_json::from_slice::<IgnoredAny>(body) {
            return Problem::Grammar { source };
        }
        let mut reader = serde_json::Deserializer::from_slice(body);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Err(located) => Problem::Json {
                pointer: pointer(located.path()),
                source: located.into_inner(),
            },
            Ok(_) => Problem::Json {
                pointer: String::new(),
                source: error,
            },
        }
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            // A variant is not a place in the JSON.
            Segment::Enum { .. } => {}
            Segment::Unknown => break,
        }
    }
    pointer
}

/// RFC 8259 §8.1 lets a reader ignore it.
fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Whether the body is a JSON object that has `property` at its top level, with a value other than null.
pub(crate) fn has_property(body: &[u8], property: &str) -> bool {
    struct Probe<'a>(&'a str);

    impl<'de> Visitor<'de> for Probe<'_> {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
            let mut found = false;
            while let Some(matches) = map.next_key_seed(Is(self.0))? {
                if matches {
                    found = map.next_value::<Option<IgnoredAny>>()?.is_some();
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    struct Is<'a>(&'a str);

    impl<'de> DeserializeSeed<'de> for Is<'_> {
        type Value = bool;

        fn deserialize<D: serde::Deserializer<'de>>(
            self,
            deserializer: D,
        ) -> Result<bool, D::Error> {
            deserializer.deserialize_str(self)
        }
    }

    impl Visitor<'_> for Is<'_> {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a property name")
        }

        fn visit_str<E>(self, name: &str) -> Result<bool, E> {
            Ok(name == self.0)
        }
    }

    serde_json::Deserializer::from_slice(without_byte_order_mark(body))
        .deserialize_map(Probe(property))
        .unwrap_or(false)
}

/// `type/subtype` of the `Content-Type`, in lower case and without parameters (RFC 9110 §8.3.1).
pub(crate) fn essence(headers: &HeaderMap) -> String {
    content_type(headers)
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// A charset whose bytes are the first 256 code points. Servlet containers send it unless told otherwise.
fn is_latin1(headers: &HeaderMap) -> bool {
    content_type(headers).split(';').skip(1).any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        name.trim().eq_ignore_ascii_case("charset")
            && matches!(
                value.trim().trim_matches('"').to_ascii_lowercase().as_str(),
                "iso-8859-1" | "latin1" | "us-ascii"
            )
    })
}

pub(crate) fn text(headers: &HeaderMap, body: &[u8]) -> Result<String, Problem> {
    if is_latin1(headers) {
        return Ok(body.iter().copied().map(char::from).collect());
    }
    match std::str::from_utf8(without_byte_order_mark(body)) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(Problem::Text {
            valid_up_to: error.valid_up_to(),
        }),
    }
}

pub(crate) fn excerpt(headers: &HeaderMap, body: &[u8]) -> String {
    // A character has at most four bytes, so nothing beyond these can be shown.
    let start = body.get(..4 * EXCERPT_CHARACTERS).unwrap_or(body);
    let text = text(headers, start).unwrap_or_else(|_| String::from_utf8_lossy(start).into_owned());
    text.chars()
        .take(EXCERPT_CHARACTERS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
