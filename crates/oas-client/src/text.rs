//! Bodies as text: the `Content-Type`, its charset, and excerpts for errors.

use http::{HeaderMap, header};

/// How many characters of a body an excerpt shows.
const EXCERPT_CHARACTERS: usize = 200;

/// The `Content-Type` as text, or nothing.
fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// RFC 8259 §8.1 lets a reader ignore it.
pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
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

/// Decodes a body in the charset that its `Content-Type` names, or in UTF-8. Fails with the number of bytes that are valid.
pub(crate) fn decode(headers: &HeaderMap, body: &[u8]) -> Result<String, usize> {
    if is_latin1(headers) {
        return Ok(body.iter().copied().map(char::from).collect());
    }
    match std::str::from_utf8(without_byte_order_mark(body)) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(error.valid_up_to()),
    }
}

/// The beginning of a body as text, without control characters.
pub(crate) fn excerpt(headers: &HeaderMap, body: &[u8]) -> String {
    // A character has at most four bytes, so nothing beyond these can be shown.
    let start = body.get(..4 * EXCERPT_CHARACTERS).unwrap_or(body);
    let text =
        decode(headers, start).unwrap_or_else(|_| String::from_utf8_lossy(start).into_owned());
    text.chars()
        .take(EXCERPT_CHARACTERS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
