//! Integers as JSON has them: `7`, `7.0` and `7e0` are one number.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// Reads an integer, or a list, map or option of integers.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Integral>(deserializer: D) -> Result<T, D::Error> {
    T::Wire::deserialize(deserializer).map(T::from_wire)
}

/// Reads a value that is there: absence is the outer `None`.
#[allow(dead_code)] // only where a property may be both null and absent
pub(crate) fn deserialize_some<'de, D: Deserializer<'de>, T: Integral>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserialize(deserializer).map(Some)
}

/// A type made of integers, and the type that reads it from JSON.
pub(crate) trait Integral: Sized {
    type Wire: for<'de> Deserialize<'de>;

    fn from_wire(wire: Self::Wire) -> Self;
}

/// An integer on the wire.
pub(crate) struct Number<T>(T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Integer;

        impl Visitor<'_> for Integer {
            type Value = i128;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<i128, E> {
                // A float of this size is an integer exactly, and so is its `i128`.
                if value.fract() == 0.0 && value.abs() < 1e20 {
                    Ok(value as i128)
                } else {
                    Err(E::invalid_value(Unexpected::Float(value), &self))
                }
            }
        }

        let value = deserializer.deserialize_any(Integer)?;
        let out_of_range = |_| D::Error::custom(format_args!("the integer {value} is out of range"));
        T::try_from(value).map(Self).map_err(out_of_range)
    }
}

macro_rules! integral {
    ($($integer:ty),*) => {$(
        impl Integral for $integer {
            type Wire = Number<Self>;

            fn from_wire(wire: Number<Self>) -> Self {
                wire.0
            }
        }
    )*};
}

integral!(i8, i16, i32, i64, u8, u16, u32, u64);

impl<T: Integral> Integral for Option<T> {
    type Wire = Option<T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.map(T::from_wire)
    }
}

impl<T: Integral> Integral for Vec<T> {
    type Wire = Vec<T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.into_iter().map(T::from_wire).collect()
    }
}

impl<T: Integral> Integral for BTreeMap<String, T> {
    type Wire = BTreeMap<String, T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.into_iter().map(|(key, value)| (key, T::from_wire(value))).collect()
    }
}
