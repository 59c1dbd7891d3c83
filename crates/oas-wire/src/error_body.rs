//! Names the properties that bodies of errors usually have (RFC 9457, and common equivalents), in snake case.

/// Properties that identify the error.
pub const IDENTIFIERS: [&str; 3] = ["code", "error_code", "name"];

/// Properties that contain a sentence, from what is wrong in general to what exactly is.
pub const SENTENCES: [&str; 10] = [
    "title",
    "error",
    "reason",
    "msg",
    "error_message",
    "message",
    "description",
    "error_description",
    "detail",
    "details",
];
