//! Validates dates, times and durations of RFC 3339.

pub(super) fn is_date_time(text: &str) -> bool {
    // RFC 3339 §5.6 lets `T` be lower case and be a blank.
    text.split_once(['T', 't', ' '])
        .is_some_and(|(date, time)| is_date(date) && is_time(time))
}

pub(super) fn is_date(text: &str) -> bool {
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

pub(super) fn is_time(text: &str) -> bool {
    let (clock, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, Some(0)),
        None => match text.rsplit_once(['+', '-']) {
            Some((clock, offset)) => {
                let ahead = text.as_bytes().get(clock.len()) == Some(&b'+');
                let minutes = minutes(offset);
                (
                    clock,
                    minutes.map(|minutes| if ahead { minutes } else { -minutes }),
                )
            }
            None => return false,
        },
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let Some((clock, seconds)) = clock.rsplit_once(':') else {
        return false;
    };
    let (Some(offset), Some(minutes), Some(seconds)) =
        (offset, minutes(clock), number(Some(seconds), 2))
    else {
        return false;
    };
    let is_fraction = fraction.is_none_or(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    // Leap seconds are inserted at the end of a day of UTC (RFC 3339 §5.7).
    let is_second =
        seconds < 60 || seconds == 60 && (minutes - offset).rem_euclid(24 * 60) == 24 * 60 - 1;
    is_fraction && is_second
}

/// Parses `HH:MM` as minutes.
fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let hours = number(Some(hours), 2).filter(|hours| *hours < 24)?;
    let minutes = number(Some(minutes), 2).filter(|minutes| *minutes < 60)?;
    Some(hours * 60 + minutes)
}

/// Parses exactly `digits` decimal digits.
fn number(text: Option<&str>, digits: usize) -> Option<i32> {
    let text =
        text.filter(|text| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

pub(super) fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else {
        return false;
    };
    match text.split_once('T') {
        None => is_units(text, "YMD") || is_units(text, "W"),
        Some((date, time)) => (date.is_empty() || is_units(date, "YMD")) && is_units(time, "HMS"),
    }
}

/// Returns whether `text` contains numbers for consecutive ones of `units`, at least one: `dur-year` has no days
/// without months.
fn is_units(text: &str, units: &str) -> bool {
    let mut rest = text;
    let mut units = units;
    let mut first = true;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let Some(unit) = digits.chars().next().filter(|_| digits.len() < rest.len()) else {
            return false;
        };
        match units.split_once(unit) {
            Some((skipped, later)) if first || skipped.is_empty() => units = later,
            _ => return false,
        }
        first = false;
        rest = digits.get(unit.len_utf8()..).unwrap_or_default();
    }
    !first
}
