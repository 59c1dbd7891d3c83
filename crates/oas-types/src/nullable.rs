//! Properties that may be null and may be absent.
//!
//! Such a property is an `Option<Option<T>>`: `None` is absent, `Some(None)` is null. serde alone would deserialize null
//! as absence.

use serde::{Deserialize, Deserializer};

/// Deserializes the value of a property that is present, null included.
///
/// Use it with `#[serde(default, deserialize_with = "nullable::deserialize_some")]`: serde calls it only for a property
/// that is present, so that absence is left to `default`.
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
