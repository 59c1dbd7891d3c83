//! Formats a request as a command of curl.

use std::fmt;

use super::{FormPart, Word, quoted_if_needed};

/// A command of curl that sends a request.
///
/// `{}` formats it on one line, and `{:#}` on several, with the method also where curl would choose the same.
///
/// ```
/// use oas_wire::curl::{Command, Word};
///
/// let command = Command::new("GET", Word::text("http://localhost/pets"))
///     .header("Authorization", Word::text("Bearer ").and(Word::variable("TOKEN")));
/// assert_eq!(command.to_string(), r#"curl 'http://localhost/pets' -H 'Authorization: Bearer '"$TOKEN""#);
///
/// let command = Command::new("PUT", Word::text("http://localhost/pets/7")).body(Word::text("@me"));
/// assert_eq!(format!("{command:#}"), "curl -X PUT 'http://localhost/pets/7' \\\n  --data-raw '@me'");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    method: String,
    url: Word,
    options: Vec<(&'static str, Argument)>,
    has_body: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Argument {
    Word(Word),
    File(String),
}

impl Command {
    /// Creates the command of a request without header fields and without a body.
    #[must_use]
    pub fn new(method: impl Into<String>, url: Word) -> Self {
        Self {
            method: method.into(),
            url,
            options: Vec::new(),
            has_body: false,
        }
    }

    /// Adds a header field.
    ///
    /// ```
    /// use oas_wire::curl::{Command, Word};
    ///
    /// // curl does not send a field without a value, unless a semicolon follows the name.
    /// let command = Command::new("GET", Word::text("a")).header("X-Tag", Word::text(""));
    /// assert_eq!(command.to_string(), "curl 'a' -H 'X-Tag;'");
    /// ```
    #[must_use]
    pub fn header(self, name: &str, value: Word) -> Self {
        let field = match value.is_empty() {
            true => Word::text(format!("{name};")),
            false => Word::text(format!("{name}: ")).and(value),
        };
        self.option("-H", field)
    }

    /// Adds the credentials of HTTP Basic authentication: the user, a colon, and the password.
    #[must_use]
    pub fn user(self, user: Word) -> Self {
        self.option("-u", user)
    }

    /// Sets the body. An `@` at its beginning is not the name of a file.
    #[must_use]
    pub fn body(self, body: Word) -> Self {
        self.with_body("--data-raw", Argument::Word(body))
    }

    /// Sets the body to the content of the file with this name; `-` is standard input.
    #[must_use]
    pub fn file(self, name: &str) -> Self {
        self.with_body("--data-binary", Argument::File(format!("@{name}")))
    }

    /// Adds a part of a multipart body. curl generates the boundary, and the media type that names it.
    #[must_use]
    pub fn part(self, part: &FormPart) -> Self {
        let option = match part.is_literal() {
            true => "--form-string",
            false => "-F",
        };
        self.with_body(option, Argument::Word(Word::text(part.argument())))
    }

    fn option(mut self, option: &'static str, word: Word) -> Self {
        self.options.push((option, Argument::Word(word)));
        self
    }

    fn with_body(mut self, option: &'static str, argument: Argument) -> Self {
        self.options.push((option, argument));
        self.has_body = true;
        self
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if f.alternate() { " \\\n  " } else { " " };
        f.write_str("curl")?;
        match self.method.as_str() {
            "GET" if !self.has_body && !f.alternate() => {}
            // With `-X`, curl would wait for the body that the header announces. It sends no body with this option.
            "HEAD" if !self.has_body => f.write_str(" --head")?,
            method => write!(f, " -X {}", quoted_if_needed(method))?,
        }
        if self.url.contains(b"[]{}") {
            // curl takes these characters for a pattern of several URLs.
            f.write_str(" -g")?;
        }
        write!(f, " {}", self.url)?;
        for (option, argument) in &self.options {
            write!(f, "{separator}{option} ")?;
            match argument {
                Argument::Word(word) if f.alternate() => write!(f, "{word:#}")?,
                Argument::Word(word) => write!(f, "{word}")?,
                Argument::File(name) => f.write_str(&quoted_if_needed(name))?,
            }
        }
        Ok(())
    }
}
