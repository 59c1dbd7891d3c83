//! Decodes forms of the media type `multipart/form-data` (RFC 7578).
//!
//! The schema determines how a part is decoded: files are returned unchanged, fields are decoded like parameters.

mod collect;
mod part;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use oas_wire::MediaType;
use oas_wire::multipart;
use oas_wire::style::Expected;
use serde::de::DeserializeOwned;

pub(super) use collect::{Failure, collect};
pub use part::{Part, PartStream, ValuePart};

use super::part_rules::{PartRules, check_inner, header_messages};
use crate::parameters::ExpectedTypes;
use crate::schema::{Direction, Static, miscount};
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Location, Parameter, RequestViolation, Violations, decode};

/// A form, from which fields and files are removed by name.
pub struct Multipart<S: Storage = Static> {
    parts: Vec<Part>,
    settings: Arc<Settings<S>>,
}

impl<S: Storage> fmt::Debug for Multipart<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multipart")
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

impl<S: Storage> Multipart<S> {
    /// Removes the field `name`, validates it by `schema` and decodes it. Returns `None` if the field is absent or
    /// invalid; unless an optional field is absent, the reasons are added to `violations`.
    ///
    /// A part is parsed as JSON if its media type is JSON or the schema expects an object; otherwise it is text.
    /// Several parts with the name are the items of an array.
    pub fn field<T: DeserializeOwned>(
        &mut self,
        name: &str,
        schema: S::Ref,
        required: bool,
        violations: &mut Violations,
    ) -> Option<T> {
        let parts = self.files(name, required, violations);
        if parts.is_empty() {
            return None;
        }
        let tables = &self.settings.tables;
        match json(&parts, ExpectedTypes::<S>::new(tables, schema)) {
            Ok(text) => {
                let table = (tables, schema);
                decode::checked::<S, T>(table, &text, Location::Body, Some(name), violations)
            }
            Err(message) => {
                violations.push(violation_of(name, message));
                None
            }
        }
    }

    /// Removes the field `name` as [`field`](Self::field) does, with the header fields of its part.
    pub fn value<T: DeserializeOwned>(
        &mut self,
        name: &str,
        schema: S::Ref,
        required: bool,
        violations: &mut Violations,
    ) -> Option<ValuePart<T>> {
        let headers = self.headers(name).into_iter().next().unwrap_or_default();
        let value = self.field(name, schema, required, violations)?;
        Some(ValuePart { value, headers })
    }

    /// Removes the field `name`, an array, as [`field`](Self::field) does, with the header fields of each item's part. Returns
    /// nothing if the field is absent or invalid.
    pub fn values<T: DeserializeOwned>(
        &mut self,
        name: &str,
        schema: S::Ref,
        required: bool,
        violations: &mut Violations,
    ) -> Vec<ValuePart<T>> {
        let headers = self.headers(name);
        let values: Option<Vec<T>> = self.field(name, schema, required, violations);
        let values = values.unwrap_or_default().into_iter();
        let parts = values.zip(headers);
        parts
            .map(|(value, headers)| ValuePart { value, headers })
            .collect()
    }

    /// Returns the header fields of each part with this name.
    fn headers(&self, name: &str) -> Vec<HeaderMap> {
        let parts = self.parts.iter().filter(|part| part.name == name);
        parts.map(|part| part.headers.clone()).collect()
    }

    /// Removes the part `name`. Returns `None` if it is absent. The absence of a `required` part, and a repeated name,
    /// are added to `violations`.
    pub fn file(
        &mut self,
        name: &str,
        required: bool,
        violations: &mut Violations,
    ) -> Option<Part> {
        let mut parts = self.files(name, required, violations).into_iter();
        let part = parts.next();
        if parts.next().is_some() {
            violations.push(violation_of(name, "is given more than once"));
        }
        part
    }

    /// Removes all parts with this name. The absence of a `required` one is added to `violations`.
    pub fn files(&mut self, name: &str, required: bool, violations: &mut Violations) -> Vec<Part> {
        let parts: Vec<_> = self
            .parts
            .extract_if(.., |part| part.name == name)
            .collect();
        if parts.is_empty() && required {
            violations.push(violation_of(name, "is required"));
        }
        parts
    }

    /// Checks that the `Content-Type` of each part with this name is in `media_types`, media types and ranges such as
    /// `image/*` (OpenAPI 3.0.4, Encoding Object, `contentType`). Call it before the parts are removed. A part without
    /// `Content-Type` is accepted.
    pub fn check_media_type(
        &self,
        name: &str,
        media_types: &[impl AsRef<str>],
        violations: &mut Violations,
    ) {
        let mut parts = self.parts.iter().filter(|part| part.name == name);
        let rejected =
            parts.find_map(|part| rejected_media_type(part.media_type.as_deref(), media_types));
        if let Some(message) = rejected {
            violations.push(violation_of(name, message));
        }
    }

    /// Checks the number of parts with this name, which is that of the items of an array: `minItems` and `maxItems`. Call it before
    /// the parts are removed. Without any part, the array is absent.
    pub fn check_count(
        &self,
        name: &str,
        least: u64,
        most: Option<u64>,
        violations: &mut Violations,
    ) {
        let parts = self.parts.iter().filter(|part| part.name == name);
        let count = parts.count() as u64;
        if count > 0 {
            let message = miscount(count, least, most, "part");
            violations.extend(message.map(|message| violation_of(name, message)));
        }
    }

    /// Checks the number of bytes of each part with this name: `minLength` and `maxLength`. Call it before the parts are removed.
    pub fn check_size(
        &self,
        name: &str,
        least: u64,
        most: Option<u64>,
        violations: &mut Violations,
    ) {
        for part in self.parts.iter().filter(|part| part.name == name) {
            let message = miscount(part.size(), least, most, "byte");
            violations.extend(message.map(|message| violation_of(name, message)));
        }
    }

    /// Validates the header of each part with this name by `headers`, header parameters (OpenAPI 3.0.4, Encoding Object, `headers`).
    /// Call it before the parts are removed.
    pub fn check_headers(&self, name: &str, headers: &[Parameter<S>], violations: &mut Violations) {
        for part in self.parts.iter().filter(|part| part.name == name) {
            let tables = &self.settings.tables;
            for message in header_messages(tables, headers, part.headers.clone()) {
                violations.push(violation_of(name, message));
            }
        }
    }

    /// Validates the parts inside each part with this name by `rules` (OpenAPI 3.2.0, Nested Encoding). Call it before the parts are
    /// removed. A part that is not in memory is rejected: its parts would be read into memory.
    pub fn check_parts(&self, name: &str, rules: &PartRules<S>, violations: &mut Violations) {
        for part in self.parts.iter().filter(|part| part.name == name) {
            let Some(content) = part.bytes() else {
                violations.push(violation_of(name, "is too large"));
                continue;
            };
            let media_type = part.media_type.as_deref().unwrap_or_default();
            let parts = multipart::decode_parts(media_type, content.clone());
            let rules = std::slice::from_ref(rules);
            check_inner::<S>(
                (&self.settings.tables, Direction::Request),
                rules,
                name,
                parts,
                violations,
            );
        }
    }

    /// Adds a violation for each part that was not removed, for a schema with `additionalProperties: false`.
    pub fn reject_others(self, violations: &mut Violations) {
        for part in self.parts {
            let message = "is not a property of this object";
            violations.push(violation_of(&part.name, message));
        }
    }

    /// Creates a form of these parts.
    pub(super) fn new(parts: Vec<Part>, settings: Arc<Settings<S>>) -> Self {
        Self { parts, settings }
    }
}

/// Returns the violation of a part, or of all parts with the name.
fn violation_of(name: &str, message: impl Into<Cow<'static, str>>) -> RequestViolation {
    RequestViolation::new(Location::Body, decode::pointer_to([name]), message)
}

/// Returns why a part may not have this media type, unless it may. A part that names none passes, and so does any where none are
/// listed.
pub(super) fn rejected_media_type(
    named: Option<&str>,
    media_types: &[impl AsRef<str>],
) -> Option<String> {
    let named = named.filter(|_| !media_types.is_empty())?;
    let is_listed = MediaType::parse(named)
        .ok()
        .and_then(|media_type| media_type.closest(media_types))
        .is_some();
    let names: Vec<&str> = media_types.iter().map(AsRef::as_ref).collect();
    (!is_listed).then(|| format!("must be of the media type {}", names.join(" or ")))
}

/// Converts the parts of one field to JSON of the expected type.
fn json(parts: &[Part], expected: impl Expected) -> Result<String, String> {
    let mut texts = Vec::new();
    for part in parts {
        // No field is that large: it would be decoded in memory.
        let bytes = part.bytes().ok_or("is too large")?;
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
        let media_type = part.media_type.as_deref().map(MediaType::parse);
        let is_json = matches!(media_type, Some(Ok(media_type)) if media_type.is_json());
        texts.push((text, is_json));
    }
    multipart::decode_field(&texts, expected).map_err(|error| error.to_string())
}
