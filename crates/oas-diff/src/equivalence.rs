//! Finds the subtrees that are equal in the two documents, including the targets of references, so that most of a large
//! document is never compared.
//!
//! Two subtrees are the same when they hold the same values and every `$ref` in them leads to subtrees that are the same; the
//! discriminator of a schema leads to what is built on the schema as well. Cycles are no difference. An error is possible in
//! one direction only: a subtree that counts as different costs time, but hides nothing.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hasher as _},
};

use oas_document::{Document, Kind, Node, openapi, schema};
use rustc_hash::FxHashMap;

/// A way from one subtree to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way<'d> {
    /// A reference, as it is written.
    Reference(&'d str),
    /// The name of a component that is built on a schema with a discriminator.
    Subtype(&'d str),
}

/// The components that are built on schemas, by those that have a discriminator.
type Subtypes<'d> = HashMap<Node<'d>, Vec<&'d str>>;

#[derive(Debug)]
pub(crate) struct Equivalence<'d> {
    base: Contents<'d>,
    head: Contents<'d>,
    /// Whether a subtree of the base document contains a reference to something that differs, by the number of its node.
    tainted: Vec<bool>,
    /// Whether keywords mean the same in both documents.
    comparable: bool,
}

/// The content of a document.
#[derive(Debug)]
struct Contents<'d> {
    document: &'d Document,
    /// The values, each before those that it contains.
    nodes: Vec<Node<'d>>,
    /// The hash of what is written in each subtree, by the number of its node; 0 for what is not part of the document.
    hashes: Vec<u64>,
    /// The ways out of each value that has any, by its number.
    ways: FxHashMap<usize, Vec<Way<'d>>>,
    subtypes: Subtypes<'d>,
}

impl<'d> Contents<'d> {
    fn of(document: &'d Document) -> Self {
        let mut contents = Contents {
            document,
            nodes: document.nodes().collect(),
            hashes: vec![0; document.node_count()],
            ways: FxHashMap::default(),
            subtypes: subtypes(document),
        };
        // Going backwards has every child before its parent.
        for at in (0..contents.nodes.len()).rev() {
            let Some(node) = contents.nodes.get(at).copied() else {
                continue;
            };
            let hash = contents.hash(node).max(1);
            if let Some(slot) = contents.hashes.get_mut(node.number()) {
                *slot = hash;
            }
            if node.is_object() {
                let ways = contents.written_ways(node);
                if !ways.is_empty() {
                    contents.ways.insert(node.number(), ways);
                }
            }
        }
        contents
    }

    fn hash_of(&self, node: Node<'d>) -> u64 {
        self.hashes.get(node.number()).copied().unwrap_or(0)
    }

    fn hash(&self, node: Node<'d>) -> u64 {
        match node.kind() {
            Kind::Object => node.entries().fold(1, |sum: u64, (key, child)| {
                // The order of keys means nothing.
                let entry = hash_of_text(Kind::Object, key) ^ self.hash_of(child).rotate_left(17);
                sum.wrapping_add(entry.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            }),
            Kind::Array => node.items().fold(2, |sum: u64, child| {
                (sum.rotate_left(5) ^ self.hash_of(child)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            }),
            kind => hash_of_text(kind, node.scalar_text().unwrap_or_default()),
        }
    }

    fn written_ways(&self, node: Node<'d>) -> Vec<Way<'d>> {
        let texts = ["$ref", "$dynamicRef"].map(|key| node.get(key).and_then(Node::as_str));
        let subtypes = self.subtypes.get(&node).into_iter().flatten();
        let references = texts.into_iter().flatten().map(Way::Reference);
        references
            .chain(subtypes.map(|name| Way::Subtype(name)))
            .collect()
    }

    /// Returns the ways out of a value itself.
    fn ways(&self, node: Node<'d>) -> &[Way<'d>] {
        self.ways.get(&node.number()).map_or(&[], Vec::as_slice)
    }

    /// Returns what each way leads to; `None` for one that leads to nothing, or to several places.
    fn targets(&self) -> HashMap<Way<'d>, Option<Node<'d>>> {
        let mut targets: HashMap<Way<'d>, Option<Node<'d>>> = HashMap::new();
        for node in &self.nodes {
            for way in self.ways(*node) {
                let target = match way {
                    Way::Reference(reference) if node.reference() == Some(reference) => {
                        node.resolve().ok()
                    }
                    Way::Reference(reference) => node.follow(reference).ok(),
                    Way::Subtype(name) => component(self.document, name),
                };
                let known = targets.entry(*way).or_insert(target);
                // The same text can mean different things in different files.
                if *known != target {
                    *known = None;
                }
            }
        }
        targets
    }
}

/// Does something with both documents at once.
pub(crate) fn in_parallel<T: Send>(
    base: impl FnOnce() -> T + Send,
    head: impl FnOnce() -> T,
) -> (T, T) {
    std::thread::scope(|scope| {
        let base = scope.spawn(base);
        let head = head();
        match base.join() {
            Ok(base) => (base, head),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Returns the hash of a scalar, or of a key as a text of an object.
fn hash_of_text(kind: Kind, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.write_u8(kind as u8);
    hasher.finish()
}

impl<'d> Equivalence<'d> {
    pub(crate) fn of(base: &'d Document, head: &'d Document) -> Self {
        let (base, head) = in_parallel(|| Contents::of(base), || Contents::of(head));
        let mut same = Equivalence {
            comparable: base.document.version() == head.document.version(),
            tainted: vec![false; base.document.node_count()],
            base,
            head,
        };
        if same.comparable {
            same.taint();
        }
        same
    }

    /// Returns whether a subtree of the base document and one of the head document are the same.
    pub(crate) fn is_unchanged(&self, base: Node<'d>, head: Node<'d>) -> bool {
        let hash = self.base.hash_of(base);
        self.comparable
            && hash != 0
            && hash == self.head.hash_of(head)
            && self.tainted.get(base.number()) == Some(&false)
    }

    /// Returns a number that subtrees of both documents have in common if they are [the same](Self::is_unchanged).
    pub(crate) fn content_in_base(&self, base: Node<'d>) -> u64 {
        self.base.hash_of(base)
    }

    /// Returns the number of a subtree of the head document; see [`content_in_base`](Self::content_in_base).
    pub(crate) fn content_in_head(&self, head: Node<'d>) -> u64 {
        self.head.hash_of(head)
    }

    /// Marks the subtrees that contain a reference to something that differs.
    fn taint(&mut self) {
        let regrouped = self.regrouped();
        let differing = self.differing_ways(&regrouped);
        if differing.is_empty() && regrouped.is_empty() {
            return;
        }
        for node in self.base.nodes.iter().rev() {
            let differs = |way: &Way<'d>| differing.contains(way);
            let is_tainted = |child: Node<'d>| self.tainted.get(child.number()) == Some(&true);
            let own = regrouped.contains(node) || self.base.ways(*node).iter().any(differs);
            if (own || children(*node).any(is_tainted))
                && let Some(slot) = self.tainted.get_mut(node.number())
            {
                *slot = true;
            }
        }
    }

    /// Returns the schemas of the base document with a discriminator to which components came or went.
    fn regrouped(&self) -> HashSet<Node<'d>> {
        let regrouped = self.base.subtypes.iter().filter(|(owner, names)| {
            let there = self.head.document.node_at(&owner.pointer());
            there.and_then(|owner| self.head.subtypes.get(&owner)) != Some(*names)
        });
        regrouped.map(|(owner, _)| *owner).collect()
    }

    /// Returns the references that resolve to another subtree in the head document than in the base document.
    fn differing_ways(&self, regrouped: &HashSet<Node<'d>>) -> HashSet<Way<'d>> {
        let (base, head) = (self.base.targets(), self.head.targets());
        let mut differing: HashSet<Way<'d>> = HashSet::new();
        let mut used_by: HashMap<Way<'d>, Vec<Way<'d>>> = HashMap::new();
        for (way, target) in &base {
            let there = head.get(way).copied().flatten();
            let there = there.map(|node| self.head.hash_of(node));
            if there.is_none() || target.map(|node| self.base.hash_of(node)) != there {
                differing.insert(*way);
                continue;
            }
            let mut pending: Vec<Node<'d>> = target.iter().copied().collect();
            while let Some(node) = pending.pop() {
                if regrouped.contains(&node) {
                    differing.insert(*way);
                }
                for inner in self.base.ways(node) {
                    used_by.entry(*inner).or_default().push(*way);
                }
                pending.extend(children(node));
            }
        }
        let mut pending: Vec<Way<'d>> = differing.iter().copied().collect();
        while let Some(way) = pending.pop() {
            for user in used_by.get(&way).into_iter().flatten() {
                if differing.insert(*user) {
                    pending.push(*user);
                }
            }
        }
        differing
    }
}

fn component<'d>(document: &'d Document, name: &str) -> Option<Node<'d>> {
    openapi::components(document.root(), "schemas")?.get(name)
}

/// Returns the schemas that are reached only through discriminators.
fn subtypes(document: &Document) -> Subtypes<'_> {
    let mut found = Subtypes::new();
    let descendants = schema::descendants(document);
    for (owner, children) in descendants {
        if owner.get("discriminator").is_some() {
            let names = children.iter().filter_map(|child| child.key());
            found.insert(owner, names.collect());
        }
    }
    found
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.items().chain(node.entries().map(|(_, child)| child))
}
