//! What a decoder learns of the value that it makes, in place of a schema.

use oas_wire::style::{Expected, Kinds, Value};

/// The shape of a value: all that a schema knows.
#[derive(Debug)]
pub(crate) enum Shape {
    Scalar(Kinds),
    /// The shapes of the items, of which the last one is that of all others, too.
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

const STRING: &Shape = &Shape::Scalar(Kinds::STRING);

impl Shape {
    /// The shape that `value` has.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::String(_) => Self::Scalar(Kinds::STRING),
            Value::Boolean(_) => Self::Scalar(Kinds::BOOLEAN),
            Value::Number(_) => Self::Scalar(Kinds::NUMBER),
            Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            Value::Object(properties) => Self::Object(
                properties
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of(value)))
                    .collect(),
            ),
        }
    }
}

impl Expected for &Shape {
    fn kinds(self) -> Kinds {
        match self {
            Shape::Scalar(kinds) => *kinds,
            Shape::Array(_) => Kinds::ARRAY,
            Shape::Object(_) => Kinds::OBJECT,
        }
    }

    fn item(self, index: usize) -> Self {
        match self {
            Shape::Array(items) => items.get(index).or(items.last()).unwrap_or(STRING),
            _ => STRING,
        }
    }

    fn member(self, name: &str) -> Self {
        match self {
            Shape::Object(properties) => properties
                .iter()
                .find_map(|(known, shape)| (known == name).then_some(shape))
                .unwrap_or(STRING),
            _ => STRING,
        }
    }

    fn has_property(self, name: &str) -> bool {
        matches!(self, Shape::Object(properties) if properties.iter().any(|(known, _)| known == name))
    }

    fn has_properties(self) -> bool {
        matches!(self, Shape::Object(properties) if !properties.is_empty())
    }

    fn has_additional(self) -> bool {
        false
    }
}
