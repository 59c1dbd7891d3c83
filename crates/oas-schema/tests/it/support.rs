//! Tables that live as long as the tests, and violations as lines.

use oas_schema::{Literal, Number, Violation};
use serde_json::Value;

/// Returns a new value that lives as long as the program.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Converts a value to one that a schema lists.
pub(crate) fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(boolean) => Literal::Boolean(*boolean),
        Value::Number(number) => Literal::Number(Number::Float(number.as_f64().unwrap())),
        Value::String(text) => Literal::String(&*text.clone().leak()),
        other => Literal::Json(&*other.to_string().leak()),
    }
}

/// Formats `/pointer: message`, joined by `; `; the root is called `body`.
pub(crate) fn lines(violations: &[Violation]) -> String {
    let line = |violation: &Violation| match violation.pointer.as_str() {
        "" => format!("body: {}", violation.message),
        _ => violation.to_string(),
    };
    violations.iter().map(line).collect::<Vec<_>>().join("; ")
}
