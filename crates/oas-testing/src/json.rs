//! Decodes and compares samples in JSON.

use oas_types::integer::same_number;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Deserializes a value from JSON.
///
/// # Panics
///
/// Panics if the text is not JSON, or cannot be deserialized as `T`.
#[track_caller]
#[must_use]
pub fn sample<T: DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!(
            "the sample is no {}: {error}\n{json}",
            std::any::type_name::<T>()
        ),
    }
}

/// Asserts that the JSON of a value is the [`same`] as `json`.
///
/// # Panics
///
/// Panics if it is not.
#[track_caller]
pub fn assert_same<T: Serialize + ?Sized>(value: &T, json: &str) {
    // Through text, in which a float of half the width has the digits that it was given.
    let text = serde_json::to_string(value).expect("the value is JSON");
    let (found, expected): (Value, Value) = (sample(&text), sample(json));
    assert!(
        same(&found, &expected),
        "the values differ\nexpected: {expected}\n   found: {found}"
    );
}

/// Returns whether two JSON values are equal: `1` and `1.0` are the same number, and the order of properties is ignored.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let equal = |(name, value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(equal)
        }
        _ => one == other,
    }
}
