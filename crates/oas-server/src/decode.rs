//! From JSON text that was checked to a value of a type.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::schema::{Schema, validate};
use crate::{Location, Violation, Violations};

/// Checks `text` against `schema` and decodes it; `None` where either finds something wrong, which goes to `violations`.
/// `name` is the name of the parameter that the text is the value of, if it is one.
///
/// The way to the field that does not fit is traced in a second run, so that requests that fit pay nothing for it.
pub(crate) fn checked<T: DeserializeOwned>(
    schema: &'static Schema,
    text: &str,
    location: Location,
    name: Option<&str>,
    violations: &mut Violations,
) -> Option<T> {
    let known = violations.len();
    validate(schema, text, location, name, violations);
    if violations.len() > known {
        return None;
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut pointer = name.map(pointer_token).unwrap_or_default();
    let traced =
        serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text));
    if let Err(error) = traced {
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
                Segment::Map { key } => pointer.push_str(&pointer_token(key)),
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
    }
    // What serde says may quote the value.
    violations.push(Violation::new(location, pointer, "does not fit its type"));
    None
}

/// `/` and `name`, escaped (RFC 6901 §3).
pub(crate) fn pointer_token(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
