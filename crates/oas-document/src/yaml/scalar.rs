//! Parses plain scalars.
//!
//! This is the only module of the workspace that depends on `serde_yaml`.

use serde_json::Number;

/// The value of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Null,
    Boolean(bool),
    Number(Number),
    String,
    /// `.inf` and `.nan`.
    NotJson,
}

/// Returns whether a plain scalar can be anything but a string; a cheap check for the many that cannot.
pub(super) fn may_mean_more(text: &str) -> bool {
    let Some(first) = text.bytes().next() else {
        return true;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            // Text with spaces is never a number, and a leading `---` must not reach a parser as a document marker.
            !text.contains(char::is_whitespace)
                && (text.contains(|c: char| c.is_ascii_digit()) || text.len() <= 5)
        }
        b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'~' => text.len() <= 5,
        _ => false,
    }
}

/// Parses a plain scalar by `serde_yaml`. That crate is no longer maintained; only this function would change to
/// replace it.
pub(super) fn plain_scalar(text: &str) -> Meaning {
    if matches!(text, "---" | "...") {
        return Meaning::String;
    }
    match serde_yaml::from_str::<serde_yaml::Value>(text) {
        Ok(serde_yaml::Value::Null) => Meaning::Null,
        Ok(serde_yaml::Value::Bool(flag)) => Meaning::Boolean(flag),
        Ok(serde_yaml::Value::Number(number)) => {
            let number = match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => Some(Number::from(number)),
                (_, Some(number), _) => Some(Number::from(number)),
                (_, _, Some(number)) => Number::from_f64(number),
                _ => None,
            };
            number.map_or(Meaning::NotJson, Meaning::Number)
        }
        Ok(_) => Meaning::String,
        // Integers beyond 64 bits are rejected there; they keep their text here, and the nearest number.
        Err(_) => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            match text.parse::<f64>().ok().and_then(Number::from_f64) {
                Some(number) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                    Meaning::Number(number)
                }
                _ => Meaning::String,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_answer_agrees_with_the_slow_one() {
        let texts = [
            "",
            "~",
            "null",
            "Null",
            "NULL",
            "nULL",
            "true",
            "True",
            "TRUE",
            "yes",
            "no",
            "on",
            "off",
            "1",
            "-1",
            "+1",
            "007",
            "0x1F",
            "0o17",
            "0b11",
            "1_000",
            "1e3",
            "1.",
            ".5",
            "-.5e-3",
            "-.INF",
            ".nan",
            "...",
            "---",
            "--",
            "-a",
            "+",
            ".",
            "1.2.3",
            "12:30",
            "2001-01-01",
            "e5",
            "inf",
            "nan",
            "infinity",
            "18446744073709551616",
            "-9223372036854775809",
        ];
        for text in texts {
            if !may_mean_more(text) {
                assert_eq!(plain_scalar(text), Meaning::String, "{text}");
            }
        }
        assert_eq!(
            plain_scalar("18446744073709551616"),
            Meaning::Number(Number::from_f64(18446744073709551616.0).unwrap())
        );
        assert_eq!(plain_scalar("0x1F"), Meaning::Number(31.into()));
        assert_eq!(plain_scalar("007"), Meaning::String);
    }
}
