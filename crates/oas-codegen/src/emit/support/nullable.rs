//! Properties that may be null and may be absent: `None` is absent, `Some(None)` is null.

use serde::{Deserialize, Deserializer};

/// Reads a value that is there: absence is the outer `None`.
pub(crate) fn deserialize_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
