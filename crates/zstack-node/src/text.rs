//! Texts of errors, in English and in Chinese.

use std::fmt;

/// A message in English and in Chinese. `Display` formats the English one.
///
/// ```
/// let error = zstack_node::Condition::parse("Deleted").as_str().unwrap_err();
/// assert!(error.to_string().contains("has no operator"));
/// assert!(error.chinese().contains("没有运算符"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    english: String,
    chinese: String,
}

impl Text {
    /// Creates a text from both languages. There is no other way, so that none lacks a translation.
    pub(crate) fn new(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
        }
    }

    /// Returns the English text.
    #[must_use]
    pub fn english(&self) -> &str {
        &self.english
    }

    /// Returns the Chinese text.
    #[must_use]
    pub fn chinese(&self) -> &str {
        &self.chinese
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

/// An error whose text exists in both languages.
pub(crate) trait Bilingual: fmt::Display {
    /// Returns what `Display` formats, in Chinese.
    fn in_chinese(&self) -> String;

    /// Returns the text.
    fn in_both(&self) -> Text {
        Text::new(self.to_string(), self.in_chinese())
    }
}

impl<E: fmt::Display> Bilingual for oas_client::Error<E> {
    fn in_chinese(&self) -> String {
        self.chinese()
    }
}
