//! Numbers: JSON has one kind, and comparing them must not round a 64-bit integer.

use std::cmp::Ordering;
use std::fmt;

use crate::{Schema, Storage, Types};

/// A number of a schema or of a request.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// An integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
}

impl Number {
    /// The number that a JSON text is, exact as far as an integer of 128 bits goes; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse() {
            return Some(Self::Integer(integer));
        }
        let float: f64 = text.parse().ok()?;
        // What no float holds is larger than all of them.
        Some(Self::Float(float.clamp(f64::MIN, f64::MAX)))
    }

    /// `1.0` is the integer `1`.
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

    fn is_multiple_of(self, divisor: Self) -> bool {
        match (self.normal(), divisor.normal()) {
            (_, Self::Integer(0)) => true,
            (Self::Integer(a), Self::Integer(b)) => a % b == 0,
            (a, b) => {
                let (a, b) = (a.float(), b.float());
                if !(a / b).is_finite() {
                    return a % b == 0.0;
                }
                let remainder = (a / b).round().mul_add(-b, a).abs();
                // Both sides were rounded to doubles when they were read.
                remainder <= a.abs() * 4.0 * f64::EPSILON
            }
        }
    }

    /// The type of the value: a number without a fraction is an integer.
    pub(super) fn types(self) -> Types {
        match self.normal() {
            Self::Integer(_) => Types::INTEGER,
            // A float of 1e38 and more has no fraction either.
            Self::Float(float) if float.fract() == 0.0 => Types::INTEGER,
            Self::Float(_) => Types::NUMBER,
        }
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
        report: &mut dyn FnMut(&'static str, String) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(format) = self.format
            && let Some((least, most)) = format.range()
            && (number.types() != Types::INTEGER
                || number.compare(Number::Integer(least)).is_lt()
                || number.compare(Number::Integer(most)).is_gt())
        {
            report("format", format!("must be {}", format.describe()))?;
        }
        self.bounds.check(number, &mut *report)?;
        if let Some(divisor) = self.multiple_of
            && !number.is_multiple_of(divisor)
        {
            report("multipleOf", format!("must be a multiple of {divisor}"))?;
        }
        Ok(())
    }
}
