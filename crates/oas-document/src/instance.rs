//! A JSON value wherever it comes from: a node of a document, or a value of `serde_json`.

use serde_json::Value;

use crate::{Decimal, Kind, Node, schema::Types};

/// A value to be checked against a schema.
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

impl<'v> Instance<'v> {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Instance::Node(node) => node.kind(),
            Instance::Json(value) => match value {
                Value::Null => Kind::Null,
                Value::Bool(_) => Kind::Boolean,
                Value::Number(_) => Kind::Number,
                Value::String(_) => Kind::String,
                Value::Array(_) => Kind::Array,
                Value::Object(_) => Kind::Object,
            },
        }
    }

    pub(crate) fn types(self) -> Types {
        match self {
            Instance::Node(node) => Types::of_value(node),
            Instance::Json(value) => Types::of_json(value),
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self {
            Instance::Node(node) => node.as_bool(),
            Instance::Json(value) => value.as_bool(),
        }
    }

    pub(crate) fn as_str(self) -> Option<&'v str> {
        match self {
            Instance::Node(node) => node.as_str(),
            Instance::Json(value) => value.as_str(),
        }
    }

    pub(crate) fn number(self) -> Option<Decimal> {
        match self {
            Instance::Node(node) => Decimal::of(node),
            Instance::Json(Value::Number(number)) => Decimal::of_number(number),
            Instance::Json(_) => None,
        }
    }

    pub(crate) fn items(self) -> Vec<Instance<'v>> {
        match self {
            Instance::Node(node) => node.items().map(Instance::Node).collect(),
            Instance::Json(value) => value
                .as_array()
                .into_iter()
                .flatten()
                .map(Instance::Json)
                .collect(),
        }
    }

    pub(crate) fn entries(self) -> Vec<(&'v str, Instance<'v>)> {
        match self {
            Instance::Node(node) => node
                .entries()
                .map(|(key, value)| (key, Instance::Node(value)))
                .collect(),
            Instance::Json(value) => {
                let entries = value.as_object().into_iter().flatten();
                entries
                    .map(|(key, value)| (key.as_str(), Instance::Json(value)))
                    .collect()
            }
        }
    }

    pub(crate) fn get(self, key: &str) -> Option<Instance<'v>> {
        match self {
            Instance::Node(node) => node.get(key).map(Instance::Node),
            Instance::Json(value) => value.get(key).map(Instance::Json),
        }
    }

    /// Whether two values are the same (JSON Schema 2020-12 §4.2.2): numbers by what they are, objects without order.
    pub(crate) fn same(self, other: Instance<'_>) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Null => true,
            Kind::Boolean => self.as_bool() == other.as_bool(),
            Kind::Number => self.number() == other.number(),
            Kind::String => self.as_str() == other.as_str(),
            Kind::Array => {
                let (own, others) = (self.items(), other.items());
                own.len() == others.len()
                    && own
                        .into_iter()
                        .zip(others)
                        .all(|(one, other)| one.same(other))
            }
            Kind::Object => {
                let own = self.entries();
                let same = |(key, value): &(&str, Instance<'_>)| {
                    other.get(key).is_some_and(|other| value.same(other))
                };
                own.len() == other.entries().len() && own.iter().all(same)
            }
        }
    }
}

/// Whether two nodes, of the same document or of two, hold the same value: `1` and `1.0` are, and the order of keys
/// does not count.
pub fn same_value(one: Node<'_>, other: Node<'_>) -> bool {
    Instance::Node(one).same(Instance::Node(other))
}
