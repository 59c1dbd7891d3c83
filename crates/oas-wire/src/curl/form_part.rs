//! Formats a part of a multipart body as an argument of curl.

/// A part of a multipart body, as curl sends it.
///
/// ```
/// use oas_wire::curl::FormPart;
///
/// let mut part = FormPart::text("note", "@home");
/// assert_eq!((part.is_literal(), part.argument()), (true, "note=@home".to_owned()));
///
/// // Such a part is written in the syntax of `--form`, in which `@` outside of quotes is the content of a file.
/// part.headers.push(("X-Language".to_owned(), "en".to_owned()));
/// assert_eq!((part.is_literal(), part.argument()), (false, r#"note="@home";headers="X-Language: en""#.to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormPart {
    /// The name of the part.
    pub name: String,
    /// The text of the part, or the name of the file that has its content.
    pub value: String,
    /// Whether `value` is the name of a file.
    pub is_file: bool,
    /// The media type of the part; curl chooses one if it is `None`.
    pub media_type: Option<String>,
    /// The names and values of the header fields of the part, without its disposition and its media type.
    pub headers: Vec<(String, String)>,
}

impl FormPart {
    /// Creates a part with a text.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: text.into(),
            is_file: false,
            media_type: None,
            headers: Vec::new(),
        }
    }

    /// Creates a part with the content of the file that has this name; `-` is standard input.
    pub fn file(name: impl Into<String>, file: impl Into<String>) -> Self {
        Self {
            is_file: true,
            ..Self::text(name, file)
        }
    }

    /// Returns whether `--form-string` sends the part, which takes every character as it is, and nothing but a name and a text.
    /// Otherwise `--form` does.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.is_file && self.media_type.is_none() && self.headers.is_empty()
    }

    /// Returns the argument of [the option](Self::is_literal), which is not quoted for a shell.
    #[must_use]
    pub fn argument(&self) -> String {
        let Self { name, value, .. } = self;
        if self.is_literal() {
            return format!("{name}={value}");
        }
        let at = if self.is_file { "@" } else { "" };
        let is_plain = !value
            .starts_with(|first: char| matches!(first, '@' | '<' | '"') || first.is_whitespace())
            && !value.contains([';', ',']);
        let mut argument = match is_plain {
            true => format!("{name}={at}{value}"),
            false => format!("{name}={at}{}", in_quotes(value)),
        };
        if let Some(media_type) = &self.media_type {
            argument.push_str(&format!(";type={media_type}"));
        }
        for (name, value) in &self.headers {
            let field = in_quotes(&format!("{name}: {value}"));
            argument.push_str(&format!(";headers={field}"));
        }
        argument
    }
}

/// Quotes a text for curl, which ends one that is not quoted at a semicolon.
fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
