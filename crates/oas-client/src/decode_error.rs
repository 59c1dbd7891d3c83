//! Describes why a value cannot be decoded, in terms of the API: JSON types, names of properties, listed values.
//!
//! The messages of serde_json name Rust types and quote the value, which can be a secret. So each form of its messages
//! is parsed and worded anew, and an unknown one is not repeated.

use std::fmt;

use oas_wire::items;

/// The reason why a body, or the data of an event, cannot be decoded.
///
/// Neither `Display` nor `Debug` shows a value of the body.
pub struct DecodeError {
    pub(crate) cause: Cause,
}

pub(crate) enum Cause {
    /// The bytes are not JSON.
    Grammar(serde_json::Error),
    /// The bytes are JSON, and not what the document describes.
    Json {
        pointer: String,
        source: serde_json::Error,
    },
    /// The bytes are not text in UTF-8.
    Text { valid_up_to: usize },
    /// The body is not a sequence of items.
    Items(items::ItemError),
}

impl DecodeError {
    pub(crate) fn grammar(source: serde_json::Error) -> Self {
        let cause = Cause::Grammar(source);
        Self { cause }
    }

    pub(crate) fn json(pointer: String, source: serde_json::Error) -> Self {
        let cause = Cause::Json { pointer, source };
        Self { cause }
    }

    pub(crate) fn text(valid_up_to: usize) -> Self {
        let cause = Cause::Text { valid_up_to };
        Self { cause }
    }

    pub(crate) fn items(reason: items::ItemError) -> Self {
        let cause = Cause::Items(reason);
        Self { cause }
    }

    /// Returns the place in the body as a JSON pointer (RFC 6901), such as `/items/0/name`; empty for the body as a
    /// whole. Inside a union it ends at the union.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match &self.cause {
            Cause::Json { pointer, .. } => pointer,
            Cause::Grammar(_) | Cause::Text { .. } | Cause::Items(_) => "",
        }
    }

    /// Returns the message, in terms of the API and without values of the body.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.cause {
            // The errors of the grammar are fixed texts and quote nothing.
            Cause::Grammar(source) => format!("it is not JSON: {source}"),
            Cause::Json { source, .. } => explain(source),
            Cause::Text { valid_up_to } => {
                format!("the text is not UTF-8 from byte {valid_up_to} on")
            }
            Cause::Items(reason) => format!("it {reason}"),
        }
    }

    /// Returns the error of the JSON decoder; `None` for text and framing errors. Its text can quote values of the
    /// body, so it is not part of the source chain.
    #[must_use]
    pub fn json_error(&self) -> Option<&serde_json::Error> {
        match &self.cause {
            Cause::Grammar(source) | Cause::Json { source, .. } => Some(source),
            Cause::Text { .. } | Cause::Items(_) => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer() {
            "" => f.write_str(&self.message()),
            pointer => write!(f, "at {pointer}, {}", self.message()),
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("pointer", &self.pointer())
            .field("message", &self.message())
            .finish()
    }
}

impl std::error::Error for DecodeError {}

/// Formats the error of a decoder, if it concerns a value and not the grammar of JSON.
fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    // A quoted value may contain this too; the place is at the end.
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = message.get(..end).unwrap_or_default();
    if let Some(property) = message.strip_prefix("missing field ") {
        return format!("the property {property} is missing");
    }
    if let Some(property) = message.strip_prefix("duplicate field ") {
        return format!("the property {property} is there twice");
    }
    if message.starts_with("unknown field ") {
        return "a property is not among the documented ones".to_owned();
    }
    if message.starts_with("data did not match any variant") {
        return "it is none of the documented alternatives".to_owned();
    }
    // Written by generated code, with the value.
    if message.starts_with("the integer ") && message.ends_with(" is out of range") {
        return "the integer is out of range".to_owned();
    }
    let parts = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant ",
    ]
    .into_iter()
    .find_map(|start| Some((start, message.strip_prefix(start)?)));
    // A value may contain `, expected `, and nothing behind it can.
    let Some((start, found, wanted)) = parts.and_then(|(start, rest)| {
        let (found, wanted) = if start == "unknown variant " {
            rest.split_once(", expected ")?
        } else {
            rest.rsplit_once(", expected ")?
        };
        Some((start, found, wanted))
    }) else {
        return "it does not have the documented form".to_owned();
    };
    match start {
        // The listed values follow the value that was found, which may contain the same words.
        "unknown variant " => match rest_of_listed(wanted) {
            Some(listed) => format!("expected {listed}, found another value"),
            None => "it is none of the listed values".to_owned(),
        },
        "invalid length " => format!("expected {}, found another length", expected(wanted)),
        _ => {
            let (wanted, found) = (expected(wanted), kind(found));
            if start == "invalid value: " {
                format!("expected {wanted}, found another {found}")
            } else {
                format!("expected {wanted}, found {found}")
            }
        }
    }
}

/// Parses `` `a` or `b` `` or `` one of `a`, `b`, … ``; `None` where the text is part of a value that was
/// found.
fn rest_of_listed(wanted: &str) -> Option<&str> {
    (wanted.starts_with('`') || wanted.starts_with("one of `"))
        .then_some(wanted)
        .filter(|wanted| wanted.ends_with('`') && !wanted.contains(", expected "))
}

/// Returns the type of JSON that was found.
fn kind(found: &str) -> &'static str {
    let starts = |word: &str| found.starts_with(word);
    match found {
        _ if starts("string") || starts("character") => "string",
        _ if starts("integer") => "integer",
        _ if starts("floating point") || starts("number") => "number",
        _ if starts("boolean") => "boolean",
        _ if starts("null") || starts("unit value") || starts("Option") => "null",
        _ if starts("sequence") || starts("tuple") || starts("byte array") => "array",
        _ if starts("map") || starts("struct") => "object",
        _ => "value",
    }
}

/// Returns the type of JSON that a Rust type is decoded from.
fn expected(wanted: &str) -> &'static str {
    let starts = |word: &str| wanted.starts_with(word);
    match wanted {
        "i8" => "an 8-bit integer",
        "i16" => "a 16-bit integer",
        "i32" => "a 32-bit integer",
        "i64" | "isize" => "a 64-bit integer",
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" => "a 32-bit integer without a sign",
        "u64" | "usize" => "a 64-bit integer without a sign",
        "i128" | "u128" | "an integer" => "an integer",
        "f32" | "f64" | "a number" => "a number",
        "bool" | "a boolean" => "a boolean",
        "unit" | "null" => "null",
        _ if starts("unit struct") => "null",
        "string or map" => "one of the documented alternatives",
        "str" | "string" => "a string",
        _ if starts("a string") || starts("a borrowed string") => "a string",
        _ if starts("a char") => "one character",
        _ if starts("a sequence")
            || starts("a tuple")
            || starts("tuple ")
            || starts("an array")
            || starts("a set") =>
        {
            "an array"
        }
        _ if starts("struct ")
            || starts("a map")
            || starts("an object")
            || starts("internally tagged")
            || starts("adjacently tagged") =>
        {
            "an object"
        }
        _ if starts("enum ") || starts("variant ") => "one of the documented alternatives",
        _ => "a value of the documented type",
    }
}
