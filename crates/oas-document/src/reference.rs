//! Resolves `$ref`s: RFC 6901 pointers, other files, `$id` and `$anchor` (JSON Schema 2020-12 §8.2).
//!
//! All references of a document are resolved once when it is loaded; later calls look the result up.

mod meant;
mod substitute;

use std::collections::HashMap;

use oas_wire::{json_pointer, percent};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Diagnostic, Document, Node, rules,
    schema::DecidedTypes,
    tree::{Tree, Value},
};

/// The reason why a reference cannot be resolved. `Display` formats a clause such as `leads to nothing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceErrorKind {
    /// The file of the reference has nothing at the pointer or anchor.
    #[error("leads to nothing")]
    Unresolved,
    /// The reference names a file or URL that is not part of the document.
    #[error("leads to a file that is not loaded")]
    NotLoaded,
    /// The reference leads back to itself, so that it never reaches a value.
    #[error("leads back to itself")]
    Cycle,
}

/// A reference that cannot be resolved. It converts to the diagnostic that the linter reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("`{reference}` {kind}")]
#[non_exhaustive]
pub struct ReferenceError<'d> {
    /// The object with the reference; in a chain of references, the one that cannot be resolved.
    pub node: Node<'d>,
    /// The reference as it is written.
    pub reference: &'d str,
    /// The reason.
    pub kind: ReferenceErrorKind,
}

impl From<ReferenceError<'_>> for Diagnostic {
    fn from(error: ReferenceError<'_>) -> Self {
        let at = error.node.get("$ref").unwrap_or(error.node);
        let message = error.to_string();
        match error.kind {
            ReferenceErrorKind::Unresolved => {
                let meant = error.node.document.suggest_target(error.node, error.reference);
                let finding = Self::of_rule(rules::UNRESOLVED_REFERENCE, at, message);
                match meant {
                    Ok(near) => finding.did_you_mean(&near),
                    Err(help) => finding.help(help),
                }
            }
            ReferenceErrorKind::NotLoaded => Self::of_rule(rules::REFERENCE_NOT_LOADED, at, message)
                .help("make the file available beside the document, or move the definition into this document"),
            ReferenceErrorKind::Cycle => Self::of_rule(rules::REFERENCE_CYCLE, at, message)
                .help("let one of the references of the chain lead to a definition"),
        }
    }
}

/// The target of a node's `$ref`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// Directly.
    next: Option<u32>,
    /// The first node of the chain that is more than a `$ref`, and the number of `$ref`s before it.
    past: Option<(u32, u32)>,
    /// After all further `$ref`s.
    end: Resolution,
    /// The end of [`Document::core`], if it is another than that of `past`, and the number of references and `allOf`s before it.
    core: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
enum Resolution {
    Node(u32),
    /// The error, and the node of the chain at which it occurred.
    Failed(ReferenceErrorKind, u32),
}

/// Other names of nodes than their pointers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// `$id` as written -> node.
    ids: HashMap<Box<str>, u32>,
    /// File and `$anchor` -> node.
    anchors: HashMap<(u32, Box<str>), u32>,
}

impl Names {
    /// Adds the names of the nodes from `first` on.
    pub(crate) fn add(&mut self, tree: &Tree, first: usize) {
        for (id, node) in tree.nodes.iter().enumerate().skip(first) {
            let Value::Object(object) = &node.value else {
                continue;
            };
            let text = |key| match object
                .get(key)
                .and_then(|entry| tree.get(entry.node))
                .map(|node| &node.value)
            {
                Some(Value::String(text)) => Some(text),
                _ => None,
            };
            if let Some(name) = text("$id") {
                self.ids.entry(name.clone()).or_insert(id as u32);
            }
            for key in ["$anchor", "$dynamicAnchor"] {
                if let Some(name) = text(key) {
                    self.anchors
                        .entry((node.file, name.clone()))
                        .or_insert(id as u32);
                }
            }
        }
    }
}

/// References inside pointers (`#/a/b` where `/a` is itself a `$ref`) that one resolution follows before giving up.
const MAX_HOPS: usize = 32;

impl Document {
    /// Resolves every `$ref` of the tree.
    pub(crate) fn resolve_all(&mut self) {
        let mut links: FxHashMap<u32, Link> = FxHashMap::default();
        // What a reference leads to depends on its file alone, unless there are schemas with an `$id`.
        let mut known = HashMap::new();
        let mut step = |here: u32, reference| {
            if !self.names.ids.is_empty() {
                return self.step(here, reference);
            }
            let file = self.tree.get(here).map_or(0, |node| node.file);
            let known = known.entry((file, reference));
            *known.or_insert_with(|| self.step(here, reference))
        };
        let ids = 0..self.tree.nodes.len() as u32;
        for id in ids.filter(|id| self.reference_text(*id).is_some()) {
            let mut chain: Vec<(u32, Option<u32>)> = Vec::new();
            let mut on_chain = FxHashSet::default();
            let mut here = id;
            let end = loop {
                if let Some(known) = links.get(&here) {
                    break known.end;
                }
                let Some(reference) = self.reference_text(here) else {
                    break Resolution::Node(here);
                };
                if !on_chain.insert(here) {
                    break Resolution::Failed(ReferenceErrorKind::Cycle, here);
                }
                let step = step(here, reference);
                chain.push((here, step.ok()));
                match step {
                    Ok(next) => here = next,
                    Err(kind) => break Resolution::Failed(kind, here),
                }
            };
            for (node, next) in chain.into_iter().rev() {
                let past = next.map(|next| match links.get(&next).and_then(|link| link.past) {
                    Some((past, count)) if self.is_reference_alone(next) => (past, count + 1),
                    _ => (next, 1),
                });
                let core = None;
                links.insert(
                    node,
                    Link {
                        next,
                        past,
                        end,
                        core,
                    },
                );
            }
        }
        self.links = links;
        self.find_cores();
        self.decided_types = DecidedTypes::default();
    }

    pub(crate) fn resolve<'d>(&'d self, node: Node<'d>) -> Result<Node<'d>, ReferenceError<'d>> {
        match self.links.get(&node.id).map(|link| link.end) {
            None => Ok(node),
            Some(Resolution::Node(id)) => Ok(self.node(id)),
            Some(Resolution::Failed(kind, id)) => {
                let node = self.node(id);
                let reference = node.reference().unwrap_or_default();
                Err(ReferenceError {
                    node,
                    reference,
                    kind,
                })
            }
        }
    }

    /// Returns the direct target of every `$ref` that can be resolved, in no particular order; a value with several
    /// references to it is repeated.
    ///
    /// ```
    /// let text = "{openapi: 3.1.1, components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {}}}}";
    /// let document = oas_document::Document::parse("api.yaml", text).unwrap();
    /// assert_eq!(document.reference_targets().next().unwrap().key(), Some("B"));
    /// ```
    pub fn reference_targets(&self) -> impl Iterator<Item = Node<'_>> {
        let next = self.links.values().filter_map(|link| link.next);
        next.map(|id| self.node(id))
    }

    /// Returns the direct target of a node's `$ref`, even if the rest of the chain cannot be resolved.
    pub(crate) fn step_of<'d>(&'d self, node: Node<'d>) -> Option<Node<'d>> {
        self.links.get(&node.id)?.next.map(|id| self.node(id))
    }

    /// Resolves a `$ref`, and those that it leads to as long as nothing is beside them; returns the number of them too.
    /// `None` if the node has no `$ref`.
    pub(crate) fn past<'d>(
        &'d self,
        node: Node<'d>,
    ) -> Option<Result<(Node<'d>, u32), ReferenceError<'d>>> {
        let link = self.links.get(&node.id)?;
        match (link.past, link.end) {
            // A cycle has a next node everywhere and still leads nowhere.
            (Some((past, count)), Resolution::Node(_)) => Some(Ok((self.node(past), count))),
            _ => Some(self.resolve(node).map(|end| (end, 1))),
        }
    }

    /// Finds the ends of chains of schemas that are an `allOf` with one reference each, so that none of them walks what all
    /// that follow walk.
    fn find_cores(&mut self) {
        let ids: Vec<u32> = self.links.keys().copied().collect();
        let mut met = FxHashSet::default();
        for id in ids {
            let mut chain = Vec::new();
            let mut here = id;
            // The core, and the distance from the last schema of the chain.
            let mut core = loop {
                let Some(link) = self.links.get(&here) else {
                    break None;
                };
                if let Some((core, count)) = link.core {
                    break Some((core, count + 1));
                }
                // What was met before has no core, and neither has a circle.
                let (Some((past, count)), Resolution::Node(_), true) =
                    (link.past, link.end, met.insert(here))
                else {
                    break None;
                };
                chain.push((here, count));
                match self.sole_included_reference(past) {
                    Some(next) => here = next,
                    None => break self.includes_nothing(past).then_some((past, 0)),
                }
            };
            for (node, count) in chain.into_iter().rev() {
                core = core.map(|(core, distance)| (core, distance + count));
                if let Some(link) = self.links.get_mut(&node) {
                    link.core = core;
                }
                core = core.map(|(core, distance)| (core, distance + 1));
            }
        }
    }

    /// Returns the node of the reference of a schema that is an `allOf` with one reference, and nothing else.
    fn sole_included_reference(&self, id: u32) -> Option<u32> {
        let Value::Object(object) = &self.tree.get(id)?.value else {
            return None;
        };
        let [entry] = object.entries.as_slice() else {
            return None;
        };
        match &self.tree.get(entry.node)?.value {
            Value::Array(items) if &*entry.key == "allOf" => match items.as_slice() {
                [only] if self.is_reference_alone(*only) => Some(*only),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether a schema is an object that no other is part of.
    fn includes_nothing(&self, id: u32) -> bool {
        let node = self.tree.get(id).map(|node| &node.value);
        let including = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf"];
        matches!(node, Some(Value::Object(object)) if including.iter().all(|key| object.get(key).is_none()))
    }

    /// Resolves a `$ref` as [`Document::past`] does, and goes on where a schema is an `allOf` with one reference. Where the schema
    /// at the end includes others, one of which may lead back, the result is that of [`Document::past`].
    pub(crate) fn core<'d>(
        &'d self,
        node: Node<'d>,
    ) -> Option<Result<(Node<'d>, u32), ReferenceError<'d>>> {
        match self.links.get(&node.id)?.core {
            Some((core, count)) => Some(Ok((self.node(core), count))),
            None => self.past(node),
        }
    }

    /// Returns the node that [`Document::past`] does.
    pub(crate) fn next<'d>(
        &'d self,
        node: Node<'d>,
    ) -> Option<Result<Node<'d>, ReferenceError<'d>>> {
        let past = self.past(node)?;
        Some(past.map(|(node, _)| node))
    }

    fn is_reference_alone(&self, id: u32) -> bool {
        let node = self.tree.get(id).map(|node| &node.value);
        matches!(node, Some(Value::Object(object)) if object.entries.len() == 1)
            && self.reference_text(id).is_some()
    }

    pub(crate) fn follow<'d>(
        &'d self,
        node: Node<'d>,
        reference: &'d str,
    ) -> Result<Node<'d>, ReferenceError<'d>> {
        match self.step(node.id, reference) {
            Ok(id) => self.node(id).resolve(),
            Err(kind) => Err(ReferenceError {
                node,
                reference,
                kind,
            }),
        }
    }

    fn reference_text(&self, id: u32) -> Option<&str> {
        let Value::Object(object) = &self.tree.get(id)?.value else {
            return None;
        };
        match &self.tree.get(object.get("$ref")?.node)?.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of objects with a `$dynamicAnchor` of this name.
    pub(crate) fn dynamic_anchors(&self, name: &str) -> usize {
        let ids = 0..self.tree.nodes.len() as u32;
        ids.filter(|id| self.string_at(*id, "$dynamicAnchor") == Some(name))
            .count()
    }

    /// Resolves one step of a reference at `from`.
    pub(crate) fn step(&self, from: u32, reference: &str) -> Result<u32, ReferenceErrorKind> {
        self.step_within(from, reference, &mut { MAX_HOPS })
    }

    /// Returns the path of the file that a reference at `from` names, as the loader receives it.
    pub(crate) fn path_of(&self, from: u32, reference: &str) -> String {
        let file = self.tree.get(from).map_or(0, |node| node.file);
        let path = reference.split('#').next().unwrap_or_default();
        join(&self.source_of(file).name, path)
    }

    fn step_within(
        &self,
        from: u32,
        reference: &str,
        hops: &mut usize,
    ) -> Result<u32, ReferenceErrorKind> {
        let (file, fragment) = match reference.split_once('#') {
            Some((file, fragment)) => (file, fragment),
            None => (reference, ""),
        };
        let roots = self.roots(from, file)?;
        let fragment = percent::decode_lenient(fragment);
        let found = roots.into_iter().find_map(|root| {
            if fragment.is_empty() || fragment.starts_with('/') {
                return self.walk(root, &fragment, hops);
            }
            let file = self.tree.get(root)?.file;
            self.names.anchors.get(&(file, (*fragment).into())).copied()
        });
        found.ok_or(ReferenceErrorKind::Unresolved)
    }

    /// Returns the values that the fragment of a reference may start from, the likeliest first. `file` is what is
    /// before it.
    fn roots(&self, from: u32, file: &str) -> Result<Vec<u32>, ReferenceErrorKind> {
        let here = self.tree.get(from).map_or(0, |node| node.file);
        let mut roots = Vec::new();
        if file.is_empty() {
            roots.push(self.root_of(here));
            // A schema with an `$id` is the root of the pointers inside it.
            let mut inner = Some(from);
            while let Some(id) = inner {
                if self.string_at(id, "$id").is_some() {
                    roots.push(id);
                }
                inner = self.tree.get(id).map(|node| node.parent);
                inner = inner.filter(|parent| self.tree.get(*parent).is_some());
            }
        } else if let Some(id) = self.names.ids.get(file) {
            roots.push(*id);
        } else {
            let path = join(self.source_of(here).name.as_ref(), file);
            let file = self
                .files_by_name
                .get(path.as_str())
                .ok_or(ReferenceErrorKind::NotLoaded)?;
            roots.push(self.root_of(*file));
        }
        Ok(roots)
    }

    /// Returns the value that the fragment of a reference starts from.
    pub(crate) fn reference_root<'d>(
        &'d self,
        node: Node<'d>,
        reference: &str,
    ) -> Option<Node<'d>> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let roots = self.roots(node.id, file).ok()?;
        let fragment = percent::decode_lenient(fragment);
        let is_pointer = fragment.is_empty() || fragment.starts_with('/');
        let mut leading = roots.into_iter();
        let root = leading
            .find(|root| !is_pointer || self.walk(*root, &fragment, &mut { MAX_HOPS }).is_some());
        root.map(|root| self.node(root))
    }

    fn string_at(&self, id: u32, key: &str) -> Option<&str> {
        let Value::Object(object) = &self.tree.get(id)?.value else {
            return None;
        };
        match &self.tree.get(object.get(key)?.node)?.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the node at a pointer below `root`.
    pub(crate) fn at_pointer(&self, root: u32, pointer: &str) -> Option<u32> {
        self.walk(root, pointer, &mut { MAX_HOPS })
    }

    /// Follows a pointer from `root`; segments may pass through objects that are references themselves.
    fn walk(&self, root: u32, pointer: &str, hops: &mut usize) -> Option<u32> {
        let mut here = root;
        for token in json_pointer::tokens(pointer) {
            here = loop {
                if let Some(child) = self.child(here, &token) {
                    break child;
                }
                *hops = hops.checked_sub(1)?;
                here = self
                    .step_within(here, self.reference_text(here)?, hops)
                    .ok()?;
            };
        }
        Some(here)
    }

    fn child(&self, id: u32, token: &str) -> Option<u32> {
        match &self.tree.get(id)?.value {
            Value::Object(object) => object.get(token).map(|entry| entry.node),
            Value::Array(items) => items.get(json_pointer::array_index(token)?).copied(),
            _ => None,
        }
    }
}

/// Returns whether a reference is a URL, or otherwise outside of the loader's folders.
pub(crate) fn is_url(path: &str) -> bool {
    let scheme: &str = path.split(':').next().unwrap_or_default();
    path.contains(':')
        && scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        || path.starts_with("//")
}

/// Returns the path of `file` relative to the file `base`, with `.` and `..` resolved (RFC 3986 §5.2).
pub(crate) fn join(base: &str, file: &str) -> String {
    if is_url(file) {
        return file.to_owned();
    }
    let decoded = percent::decode_lenient(file);
    let (origin, folder) = match base.find("://").filter(|_| is_url(base)) {
        // Keep scheme and host of a base that is a URL itself.
        Some(at) => {
            let path = base
                .get(at + 3..)
                .and_then(|rest| rest.find('/'))
                .map_or(base.len(), |slash| at + 3 + slash);
            base.split_at(path)
        }
        None => ("", base),
    };
    let absolute = decoded.starts_with('/') || (decoded.is_empty() && folder.starts_with('/'));
    let mut segments: Vec<&str> = Vec::new();
    if !decoded.starts_with('/') {
        segments.extend(folder.split('/').filter(|segment| !segment.is_empty()));
        segments.pop();
    }
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => match segments.pop() {
                Some("..") => segments.extend(["..", ".."]),
                // The folder in which all of this is, of a base such as `./api.yaml`.
                Some(".") | None => segments.push(".."),
                Some(_) => {}
            },
            _ => segments.push(segment),
        }
    }
    let rooted = absolute || folder.starts_with('/');
    format!(
        "{origin}{}{}",
        if rooted { "/" } else { "" },
        segments.join("/")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_like_relative_references() {
        assert_eq!(join("api.yaml", "./b.yaml"), "b.yaml");
        assert_eq!(join("./api.yaml", "b.yaml"), "./b.yaml");
        assert_eq!(join("./api.yaml", "../b.yaml"), "../b.yaml");
        assert_eq!(join("../api.yaml", "../b.yaml"), "../../b.yaml");
        assert_eq!(join("a/b/api.yaml", "../c/d.yaml"), "a/c/d.yaml");
        assert_eq!(join("api.yaml", "../c.yaml"), "../c.yaml");
        assert_eq!(join("../api.yaml", "../c.yaml"), "../../c.yaml");
        assert_eq!(join("/abs/api.yaml", "c%20d.yaml"), "/abs/c d.yaml");
        assert_eq!(
            join("https://host/a/api.yaml", "../c.yaml"),
            "https://host/c.yaml"
        );
        assert_eq!(
            join("api.yaml", "https://host/c.yaml"),
            "https://host/c.yaml"
        );
    }

    #[test]
    fn schemes_are_told_from_paths() {
        for url in ["http://h/x", "file:///etc/passwd", "urn:x:y", "//host/x"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["a.yaml", "./a:b.yaml", "c:/x.yaml", "a/b:c"] {
            assert!(!is_url(path), "{path}");
        }
    }
}
