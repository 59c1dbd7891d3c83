//! Converts references, whose targets are all in one file.

use std::collections::{HashMap, HashSet, VecDeque};

use oas_document::{
    Content, Diagnostic, Document, Node, Version,
    object_model::{FieldType, Object},
    openapi::{self, is_component_character},
};
use oas_wire::json_pointer;

use crate::{
    map::{Map, one},
    objects::Exporter,
    rules,
};

/// A target that becomes a component.
#[derive(Clone, Debug)]
pub(crate) struct Lifted<'d> {
    pub(crate) target: Node<'d>,
    pub(crate) object: Object,
    pub(crate) section: &'static str,
    pub(crate) name: String,
}

/// The places that are components, and those that stay in place.
#[derive(Debug)]
pub(crate) struct References<'d> {
    root: &'d str,
    version: Version,
    /// The references to targets that become components.
    lifted: HashMap<(Node<'d>, Object), String>,
    pending: VecDeque<Lifted<'d>>,
    names: HashSet<(&'static str, String)>,
    /// Components of the root that only refer to another file, and are replaced by their targets.
    adopting: HashSet<Node<'d>>,
    /// Nodes whose content moves.
    opened: HashSet<Node<'d>>,
    /// Nodes that move, with their content.
    gone: HashSet<Node<'d>>,
    /// The targets of references that keep the pointers of the original document.
    kept: HashSet<Node<'d>>,
    /// All targets of references.
    referred: HashSet<Node<'d>>,
    /// The targets that are being inlined.
    pub(crate) inlining: Vec<Node<'d>>,
}

impl<'d> References<'d> {
    pub(crate) fn new(document: &'d Document, version: Version) -> Self {
        let mut references = Self {
            root: document.root().file(),
            version,
            lifted: HashMap::new(),
            pending: VecDeque::new(),
            names: HashSet::new(),
            adopting: HashSet::new(),
            opened: HashSet::new(),
            gone: HashSet::new(),
            kept: HashSet::new(),
            referred: document.nodes().filter_map(Node::target).collect(),
            inlining: Vec::new(),
        };
        references.adopt(document);
        references
    }

    /// Returns the same state, with nothing written.
    pub(crate) fn again(&mut self, document: &'d Document, version: Version) -> Self {
        let mut again = Self::new(document, version);
        again.opened = std::mem::take(&mut self.opened);
        again.gone = std::mem::take(&mut self.gone);
        again
    }

    /// Collects the names of the root's components, and of those that are replaced by their targets.
    fn adopt(&mut self, document: &'d Document) {
        for (section, object) in sections(self.version) {
            let components = openapi::components(document.root(), section);
            for (name, component) in components.into_iter().flat_map(Node::entries) {
                self.names.insert((section, name.to_owned()));
                if let Some(target) = component.target()
                    && target.file() != self.root
                    && component.entries().len() == 1
                    && !self.lifted.contains_key(&(target, object))
                {
                    self.adopting.insert(component);
                    self.lifted
                        .insert((target, object), component_pointer(section, name));
                }
            }
        }
    }

    /// Returns the next component that is not written yet.
    pub(crate) fn next(&mut self) -> Option<Lifted<'d>> {
        self.pending.pop_front()
    }

    /// Returns whether a component is replaced by its target.
    pub(crate) fn is_adopting(&self, component: Node<'d>) -> bool {
        self.adopting.contains(&component)
    }

    pub(crate) fn is_referred_to(&self, node: Node<'d>) -> bool {
        self.referred.contains(&node)
    }

    /// Records that the content of a node moves.
    pub(crate) fn note_opened(&mut self, node: Node<'d>) {
        self.opened.insert(node);
    }

    /// Records that a node moves, with its content.
    pub(crate) fn note_gone(&mut self, node: Node<'d>) {
        self.gone.insert(node);
    }

    pub(crate) fn has_moved_targets(&self) -> bool {
        self.kept.iter().any(|target| self.moves(*target))
    }

    fn moves(&self, target: Node<'d>) -> bool {
        let mut here = target;
        loop {
            if self.gone.contains(&here) {
                return true;
            }
            match here.parent() {
                Some(parent) if self.opened.contains(&parent) => return true,
                Some(parent) => here = parent,
                None => return false,
            }
        }
    }

    /// Returns the reference to a target, for a reference at `from`.
    pub(crate) fn pointer(
        &mut self,
        from: Node<'d>,
        written: &str,
        target: Node<'d>,
        object: Object,
    ) -> String {
        if let Some(pointer) = self.lifted.get(&(target, object)) {
            return pointer.clone();
        }
        if target.file() == self.root && !self.moves(target) {
            self.kept.insert(target);
            let is_pointer =
                written.starts_with("#/") || written == "#" || self.version > Version::V3_0;
            return match from.file() == self.root && is_pointer {
                true => written.to_owned(),
                false => format!("#{}", json_pointer::to_fragment(&target.pointer())),
            };
        }
        let section = section(object, self.version).unwrap_or("schemas");
        let name = self.name(section, target);
        let pointer = component_pointer(section, &name);
        self.lifted.insert((target, object), pointer.clone());
        self.pending.push_back(Lifted {
            target,
            object,
            section,
            name,
        });
        pointer
    }

    /// Generates a free name for a component: the key of the target, or the name of its file.
    fn name(&mut self, section: &'static str, target: Node<'d>) -> String {
        let file = target.file().rsplit('/').next().unwrap_or_default();
        let file = file.split('.').next().unwrap_or_default();
        let key = target.key().unwrap_or(file);
        let clean: String = key
            .chars()
            .map(|c| if is_component_character(c) { c } else { '_' })
            .collect();
        let clean = if clean.is_empty() {
            "component".to_owned()
        } else {
            clean
        };
        let mut name = clean.clone();
        let mut number = 1;
        while !self.names.insert((section, name.clone())) {
            number += 1;
            name = format!("{clean}{number}");
        }
        name
    }
}

/// Returns the sections of components in a version, each with the kind of its objects.
fn sections(version: Version) -> impl Iterator<Item = (&'static str, Object)> {
    let fields = Object::Components.fields().iter();
    let fields = fields.filter(move |field| field.exists_in(version));
    fields.filter_map(|field| match field.ty {
        FieldType::Map(object) => Some((field.name, object)),
        _ => None,
    })
}

fn section(object: Object, version: Version) -> Option<&'static str> {
    let mut sections = sections(version);
    sections
        .find(|(_, known)| *known == object)
        .map(|(section, _)| section)
}

fn component_pointer(section: &str, name: &str) -> String {
    format!(
        "#{}",
        json_pointer::to_fragment(&format!(
            "/components/{section}/{}",
            json_pointer::escape(name)
        ))
    )
}

impl<'d> Exporter<'d> {
    /// Converts a Reference Object, or inlines its target.
    pub(crate) fn reference(&mut self, node: Node<'d>, object: Object) -> Content {
        let Some((target, written)) = self.target(node) else {
            return crate::map::plain(node);
        };
        let has_section = section(object, self.version).is_some();
        if self.references.is_adopting(node) || !has_section {
            return self.inlined(target, object);
        }
        // In 3.0, no sibling of a reference is valid, and since 3.1 only these two fields are.
        let described = node
            .entries()
            .any(|(key, _)| matches!(key, "summary" | "description"));
        if described && self.version == Version::V3_0 && self.document.version() > Version::V3_0 {
            return self.described(node, target, object);
        }
        let pointer = self.references.pointer(node, written, target, object);
        let mut map = Map::of(one("$ref", pointer.as_str()));
        for (key, value) in node.entries().filter(|(key, _)| *key != "$ref") {
            let counts =
                self.document.version() > Version::V3_0 && Object::Reference.field(key).is_some();
            if counts || self.document.version() == self.version {
                map.set(key, crate::map::plain(value));
            } else {
                let message = format!("`{key}` beside `$ref` is left out");
                self.report(rules::IGNORED_BESIDE_REFERENCE, value, message);
            }
        }
        map.into()
    }

    /// Returns the direct target of a reference, and the text of the reference.
    pub(crate) fn target(&mut self, node: Node<'d>) -> Option<(Node<'d>, &'d str)> {
        if let Err(error) = node.resolve() {
            self.found.push(Diagnostic::from(error));
            return None;
        }
        Some((node.target()?, node.reference()?))
    }

    /// Returns the target of a reference, to be inlined.
    pub(crate) fn inlined(&mut self, target: Node<'d>, object: Object) -> Content {
        if self.references.inlining.contains(&target) {
            let message = "it contains itself, and the version has no components of its kind; the export ends here";
            self.report(rules::FIELD_NOT_IN_VERSION, target, message);
            return Content::Map(Vec::new());
        }
        self.references.inlining.push(target);
        let content = self.object(target, object);
        self.references.inlining.pop();
        content
    }

    /// Inlines the target of a reference, with the texts beside the reference, which 3.0 does not allow there.
    fn described(&mut self, node: Node<'d>, target: Node<'d>, object: Object) -> Content {
        let mut map = Map::of(self.inlined(target, object));
        for field in ["summary", "description"] {
            if let Some(text) = node.get(field)
                && object.field(field).is_some()
            {
                map.set(field, crate::map::plain(text));
            }
        }
        map.into()
    }
}
