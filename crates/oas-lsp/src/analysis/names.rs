//! Indexes the names of a document: their definitions and uses.
//!
//! Components, operations, tags and parameters have names, and other places refer to them by these: with `$ref`, in
//! links, in requirements, in mappings, in the braces of paths. Going to definitions, finding references and renaming
//! are queries on one list of names.

mod parameters;
pub(crate) mod references;

use std::{borrow::Cow, collections::HashSet, ops::Range};

use oas_document::{
    Document, Node,
    object_model::{FieldType, Object, objects},
    openapi,
};
use oas_wire::{json_pointer, percent};

pub(crate) use self::references::is_component;
use super::{FileRange, cursor::Cursor};

/// The object that a name identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name<'d> {
    /// A value that references lead to, such as a component.
    Place(Node<'d>),
    /// An operation, by its `operationId`.
    Operation(&'d str),
    /// A tag.
    Tag(&'d str),
    /// A parameter, by the first of the values that give its name.
    Parameter(Node<'d>),
}

/// A place that contains a name.
#[derive(Clone, Debug)]
pub(crate) struct Occurrence<'d> {
    /// The object that the name identifies.
    pub(crate) name: Name<'d>,
    /// The value that contains the name, or whose key is the name.
    pub(crate) node: Node<'d>,
    pub(crate) on_key: bool,
    /// Whether the place defines the name.
    pub(crate) is_definition: bool,
    /// The ranges of the name in the text: a `$ref` contains more than a name, and a path can contain it several times.
    parts: Vec<Range<usize>>,
    /// Whether the name is part of the pointer of a reference.
    in_reference: bool,
}

impl<'d> Occurrence<'d> {
    /// Creates an occurrence whose whole text is the name.
    fn whole(name: Name<'d>, node: Node<'d>, on_key: bool, is_definition: bool) -> Self {
        let mut occurrence = Self {
            name,
            node,
            on_key,
            is_definition,
            parts: Vec::new(),
            in_reference: false,
        };
        let length = occurrence.text().len();
        occurrence.parts.push(0..length);
        occurrence
    }

    /// Returns whether the text consists of the name only.
    fn is_whole(&self) -> bool {
        let whole = 0..self.text().len();
        self.parts.iter().eq([&whole])
    }

    /// Returns the text, without quotes.
    pub(crate) fn text(&self) -> &'d str {
        let text = match self.on_key {
            true => self.node.key(),
            false => self.node.scalar_text(),
        };
        text.unwrap_or_default()
    }

    /// Returns the name as it is encoded here.
    pub(crate) fn written(&self) -> Cow<'d, str> {
        let part = self.parts.first().cloned().unwrap_or_default();
        let part = self.text().get(part).unwrap_or_default();
        match self.in_reference {
            true => match percent::decode_lenient(part) {
                Cow::Borrowed(part) => json_pointer::unescape(part),
                Cow::Owned(part) => json_pointer::unescape(&part).into_owned().into(),
            },
            false => part.into(),
        }
    }

    /// Returns the text with the name replaced.
    pub(crate) fn renamed(&self, name: &str) -> String {
        let name = match self.in_reference {
            true => json_pointer::to_fragment(&json_pointer::escape(name)),
            false => name.to_owned(),
        };
        let mut text = self.text().to_owned();
        for part in self.parts.iter().rev() {
            text.replace_range(part.clone(), &name);
        }
        text
    }

    /// Returns the place of the text, with quotes.
    pub(crate) fn file_range(&self) -> Option<FileRange> {
        let location = match self.on_key {
            true => self.node.key_location()?,
            false => self.node.location(),
        };
        Some(location.into())
    }

    /// Returns the places of the name itself, or that of the whole text if escapes make the name hard to find.
    pub(crate) fn name_ranges(&self) -> Vec<FileRange> {
        let Some(file_range) = self.file_range() else {
            return Vec::new();
        };
        let source = self
            .node
            .document()
            .source(&file_range.file)
            .unwrap_or_default();
        let raw = source.get(file_range.range.clone()).unwrap_or_default();
        let quote = usize::from(raw.starts_with(['"', '\'']));
        let inner = raw.get(quote..quote + self.text().len());
        if inner != Some(self.text()) {
            return vec![file_range];
        }
        let start = file_range.range.start + quote;
        let parts = self.parts.iter().map(|part| FileRange {
            file: file_range.file.clone(),
            range: start + part.start..start + part.end,
        });
        parts.collect()
    }
}

/// Returns all occurrences of all names.
pub(crate) fn all(document: &Document) -> Vec<Occurrence<'_>> {
    let visits = objects(document);
    let mut found = Vec::new();
    components(document, &mut found);
    for (node, object) in &visits {
        references::collect(*node, *object, &mut found);
        match object {
            Object::OpenApi => tags(*node, &mut found),
            Object::Operation => operation(*node, &mut found),
            Object::Link => {
                let id = node.get("operationId");
                let id = id.and_then(|at| Some((at, Name::Operation(at.as_str()?))));
                found.extend(id.map(|(at, name)| Occurrence::whole(name, at, false, false)));
            }
            Object::SecurityRequirement => requirement(document, *node, &mut found),
            _ => {}
        }
    }
    parameters::collect(document, &mut found);
    define_targets(&mut found);
    found
}

/// Returns the names whose text contains the cursor, the innermost part first.
pub(crate) fn at<'a, 'd>(
    all: &'a [Occurrence<'d>],
    cursor: Cursor<'d>,
    offset: usize,
) -> Option<&'a Occurrence<'d>> {
    let here = |occurrence: &&Occurrence<'d>| {
        occurrence.node == cursor.node && occurrence.on_key == cursor.on_key
    };
    let covers = |occurrence: &&Occurrence<'d>| {
        let file_ranges = occurrence.name_ranges();
        file_ranges
            .iter()
            .any(|file_range| (file_range.range.start..=file_range.range.end).contains(&offset))
    };
    let inside = all.iter().filter(here).find(covers);
    // Elsewhere in a reference, the target of the reference is returned; on the quote of a name, the name.
    inside.or_else(|| {
        let mut around = all.iter().filter(here);
        around.rfind(|occurrence| occurrence.in_reference || occurrence.is_whole())
    })
}

/// Collects the components of the document, each of which defines a name.
fn components<'d>(document: &'d Document, found: &mut Vec<Occurrence<'d>>) {
    let Some(components) = document.root().get("components") else {
        return;
    };
    let is_map = |key: &str| {
        let field = Object::Components.field(key);
        field.is_some_and(|field| matches!(field.ty, FieldType::Map(_)))
    };
    let maps = components.entries().filter(|(key, _)| is_map(key));
    for (_, component) in maps.flat_map(|(_, map)| map.entries()) {
        found.push(Occurrence::whole(
            Name::Place(component),
            component,
            true,
            true,
        ));
    }
}

/// Adds definitions for the targets of references that are not components.
fn define_targets(found: &mut Vec<Occurrence<'_>>) {
    let mut defined: HashSet<Node<'_>> = found
        .iter()
        .filter(|occurrence| occurrence.is_definition)
        .map(|occurrence| occurrence.node)
        .collect();
    let targets: Vec<Node<'_>> = found
        .iter()
        .filter_map(|occurrence| match occurrence.name {
            Name::Place(target) => Some(target),
            _ => None,
        })
        .collect();
    for target in targets {
        if target.key().is_some() && defined.insert(target) {
            found.push(Occurrence::whole(Name::Place(target), target, true, true));
        }
    }
}

fn tags<'d>(root: Node<'d>, found: &mut Vec<Occurrence<'d>>) {
    let tags = root.get("tags").into_iter().flat_map(Node::items);
    for tag in tags {
        for (field, is_definition) in [("name", true), ("parent", false)] {
            let at = tag.get(field);
            let at = at.and_then(|at| Some((at, Name::Tag(at.as_str()?))));
            found.extend(at.map(|(at, name)| Occurrence::whole(name, at, false, is_definition)));
        }
    }
}

fn operation<'d>(node: Node<'d>, found: &mut Vec<Occurrence<'d>>) {
    let id = node.get("operationId");
    let id = id.and_then(|at| Some((at, Name::Operation(at.as_str()?))));
    found.extend(id.map(|(at, name)| Occurrence::whole(name, at, false, true)));
    let tags = node.get("tags").into_iter().flat_map(Node::items);
    let tags = tags.filter_map(|at| Some((at, Name::Tag(at.as_str()?))));
    found.extend(tags.map(|(at, name)| Occurrence::whole(name, at, false, false)));
}

fn requirement<'d>(document: &'d Document, node: Node<'d>, found: &mut Vec<Occurrence<'d>>) {
    let schemes = openapi::components(document.root(), "securitySchemes");
    let used = node
        .entries()
        .filter_map(|(name, at)| Some((schemes?.get(name)?, at)));
    found.extend(used.map(|(scheme, at)| Occurrence::whole(Name::Place(scheme), at, true, false)));
}
