//! Deserializes integers in all forms that JSON has for them: `7`, `7.0` and `7e0` are the same number.
//!
//! In JSON Schema, every number without a fraction is an `integer` (2020-12 Validation §6.1.1), and some servers
//! send `7.0`. serde's own implementations reject it.

use std::collections::BTreeMap;
use std::fmt;

use sealed::{Number, Wide, Wired};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// Deserializes an integer, or a list, map, option or tuple of integers, and accepts `7.0` and `7e0` for `7`.
///
/// Use it with `#[serde(deserialize_with = "integer::deserialize")]`. A number with a fraction or an exponent is as exact as the
/// float that the deserializer parses; serde_json parses up to 15 digits exactly.
///
/// # Errors
///
/// Returns an error if a value is not an integer, or is out of the range of its type.
///
/// # Examples
///
/// ```
/// let mut json = serde_json::Deserializer::from_str("[1, 2.0, 3e2]");
/// let sizes: Vec<u32> = oas_types::integer::deserialize(&mut json)?;
/// assert_eq!(sizes, [1, 2, 300]);
/// let mut json = serde_json::Deserializer::from_str(r#"[2.0, "m"]"#);
/// let length: (u32, String) = oas_types::integer::deserialize(&mut json)?;
/// assert_eq!(length, (2, "m".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Integral,
{
    T::Wire::deserialize(deserializer).map(T::from_wire)
}

/// Deserializes the integers of a property that can be null or absent: [`deserialize`] with the result in `Some`, for the reason
/// that [`nullable::deserialize_some`](crate::nullable::deserialize_some) explains.
///
/// # Errors
///
/// Returns the same errors as [`deserialize`].
pub fn deserialize_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Integral,
{
    deserialize(deserializer).map(Some)
}

/// Returns whether two JSON numbers are equal: `7` and `7.0` are. Integers are compared exactly, because several of them have the same
/// `f64` beyond 2^53.
///
/// # Examples
///
/// ```
/// use oas_types::integer::same_number;
/// use serde_json::Number;
///
/// assert!(same_number(&Number::from(7), &Number::from_f64(7.0).unwrap()));
/// assert!(!same_number(&Number::from(9007199254740993_i64), &Number::from(9007199254740992_i64)));
/// ```
#[must_use]
pub fn same_number(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    let whole = |number: &serde_json::Number| {
        let float = number.as_f64();
        let float = float.filter(|float| float.fract() == 0.0 && float.abs() < 1e38);
        number.as_i128().or(float.map(|float| float as i128))
    };
    one == other || whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// A type that [`deserialize`] supports: `i8` to `i64`, `u8` to `u64` and `i128`, and an `Option`, a `Vec`, a `BTreeMap<String,
/// _>` or a tuple of such types.
///
/// `bool`, `f32`, `f64`, `String` and values of `serde_json` implement it as well, so that they can be beside integers in a
/// tuple. They are deserialized as usual.
///
/// The trait is sealed.
pub trait Integral: Wired {}

impl<T: Wired> Integral for T {}

mod sealed {
    use serde::de::DeserializeOwned;

    /// A type, and the type that deserializes it.
    pub trait Wired: Sized {
        type Wire: DeserializeOwned;

        fn from_wire(wire: Self::Wire) -> Self;
    }

    /// An integer on the wire.
    pub struct Number<T>(pub(super) T);

    /// An integer on the wire that may have more than 64 bits.
    pub struct Wide(pub(super) i128);
}

struct Integer;

impl Visitor<'_> for Integer {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
        Ok(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<i128, E> {
        Ok(value)
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

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for anything, JSON text gives floats for what has more than 64 bits.
        deserializer.deserialize_i128(Integer).map(Self)
    }
}

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = deserializer.deserialize_any(Integer)?;
        let out_of_range =
            |_| D::Error::custom(format_args!("the integer {value} is out of range"));
        T::try_from(value).map(Self).map_err(out_of_range)
    }
}

macro_rules! integral {
    ($($integer:ty),*) => {$(
        impl Wired for $integer {
            type Wire = Number<Self>;

            fn from_wire(wire: Number<Self>) -> Self {
                wire.0
            }
        }
    )*};
}

integral!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Wired for i128 {
    type Wire = Wide;

    fn from_wire(wire: Wide) -> Self {
        wire.0
    }
}

/// Types that are beside integers in tuples.
macro_rules! beside {
    ($($other:ty),*) => {$(
        impl Wired for $other {
            type Wire = Self;

            fn from_wire(wire: Self) -> Self {
                wire
            }
        }
    )*};
}

beside!(bool, f32, f64, String, serde_json::Value, serde_json::Map<String, serde_json::Value>);

macro_rules! tuples {
    ($($item:ident)*) => {
        tuples!(@ [] $($item)*);
    };
    (@ [$($item:ident)*]) => {};
    (@ [$($item:ident)*] $next:ident $($rest:ident)*) => {
        impl<$($item: Integral,)* $next: Integral> Wired for ($($item,)* $next,) {
            type Wire = ($($item::Wire,)* $next::Wire,);

            #[allow(non_snake_case, reason = "items are named after their types")]
            fn from_wire(($($item,)* $next,): Self::Wire) -> Self {
                ($($item::from_wire($item),)* $next::from_wire($next),)
            }
        }

        tuples!(@ [$($item)* $next] $($rest)*);
    };
}

tuples!(A B C D E F G H I J K L);

impl<T: Integral> Wired for Option<T> {
    type Wire = Option<T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.map(T::from_wire)
    }
}

impl<T: Integral> Wired for Vec<T> {
    type Wire = Vec<T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.into_iter().map(T::from_wire).collect()
    }
}

impl<T: Integral> Wired for BTreeMap<String, T> {
    type Wire = BTreeMap<String, T::Wire>;

    fn from_wire(wire: Self::Wire) -> Self {
        wire.into_iter()
            .map(|(key, value)| (key, T::from_wire(value)))
            .collect()
    }
}
