//! Timestamps in every way that a node writes them, and in the zone that it does not write.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use zstack_node::{Timestamp, Zone};

fn at(seconds: u64, milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_millis(milliseconds)
}

fn read(text: &str, zone: &str) -> Option<SystemTime> {
    Timestamp::from(text).in_zone(&Zone::named(zone).unwrap())
}

#[test]
fn all_variants_are_read() {
    for (text, milliseconds) in [
        ("Nov 14, 2017 10:20:57 PM", 0),
        ("Nov 14, 2017, 10:20:57 PM", 0),
        ("Nov 14, 2017, 10:20:57\u{202F}PM", 0),
        ("Nov 14, 2017 10:20:57\u{A0}PM", 0),
        ("Nov 14, 2017 10:20:57.123 PM", 123),
        ("  nov 14, 2017 10:20:57.5 pm ", 500),
    ] {
        assert_eq!(
            read(text, "Asia/Shanghai"),
            Some(at(1_510_669_257, milliseconds)),
            "{text}"
        );
    }
}

#[test]
fn noon_and_midnight_are_told_apart() {
    assert_eq!(read("Jan 1, 1970 12:00:00 AM", "UTC"), Some(at(0, 0)));
    assert_eq!(read("Jan 1, 1970 12:00:01 PM", "UTC"), Some(at(43_201, 0)));
}

#[test]
fn what_is_no_timestamp_stays_text() {
    for text in [
        "",
        "2017-11-14T22:20:57Z",
        "Nov 31, 2017 10:20:57 PM",
        "Nov 14, 2017 13:20:57 PM",
        "Nov 14, 2017 0:20:57 AM",
        "Nov 14, 2017 10:20:57",
        "Nov 14, 2017 10:20:57 PM CST",
        "Nov 14, 2017 10:20 PM",
        "Nov 14, 2017 10:20:57. PM extra",
        "11月 14, 2017 10:20:57 下午",
        "Nov -1, 2017 10:20:57 PM",
        "Nov 14, 99999 10:20:57 PM",
        "Nov 14, 2017 10:20:57.é PM",
        "Nov 14, 2017 10:20:57.123456789x PM",
    ] {
        assert_eq!(read(text, "UTC"), None, "{text}");
        assert_eq!(Timestamp::from(text).as_str(), text);
    }
}

#[test]
fn zones_have_names_and_distances() {
    for name in [
        "+08:00",
        "+0800",
        "+8",
        "GMT+8",
        "UTC+08:00",
        "Asia/Shanghai",
    ] {
        assert_eq!(
            read("Nov 14, 2017 10:20:57 PM", name),
            Some(at(1_510_669_257, 0)),
            "{name}"
        );
    }
    assert_eq!(
        read("Nov 14, 2017 10:20:57 AM", "-04:00"),
        Some(at(1_510_669_257, 0))
    );
    for name in [
        "",
        "+",
        "+25",
        "+08:61",
        "+08:00:00",
        "Asia/Nowhere",
        "+0x8",
    ] {
        assert!(Zone::named(name).is_err(), "{name}");
    }
}

#[test]
fn clocks_that_are_changed_are_read() {
    // 2:30 does not exist on that day, and counts on from 1:59:59; 1:30 exists twice on the other, and is the first.
    assert_eq!(
        read("Mar 12, 2017 2:30:00 AM", "America/New_York"),
        Some(at(1_489_303_800, 0))
    );
    assert_eq!(
        read("Nov 5, 2017 1:30:00 AM", "America/New_York"),
        Some(at(1_509_859_800, 0))
    );
}

proptest! {
    /// Tests that a time formatted by jiff in the format of Java is parsed as the same time.
    #[test]
    fn every_second_is_read(second in 0i64..4_102_444_800, hours in -12i32..=14, variant in 0usize..4) {
        let offset = jiff::tz::Offset::from_seconds(hours * 3600).unwrap();
        let local = offset.to_datetime(jiff::Timestamp::from_second(second).unwrap());
        let form = [
            "%b %-d, %Y %-I:%M:%S %p",
            "%b %-d, %Y, %-I:%M:%S %p",
            "%b %-d, %Y, %-I:%M:%S\u{202F}%p",
            "%b %-d, %Y %-I:%M:%S.000 %p",
        ][variant];
        let text = local.strftime(form).to_string();
        let zone = format!("{hours:+03}:00");
        prop_assert_eq!(read(&text, &zone), Some(at(second.unsigned_abs(), 0)), "{} {}", text, zone);
    }
}
