//! Converts the strings of a style to JSON, as the expected value demands.

use std::{borrow::Cow, collections::HashMap};

use serde::de::IgnoredAny;

use super::{
    Expected, Kinds, StyleDecodeError, StyleDecodeErrorKind,
    expected::{is_array, nests},
};

/// A name and a value.
pub(crate) type Member<'t> = (Cow<'t, str>, Cow<'t, str>);

/// Returns whether `text` is a number by the grammar of RFC 8259 §6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// Returns whether a text is valid JSON, and keeps its meaning when it is inserted into other JSON.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

pub(crate) fn push_string(out: &mut String, text: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// Writes one string as what is expected. One that is not written as that stays a string, and the check of the schema
/// reports it.
pub(crate) fn push_scalar(out: &mut String, text: &str, expected: impl Expected) {
    let kinds = expected.kinds();
    let plain = kinds != Kinds::ANY
        && (kinds.intersects(Kinds::NUMBER) && is_number(text)
            || kinds.intersects(Kinds::BOOLEAN) && matches!(text, "true" | "false"));
    // What nests has no other form than JSON in a form (OpenAPI 3.0.4, Encoding `multipart` Media Types).
    if plain || nests(expected) && text.starts_with(['{', '[']) && is_json(text) {
        out.push_str(text);
    } else {
        push_string(out, text);
    }
}

/// Writes strings as an array.
pub(crate) fn push_array<S: AsRef<str>>(
    out: &mut String,
    texts: impl IntoIterator<Item = S>,
    expected: impl Expected,
) {
    out.push('[');
    for (index, text) in texts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_scalar(out, text.as_ref(), expected.item(index));
    }
    out.push(']');
}

/// Writes names and values as an object. A name that comes again adds an item to an array.
pub(crate) fn object<'t>(
    members: impl IntoIterator<Item = Result<Member<'t>, StyleDecodeError>>,
    expected: impl Expected,
) -> Result<String, StyleDecodeError> {
    let mut groups: Vec<(Cow<'t, str>, Vec<Cow<'t, str>>)> = Vec::new();
    let mut places = HashMap::new();
    for found in members {
        let (name, value) = found?;
        let place = *places.entry(name.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let mut out = String::from("{");
    for (index, (name, values)) in groups.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(&mut out, &name);
        out.push(':');
        let member = expected.member(&name);
        match values.as_slice() {
            [only] if is_nested_list(only, member) => out.push_str(only),
            values if is_array(member, values.len() > 1) => push_array(&mut out, values, member),
            [only] => push_scalar(&mut out, only, member),
            _ => return Err(StyleDecodeError::from(StyleDecodeErrorKind::Repeated).under(&name)),
        }
    }
    out.push('}');
    Ok(out)
}

/// Returns whether a text is a list with lists or objects, which only JSON can express, rather than one of its
/// items.
fn is_nested_list(text: &str, expected: impl Expected) -> bool {
    if !is_array(expected, true) || !text.starts_with('[') {
        return false;
    }
    let items = serde_json::from_str::<Vec<IgnoredAny>>(text);
    items.is_ok_and(|items| (0..items.len().max(1)).any(|index| nests(expected.item(index))))
}
