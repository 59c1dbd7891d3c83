//! The formats that can be checked without a library of their own.
//!
//! Formats that are not listed here are annotations (JSON Schema 2020-12 §7.2.1).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::Decimal;

/// Whether a string has a format; true for formats that are not checked.
pub(super) fn fits_text(format: &str, text: &str) -> bool {
    match format {
        "date-time" => is_date_time(text),
        "date" => is_date(text),
        "uuid" => is_uuid(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "byte" => is_base64(text),
        _ => true,
    }
}

/// Whether a number has a format; true for formats that are not checked.
pub(super) fn fits_number(format: &str, number: &Decimal) -> bool {
    let range = match format {
        "int32" => i128::from(i32::MIN)..=i128::from(i32::MAX),
        "int64" => i128::from(i64::MIN)..=i128::from(i64::MAX),
        "uint32" => 0..=i128::from(u32::MAX),
        "uint64" => 0..=i128::from(u64::MAX),
        _ => return true,
    };
    number.to_i128().is_some_and(|value| range.contains(&value))
}

/// `full-date` of RFC 3339 §5.6, with the days that the month has.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [_, _, _, _, b'-', _, _, b'-', _, _] = bytes else {
        return false;
    };
    let number = |range| text.get(range).and_then(digits);
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// `date-time` of RFC 3339 §5.6; second 60 is a leap second.
fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let Some((clock, rest)) = time.split_at_checked(8) else {
        return false;
    };
    let [_, _, b':', _, _, b':', _, _] = clock.as_bytes() else {
        return false;
    };
    let number = |range| clock.get(range).and_then(digits);
    let clock = matches!(
        (number(0..2), number(3..5), number(6..8)),
        (Some(0..=23), Some(0..=59), Some(0..=60))
    );
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    is_date(date) && clock && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    if zone == "Z" || zone == "z" {
        return true;
    }
    let [b'+' | b'-', _, _, b':', _, _] = zone.as_bytes() else {
        return false;
    };
    let number = |range| zone.get(range).and_then(digits);
    matches!((number(1..3), number(4..6)), (Some(0..=23), Some(0..=59)))
}

fn digits(text: &str) -> Option<u32> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

/// The text form of RFC 9562 §4.
fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let sizes = [8, 4, 4, 4, 12];
    let fits = sizes.into_iter().all(|size| {
        groups.next().is_some_and(|group| {
            group.len() == size && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    });
    fits && groups.next().is_none()
}

/// Base64 of RFC 4648 §4 with padding; line breaks are let through, as MIME has them.
fn is_base64(text: &str) -> bool {
    let kept: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let padding = kept.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = kept.get(..kept.len() - padding).unwrap_or_default();
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    kept.len().is_multiple_of(4) && padding <= 2 && body.iter().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_accept_and_refuse() {
        let cases = [
            ("date", "2024-02-29", true),
            ("date", "2023-02-29", false),
            ("date", "2023-1-01", false),
            ("date", "+023-01-01", false),
            ("date-time", "2017-11-14T22:20:57Z", true),
            ("date-time", "2017-11-14t22:20:60.123+08:00", true),
            ("date-time", "2017-11-14T22:20:57", false),
            ("date-time", "2017-11-14T22:20:57.Z", false),
            ("date-time", "Nov 14, 2017 10:20:57 PM", false),
            ("date-time", "2017-11-1\u{e9}T22:20:57Z", false),
            ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", true),
            ("uuid", "f81d4fae7dec11d0a76500a0c91e6bf6", false),
            ("ipv4", "127.0.0.1", true),
            ("ipv4", "127.0.0.256", false),
            ("ipv6", "::1", true),
            ("ipv6", ":::1", false),
            ("byte", "aGk=", true),
            ("byte", "aGk", false),
            ("byte", "a-k=", false),
            ("nonsense", "anything", true),
        ];
        for (format, text, fits) in cases {
            assert_eq!(fits_text(format, text), fits, "{format} {text}");
        }
        let number = |text| Decimal::parse(text).unwrap();
        assert!(
            fits_number("int32", &number("2147483647.0"))
                && !fits_number("int32", &number("2147483648"))
        );
        assert!(
            fits_number("int64", &number("-9223372036854775808"))
                && !fits_number("int64", &number("1e19"))
        );
    }
}
