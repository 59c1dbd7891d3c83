//! Constructs the arena: the events of both readers, in document order, become nodes.
//!
//! Duplicate keys are found here, for both readers; syntax errors are found by the readers.

use std::{borrow::Cow, collections::HashSet};

use oas_wire::json_pointer;

use super::{Entry, MAX_DEPTH, NO_PARENT, NodeData, Object, Tree, Value};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Rule},
    openapi::Method,
    rules,
    source::{Source, Span},
};

/// The least that an allocator takes for a text, in bytes.
const MIN_ALLOCATION: usize = 32;

/// Returns the bytes that the nodes of a file may take: ten times its length, and what no small file needs.
fn memory_of(source: &Source) -> usize {
    const SOME: usize = 192 << 20;
    source.text.len().saturating_mul(10).saturating_add(SOME)
}

struct Frame {
    id: u32,
    /// Items of an array under construction.
    children: Vec<u32>,
    /// Entries of an object under construction; `None` while an array is built.
    entries: Option<Vec<Entry>>,
    /// The key whose value comes next.
    pending: Option<(Box<str>, Span)>,
    /// Positions of the entries under merge keys.
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
    /// Lists of containers that are complete, whose memory is used again: what a container keeps has the length that it needs.
    spare_children: Vec<Vec<u32>>,
    spare_entries: Vec<Vec<Entry>>,
    root: Option<u32>,
    /// The bytes that nodes may still take.
    budget: usize,
    pub(crate) diagnostics: Diagnostics,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(tree: &'t mut Tree, source: &'t Source, file: u32) -> Self {
        Builder {
            tree,
            source,
            file,
            frames: Vec::new(),
            spare_children: Vec::new(),
            spare_entries: Vec::new(),
            root: None,
            budget: memory_of(source),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Returns an error if the values of the file have become too many.
    ///
    /// A value takes many times the two bytes that it may have in a file, so that the length of a file bounds no memory.
    pub(crate) fn check_budget(&self, span: Span) -> Result<(), Box<Diagnostic>> {
        if self.budget > 0 {
            return Ok(());
        }
        let memory = memory_of(self.source) >> 20;
        let message = format!("the file has so many values that they take more than {memory} MiB");
        Err(Box::new(self.diagnostic(rules::TOO_LONG, span, message)))
    }

    /// Returns the number of arrays and objects that are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Returns whether the innermost open container is an object that requires a key.
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
            self.budget = self
                .budget
                .saturating_sub(2 * size_of::<Entry>() + MIN_ALLOCATION + key.len());
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
        let entries = self.spare_entries.pop().unwrap_or_default();
        self.open(span, Value::Object(Object::default()), Some(entries))
    }

    fn open(&mut self, span: Span, value: Value, entries: Option<Vec<Entry>>) -> u32 {
        let id = self.push(value, span);
        self.attach(id);
        let children = match entries {
            Some(_) => Vec::new(),
            None => self.spare_children.pop().unwrap_or_default(),
        };
        self.frames.push(Frame {
            id,
            children,
            entries,
            pending: None,
            merges: Vec::new(),
        });
        id
    }

    /// Closes the innermost container; `end` is the byte offset after it.
    pub(crate) fn close(&mut self, end: usize) -> Option<u32> {
        let mut frame = self.frames.pop()?;
        let value = match frame.entries {
            None => {
                let children = moved(&mut frame.children);
                self.spare_children.push(frame.children);
                Value::Array(children)
            }
            Some(mut entries) => {
                let object = Object::new(moved(&mut entries));
                self.spare_entries.push(entries);
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

    /// Returns the root node, once it is complete.
    pub(crate) fn root(&self) -> Option<u32> {
        self.root.filter(|_| self.frames.is_empty())
    }

    /// Returns the pointer of the innermost open container.
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

    /// Returns the pointer of the newest child of the innermost open container.
    fn next_pointer(&self) -> String {
        match self.frames.last() {
            None => String::new(),
            Some(frame) => format!("{}/{}", self.pointer(), frame.last_segment()),
        }
    }

    pub(crate) fn diagnostic(
        &self,
        rule: Rule,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::at(rule, self.source, span, self.pointer(), message)
    }

    /// Returns whether a container is still under construction.
    pub(crate) fn is_open(&self, id: u32) -> bool {
        self.frames.iter().any(|frame| frame.id == id)
    }

    /// Creates a node that belongs to no container.
    pub(crate) fn detached(&mut self, value: Value, span: Span) -> u32 {
        self.push(value, span)
    }

    /// Copies a complete node with all that is below it, and takes the bytes that the copy needs from `budget`. `None` when
    /// the budget is exceeded, or when the copy would be nested too deeply where the builder is.
    pub(crate) fn copy(&mut self, from: u32, budget: &mut usize) -> Option<u32> {
        let root = self.tree.nodes.len();
        let mut work = vec![(from, NO_PARENT, 0, self.depth())];
        while let Some((from, parent, position, depth)) = work.pop() {
            let node = self.tree.get(from)?;
            *budget = budget.checked_sub(node.value.size())?;
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
        // What grows by doubling has room for as much again.
        let node = 2 * (size_of::<NodeData>() + size_of::<u32>());
        self.budget = self
            .budget
            .saturating_sub(node + MIN_ALLOCATION + value.owned());
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
                entries.push(Entry::new(key, span, id));
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

/// Moves the elements of a list into one that has room for them alone.
fn moved<T>(list: &mut Vec<T>) -> Vec<T> {
    let mut elements = Vec::with_capacity(list.len());
    elements.append(list);
    elements
}

impl Frame {
    /// Returns the reference token of the child that is under construction.
    fn last_segment(&self) -> Cow<'_, str> {
        match &self.entries {
            Some(entries) => entries
                .last()
                .map(|entry| json_pointer::escape(&entry.key))
                .unwrap_or_default(),
            None => self.children.len().saturating_sub(1).to_string().into(),
        }
    }
}

fn duplicate_key(source: &Source, object: String, earlier: &Entry, later: &Entry) -> Diagnostic {
    let pointer = format!("{object}/{}", json_pointer::escape(&later.key));
    let message = format!(
        "the key `{}` is written twice in the same mapping",
        later.key
    );
    let finding = Diagnostic::at(rules::DUPLICATE_KEY, source, later.span, pointer, message);
    let finding = match is_path_or_method(&object, &later.key) {
        true => finding.help(format!(
            "{}; {}",
            rules::DUPLICATE_KEY.help,
            rules::SHARED_PATH_HINT
        )),
        false => finding,
    };
    finding.related_span(source, earlier.span, "first written here")
}

/// Returns whether a key of the object at a pointer is a path, or a method of one.
fn is_path_or_method(object: &str, key: &str) -> bool {
    let path = object.strip_prefix("/paths/");
    let is_path_item = path.is_some_and(|path| !path.contains('/'));
    object == "/paths" || (is_path_item && Method::from_field(key).is_some())
}
