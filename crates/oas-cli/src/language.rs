//! Chooses the language of texts: by a flag, or else by the locale.

use std::collections::BTreeMap;
use std::fmt;

/// The flag that chooses the language, without its hyphens.
pub(crate) const FLAG: &str = "lang";

/// The variables of the locale that decide on the language of messages, the first first (POSIX.1-2024 §8.2).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language in which a command line writes to a person.
///
/// The texts of the program are in Chinese if the language is Chinese, and in English for all other languages. The texts of the
/// document are in every language for which the document has translations.
///
/// ```
/// use oas_cli::Language;
///
/// assert_eq!(Language::new("zh_CN.UTF-8").tag(), "zh-CN");
/// assert_eq!(Language::new("zh_CN.UTF-8").text("Images", "镜像"), "镜像");
/// assert_eq!(Language::new("C").text("Images", "镜像"), "Images");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

impl Default for Language {
    /// Returns English.
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl Language {
    /// Parses a language tag (BCP 47), or the name of a locale such as `zh_CN.UTF-8`. The locales `C` and `POSIX` are
    /// English.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let tag = name.split(['.', '@']).next().unwrap_or(name).trim();
        match tag {
            "" | "C" | "POSIX" => Self::default(),
            tag => Self(tag.replace('_', "-")),
        }
    }

    /// Returns the language that the arguments choose by `--lang`, or else that of the locale.
    ///
    /// The arguments are searched before they are parsed, because the texts of their grammar depend on the language.
    pub(crate) fn chosen<'w>(
        words: impl IntoIterator<Item = &'w str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut words = words.into_iter().take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let flag = word
                .strip_prefix("--")
                .and_then(|word| word.strip_prefix(FLAG));
            let value = match flag {
                Some("") => words.next(),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            if let Some(value) = value {
                return Self::new(value);
            }
        }
        let locale = VARIABLES.into_iter().find_map(variable);
        locale.map_or_else(Self::default, |locale| Self::new(&locale))
    }

    /// Returns the tag of the language (BCP 47).
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// Returns whether the language is Chinese, in any region or script.
    #[must_use]
    pub fn is_chinese(&self) -> bool {
        primary(&self.0).eq_ignore_ascii_case("zh")
    }

    /// Returns `chinese` if the language is Chinese, and `english` otherwise.
    pub fn text<T>(&self, english: T, chinese: T) -> T {
        match self.is_chinese() {
            true => chinese,
            false => english,
        }
    }

    /// Returns the translation in this language, or else in the same language of another region or script.
    pub(crate) fn find<'t>(&self, translations: &'t BTreeMap<String, String>) -> Option<&'t str> {
        let fits = |other: &str, mine: &str| other.eq_ignore_ascii_case(mine);
        let exact = translations.iter().find(|(tag, _)| fits(tag, &self.0));
        let found = exact.or_else(|| {
            let mut translations = translations.iter();
            translations.find(|(tag, _)| fits(primary(tag), primary(&self.0)))
        });
        found.map(|(_, text)| text.as_str())
    }
}

/// Returns the primary subtag: `zh` of `zh-CN`.
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// A phrase in English and in Chinese, such as a message or a remedy.
///
/// There is no conversion from a single string, so that every phrase has both languages. [`Phrase::same`] creates one that needs
/// no translation, such as a command or the output of another program.
///
/// ```
/// use oas_cli::{Language, Phrase};
///
/// let phrase = Phrase::new("there is no image", "没有镜像");
/// assert_eq!(phrase.to_string(), "there is no image");
/// assert_eq!(phrase.in_language(&Language::new("zh-CN")), "没有镜像");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    english: String,
    chinese: String,
}

impl Phrase {
    /// Creates a phrase from its English text and its Chinese text, both without a full stop at the end.
    pub fn new(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
        }
    }

    /// Creates a phrase that is the same in both languages, such as a command or the output of another program.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(text.clone(), text)
    }

    /// Adds a place before the message.
    pub(crate) fn at(self, place: &str) -> Self {
        Self {
            english: format!("{place}: {}", self.english),
            chinese: format!("{place}：{}", self.chinese),
        }
    }

    /// Returns the Chinese text if `language` is Chinese, and the English text otherwise.
    #[must_use]
    pub fn in_language(&self, language: &Language) -> &str {
        language.text(&self.english, &self.chinese)
    }
}

/// Formats the English text.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    fn chosen(words: &[&str], variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let language = Language::chosen(words.iter().copied(), variable);
        language.tag().to_owned()
    }

    #[test]
    fn a_flag_comes_before_the_locale() {
        let locale = [("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "zh_CN@pinyin")];
        assert_eq!(chosen(&[], &[]), "en");
        assert_eq!(chosen(&[], &locale), "zh-CN");
        assert_eq!(chosen(&[], &locale[..1]), "de-DE");
        assert_eq!(chosen(&["list", "--lang", "fr"], &locale), "fr");
        assert_eq!(chosen(&["--lang=en", "list"], &locale), "en");
        assert_eq!(chosen(&["--language", "fr"], &locale), "zh-CN");
        assert_eq!(chosen(&["--", "--lang", "fr"], &locale), "zh-CN");
    }

    #[test]
    fn a_translation_in_another_region_is_better_than_none() {
        let translations = [("zh-CN", "a"), ("zh-TW", "b"), ("pt", "c")];
        let translations = translations
            .map(|(tag, text)| (tag.to_owned(), text.to_owned()))
            .into();
        let find = |tag| Language::new(tag).find(&translations);
        assert_eq!(find("zh-tw"), Some("b"));
        assert_eq!(find("zh"), Some("a"));
        assert_eq!(find("pt_BR"), Some("c"));
        assert_eq!(find("de"), None);
    }
}
