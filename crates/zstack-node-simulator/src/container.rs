//! Rejects requests as the servlet container does, before they reach the node: what a client forgets to encode gets a page, and no
//! response of the node.

use http::request::Parts;
use http::{Version, header};

use crate::response::Response;

/// The characters that a request target has only when it is malformed, beside those outside of ASCII.
const FORBIDDEN: &[u8] = b"\"<>[\\]^`{|}";

/// The largest header section of a request, with its request line: `maxHttpHeaderSize` of Tomcat.
const MAX_HEADER_LEN: usize = 8192;

/// The number of header fields that a request may have: `maxHeaderCount` of Tomcat.
const MAX_FIELDS: usize = 100;

/// The path at which the container has the node.
const CONTEXT: &str = "zstack";

/// The target of a request, as the node reads it.
pub(crate) struct Target {
    /// The path in its usual spelling, with the context: without empty segments and escapes that are not needed.
    pub(crate) path: String,
    /// The decoded path below the context, as the texts of the node have it.
    pub(crate) below: String,
}

impl Target {
    /// Returns the target of a request. The container finds the context whatever its spelling, but the node reads the rest as it was
    /// sent: it decodes the path, and regards neither dots nor parameters of segments.
    pub(crate) fn of(parts: &Parts) -> Self {
        let path = parts.uri.path();
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
        let contexts = ends.chain([path.len()]).map(|end| path.split_at(end));
        let is_context = |(context, _): &(&str, &str)| {
            normalized(context).is_some_and(|segments| segments == [CONTEXT])
        };
        // Of a path that begins with two slashes, the container returns a context with one, which the node does not find.
        let mut contexts = contexts.filter(|_| !path.starts_with("//"));
        let below = match contexts.find(is_context) {
            Some((_, below)) => decoded(below),
            None => decoded(path),
        };
        let segments = below.split('/').filter(|segment| !segment.is_empty());
        let mut path = format!("/{CONTEXT}");
        for segment in segments {
            path.push('/');
            path.push_str(&oas_wire::percent::encode(segment));
        }
        // The end is compared with that of the template.
        if below.ends_with('/') {
            path.push('/');
        }
        Self { path, below }
    }
}

fn decoded(path: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(path);
    bytes.decode_utf8_lossy().into_owned()
}

/// Returns the segments of a path that count for the container, or `None` where the path leaves the root.
fn normalized(path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let name = segment.split(';').next().unwrap_or_default();
        match &*decoded(name) {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name.to_owned()),
        }
    }
    Some(segments)
}

/// Returns the page with which the container rejects a request, or `None` where the request is passed on.
pub(crate) fn rejected(parts: &Parts) -> Option<Response> {
    if let Some(why) = too_large(parts) {
        return Some(bad_request(why));
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let host = hosts.next();
    let differs = parts
        .uri
        .authority()
        .filter(|_| parts.uri.scheme().is_some())
        .is_some_and(|authority| host.is_some_and(|host| host != authority.as_str()));
    if hosts.next().is_some() || differs || (host.is_none() && parts.version == Version::HTTP_11) {
        return Some(bad_request(""));
    }
    let path = parts.uri.path();
    let query = parts.uri.query().unwrap_or_default();
    let is_forbidden = |byte: u8| !byte.is_ascii_graphic() || FORBIDDEN.contains(&byte);
    if path.bytes().chain(query.bytes()).any(is_forbidden) {
        return Some(bad_request(
            "Invalid character found in the request target. The valid characters are defined in RFC 7230 and RFC 3986",
        ));
    }
    // In a query, the node finds an invalid escape, and takes it for what it is.
    if let Some(why) = invalid(path) {
        return Some(bad_request(why));
    }
    let Some(segments) = normalized(path).filter(|_| path.starts_with('/')) else {
        return Some(bad_request("Invalid URI"));
    };
    let expected = parts.headers.get(header::EXPECT);
    if expected.is_some_and(|expected| !expected.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Some(Response::page(
            417,
            "Expectation Failed",
            "",
            "The expectation given in the Expect request header could not be met by at least one of the inbound servers.",
        ));
    }
    if segments.first().is_some_and(|first| first == CONTEXT) {
        return None;
    }
    Some(Response::page(
        404,
        "Not Found",
        "The requested resource is not available",
        "The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.",
    ))
}

/// Returns the reason why the header section of a request is too large for the container; `None` where it is not.
fn too_large(parts: &Parts) -> Option<&'static str> {
    if parts.headers.len() > MAX_FIELDS {
        return Some("More than the maximum allowed number of headers, [100], were detected.");
    }
    // The line of the request ends in ` HTTP/1.1`, and each line in two bytes, the empty one as well.
    let line = parts.method.as_str().len() + parts.uri.to_string().len() + 1 + 9 + 2;
    let fields = parts.headers.iter();
    let fields = fields.map(|(name, value)| name.as_str().len() + 2 + value.len() + 2);
    let size = line + fields.sum::<usize>() + 2;
    (size > MAX_HEADER_LEN).then_some("Request header is too large")
}

/// Returns the reason why the container does not decode a path, which is in ASCII; `None` where it does.
fn invalid(path: &str) -> Option<&'static str> {
    for escape in path.split('%').skip(1) {
        let digits = escape.get(..2).unwrap_or_default();
        match u8::from_str_radix(digits, 16) {
            Ok(b'/') => return Some("Invalid URI: [The encoded slash character is not allowed]"),
            Ok(b'\\') => return Some("Invalid URI"),
            Ok(_) if digits.len() == 2 && !digits.starts_with('+') => {}
            _ => return Some("Invalid URI: [The encoded character is not valid]"),
        }
    }
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    if bytes.contains(&0) {
        return Some("Invalid URI: [The null character is not allowed]");
    }
    let is_text = std::str::from_utf8(&bytes).is_ok();
    (!is_text).then_some("Invalid URI: [The path is not encoded in UTF-8]")
}

pub(crate) fn bad_request(message: &str) -> Response {
    Response::page(
        400,
        "Bad Request",
        message,
        "The server cannot or will not process the request due to something that is perceived to be a client error (e.g., malformed request syntax, invalid request message framing, or deceptive request routing).",
    )
}
