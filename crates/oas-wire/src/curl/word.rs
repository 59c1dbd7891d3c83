//! Quotes words of a POSIX shell.

use std::fmt;

/// A word of a POSIX shell: quoted texts, and environment variables that the shell expands.
///
/// `{}` formats the word on one line; `{:#}` keeps line feeds and tabs in the quotes, which is easier to read. Other control
/// characters, and bytes that are not UTF-8, are escapes (POSIX.1-2024, 2.2.4).
///
/// ```
/// use oas_wire::curl::Word;
///
/// let field = Word::text("Authorization: Bearer ").and(Word::variable("TOKEN"));
/// assert_eq!(field.to_string(), r#"'Authorization: Bearer '"$TOKEN""#);
/// let lines = Word::text("it's\ntwo");
/// assert_eq!(lines.to_string(), r"$'it\'s\ntwo'");
/// assert_eq!(format!("{lines:#}"), "'it'\\''s\ntwo'");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Variable(String),
}

impl Word {
    /// Creates a word of a text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into().into_bytes())])
    }

    /// Creates a word of bytes. Returns `None` if they contain a zero, which no argument of a program can contain.
    ///
    /// ```
    /// use oas_wire::curl::Word;
    ///
    /// assert_eq!(Word::bytes(*b"a\xff").unwrap().to_string(), r"$'a\377'");
    /// assert_eq!(Word::bytes([0]), None);
    /// ```
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (!bytes.contains(&0)).then(|| Self(vec![Piece::Text(bytes)]))
    }

    /// Creates a word of the environment variable `name`.
    #[must_use]
    pub fn variable(name: impl Into<String>) -> Self {
        Self(vec![Piece::Variable(name.into())])
    }

    /// Appends another word.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for piece in other.0 {
            match (self.0.last_mut(), piece) {
                (Some(Piece::Text(text)), Piece::Text(more)) => text.extend(more),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// Returns whether the word is the empty text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut pieces = self.0.iter();
        pieces.all(|piece| matches!(piece, Piece::Text(text) if text.is_empty()))
    }

    /// Returns the text of a word without variables; `None` if there are some, or the text is not UTF-8.
    ///
    /// ```
    /// use oas_wire::curl::Word;
    ///
    /// let token = Word::text("Bearer ");
    /// assert_eq!(token.as_text(), Some("Bearer "));
    /// assert_eq!(token.and(Word::variable("TOKEN")).as_text(), None);
    /// ```
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// Returns whether a text of the word contains one of `bytes`.
    pub(super) fn contains(&self, bytes: &[u8]) -> bool {
        let mut texts = self.0.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Variable(_) => None,
        });
        texts.any(|text| text.iter().any(|byte| bytes.contains(byte)))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("''");
        }
        for piece in &self.0 {
            match piece {
                Piece::Text(text) if text.is_empty() => {}
                Piece::Text(text) => f.write_str(&quoted(text, f.alternate()))?,
                Piece::Variable(name) => write!(f, "\"${name}\"")?,
            }
        }
        Ok(())
    }
}

fn quoted(bytes: &[u8], has_lines: bool) -> String {
    let is_shown = |c: char| !c.is_control() || (has_lines && matches!(c, '\n' | '\t'));
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(is_shown) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => escaped(bytes),
    }
}

/// Quotes bytes with escapes for all that is not visible ASCII.
fn escaped(bytes: &[u8]) -> String {
    let mut word = "$'".to_owned();
    for byte in bytes {
        match byte {
            b'\n' => word.push_str("\\n"),
            b'\r' => word.push_str("\\r"),
            b'\t' => word.push_str("\\t"),
            b'\\' => word.push_str("\\\\"),
            b'\'' => word.push_str("\\'"),
            b' '..=b'~' => word.push(char::from(*byte)),
            other => word.push_str(&format!("\\{other:03o}")),
        }
    }
    word.push('\'');
    word
}

/// Quotes a text as a [`Word`], unless no character of it is special in a shell.
///
/// ```
/// use oas_wire::curl::quoted_if_needed;
///
/// assert_eq!(quoted_if_needed("a/b.json"), "a/b.json");
/// assert_eq!(quoted_if_needed("it's"), r"'it'\''s'");
/// assert_eq!(quoted_if_needed(""), "''");
/// ```
#[must_use]
pub fn quoted_if_needed(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@+,".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => Word::text(text).to_string(),
    }
}
