//! Defines nodes, the handles through which a document is read.
//!
//! A node is a value with its place. The modules [`openapi`](crate::openapi) and [`schema`](crate::schema) interpret it
//! as an object of the standard.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    slice,
};

use oas_wire::json_pointer;
use serde_json::Number;

use crate::{
    Decimal, Document, ReferenceError,
    diagnostic::SourceExcerpt,
    instance::Instance,
    source::{Source, SourceLocation, Span},
    tree::{Entry, NO_PARENT, NodeData, Value},
};

/// The kind of a JSON value. `Display` formats it with an article, such as `a string`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number; integers are numbers too.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// A value of a document, with its place: a handle that is cheap to copy.
///
/// Two nodes are equal if they are the same place of the same document; values are compared by
/// [`value_eq`](Node::value_eq).
///
/// ```
/// let text = "openapi: 3.0.3\ninfo: {title: Images, version: 1.0}\npaths: {}\n";
/// let document = oas_document::Document::parse("api.yaml", text).unwrap();
/// let version = document.node_at("/info/version").unwrap();
/// assert_eq!(version.scalar_text(), Some("1.0"));
/// assert_eq!((version.location().line, version.location().column), (2, 32));
/// assert_eq!(version.parent().and_then(|info| info.get("title")).and_then(|title| title.as_str()), Some("Images"));
/// ```
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) id: u32,
}

const NULL: &NodeData = &NodeData {
    value: Value::Null,
    parent: NO_PARENT,
    position: 0,
    file: 0,
    span: Span { start: 0, end: 0 },
};

impl<'d> Node<'d> {
    pub(crate) fn data(self) -> &'d NodeData {
        // Handles are only made for nodes of the tree; the constant covers the impossible.
        self.document.tree.get(self.id).unwrap_or(NULL)
    }

    fn sibling(self, id: u32) -> Self {
        Node {
            document: self.document,
            id,
        }
    }

    /// Returns the document that contains the node.
    #[must_use]
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// Returns the number of the node, which is unique in its document and less than [`Document::node_count`]: an index
    /// for tables with an entry for each node.
    ///
    /// ```
    /// let document = oas_document::Document::parse("api.yaml", "{openapi: 3.0.4, paths: {}}").unwrap();
    /// let paths = document.node_at("/paths").unwrap();
    /// assert!(paths.number() < document.node_count());
    /// assert_ne!(paths.number(), document.root().number());
    /// ```
    #[must_use]
    pub fn number(self) -> usize {
        self.id as usize
    }

    /// Returns the kind of the value.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.data().value {
            Value::Null => Kind::Null,
            Value::Boolean(_) => Kind::Boolean,
            Value::Number(..) => Kind::Number,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }

    /// Returns whether the value is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// Returns whether the value is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// Returns whether the value is an array.
    #[must_use]
    pub fn is_array(self) -> bool {
        self.kind() == Kind::Array
    }

    /// Returns the text of a string; `None` for other kinds.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        match &self.data().value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value of a boolean; `None` for other kinds.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.data().value {
            Value::Boolean(flag) => Some(flag),
            _ => None,
        }
    }

    /// Returns the value of a number; `None` for other kinds. An integer beyond 64 bits is rounded to a float;
    /// [`Node::scalar_text`] returns all of its digits.
    #[must_use]
    pub fn as_number(self) -> Option<&'d Number> {
        match &self.data().value {
            Value::Number(number, _) => Some(number),
            _ => None,
        }
    }

    /// Returns the value of a number that is written as an integer and fits into 64 bits; `None` for all other values,
    /// `1.0` included.
    pub fn as_i64(self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// Returns the value of a number that is written as an integer and fits into 64 bits; `None` for all other values,
    /// `1.0` included.
    pub fn as_u64(self) -> Option<u64> {
        self.as_number().and_then(Number::as_u64)
    }

    /// Returns the value of a number as the nearest float; `None` for other kinds.
    pub fn as_f64(self) -> Option<f64> {
        self.as_number().and_then(Number::as_f64)
    }

    /// Returns the text of a scalar; `None` for arrays and objects. A string has no quotes, a number is as written
    /// (`0.0`, `1e3`), and booleans and null have their JSON names.
    #[must_use]
    pub fn scalar_text(self) -> Option<&'d str> {
        match &self.data().value {
            Value::Null => Some("null"),
            Value::Boolean(true) => Some("true"),
            Value::Boolean(false) => Some("false"),
            Value::Number(_, text) | Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Returns the value of `key` in an object; `None` if there is no such key, or the node is not an object. A `$ref` is
    /// not followed.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        match &self.data().value {
            Value::Object(object) => object.get(key).map(|entry| self.sibling(entry.node)),
            _ => None,
        }
    }

    /// Returns the item at the position `index`, counted from 0, of an array; `None` if there is none, or the node is
    /// no array.
    #[must_use]
    pub fn item(self, index: usize) -> Option<Self> {
        match &self.data().value {
            Value::Array(items) => items.get(index).map(|id| self.sibling(*id)),
            _ => None,
        }
    }

    /// Returns the member of an object, or the item of an array, that a reference token of a JSON pointer names (RFC 6901 §4). A
    /// `$ref` is not followed.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let text = "{openapi: 3.0.4, tags: [{name: images}], paths: {}}";
    /// let document = Document::parse("api.yaml", text).unwrap();
    /// let tags = document.root().child("tags").unwrap();
    /// assert!(tags.child("0").is_some() && tags.child("00").is_none());
    /// ```
    #[must_use]
    pub fn child(self, token: &str) -> Option<Self> {
        let item = || self.item(json_pointer::array_index(token)?);
        self.get(token).or_else(item)
    }

    /// Iterates over the keys and values of an object, in document order; over nothing if the node is not an object.
    #[must_use]
    pub fn entries(self) -> Entries<'d> {
        Entries {
            document: self.document,
            inner: match &self.data().value {
                Value::Object(object) => object.entries.iter(),
                _ => [].iter(),
            },
        }
    }

    /// Iterates over the items of an array; over nothing if the node is not an array.
    #[must_use]
    pub fn items(self) -> Items<'d> {
        Items {
            document: self.document,
            inner: match &self.data().value {
                Value::Array(items) => items.iter(),
                _ => [].iter(),
            },
        }
    }

    /// Returns the array or object that contains the node; `None` for the root of a file.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        match self.data().parent {
            NO_PARENT => None,
            id => Some(self.sibling(id)),
        }
    }

    fn entry(self) -> Option<&'d Entry> {
        match &self.parent()?.data().value {
            Value::Object(object) => object.entries.get(self.data().position as usize),
            _ => None,
        }
    }

    /// Returns the key of the node in the object that contains it; `None` for an item of an array and the root of a
    /// file.
    #[must_use]
    pub fn key(self) -> Option<&'d str> {
        self.entry().map(|entry| &*entry.key)
    }

    /// Returns the position of the node, counted from 0, in the array that contains it; `None` for a value of an object
    /// and the root of a file.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        match self.parent()?.kind() {
            Kind::Array => Some(self.data().position as usize),
            _ => None,
        }
    }

    /// Returns the JSON pointer (RFC 6901) of the node within its file, such as `/paths/~1images`; empty for the root
    /// of the file.
    #[must_use]
    pub fn pointer(self) -> String {
        self.document.tree.pointer(self.id)
    }

    /// Returns the pointer of a place below the node.
    pub(crate) fn pointer_to<'k>(self, tokens: impl IntoIterator<Item = &'k str>) -> String {
        let mut pointer = self.pointer();
        for token in tokens {
            pointer.push('/');
            pointer.push_str(&oas_wire::json_pointer::escape(token));
        }
        pointer
    }

    fn source(self) -> &'d Source {
        self.document.source_of(self.data().file)
    }

    /// Returns the name of the file that contains the node.
    #[must_use]
    pub fn file(self) -> &'d str {
        &self.source().name
    }

    /// Returns the root value of the file that contains the node.
    #[must_use]
    pub fn file_root(self) -> Self {
        self.sibling(self.document.root_of(self.data().file))
    }

    /// Returns whether the values are equal by the rules of JSON Schema (2020-12 Core §4.2.2): `1` and `1.0` are equal, and
    /// the order of keys is ignored.
    ///
    /// The nodes can be of different documents. A `$ref` is not followed: it is compared as text, although equal texts in
    /// different files can lead to different values.
    #[must_use]
    pub fn value_eq(self, other: Node<'_>) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Null => true,
            Kind::Boolean => self.as_bool() == other.as_bool(),
            Kind::Number => Decimal::of(self) == Decimal::of(other),
            Kind::String => self.as_str() == other.as_str(),
            Kind::Array => {
                self.items().len() == other.items().len()
                    && self
                        .items()
                        .zip(other.items())
                        .all(|(one, other)| one.value_eq(other))
            }
            Kind::Object => {
                self.entries().len() == other.entries().len()
                    && self.entries().all(|(key, value)| {
                        other.get(key).is_some_and(|other| value.value_eq(other))
                    })
            }
        }
    }

    /// Returns the location of the value. A value that a YAML alias repeats has the location of its anchor.
    #[must_use]
    pub fn location(self) -> SourceLocation<'d> {
        self.source().location(self.data().span)
    }

    /// Returns the location of the node's key, with its quotes; `None` for an item of an array and the root of a file.
    ///
    /// Keys inside a value that a YAML alias repeats, and keys that `<<` merges, have the location at which they are written, at
    /// the anchor.
    #[must_use]
    pub fn key_location(self) -> Option<SourceLocation<'d>> {
        self.entry().map(|entry| self.source().location(entry.span))
    }

    /// Returns the place at which findings about the node are shown: its value, or the key of an array, an object or an
    /// empty value.
    #[must_use]
    pub fn place(self) -> SourceExcerpt {
        match self.kind() {
            Kind::Array | Kind::Object => self.key_excerpt(),
            _ => None,
        }
        .unwrap_or_else(|| {
            let mut span = self.data().span;
            // An empty value has no text of its own; its key shows where it is missing.
            if span.start == span.end
                && let Some(entry) = self.entry()
            {
                span = entry.span;
            }
            SourceExcerpt::of_span(self.source(), span)
        })
    }

    pub(crate) fn key_excerpt(self) -> Option<SourceExcerpt> {
        self.entry()
            .map(|entry| SourceExcerpt::of_span(self.source(), entry.span))
    }

    /// Converts the value to a value of `serde_json`. A `$ref` is not followed.
    pub fn to_json(self) -> serde_json::Value {
        // The nesting is limited by `MAX_DEPTH`, so that recursion is safe.
        match &self.data().value {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(flag) => (*flag).into(),
            Value::Number(number, _) => number.clone().into(),
            Value::String(text) => text.as_ref().into(),
            Value::Array(_) => self.items().map(Node::to_json).collect(),
            Value::Object(_) => self
                .entries()
                .map(|(key, node)| (key.to_owned(), node.to_json()))
                .collect(),
        }
    }

    /// Formats the value as JSON text, with the keys in document order and every digit of numbers.
    #[must_use]
    pub fn to_json_text(self) -> String {
        Instance::from(self).to_text()
    }

    /// Returns the text of `$ref`; `None` if the node is not an object, or has no `$ref` that is a string.
    pub fn reference(self) -> Option<&'d str> {
        self.get("$ref").and_then(Node::as_str)
    }

    /// Returns the node that `$ref` directly leads to, which can have a `$ref` in turn. `None` if the node has no
    /// `$ref`, or the `$ref` cannot be resolved.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let text = "{openapi: 3.0.4, paths: {}, components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/C'}, C: {}}}}";
    /// let document = Document::parse("api.yaml", text).unwrap();
    /// let a = document.node_at("/components/schemas/A").unwrap();
    /// assert_eq!(a.target().unwrap().key(), Some("B"));
    /// assert_eq!(a.resolve().unwrap().key(), Some("C"));
    /// ```
    #[must_use]
    pub fn target(self) -> Option<Self> {
        self.document.step_of(self)
    }

    /// Returns the value at which the pointer in the fragment of `reference`, written in this node's file, begins: the
    /// root of a file, or a schema with an `$id`. `None` if the reference cannot be resolved.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let document = Document::parse("api.yaml", "{openapi: 3.0.4, paths: {}, components: {schemas: {A: {}}}}").unwrap();
    /// let root = document.root();
    /// assert_eq!(root.reference_root("#/components/schemas/A"), Some(root));
    /// assert_eq!(root.reference_root("#/components/schemas/B"), None);
    /// ```
    #[must_use]
    pub fn reference_root(self, reference: &str) -> Option<Self> {
        self.document.reference_root(self, reference)
    }

    /// Follows `$ref`, and any chain of further `$ref`s, to the value at its end. Returns the node itself if it has no
    /// `$ref`.
    ///
    /// # Errors
    ///
    /// Returns an error if a `$ref` of the chain leads to nothing, to a file that is not loaded, or back into the
    /// chain.
    pub fn resolve(self) -> Result<Self, ReferenceError<'d>> {
        self.document.resolve(self)
    }

    /// Resolves `reference`, which is written in this node's file but not as `$ref` (such as a value of a
    /// discriminator's `mapping`), and then any chain of `$ref`s.
    ///
    /// # Errors
    ///
    /// Returns an error under the conditions of [`Node::resolve`].
    pub fn follow(self, reference: &'d str) -> Result<Self, ReferenceError<'d>> {
        self.document.follow(self, reference)
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.document, other.document)
    }
}

impl Eq for Node<'_> {}

impl Hash for Node<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl PartialOrd for Node<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id).then_with(|| {
            std::ptr::from_ref(self.document).cmp(&std::ptr::from_ref(other.document))
        })
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({}#{})", self.file(), self.pointer())
    }
}

/// An iterator over the keys and values of an object; see [`Node::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'d> {
    document: &'d Document,
    inner: slice::Iter<'d, Entry>,
}

impl<'d> Entries<'d> {
    fn item(document: &'d Document, entry: &'d Entry) -> (&'d str, Node<'d>) {
        let id = entry.node;
        (&entry.key, Node { document, id })
    }
}

impl<'d> Iterator for Entries<'d> {
    type Item = (&'d str, Node<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        self.inner
            .next()
            .map(|entry| Entries::item(self.document, entry))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl DoubleEndedIterator for Entries<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.inner
            .next_back()
            .map(|entry| Entries::item(self.document, entry))
    }
}

impl ExactSizeIterator for Entries<'_> {}

/// An iterator over the items of an array; see [`Node::items`].
#[derive(Clone, Debug)]
pub struct Items<'d> {
    document: &'d Document,
    inner: slice::Iter<'d, u32>,
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        let document = self.document;
        self.inner.next().map(|id| Node { document, id: *id })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl DoubleEndedIterator for Items<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let document = self.document;
        self.inner.next_back().map(|id| Node { document, id: *id })
    }
}

impl ExactSizeIterator for Items<'_> {}
