//! Decodes validated JSON text.

use oas_wire::{JsonPointer, with_plain_integers};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::schema::{Direction, Storage, check_value, decode_request, push_token};
use crate::{Location, RequestViolation, Violations, schema};

/// Checks `text` against `schema` and decodes it, in one pass; `None` where either finds something wrong, which goes to
/// `violations`. `name` is the name of the parameter that the text is the value of, if it is one.
///
/// What is wrong, and the way to a field that does not fit, is traced in further runs, so that requests that fit pay nothing
/// for it.
pub(crate) fn checked<S: Storage, T: DeserializeOwned>(
    (tables, schema): (&S::Tables, S::Ref),
    text: &str,
    location: Location,
    name: Option<&str>,
    violations: &mut Violations,
) -> Option<T> {
    decode_request::<S, T>(tables, schema, text)
        .or_else(|| explained::<S, T>((tables, schema), text, location, name, violations))
}

/// Decodes as [`checked`] does, if the single pass over the text has failed.
pub(crate) fn explained<S: Storage, T: DeserializeOwned>(
    (tables, schema): (&S::Tables, S::Ref),
    text: &str,
    location: Location,
    name: Option<&str>,
    violations: &mut Violations,
) -> Option<T> {
    let found = check_value::<S>(tables, schema, Direction::Request, name, text);
    if !found.is_empty() {
        violations.extend(located(location, found));
        return None;
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    if let Some(text) = with_plain_integers(text)
        && let Ok(value) = serde_json::from_str(&text)
    {
        return Some(value);
    }
    let mut pointer = pointer_to(name);
    let traced =
        serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text));
    if let Err(error) = traced {
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => pointer.push_index(*index),
                Segment::Map { key } => push_token(&mut pointer, key),
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
    }
    // The message of serde may quote the value.
    violations.push(RequestViolation::new(
        location,
        pointer,
        "does not fit its type",
    ));
    None
}

/// Returns the violations that a check has found, in the part of the request that the value is from.
pub(crate) fn located(
    location: Location,
    found: Vec<schema::Violation>,
) -> impl Iterator<Item = RequestViolation> {
    let located = move |found: schema::Violation| {
        RequestViolation::new(location, found.pointer, found.message)
    };
    found.into_iter().map(located)
}

/// Returns the pointer of nested names; a name that is too long is cut off.
pub(crate) fn pointer_to<'n>(names: impl IntoIterator<Item = &'n str>) -> JsonPointer {
    let mut pointer = JsonPointer::root();
    for name in names {
        push_token(&mut pointer, name);
    }
    pointer
}
