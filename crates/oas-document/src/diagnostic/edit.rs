//! Represents changes of a document that an editor can make to remedy a finding.

use crate::{Kind, Node};

/// A change of the file that contains a finding, as a step of its remedy.
///
/// The steps of a finding are applied together. Their pointers refer to the file as it was before the first step.
///
/// ```
/// use oas_document::{Document, DocumentEdit, lint};
///
/// let document = Document::parse("a.yaml", "{openapi: 3.0.4, info: {titl: T, version: '1'}, paths: {}}").unwrap();
/// let found = lint(&document);
/// let misspelled = found.iter().find(|finding| finding.code == "misspelled-field").unwrap();
/// assert_eq!(misspelled.edits, [DocumentEdit::Write("title".to_owned())]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentEdit {
    /// Writes this text instead of the key or scalar at which the finding is.
    Write(String),
    /// Adds a value at this pointer, where there is none yet. Missing objects and arrays above it are added too, and
    /// the token `-` appends to an array, as in JSON Patch (RFC 6902).
    Add(String, Content),
    /// Renames the key of the value at this pointer; the second text is the new key.
    Rename(String, String),
    /// Replaces the value at this pointer.
    Replace(String, Content),
    /// Removes the value at this pointer, with its key.
    Remove(String),
}

/// A value that is written into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// A string.
    Text(String),
    /// A number, a boolean or null, as JSON writes it.
    Literal(String),
    /// An array.
    List(Vec<Self>),
    /// An object, with its keys in order.
    Map(Vec<(String, Self)>),
}

impl Content {
    /// Creates an object with these entries, in order.
    ///
    /// ```
    /// use oas_document::Content;
    ///
    /// let Content::Map(entries) = Content::map([("type", "string".into())]) else { panic!() };
    /// assert_eq!(entries[0].1, Content::Text("string".to_owned()));
    /// ```
    pub fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Self)>) -> Self {
        let entries = entries.into_iter();
        Self::Map(
            entries
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Content {
    fn from(flag: bool) -> Self {
        Self::Literal(flag.to_string())
    }
}

impl From<Node<'_>> for Content {
    fn from(node: Node<'_>) -> Self {
        match node.kind() {
            Kind::String => node.as_str().unwrap_or_default().into(),
            // The nesting of documents is limited, so that recursion is safe.
            Kind::Array => Self::List(node.items().map(Self::from).collect()),
            Kind::Object => Self::map(node.entries().map(|(key, value)| (key, value.into()))),
            Kind::Null | Kind::Boolean | Kind::Number => {
                let text = node.scalar_text().unwrap_or_default();
                Self::Literal(text.to_owned())
            }
        }
    }
}
