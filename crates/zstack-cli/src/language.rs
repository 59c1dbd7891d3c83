//! Chooses the language of texts by the locale.

use oas_cli::{Io, Labels};

/// A language in which texts are available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// Returns the language of messages, from the first of the variables that decide on it (POSIX.1-2024 §8.2).
    pub(crate) fn of(io: &Io) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.into_iter().find_map(|name| io.variable(name));
        match locale.is_some_and(|locale| locale.starts_with("zh")) {
            true => Self::Chinese,
            false => Self::English,
        }
    }

    /// Returns the text in this language.
    pub(crate) fn text<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    pub(crate) fn labels(self) -> Labels {
        self.text(Labels::default(), Labels::new("错误：", "建议：", "提示："))
    }
}
