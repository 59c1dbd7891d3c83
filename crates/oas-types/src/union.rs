//! Choosing among the alternatives of a `oneOf` or `anyOf` that has no discriminator.
//!
//! Generated types are lenient: an alternative ignores properties that it does not know, so that several can accept the
//! same value. The one that keeps all of the value is the one that was meant.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How well an alternative fits a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Fit<T> {
    /// It deserializes the value, and serializes to the same value.
    Whole(T),
    /// It deserializes the value, and loses part of it.
    Part(T),
    /// It does not deserialize the value.
    Not,
}

/// Tries one alternative.
///
/// # Examples
///
/// ```
/// use oas_types::union::{Fit, fit};
/// use serde_json::json;
///
/// assert_eq!(fit(&json!(1), Some::<i64>), Fit::Whole(Some(1)));
/// assert_eq!(fit(&json!("one"), Some::<i64>), Fit::Not);
/// ```
pub fn fit<V, T>(value: &Value, variant: impl FnOnce(V) -> T) -> Fit<T>
where
    V: DeserializeOwned + Serialize,
{
    let Ok(taken) = V::deserialize(value) else {
        return Fit::Not;
    };
    let whole = serde_json::to_value(&taken).is_ok_and(|given_back| same(&given_back, value));
    if whole {
        Fit::Whole(variant(taken))
    } else {
        Fit::Part(variant(taken))
    }
}

/// Returns the first alternative that fits whole, else the first that fits in part.
///
/// # Examples
///
/// ```
/// use oas_types::union::{Fit, best};
///
/// assert_eq!(best([Fit::Not, Fit::Part("first"), Fit::Whole("second")]), Some("second"));
/// assert_eq!(best([Fit::<&str>::Not]), None);
/// ```
pub fn best<T, const N: usize>(fits: [Fit<T>; N]) -> Option<T> {
    let mut part = None;
    for fit in fits {
        match fit {
            Fit::Whole(value) => return Some(value),
            Fit::Part(value) => part = part.or(Some(value)),
            Fit::Not => {}
        }
    }
    part
}

/// Equality of JSON values, in which `1` and `1.0` are one number.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64() == right.as_f64()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}
