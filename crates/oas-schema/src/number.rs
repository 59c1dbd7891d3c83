//! Defines numbers whose comparison does not round 64-bit integers.

use std::cmp::Ordering;
use std::fmt;

use crate::messages::Message;
use crate::{Schema, Storage, Types};

/// A number of a schema or of a request. An integer and a float that have the same value are equal.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// An integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
}

impl Number {
    /// Parses a JSON number, which is exact if it is an integer of up to 128 bits; returns `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse() {
            return Some(Self::Integer(integer));
        }
        let float: f64 = text.parse().ok()?;
        // A number that no float represents is larger than all of them.
        Some(Self::Float(float.clamp(f64::MIN, f64::MAX)))
    }

    /// Normalizes a number: `1.0` becomes the integer `1`.
    fn normal(self) -> Self {
        match self {
            Self::Float(float) if float.fract() == 0.0 && float.abs() < 1e38 => {
                // Exact: the value is an integer within the range of i128.
                Self::Integer(float as i128)
            }
            other => other,
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self.normal(), other.normal()) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(&b),
            // JSON has no NaN, and neither has a schema.
            (a, b) => a.float().partial_cmp(&b.float()).unwrap_or(Ordering::Equal),
        }
    }

    /// Returns whether the number is an integral multiple of `divisor`, as decimals: `0.3` is a multiple of `0.1`.
    /// Every number is a multiple of zero.
    fn is_multiple_of(self, divisor: Self) -> bool {
        match (self.normal(), divisor.normal()) {
            (_, Self::Integer(0)) => true,
            (Self::Integer(a), Self::Integer(b)) => a % b == 0,
            (value, divisor) => {
                let (value, divisor) = (Decimal::of(value), Decimal::of(divisor));
                // Neither significand ends with a zero, so that a finer value is not a multiple.
                value.significand == 0
                    || value.exponent >= divisor.exponent
                        && value.remainder(divisor.significand, divisor.exponent) == 0
            }
        }
    }

    /// Returns the type of the value: a number without a fraction is an integer.
    pub(super) fn types(self) -> Types {
        match self.normal() {
            Self::Integer(_) => Types::INTEGER,
            // A float of 1e38 and more has no fraction either.
            Self::Float(float) if float.fract() == 0.0 => Types::INTEGER,
            Self::Float(_) => Types::NUMBER,
        }
    }
}

/// The absolute value of a number as `significand` times ten to the power of `exponent`.
struct Decimal {
    /// Not a multiple of ten, unless it is zero.
    significand: u128,
    exponent: i32,
}

impl Decimal {
    /// Returns the shortest decimal that parses as the number: what a person wrote, up to 15 digits of a float.
    fn of(number: Number) -> Self {
        let text = match number {
            Number::Integer(integer) => format!("{:e}", integer.unsigned_abs()),
            Number::Float(float) => format!("{:e}", float.abs()),
        };
        // JSON has neither NaN nor infinity, and the standard library writes all else like this.
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = i32::try_from(fraction.len()).unwrap_or_default();
        Self {
            significand: format!("{whole}{fraction}").parse().unwrap_or_default(),
            exponent: power.parse::<i32>().unwrap_or_default() - places,
        }
    }

    /// Returns the remainder of the division by a decimal with no smaller exponent. The difference of the exponents is
    /// below 700.
    fn remainder(&self, divisor: u128, exponent: i32) -> u128 {
        // Neither sum is more than twice the divisor, which is at most 2^127.
        let double = |remainder: u128| remainder * 2 % divisor;
        let times_ten = |remainder: u128| double((double(double(remainder)) + remainder) % divisor);
        (exponent..self.exponent).fold(self.significand % divisor, |remainder, _| {
            times_ten(remainder)
        })
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Ordering::Equal
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.normal() {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

impl<S: Storage> Schema<S> {
    /// Checks the keywords for numbers.
    pub(super) fn check_number<E>(
        &self,
        number: Number,
        report: &mut dyn FnMut(&'static str, Message<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(format) = self.format
            && let Some((least, most)) = format.range()
            && (number.types() != Types::INTEGER
                || number.compare(Number::Integer(least)).is_lt()
                || number.compare(Number::Integer(most)).is_gt())
        {
            report("format", &|| format!("must be {}", format.describe()))?;
        }
        self.bounds.check(number, &mut *report)?;
        if let Some(divisor) = self.multiple_of
            && !number.is_multiple_of(divisor)
        {
            report("multipleOf", &|| format!("must be a multiple of {divisor}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Number::{self, Float, Integer};

    #[test]
    fn multiples_are_those_of_the_decimals() {
        let table: [(Number, Number, bool); 15] = [
            (Float(0.3), Float(0.1), true),
            (Float(0.30000000000000004), Float(0.1), false),
            (Float(0.0075), Float(0.0001), true),
            (Float(0.00751), Float(0.0001), false),
            (Float(-4.5), Float(1.5), true),
            (Float(4.5), Integer(2), false),
            (Integer(35), Float(1.5), false),
            (Integer(36), Float(1.5), true),
            (Integer(0), Float(0.7), true),
            (Float(1e308), Float(0.5), true),
            (Float(1e308), Float(0.123456789), false),
            (Float(f64::MAX), Integer(7), false),
            (Float(5e-324), Float(1e300), false),
            (Integer(i128::MIN), Integer(2), true),
            (Integer(i128::MAX), Float(0.5), true),
        ];
        for (value, divisor, expected) in table {
            assert_eq!(
                value.is_multiple_of(divisor),
                expected,
                "{value} of {divisor}"
            );
        }
    }

    proptest! {
        #[test]
        fn products_are_multiples(factor in 0_i64..1_000_000, divisor in 1_i64..100_000, places in 0_usize..5) {
            // Read from text, as documents and requests are.
            let decimal = |integer: i64| -> f64 {
                format!("{integer}e-{places}").parse().expect("this is a float")
            };
            let product = factor * divisor;
            prop_assert!(Float(decimal(product)).is_multiple_of(Float(decimal(divisor))));
            let beside = Float(decimal(product + 1)).is_multiple_of(Float(decimal(divisor)));
            prop_assert_eq!(beside, divisor == 1);
        }
    }
}
