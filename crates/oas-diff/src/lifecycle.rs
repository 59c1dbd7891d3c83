//! Compares deprecation, sunset dates and levels of stability.
//!
//! `deprecated` is the standard's; `x-sunset` (a date, in the sense of the `Sunset` header field of RFC 8594) and
//! `x-stability-level` (`draft`, `alpha`, `beta`, `stable`) are extensions that the field has agreed on.

use std::fmt;

use oas_document::Node;

use crate::{
    change::{Change, changed, quoted},
    docs,
    rule::table,
    severity::Effect,
};

/// A day in the form of RFC 3339 §5.6 (`full-date`), such as `2026-02-28`. A time after the day is parsed and ignored.
///
/// ```
/// use oas_diff::Date;
///
/// assert!("2026-02-28".parse::<Date>().unwrap() < "2026-03-01T00:00:00Z".parse().unwrap());
/// assert!("2026-02-30".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The error of parsing a text that is not a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write one as 2026-12-31")]
pub struct InvalidDate(String);

impl std::str::FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        parse_date(text).ok_or_else(|| InvalidDate(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// Returns the day that is `days` days after 1970-01-01, in the proleptic Gregorian calendar. More than 2,900,000 days, in the year
    /// 9909, are treated as this many.
    ///
    /// ```
    /// assert_eq!(oas_diff::Date::from_unix_days(20_000).to_string(), "2024-10-04");
    /// ```
    #[must_use]
    pub fn from_unix_days(days: u64) -> Self {
        // Counted in eras of 400 years from 0000-03-01, so that leap days end the year.
        let days = days.min(2_900_000) + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self {
            year: year as u16,
            month: month as u8,
            day: day as u8,
        }
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let (date, time) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let mut number = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse::<u16>().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)? as u8, number(2)? as u8);
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    let time_follows = time.is_empty() || time.starts_with(['T', 't', ' ']);
    ((1..=last).contains(&day) && time_follows).then_some(Date { year, month, day })
}

/// The level of stability that an operation, parameter or property promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stability {
    Draft,
    Alpha,
    Beta,
    Stable,
}

/// The lifecycle that an object declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime<'d> {
    deprecated: Option<Node<'d>>,
    sunset: Option<Node<'d>>,
    stability: Option<Node<'d>>,
}

/// The verdict on a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The element was deprecated, and its sunset date has passed or is missing; or it was unstable.
    Announced,
    /// The promised date is still to come.
    TooEarly(String),
    /// The removal was not announced.
    Unannounced,
}

impl<'d> Lifetime<'d> {
    pub(crate) fn of(get: impl Fn(&str) -> Option<Node<'d>>) -> Self {
        Lifetime {
            deprecated: get("deprecated").filter(|node| node.as_bool() == Some(true)),
            sunset: get("x-sunset"),
            stability: get("x-stability-level"),
        }
    }

    pub(crate) fn of_node(node: Node<'d>) -> Self {
        Lifetime::of(|name| node.get(name))
    }

    /// Returns the level; `Err` if it is invalid.
    fn stability(&self) -> Result<Stability, Node<'d>> {
        let Some(node) = self.stability else {
            return Ok(Stability::Stable);
        };
        match node.as_str() {
            Some("draft") => Ok(Stability::Draft),
            Some("alpha") => Ok(Stability::Alpha),
            Some("beta") => Ok(Stability::Beta),
            Some("stable") | Some("") => Ok(Stability::Stable),
            _ => Err(node),
        }
    }

    /// Returns whether nothing is promised yet.
    pub(crate) fn is_unstable(&self) -> bool {
        matches!(self.stability(), Ok(Stability::Draft | Stability::Alpha))
    }

    pub(crate) fn removal(&self, today: Date) -> Removal {
        if self.is_unstable() {
            return Removal::Announced;
        }
        if self.deprecated.is_none() {
            return Removal::Unannounced;
        }
        match self.sunset.map(|node| node.as_str().unwrap_or_default()) {
            None => Removal::Announced,
            Some(text) => match text.parse::<Date>() {
                Ok(date) if date <= today => Removal::Announced,
                Ok(date) => Removal::TooEarly(date.to_string()),
                Err(_) => Removal::TooEarly(format!("a date that cannot be read ({text:?})")),
            },
        }
    }

    /// Returns the changes of the lifecycle; `places` are the nodes that the messages name and refer to.
    pub(crate) fn changes(
        &self,
        head: &Self,
        places: (Node<'d>, Node<'d>),
        today: Date,
    ) -> Vec<Change<'d>> {
        let mut changes = Vec::new();
        let mut push = |rule, sides, message: String| {
            changes.push(Change::new(rule, Effect::None, sides, places, message));
        };
        let sides = (self.deprecated, head.deprecated);
        match sides {
            (None, Some(_)) => push(&table::DEPRECATED, sides, "became deprecated".to_owned()),
            (Some(_), None) => push(
                &table::REACTIVATED,
                sides,
                "is no longer deprecated".to_owned(),
            ),
            _ => {}
        }
        let sides = (self.sunset, head.sunset);
        let date = |node: Node<'d>| node.as_str().and_then(|text| text.parse::<Date>().ok());
        match sides {
            // A date that was invalid before does not count as changed.
            (Some(old), Some(new))
                if date(old).is_none() && date(new).is_none() && docs::differ(sides.0, sides.1) =>
            {
                let message = changed("x-sunset", Some(old), Some(new));
                push(&table::EXTENSION_CHANGED, sides, message);
            }
            (Some(old), Some(new)) if date(old).is_none() && date(new).is_none() => {}
            (Some(old), Some(new)) if date(old).is_none() => {
                let rule = match date(new).is_some_and(|date| date < today) {
                    true => &table::SUNSET_TOO_SOON,
                    false => &table::SUNSET_SET,
                };
                push(rule, sides, format!("sunset set to {}", quoted(new)));
            }
            (_, Some(new)) if date(new).is_none() => {
                let message = format!("sunset {} cannot be read", quoted(new));
                push(&table::SUNSET_INVALID, sides, message);
            }
            (None, Some(new)) => {
                let rule = match date(new).is_some_and(|date| date < today) {
                    true => &table::SUNSET_TOO_SOON,
                    false => &table::SUNSET_SET,
                };
                push(rule, sides, format!("sunset set to {}", quoted(new)));
            }
            // A thing that is no longer deprecated needs no date.
            (Some(old), None) if head.deprecated.is_some() => {
                push(
                    &table::SUNSET_REMOVED,
                    sides,
                    format!("sunset {} removed", quoted(old)),
                );
            }
            (Some(old), Some(new)) => {
                let message = format!("sunset changed from {} to {}", quoted(old), quoted(new));
                match (date(old), date(new)) {
                    (Some(old), Some(new)) if new < old => {
                        push(&table::SUNSET_ADVANCED, sides, message)
                    }
                    (Some(old), Some(new)) if new == old => {}
                    _ => push(&table::SUNSET_POSTPONED, sides, message),
                }
            }
            _ => {}
        }
        let sides = (self.stability, head.stability);
        let word = |node: Option<Node<'d>>| node.map_or_else(|| "stable".to_owned(), quoted);
        let message = format!(
            "stability changed from {} to {}",
            word(sides.0),
            word(sides.1)
        );
        match (self.stability(), head.stability()) {
            (Ok(_), Err(node)) => {
                push(
                    &table::STABILITY_INVALID,
                    sides,
                    format!("stability {} is not a level", quoted(node)),
                );
            }
            (Err(_), Err(_)) if docs::differ(sides.0, sides.1) => {
                let message = changed("x-stability-level", sides.0, sides.1);
                push(&table::EXTENSION_CHANGED, sides, message);
            }
            (Err(_), Err(_)) => {}
            (old, Ok(new)) => {
                // An unknown level promises as much as none.
                let old = old.unwrap_or(Stability::Stable);
                if new < old {
                    push(&table::STABILITY_LOWERED, sides, message);
                } else if new > old {
                    push(&table::STABILITY_RAISED, sides, message);
                }
            }
        }
        changes
    }
}
