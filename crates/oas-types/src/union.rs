//! Chooses among the alternatives of a `oneOf` or `anyOf` that has no discriminator, for generated code.
//!
//! Generated types are lenient: they ignore unknown properties, and enums keep unknown texts, so that several alternatives can
//! be deserialized from the same value. An alternative is excluded if the value contradicts a constant of its schema. Of the others,
//! [`best`] chooses the one that keeps the fewest parts of the value as unknown, and then the one of which
//! serializing it again drops, changes or adds the fewest parts. If the key of an object selects the alternative, as in the
//! externally tagged enums of serde, [`content`] deserializes it.

use std::cell::Cell;

use serde::de::{DeserializeOwned, Error};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::integer::{self, Integral};

thread_local! {
    /// The number of unknown values that were serialized on this thread.
    static UNKNOWN: Cell<usize> = const { Cell::new(0) };
}

/// A value that a schema admits by `const` or `enum`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without a fraction.
    Integer(i128),
    /// Another number.
    Number(f64),
    /// A text.
    Text(&'static str),
    /// An object without properties.
    Empty,
}

/// The JSON pointer to a part of a value, such as `/type`, and the values that a schema admits there.
pub type Constant = (&'static str, &'static [Literal]);

/// An alternative that was deserialized from a value, and how well it fits; [`fit`] returns it, and [`best`] compares several.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<T> {
    taken: T,
    /// The number of parts of the value that the alternative keeps as unknown.
    unknown: usize,
    /// The number of parts of the value that are dropped, changed or added when the alternative is serialized again.
    lost: usize,
}

/// Deserializes `value` as the alternative `V`, and converts the result with `variant`. Returns `None` if this fails.
///
/// # Examples
///
/// ```
/// use oas_types::union::{best, fit};
/// use serde_json::json;
///
/// assert_eq!(best([fit(&json!("one"), Some::<String>)]), Some(Some("one".to_owned())));
/// assert_eq!(fit(&json!("one"), Some::<i64>), None);
/// ```
pub fn fit<V, T>(value: &Value, variant: impl FnOnce(V) -> T) -> Option<Fit<T>>
where
    V: DeserializeOwned + Serialize,
{
    measure(value, V::deserialize(value).ok()?, variant)
}

/// Deserializes an alternative of integers, as [`fit`] does, but accepts `5.0` for `5`.
///
/// # Examples
///
/// ```
/// use oas_types::union::{best, fit_integer};
/// use serde_json::json;
///
/// assert_eq!(best([fit_integer(&json!(5.0), Some::<i64>)]), Some(Some(5)));
/// ```
pub fn fit_integer<V, T>(value: &Value, variant: impl FnOnce(V) -> T) -> Option<Fit<T>>
where
    V: Integral + Serialize,
{
    measure(value, integer::deserialize(value).ok()?, variant)
}

fn measure<V: Serialize, T>(
    value: &Value,
    taken: V,
    variant: impl FnOnce(V) -> T,
) -> Option<Fit<T>> {
    let before = UNKNOWN.get();
    let given_back = serde_json::to_value(&taken).ok()?;
    let unknown = UNKNOWN.get().wrapping_sub(before);
    Some(Fit {
        taken: variant(taken),
        unknown,
        lost: lost(value, &given_back),
    })
}

/// Returns the alternative with the fewest unknown parts; of several such, the one of which serializing it again drops, changes or
/// adds the fewest parts; and of several such, the first. Returns `None` if every element of `fits` is `None`.
///
/// # Examples
///
/// ```
/// use oas_types::union::{best, fit};
/// use serde_json::json;
///
/// let value = json!([1, 2]);
/// let first = |numbers: Vec<u8>| ("bytes", numbers.len());
/// let second = |numbers: Vec<f64>| ("numbers", numbers.len());
/// assert_eq!(best([fit(&value, first), fit(&value, second)]), Some(("bytes", 2)));
/// assert_eq!(best::<(), 1>([None]), None);
/// ```
pub fn best<T, const N: usize>(fits: [Option<Fit<T>>; N]) -> Option<T> {
    let fits = fits.into_iter().flatten();
    let best = fits.min_by_key(|fit| (fit.unknown, fit.lost));
    best.map(|fit| fit.taken)
}

/// Returns whether a value contradicts none of `constants`: a part that it has at a pointer is one of the values there. A part that
/// is missing contradicts nothing.
///
/// # Examples
///
/// ```
/// use oas_types::union::{Literal, has};
/// use serde_json::json;
///
/// let constants = [("/type", &[Literal::Text("circle")][..])];
/// assert!(has(&json!({ "type": "circle", "radius": 1 }), &constants));
/// assert!(!has(&json!({ "type": "square" }), &constants));
/// assert!(has(&json!({ "radius": 1 }), &constants));
/// ```
#[must_use]
pub fn has(value: &Value, constants: &[Constant]) -> bool {
    constants.iter().all(|(pointer, literals)| {
        let part = value.pointer(pointer);
        part.is_none_or(|part| literals.iter().any(|literal| is(part, *literal)))
    })
}

fn is(value: &Value, literal: Literal) -> bool {
    match (literal, value) {
        (Literal::Null, Value::Null) => true,
        (Literal::Bool(literal), Value::Bool(value)) => literal == *value,
        (Literal::Text(literal), Value::String(value)) => literal == value,
        (Literal::Empty, Value::Object(properties)) => properties.is_empty(),
        (Literal::Integer(literal), Value::Number(number)) => {
            let exact = number.as_i64().map(i128::from);
            let exact = exact.or_else(|| number.as_u64().map(i128::from));
            match exact {
                Some(exact) => exact == literal,
                None => number.as_f64() == Some(literal as f64),
            }
        }
        (Literal::Number(literal), Value::Number(number)) => number.as_f64() == Some(literal),
        _ => false,
    }
}

/// Deserializes the value of the property `key`, for a union in which the name of the property selects the alternative. Returns `None`
/// if `value` is not an object, or has no such property.
///
/// # Errors
///
/// Returns an error if the property cannot be deserialized as `V`.
///
/// # Examples
///
/// ```
/// use oas_types::union::content;
/// use serde_json::{Error, json};
///
/// let value = json!({ "delete": { "uuid": "0d1e" } });
/// assert!(content::<Option<bool>, Error>(&value, "recover").is_none());
/// assert!(content::<bool, Error>(&value, "delete").is_some_and(|content| content.is_err()));
/// ```
pub fn content<V: DeserializeOwned, E: Error>(value: &Value, key: &str) -> Option<Result<V, E>> {
    let content = value.get(key)?;
    Some(V::deserialize(content).map_err(E::custom))
}

/// Deserializes a property of integers, as [`content`] does, but accepts `5.0` for `5`.
///
/// # Errors
///
/// Returns the same errors as [`content`].
pub fn integer_content<V: Integral, E: Error>(value: &Value, key: &str) -> Option<Result<V, E>> {
    let content = value.get(key)?;
    Some(integer::deserialize(content).map_err(E::custom))
}

/// Serializes an unknown value unchanged, and counts it for [`fit`].
///
/// Generated enums serialize their variants `Unknown` with it, so that an alternative that keeps a part of a value as unknown is
/// distinguished from one that knows the part.
///
/// # Errors
///
/// Returns the errors of the serializer.
pub fn unknown<V, S>(value: &V, serializer: S) -> Result<S::Ok, S::Error>
where
    V: Serialize + ?Sized,
    S: Serializer,
{
    UNKNOWN.set(UNKNOWN.get().wrapping_add(1));
    value.serialize(serializer)
}

/// Serializes the object `value` with a discriminator: its property is kept if it is one of `tags`, and set to the first of them
/// otherwise.
///
/// # Errors
///
/// Returns the errors of the serializer.
///
/// # Examples
///
/// ```
/// use oas_types::union::tagged;
/// use serde_json::json;
///
/// let robot = json!({ "name": "r" });
/// let text = tagged(&robot, "type", &["robot"], serde_json::value::Serializer)?;
/// assert_eq!(text, json!({ "type": "robot", "name": "r" }));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn tagged<V, S>(
    value: &V,
    property: &str,
    tags: &[&str],
    serializer: S,
) -> Result<S::Ok, S::Error>
where
    V: Serialize + ?Sized,
    S: Serializer,
{
    let mut content = serde_json::to_value(value).map_err(serde::ser::Error::custom)?;
    if let Value::Object(properties) = &mut content {
        let own = properties.get(property).and_then(Value::as_str);
        if !own.is_some_and(|own| tags.contains(&own)) {
            let first = tags.first().map(|tag| Value::from(*tag));
            properties.extend(first.map(|tag| (property.to_owned(), tag)));
        }
    }
    content.serialize(serializer)
}

/// Returns the number of parts of a value that are missing or different in another, plus the number of properties that only the
/// other has. `1` and `1.0` are the same number.
fn lost(value: &Value, given_back: &Value) -> usize {
    match (value, given_back) {
        (Value::Number(value), Value::Number(given_back)) => {
            usize::from(!integer::same_number(value, given_back))
        }
        (Value::Array(values), Value::Array(given_back)) => {
            let pairs = values.iter().zip(given_back);
            let changed: usize = pairs.map(|(value, back)| lost(value, back)).sum();
            let missing = values.get(given_back.len()..).unwrap_or_default();
            changed + missing.iter().map(size).sum::<usize>()
        }
        (Value::Object(values), Value::Object(given_back)) => {
            let parts = values.iter().map(|(key, value)| match given_back.get(key) {
                Some(back) => lost(value, back),
                None => size(value),
            });
            let added = given_back.keys().filter(|key| !values.contains_key(*key));
            parts.sum::<usize>() + added.count()
        }
        (value, given_back) if value == given_back => 0,
        (value, _) => size(value),
    }
}

/// Returns the number of values in a value, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(values) => values.values().map(size).sum(),
        _ => 0,
    }
}
