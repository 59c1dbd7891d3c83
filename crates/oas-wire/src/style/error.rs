//! Why a value cannot be written in a style, or a text cannot be read in one.

use crate::{ParameterLocation, Style};

/// The reason why a value cannot be encoded. No message contains the value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value is no JSON.
    #[error("{0}")]
    NotJson(Box<str>),
    /// A list or an object is within another.
    #[error("it holds a list or an object within another, which its style cannot express")]
    Nested,
    /// A part contains what separates the parts, and the style has no other way to write it.
    #[error("a part of it holds {0}, which its style has between parts")]
    Delimiter(&'static str),
    /// The name of a property contains `][`.
    #[error("the name of a property holds `][`, which style deepObject has between names")]
    Bracket,
    /// A character that a cookie cannot carry.
    #[error(
        "it holds a character that a cookie cannot carry, and style cookie has no encoding for it"
    )]
    NoCookie,
    /// The location does not have the style.
    #[error("a parameter in {0} cannot have the style `{1}`")]
    Style(ParameterLocation, Style),
}

impl EncodeError {
    pub(super) fn json(error: serde_json::Error) -> Self {
        Self::NotJson(error.to_string().into())
    }
}

/// The reason why a text cannot be decoded, and the invalid member of the value. No message contains the
/// text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// From the inside.
    members: Vec<String>,
    kind: DecodeErrorKind,
}

/// The reason why a text cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// A `%` without two hex digits behind it, or bytes that are not UTF-8.
    #[error("is not percent-encoded UTF-8")]
    Encoding,
    /// An object that is no sequence of names and values.
    #[error("must be a list of names and values")]
    Unpaired,
    /// One value, several times.
    #[error("is given more than once")]
    Repeated,
    /// More brackets than any schema has levels.
    #[error("is nested too deeply")]
    TooDeep,
    /// A label without its dot.
    #[error("must start with `.`")]
    NoDot,
    /// A matrix parameter without its semicolon.
    #[error("must start with `;`")]
    NoSemicolon,
    /// A matrix parameter with another name, or with none.
    #[error("must be written `;name=value`")]
    NotNamed,
    /// A property that has to be JSON.
    #[error("is not JSON")]
    NotJson,
}

impl DecodeError {
    /// Returns the error about the member `name` of the value that it was about.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        self.members.push(name.to_owned());
        self
    }

    /// Returns the names of the members that lead to the place, from the outside.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().rev().map(String::as_str)
    }

    /// Returns what is wrong there.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }
}

impl From<DecodeErrorKind> for DecodeError {
    fn from(kind: DecodeErrorKind) -> Self {
        Self {
            members: Vec::new(),
            kind,
        }
    }
}

impl std::fmt::Display for DecodeError {
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

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        None
    }
}
