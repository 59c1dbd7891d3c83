//! Parses an argument: a value of the shape that its flag has, or the name of a file that contains one.

use oas_wire::style::Value;

use crate::description::{Description, Shape};
use crate::language::Phrase;
use crate::secret::SecretSource;
use crate::yaml;

/// A value on a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// The value itself.
    Value(Value),
    /// The content of a file, or of standard input if the name is `-`.
    File(String),
    /// The source of a secret.
    Secret(SecretSource),
}

/// Returns whether an argument of this shape can name a file. This holds for bytes and for every shape that is not a
/// scalar.
pub(crate) fn takes_file(description: &Description, shape: &Shape) -> bool {
    match shape {
        Shape::List(inner) | Shape::Nullable(inner) => takes_file(description, inner),
        Shape::Any | Shape::Map(_) | Shape::Base64 | Shape::File => true,
        Shape::Named(_) => description.values(shape).is_empty(),
        Shape::String | Shape::Integer | Shape::Number | Shape::Boolean => false,
    }
}

/// Parses an argument for a flag of this shape; for a list, an argument for an item.
///
/// # Errors
///
/// Returns a description of the expected value.
pub(crate) fn read(description: &Description, shape: &Shape, text: &str) -> Result<Given, Phrase> {
    match text.strip_prefix('@') {
        Some(file) if takes_file(description, shape) || matches!(shape, Shape::List(_)) => {
            Ok(Given::File(file.to_owned()))
        }
        _ if *shape == Shape::File => Ok(Given::File(text.to_owned())),
        _ => value(description, shape, text).map(Given::Value),
    }
}

/// Parses the text of a value, from the command line or from a file.
pub(crate) fn value(description: &Description, shape: &Shape, text: &str) -> Result<Value, Phrase> {
    let number = |text: &str| Value::Number(text.into());
    match shape {
        Shape::String | Shape::Base64 | Shape::File => Ok(Value::String(text.to_owned())),
        Shape::Integer => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let is_integer = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
            let sign = if text.starts_with('-') { "-" } else { "" };
            let digits = match digits.trim_start_matches('0') {
                "" => "0",
                digits => digits,
            };
            let read = is_integer.then(|| number(&format!("{sign}{digits}")));
            read.ok_or_else(|| Phrase::new("it has to be an integer", "必须是整数"))
        }
        Shape::Number => {
            if let Ok(value @ Value::Number(_)) = Value::parse(text) {
                return Ok(value);
            }
            let float = text.parse().ok().and_then(serde_json::Number::from_f64);
            let float = float.map(|float| number(&float.to_string()));
            float.ok_or_else(|| Phrase::new("it has to be a number", "必须是数字"))
        }
        Shape::Boolean => match text {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(Phrase::new(
                "it has to be `true` or `false`",
                "必须是 `true` 或 `false`",
            )),
        },
        Shape::Nullable(inner) => value(description, inner, text),
        Shape::Named(_) if !description.values(shape).is_empty() => {
            Ok(Value::String(text.to_owned()))
        }
        Shape::Any => Ok(yaml::parse(text).unwrap_or_else(|_| Value::String(text.to_owned()))),
        // An item can be a list itself.
        Shape::Named(_) | Shape::Map(_) | Shape::List(_) => {
            let parsed = yaml::parse(text);
            if !takes(description, shape, &Value::String(String::new()), 0) {
                return parsed.map_err(|why| {
                    Phrase::new(
                        format!("it has to be JSON or YAML: {why}"),
                        format!("必须是 JSON 或 YAML：{why}"),
                    )
                });
            }
            // A union of texts and something else. In quotation marks, a number is a text.
            let is_other = |value: &Value| {
                !matches!(value, Value::String(_)) && takes(description, shape, value, 0)
            };
            Ok(match (Value::parse(text), parsed) {
                (Ok(Value::String(text)), _) => Value::String(text),
                (_, Ok(value)) if is_other(&value) => value,
                _ => Value::String(text.to_owned()),
            })
        }
    }
}

/// Returns whether a value is of the type of a shape, in a union of one of its alternatives. What is inside of it is not
/// considered.
fn takes(description: &Description, shape: &Shape, value: &Value, depth: usize) -> bool {
    if let Shape::Nullable(inner) = shape {
        return *value == Value::Null || takes(description, inner, value, depth);
    }
    let Some(schema) = description.schema(shape) else {
        return matches!(
            (shape, value),
            (Shape::Any, _)
                | (
                    Shape::String | Shape::Base64 | Shape::File,
                    Value::String(_)
                )
                | (Shape::Integer | Shape::Number, Value::Number(_))
                | (Shape::Boolean, Value::Boolean(_))
                | (Shape::List(_), Value::Array(_))
                | (Shape::Map(_), Value::Object(_))
        );
    };
    let mut alternatives = schema.one_of.iter();
    match value {
        Value::String(_) if !schema.values.is_empty() => true,
        Value::Object(_) if !schema.fields.is_empty() => true,
        // Unions can contain each other.
        value => depth < 4 && alternatives.any(|shape| takes(description, shape, value, depth + 1)),
    }
}
