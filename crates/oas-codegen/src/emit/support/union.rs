//! Choosing among alternatives that nothing but their shape tells apart.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How well an alternative takes a value.
pub(crate) enum Fit<T> {
    /// It takes the value and gives it back whole.
    Whole(T),
    /// It takes the value and loses some of it.
    Part(T),
    /// It does not take the value.
    Not,
}

/// Tries one alternative.
pub(crate) fn fit<V, T>(value: &Value, variant: impl FnOnce(V) -> T) -> Fit<T>
where
    V: DeserializeOwned + Serialize,
{
    let Ok(taken) = V::deserialize(value) else { return Fit::Not };
    let whole = serde_json::to_value(&taken).is_ok_and(|given_back| same(&given_back, value));
    if whole { Fit::Whole(variant(taken)) } else { Fit::Part(variant(taken)) }
}

/// The first alternative that loses nothing, else the first that takes the value.
pub(crate) fn best<T, const N: usize>(fits: [Fit<T>; N]) -> Option<T> {
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
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}
