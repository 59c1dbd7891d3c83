//! Parses the parts of HTTP field values: tokens, quoted strings, parameters, lists (RFC 9110 §5.6).

use std::borrow::Cow;

/// Returns whether `text` is a token (RFC 9110 §5.6.2).
///
/// ```
/// assert!(oas_wire::field::is_token("form-data"));
/// assert!(!oas_wire::field::is_token("a/b"));
/// ```
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// For each byte whether tokens contain it. Every request has its media type looked at, which a table makes cheap.
const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
        byte += 1;
    }
    table
};

fn is_token_byte(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

/// Formats the value of a parameter: as it is if it is a token, otherwise as a quoted string.
pub(crate) fn token_or_quoted(value: &str) -> Cow<'_, str> {
    match is_token(value) {
        true => Cow::Borrowed(value),
        false => Cow::Owned(format!(
            "\"{}\"",
            value.replace('\\', "\\\\").replace('"', "\\\"")
        )),
    }
}

/// Parses the token at the beginning of `text`, and returns it with the rest.
pub(crate) fn token(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !is_token_byte(byte));
    // The bytes of tokens are ASCII, so that this is a boundary between characters.
    let (token, rest) = text.split_at(end.unwrap_or(text.len()));
    (!token.is_empty()).then_some((token, rest))
}

pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// Parses the quoted string (RFC 9110 §5.6.4) at the beginning of `text`. Returns its value, without quotes and escapes, and the
/// rest of the text; `None` if `text` does not begin with a complete quoted string.
///
/// ```
/// use oas_wire::field::quoted_string;
///
/// assert_eq!(quoted_string(r#""a\"b"; c"#), Some(("a\"b".into(), "; c")));
/// assert_eq!(quoted_string("a"), None);
/// assert_eq!(quoted_string("\"a"), None);
/// ```
#[must_use]
pub fn quoted_string(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let quoted = text.strip_prefix('"')?;
    let end = quoted.find(['"', '\\'])?;
    let (plain, rest) = quoted.split_at(end);
    if let Some(rest) = rest.strip_prefix('"') {
        return Some((Cow::Borrowed(plain), rest));
    }
    let mut value = plain.to_owned();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some((Cow::Owned(value), characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

/// The parameters after a value, such as `;name=value` (RFC 9110 §5.6.6): an iterator over their names and values.
///
/// Names are returned as written, values without quotes. Malformed parameters are skipped, and blanks around names and values
/// removed.
///
/// ```
/// use oas_wire::field::Parameters;
///
/// let parameters = Parameters::of(r#"; charset="utf-8"; broken; q=1"#);
/// assert_eq!(parameters.collect::<Vec<_>>(), [("charset", "utf-8".into()), ("q", "1".into())]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'t>(&'t str);

impl<'t> Parameters<'t> {
    /// Returns the parameters of `text`, which starts with a semicolon or is empty.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self(text)
    }

    /// Returns whether the text follows the grammar of parameters, so that the iterator skips nothing.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let mut rest = self.0.trim_end_matches(is_blank);
        while !rest.is_empty() {
            let Some(after) = rest.trim_start_matches(is_blank).strip_prefix(';') else {
                return false;
            };
            let after = after.trim_start_matches(is_blank);
            if after.is_empty() || after.starts_with(';') {
                rest = after;
                continue;
            }
            match parameter(after) {
                Some((_, _, remaining)) => rest = remaining,
                None => return false,
            }
        }
        true
    }

    /// Returns the value of the first parameter with this name, if there is one. The case of the name is ignored (RFC 9110 §5.6.6).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'t, str>> {
        let mut parameters = *self;
        parameters
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Parses a parameter without blanks around the equals sign, and returns it with the rest.
fn parameter(text: &str) -> Option<(&str, Cow<'_, str>, &str)> {
    let (name, rest) = token(text)?;
    let value = rest.strip_prefix('=')?;
    if value.starts_with('"') {
        let (value, rest) = quoted_string(value)?;
        return Some((name, value, rest));
    }
    let (value, rest) = token(value)?;
    Some((name, Cow::Borrowed(value), rest))
}

impl<'t> Iterator for Parameters<'t> {
    type Item = (&'t str, Cow<'t, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // The texts are too short for a search in larger steps.
            let semicolon = self.0.bytes().position(|byte| byte == b';')?;
            let rest = self.0.get(semicolon + 1..)?;
            self.0 = rest;
            let end = rest.bytes().position(|byte| matches!(byte, b'=' | b';'));
            let (name, value) = match end.and_then(|end| rest.split_at_checked(end)) {
                Some((name, value)) if value.starts_with('=') => (name, value.get(1..)?),
                _ => continue,
            };
            let name = name.trim_matches(is_blank);
            let value = value.trim_start_matches(is_blank);
            let value = match quoted_string(value) {
                Some((value, after)) => {
                    self.0 = after;
                    value
                }
                None => {
                    let value = value.split(';').next().unwrap_or_default();
                    Cow::Borrowed(value.trim_end_matches(is_blank))
                }
            };
            if is_token(name) {
                return Some((name, value));
            }
        }
    }
}

/// Splits a list-based field value (RFC 9110 §5.6.1) at the commas outside of quoted strings, and returns the non-empty items
/// without surrounding spaces and tabs. Quoted strings keep their quotes; an unclosed one extends to the end.
///
/// ```
/// let items: Vec<_> = oas_wire::field::list_items(r#"a, "b,c" ,,d"#).collect();
/// assert_eq!(items, ["a", r#""b,c""#, "d"]);
/// ```
pub fn list_items(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let comma = text.bytes().position(|byte| match byte {
            _ if std::mem::take(&mut escaped) => false,
            b'\\' if quoted => {
                escaped = true;
                false
            }
            b'"' => {
                quoted = !quoted;
                false
            }
            byte => byte == b',' && !quoted,
        });
        Some(match comma.and_then(|comma| text.split_at_checked(comma)) {
            Some((item, after)) => {
                rest = after.strip_prefix(',');
                item
            }
            None => {
                rest = None;
                text
            }
        })
    })
    .map(|item| item.trim_matches(is_blank))
    .filter(|item| !item.is_empty())
}
