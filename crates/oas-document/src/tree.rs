//! Stores the nodes of a document in an arena.
//!
//! Nodes are numbered in document order (a parent before its children). Nothing here recurses, so that a deep document
//! cannot overflow the stack.

mod builder;

use std::{borrow::Cow, hash::Hasher as _};

pub(crate) use builder::Builder;
use oas_wire::JsonPointer;
use rustc_hash::FxHasher;
use serde_json::Number;

use crate::source::Span;

/// The deepest nesting of arrays and objects in a document. A deeper one is an error of
/// [`Document::parse`](crate::Document::parse).
///
/// Recursion over a tree of this depth is safe on the smallest stacks in common use (2 MiB threads).
pub const MAX_DEPTH: usize = 256;

/// Objects with more entries than this get a sorted index; below it a scan is quicker.
const SCAN_LIMIT: usize = 16;

/// Represents "no parent" in [`NodeData::parent`].
pub(crate) const NO_PARENT: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    /// The number and the text it was written as.
    Number(Number, Box<str>),
    String(Box<str>),
    Array(Vec<u32>),
    Object(Object),
}

impl Value {
    /// Returns the number of bytes of a node with the value, without its children.
    fn size(&self) -> usize {
        size_of::<NodeData>() + self.owned()
    }

    /// Returns the number of bytes that the value has allocated.
    fn owned(&self) -> usize {
        match self {
            Self::Null | Self::Boolean(_) => 0,
            Self::Number(_, text) | Self::String(text) => text.len(),
            Self::Array(items) => size_of_val(items.as_slice()),
            Self::Object(object) => {
                let keys = object.entries.iter().map(|entry| entry.key.len());
                size_of_val(object.entries.as_slice()) + keys.sum::<usize>()
            }
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    pub(crate) entries: Vec<Entry>,
    /// Positions in `entries` ordered by [`Entry::rank`]; empty for objects that are quicker to scan.
    sorted: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) span: Span,
    pub(crate) node: u32,
    /// The hash of the key, which is beside those of the other entries: most keys are told apart without their texts.
    hash: u32,
}

impl Entry {
    pub(crate) fn new(key: Box<str>, span: Span, node: u32) -> Self {
        let hash = hash_of(&key);
        Self {
            key,
            span,
            node,
            hash,
        }
    }

    /// Returns what entries are ordered by: equal hashes of different keys cost time, and mean nothing.
    fn rank(&self) -> (u32, &str) {
        (self.hash, &self.key)
    }
}

fn hash_of(key: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(key.as_bytes());
    hasher.finish() as u32
}

impl Object {
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let mut sorted = Vec::new();
        if entries.len() > SCAN_LIMIT {
            sorted = (0..entries.len() as u32).collect();
            sorted.sort_by(|a, b| {
                let rank = |at: &u32| entries.get(*at as usize).map(Entry::rank);
                rank(a).cmp(&rank(b))
            });
        }
        Self { entries, sorted }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        let rank = (hash_of(key), key);
        if self.sorted.is_empty() {
            return self.entries.iter().find(|entry| entry.rank() == rank);
        }
        let entry = |at: &u32| self.entries.get(*at as usize);
        let is_before = |at: &u32| entry(at).is_some_and(|entry| entry.rank() < rank);
        let first = self.sorted.get(self.sorted.partition_point(is_before));
        first.and_then(entry).filter(|entry| entry.rank() == rank)
    }

    /// Pairs of entries (earlier, later) that share a key.
    fn duplicates(&self) -> Vec<(&Entry, &Entry)> {
        let mut pairs = Vec::new();
        if self.sorted.is_empty() {
            for (at, later) in self.entries.iter().enumerate() {
                let before = self.entries.iter().take(at);
                if let Some(earlier) = before.into_iter().find(|it| it.rank() == later.rank()) {
                    pairs.push((earlier, later));
                }
            }
            return pairs;
        }
        // The sort is stable, so that equal keys keep document order.
        let in_order: Vec<&Entry> = self
            .sorted
            .iter()
            .filter_map(|at| self.entries.get(*at as usize))
            .collect();
        for pair in in_order.windows(2) {
            if let [earlier, later] = pair
                && earlier.rank() == later.rank()
            {
                pairs.push((*earlier, *later));
            }
        }
        pairs
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NodeData {
    pub(crate) value: Value,
    pub(crate) parent: u32,
    /// Position among the parent's children.
    pub(crate) position: u32,
    pub(crate) file: u32,
    pub(crate) span: Span,
}

/// All nodes of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeData>,
}

impl Tree {
    pub(crate) fn get(&self, id: u32) -> Option<&NodeData> {
        self.nodes.get(id as usize)
    }

    /// Returns the RFC 6901 pointer of a node within its file.
    pub(crate) fn pointer(&self, id: u32) -> String {
        let mut tokens: Vec<Cow<'_, str>> = Vec::new();
        let mut here = self.get(id);
        while let Some(node) = here {
            let parent = self.get(node.parent);
            match parent.map(|parent| &parent.value) {
                Some(Value::Object(object)) => {
                    let entry = object.entries.get(node.position as usize);
                    tokens.push(entry.map_or("", |entry| &*entry.key).into());
                }
                Some(_) => tokens.push(node.position.to_string().into()),
                None => {}
            }
            here = parent;
        }
        let length = tokens.iter().map(|token| token.len() + 1).sum();
        let mut pointer = JsonPointer::with_capacity(length);
        for token in tokens.iter().rev() {
            pointer.push(token);
        }
        pointer.into()
    }
}
