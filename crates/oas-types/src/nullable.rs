//! Deserializes properties that can be null or absent.
//!
//! Such a property is an `Option<Option<T>>`: `None` means that it is absent, and `Some(None)` that it is null. serde's own
//! implementation deserializes null as `None`.

use serde::{Deserialize, Deserializer};

/// Deserializes the value of a property that is present, and returns it in `Some`; null is `Some(None)`.
///
/// Use it with `#[serde(default, deserialize_with = "nullable::deserialize_some")]`. serde calls it only if the property is
/// present, and uses `default`, which is `None`, if it is absent.
///
/// # Errors
///
/// Returns the error of `T`.
///
/// # Examples
///
/// ```
/// use oas_types::nullable;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Image {
///     #[serde(default, deserialize_with = "nullable::deserialize_some")]
///     comment: Option<Option<String>>,
/// }
///
/// let comment = |json| serde_json::from_str::<Image>(json).map(|image| image.comment);
/// assert_eq!(comment("{}")?, None);
/// assert_eq!(comment(r#"{"comment": null}"#)?, Some(None));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn deserialize_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
