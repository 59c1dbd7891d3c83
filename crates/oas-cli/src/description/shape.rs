//! Parses the shapes of values in the short notation of descriptions.

use serde::{Deserialize, Deserializer, de::Error as _};

/// The shape of a value: `string`, `[integer]`, `#Pet?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `base64`: bytes in JSON.
    Base64,
    /// `file`: bytes as they are.
    File,
    /// `any`: any JSON.
    Any,
    /// `[X]`
    List(Box<Self>),
    /// `{X}`: an object with any names.
    Map(Box<Self>),
    /// `X?`: or null.
    Nullable(Box<Self>),
    /// `#NAME`: a schema of the description.
    Named(String),
}

impl Shape {
    fn parse(text: &str) -> Option<Self> {
        let inner = |start: char, end: char| text.strip_prefix(start)?.strip_suffix(end);
        if let Some(inner) = text.strip_suffix('?') {
            return Some(Self::Nullable(Box::new(Self::parse(inner)?)));
        }
        if let Some(item) = inner('[', ']') {
            return Some(Self::List(Box::new(Self::parse(item)?)));
        }
        if let Some(value) = inner('{', '}') {
            return Some(Self::Map(Box::new(Self::parse(value)?)));
        }
        Some(match text {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "base64" => Self::Base64,
            "file" => Self::File,
            "any" => Self::Any,
            name => Self::Named(name.strip_prefix('#')?.to_owned()),
        })
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Integer => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::Boolean => f.write_str("boolean"),
            Self::Base64 => f.write_str("base64"),
            Self::File => f.write_str("file"),
            Self::Any => f.write_str("any"),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Map(value) => write!(f, "{{{value}}}"),
            Self::Nullable(inner) => write!(f, "{inner}?"),
            Self::Named(name) => write!(f, "#{name}"),
        }
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a shape")))
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn a_shape_is_written_as_it_is_read() {
        for text in ["string", "[integer]", "[#Pet?]?", "{[any]}", "file", "#A"] {
            let shape = Shape::parse(text).unwrap();
            assert_eq!(shape.to_string(), text);
        }
        assert_eq!(Shape::parse("[string"), None);
        assert_eq!(Shape::parse("text"), None);
    }
}
