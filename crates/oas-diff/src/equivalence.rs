//! Finds the subtrees that are equal in the two documents, including the targets of references, so that most of a large
//! document is never compared.
//!
//! Two subtrees are the same when they hold the same values and every `$ref` in them leads to subtrees that are the same; the
//! discriminator of a schema leads to what is built on the schema as well. Cycles are no difference. An error is possible in
//! one direction only: a subtree that counts as different costs time, but hides nothing.

use std::collections::{HashMap, HashSet};

use oas_document::{Document, Kind, Node, schema};

use crate::label;

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
    /// Hash of what is written in each subtree.
    hashes: HashMap<Node<'d>, u64>,
    /// Subtrees of the base document that contain a reference to something that differs.
    tainted: HashSet<Node<'d>>,
    subtypes: Subtypes<'d>,
    /// Schemas of the base document with a discriminator to which components came or went.
    regrouped: HashSet<Node<'d>>,
    /// Whether keywords mean the same in both documents.
    comparable: bool,
}

impl<'d> Equivalence<'d> {
    pub(crate) fn of(base: &'d Document, head: &'d Document) -> Equivalence<'d> {
        let mut same = Equivalence {
            hashes: HashMap::new(),
            tainted: HashSet::new(),
            subtypes: HashMap::new(),
            regrouped: HashSet::new(),
            comparable: base.version() == head.version(),
        };
        if !same.comparable {
            return same;
        }
        let (base_nodes, head_nodes): (Vec<_>, Vec<_>) =
            (base.nodes().collect(), head.nodes().collect());
        same.hashes.reserve(base_nodes.len() + head_nodes.len());
        // Children come after their parents, so that going backwards has every child before its parent.
        for node in base_nodes.iter().rev().chain(head_nodes.iter().rev()) {
            let hash = same.hash(*node);
            same.hashes.insert(*node, hash);
        }
        let (own, others) = (subtypes(base), subtypes(head));
        let regrouped = own.iter().filter(|(owner, names)| {
            let there = head.node_at(&owner.pointer());
            there.and_then(|owner| others.get(&owner)) != Some(*names)
        });
        same.regrouped = regrouped.map(|(owner, _)| *owner).collect();
        same.subtypes = own.into_iter().chain(others).collect();
        let differing = same.differing_ways(&base_nodes, &head_nodes);
        if !differing.is_empty() || !same.regrouped.is_empty() {
            for node in base_nodes.iter().rev() {
                let own = same.regrouped.contains(node)
                    || same.ways(*node).any(|way| differing.contains(&way));
                if own || children(*node).any(|child| same.tainted.contains(&child)) {
                    same.tainted.insert(*node);
                }
            }
        }
        same
    }

    /// Returns whether the two subtrees are the same.
    pub(crate) fn holds(&self, base: Node<'d>, head: Node<'d>) -> bool {
        self.comparable
            && self.hashes.get(&base) == self.hashes.get(&head)
            && self.hashes.contains_key(&base)
            && !self.tainted.contains(&base)
    }

    fn hash(&self, node: Node<'d>) -> u64 {
        let of = |child: &Node<'d>| self.hashes.get(child).copied().unwrap_or(0);
        match node.kind() {
            Kind::Object => node.entries().fold(1, |sum: u64, (key, child)| {
                // The order of keys means nothing.
                let entry = label::hash(&[key]) ^ of(&child).rotate_left(17);
                sum.wrapping_add(entry.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            }),
            Kind::Array => node.items().fold(2, |sum: u64, child| {
                (sum.rotate_left(5) ^ of(&child)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            }),
            kind => label::hash(&[&kind.to_string(), node.scalar_text().unwrap_or_default()]),
        }
    }

    /// Returns the references that a subtree contains.
    fn ways(&self, node: Node<'d>) -> impl Iterator<Item = Way<'d>> + use<'_, 'd> {
        let texts = ["$ref", "$dynamicRef"].map(|key| node.get(key).and_then(Node::as_str));
        let subtypes = self.subtypes.get(&node).into_iter().flatten();
        let references = texts.into_iter().flatten().map(Way::Reference);
        references.chain(subtypes.map(|name| Way::Subtype(name)))
    }

    /// Returns the references that resolve to another subtree in the head document than in the base document.
    fn differing_ways(&self, base: &[Node<'d>], head: &[Node<'d>]) -> HashSet<Way<'d>> {
        let targets = |nodes: &[Node<'d>]| {
            let mut targets: HashMap<Way<'d>, Option<Node<'d>>> = HashMap::new();
            for node in nodes {
                for way in self.ways(*node) {
                    let target = match way {
                        Way::Reference(reference) => node.follow(reference).ok(),
                        Way::Subtype(name) => component(node.document(), name),
                    };
                    let known = targets.entry(way).or_insert(target);
                    // The same text can mean different things in different files.
                    if *known != target {
                        *known = None;
                    }
                }
            }
            targets
        };
        let (base, head) = (targets(base), targets(head));
        let hash = |node: &Option<Node<'d>>| node.and_then(|node| self.hashes.get(&node).copied());
        let mut differing: HashSet<Way<'d>> = HashSet::new();
        let mut used_by: HashMap<Way<'d>, Vec<Way<'d>>> = HashMap::new();
        for (way, target) in &base {
            let there = head.get(way).and_then(hash);
            if there.is_none() || hash(target) != there {
                differing.insert(*way);
                continue;
            }
            let mut pending: Vec<Node<'d>> = target.iter().copied().collect();
            while let Some(node) = pending.pop() {
                if self.regrouped.contains(&node) {
                    differing.insert(*way);
                }
                for inner in self.ways(node) {
                    used_by.entry(inner).or_default().push(*way);
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
    let components = document.root().get("components")?;
    components.get("schemas")?.get(name)
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
