//! Values at another place of a document: their texts, with references that lead to the same targets from there.

use std::collections::HashMap;

use oas_document::{
    Content, Node,
    object_model::{Object, objects_within},
    write,
};

use super::{
    names::references,
    relative,
    written::{self, Written},
};

/// The keywords that give a schema a name or a scope of its own, which it loses in another file, and which no two
/// schemas can share (JSON Schema 2020-12 Core §8.2).
const IDENTITY: [&str; 6] = [
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
];

/// A value that is written at another place.
#[derive(Clone, Debug)]
pub(crate) struct Moved<'d> {
    node: Node<'d>,
    /// The references inside of the value that have another text in the other file.
    references: HashMap<Node<'d>, String>,
    /// Whether the text of the value contains all of it: an alias repeats a text that is elsewhere.
    is_complete: bool,
}

impl<'d> Moved<'d> {
    /// Returns a value as another file, or another place of the same file, contains it; `None` if a reference inside
    /// leads to its target from here only.
    pub(crate) fn to(node: Node<'d>, object: Object, file: &str) -> Option<Self> {
        let mut moved = Self {
            node,
            references: HashMap::new(),
            is_complete: is_complete(node),
        };
        for (inner, object) in objects_within(node, object) {
            if file != node.file() && has_identity(inner, object) {
                return None;
            }
            for at in references::values(inner, object) {
                if let Some(text) = moved.reference(at, object, file)? {
                    moved.references.insert(at, text);
                }
            }
        }
        Some(moved)
    }

    /// Returns whether the value contains another one, or is that value.
    pub(crate) fn contains(&self, other: Node<'d>) -> bool {
        let mut around = std::iter::successors(Some(other), |node| node.parent());
        around.any(|outer| outer == self.node)
    }

    /// Changes the text of a reference inside of the value.
    pub(crate) fn refer(&mut self, at: Node<'d>, text: String) {
        self.references.insert(at, text);
    }

    /// Returns the text of a reference in another file, if it is different there; `None` if there is none that leads to
    /// the target.
    fn reference(&self, at: Node<'d>, object: Object, file: &str) -> Option<Option<String>> {
        let Some(text) = at.as_str() else {
            return Some(None);
        };
        let is_here = file == at.file();
        if let Some(schema) = references::named_schema(at, object) {
            let other = || relative::reference(file, schema.file(), &schema.pointer());
            return if is_here {
                Some(None)
            } else {
                other().map(Some)
            };
        }
        let (path, fragment) = match text.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (text, None),
        };
        let root = match at.reference_root(text) {
            Some(root) => root,
            // A reference that leads nowhere is another finding.
            None => return is_here.then_some(None),
        };
        if root != root.file_root() {
            // A schema with an `$id` is found by it everywhere, and by a fragment inside of it only.
            let is_found = !path.is_empty() || self.contains(root);
            return is_found.then_some(None);
        }
        if is_here {
            return Some(None);
        }
        let path = relative::path(file, root.file())?;
        Some(Some(match fragment {
            Some(fragment) => format!("{path}#{fragment}"),
            None if path.is_empty() => "#".to_owned(),
            None => path,
        }))
    }

    /// Returns the value.
    pub(crate) fn content(&self) -> Content {
        self.content_of(self.node)
    }

    fn content_of(&self, node: Node<'d>) -> Content {
        if let Some(text) = self.references.get(&node) {
            return text.as_str().into();
        }
        // The nesting of documents is limited, so that recursion is safe.
        if node.is_object() {
            let entries = node.entries();
            return Content::map(entries.map(|(key, value)| (key, self.content_of(value))));
        }
        if node.is_array() {
            return Content::List(node.items().map(|item| self.content_of(item)).collect());
        }
        node.into()
    }

    /// Returns the text of the value, with its comments and its style; `None` if it would be incomplete.
    fn text(&self) -> Option<String> {
        if !self.is_complete {
            return None;
        }
        let source = self.node.document().source(self.node.file())?;
        let whole = self.node.location().bytes;
        let mut text = source.get(whole.clone())?.to_owned();
        let references = self.references.iter();
        let mut changes: Vec<_> = references
            .map(|(at, text)| (at.location().bytes, text))
            .collect();
        changes.sort_by_key(|(range, _)| range.start);
        for (range, new) in changes.into_iter().rev() {
            let written = write::rewrite(source.get(range.clone())?, new);
            let start = range.start.checked_sub(whole.start)?;
            text.replace_range(start..start + range.len(), &written);
        }
        Some(text)
    }

    /// Returns the text of a value that is a block; `None` for any other value.
    pub(crate) fn block(&self) -> Option<Written> {
        Written::block(self.node, &self.text()?)
    }

    /// Returns the text of a value on one line, or in the brackets that it has, whose lines are indented from this
    /// column on.
    pub(crate) fn flow(&self, is_json: bool, indent: usize) -> String {
        let text = self.text().filter(|text| {
            written::is_json_file(self.node) == is_json && Written::block(self.node, text).is_none()
        });
        match text {
            Some(text) => Written::flow(self.node, &text).at(indent),
            None => write::flow(&self.content(), is_json),
        }
    }

    /// Returns whether the value is in another notation, so that its text is of no use in YAML.
    pub(crate) fn is_json(&self) -> bool {
        written::is_json_file(self.node)
    }
}

/// Returns whether an object is a schema with a name or a scope of its own.
pub(crate) fn has_identity(node: Node<'_>, object: Object) -> bool {
    object == Object::Schema && IDENTITY.iter().any(|keyword| node.get(keyword).is_some())
}

/// Returns whether all values inside of a value are written in its own text, and not repeated by an alias.
fn is_complete(node: Node<'_>) -> bool {
    let whole = node.location();
    let is_inside = |inner: Node<'_>| {
        let place = inner.location();
        place.file == whole.file
            && whole.bytes.start <= place.bytes.start
            && place.bytes.end <= whole.bytes.end
    };
    let mut pending = vec![node];
    while let Some(outer) = pending.pop() {
        let children = outer.entries().map(|(_, value)| value);
        for child in children.chain(outer.items()) {
            // An empty value has no text of its own.
            if !child.is_null() && !is_inside(child) {
                return false;
            }
            pending.push(child);
        }
    }
    true
}
