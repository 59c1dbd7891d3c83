use std::fmt::Debug;
use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use oas_types::lenient::TextFormat;
use oas_types::{Lenient, OffsetTime};
use proptest::prelude::*;
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

/// Reads a text, and writes it again.
fn round_trip<T: TextFormat>(text: &str) -> Lenient<T> {
    let json = serde_json::Value::from(text);
    let read: Lenient<T> = serde_json::from_value(json.clone()).expect("every text is read");
    assert_eq!(
        serde_json::to_value(&read).expect("every text is written"),
        json
    );
    assert_eq!(read.to_string(), text);
    read
}

/// Texts of a format, each with one that means the same, and texts of none.
fn holds<T: TextFormat + Debug>(pairs: &[(&str, &str)], others: &[&str]) {
    for (text, same) in pairs {
        let (read, same) = (round_trip::<T>(text), round_trip::<T>(same));
        assert!(read.value().is_some(), "{text}");
        assert_eq!(read, same);
        let value = read.into_value().expect("the text has a value");
        // What a value is written as has the value.
        assert!(Lenient::<T>::accepts(&value.to_text()), "{text}");
        assert_eq!(Lenient::from(value), same);
    }
    for text in others {
        let read = round_trip::<T>(text);
        assert!(read.value().is_none(), "{text}");
        assert_eq!(read, Lenient::from(*text));
        assert_eq!(read.into_value().expect_err("the text has no value"), *text);
    }
}

#[test]
fn texts_have_the_values_of_their_formats() {
    let pairs = [
        ("2017-11-14T22:20:57Z", "2017-11-14T23:20:57+01:00"),
        ("2017-11-14t22:20:57.5z", "2017-11-14T22:20:57.500Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00-00:00"),
    ];
    holds::<Timestamp>(&pairs, &["Nov 14, 2017 10:20:57 PM", "2017-11-14", ""]);
    holds::<Date>(&[("2024-02-29", "2024-02-29")], &["2023-02-29", "today"]);
    let pairs = [
        ("22:20:57Z", "22:20:57+00:00"),
        ("06:00:00.25-03:30", "06:00:00.250-03:30"),
    ];
    holds::<OffsetTime>(&pairs, &["22:20:57", "25:00:00Z", "22:20Z1", "noon"]);
    holds::<Span>(
        &[("P1DT12H", "P1DT12H"), ("P3W", "P3W")],
        &["36 hours!", "P99999999999Y", "P"],
    );
    let pairs = [("10.0.0.2", "10.0.0.2")];
    holds::<Ipv4Addr>(&pairs, &["10.0.0.256", "010.0.0.2"]);
    holds::<Ipv6Addr>(&[("::1", "0:0:0:0:0:0:0:1")], &["::1%eth0", "10.0.0.2"]);
    let upper = "550E8400-E29B-41D4-A716-446655440000";
    holds::<Uuid>(
        &[(upper, "550e8400-e29b-41d4-a716-446655440000")],
        &["c019", ""],
    );
    let pairs = [
        ("https://a.example", "https://a.example/"),
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
    ];
    holds::<Url>(&pairs, &["/relative", "http://a.example:99999/"]);
    let pairs = [("0.10", "0.1"), ("-7", "-7.0")];
    holds::<Decimal>(
        &pairs,
        &["1e5x", "", "0.12345678901234567890123456789012345"],
    );
}

#[test]
fn a_time_with_an_offset_is_what_rfc_3339_calls_full_time() {
    for text in ["00:00:00Z", "23:59:59+23:59", "12:00:00.123456789-05:45"] {
        let time: OffsetTime = text.parse().unwrap();
        assert_eq!(time.to_string(), text);
    }
}

proptest! {
    #[test]
    fn every_text_survives(text: String) {
        round_trip::<Timestamp>(&text);
        round_trip::<OffsetTime>(&text);
        round_trip::<Span>(&text);
        round_trip::<Url>(&text);
        round_trip::<Decimal>(&text);
    }

    #[test]
    fn times_are_read_as_they_are_written(text in "[0-9:.Zz+-]{0,16}") {
        let read = round_trip::<OffsetTime>(&text);
        if let Some(time) = read.value() {
            prop_assert_eq!(time.to_string().parse::<OffsetTime>().unwrap(), *time);
        }
    }
}
