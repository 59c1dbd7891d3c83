//! What is wrong with a value, in the words of the API: types of JSON, names of properties, listed values.
//!
//! The decoder's own words name types of Rust and quote what was there, which may be a secret. So each form of its
//! messages is known here and said in other words, and what is not known is not repeated.

/// Says what the decoder found wrong, for an error that is about a value and not about the grammar of JSON.
pub(crate) fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    // A value that is quoted may hold this too; the place stands at the end.
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
    // A value may hold `, expected `, and so may nothing behind it.
    let Some((start, found, wanted)) = parts.and_then(|(start, rest)| {
        let (found, wanted) = if start == "unknown variant " {
            rest.split_once(", expected ")?
        } else {
            rest.rsplit_once(", expected ")?
        };
        Some((start, found, wanted))
    }) else {
        return "it is not what the document says".to_owned();
    };
    match start {
        // What is expected are the listed values, which stand behind the last one that was found.
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

/// `` `a` or `b` `` or `` one of `a`, `b`, … ``; `None` where the text is part of a value that was found.
fn rest_of_listed(wanted: &str) -> Option<&str> {
    (wanted.starts_with('`') || wanted.starts_with("one of `"))
        .then_some(wanted)
        .filter(|wanted| wanted.ends_with('`') && !wanted.contains(", expected "))
}

/// The type of JSON that was found.
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

/// The type of JSON that a type of Rust is read from.
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
        _ => "what the document says",
    }
}
