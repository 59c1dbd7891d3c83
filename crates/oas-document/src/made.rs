//! Values that a document gets beside those that are written: forms of other tools, read as forms of the standard.
//!
//! A made object shares the values that are written, so that they keep their places and pointers.

use crate::{
    Document,
    source::Span,
    tree::{Entry, NodeData, Object, Value},
};

/// A value to be added.
pub(crate) enum NewValue {
    Shared(u32),
    Text(Box<str>),
    True,
    Array(Vec<Self>),
    Object(Vec<(Box<str>, Self)>),
}

/// Returns an object to be added.
pub(crate) fn object(entries: impl IntoIterator<Item = (&'static str, NewValue)>) -> NewValue {
    NewValue::Object(
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect(),
    )
}

impl Document {
    /// Adds an entry to an object.
    pub(crate) fn append(&mut self, object: u32, key: &str, value: NewValue, like: u32) {
        let Some(Value::Object(written)) = self.tree.get(object).map(|node| &node.value) else {
            return;
        };
        let mut entries = written.entries.clone();
        let span = self.key_span(like);
        let node = self.add(value, object, entries.len() as u32, like);
        entries.push(Entry::new(key.into(), span, node));
        self.set(object, Value::Object(Object::new(entries)));
    }

    /// Adds a value, with the place of another one; one that is shared is there already.
    fn add(&mut self, value: NewValue, parent: u32, position: u32, like: u32) -> u32 {
        let simple = match value {
            NewValue::Shared(node) => return node,
            NewValue::Text(text) => Value::String(text),
            NewValue::True => Value::Boolean(true),
            NewValue::Array(items) => {
                let id = self.push(Value::Null, parent, position, like);
                let items = (0..).zip(items);
                let items = items.map(|(at, item)| self.add(item, id, at, like));
                let items = items.collect();
                self.set(id, Value::Array(items));
                return id;
            }
            NewValue::Object(parts) => {
                let id = self.push(Value::Null, parent, position, like);
                let mut entries = Vec::new();
                for (at, (key, part)) in (0..).zip(parts) {
                    let span = match part {
                        NewValue::Shared(node) => self.key_span(node),
                        _ => self.key_span(like),
                    };
                    let node = self.add(part, id, at, like);
                    entries.push(Entry::new(key, span, node));
                }
                self.set(id, Value::Object(Object::new(entries)));
                return id;
            }
        };
        self.push(simple, parent, position, like)
    }

    /// Replaces the value of an entry of an object; returns the new value, if there is such an entry.
    pub(crate) fn replace(
        &mut self,
        object: u32,
        key: &str,
        value: NewValue,
        like: u32,
    ) -> Option<u32> {
        let Some(Value::Object(written)) = self.tree.get(object).map(|node| &node.value) else {
            return None;
        };
        let mut entries = written.entries.clone();
        let at = entries.iter().position(|entry| &*entry.key == key)?;
        let node = self.add(value, object, at as u32, like);
        entries.get_mut(at)?.node = node;
        self.set(object, Value::Object(Object::new(entries)));
        Some(node)
    }

    fn push(&mut self, value: Value, parent: u32, position: u32, like: u32) -> u32 {
        let (file, span) = self
            .tree
            .get(like)
            .map_or((0, Span::default()), |node| (node.file, node.span));
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(NodeData {
            value,
            parent,
            position,
            file,
            span,
        });
        id
    }

    fn set(&mut self, id: u32, value: Value) {
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.value = value;
        }
    }

    /// Returns where the key of a value is written; the value itself where it has none.
    fn key_span(&self, id: u32) -> Span {
        let Some(node) = self.tree.get(id) else {
            return Span::default();
        };
        match self.tree.get(node.parent).map(|parent| &parent.value) {
            Some(Value::Object(object)) => object
                .entries
                .get(node.position as usize)
                .map_or(node.span, |entry| entry.span),
            _ => node.span,
        }
    }
}
