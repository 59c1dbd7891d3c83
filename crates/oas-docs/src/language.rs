//! Defines the languages of pages.

/// A language in which pages are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English, which is assumed to be the language of the document's texts.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Returns the tag of the language, such as `zh-CN` (BCP 47).
    ///
    /// ```
    /// assert_eq!(oas_docs::Language::Chinese.tag(), "zh-CN");
    /// ```
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Returns the name of the language in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// Returns the folder of the language's pages within a site, with a trailing slash; empty for the default language.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::English => "",
            Self::Chinese => "zh-CN/",
        }
    }
}
