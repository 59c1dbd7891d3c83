//! Percent-encoding (RFC 3986 §2.1): strict decoding, and the canonical form in which paths are compared.

use std::borrow::Cow;

/// Decodes `text`; `None` where a `%` is not followed by two hex digits or the bytes are not UTF-8.
pub(crate) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (value, after) = escape(after)?;
            rest = after;
            decoded.push(value);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Like [`decode`], with `+` for a space, as forms write it (WHATWG URL, `application/x-www-form-urlencoded`).
pub(crate) fn decode_form(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        decode(&text.replace('+', " ")).map(|decoded| Cow::Owned(decoded.into_owned()))
    } else {
        decode(text)
    }
}

/// The value of two hex digits, and what follows them.
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

/// The form in which two spellings of a path are equal (RFC 3986 §6.2.2): characters that need no encoding have none,
/// those that need one have it, with upper-case digits.
///
/// `,` `;` and `=` stay as they were written, because the styles of path parameters use them as delimiters.
pub(crate) fn canonical_path(path: &str) -> Cow<'_, str> {
    if path.bytes().all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut canonical = String::with_capacity(path.len() + 8);
    for (unit, _) in units(path) {
        match unit {
            Unit::Plain(byte) => canonical.push(char::from(byte)),
            Unit::Encoded(byte) => push_encoded(&mut canonical, byte),
        }
    }
    Cow::Owned(canonical)
}

/// The byte of `path` that the byte `at` of its canonical form was written by.
pub(crate) fn written_at(path: &str, at: usize) -> usize {
    let (mut canonical, mut written) = (0, 0);
    for (unit, length) in units(path) {
        if canonical >= at {
            break;
        }
        canonical += match unit {
            Unit::Plain(_) => 1,
            Unit::Encoded(_) => 3,
        };
        written += length;
    }
    written
}

/// What the canonical form has for a byte, or for an escape of three.
enum Unit {
    Plain(u8),
    Encoded(u8),
}

/// The units of a path, each with the number of bytes that it was written in.
fn units(path: &str) -> impl Iterator<Item = (Unit, usize)> {
    let mut rest = path.as_bytes();
    std::iter::from_fn(move || {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        Some(match (byte, escape(after)) {
            (b'%', Some((value, after))) => {
                rest = after;
                let is_plain = is_plain(value) && !matches!(value, b'/' | b',' | b';' | b'=');
                let unit = if is_plain { Unit::Plain } else { Unit::Encoded };
                (unit(value), 3)
            }
            // A stray `%` stays one, so that decoding reports it.
            (b'%', None) => (Unit::Plain(byte), 1),
            (byte, _) if is_plain(byte) => (Unit::Plain(byte), 1),
            (byte, _) => (Unit::Encoded(byte), 1),
        })
    })
}

/// `pchar` of RFC 3986 §3.3 without escapes, and the slash.
fn is_plain(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')'
        | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'/')
}

fn push_encoded(out: &mut String, byte: u8) {
    out.push('%');
    for digit in [byte >> 4, byte & 15] {
        out.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_is_strict() {
        assert_eq!(decode("a%20b").as_deref(), Some("a b"));
        assert_eq!(decode("%C3%A4").as_deref(), Some("ä"));
        for wrong in ["%", "%2", "%zz", "%ff", "%+1"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
        assert_eq!(decode_form("a+b%2B").as_deref(), Some("a b+"));
    }

    #[test]
    fn equal_paths_have_one_spelling() {
        assert_eq!(
            canonical_path("/%69mages/%7e/a%2fb/%c3%a4%2C"),
            "/images/~/a%2Fb/%C3%A4%2C"
        );
        assert_eq!(canonical_path("/ä {x}"), "/%C3%A4%20%7Bx%7D");
        assert_eq!(canonical_path("/a%"), "/a%");
    }

    #[test]
    fn places_in_the_canonical_path_are_found_in_the_written_one() {
        let path = "/%69m/ä%2e{x%";
        assert_eq!(canonical_path(path), "/im/%C3%A4.%7Bx%");
        for (at, expected) in [
            (0, 0),
            (1, 1),
            (2, 4),
            (4, 6),
            (10, 8),
            (11, 11),
            (14, 12),
            (16, 14),
        ] {
            assert_eq!(written_at(path, at), expected, "{at}");
        }
    }
}
