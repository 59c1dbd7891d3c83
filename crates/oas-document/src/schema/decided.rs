//! Decides which types the branches of `oneOf` and `anyOf` admit, once for a document: unions within unions would otherwise be
//! looked into again by each of them.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Schema, Types, null};
use crate::{Document, Node};

/// The types that branches admit, as far as they are decided.
#[derive(Default)]
pub(crate) struct DecidedTypes(OnceLock<Box<[AtomicU8]>>);

impl DecidedTypes {
    /// The bit of a decision, which no type has.
    const DECIDED: u8 = 1 << 7;

    fn get(&self, node: Node<'_>) -> Option<Types> {
        let bits = self.0.get()?.get(node.id as usize)?;
        let bits = bits.load(Ordering::Relaxed);
        (bits & Self::DECIDED != 0).then(|| Types::from_bits(bits & !Self::DECIDED))
    }

    /// Stores the types of a node. Another thread may decide the same at this time, to the same types.
    fn set(&self, node: Node<'_>, types: Types) {
        let all = self.0.get_or_init(|| {
            let nodes = node.document().tree.nodes.iter();
            nodes.map(|_| AtomicU8::new(0)).collect()
        });
        if let Some(bits) = all.get(node.id as usize) {
            bits.store(types.bits() | Self::DECIDED, Ordering::Relaxed);
        }
    }
}

/// Of a copy, which can be changed, nothing is decided.
impl Clone for DecidedTypes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Returns the types that a schema admits, the branches of which are branches of this document.
pub(super) fn types<'d>(document: &'d Document, schema: &Schema<'d>) -> Types {
    let decided = &document.decided_types;
    decide(decided, null::branches(schema));
    null::admitted(schema, &|branch| decided.get(branch).unwrap_or(Types::ANY))
}

/// Decides branches, and all that these depend on.
///
/// The result is the least one: a branch that contains itself adds nothing to a union that it is a part of. It does not depend on
/// which branch is asked for first.
fn decide<'d>(decided: &DecidedTypes, branches: Vec<Node<'d>>) {
    let mut open: FxHashMap<Node<'d>, Types> = FxHashMap::default();
    let mut order: Vec<Node<'d>> = Vec::new();
    // A chain of unions is as long as a document makes it, so that this is not a recursion.
    let mut pending: Vec<(Node<'d>, bool)> =
        branches.into_iter().map(|node| (node, false)).collect();
    let is_circular = Cell::new(false);
    let mut is_done: FxHashSet<Node<'d>> = FxHashSet::default();
    while let Some((node, is_entered)) = pending.pop() {
        if !is_entered {
            if decided.get(node).is_some() || open.contains_key(&node) {
                continue;
            }
            open.insert(node, Types::NONE);
            pending.push((node, true));
            pending.extend(
                null::branches(&Schema::of(node))
                    .into_iter()
                    .map(|node| (node, false)),
            );
            continue;
        }
        let of_branch = |branch: Node<'d>| {
            if let Some(types) = decided.get(branch) {
                return types;
            }
            is_circular.set(is_circular.get() || !is_done.contains(&branch));
            open.get(&branch).copied().unwrap_or(Types::NONE)
        };
        let types = null::admitted(&Schema::of(node), &of_branch);
        open.insert(node, types);
        is_done.insert(node);
        order.push(node);
    }
    // Within a circle, a branch may admit what another was found to admit later.
    while is_circular.replace(false) {
        for node in &order {
            let of_branch = |branch: Node<'d>| {
                let known = decided.get(branch).or_else(|| open.get(&branch).copied());
                known.unwrap_or(Types::NONE)
            };
            let types = null::admitted(&Schema::of(*node), &of_branch);
            if open.insert(*node, types) != Some(types) {
                is_circular.set(true);
            }
        }
    }
    for (node, types) in open {
        decided.set(node, types);
    }
}
