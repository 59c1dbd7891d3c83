//! Parses time zones: nodes format and parse local times without their zone.

use std::fmt;

use jiff::tz::{Offset, TimeZone};

use crate::error::Error;
use crate::text::Text;

/// A time zone.
///
/// ```
/// use zstack_node::Zone;
///
/// let zone = Zone::named("Asia/Shanghai")?;
/// assert_eq!(zone.to_string(), "Asia/Shanghai");
/// assert!(Zone::named("Mars/Olympus").is_err());
/// # Ok::<(), zstack_node::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Returns the zone of this computer.
    #[must_use]
    pub fn system() -> Self {
        Self(TimeZone::system())
    }

    /// Returns UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Returns the zone `name`: one of the IANA database, such as `Asia/Shanghai`, or an offset from UTC, such as `+08:00`,
    /// `GMT+8` or `UTC`. White space around it is ignored.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if there is no such zone.
    pub fn named(name: &str) -> Result<Self, Error> {
        let trimmed = name.trim();
        if let Some(zone) = distance(trimmed) {
            return Ok(zone);
        }
        TimeZone::get(trimmed).map(Self).map_err(|_| {
            let name = crate::error::shortened(name);
            Error::Setup(Text::new(
                format!(
                    "there is no time zone `{name}`; write a name such as `Asia/Shanghai`, or a distance such as `+08:00`"
                ),
                format!("没有时区 `{name}`；请写名称，例如 `Asia/Shanghai`，或时差，例如 `+08:00`"),
            ))
        })
    }

    pub(crate) fn inner(&self) -> &TimeZone {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iana_name() {
            Some(name) => f.write_str(name),
            None => match self.0.to_fixed_offset() {
                Ok(offset) => write!(f, "{offset}"),
                Err(_) => f.write_str("the zone of this computer"),
            },
        }
    }
}

/// Parses an offset: `+08:00`, `+0800`, `+8`, optionally after `GMT` or `UTC`.
fn distance(text: &str) -> Option<Zone> {
    let rest = text
        .strip_prefix("GMT")
        .or_else(|| text.strip_prefix("UTC"))
        .unwrap_or(text);
    if rest.is_empty() || rest == "Z" {
        return (!text.is_empty()).then(Zone::utc);
    }
    let (sign, digits) = match rest.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let all_digits =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(hours) || !all_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 18 || minutes > 59 {
        return None;
    }
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
    Some(Zone(TimeZone::fixed(offset)))
}
