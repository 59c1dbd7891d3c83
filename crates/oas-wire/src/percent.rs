//! Encodes and decodes percent-encoding (RFC 3986 §2.1): with an encoder for each place in a request, strict and lenient decoders,
//! and the normal form in which paths are compared.
//!
//! | Encoder | Input | Not encoded |
//! | --- | --- | --- |
//! | [`encode`] | names and values | unreserved characters |
//! | [`encode_reserved`] | values with `allowReserved` | unreserved characters, and reserved ones that do not end a value |
//! | [`encode_cookie_name`] | names of cookies | the characters of a token, except `%` |
//! | [`encode_path`] | the fixed text of a path | characters of a path, and `%` |

mod normal;

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use normal::{normalize_path, offset_in_written};

/// All but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// All but the characters of a token. The percent sign is one, and is encoded so that it is distinct from the encoding's
/// own.
const NO_TOKEN: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'^')
    .remove(b'`')
    .remove(b'|');

/// All but the characters of a path, its slashes and its escapes among them (RFC 3986 §3.3).
const NO_PATH: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'%');

/// The error of a text that cannot be decoded: it has a `%` without two hex digits after it, or its bytes are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not percent-encoded UTF-8")]
pub struct InvalidEncoding;

/// Percent-encodes the UTF-8 of everything but the unreserved characters of RFC 3986 §2.3, `%` included.
///
/// ```
/// assert_eq!(oas_wire::percent::encode("a/b ü"), "a%2Fb%20%C3%BC");
/// ```
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    // Most values are identifiers, and looking at them is faster than encoding.
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    utf8_percent_encode(text, RESERVED).into()
}

/// Encodes the name of a cookie: everything but the characters of a token (RFC 6265 §4.1.1, RFC 9110 §5.6.2), and `%`.
///
/// ```
/// assert_eq!(oas_wire::percent::encode_cookie_name("a+b c%"), "a+b%20c%25");
/// ```
#[must_use]
pub fn encode_cookie_name(name: &str) -> Cow<'_, str> {
    utf8_percent_encode(name, NO_TOKEN).into()
}

/// Encodes the fixed text of a path template, in which escapes such as `%2F` may be written: only characters that a path cannot
/// contain (RFC 3986 §3.3). Every `%` is kept, even one that begins no escape: in text without escapes, replace `%` by `%25`
/// first.
///
/// ```
/// assert_eq!(oas_wire::percent::encode_path("/a%2F{b}"), "/a%2F%7Bb%7D");
/// assert_eq!(oas_wire::percent::encode_path("/100%"), "/100%");
/// ```
#[must_use]
pub fn encode_path(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, NO_PATH).into()
}

/// Encodes the value of a query parameter with `allowReserved`: reserved characters and escapes are kept (RFC 6570 §3.2.3), except
/// for those that would end the value or have another meaning in a query: `#`, `&`, `+`, `[` and `]`.
///
/// ```
/// assert_eq!(oas_wire::percent::encode_reserved("a/b?c&d%20 %"), "a/b?c%26d%20%20%25");
/// ```
#[must_use]
pub fn encode_reserved(value: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        let is_escape = || escape(value.as_bytes().get(at + 1..).unwrap_or_default()).is_some();
        let keep = match c {
            ':' | '/' | '?' | '@' | '!' | '$' | '\'' | '(' | ')' | '*' | ',' | ';' | '=' => true,
            '%' => is_escape(),
            _ => false,
        };
        if keep {
            out.push(c);
        } else {
            out.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), RESERVED));
        }
    }
    Cow::Owned(out)
}

/// Decodes a text strictly. A `+` is kept.
///
/// # Errors
///
/// Returns an error if a `%` is not followed by two hex digits, or the bytes are not UTF-8.
///
/// ```
/// use oas_wire::percent::decode;
///
/// assert_eq!(decode("%C3%A4+").unwrap(), "ä+");
/// for invalid in ["%", "%2", "%zz", "%ff", "%+1"] {
///     assert!(decode(invalid).is_err(), "{invalid}");
/// }
/// ```
pub fn decode(text: &str) -> Result<Cow<'_, str>, InvalidEncoding> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (value, after) = escape(after).ok_or(InvalidEncoding)?;
            rest = after;
            decoded.push(value);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| InvalidEncoding)
}

/// Decodes a text of a form strictly, in which `+` is a space (WHATWG URL, `application/x-www-form-urlencoded`).
///
/// # Errors
///
/// Returns an error if a `%` is not followed by two hex digits, or the bytes are not UTF-8.
///
/// ```
/// assert_eq!(oas_wire::percent::decode_form("a+b%2B").unwrap(), "a b+");
/// ```
pub fn decode_form(text: &str) -> Result<Cow<'_, str>, InvalidEncoding> {
    if text.contains('+') {
        decode(&text.replace('+', " ")).map(|decoded| Cow::Owned(decoded.into_owned()))
    } else {
        decode(text)
    }
}

/// Decodes a text that a person has written, such as a reference to a file. A `%` without two hex digits after it is kept, and the
/// whole text if the decoded bytes are not UTF-8.
///
/// ```
/// assert_eq!(oas_wire::percent::decode_lenient("100%/a%20b"), "100%/a b");
/// ```
#[must_use]
pub fn decode_lenient(text: &str) -> Cow<'_, str> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(text))
}

/// Decodes two hex digits, and returns the byte with the rest.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&high, rest) = text.split_first()?;
    let (&low, rest) = rest.split_first()?;
    Some((digit(high)? << 4 | digit(low)?, rest))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
