//! Parses and writes YAML, a format for bodies and for output.

use oas_wire::style::Value;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};

/// Parses JSON, or else a single YAML document.
///
/// # Errors
///
/// Returns the reason why the text is neither.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if let Ok(value) = Value::parse(text) {
        return Ok(value);
    }
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    match documents.as_slice() {
        [] => Ok(Value::Null),
        [only] => value_of(only),
        _ => Err("it has more than one document".to_owned()),
    }
}

fn value_of(yaml: &Yaml<'_>) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Boolean(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::Number(value.to_string().into()),
        Yaml::Value(Scalar::FloatingPoint(value)) => {
            let number = serde_json::Number::from_f64(value.into_inner());
            let number = number.ok_or("JSON has no infinity, and nothing that is not a number")?;
            Value::Number(number.to_string().into())
        }
        Yaml::Value(Scalar::String(text)) => Value::String(text.to_string()),
        Yaml::Sequence(items) => {
            Value::Array(items.iter().map(value_of).collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(name, value)| match value_of(name)? {
                Value::String(name) => Ok((name, value_of(value)?)),
                // YAML parses a name such as `404` or `on` as another type, where JSON has a string.
                name @ (Value::Number(_) | Value::Boolean(_)) => {
                    Ok((name.to_json(), value_of(value)?))
                }
                _ => Err("a name in it is not text".to_owned()),
            });
            Value::Object(entries.collect::<Result<_, String>>()?)
        }
        Yaml::Tagged(_, inner) => value_of(inner)?,
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err("a value in it is not understood".to_owned());
        }
    })
}

/// Formats a value as YAML, with a line break at the end.
pub(crate) fn write(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value, 0, false);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Appends a value at the cursor: after `name:`, after `- `, or at the start.
fn push(out: &mut String, value: &Value, depth: usize, after_name: bool) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (index, (name, value)) in entries.iter().enumerate() {
                if index > 0 || after_name {
                    out.push('\n');
                    out.push_str(&indent);
                }
                out.push_str(&scalar(name));
                out.push(':');
                // A list begins on the line after its name, indented as other values are.
                let nests = matches!(value, Value::Object(entries) if !entries.is_empty())
                    || matches!(value, Value::Array(items) if !items.is_empty());
                if !nests {
                    out.push(' ');
                }
                push(out, value, depth + 1, true);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 || after_name {
                    out.push('\n');
                    out.push_str(&indent);
                }
                out.push_str("- ");
                push(out, item, depth + 1, false);
            }
        }
        Value::String(text) => out.push_str(&scalar(text)),
        other => out.push_str(&other.to_json()),
    }
}

/// Formats a string: plain if YAML parses it as the same string, otherwise in the quotes of JSON, which YAML parses
/// alike.
pub(crate) fn scalar(text: &str) -> String {
    let first = text.chars().next().is_some_and(char::is_alphabetic);
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ' | '+' | '@');
    let is_word = !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if first && is_word && !text.ends_with(' ') && text.chars().all(plain) {
        return text.to_owned();
    }
    Value::String(text.to_owned()).to_json()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(|number| Value::Number(number.to_string().into())),
            "[ -~äé中\n\t\u{7f}\u{85}\u{2028}]{0,8}".prop_map(Value::String),
            Just(Value::Array(Vec::new())),
            Just(Value::Object(Vec::new())),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let names = proptest::collection::btree_map("[ -~é]{0,6}", inner.clone(), 0..4);
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Value::Array),
                names.prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was(value in values()) {
            let text = write(&value);
            prop_assert_eq!(parse(&text), Ok(value), "{}", text);
        }
    }

    #[test]
    fn a_person_can_read_it() {
        let value = Value::parse(
            r#"{"name":"Tiny Linux","tags":["a","1"],"empty":[],"refs":[{"id":1,"path":"ceph://x"},{"id":2}],"on":null}"#,
        );
        insta::assert_snapshot!(write(&value.unwrap()), @r#"
        name: Tiny Linux
        tags:
          - a
          - "1"
        empty: []
        refs:
          - id: 1
            path: "ceph://x"
          - id: 2
        "on": null
        "#);
    }
}
