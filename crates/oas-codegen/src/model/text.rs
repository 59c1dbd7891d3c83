//! Defines texts of the document with their translations.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use oas_document::Node;
use oas_document::openapi::translations_of;

/// A text of the document, with its translations. It dereferences to `text`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Text {
    /// The text in the language of the document.
    pub text: String,
    /// The translations of the text (`x-i18n`), by language (BCP 47).
    pub translations: BTreeMap<String, String>,
}

impl Text {
    /// Reads a text and its translations; `None` if the value is not a string.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let translations = translations_of(node)
            .filter_map(|(language, text)| Some((language.to_owned(), text.as_str()?.to_owned())));
        Some(Self {
            text: node.as_str()?.to_owned(),
            translations: translations.collect(),
        })
    }

    /// Joins texts, with an empty line between them. Where one of them has no translation in a language of another,
    /// the text itself is used.
    pub(crate) fn paragraphs(nodes: [Option<Node<'_>>; 2]) -> Option<Self> {
        let texts = nodes.into_iter().flatten().filter_map(Self::of);
        texts.reduce(|first, second| {
            let languages = first.translations.keys().chain(second.translations.keys());
            let join = |language| format!("{}\n\n{}", first.in_(language), second.in_(language));
            Self {
                text: format!("{}\n\n{}", first.text, second.text),
                translations: languages
                    .map(|language| (language.clone(), join(language)))
                    .collect(),
            }
        })
    }

    fn in_(&self, language: &str) -> &str {
        self.translations.get(language).unwrap_or(&self.text)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            translations: BTreeMap::new(),
        }
    }
}
