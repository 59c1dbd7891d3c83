//! Regular expressions of documents: ECMA-262 as JSON Schema wants them (2020-12 §6.4), run by `regex`.
//!
//! The two dialects agree on most of what documents use. What differs in writing is translated; what `regex` cannot
//! do (look-around, back-references) is refused, with a reason.

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled pattern may take; documents are untrusted.
const SIZE_LIMIT: usize = 1 << 20;
/// Longest pattern that is looked at, in bytes.
const MAX_PATTERN: usize = 16 << 10;

/// Compiles a pattern. The error says in a clause why it cannot be.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > MAX_PATTERN {
        return Err(format!("it is longer than {MAX_PATTERN} bytes"));
    }
    let translated = translate(pattern)?;
    let regex = RegexBuilder::new(&translated)
        .size_limit(SIZE_LIMIT)
        .build();
    regex.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it is too large when compiled".to_owned(),
        // The last line of the message says what is wrong; the lines before it draw the pattern.
        other => other
            .to_string()
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    })
}

/// Whether a reason that [`compile`] gives is a limit of ours rather than a mistake in the pattern.
pub(crate) fn is_limit(reason: &str) -> bool {
    reason.starts_with("it ")
}

/// Rewrites what ECMA-262 and `regex` write differently.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                // Identity escapes that `regex` does not take.
                Some(
                    escaped @ ('/' | '"' | '\'' | '`' | '@' | '%' | ',' | ':' | ';' | '=' | '!'
                    | '_' | '<' | '>' | ' '),
                ) => {
                    out.push(escaped);
                }
                // Digits and blanks are ASCII in ECMA-262 §22.2.2.9.
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('D') if !in_class => out.push_str("[^0-9]"),
                Some('w') => out.push_str(if in_class {
                    "0-9A-Za-z_"
                } else {
                    "[0-9A-Za-z_]"
                }),
                Some('W') if !in_class => out.push_str("[^0-9A-Za-z_]"),
                Some('b') if !in_class => out.push_str("(?-u:\\b)"),
                Some('c') => match characters.next() {
                    Some(letter) if letter.is_ascii_alphabetic() => {
                        out.push_str(&format!("\\x{:02x}", letter as u32 % 32));
                    }
                    _ => return Err("`\\c` needs a letter".to_owned()),
                },
                Some('0') => out.push_str("\\x00"),
                Some('1'..='9') if !in_class => return Err("it uses a back-reference".to_owned()),
                Some(class @ ('p' | 'P')) => {
                    out.push('\\');
                    out.push(class);
                    if characters.peek() == Some(&'{') {
                        braced(&mut characters, &mut out);
                    }
                }
                Some('u') => unicode(&mut characters, &mut out)?,
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => return Err("it ends with a backslash".to_owned()),
            },
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
                // An empty class matches nothing, its opposite everything.
                if characters.peek() == Some(&']') {
                    characters.next();
                    in_class = false;
                    let negated = out.ends_with('^');
                    out.truncate(out.len() - 1 - usize::from(negated));
                    out.push_str(if negated { "(?s:.)" } else { "[^\\s\\S]" });
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            // `&&`, `--` and `~~` are set operations in `regex` only.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(character);
            }
            '-' if in_class && out.ends_with('-') => out.push_str("\\-"),
            '(' if !in_class && characters.peek() == Some(&'?') => {
                let rest: String = characters.clone().skip(1).take(2).collect();
                if rest.starts_with(['=', '!']) || rest.starts_with("<=") || rest.starts_with("<!")
                {
                    return Err("it looks ahead or behind".to_owned());
                }
                out.push('(');
            }
            '{' if !in_class && !is_quantifier(characters.clone()) => out.push_str("\\{"),
            // Without the multiline flag `$` means the very end, as it does here; `.` leaves out line breaks in both.
            _ => out.push(character),
        }
    }
    Ok(out)
}

/// Copies what stands in braces.
fn braced(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    for character in characters.by_ref() {
        out.push(character);
        if character == '}' {
            return;
        }
    }
}

/// `\uXXXX`, surrogate pairs, and `\u{…}`.
fn unicode(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
) -> Result<(), String> {
    if characters.peek() == Some(&'{') {
        out.push_str("\\u");
        braced(characters, out);
        return Ok(());
    }
    let four = |characters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let digits: String = characters.by_ref().take(4).collect();
        u32::from_str_radix(&digits, 16)
            .map_err(|_| "`\\u` needs four hexadecimal digits".to_owned())
    };
    let mut code = four(characters)?;
    if (0xd800..0xdc00).contains(&code)
        && characters.next() == Some('\\')
        && characters.next() == Some('u')
    {
        let low = four(characters)?;
        code = 0x10000 + ((code - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
    }
    out.push_str(&format!("\\u{{{code:x}}}"));
    Ok(())
}

/// Whether what follows a `{` makes it a quantifier; otherwise ECMA-262 (Annex B) takes it literally.
fn is_quantifier(rest: impl Iterator<Item = char>) -> bool {
    let inside: String = rest
        .take_while(|character| *character != '}')
        .take(12)
        .collect();
    let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
    let digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn what_is_written_differently_means_the_same() {
        assert!(matches(r"^\/a\-b$", "/a-b"));
        assert!(matches(r"^[\w.-]+@[\w-]+$", "a.b@c-d"));
        assert!(!matches(r"^\d$", "\u{663}"));
        assert!(matches(r"^{x}$", "{x}"));
        assert!(matches(r"^a{2,3}$", "aaa"));
        assert!(matches(r"^[^]$", "\n"));
        assert!(!matches(r"[]", "x"));
        assert!(matches(r"^[a[b]$", "["));
        assert!(matches(r"^[a&&b~~c+--]+$", "&~-"));
        assert!(matches("^\\uD83D\\uDE00$", "\u{1f600}"));
        assert!(matches(r"^\cA$", "\u{1}"));
        assert!(matches(r"^\p{L}+$", "äb"));
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        for pattern in [r"(?=a)", r"(?<!a)b", r"(a)\1"] {
            assert!(is_limit(&compile(pattern).unwrap_err()), "{pattern}");
        }
        for pattern in ["(", "[z-a]", "a{2,1}", "\\"] {
            let error = compile(pattern).unwrap_err();
            assert!(!error.is_empty(), "{pattern}");
        }
        assert!(is_limit(&compile(&"(a{100}){100}".repeat(50)).unwrap_err()));
    }
}
