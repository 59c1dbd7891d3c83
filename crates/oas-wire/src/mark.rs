//! The byte order mark that a body may begin with.

/// Returns a body without the byte order mark that it may begin with, which readers of JSON may ignore (RFC 8259 §8.1) and
/// readers of server-sent events have to.
///
/// ```
/// assert_eq!(oas_wire::without_byte_order_mark(b"\xEF\xBB\xBF{}"), b"{}");
/// ```
#[must_use]
pub fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
