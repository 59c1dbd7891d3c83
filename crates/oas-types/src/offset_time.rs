//! Defines a time of day with an offset: `full-time` of RFC 3339 §5.6.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::tz::Offset;

/// A time of day with its offset from UTC (`format: time`).
///
/// `jiff` has no type for it, because a time without a date is not a point in time. Two values are equal if both the local time
/// and the offset are: `10:30:00Z` and `18:30:00+08:00` differ. Parsing also accepts a time without seconds, such as `22:20Z`.
///
/// # Examples
///
/// ```
/// use jiff::civil::time;
/// use jiff::tz::offset;
/// use oas_types::OffsetTime;
///
/// let closing: OffsetTime = "18:30:00+08:00".parse()?;
/// assert_eq!(closing, OffsetTime::new(time(18, 30, 0, 0), offset(8)));
/// assert_eq!(closing.to_string(), "18:30:00+08:00");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OffsetTime {
    /// The local time of day.
    pub time: Time,
    /// The time by which the local time is ahead of UTC.
    pub offset: Offset,
}

impl OffsetTime {
    /// Creates a time of day from the local time and its offset.
    #[must_use]
    pub const fn new(time: Time, offset: Offset) -> Self {
        Self { time, offset }
    }
}

impl FromStr for OffsetTime {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let start = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
        let (time, offset) = text.split_at(start);
        let offset = match offset {
            "Z" | "z" => Offset::UTC,
            offset => jiff::fmt::strtime::parse("%:z", offset)?
                .offset()
                .unwrap_or(Offset::UTC),
        };
        Ok(Self::new(time.parse()?, offset))
    }
}

impl fmt::Display for OffsetTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC {
            return write!(f, "{}Z", self.time);
        }
        // Offsets with seconds cannot be written in RFC 3339.
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        write!(
            f,
            "{}{sign}{:02}:{:02}",
            self.time,
            minutes / 60,
            minutes % 60
        )
    }
}
