//! The `format` keyword for strings and integers (OpenAPI format registry; JSON Schema Validation 2020-12 §7.3).

use std::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A format that can be told from the value alone. `password` and `binary` say nothing about the text and are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `date-time`: RFC 3339 §5.6.
    DateTime,
    /// `date`: `full-date` of RFC 3339 §5.6.
    Date,
    /// `time`: `full-time` of RFC 3339 §5.6.
    Time,
    /// `uuid`: RFC 9562 §4, five groups of hex digits.
    Uuid,
    /// `ipv4`: four decimal numbers.
    Ipv4,
    /// `ipv6`: RFC 4291 §2.2.
    Ipv6,
    /// `hostname`: RFC 1123 §2.1.
    Hostname,
    /// `email`: something before and something behind the last `@`, no blanks. More than that only a mail can tell.
    Email,
    /// `uri`: a scheme, a colon, and none of the characters that RFC 3986 §2 keeps out.
    Uri,
    /// `uri-reference`: none of the characters that RFC 3986 §2 keeps out.
    UriReference,
    /// `byte`: base64 with padding, RFC 4648 §4.
    Byte,
    /// `int32`: an integer of 32 bits with a sign.
    Int32,
    /// `int64`: an integer of 64 bits with a sign.
    Int64,
    /// `uint32`: an integer of 32 bits without a sign.
    Uint32,
    /// `uint64`: an integer of 64 bits without a sign.
    Uint64,
}

impl Format {
    /// The formats that are checked.
    pub const ALL: [Self; 15] = [
        Self::DateTime,
        Self::Date,
        Self::Time,
        Self::Uuid,
        Self::Ipv4,
        Self::Ipv6,
        Self::Hostname,
        Self::Email,
        Self::Uri,
        Self::UriReference,
        Self::Byte,
        Self::Int32,
        Self::Int64,
        Self::Uint32,
        Self::Uint64,
    ];

    /// The value of the keyword.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Uuid => "uuid",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Hostname => "hostname",
            Self::Email => "email",
            Self::Uri => "uri",
            Self::UriReference => "uri-reference",
            Self::Byte => "byte",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }

    /// The format of a name, if it is one that is checked; others are annotations (JSON Schema Validation 2020-12 §7.2.1).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What a value should have been.
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::DateTime => "a date-time such as 2017-11-14T22:20:57Z",
            Self::Date => "a date such as 2017-11-14",
            Self::Time => "a time such as 22:20:57Z",
            Self::Uuid => "a UUID",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Hostname => "a host name",
            Self::Email => "an e-mail address",
            Self::Uri => "a URI",
            Self::UriReference => "a URI reference",
            Self::Byte => "base64",
            Self::Int32 => "a 32-bit integer",
            Self::Int64 => "a 64-bit integer",
            Self::Uint32 => "a 32-bit integer without a sign",
            Self::Uint64 => "a 64-bit integer without a sign",
        }
    }

    /// The smallest and the largest number, of a format for numbers.
    pub(super) const fn range(self) -> Option<(i128, i128)> {
        match self {
            Self::Int32 => Some((i32::MIN as i128, i32::MAX as i128)),
            Self::Int64 => Some((i64::MIN as i128, i64::MAX as i128)),
            Self::Uint32 => Some((0, u32::MAX as i128)),
            Self::Uint64 => Some((0, u64::MAX as i128)),
            _ => None,
        }
    }

    pub(super) fn matches(self, text: &str) -> bool {
        match self {
            Self::DateTime => date_time(text),
            Self::Date => date(text),
            Self::Time => time(text),
            Self::Uuid => uuid(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Hostname => hostname(text),
            Self::Email => email(text),
            Self::Uri => uri(text),
            Self::UriReference => text.bytes().all(is_uri_byte),
            Self::Byte => STANDARD.decode(text).is_ok(),
            // A format applies to values of its own type alone.
            Self::Int32 | Self::Int64 | Self::Uint32 | Self::Uint64 => true,
        }
    }
}

fn date_time(text: &str) -> bool {
    // RFC 3339 §5.6 lets `T` be lower case and be a blank.
    text.split_once(['T', 't', ' '])
        .is_some_and(|(day, hour)| date(day) && time(hour))
}

fn date(text: &str) -> bool {
    let mut fields = text.split('-');
    let (year, month, day) = (fields.next(), fields.next(), fields.next());
    let (Some(year), Some(month), Some(day), None) = (
        number(year, 4),
        number(month, 2),
        number(day, 2),
        fields.next(),
    ) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn time(text: &str) -> bool {
    let (clock, in_zone) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, true),
        None => match text.rsplit_once(['+', '-']) {
            Some((clock, offset)) => (clock, hours_and_minutes(offset)),
            None => return false,
        },
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let exact = fraction.is_none_or(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let Some((minutes, seconds)) = clock.rsplit_once(':') else {
        return false;
    };
    // 60 is a leap second.
    in_zone
        && exact
        && hours_and_minutes(minutes)
        && number(Some(seconds), 2).is_some_and(|seconds| seconds <= 60)
}

fn hours_and_minutes(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hours, minutes)| {
        number(Some(hours), 2).is_some_and(|hours| hours < 24)
            && number(Some(minutes), 2).is_some_and(|minutes| minutes < 60)
    })
}

/// Exactly `digits` decimal digits.
fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    let text =
        text.filter(|text| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

fn uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let groups = &mut groups;
    [8, 4, 4, 4, 12].into_iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

fn hostname(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn email(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

fn uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && rest.bytes().all(is_uri_byte)
    })
}

/// Characters outside of ASCII are let through: they are what RFC 3987 adds, and senders often leave them unencoded.
fn is_uri_byte(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !b"\"<>\\^`{|}".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn formats_take_what_they_should_and_nothing_else() {
        use Format::*;
        let table: [(Format, &[&str], &[&str]); 10] = [
            (
                DateTime,
                &[
                    "2017-11-14T22:20:57Z",
                    "2020-02-29t00:00:60.5+14:00",
                    "2020-01-01 00:00:00-00:00",
                ],
                &[
                    "Nov 14, 2017 10:20:57 PM",
                    "2017-11-14",
                    "2017-11-14T22:20:57",
                    "2017-11-14T24:00:00Z",
                    "2017-11-14T22:20:57.Z",
                ],
            ),
            (
                Date,
                &["2000-02-29"],
                &[
                    "1900-02-29",
                    "2017-13-01",
                    "2017-1-1",
                    "2017-01-00",
                    "2017-01-01-",
                ],
            ),
            (
                Time,
                &["22:20:57Z", "22:20:57.123+01:00"],
                &["22:20Z", "22:20:57", "22:20:61Z", "22:20:57+1:00"],
            ),
            (
                Uuid,
                &["c019173f-2b57-4286-8058-049be43033a1"],
                &[
                    "c019173f2b5742868058049be43033a1",
                    "c019173f-2b57-4286-8058-049be43033a1-",
                    "g019173f-2b57-4286-8058-049be43033a1",
                ],
            ),
            (Ipv4, &["192.168.1.20"], &["192.168.1", "256.0.0.1", "::1"]),
            (Ipv6, &["::1", "fe80::1"], &["1", ":::", "fe80::1%eth0"]),
            (
                Hostname,
                &["node-1.example.com", "a"],
                &["", "-a", "a-.b", "a..b", "a_b"],
            ),
            (
                Email,
                &["a@b", "a@b@c.example"],
                &["@b", "a@", "a b@c", "ab"],
            ),
            (
                Uri,
                &["http://a/b?c#d", "urn:x"],
                &["/a", "1a:b", "http://a b", "a"],
            ),
            (Byte, &["", "aGk=", "aGkh"], &["aGk", "a-_=", "*"]),
        ];
        for (format, good, bad) in table {
            for text in good {
                assert!(format.matches(text), "{format:?} has to take {text}");
            }
            for text in bad {
                assert!(!format.matches(text), "{format:?} must not take {text}");
            }
        }
    }
}
