//! The names of styles, and what a document combines with them.

use std::fmt;

/// The encoding of a parameter's value as text: the field `style` (OpenAPI 3.0.4, Style Values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// `blue,black`
    Simple,
    /// `.blue.black`
    Label,
    /// `;color=blue,black`
    Matrix,
    /// `color=blue&color=black`
    Form,
    /// `color=blue%20black`
    SpaceDelimited,
    /// `color=blue%7Cblack`
    PipeDelimited,
    /// `color%5BR%5D=100&color%5BG%5D=200`
    DeepObject,
    /// `color=blue; color=black` (OpenAPI 3.2)
    Cookie,
}

impl Style {
    /// Returns the style that a value of `style` names.
    ///
    /// ```
    /// use oas_wire::Style;
    ///
    /// assert_eq!(Style::from_name("deepObject"), Some(Style::DeepObject));
    /// assert_eq!(Style::from_name("deepobject"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            "cookie" => Self::Cookie,
            _ => return None,
        })
    }

    /// Returns the value of `style`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
            Self::Cookie => "cookie",
        }
    }

    /// Returns the value of `explode` where a parameter of this style has none.
    #[must_use]
    pub const fn default_explode(self) -> bool {
        matches!(self, Self::Form | Self::Cookie)
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The serialization of a value: `style`, `explode` and `allowReserved` of a document, or `content` with a
/// JSON media type.
///
/// ```
/// use oas_wire::style::{Serialization, Style};
///
/// let tags = Serialization::FORM.explode(false);
/// assert_eq!(tags, Serialization::Styled { style: Style::Form, explode: false, allow_reserved: false });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Serialization {
    /// In a style.
    Styled {
        /// `style`
        style: Style,
        /// `explode`: one part for every item or property. It changes nothing for `deepObject`.
        explode: bool,
        /// `allowReserved`: reserved characters are sent as they are, except those that would end the value or be read as
        /// something else in a query.
        allow_reserved: bool,
    },
    /// As JSON.
    Json,
}

impl Serialization {
    /// `blue,black`
    pub const SIMPLE: Self = Self::of(Style::Simple);
    /// `.blue,black`
    pub const LABEL: Self = Self::of(Style::Label);
    /// `;color=blue,black`
    pub const MATRIX: Self = Self::of(Style::Matrix);
    /// `color=blue&color=black`
    pub const FORM: Self = Self::of(Style::Form);
    /// `color=blue%20black`
    pub const SPACE_DELIMITED: Self = Self::of(Style::SpaceDelimited);
    /// `color=blue%7Cblack`
    pub const PIPE_DELIMITED: Self = Self::of(Style::PipeDelimited);
    /// `color%5BR%5D=100&color%5BG%5D=200`
    pub const DEEP_OBJECT: Self = Self::of(Style::DeepObject);
    /// `color=blue; color=black`, nothing percent-encoded
    pub const COOKIE: Self = Self::of(Style::Cookie);

    /// Returns the style with what the standard assumes beside it.
    #[must_use]
    pub const fn of(style: Style) -> Self {
        Self::Styled {
            style,
            explode: style.default_explode(),
            allow_reserved: false,
        }
    }

    /// Sets `explode`. It means nothing to JSON.
    #[must_use]
    pub const fn explode(self, explode: bool) -> Self {
        match self {
            Self::Styled {
                style,
                allow_reserved,
                ..
            } => Self::Styled {
                style,
                explode,
                allow_reserved,
            },
            Self::Json => Self::Json,
        }
    }

    /// Sets `allowReserved`. It means nothing to JSON.
    #[must_use]
    pub const fn allow_reserved(self, allow_reserved: bool) -> Self {
        match self {
            Self::Styled { style, explode, .. } => Self::Styled {
                style,
                explode,
                allow_reserved,
            },
            Self::Json => Self::Json,
        }
    }

    /// Returns the style; none for JSON.
    #[must_use]
    pub const fn style(self) -> Option<Style> {
        match self {
            Self::Styled { style, .. } => Some(style),
            Self::Json => None,
        }
    }

    /// Returns whether each item or property is written on its own.
    #[must_use]
    pub const fn is_exploded(self) -> bool {
        matches!(self, Self::Styled { explode: true, .. })
    }
}
