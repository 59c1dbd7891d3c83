//! The arena that holds the nodes of a document, and the builder that both readers fill it with.
//!
//! Nodes are numbered in document order (a parent before its children). Nothing here recurses, so that the
//! depth of a document never meets the depth of the stack.

use std::collections::HashSet;

use serde_json::Number;

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::{Source, Span},
};

/// Deepest nesting of arrays and objects that a reader accepts.
///
/// Recursion over a tree of this depth is safe on the smallest stacks in common use (2 MiB threads).
pub const MAX_DEPTH: usize = 256;

/// Objects with more entries than this get a sorted index; below it a scan is quicker.
const SCAN_LIMIT: usize = 8;

/// Stands for "no parent" in [`NodeData::parent`].
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

#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    pub(crate) entries: Vec<Entry>,
    /// Positions in `entries` ordered by key; empty for objects that are quicker to scan.
    sorted: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) span: Span,
    pub(crate) node: u32,
}

impl Object {
    fn new(entries: Vec<Entry>) -> Object {
        let mut sorted = Vec::new();
        if entries.len() > SCAN_LIMIT {
            sorted = (0..entries.len() as u32).collect();
            sorted.sort_by(|a, b| {
                let key = |at: &u32| entries.get(*at as usize).map(|entry| &entry.key);
                key(a).cmp(&key(b))
            });
        }
        Object { entries, sorted }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        if self.sorted.is_empty() {
            return self.entries.iter().find(|entry| &*entry.key == key);
        }
        let found = self.sorted.binary_search_by(|at| {
            let here = self
                .entries
                .get(*at as usize)
                .map_or("", |entry| &*entry.key);
            here.cmp(key)
        });
        let at = self.sorted.get(found.ok()?)?;
        self.entries.get(*at as usize)
    }

    /// Pairs of entries (earlier, later) that share a key.
    fn duplicates(&self) -> Vec<(&Entry, &Entry)> {
        let mut pairs = Vec::new();
        if self.sorted.is_empty() {
            for (at, later) in self.entries.iter().enumerate() {
                let before = self.entries.iter().take(at);
                if let Some(earlier) = before.into_iter().find(|earlier| earlier.key == later.key) {
                    pairs.push((earlier, later));
                }
            }
            return pairs;
        }
        // The sort is stable, so that equal keys stand in document order.
        let in_order: Vec<&Entry> = self
            .sorted
            .iter()
            .filter_map(|at| self.entries.get(*at as usize))
            .collect();
        for pair in in_order.windows(2) {
            if let [earlier, later] = pair
                && earlier.key == later.key
            {
                pairs.push((*earlier, *later));
            }
        }
        pairs
    }
}

#[derive(Debug)]
pub(crate) struct NodeData {
    pub(crate) value: Value,
    pub(crate) parent: u32,
    /// Position among the parent's children.
    pub(crate) position: u32,
    pub(crate) file: u32,
    pub(crate) span: Span,
}

/// All nodes of a document.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeData>,
}

impl Tree {
    pub(crate) fn get(&self, id: u32) -> Option<&NodeData> {
        self.nodes.get(id as usize)
    }

    /// RFC 6901 pointer of a node within its file.
    pub(crate) fn pointer(&self, id: u32) -> String {
        let mut segments = Vec::new();
        let mut here = self.get(id);
        while let Some(node) = here {
            let parent = self.get(node.parent);
            match parent.map(|parent| &parent.value) {
                Some(Value::Object(object)) => {
                    let key = object
                        .entries
                        .get(node.position as usize)
                        .map_or("", |entry| &*entry.key);
                    segments.push(escape_segment(key));
                }
                Some(_) => segments.push(node.position.to_string()),
                None => {}
            }
            here = parent;
        }
        let mut pointer = String::new();
        for segment in segments.iter().rev() {
            pointer.push('/');
            pointer.push_str(segment);
        }
        pointer
    }
}

/// Escapes one reference token of a JSON pointer (RFC 6901 §3).
pub(crate) fn escape_segment(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

struct Frame {
    id: u32,
    /// Items of an array under construction.
    children: Vec<u32>,
    /// Entries of an object under construction; `None` while an array is built.
    entries: Option<Vec<Entry>>,
    /// The key whose value comes next.
    pending: Option<(Box<str>, Span)>,
    /// Positions of the entries that stand under merge keys.
    merges: Vec<usize>,
}

/// Builds the nodes of one file.
///
/// Readers call [`open`](Builder::open), [`key`](Builder::key), [`scalar`](Builder::scalar) and
/// [`close`](Builder::close) in document order and end with [`finish`](Builder::finish).
pub(crate) struct Builder<'t> {
    pub(crate) tree: &'t mut Tree,
    pub(crate) source: &'t Source,
    file: u32,
    frames: Vec<Frame>,
    root: Option<u32>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(tree: &'t mut Tree, source: &'t Source, file: u32) -> Builder<'t> {
        Builder {
            tree,
            source,
            file,
            frames: Vec::new(),
            root: None,
            diagnostics: Vec::new(),
        }
    }

    /// Number of arrays and objects that are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether the innermost open container is an object that waits for a key.
    pub(crate) fn wants_key(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.entries.is_some() && frame.pending.is_none())
    }

    /// Takes the key of the value that comes next; `merge` marks a YAML merge key.
    pub(crate) fn key(&mut self, key: &str, span: Span, merge: bool) {
        if let Some(frame) = self.frames.last_mut() {
            if merge && let Some(entries) = &frame.entries {
                frame.merges.push(entries.len());
            }
            frame.pending = Some((key.into(), span));
        }
    }

    pub(crate) fn scalar(&mut self, value: Value, span: Span) -> u32 {
        let id = self.push(value, span);
        self.attach(id);
        id
    }

    pub(crate) fn open_array(&mut self, span: Span) -> u32 {
        self.open(span, Value::Array(Vec::new()), None)
    }

    pub(crate) fn open_object(&mut self, span: Span) -> u32 {
        self.open(span, Value::Object(Object::default()), Some(Vec::new()))
    }

    fn open(&mut self, span: Span, value: Value, entries: Option<Vec<Entry>>) -> u32 {
        let id = self.push(value, span);
        self.attach(id);
        self.frames.push(Frame {
            id,
            children: Vec::new(),
            entries,
            pending: None,
            merges: Vec::new(),
        });
        id
    }

    /// Closes the innermost container; `end` is the byte offset after it.
    pub(crate) fn close(&mut self, end: usize) -> Option<u32> {
        let frame = self.frames.pop()?;
        let value = match frame.entries {
            None => Value::Array(frame.children),
            Some(entries) => {
                let object = Object::new(entries);
                for (earlier, later) in object.duplicates() {
                    let diagnostic =
                        duplicate_key(self.source, self.next_pointer(), earlier, later);
                    self.diagnostics.push(diagnostic);
                }
                Value::Object(object)
            }
        };
        if let Some(node) = self.tree.nodes.get_mut(frame.id as usize) {
            node.span.end = node.span.end.max(end as u32);
            node.value = value;
        }
        Some(frame.id)
    }

    /// The root node, once it is complete.
    pub(crate) fn root(&self) -> Option<u32> {
        self.root.filter(|_| self.frames.is_empty())
    }

    /// Pointer of the innermost open container.
    pub(crate) fn pointer(&self) -> String {
        let Some((first, rest)) = self.frames.split_first() else {
            return String::new();
        };
        // Open containers have not handed their children to the arena yet, so that the path is read off the frames.
        let mut pointer = String::new();
        let mut outer = first;
        for frame in rest {
            pointer.push('/');
            pointer.push_str(&outer.last_segment());
            outer = frame;
        }
        pointer
    }

    /// Pointer of the newest child of the innermost open container.
    fn next_pointer(&self) -> String {
        match self.frames.last() {
            None => String::new(),
            Some(frame) => format!("{}/{}", self.pointer(), frame.last_segment()),
        }
    }

    pub(crate) fn diagnostic(
        &self,
        severity: Severity,
        code: &'static str,
        span: Span,
        what: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::at(severity, code, self.source, span, self.pointer(), what)
    }

    /// Whether a container is still under construction.
    pub(crate) fn is_open(&self, id: u32) -> bool {
        self.frames.iter().any(|frame| frame.id == id)
    }

    /// A node that belongs to no container.
    pub(crate) fn detached(&mut self, value: Value, span: Span) -> u32 {
        self.push(value, span)
    }

    /// Copies a complete node with all that is below it. `None` when it takes more than `room` nodes, or when the
    /// copy would be nested too deeply where the builder stands.
    pub(crate) fn copy(&mut self, from: u32, room: usize) -> Option<u32> {
        let root = self.tree.nodes.len();
        let mut work = vec![(from, NO_PARENT, 0, self.depth())];
        while let Some((from, parent, position, depth)) = work.pop() {
            if self.tree.nodes.len() - root >= room {
                return None;
            }
            let node = self.tree.get(from)?;
            let (value, span) = (node.value.clone(), node.span);
            let id = self.push(value, span);
            self.adopt(parent, position, id);
            let children: Vec<u32> = match &self.tree.get(id)?.value {
                Value::Array(items) => items.clone(),
                Value::Object(object) => object.entries.iter().map(|entry| entry.node).collect(),
                _ => continue,
            };
            if depth >= MAX_DEPTH {
                return None;
            }
            let children = children.iter().enumerate().rev();
            work.extend(children.map(|(position, child)| (*child, id, position, depth + 1)));
        }
        Some(root as u32)
    }

    /// Makes `id` the child at `position` of a complete container.
    fn adopt(&mut self, parent: u32, position: usize, id: u32) {
        match self
            .tree
            .nodes
            .get_mut(parent as usize)
            .map(|node| &mut node.value)
        {
            Some(Value::Array(items)) => items
                .get_mut(position)
                .into_iter()
                .for_each(|item| *item = id),
            Some(Value::Object(object)) => {
                object
                    .entries
                    .get_mut(position)
                    .into_iter()
                    .for_each(|entry| entry.node = id);
            }
            _ => return,
        }
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.parent = parent;
            node.position = position as u32;
        }
    }

    /// Removes the entries under merge keys from the innermost open object and returns their values.
    pub(crate) fn take_merges(&mut self) -> Vec<u32> {
        let Some(frame) = self.frames.last_mut() else {
            return Vec::new();
        };
        let merges = std::mem::take(&mut frame.merges);
        if merges.is_empty() {
            return Vec::new();
        }
        let entries = frame.entries.take().unwrap_or_default();
        let (mut kept, mut values) = (Vec::new(), Vec::new());
        for (position, entry) in entries.into_iter().enumerate() {
            let Some(node) = self.tree.nodes.get_mut(entry.node as usize) else {
                continue;
            };
            if merges.binary_search(&position).is_ok() {
                node.parent = NO_PARENT;
                values.push(entry.node);
            } else {
                node.position = kept.len() as u32;
                kept.push(entry);
            }
        }
        frame.entries = Some(kept);
        values
    }

    /// Moves the entries of a complete object into the innermost open one, except for keys that are there already.
    pub(crate) fn merge_entries_of(&mut self, id: u32) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let Some(entries) = frame.entries.as_mut() else {
            return;
        };
        let merged = match self
            .tree
            .nodes
            .get_mut(id as usize)
            .map(|node| &mut node.value)
        {
            Some(Value::Object(object)) => std::mem::take(object).entries,
            _ => return,
        };
        let mut known: HashSet<Box<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
        for entry in merged {
            if !known.insert(entry.key.clone()) {
                continue;
            }
            if let Some(node) = self.tree.nodes.get_mut(entry.node as usize) {
                node.parent = frame.id;
                node.position = entries.len() as u32;
            }
            entries.push(entry);
        }
    }

    fn push(&mut self, value: Value, span: Span) -> u32 {
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(NodeData {
            value,
            parent: NO_PARENT,
            position: 0,
            file: self.file,
            span,
        });
        id
    }

    /// Makes a node the next child of the innermost open container, or the root.
    pub(crate) fn attach(&mut self, id: u32) {
        let Some(frame) = self.frames.last_mut() else {
            self.root.get_or_insert(id);
            return;
        };
        let position = match &mut frame.entries {
            Some(entries) => {
                let (key, span) = frame.pending.take().unwrap_or_default();
                entries.push(Entry {
                    key,
                    span,
                    node: id,
                });
                entries.len() - 1
            }
            None => {
                frame.children.push(id);
                frame.children.len() - 1
            }
        };
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.parent = frame.id;
            node.position = position as u32;
        }
    }
}

impl Frame {
    /// The reference token of the child that is under construction.
    fn last_segment(&self) -> String {
        match &self.entries {
            Some(entries) => entries
                .last()
                .map(|entry| escape_segment(&entry.key))
                .unwrap_or_default(),
            None => self.children.len().saturating_sub(1).to_string(),
        }
    }
}

fn duplicate_key(source: &Source, object: String, earlier: &Entry, later: &Entry) -> Diagnostic {
    let pointer = format!("{object}/{}", escape_segment(&later.key));
    let what = format!(
        "the key `{}` is written twice in the same mapping",
        later.key
    );
    Diagnostic::at(
        Severity::Error,
        "duplicate-key",
        source,
        later.span,
        pointer,
        what,
    )
    .because(
        "readers disagree on which of the two counts, so that one of them is lost without a word",
    )
    .fix("keep one of the two, or rename one")
    .related_span(source, earlier.span, "first written here")
}
