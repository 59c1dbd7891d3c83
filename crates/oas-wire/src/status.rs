//! The keys of a Responses Object (OpenAPI 3.0.4, Responses Object).

use std::{fmt, str::FromStr};

/// The statuses that a response is for. Ordered from the most to the least specific.
///
/// ```
/// use oas_wire::StatusPattern;
///
/// let pattern: StatusPattern = "4XX".parse().unwrap();
/// assert_eq!(pattern, StatusPattern::Range(4));
/// assert!(pattern.matches(404) && !pattern.matches(500));
/// assert!(StatusPattern::Exact(404) < pattern && pattern < StatusPattern::Default);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusPattern {
    /// One status: `404`.
    Exact(u16),
    /// A hundred of them, by the first digit: `4XX` is `Range(4)`.
    Range(u8),
    /// All that no other response is for.
    Default,
}

/// A key that is neither a status, nor a range of them, nor `default`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a response is for a status such as `404`, a range such as `4XX`, or `default`")]
pub struct InvalidStatus;

impl StatusPattern {
    /// Returns whether a response of this key is for `status`.
    #[must_use]
    pub const fn matches(self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => exact == status,
            Self::Range(class) => class as u16 == status / 100,
            Self::Default => true,
        }
    }

    /// Returns whether responses of this key are successes: 2xx. `default` is none, by convention.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Exact(200..=299) | Self::Range(2))
    }
}

/// `4xx` is taken as `4XX`.
impl FromStr for StatusPattern {
    type Err = InvalidStatus;

    fn from_str(key: &str) -> Result<Self, InvalidStatus> {
        match key.as_bytes() {
            b"default" => Ok(Self::Default),
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Ok(Self::Range(class - b'0')),
            [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => {
                key.parse().map(Self::Exact).map_err(|_| InvalidStatus)
            }
            _ => Err(InvalidStatus),
        }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(f, "{status}"),
            Self::Range(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}
