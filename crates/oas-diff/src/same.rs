//! Which subtrees of the two documents are the same, references included, so that most of a large document is never
//! compared.
//!
//! Two subtrees are the same when they hold the same values and every `$ref` in them leads to subtrees that are the
//! same. Cycles are no difference. The answer errs towards "not the same", which costs time only.

use std::collections::{HashMap, HashSet};

use oas_document::{Document, Kind, Node};

use crate::label;

#[derive(Debug)]
pub(crate) struct Same<'d> {
    /// Hash of what is written in each subtree.
    hashes: HashMap<Node<'d>, u64>,
    /// Subtrees of the base document that contain a reference to something that differs.
    tainted: HashSet<Node<'d>>,
    /// Whether keywords mean the same in both documents.
    comparable: bool,
}

impl<'d> Same<'d> {
    pub(crate) fn of(base: &'d Document, head: &'d Document) -> Same<'d> {
        let mut same = Same {
            hashes: HashMap::new(),
            tainted: HashSet::new(),
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
        let differing = same.differing_references(&base_nodes, &head_nodes);
        if !differing.is_empty() {
            for node in base_nodes.iter().rev() {
                let own = references(*node).any(|reference| differing.contains(reference));
                if own || children(*node).any(|child| same.tainted.contains(&child)) {
                    same.tainted.insert(*node);
                }
            }
        }
        same
    }

    /// Whether the two subtrees are the same.
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
                // The order of keys says nothing.
                let entry = label::hash(&[key]) ^ of(&child).rotate_left(17);
                sum.wrapping_add(entry.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            }),
            Kind::Array => node.items().fold(2, |sum: u64, child| {
                (sum.rotate_left(5) ^ of(&child)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            }),
            kind => label::hash(&[&kind.to_string(), node.scalar_text().unwrap_or_default()]),
        }
    }

    /// The texts of references that lead to something else in the head document than in the base document.
    fn differing_references(&self, base: &[Node<'d>], head: &[Node<'d>]) -> HashSet<&'d str> {
        let targets = |nodes: &[Node<'d>]| {
            let mut targets: HashMap<&'d str, Option<Node<'d>>> = HashMap::new();
            for node in nodes {
                for reference in references(*node) {
                    let target = node.follow(reference).ok();
                    let known = targets.entry(reference).or_insert(target);
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
        let mut differing: HashSet<&'d str> = HashSet::new();
        let mut used_by: HashMap<&'d str, Vec<&'d str>> = HashMap::new();
        for (reference, target) in &base {
            let there = head.get(reference).and_then(hash);
            if there.is_none() || hash(target) != there {
                differing.insert(reference);
                continue;
            }
            let mut pending: Vec<Node<'d>> = target.iter().copied().collect();
            while let Some(node) = pending.pop() {
                for inner in references(node) {
                    used_by.entry(inner).or_default().push(reference);
                }
                pending.extend(children(node));
            }
        }
        let mut pending: Vec<&'d str> = differing.iter().copied().collect();
        while let Some(reference) = pending.pop() {
            for user in used_by.get(reference).into_iter().flatten() {
                if differing.insert(user) {
                    pending.push(user);
                }
            }
        }
        differing
    }
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.items().chain(node.entries().map(|(_, child)| child))
}

fn references(node: Node<'_>) -> impl Iterator<Item = &str> {
    let texts = ["$ref", "$dynamicRef"].map(|key| node.get(key).and_then(Node::as_str));
    texts.into_iter().flatten()
}
