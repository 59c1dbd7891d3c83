//! Parses texts of the document, which can have translations.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::language::Language;

/// A text of the document: a string, or an object of the string under `text` and its translations by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Notation")]
pub(crate) struct Text {
    text: String,
    translations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Notation {
    Plain(String),
    Translated {
        text: String,
        #[serde(flatten)]
        translations: BTreeMap<String, String>,
    },
}

impl From<Notation> for Text {
    fn from(notation: Notation) -> Self {
        let (text, translations) = match notation {
            Notation::Plain(text) => (text, BTreeMap::new()),
            Notation::Translated { text, translations } => (text, translations),
        };
        Self { text, translations }
    }
}

impl Text {
    /// Returns the translation in a language, or else the text itself, without the space around it.
    pub(crate) fn in_language(&self, language: &Language) -> &str {
        let found = language.find(&self.translations);
        found.unwrap_or(&self.text).trim()
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Text};

    #[test]
    fn a_text_is_in_the_language_that_it_has() {
        let read = |json: &str| serde_json::from_str::<Text>(json).unwrap();
        let text = read(r#"{ "text": "Lists pets", "zh-CN": "列出宠物" }"#);
        assert_eq!(text.in_language(&Language::new("zh_CN")), "列出宠物");
        assert_eq!(text.in_language(&Language::new("fr")), "Lists pets");
        let plain = read(r#""Lists pets ""#);
        assert_eq!(plain.in_language(&Language::new("zh")), "Lists pets");
    }
}
