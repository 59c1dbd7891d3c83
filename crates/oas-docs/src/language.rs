//! The languages that pages are written in.

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English, which texts of a document are taken to be in.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Returns the tag of the language (BCP 47).
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

    /// Returns the folder of its pages, with a slash at its end; empty for the default.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::English => "",
            Self::Chinese => "zh-CN/",
        }
    }

    /// Chooses the language that the field `Accept-Language` of a request prefers (RFC 9110 §12.5.4); the default where it
    /// wants neither.
    ///
    /// ```
    /// use oas_docs::Language;
    ///
    /// assert_eq!(Language::negotiate("zh-TW,zh;q=0.9,en;q=0.8"), Language::Chinese);
    /// assert_eq!(Language::negotiate("de, en;q=0.5, zh;q=0.2"), Language::English);
    /// assert_eq!(Language::negotiate("zh;q=0"), Language::English);
    /// ```
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (Self::English, 0.0);
        for item in accept_language.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let range = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality = quality.map_or(Some(1.0), |text| text.parse::<f64>().ok());
            let primary = range.split('-').next().unwrap_or_default();
            let is_it = |language: &Self| {
                let tag = language.tag().split('-').next().unwrap_or_default();
                tag.eq_ignore_ascii_case(primary)
            };
            if let (Some(language), Some(quality)) = (Self::ALL.into_iter().find(is_it), quality)
                && quality > best.1
            {
                best = (language, quality);
            }
        }
        best.0
    }
}
