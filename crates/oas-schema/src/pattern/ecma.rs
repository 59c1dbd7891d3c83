//! From the syntax of ECMA-262 §22.2 to that of the `regex` crate, where the two differ.

use std::iter::Peekable;
use std::str::Chars;

/// `\b` between word characters of ASCII.
const BOUNDARY: &str = "(?-u:\\b)";

/// [`translate`] for `fancy-regex`, which does not know that form.
pub(super) fn translate_for_backtracking(source: &str) -> String {
    let word = "[0-9A-Za-z_]";
    let boundary = format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))");
    translate(source).replace(BOUNDARY, &boundary)
}

/// Rewrites what means something else. What the `regex` crate has no word for is left, and fails to compile.
pub(super) fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 8);
    let mut characters = source.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match (character, in_class) {
            ('\\', _) => escape(&mut characters, in_class, &mut out),
            ('[', false) => {
                let negated = characters.next_if_eq(&'^').is_some();
                if characters.next_if_eq(&']').is_some() {
                    // Nothing, and everything; elsewhere the bracket would be the first of the class.
                    out.push_str(if negated { "[\\s\\S]" } else { "[^\\s\\S]" });
                } else {
                    in_class = true;
                    out.push_str(if negated { "[^" } else { "[" });
                }
            }
            (']', true) => {
                in_class = false;
                out.push(']');
            }
            // Nested classes and set operations, which ECMA-262 does not have.
            ('[' | '&' | '~', true) => {
                out.push('\\');
                out.push(character);
            }
            // A brace that starts no count is itself (ECMA-262 annex B.1.2).
            ('{', false) if !starts_count(characters.clone()) => out.push_str("\\{"),
            // Line terminators, of which the `regex` crate knows one only.
            ('.', false) => out.push_str("[^\\n\\r\\u2028\\u2029]"),
            _ => out.push(character),
        }
    }
    out
}

fn escape(characters: &mut Peekable<Chars<'_>>, in_class: bool, out: &mut String) {
    let Some(escaped) = characters.next() else {
        out.push('\\');
        return;
    };
    // Digits and word characters are ASCII here, and all of Unicode there.
    match (escaped, in_class) {
        ('d', false) => out.push_str("[0-9]"),
        ('d', true) => out.push_str("0-9"),
        ('D', _) => out.push_str("[^0-9]"),
        ('w', false) => out.push_str("[0-9A-Za-z_]"),
        ('w', true) => out.push_str("0-9A-Za-z_"),
        ('W', _) => out.push_str("[^0-9A-Za-z_]"),
        ('b', true) => out.push_str("\\x08"),
        ('b', false) => out.push_str(BOUNDARY),
        ('0', _) => out.push_str("\\x00"),
        // Control characters.
        ('c', _) if characters.peek().is_some_and(char::is_ascii_alphabetic) => {
            let letter = characters.next().map_or(0, u32::from);
            out.push_str(&format!("\\x{:02x}", letter % 32));
        }
        ('u', _) => match surrogates(characters.clone()) {
            Some((code, rest)) => {
                *characters = rest;
                out.push_str(&format!("\\u{{{code:x}}}"));
            }
            None => out.push_str("\\u"),
        },
        ('/', _) => out.push('/'),
        // Escaped for no reason: the character itself (annex B.1.2), which the `regex` crate refuses for some.
        (other, _) if !other.is_ascii_alphanumeric() => {
            if other.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(other);
        }
        (other, _) => {
            out.push('\\');
            out.push(other);
        }
    }
}

/// The character that `D83D\uDE00` is, and what follows.
fn surrogates(mut characters: Peekable<Chars<'_>>) -> Option<(u32, Peekable<Chars<'_>>)> {
    let unit = |characters: &mut Peekable<Chars<'_>>| {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + characters.next()?.to_digit(16)?;
        }
        Some(value)
    };
    let high = unit(&mut characters)?;
    if !(0xd800..0xdc00).contains(&high) || characters.next()? != '\\' || characters.next()? != 'u'
    {
        return None;
    }
    let low = unit(&mut characters)?;
    (0xdc00..0xe000).contains(&low).then(|| {
        (
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00),
            characters,
        )
    })
}

/// Whether `{` is followed by `n}`, `n,}` or `n,m}`.
fn starts_count(characters: Peekable<Chars<'_>>) -> bool {
    let mut digits = 0;
    let mut commas = 0;
    for character in characters {
        match character {
            '0'..='9' => digits += 1,
            ',' if digits > 0 && commas == 0 => commas += 1,
            '}' => return digits > 0,
            _ => return false,
        }
    }
    false
}
