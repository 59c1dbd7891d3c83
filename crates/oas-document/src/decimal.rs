//! Represents exact decimal numbers, so that bounds of schemas are compared without the rounding of floats.
//!
//! Decimals can be compared and tested for divisibility; there is no other arithmetic.

use std::{cmp::Ordering, fmt};

use serde_json::Number;

use crate::Node;

/// A decimal number of any size, exact.
///
/// ```
/// use oas_document::Decimal;
///
/// let number = |text| Decimal::parse(text).unwrap();
/// assert_eq!(number("1e3"), number("1000.0"));
/// assert!(number("9007199254740993") > number("9007199254740992"));
/// assert!(number("0.0").is_integer() && !number("0.1").is_integer());
/// assert_eq!(number("-1.50").to_string(), "-1.5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// Digits without leading and trailing zeros; empty for zero.
    digits: Vec<u8>,
    /// The value is `0.digits` times ten to this power; 0 for zero.
    exponent: i64,
}

/// Longest expansion that is written or computed in full.
const MAX_DIGITS: i64 = 4096;

impl Decimal {
    /// Parses a number in the syntax of JSON (RFC 8259 §6), such as `-1.5e3`; as in YAML, a leading `+` or zero, and a
    /// point without digits on one side, such as `.5`, are accepted too. Returns `None` if `text` is no such number, or
    /// its exponent exceeds 32 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        if !whole
            .bytes()
            .chain(fraction.bytes())
            .all(|digit| digit.is_ascii_digit())
        {
            return None;
        }
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = all.iter().take_while(|digit| **digit == b'0').count();
        let digits: Vec<u8> = all.get(leading..).unwrap_or_default().to_vec();
        let kept = digits
            .iter()
            .rposition(|digit| *digit != b'0')
            .map_or(0, |last| last + 1);
        let digits = digits.get(..kept).unwrap_or_default().to_vec();
        let zero = digits.is_empty();
        Some(Self {
            negative: negative && !zero,
            exponent: if zero {
                0
            } else {
                whole.len() as i64 - leading as i64 + i64::from(power)
            },
            digits,
        })
    }

    /// Returns the value of a number in a document, with every digit that is written; `None` if `node` is not a number.
    pub fn of(node: Node<'_>) -> Option<Self> {
        let number = node.as_number()?;
        // Texts such as `0x1F` are YAML's own.
        node.scalar_text()
            .and_then(Self::parse)
            .or_else(|| Self::of_number(number))
    }

    /// Returns the value of a number of `serde_json`.
    #[must_use]
    pub fn of_number(number: &Number) -> Option<Self> {
        Self::parse(&number.to_string())
    }

    /// Returns whether the value has no fraction, irrespective of its notation: `1.0` and `1e3` are integers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.exponent >= self.digits.len() as i64
    }

    /// Returns whether the value is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns whether the value is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Returns the value as an integer; `None` if it has a fraction, or exceeds 128 bits.
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        if !self.is_integer() || self.exponent > 39 {
            return None;
        }
        self.to_string().parse().ok()
    }

    /// Returns the value as an unsigned integer, such as a length or a count; `None` if it has a fraction, is negative,
    /// or exceeds 64 bits.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.to_i128().and_then(|value| value.try_into().ok())
    }

    /// Returns the nearest float; infinity if the value exceeds every float.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let digits = String::from_utf8_lossy(&self.digits);
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{digits}0e{}", self.exponent)
            .parse()
            .unwrap_or(f64::NAN)
    }

    /// Returns whether the value is an integral multiple of `divisor`; `false` if `divisor` is zero.
    #[must_use]
    pub fn is_multiple_of(&self, divisor: &Self) -> bool {
        if divisor.is_zero() {
            return false;
        }
        if self.is_zero() {
            return true;
        }
        // Both are scaled by the same power of ten to integers; then long division gives the remainder.
        let scale = |decimal: &Self| decimal.exponent - decimal.digits.len() as i64;
        let lowest = scale(self).min(scale(divisor));
        let zeros = |decimal: &Self| scale(decimal) - lowest;
        if zeros(self).max(zeros(divisor)) > MAX_DIGITS {
            // A value this much larger is a multiple: no digit is left that could show otherwise.
            let quotient = self.to_f64() / divisor.to_f64();
            return quotient.fract() == 0.0;
        }
        let zero = |count: i64| std::iter::repeat_n(b'0', count.max(0) as usize);
        let divisor_digits: Vec<u8> = divisor
            .digits
            .iter()
            .copied()
            .chain(zero(zeros(divisor)))
            .collect();
        let Ok(modulus) = String::from_utf8_lossy(&divisor_digits).parse::<u128>() else {
            return (self.to_f64() / divisor.to_f64()).fract() == 0.0;
        };
        if modulus > u128::MAX / 16 {
            return (self.to_f64() / divisor.to_f64()).fract() == 0.0;
        }
        let mut remainder = 0u128;
        for digit in self.digits.iter().copied().chain(zero(zeros(self))) {
            remainder = (remainder * 10 + u128::from(digit - b'0')) % modulus;
        }
        remainder == 0
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::from(i128::from(value))
    }
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        Self::from(i128::from(value))
    }
}

impl From<i128> for Decimal {
    fn from(value: i128) -> Self {
        let zero = Self {
            negative: false,
            digits: Vec::new(),
            exponent: 0,
        };
        // The text of an integer is always a number.
        Self::parse(&value.to_string()).unwrap_or(zero)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let digits = String::from_utf8_lossy(&self.digits);
        let count = self.digits.len() as i64;
        match self.exponent {
            _ if count == 0 => f.write_str("0"),
            exponent if exponent.abs() > MAX_DIGITS => write!(f, "0.{digits}e{exponent}"),
            exponent if exponent >= count => {
                write!(f, "{digits}{}", "0".repeat((exponent - count) as usize))
            }
            exponent if exponent > 0 => {
                let (whole, fraction) = digits.split_at(exponent as usize);
                write!(f, "{whole}.{fraction}")
            }
            exponent => write!(
                f,
                "0.{}{digits}",
                "0".repeat(exponent.unsigned_abs() as usize)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    proptest! {
        #[test]
        fn ordering_and_text_agree_with_integers(a: i64, b: i64) {
            let (x, y) = (Decimal::from(a), Decimal::from(b));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.to_i128(), Some(i128::from(a)));
        }

        #[test]
        fn multiples_agree_with_integers(a in -100_000i64..100_000, b in 1i64..500, shift in 0u32..4) {
            let tenth = |n: i64| number(&format!("{n}e-{shift}"));
            prop_assert_eq!(tenth(a).is_multiple_of(&tenth(b)), a % b == 0);
        }

        #[test]
        fn ordering_agrees_with_floats(a in -1e6f64..1e6, b in -1e6f64..1e6) {
            prop_assert_eq!(number(&a.to_string()).partial_cmp(&number(&b.to_string())), a.partial_cmp(&b));
        }
    }

    #[test]
    fn extremes_are_neither_slow_nor_wrong() {
        assert!(number("1e2000000000") > number("1e1999999999"));
        assert!(number("-1e-2000000000") < number("0"));
        assert!(!number("1").is_multiple_of(&number("0")));
        assert!(number("4.02").is_multiple_of(&number("0.01")));
        assert_eq!(number("1e99").to_i128(), None);
        for not in ["", "-", ".", "1e", "0x1f", "1.2.3", "NaN", "١"] {
            assert_eq!(Decimal::parse(not), None, "{not}");
        }
    }
}
