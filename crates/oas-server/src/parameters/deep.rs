//! Style `deepObject`: `name[member]=value` (OpenAPI 3.0.4 §4.8.12.3).
//!
//! The standard defines one level of scalars. What servers of other languages read beyond that is read here as well,
//! where the schema has it: `name[member][inner]=1`, lists as `name[member]=1&name[member]=2`, `name[member][]=1` or
//! `name[member][0]=1`, and a value that is no object at all as `name=1`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::style::{Notation, REPEATED};
use super::{Wrong, shape};
use crate::schema::Schema;

/// Brackets behind each other, at most: deeper than any schema that the check looks into.
const DEEPEST: usize = 64;

/// What stands under one name.
#[derive(Default)]
struct Node<'t> {
    values: Vec<Cow<'t, str>>,
    /// In the order in which they came.
    members: Vec<(String, Node<'t>)>,
    places: HashMap<String, usize>,
}

/// Writes the pairs of the value as JSON; `None` where there are none.
pub(super) fn read(
    notation: &Notation,
    pairs: &[(Cow<'_, str>, &str)],
    schema: &'static Schema,
) -> Result<Option<String>, Wrong> {
    let mut root = Node::default();
    for (key, value) in pairs {
        let Some(names) = notation.member_names(key) else {
            continue;
        };
        if names.len() > DEEPEST {
            return Err(Wrong::here("is nested too deeply"));
        }
        let value = notation.decoded(value).map_err(|wrong| {
            names
                .iter()
                .rev()
                .fold(wrong, |wrong, name| wrong.under(name))
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
    root.push(&mut out, schema)?;
    Ok(Some(out))
}

impl Notation {
    /// The names in brackets behind the value's own; `None` for a key that is not one of its pairs.
    pub(crate) fn member_names<'k>(&self, key: &'k str) -> Option<Vec<&'k str>> {
        let rest = key.strip_prefix(self.name)?;
        if rest.is_empty() {
            return Some(Vec::new());
        }
        let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
        Some(inner.split("][").collect())
    }
}

impl<'t> Node<'t> {
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
        // The place was just looked up or made; it is no input.
        &mut self.members[place].1
    }

    fn push(self, out: &mut String, schema: &'static Schema) -> Result<(), Wrong> {
        if self.members.is_empty() {
            return push_values(out, &self.values, schema);
        }
        if !self.values.is_empty() {
            return Err(REPEATED);
        }
        if self.is_list(schema) {
            self.push_list(out, schema)
        } else {
            self.push_object(out, schema)
        }
    }

    /// Whether the names are empty or indices, and the schema does not ask for an object. Where it asks for nothing, the
    /// indices have to be those of a list.
    fn is_list(&self, schema: &'static Schema) -> bool {
        let listed = self
            .members
            .iter()
            .all(|(name, _)| name.is_empty() || index(name).is_some());
        listed
            && (shape::is_array(schema, true)
                || shape::is_free(schema)
                    && self
                        .members
                        .iter()
                        .enumerate()
                        .all(|(place, (name, _))| name.is_empty() || index(name) == Some(place)))
    }

    fn push_list(self, out: &mut String, schema: &'static Schema) -> Result<(), Wrong> {
        let item = shape::item(schema);
        let mut members = self.members;
        // Indices say the order; what has none comes behind.
        members.sort_by_key(|(name, _)| index(name).unwrap_or(usize::MAX));
        out.push('[');
        let mut count = 0;
        for (name, node) in members {
            // `name[]=1&name[]=2`
            let spread = name.is_empty() && node.members.is_empty();
            let nodes = if spread {
                let each = |value| Node {
                    values: vec![value],
                    ..Node::default()
                };
                node.values.into_iter().map(each).collect()
            } else {
                vec![node]
            };
            for node in nodes {
                if count > 0 {
                    out.push(',');
                }
                node.push(out, item)
                    .map_err(|wrong| wrong.under(&count.to_string()))?;
                count += 1;
            }
        }
        out.push(']');
        Ok(())
    }

    fn push_object(self, out: &mut String, schema: &'static Schema) -> Result<(), Wrong> {
        out.push('{');
        for (place, (name, node)) in self.members.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            shape::push_string(out, &name);
            out.push(':');
            node.push(out, shape::member(schema, &name))
                .map_err(|wrong| wrong.under(&name))?;
        }
        out.push('}');
        Ok(())
    }
}

fn push_values(
    out: &mut String,
    values: &[Cow<'_, str>],
    schema: &'static Schema,
) -> Result<(), Wrong> {
    if shape::is_array(schema, values.len() > 1) {
        return shape::push_array(out, values.iter().cloned().map(Ok), schema);
    }
    let [value] = values else {
        return Err(REPEATED);
    };
    shape::push_scalar(out, value, schema);
    Ok(())
}

/// An index as it is written: without a sign and without zeros in front.
fn index(name: &str) -> Option<usize> {
    let plain = name == "0" || !name.starts_with(['0', '+']);
    name.parse().ok().filter(|_| plain)
}
