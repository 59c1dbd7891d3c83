//! A parameter's value as the styles see it: nothing, a scalar, a list or an object, in the order of serialization.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

/// JSON that keeps the order of its properties.
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Through JSON text, which is the one form that every value has and in which a float has its shortest digits.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, String> {
        let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// The text of a scalar; `None` for what is not one.
    pub(super) fn scalar(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(value) => Some(value.to_string()),
            Self::String(value) => Some(value.clone()),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut properties = Vec::new();
        while let Some(property) = map.next_entry()? {
            properties.push(property);
        }
        Ok(Node::Object(properties))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::String(value) => serializer.serialize_str(value),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(properties) => {
                serializer.collect_map(properties.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// A value without nesting, which is all that most styles can say. Nulls are gone: RFC 6570 §2.3 calls them undefined,
/// and leaves them out.
pub(crate) enum Shape {
    Absent,
    Scalar(String),
    Array(Vec<String>),
    Object(Vec<(String, String)>),
}

impl Shape {
    pub(crate) fn of(node: &Node) -> Result<Self, String> {
        let flat = |node: &Node| {
            node.scalar().ok_or_else(|| {
                "it holds a list or an object within another, which the parameter's style cannot say".to_owned()
            })
        };
        match node {
            Node::Null => Ok(Self::Absent),
            Node::Array(items) => {
                let items: Vec<String> = items
                    .iter()
                    .filter(|item| !matches!(item, Node::Null))
                    .map(flat)
                    .collect::<Result<_, _>>()?;
                Ok(if items.is_empty() {
                    Self::Absent
                } else {
                    Self::Array(items)
                })
            }
            Node::Object(properties) => {
                let properties: Vec<(String, String)> = properties
                    .iter()
                    .filter(|(_, value)| !matches!(value, Node::Null))
                    .map(|(name, value)| Ok((name.clone(), flat(value)?)))
                    .collect::<Result<_, String>>()?;
                Ok(if properties.is_empty() {
                    Self::Absent
                } else {
                    Self::Object(properties)
                })
            }
            scalar => flat(scalar).map(Self::Scalar),
        }
    }

    /// The parts of a value that is not exploded: a list's items, or an object's names and values in turn.
    pub(crate) fn parts(self) -> Vec<String> {
        match self {
            Self::Absent => Vec::new(),
            Self::Scalar(text) => vec![text],
            Self::Array(items) => items,
            Self::Object(properties) => properties
                .into_iter()
                .flat_map(|(name, value)| [name, value])
                .collect(),
        }
    }
}
