//! When two values are the same value (JSON Schema 2020-12 §4.2.2): numbers by what they are, objects without order.

use crate::{Decimal, Kind, Node};

/// Whether two nodes hold the same value; of the same document or of two.
pub fn same_value(one: Node<'_>, other: Node<'_>) -> bool {
    // The nesting is limited by `MAX_DEPTH`, so that recursion is safe.
    if one.kind() != other.kind() {
        return false;
    }
    match one.kind() {
        Kind::Null => true,
        Kind::Boolean => one.as_bool() == other.as_bool(),
        Kind::Number => Decimal::of(one) == Decimal::of(other),
        Kind::String => one.as_str() == other.as_str(),
        Kind::Array => {
            one.items().len() == other.items().len()
                && one
                    .items()
                    .zip(other.items())
                    .all(|(a, b)| same_value(a, b))
        }
        Kind::Object => {
            let same = |(key, value)| {
                other
                    .get(key)
                    .is_some_and(|value_| same_value(value, value_))
            };
            one.entries().len() == other.entries().len() && one.entries().all(same)
        }
    }
}
