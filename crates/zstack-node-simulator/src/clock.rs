//! Formats timestamps as a node on Java 8 does, and parses the `Date` of signed requests.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Timestamp, fmt::strtime};

/// The zone of a node: its name, and how far its clocks are ahead of UTC.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    name: String,
    offset: Offset,
}

impl Zone {
    /// Creates a zone whose clocks are this many seconds ahead of UTC: 26 hours at most, in either direction.
    pub(crate) fn new(name: String, seconds: i32) -> Self {
        let most = Offset::MAX.seconds();
        let offset = Offset::from_seconds(seconds.clamp(-most, most)).unwrap_or(Offset::UTC);
        Self { name, offset }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the local time now.
    pub(crate) fn wall(&self) -> DateTime {
        self.offset.to_datetime(Timestamp::now())
    }

    /// Formats the time now, such as `Nov 14, 2017 10:20:57 PM`.
    pub(crate) fn now(&self) -> String {
        self.timestamp(Timestamp::now())
    }

    /// Formats the time after this duration.
    pub(crate) fn after(&self, time: Duration) -> String {
        let later = Timestamp::now().checked_add(time);
        self.timestamp(later.unwrap_or(Timestamp::MAX))
    }

    fn timestamp(&self, time: Timestamp) -> String {
        let wall = self.offset.to_datetime(time);
        // The format is valid, so that there is nothing to fail.
        strtime::format("%b %-d, %Y %-I:%M:%S %p", wall).unwrap_or_default()
    }

    /// Formats the offset, such as `+8:00`.
    pub(crate) fn offset(&self) -> String {
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Parses `EEE, dd MMM yyyy HH:mm:ss z` as a local time: by default a node ignores the zone.
pub(crate) fn wall_of(date: &str) -> Option<DateTime> {
    let (wall, _zone) = date.rsplit_once(' ')?;
    DateTime::strptime("%a, %d %b %Y %H:%M:%S", wall).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64, hours: i32) -> String {
        let time = Timestamp::from_millisecond(milliseconds).expect("a time");
        Zone::new(String::new(), hours * 3600).timestamp(time)
    }

    #[test]
    fn the_vendors_example_is_china_time() {
        assert_eq!(at(1_510_669_257_141, 8), "Nov 14, 2017 10:20:57 PM");
        assert_eq!(Zone::new(String::new(), 8 * 3600).offset(), "+8:00");
        assert_eq!(Zone::new(String::new(), -12_600).offset(), "-3:30");
    }

    #[test]
    fn noon_and_midnight_are_twelve() {
        assert_eq!(at(0, 0), "Jan 1, 1970 12:00:00 AM");
        assert_eq!(at(43_200_000, 0), "Jan 1, 1970 12:00:00 PM");
    }

    #[test]
    fn the_zone_of_a_date_is_not_looked_at() {
        let walls = ["Asia/Shanghai", "GMT", "CST", "+0630"]
            .map(|zone| wall_of(&format!("Tue, 14 Nov 2017 22:20:57 {zone}")));
        assert_eq!(
            walls,
            [Some(jiff::civil::datetime(2017, 11, 14, 22, 20, 57, 0)); 4]
        );
        for text in [
            "",
            "today",
            "Tue, 14 Nov 2017",
            "Tue, 14 Nov 2017 25:00:00 GMT",
        ] {
            assert_eq!(wall_of(text), None, "{text}");
        }
    }
}
