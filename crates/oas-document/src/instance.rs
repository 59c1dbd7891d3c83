//! Represents a JSON value: a node of a document, or a value of `serde_json`.

use serde_json::Value;

use crate::{Decimal, Kind, Node};

/// A value that is validated against a schema.
#[derive(Clone, Copy, Debug)]
pub enum Instance<'v> {
    /// A value of a document.
    Node(Node<'v>),
    /// A value of `serde_json`.
    Json(&'v Value),
}

impl<'v> From<Node<'v>> for Instance<'v> {
    fn from(node: Node<'v>) -> Self {
        Instance::Node(node)
    }
}

impl<'v> From<&'v Value> for Instance<'v> {
    fn from(value: &'v Value) -> Self {
        Instance::Json(value)
    }
}

impl Instance<'_> {
    /// Formats the value as JSON text, with every digit of its numbers.
    pub(crate) fn to_text(self) -> String {
        match self {
            Instance::Json(value) => value.to_string(),
            Instance::Node(node) => {
                let mut out = String::new();
                write(node, &mut out);
                out
            }
        }
    }
}

/// Writes a node. The nesting of documents is limited, so that recursion is safe.
fn write(node: Node<'_>, out: &mut String) {
    let text = |text: &str| Value::from(text).to_string();
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Boolean => out.push_str(&(node.as_bool() == Some(true)).to_string()),
        Kind::Number => {
            let number =
                Decimal::of(node).map_or_else(|| "0".to_owned(), |number| number.to_string());
            out.push_str(&number);
        }
        Kind::String => out.push_str(&text(node.as_str().unwrap_or_default())),
        Kind::Array => {
            out.push('[');
            for (index, item) in node.items().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Kind::Object => {
            out.push('{');
            for (index, (key, value)) in node.entries().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&text(key));
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}
