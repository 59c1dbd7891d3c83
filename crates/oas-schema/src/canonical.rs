//! Compares JSON values by a canonical form of their text.
//!
//! Used for `uniqueItems` and for arrays and objects in `enum`, nowhere else: it builds a tree.

use serde_json::Value;

use crate::Number;

/// Converts JSON text to a canonical form, which is the same for all encodings of a value: members sorted, `1.0`
/// formatted as `1`. Returns `None` if `text` is nested too deeply to be parsed.
pub(super) fn canonical(text: &str) -> Option<String> {
    let value = serde_json::from_str(text).ok()?;
    let mut out = String::new();
    write(&value, &mut out);
    Some(out)
}

/// Writes the canonical form of a value. The recursion is bounded by the depth to which `serde_json` parses.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => out.push_str(&parse(number).to_string()),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn parse(number: &serde_json::Number) -> Number {
    match (number.as_i128(), number.as_f64()) {
        (Some(integer), _) => Number::Integer(integer),
        (None, Some(float)) => Number::Float(float),
        // Only where another crate makes serde_json keep numbers as text.
        (None, None) => Number::Float(f64::INFINITY),
    }
}
