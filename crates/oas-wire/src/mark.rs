//! Removes the byte order mark with which a body may begin.

/// Removes the byte order mark of UTF-8 at the beginning of a body, if there is one. Parsers of JSON may ignore it
/// (RFC 8259 §8.1), and parsers of server-sent events have to.
///
/// ```
/// assert_eq!(oas_wire::without_byte_order_mark(b"\xEF\xBB\xBF{}"), b"{}");
/// ```
#[must_use]
pub fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
