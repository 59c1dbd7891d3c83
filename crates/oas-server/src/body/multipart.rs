//! Parses `multipart/form-data` (RFC 7578; the grammar is RFC 2046 §5.1.1) in memory.
//!
//! The size of the body is limited before it is parsed, and parts are slices of it. The schema decides how a part is
//! decoded: files are returned unchanged, fields are decoded like parameters.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use oas_wire::MediaType;
use oas_wire::multipart::{self, Disposition};
use oas_wire::style::Expected;
use serde::de::DeserializeOwned;

use crate::parameters::Shape;
use crate::schema::Static;
use crate::server::Settings;
use crate::storage::Storage;
use crate::{Location, Violation, Violations, decode};

/// A form whose fields are taken out by name.
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

/// One part of a form. `Debug` shows how much is in it, and not what.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// The name that the file has at the caller's. It is the caller's word: do not make a path of it.
    pub file_name: Option<String>,
    /// The `Content-Type` of the part.
    pub media_type: Option<String>,
    /// The other header fields of the part, up to 64; those that are not readable as such are left out.
    pub headers: HeaderMap,
    /// The content of the part.
    pub bytes: Bytes,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("media_type", &self.media_type)
            .field("bytes", &format_args!("{} bytes", self.bytes.len()))
            .finish_non_exhaustive()
    }
}

impl<S: Storage> Multipart<S> {
    /// Removes and decodes the field `name`. Returns `None` if it is absent or invalid; `violations` then contains the
    /// reasons, which include the absence of a `required` field.
    ///
    /// A part that is JSON, by its media type or because an object is expected, is parsed as JSON; other parts are
    /// text. A repeated name adds an item to an array.
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
        match json(&parts, Shape::<S>::new(tables, schema)) {
            Ok(text) => {
                let table = (tables, schema);
                decode::checked::<S, T>(table, &text, Location::Body, Some(name), violations)
            }
            Err(message) => {
                violations.push(Violation::new(
                    Location::Body,
                    decode::pointer_to([name]),
                    message,
                ));
                None
            }
        }
    }

    /// Removes the part `name`, which must not be repeated. Returns `None` if it is absent; violations are added to
    /// `violations`.
    pub fn file(
        &mut self,
        name: &str,
        required: bool,
        violations: &mut Violations,
    ) -> Option<Part> {
        let mut parts = self.files(name, required, violations).into_iter();
        let part = parts.next();
        if parts.next().is_some() {
            violations.push(Violation::new(
                Location::Body,
                decode::pointer_to([name]),
                "is given more than once",
            ));
        }
        part
    }

    /// Removes all parts `name`. If there is none although it is `required`, a violation is added to `violations`.
    pub fn files(&mut self, name: &str, required: bool, violations: &mut Violations) -> Vec<Part> {
        let parts: Vec<_> = self
            .parts
            .extract_if(.., |part| part.name == name)
            .collect();
        if parts.is_empty() && required {
            violations.push(Violation::new(
                Location::Body,
                decode::pointer_to([name]),
                "is required",
            ));
        }
        parts
    }

    /// Checks the `Content-Type` of the parts `name`, before they are taken out: `contentType` of the encoding (OpenAPI
    /// 3.0.4, Encoding Object), a list of media types and ranges. A part without one passes.
    pub fn check_media_type(
        &self,
        name: &str,
        media_types: &[impl AsRef<str>],
        violations: &mut Violations,
    ) {
        let refused = |part: &Part| {
            part.media_type.as_deref().is_some_and(|media_type| {
                MediaType::parse(media_type)
                    .ok()
                    .and_then(|media_type| media_type.closest(media_types))
                    .is_none()
            })
        };
        if self
            .parts
            .iter()
            .any(|part| part.name == name && refused(part))
        {
            let names: Vec<&str> = media_types.iter().map(AsRef::as_ref).collect();
            violations.push(Violation::new(
                Location::Body,
                decode::pointer_to([name]),
                format!("must be of the media type {}", names.join(" or ")),
            ));
        }
    }

    /// Refuses the parts that were not taken out: `additionalProperties: false`.
    pub fn refuse_others(self, violations: &mut Violations) {
        for part in self.parts {
            violations.push(Violation::new(
                Location::Body,
                decode::pointer_to([part.name.as_str()]),
                "is not a property of this object",
            ));
        }
    }

    /// Creates a form of these parts.
    pub(super) fn new(parts: Vec<Part>, settings: Arc<Settings<S>>) -> Self {
        Self { parts, settings }
    }
}

/// Parses a body whose media type is `content_type`.
///
/// # Errors
///
/// Returns a message that quotes nothing of the body.
pub(super) fn parse(content_type: &str, body: &Bytes) -> Result<Vec<Part>, &'static str> {
    let media_type = MediaType::parse_lenient(content_type).ok();
    let boundary = media_type.and_then(|media_type| media_type.parameter("boundary"));
    let boundary = boundary.ok_or("has no boundary in its media type")?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may start the body and then has no line break before it.
    let mut at = if body.starts_with(delimiter.as_bytes().get(2..).unwrap_or_default()) {
        delimiter.len() - 2
    } else {
        find(body, 0, delimiter.as_bytes()).ok_or("has no boundary line")? + delimiter.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let start = at + find(rest, 0, b"\r\n").ok_or("ends within a boundary line")?;
        let end = find(body, start, delimiter.as_bytes()).ok_or("has no closing boundary line")?;
        parts.push(part(body, start, end)?);
        at = end + delimiter.len();
    }
}

/// Parses the part between two boundary lines.
fn part(body: &Bytes, start: usize, end: usize) -> Result<Part, &'static str> {
    let text = body.get(start..end).unwrap_or_default();
    // An empty header leaves two line breaks, of which the first is that of the boundary line.
    let header_end = find(text, 0, b"\r\n\r\n").ok_or("has a part whose header does not end")?;
    let header = std::str::from_utf8(text.get(..header_end).unwrap_or_default())
        .map_err(|_| "has a part whose header is not UTF-8")?;
    let field = |name: &str| {
        header
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(field, _)| field.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let disposition =
        field("Content-Disposition").ok_or("has a part without Content-Disposition")?;
    let disposition = Disposition::decode(disposition).ok_or("has a part without a name")?;
    Ok(Part {
        name: disposition.name.into_owned(),
        file_name: disposition.file_name.map(Cow::into_owned),
        media_type: field("Content-Type").map(str::to_owned),
        headers: headers(header),
        // Within bounds: the empty line was found before `end`.
        bytes: body.slice(start + header_end + 4..end),
    })
}

/// More header fields of a part than these are left out: the caller decides how many there are.
const MOST_HEADERS: usize = 64;

/// Returns the header fields of a part, without those that are fields of [`Part`].
fn headers(header: &str) -> HeaderMap {
    header
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let name = HeaderName::try_from(name.trim()).ok()?;
            Some((name, HeaderValue::try_from(value.trim()).ok()?))
        })
        .filter(|(name, _)| *name != CONTENT_DISPOSITION && *name != CONTENT_TYPE)
        .take(MOST_HEADERS)
        .collect()
}

/// Returns the first position of `needle`, which starts with a line break, at or after `from`.
fn find(text: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        at += rest.iter().position(|byte| *byte == b'\r')?;
        if text.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// Converts the parts of one field to JSON of the expected type.
fn json(parts: &[Part], expected: impl Expected) -> Result<String, String> {
    let texts: Option<Vec<&str>> = parts
        .iter()
        .map(|part| std::str::from_utf8(&part.bytes).ok())
        .collect();
    let texts = texts.ok_or("is not UTF-8")?;
    let declared = |part: &Part| {
        let media_type = part.media_type.as_deref().map(MediaType::parse);
        matches!(media_type, Some(Ok(media_type)) if media_type.is_json())
    };
    multipart::decode_field(&texts, parts.iter().all(declared), expected)
        .map_err(|error| error.to_string())
}
