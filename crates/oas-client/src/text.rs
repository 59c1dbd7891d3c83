//! Header fields and bodies as text: the `Content-Type`, its charset, and excerpts for errors.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use oas_wire::MediaType;

/// How many characters of a body an excerpt shows.
const EXCERPT_CHARACTERS: usize = 200;
/// How many characters of a decoded text an error shows.
const SHORTENED_CHARACTERS: usize = 1000;

/// Returns the `Content-Type` as text, or nothing.
fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Returns `type/subtype` of the `Content-Type`, in lower case and without parameters; empty if there is none.
pub(crate) fn essence(headers: &HeaderMap) -> String {
    let media_type = MediaType::parse_lenient(content_type(headers));
    media_type.map_or_else(|_| String::new(), |media_type| media_type.essence())
}

/// Returns a charset whose bytes are the first 256 code points. Servlet containers send it by default.
fn is_latin1(headers: &HeaderMap) -> bool {
    let media_type = MediaType::parse_lenient(content_type(headers));
    let charset = media_type.ok().and_then(|name| name.parameter("charset"));
    charset.is_some_and(|charset| {
        let known = ["iso-8859-1", "latin1", "us-ascii"];
        known
            .iter()
            .any(|known| charset.eq_ignore_ascii_case(known))
    })
}

/// Decodes a body in the charset that its `Content-Type` names, or in UTF-8. Fails with the number of bytes that are valid.
pub(crate) fn decode(headers: &HeaderMap, body: &[u8]) -> Result<String, usize> {
    if is_latin1(headers) {
        return Ok(body.iter().copied().map(char::from).collect());
    }
    match std::str::from_utf8(oas_wire::without_byte_order_mark(body)) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(error.valid_up_to()),
    }
}

/// Returns the beginning of a body as text, without control characters.
pub(crate) fn excerpt(headers: &HeaderMap, body: &[u8]) -> String {
    // A character has at most four bytes, so nothing beyond these can be shown.
    let start = body.get(..4 * EXCERPT_CHARACTERS).unwrap_or(body);
    let text =
        decode(headers, start).unwrap_or_else(|_| String::from_utf8_lossy(start).into_owned());
    beginning(&text, EXCERPT_CHARACTERS)
}

/// Returns the text of an error body on one line of bounded length.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.trim();
    let mut shortened = beginning(text, SHORTENED_CHARACTERS);
    if text.chars().nth(SHORTENED_CHARACTERS).is_some() {
        shortened.push('…');
    }
    shortened
}

fn beginning(text: &str, characters: usize) -> String {
    text.chars()
        .take(characters)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Encodes a header (RFC 9110 §5.5), or returns the reason why it is invalid, without its value.
pub(crate) fn header_field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let field = HeaderName::try_from(name).map_err(|_| format!("`{name}` is not a header name"))?;
    Ok((field, header_value(name, value)?))
}

pub(crate) fn header_value(name: &str, value: &str) -> Result<HeaderValue, String> {
    if value.trim_ascii() != value {
        return Err(format!(
            "header `{name}` begins or ends with a blank, which would be lost on the way"
        ));
    }
    HeaderValue::try_from(value).map_err(|_| {
        format!(
            "header `{name}` holds a character that a header cannot carry, such as a line break"
        )
    })
}
