//! Rejects requests as the servlet container does, before they reach the node: what a client forgets to encode gets a page, and no
//! response of the node.

use http::request::Parts;
use http::{Version, header};

use crate::response::Response;

/// The characters that a request target has only when it is malformed, beside those outside of ASCII.
const FORBIDDEN: &[u8] = b"\"<>[\\]^`{|}";

/// Returns the page with which the container rejects a request, or `None` where the request is passed on.
pub(crate) fn rejected(parts: &Parts) -> Option<Response> {
    let hosts = parts.headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && parts.version == Version::HTTP_11) {
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
        return Some(bad_request(&format!("Invalid URI: [{why}]")));
    }
    if path == "/zstack" || path.starts_with("/zstack/") {
        return None;
    }
    Some(Response::page(
        404,
        "Not Found",
        "The requested resource is not available",
        "The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.",
    ))
}

/// Returns the reason why the container does not decode a path, which is in ASCII; `None` where it does.
fn invalid(path: &str) -> Option<&'static str> {
    for escape in path.split('%').skip(1) {
        let digits = escape.get(..2).unwrap_or_default();
        match u8::from_str_radix(digits, 16) {
            Ok(b'/' | b'\\') => return Some("The encoded slash character is not allowed"),
            Ok(_) if digits.len() == 2 && !digits.starts_with('+') => {}
            _ => return Some("The encoded character is not valid"),
        }
    }
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    if bytes.contains(&0) {
        return Some("The null character is not allowed");
    }
    let is_text = std::str::from_utf8(&bytes).is_ok();
    (!is_text).then_some("The path is not encoded in UTF-8")
}

fn bad_request(message: &str) -> Response {
    Response::page(
        400,
        "Bad Request",
        message,
        "The server cannot or will not process the request due to something that is perceived to be a client error (e.g., malformed request syntax, invalid request message framing, or deceptive request routing).",
    )
}
