//! Implements the style `deepObject`: `name[member]=value`, percent-encoded (OpenAPI 3.0.4, Style Values).
//!
//! The standard defines one level of scalars. Beyond it the encoder writes `name[member][inner]=1` and lists with their
//! index, `name[member][0]=1`. The decoder also reads what clients of other languages write where a list is expected,
//! `name[member]=1&name[member]=2` and `name[member][]=1`, and a value that is not an object at all as `name=1`.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Expected, Kinds, StyleDecodeError, StyleDecodeErrorKind, StyleEncodeError, Value,
    expected::is_array,
    json::{push_array, push_scalar, push_string},
};
use crate::{json_pointer::array_index, percent};

/// Brackets behind each other, at most: deeper than any schema that a check looks into.
const MAX_DEPTH: usize = 64;

/// Encodes a value. The recursion is bounded by the parser of JSON, from which the value comes.
pub(super) fn encode(
    name: &str,
    encode_value: for<'t> fn(&'t str) -> Cow<'t, str>,
    value: &Value,
) -> Result<Vec<String>, StyleEncodeError> {
    let mut pairs = Vec::new();
    push_pairs(&percent::encode(name), encode_value, value, &mut pairs)?;
    Ok(pairs)
}

fn push_pairs(
    prefix: &str,
    encode_value: for<'t> fn(&'t str) -> Cow<'t, str>,
    value: &Value,
    pairs: &mut Vec<String>,
) -> Result<(), StyleEncodeError> {
    match value {
        Value::Object(properties) => {
            for (name, value) in properties {
                if name.contains("][") {
                    return Err(StyleEncodeError::Bracket);
                }
                let prefix = format!("{prefix}%5B{}%5D", percent::encode(name));
                push_pairs(&prefix, encode_value, value, pairs)?;
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                push_pairs(&format!("{prefix}%5B{index}%5D"), encode_value, item, pairs)?;
            }
        }
        scalar => {
            if let Some(text) = scalar.scalar() {
                pairs.push(format!("{prefix}={}", encode_value(text)));
            }
        }
    }
    Ok(())
}

/// Parses the names in brackets after the value's own; returns `None` for a key that is not one of its pairs.
pub(super) fn member_names<'k>(name: &str, key: &'k str) -> Option<Vec<&'k str>> {
    let rest = key.strip_prefix(name)?;
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split("][").collect())
}

/// Decodes the pairs of the value into JSON; `None` where there are none.
pub(super) fn decode(
    name: &str,
    pairs: &[(Cow<'_, str>, &str)],
    expected: impl Expected,
) -> Result<Option<String>, StyleDecodeError> {
    let mut root = NamedValue::default();
    for (key, value) in pairs {
        let Some(names) = member_names(name, key) else {
            continue;
        };
        if names.len() > MAX_DEPTH {
            return Err(StyleDecodeErrorKind::TooDeep.into());
        }
        let value = percent::decode_form(value).map_err(|_| {
            let names = names.iter().rev();
            names.fold(
                StyleDecodeErrorKind::Encoding.into(),
                |error: StyleDecodeError, name| error.under(name),
            )
        })?;
        let mut node = &mut root;
        for name in names {
            node = node.member(name);
        }
        node.values.push(value);
    }
    if root.values.is_empty() && root.members.is_empty() {
        return Ok(None);
    }
    let mut out = String::new();
    root.push(&mut out, expected)?;
    Ok(Some(out))
}

/// The content of one name.
#[derive(Default)]
struct NamedValue<'t> {
    values: Vec<Cow<'t, str>>,
    /// In the order in which they came.
    members: Vec<(String, Self)>,
    places: HashMap<String, usize>,
}

impl<'t> NamedValue<'t> {
    fn member(&mut self, name: &str) -> &mut Self {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                let place = self.members.len();
                self.places.insert(name.to_owned(), place);
                self.members.push((name.to_owned(), Self::default()));
                place
            }
        };
        // The place was just looked up or made; it is not input.
        &mut self.members[place].1
    }

    fn push(self, out: &mut String, expected: impl Expected) -> Result<(), StyleDecodeError> {
        if self.members.is_empty() {
            return push_values(out, &self.values, expected);
        }
        if !self.values.is_empty() {
            return Err(StyleDecodeErrorKind::Repeated.into());
        }
        if self.is_list(expected) {
            self.push_list(out, expected)
        } else {
            self.push_object(out, expected)
        }
    }

    /// Returns whether the names are empty or indices, and no object is expected. Where nothing is known, the
    /// indices have to be those of a list.
    fn is_list(&self, expected: impl Expected) -> bool {
        let listed = self
            .members
            .iter()
            .all(|(name, _)| name.is_empty() || array_index(name).is_some());
        listed
            && (is_array(expected, true)
                || expected.kinds() == Kinds::ANY
                    && self.members.iter().enumerate().all(|(place, (name, _))| {
                        name.is_empty() || array_index(name) == Some(place)
                    }))
    }

    fn push_list(self, out: &mut String, expected: impl Expected) -> Result<(), StyleDecodeError> {
        let mut members = self.members;
        // Indices define the order; what has none comes behind.
        members.sort_by_key(|(name, _)| array_index(name).unwrap_or(usize::MAX));
        out.push('[');
        let mut count = 0;
        for (name, node) in members {
            // `name[]=1&name[]=2`
            let spread = name.is_empty() && node.members.is_empty();
            let nodes = if spread {
                let each = |value| NamedValue {
                    values: vec![value],
                    ..NamedValue::default()
                };
                node.values.into_iter().map(each).collect()
            } else {
                vec![node]
            };
            for node in nodes {
                if count > 0 {
                    out.push(',');
                }
                node.push(out, expected.item(count))
                    .map_err(|error| error.under(&count.to_string()))?;
                count += 1;
            }
        }
        out.push(']');
        Ok(())
    }

    fn push_object(
        self,
        out: &mut String,
        expected: impl Expected,
    ) -> Result<(), StyleDecodeError> {
        out.push('{');
        for (place, (name, node)) in self.members.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            push_string(out, &name);
            out.push(':');
            node.push(out, expected.member(&name))
                .map_err(|error| error.under(&name))?;
        }
        out.push('}');
        Ok(())
    }
}

fn push_values(
    out: &mut String,
    values: &[Cow<'_, str>],
    expected: impl Expected,
) -> Result<(), StyleDecodeError> {
    if is_array(expected, values.len() > 1) {
        push_array(out, values, expected);
        return Ok(());
    }
    let [value] = values else {
        return Err(StyleDecodeErrorKind::Repeated.into());
    };
    push_scalar(out, value, expected);
    Ok(())
}
