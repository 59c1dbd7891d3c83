//! Candidates for numbers and strings, the likeliest first. The caller validates them.

use oas_document::schema::{EffectiveSchema, Limit, Spanned};
use serde_json::{Value, json};

use crate::pattern::{candidate_texts, varied_texts};

/// Longest text that is made because a schema requires it, in characters.
const MAX_LEN: usize = 4_096;
/// Longest documented example of a part that is taken, in bytes of JSON.
const MAX_EXAMPLE_LEN: usize = 200;

/// Numbers at, near and between the bounds of a schema.
pub(crate) fn numbers(effective: &EffectiveSchema<'_>) -> Vec<Value> {
    let mut candidates = vec![json!(1)];
    for bound in effective.minimum.iter().chain(&effective.maximum) {
        let at = bound.node.to_json();
        if let Some(integer) = bound.value.to_i128() {
            let near = [integer.saturating_add(1), integer.saturating_sub(1)];
            let near = near.into_iter().filter_map(|near| i64::try_from(near).ok());
            candidates.extend(near.map(Value::from));
        } else if let Some(float) = at.as_f64() {
            candidates.extend([json!(float.ceil() as i64), json!(float.floor() as i64)]);
            candidates.extend([json!(float + 0.5), json!(float - 0.5)]);
        }
        candidates.push(at);
    }
    if let (Some(low), Some(high)) = (&effective.minimum, &effective.maximum) {
        candidates.push(json!((low.value.to_f64() + high.value.to_f64()) / 2.0));
    }
    for divisor in &effective.multiple_of {
        candidates.push(divisor.node.to_json());
        let (step, low) = (divisor.value.to_f64(), effective.minimum.as_ref());
        let first = (low.map_or(0.0, |low| low.value.to_f64()) / step).floor();
        for multiple in [first + 1.0, first + 2.0] {
            let value = multiple * step;
            candidates.push(match value.fract() {
                0.0 => json!(value as i64),
                _ => json!(value),
            });
        }
    }
    candidates.push(json!(0));
    candidates
}

/// Texts for the formats, patterns and lengths of a schema; `None` where even the shortest is too long.
pub(crate) fn texts(effective: &EffectiveSchema<'_>) -> Option<Vec<String>> {
    let length = |limit| usize::try_from(effective.limits.value(limit)?).ok();
    let least = length(Limit::MinLength).unwrap_or(0);
    let most = length(Limit::MaxLength).unwrap_or(usize::MAX);
    if least > MAX_LEN {
        return None;
    }
    let formats = effective.formats.iter();
    let mut candidates: Vec<String> = formats
        .filter_map(|format| of_format(format.value))
        .map(str::to_owned)
        .collect();
    for pattern in &effective.patterns {
        let matching = candidate_texts(pattern.value, least);
        let short: Vec<_> = matching
            .iter()
            .filter(|text| text.chars().count() < least)
            .map(|text| (text.clone(), "a".repeat(least - text.chars().count())))
            .collect();
        candidates.extend(matching);
        // An expression that is not anchored at one end admits more there.
        for (text, filling) in short {
            candidates.extend([format!("{text}{filling}"), format!("{filling}{text}")]);
        }
    }
    let is_base64 = |encoding: &Spanned<'_, &str>| encoding.value.eq_ignore_ascii_case("base64");
    if effective.content_encoding.as_ref().is_some_and(is_base64) {
        candidates.extend(of_format("byte").map(str::to_owned));
    }
    // The last one has a character of each class that rules for passwords ask for.
    for text in ["text", "Text1!text"] {
        let mut text: String = text.chars().take(most).collect();
        let missing = least.saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n('a', missing));
        candidates.push(text);
    }
    for pattern in &effective.patterns {
        candidates.extend(varied_texts(pattern.value, least));
    }
    Some(candidates)
}

/// Returns a value of a format (OpenAPI format registry; JSON Schema 2020-12 validation §7.3).
fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2024-02-29T12:34:56Z",
        "date" => "2024-02-29",
        "time" => "12:34:56Z",
        "duration" => "P1DT2H",
        "decimal" => "12.50",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "email" | "idn-email" => "someone@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" | "json-pointer" => "/path",
        "relative-json-pointer" => "0/path",
        "uri-template" => "/path/{name}",
        "regex" => "^a$",
        "byte" => "dGV4dA==",
        _ => return None,
    })
}

/// Returns whether a documented example is short enough to be part of a sample.
pub(crate) fn is_short(value: &Value) -> bool {
    value.to_string().len() <= MAX_EXAMPLE_LEN
}

/// Returns another value of the same kind, for the item at an index of an array without equal items.
pub(crate) fn vary(value: Value, index: usize) -> Value {
    match value {
        Value::String(text) => Value::String(format!("{text}{index}")),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => json!(integer.saturating_add(index as i64)),
            None => json!(number.as_f64().unwrap_or_default() + index as f64),
        },
        Value::Bool(value) => Value::Bool(!value),
        Value::Object(mut values) => {
            let scalar = values
                .iter_mut()
                .find(|(_, value)| value.is_string() || value.is_number());
            if let Some((_, value)) = scalar {
                *value = vary(value.take(), index);
            }
            Value::Object(values)
        }
        other => other,
    }
}
