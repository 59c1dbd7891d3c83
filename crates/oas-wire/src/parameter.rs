//! Defines the locations of parameters (OpenAPI 3.0.4, Parameter Locations).

use std::fmt;

use crate::Style;

/// The location of a parameter in a request: the field `in` (OpenAPI 3.0.4, Parameter Locations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterLocation {
    /// In the path template.
    Path,
    /// In the query of the URL.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// The whole query as one value (OpenAPI 3.2).
    QueryString,
}

impl ParameterLocation {
    /// All locations.
    pub const ALL: [Self; 5] = [
        Self::Path,
        Self::Query,
        Self::Header,
        Self::Cookie,
        Self::QueryString,
    ];

    /// Parses a value of `in`; `None` if it is not the name of a location.
    ///
    /// ```
    /// use oas_wire::ParameterLocation;
    ///
    /// assert_eq!(ParameterLocation::from_name("query"), Some(ParameterLocation::Query));
    /// assert_eq!(ParameterLocation::from_name("body"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "querystring" => Self::QueryString,
            _ => return None,
        })
    }

    /// Returns the value of `in`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::QueryString => "querystring",
        }
    }

    /// Returns the style of a parameter without the field `style` (OpenAPI 3.0.4, Parameter Object).
    #[must_use]
    pub const fn default_style(self) -> Style {
        match self {
            Self::Path | Self::Header => Style::Simple,
            Self::Query | Self::Cookie | Self::QueryString => Style::Form,
        }
    }

    /// Returns the styles that a parameter in this location may have (OpenAPI 3.2.0, "Style Values"). They are empty for
    /// [`QueryString`](Self::QueryString), which has a media type instead.
    #[must_use]
    pub const fn styles(self) -> &'static [Style] {
        match self {
            Self::Path => &[Style::Simple, Style::Label, Style::Matrix],
            Self::Query => &[
                Style::Form,
                Style::SpaceDelimited,
                Style::PipeDelimited,
                Style::DeepObject,
            ],
            Self::Header => &[Style::Simple],
            Self::Cookie => &[Style::Form, Style::Cookie],
            Self::QueryString => &[],
        }
    }
}

impl fmt::Display for ParameterLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
