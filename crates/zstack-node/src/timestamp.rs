//! Timestamps as nodes write them.

use std::{fmt, time::SystemTime};

use jiff::civil::{Date, DateTime, Time};

use crate::zone::Zone;

/// The names of months, as every node writes them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A timestamp of a node: a text such as `Nov 14, 2017 10:20:57 PM`, in the node's local time and without a zone.
///
/// The format depends on the Java version of the node: with a comma after the year (17), with a narrow no-break space
/// before `PM` (since 20), with milliseconds. [`in_zone`](Self::in_zone) parses all of these. A timestamp can be created from any
/// text, which is kept unchanged.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use zstack_node::{Timestamp, Zone};
///
/// let created = Timestamp::from("Nov 14, 2017 10:20:57 PM");
/// let time = created.in_zone(&Zone::named("Asia/Shanghai")?).expect("a time");
/// assert_eq!(time, UNIX_EPOCH + Duration::from_secs(1_510_669_257));
/// assert_eq!(created.as_str(), "Nov 14, 2017 10:20:57 PM");
/// # Ok::<(), zstack_node::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the text, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts the timestamp to a point in time, as that of a node in `zone`; `None` if the text is not a timestamp.
    ///
    /// A local time that occurs twice, when daylight saving ends, is the first of the two. One that is skipped, when daylight
    /// saving begins, is moved forward by the length of the gap.
    #[must_use]
    pub fn in_zone(&self, zone: &Zone) -> Option<SystemTime> {
        let time = zone.inner().to_timestamp(parse(&self.0)?).ok()?;
        SystemTime::try_from(time).ok()
    }
}

impl<T: Into<String>> From<T> for Timestamp {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parses `MMM d, yyyy[,] h:mm:ss[.fraction] a`.
fn parse(text: &str) -> Option<DateTime> {
    // U+00A0 and U+202F are white space to Unicode.
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',');
    let mut next = || words.by_ref().find(|word| !word.is_empty());
    let (month, day, year) = (next()?, next()?, next()?);
    let (clock, half) = (next()?, next()?);
    if next().is_some() {
        return None;
    }
    let month = MONTHS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))?;
    let month = i8::try_from(month + 1).ok()?;
    let date = Date::new(number(year)?, month, number(day)?).ok()?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let hour: i8 = number(hour)?;
    if !(1..=12).contains(&hour) {
        return None;
    }
    let hour = match half.to_ascii_uppercase().as_str() {
        "AM" => hour % 12,
        "PM" => hour % 12 + 12,
        _ => return None,
    };
    let time = Time::new(
        hour,
        number(minute)?,
        number(second)?,
        nanoseconds(fraction)?,
    )
    .ok()?;
    Some(date.to_datetime(time))
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() {
        return Some(0);
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = &fraction[..fraction.len().min(9)];
    let value: i32 = digits.parse().ok()?;
    let missing = 9 - u32::try_from(digits.len()).ok()?;
    Some(value * 10_i32.pow(missing))
}
