//! Defines the reasons why a value cannot be encoded in a style, or a text not be decoded.

use crate::{ParameterLocation, Style};

/// The reason why a value cannot be encoded. No message contains the value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StyleEncodeError {
    /// The value cannot be serialized to JSON, or the text is not JSON.
    #[error("{0}")]
    NotJson(Box<str>),
    /// A list or an object contains another one, which the style cannot express.
    #[error("it holds a list or an object within another, which its style cannot express")]
    Nested,
    /// An item or a property contains the delimiter of the style, which cannot be escaped.
    #[error("a part of it holds {0}, which its style has between parts")]
    Delimiter(&'static str),
    /// The name of a property contains `][`.
    #[error("the name of a property holds `][`, which style deepObject has between names")]
    Bracket,
    /// The value contains a character that a cookie cannot contain, and the style `cookie` has no encoding.
    #[error(
        "it holds a character that a cookie cannot carry, and style cookie has no encoding for it"
    )]
    NoCookie,
    /// The location does not have the style.
    #[error("a parameter in {0} cannot have the style `{1}`")]
    Style(ParameterLocation, Style),
}

impl StyleEncodeError {
    pub(super) fn json(error: serde_json::Error) -> Self {
        Self::NotJson(error.to_string().into())
    }
}

/// The reason why a text cannot be decoded, and the member of the value that is invalid. No message contains the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleDecodeError {
    /// From the inside.
    members: Vec<String>,
    kind: StyleDecodeErrorKind,
}

/// The reason why a text cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StyleDecodeErrorKind {
    /// The text has a `%` without two hex digits after it, or its bytes are not UTF-8.
    #[error("is not percent-encoded UTF-8")]
    Encoding,
    /// The text of an object is not a sequence of names and values.
    #[error("must be a list of names and values")]
    Unpaired,
    /// There are several texts for one value.
    #[error("is given more than once")]
    Repeated,
    /// A name has more brackets than the decoder accepts levels.
    #[error("is nested too deeply")]
    TooDeep,
    /// The text in the style `label` does not begin with a dot.
    #[error("must start with `.`")]
    NoDot,
    /// The text in the style `matrix` does not begin with a semicolon.
    #[error("must start with `;`")]
    NoSemicolon,
    /// The text in the style `matrix` has no name, or another one than the parameter.
    #[error("must be written `;name=value`")]
    NotNamed,
    /// The text has to be JSON, and is not.
    #[error("is not JSON")]
    NotJson,
}

impl StyleDecodeError {
    /// Returns the same error for a value whose member `name` is the value of this error.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        self.members.push(name.to_owned());
        self
    }

    /// Returns the names of the members that lead to the invalid one, from the outermost to the innermost.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().rev().map(String::as_str)
    }

    /// Returns the reason, without the member.
    #[must_use]
    pub fn kind(&self) -> StyleDecodeErrorKind {
        self.kind
    }
}

impl From<StyleDecodeErrorKind> for StyleDecodeError {
    fn from(kind: StyleDecodeErrorKind) -> Self {
        Self {
            members: Vec::new(),
            kind,
        }
    }
}

impl std::fmt::Display for StyleDecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for member in self.members() {
            write!(f, "/{}", crate::json_pointer::escape(member))?;
        }
        if !self.members.is_empty() {
            f.write_str(" ")?;
        }
        self.kind.fmt(f)
    }
}

impl std::error::Error for StyleDecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        None
    }
}
