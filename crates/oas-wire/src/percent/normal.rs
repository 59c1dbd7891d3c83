//! Computes the normal form of paths (RFC 3986 §6.2.2).

use std::borrow::Cow;

use super::escape;

/// Returns the normal form of a path, which is the same for equal spellings (RFC 3986 §6.2.2): escapes that are not necessary are
/// decoded, characters that a path cannot contain are encoded, and hex digits are in upper case.
///
/// `,`, `;` and `=` are kept as they are written, because the styles of path parameters use them as delimiters.
///
/// ```
/// use oas_wire::percent::normalize_path;
///
/// assert_eq!(normalize_path("/%69mages/%7e/a%2fb/%c3%a4%2C"), "/images/~/a%2Fb/%C3%A4%2C");
/// assert_eq!(normalize_path("/ä {x}"), "/%C3%A4%20%7Bx%7D");
/// assert_eq!(normalize_path("/a%"), "/a%");
/// ```
#[must_use]
pub fn normalize_path(path: &str) -> Cow<'_, str> {
    if path.bytes().all(|byte| PLAIN[usize::from(byte)]) {
        return Cow::Borrowed(path);
    }
    let mut normal = String::with_capacity(path.len() + 8);
    for (unit, _) in units(path) {
        match unit {
            Unit::Plain(byte) => normal.push(char::from(byte)),
            Unit::Encoded(byte) => push_encoded(&mut normal, byte),
        }
    }
    Cow::Owned(normal)
}

/// Converts `at`, an offset in the normal form of `path`, to the offset of the same character in `path`.
///
/// ```
/// use oas_wire::percent::{normalize_path, offset_in_written};
///
/// let path = "/%69m/x";
/// assert_eq!(normalize_path(path), "/im/x");
/// assert_eq!(offset_in_written(path, 4), 6);
/// ```
#[must_use]
pub fn offset_in_written(path: &str, at: usize) -> usize {
    let (mut normal, mut written) = (0, 0);
    for (unit, length) in units(path) {
        if normal >= at {
            break;
        }
        normal += match unit {
            Unit::Plain(_) => 1,
            Unit::Encoded(_) => 3,
        };
        written += length;
    }
    written
}

/// The normalized form of a byte, or of an escape of three.
enum Unit {
    Plain(u8),
    Encoded(u8),
}

/// Parses the units of a path, each with the number of bytes that it was encoded in.
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

/// Returns whether a byte is a `pchar` of RFC 3986 §3.3 without escapes, or the slash.
const fn is_plain(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')'
        | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'/')
}

/// [`is_plain`] as a table, for the path of every request.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = is_plain(byte);
        byte += 1;
    }
    table
};

fn push_encoded(out: &mut String, byte: u8) {
    out.push('%');
    for digit in [byte >> 4, byte & 15] {
        out.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::{normalize_path, offset_in_written};

    #[test]
    fn offsets_in_the_normal_path_are_found_in_the_written_one() {
        let path = "/%69m/ä%2e{x%";
        assert_eq!(normalize_path(path), "/im/%C3%A4.%7Bx%");
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
            assert_eq!(offset_in_written(path, at), expected, "{at}");
        }
    }
}
