//! Defines the formats whose strings can be decoded to a Rust type.

use std::fmt;
use std::str::FromStr;

/// A `format` whose strings are decoded to a Rust type if [`Settings::formats`](crate::Settings::formats) contains it.
///
/// # Examples
///
/// ```
/// use oas_codegen::TypedFormat;
///
/// assert_eq!(TypedFormat::from_name("date-time"), Some(TypedFormat::DateTime));
/// assert_eq!(TypedFormat::DateTime.path(), "jiff::Timestamp");
/// assert_eq!(TypedFormat::from_name("email"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypedFormat {
    /// `date-time`
    DateTime,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `duration`
    Duration,
    /// `uuid`
    Uuid,
    /// `uri`
    Uri,
    /// `ipv4`
    Ipv4,
    /// `ipv6`
    Ipv6,
    /// `decimal`
    Decimal,
}

impl TypedFormat {
    /// All formats for which there is a type.
    pub const ALL: [Self; 9] = [
        Self::DateTime,
        Self::Date,
        Self::Time,
        Self::Duration,
        Self::Uuid,
        Self::Uri,
        Self::Ipv4,
        Self::Ipv6,
        Self::Decimal,
    ];

    /// Returns the format with the name that `format` has, such as `date-time`; `None` if there is no type for it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns the name that `format` has, such as `date-time`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Uuid => "uuid",
            Self::Uri => "uri",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Decimal => "decimal",
        }
    }

    /// Returns the path of the Rust type, such as `jiff::Timestamp`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::DateTime => "jiff::Timestamp",
            Self::Date => "jiff::civil::Date",
            Self::Time => "oas_types::OffsetTime",
            Self::Duration => "jiff::Span",
            Self::Uuid => "uuid::Uuid",
            Self::Uri => "url::Url",
            Self::Ipv4 => "std::net::Ipv4Addr",
            Self::Ipv6 => "std::net::Ipv6Addr",
            Self::Decimal => "rust_decimal::Decimal",
        }
    }
}

/// Formats the name, such as `date-time`.
impl fmt::Display for TypedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error for a name that is not one of a [`TypedFormat`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = TypedFormat::ALL.map(TypedFormat::name).join("`, `");
        let unknown = self.0.escape_debug();
        write!(
            f,
            "no type is known for the format `{unknown}`; there is one for `{names}`"
        )
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for TypedFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::from_name(name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
