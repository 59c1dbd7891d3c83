//! Reads JSON (RFC 8259) into the tree, with positions.
//!
//! The reader is strict: it accepts no comments, no trailing commas and no lone surrogates.

use std::borrow::Cow;

use serde_json::Number;

use crate::{
    diagnostic::Diagnostic,
    rules,
    source::Span,
    tree::{Builder, MAX_DEPTH, Value},
};

/// Reads the source of `builder` into it. The first syntax error ends the reading.
pub(crate) fn read(builder: &mut Builder<'_>) -> Result<(), Box<Diagnostic>> {
    let source = builder.source;
    let mut reader = Reader {
        text: &source.text,
        bytes: source.text.as_bytes(),
        at: 0,
        builder,
    };
    reader.document()
}

/// The tokens that are valid at the current position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// First entry of a container, or its end.
    FirstOrEnd,
    /// `,` or the end of the container.
    CommaOrEnd,
}

struct Reader<'r, 't> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: &'r mut Builder<'t>,
}

type ReadResult<T> = Result<T, Box<Diagnostic>>;

impl<'t> Reader<'_, 't> {
    fn document(&mut self) -> ReadResult<()> {
        let mut open: Vec<u8> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.skip_space();
            let container = open.last().copied();
            match expect {
                Expect::FirstOrEnd | Expect::CommaOrEnd if self.peek() == container => {
                    self.at += 1;
                    open.pop();
                    self.builder.close(self.at);
                    expect = Expect::CommaOrEnd;
                    if open.is_empty() {
                        return self.end();
                    }
                    continue;
                }
                Expect::CommaOrEnd => {
                    if self.peek() != Some(b',') {
                        let closing = if container == Some(b'}') {
                            "`}`"
                        } else {
                            "`]`"
                        };
                        return Err(self
                            .error(format!("expected `,` or {closing}, found {}", self.found())));
                    }
                    self.at += 1;
                    self.skip_space();
                    if self.peek() == container {
                        return Err(self.error(
                            "a comma is not allowed before the end of an array or object".into(),
                        ));
                    }
                }
                Expect::Value | Expect::FirstOrEnd => {}
            }
            if container == Some(b'}') {
                self.key()?;
            }
            self.builder.check_budget(Span::new(self.at, self.at))?;
            expect = match self.value(&mut open)? {
                true => Expect::FirstOrEnd,
                false if open.is_empty() => return self.end(),
                false => Expect::CommaOrEnd,
            };
        }
    }

    /// Reads a scalar, or the opening of a container (then `true`).
    fn value(&mut self, open: &mut Vec<u8>) -> ReadResult<bool> {
        let start = self.at;
        match self.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                if open.len() >= MAX_DEPTH {
                    return Err(Box::new(too_deep(
                        self.builder,
                        Span::new(start, start + 1),
                    )));
                }
                self.at += 1;
                let span = Span::new(start, self.at);
                if bracket == b'{' {
                    open.push(b'}');
                    self.builder.open_object(span);
                } else {
                    open.push(b']');
                    self.builder.open_array(span);
                }
                return Ok(true);
            }
            Some(b'"') => {
                let text = self.string()?;
                self.builder
                    .scalar(Value::String(text.into()), Span::new(start, self.at));
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let (word, value) = if rest.starts_with(b"true") {
                    ("true", Value::Boolean(true))
                } else if rest.starts_with(b"false") {
                    ("false", Value::Boolean(false))
                } else if rest.starts_with(b"null") {
                    ("null", Value::Null)
                } else {
                    return Err(self.error(format!("expected a value, found {}", self.found())));
                };
                self.at += word.len();
                self.builder.scalar(value, Span::new(start, self.at));
            }
        }
        Ok(false)
    }

    fn key(&mut self) -> ReadResult<()> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.error(format!(
                "expected a key in double quotes, found {}",
                self.found()
            )));
        }
        let key = self.string()?;
        self.builder.key(&key, Span::new(start, self.at), false);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.error(format!(
                "expected `:` after the key, found {}",
                self.found()
            )));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn string(&mut self) -> ReadResult<Cow<'t, str>> {
        let opening = self.at;
        self.at += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let plain = self.at;
            let rest = self.bytes.get(plain..).unwrap_or_default();
            let length = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            let run = rest.get(..length).unwrap_or_default();
            // No branch for each byte: there is hardly ever one.
            let is_clean = run.iter().fold(true, |clean, byte| clean & (*byte >= 0x20));
            let control = || run.iter().position(|byte| *byte < 0x20);
            self.at += match is_clean {
                true => length,
                false => control().unwrap_or(length),
            };
            // Both ends are ASCII bytes or the start of a plain run, so that they lie on character boundaries.
            let run = self.text.get(plain..self.at).unwrap_or_default();
            match text.is_empty() {
                true => text = Cow::Borrowed(run),
                false => text.to_mut().push_str(run),
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    let letter = self.escape()?;
                    text.to_mut().push(letter);
                }
                Some(_) => {
                    return Err(self.error(
                        "a control character must be written as an escape such as `\\n`".into(),
                    ));
                }
                None => {
                    self.at = opening;
                    return Err(self.error("this string is not closed".into()));
                }
            }
        }
    }

    fn escape(&mut self) -> ReadResult<char> {
        self.at += 1;
        let character = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.at -= 1;
                return Err(self.error(
                    "unknown escape; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u".into(),
                ));
            }
        };
        self.at += 1;
        Ok(character)
    }

    /// Reads from the `u` on; a pair of surrogates is one character (RFC 8259 §7).
    fn unicode_escape(&mut self) -> ReadResult<char> {
        let start = self.at - 1;
        let first = self.four_digits()?;
        let code = match first {
            0xd800..=0xdbff if self.bytes.get(self.at..self.at + 2) == Some(b"\\u") => {
                self.at += 1;
                let second = self.four_digits()?;
                match second {
                    0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => first,
                }
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| {
            self.at = start;
            self.error("half of a surrogate pair is not a character".into())
        })
    }

    fn four_digits(&mut self) -> ReadResult<u32> {
        let digits = self.text.get(self.at + 1..self.at + 5).unwrap_or_default();
        // `from_str_radix` alone would take a sign.
        let code = match digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            true => u32::from_str_radix(digits, 16).ok(),
            false => None,
        };
        match code {
            Some(code) => {
                self.at += 5;
                Ok(code)
            }
            None => Err(self.error("`\\u` needs four hexadecimal digits".into())),
        }
    }

    fn number(&mut self) -> ReadResult<()> {
        let start = self.at;
        let negative = self.take(b'-');
        let mut valid = match self.peek() {
            Some(b'0') => {
                self.at += 1;
                true
            }
            _ => self.digits(),
        };
        let mut integer = true;
        if valid && self.take(b'.') {
            integer = false;
            valid = self.digits();
        }
        if valid && (self.take(b'e') || self.take(b'E')) {
            integer = false;
            let _ = self.take(b'+') || self.take(b'-');
            valid = self.digits();
        }
        if valid && self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            valid = false;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = match (integer, negative) {
            (true, false) => text.parse::<u64>().ok().map(Number::from),
            // `-0` is a float: integers have no negative zero.
            (true, true) => text
                .parse::<i64>()
                .ok()
                .filter(|n| *n != 0)
                .map(Number::from),
            _ => None,
        };
        let number = number.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
        match number {
            Some(number) if valid => {
                self.builder.scalar(
                    Value::Number(number, text.into()),
                    Span::new(start, self.at),
                );
                Ok(())
            }
            _ => {
                let at = std::mem::replace(&mut self.at, start);
                Err(self.error_until("this is not a number that JSON can express".into(), at))
            }
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn end(&mut self) -> ReadResult<()> {
        self.skip_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error(format!(
                "the document has ended, but {} follows",
                self.found()
            ))),
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        const INDENT: [u8; 8] = [b' '; 8];
        while let Some(byte) = self.peek() {
            match byte {
                b' ' if self.bytes.get(self.at..self.at + 8) == Some(&INDENT) => self.at += 8,
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => break,
            }
        }
    }

    fn found(&self) -> String {
        match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(character) => format!("`{character}`"),
            None => "the end of the file".into(),
        }
    }

    fn error(&self, message: String) -> Box<Diagnostic> {
        self.error_until(message, self.at + 1)
    }

    fn error_until(&self, message: String, end: usize) -> Box<Diagnostic> {
        let diagnostic =
            self.builder
                .diagnostic(rules::JSON_SYNTAX, Span::new(self.at, end), message);
        Box::new(diagnostic)
    }
}

/// Returns the finding about nesting beyond [`MAX_DEPTH`].
pub(crate) fn too_deep(builder: &Builder<'_>, span: Span) -> Diagnostic {
    let message = format!("arrays and objects are nested more than {MAX_DEPTH} deep");
    builder.diagnostic(rules::NESTING_TOO_DEEP, span, message)
}
