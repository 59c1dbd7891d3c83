//! For tests of generated clients: a server that keeps the request it is sent, and what such a test expects of it.
//!
//! Everything here panics where an expectation is not met, and tells all differences at once. It needs the feature
//! `testing`, and belongs into `[dev-dependencies]`.
//!
//! ```
//! use oas_client::testing::{Expected, Recorder, assert_same, sample};
//! use oas_client::{CallOptions, Config, Core, Error, Method, Operation, ResponseValue};
//!
//! static RENAME: Operation = Operation::new("rename", Method::PUT, "/images/7");
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let recorder = Recorder::answering(200, "application/json", r#"{"size": 1.0}"#);
//! let core = Core::new(recorder.url(), Config::default().no_proxy()).unwrap();
//! let body: serde_json::Value = sample(r#"{"name": "tiny"}"#);
//! let request = core.request(&RENAME, "/images/7").json("application/json", &body);
//! let response = core.send::<std::convert::Infallible>(request, CallOptions::default()).await.unwrap();
//!
//! Expected::new("PUT", "/images/7")
//!     .json("application/json", r#"{ "name": "tiny" }"#)
//!     .arrived_at(recorder);
//! let answer: ResponseValue<serde_json::Value> = response.json::<_, std::convert::Infallible>().unwrap();
//! assert_same(&*answer, r#"{"size": 1}"#);
//! # }
//! ```

mod raw;
mod round_trip;

use std::{
    fmt::Write as _,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::ByteStream;

pub use self::raw::Raw;
pub use self::round_trip::{Input, Mirror, failure, success};

/// The value that a JSON text stands for.
///
/// # Panics
/// When the text is not JSON, or not of that type.
#[track_caller]
pub fn sample<T: DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!(
            "the sample is no {}: {error}\n{json}",
            std::any::type_name::<T>()
        ),
    }
}

/// A body that arrives as a stream, read to its end.
///
/// # Panics
/// When the connection breaks, or the body is no text.
pub async fn text_of(mut stream: ByteStream) -> String {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.expect("the body arrives"));
    }
    String::from_utf8(bytes).expect("the body is text")
}

/// Says that a value is written as this JSON: numbers are equal by what they mean, and properties have no order.
///
/// # Panics
/// When it is not.
#[track_caller]
pub fn assert_same<T: Serialize + ?Sized>(value: &T, json: &str) {
    // Through text, in which a float of half the width has the digits that it was given.
    let text = serde_json::to_string(value).expect("the value is JSON");
    let (found, expected): (Value, Value) = (sample(&text), sample(json));
    assert!(
        same(&found, &expected),
        "the values differ\nexpected: {expected}\n   found: {found}"
    );
}

/// Whether two JSON values are equal: `1` and `1.0` are one number.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let equal = |(name, value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(equal)
        }
        _ => one == other,
    }
}

/// A server on the loopback interface that takes one request, keeps it and answers it.
#[derive(Debug)]
pub struct Recorder {
    url: String,
    received: mpsc::Receiver<io::Result<Request>>,
}

impl Recorder {
    /// Answers with this status and body; an empty media type stands for none.
    ///
    /// # Panics
    /// When the loopback interface has no free port.
    pub fn answering(status: u16, content_type: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let mut answer = format!("HTTP/1.1 {status} -\r\nconnection: close\r\n");
        if !content_type.is_empty() {
            answer.push_str(&format!("content-type: {content_type}\r\n"));
        }
        // RFC 9110 §8.6: there is no content whose length could be said.
        if status >= 200 && status != 204 && status != 304 {
            answer.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        answer.push_str("\r\n");
        let body = body.to_owned();
        let (sender, received) = mpsc::channel();
        thread::spawn(move || {
            let exchange = listener.accept().and_then(|(mut stream, _)| {
                let request = Request::read(&stream)?;
                let body = if request.method == "HEAD" { "" } else { &body };
                // Known before it is answered: whoever has the answer finds the request.
                let _ = sender.send(Ok(request));
                stream.write_all(answer.as_bytes())?;
                stream.write_all(body.as_bytes())
            });
            if let Err(error) = exchange {
                let _ = sender.send(Err(error));
            }
        });
        Self {
            url: format!("http://{address}"),
            received,
        }
    }

    /// Where it listens, such as `http://127.0.0.1:50123`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The request that has arrived.
    ///
    /// # Panics
    /// When none has, or it could not be read.
    #[track_caller]
    pub fn request(self) -> Request {
        match self.received.try_recv() {
            Ok(Ok(request)) => request,
            Ok(Err(error)) => panic!("the request could not be read: {error}"),
            Err(_) => panic!("no request arrived"),
        }
    }
}

/// A request as it was on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// Names in lower case, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Request {
    fn read(stream: &TcpStream) -> io::Result<Self> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(broken("no request line"));
        };
        let mut request = Self {
            method,
            target,
            headers: Vec::new(),
            body: Vec::new(),
        };
        loop {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line)?;
            let line = String::from_utf8_lossy(&line);
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            request
                .headers
                .push((name.to_ascii_lowercase(), value.trim_start().to_owned()));
        }
        if request.header("transfer-encoding").is_some() {
            loop {
                let mut size = String::new();
                reader.read_line(&mut size)?;
                let size = usize::from_str_radix(size.trim_end(), 16)
                    .map_err(|_| broken("no size of a chunk"))?;
                let mut chunk = vec![0; size + 2];
                reader.read_exact(&mut chunk)?;
                if size == 0 {
                    break;
                }
                chunk.truncate(size);
                request.body.append(&mut chunk);
            }
        } else if let Some(length) = request.header("content-length") {
            let length = length.parse().map_err(|_| broken("no length"))?;
            request.body = vec![0; length];
            reader.read_exact(&mut request.body)?;
        }
        Ok(request)
    }

    /// The value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }
}

/// A request as a document has it.
#[derive(Debug, Clone)]
#[must_use = "nothing is compared before it is said where the request arrived"]
pub struct Expected {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Text(String),
    Json(String),
    Form(String),
    Multipart(Vec<(String, String)>),
}

/// Headers that HTTP asks for, and no document: RFC 9110 §7.2, §8.6, §12.5.1 and RFC 9112 §6.1.
const OF_HTTP: [&str; 4] = ["host", "content-length", "accept", "transfer-encoding"];

impl Expected {
    /// A request without headers and without a body. The target is the path with its query.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// A header; the name in lower case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body that is this text, byte for byte.
    pub fn text(self, content_type: &str, text: &str) -> Self {
        self.body(content_type, Body::Text(text.to_owned()))
    }

    /// A body that is this JSON, as [`assert_same`] has it.
    pub fn json(self, content_type: &str, json: &str) -> Self {
        self.body(content_type, Body::Json(json.to_owned()))
    }

    /// A body of these pairs, in any order.
    pub fn form(self, content_type: &str, pairs: &str) -> Self {
        self.body(content_type, Body::Form(pairs.to_owned()))
    }

    /// A body of these parts, in any order and with any boundary: name and text of each.
    pub fn multipart(self, content_type: &str, parts: &[(&str, &str)]) -> Self {
        let parts = parts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        self.body(content_type, Body::Multipart(parts.collect()))
    }

    fn body(mut self, content_type: &str, body: Body) -> Self {
        self.body = body;
        self.header("content-type", content_type)
    }

    /// Compares method, target, headers and body with what arrived. Pairs of a query may come in any order; a header
    /// that is not expected is a difference, unless HTTP itself asks for it.
    ///
    /// # Panics
    /// When there is a difference, or no request arrived.
    #[track_caller]
    pub fn arrived_at(self, recorder: Recorder) {
        let mut request = recorder.request();
        let mut problems = String::new();
        let mut compare = |what: &str, expected: &str, found: &str| {
            if expected != found {
                let _ = writeln!(
                    problems,
                    "{what}\n  expected: {expected}\n     found: {found}"
                );
            }
        };
        compare("method", &self.method, &request.method);
        compare(
            "target",
            &sorted_query(&self.target),
            &sorted_query(&request.target),
        );
        let mut boundary = None;
        if let Body::Multipart(_) = self.body {
            let content_type = request
                .headers
                .iter_mut()
                .find(|(name, _)| name == "content-type");
            if let Some((_, value)) = content_type
                && let Some((essence, found)) = value.clone().split_once("; boundary=")
            {
                essence.clone_into(value);
                boundary = Some(found.to_owned());
            }
        }
        let found = request
            .headers
            .iter()
            .filter(|(name, _)| !OF_HTTP.contains(&name.as_str()));
        compare("headers", &listed(self.headers.iter()), &listed(found));
        let text = String::from_utf8_lossy(&request.body);
        match &self.body {
            Body::None => compare("body", "", &text),
            Body::Text(expected) => compare("body", expected, &text),
            Body::Form(expected) => compare("body", &sorted(expected), &sorted(&text)),
            Body::Json(expected) => {
                let expected: Value = sample(expected);
                let found = serde_json::from_str::<Value>(&text).ok();
                if !found.is_some_and(|found| same(&found, &expected)) {
                    compare("body", &expected.to_string(), &text);
                }
            }
            Body::Multipart(expected) => {
                let found = received_parts(&text, &boundary.unwrap_or_default());
                let [expected, found] = [expected, &found].map(|parts| canonical(parts));
                compare("parts", &listed(expected.iter()), &listed(found.iter()));
            }
        }
        assert!(
            problems.is_empty(),
            "the request is not what the document says\n{problems}"
        );
    }
}

fn listed<'h>(headers: impl Iterator<Item = &'h (String, String)>) -> String {
    let mut lines: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.sort();
    lines.join("\n            ")
}

fn sorted_query(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", sorted(query)),
        None => target.to_owned(),
    }
}

fn sorted(pairs: &str) -> String {
    let mut pairs: Vec<&str> = pairs.split('&').collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// Parts with their JSON in one spelling: properties have no order.
fn canonical(parts: &[(String, String)]) -> Vec<(String, String)> {
    let spelled = |text: &str| {
        let mut value: Value = serde_json::from_str(text).ok()?;
        value.sort_all_objects();
        Some(value.to_string())
    };
    let parts = parts.iter();
    parts
        .map(|(name, text)| (name.clone(), spelled(text).unwrap_or_else(|| text.clone())))
        .collect()
}

/// Name and content of each part (RFC 2046 §5.1.1).
fn received_parts(body: &str, boundary: &str) -> Vec<(String, String)> {
    let delimiter = format!("--{boundary}");
    let parts = body
        .split(delimiter.as_str())
        .filter_map(|part| part.split_once("\r\n\r\n"));
    parts
        .map(|(head, content)| {
            let name = head
                .split("name=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            let content = content.strip_suffix("\r\n").unwrap_or(content);
            (name.unwrap_or_default().to_owned(), content.to_owned())
        })
        .collect()
}
