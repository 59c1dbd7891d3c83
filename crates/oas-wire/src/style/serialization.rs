//! Defines the styles, and the fields of a document that belong to them.

use std::fmt;

/// The encoding of a parameter's value as text: the field `style` (OpenAPI 3.0.4, Style Values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// `blue,black`
    Simple,
    /// `.blue,black`
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
    /// Parses a value of `style`; `None` if it is not the name of a style.
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

    /// Returns the value of `explode` for a parameter of this style without the field.
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
    /// The value is encoded in a style.
    Styled {
        /// `style`
        style: Style,
        /// `explode`: every item or property is a part of its own. It has no effect on `deepObject`.
        explode: bool,
        /// `allowReserved`: reserved characters are not percent-encoded, except for those that would end the value or have another
        /// meaning in a query.
        allow_reserved: bool,
    },
    /// The value is encoded as JSON.
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

    /// Returns the serialization in `style` with the defaults of the other fields: [`Style::default_explode`], and reserved
    /// characters encoded.
    #[must_use]
    pub const fn of(style: Style) -> Self {
        Self::Styled {
            style,
            explode: style.default_explode(),
            allow_reserved: false,
        }
    }

    /// Sets `explode`. Has no effect on [`Serialization::Json`].
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

    /// Sets `allowReserved`. Has no effect on [`Serialization::Json`].
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

    /// Returns the style; `None` for [`Serialization::Json`].
    #[must_use]
    pub const fn style(self) -> Option<Style> {
        match self {
            Self::Styled { style, .. } => Some(style),
            Self::Json => None,
        }
    }

    /// Returns `explode`; `false` for [`Serialization::Json`].
    #[must_use]
    pub const fn is_exploded(self) -> bool {
        matches!(self, Self::Styled { explode: true, .. })
    }
}
