//! Parses the keys of a Responses Object (OpenAPI 3.0.4, Responses Object).

use std::{fmt, str::FromStr};

/// The statuses for which a response of a document applies, by its key. Patterns are ordered from the most to the least specific.
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
    /// All statuses with this first digit: `4XX` is `Range(4)`.
    Range(u8),
    /// All statuses without a response of their own: `default`. It matches every status.
    Default,
}

/// The error of a key that is neither a status, nor a range of statuses, nor `default`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a response is for a status such as `404`, a range such as `4XX`, or `default`")]
pub struct InvalidStatus;

impl StatusPattern {
    /// Returns whether the pattern includes `status`. Of several patterns that do, the least in their order applies.
    #[must_use]
    pub const fn matches(self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => exact == status,
            Self::Range(class) => class as u16 == status / 100,
            Self::Default => true,
        }
    }

    /// Returns whether the pattern is a status 2xx or the range `2XX`. `default` is not, by convention.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Exact(200..=299) | Self::Range(2))
    }

    /// Returns whether a response with one of the statuses may have content; see [`may_have_content`].
    ///
    /// ```
    /// use oas_wire::StatusPattern;
    ///
    /// assert!(!StatusPattern::Range(1).may_have_content());
    /// assert!(StatusPattern::Range(2).may_have_content());
    /// ```
    #[must_use]
    pub const fn may_have_content(self) -> bool {
        match self {
            Self::Exact(status) => may_have_content(status),
            Self::Range(class) => class != 1,
            Self::Default => true,
        }
    }
}

/// Returns whether a response with this status may have content, if it is not one to `HEAD`: 1xx, 204 and 304 never have any (RFC 9110
/// §6.4.1), and servers must not send any with 205 (§15.3.6).
///
/// ```
/// assert!(oas_wire::may_have_content(200));
/// assert!(!oas_wire::may_have_content(204));
/// assert!(!oas_wire::may_have_content(205));
/// ```
#[must_use]
pub const fn may_have_content(status: u16) -> bool {
    !matches!(status, ..200 | 204 | 205 | 304)
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

/// Returns the reason phrase of a common status, as it is registered (RFC 9110 §15.1); `None` for others, registered or not, such as
/// 102 and 508.
///
/// ```
/// assert_eq!(oas_wire::reason_phrase(404), Some("Not Found"));
/// assert_eq!(oas_wire::reason_phrase(299), None);
/// ```
#[must_use]
pub const fn reason_phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        511 => "Network Authentication Required",
        _ => return None,
    })
}
