//! Integers that JSON text writes with a fraction or an exponent.

/// Rewrites integers with a fraction or an exponent in JSON text, such as `1.0` and `1e2`, to `1` and `100`. Returns `None` if
/// there is none.
///
/// They are valid integers (JSON Schema 2020-12 §6.1.1), which serde does not deserialize into Rust's integers.
///
/// ```
/// assert_eq!(oas_wire::with_plain_integers("[1.0, 2.5]").as_deref(), Some("[1, 2.5]"));
/// assert_eq!(oas_wire::with_plain_integers("[1, 2.5]"), None);
/// ```
#[must_use]
pub fn with_plain_integers(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find(|next: char| next == '"' || next == '-' || next.is_ascii_digit())
    {
        let (before, token) = rest.split_at(at);
        out.push_str(before);
        let length = if token.starts_with('"') {
            string_length(token)
        } else {
            token
                .find(|next: char| !next.is_ascii_digit() && !"+-.eE".contains(next))
                .unwrap_or(token.len())
        };
        let (token, after) = token.split_at(length);
        match plain_integer(token) {
            Some(integer) => {
                out.push_str(&integer);
                changed = true;
            }
            None => out.push_str(token),
        }
        rest = after;
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Returns the length of the string at the beginning of `text`, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// More digits than this are not those of an integer that could be decoded.
const MAX_DIGITS: i64 = 40;

/// Converts a number with a fraction or an exponent to an integer, if it is one.
fn plain_integer(number: &str) -> Option<String> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if integer.len() == number.len() || number.starts_with('"') {
        return None;
    }
    let (sign, integer) = match integer.strip_prefix('-') {
        Some(integer) => ("-", integer),
        None => ("", integer),
    };
    let exponent: i64 = exponent.parse().ok()?;
    let digits = format!("{integer}{fraction}");
    let digits = digits.trim_end_matches('0');
    let whole = exponent.checked_add(i64::try_from(integer.len()).ok()?)?;
    let zeros = whole.checked_sub(i64::try_from(digits.len()).ok()?)?;
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let zeros = usize::try_from(zeros)
        .ok()
        .filter(|_| whole <= MAX_DIGITS)?;
    Some(format!("{sign}{digits}{}", "0".repeat(zeros)))
}

#[cfg(test)]
mod tests {
    use super::with_plain_integers;

    #[test]
    fn integers_get_their_plain_spelling_and_nothing_else_changes() {
        let table = [
            ("1.0", "1"),
            ("-12.00e0", "-12"),
            ("1e2", "100"),
            ("1.5E+1", "15"),
            ("100e-2", "1"),
            ("0.0", "0"),
            ("-0e9", "0"),
            ("9007199254740993.0", "9007199254740993"),
            (
                "[1.0,1.5,{\"1.0\":2.0,\"\\\"3.0\":\"é4.0\"}]",
                "[1,1.5,{\"1.0\":2,\"\\\"3.0\":\"é4.0\"}]",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(
                with_plain_integers(text).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in [
            "1",
            "1.5",
            "15e-1",
            "1e999",
            "1e99999999999999999999",
            "\"1.0\"",
            "[true,null]",
        ] {
            assert_eq!(with_plain_integers(text), None, "{text}");
        }
    }
}
