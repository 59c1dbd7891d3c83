//! Collects the set of schema objects that apply at once at a node.
//!
//! The walk is iterative and visits each node at most twice, so that neither cycles nor long chains of `allOf` are a
//! problem.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Schema, SchemaProblem, Subschema, union};
use crate::{Node, Version};

enum Step<'d> {
    Enter(Subschema<'d>),
    /// The node's own keywords take their place among those of what it includes.
    Own(Subschema<'d>),
    Leave(Node<'d>),
}

impl<'d> Subschema<'d> {
    /// Returns a schema object that nothing wraps.
    fn of(node: Node<'d>) -> Self {
        Subschema {
            node,
            null: false,
            nullable: false,
            depth: 0,
        }
    }
}

pub(super) fn flatten(root: Node<'_>) -> Schema<'_> {
    // Most schemas have one part and nothing to follow.
    if root.is_object()
        && !["$ref", "$dynamicRef", "allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| root.get(key).is_some())
    {
        return Schema::from_parts(vec![root], vec![Subschema::of(root)], Vec::new());
    }
    let mut flattening = Flattening::default();
    flattening.run(root);
    let Flattening {
        order,
        seen,
        mut problems,
        ..
    } = flattening;
    // Unions can have very many branches, each of which is a schema of few parts.
    problems.shrink_to_fit();
    let mut parts: Vec<Subschema<'_>> = Vec::with_capacity(order.len().max(1));
    parts.extend(order.iter().filter_map(|node| seen.get(node).copied()));
    if parts.is_empty() {
        // A schema without keywords still has a place.
        parts.push(Subschema::of(root));
    }
    Schema::from_parts(vec![root], parts, problems)
}

/// What a schema includes, in numbers.
pub(crate) struct Inclusions {
    /// The schema objects that are combined.
    pub(crate) parts: usize,
    /// All schema objects on the way to them, such as references.
    pub(crate) walked: usize,
}

impl Inclusions {
    pub(crate) fn of(root: Node<'_>) -> Self {
        let mut flattening = Flattening::default();
        flattening.run(root);
        Self {
            parts: flattening.order.len(),
            walked: flattening.seen.len(),
        }
    }
}

#[derive(Default)]
struct Flattening<'d> {
    stack: Vec<Step<'d>>,
    seen: FxHashMap<Node<'d>, Subschema<'d>>,
    /// Nodes that are being flattened right now.
    path: FxHashSet<Node<'d>>,
    order: Vec<Node<'d>>,
    in_order: FxHashSet<Node<'d>>,
    problems: Vec<SchemaProblem<'d>>,
}

impl<'d> Flattening<'d> {
    fn run(&mut self, root: Node<'d>) {
        self.stack.push(Step::Enter(Subschema::of(root)));
        while let Some(step) = self.stack.pop() {
            match step {
                Step::Enter(part) => self.enter(part),
                Step::Own(part) => {
                    if self.in_order.insert(part.node) {
                        self.order.push(part.node);
                    }
                }
                Step::Leave(node) => {
                    self.path.remove(&node);
                }
            }
        }
    }

    fn enter(&mut self, part: Subschema<'d>) {
        let node = part.node;
        if self.path.contains(&node) {
            self.problem(SchemaProblem::ContainsItself(node));
            return;
        }
        if let Some(known) = self.seen.get_mut(&node) {
            known.depth = known.depth.min(part.depth);
            known.nullable |= part.nullable;
            if !known.null || part.null {
                return;
            }
            // Null must be admitted on every way to the node, and here is one on which it is not.
            known.null = false;
        } else {
            self.seen.insert(node, part);
        }
        match node.as_bool() {
            Some(true) => return,
            Some(false) => {
                self.stack.push(Step::Own(part));
                return;
            }
            None if !node.is_object() => {
                self.problem(SchemaProblem::NotASchema(node));
                return;
            }
            None => {}
        }
        self.path.insert(node);
        self.stack.push(Step::Leave(node));
        let steps = self.included(part);
        self.stack.extend(steps.into_iter().rev());
    }

    /// Returns the objects that an object includes, and its own keywords, in document order.
    fn included(&mut self, part: Subschema<'d>) -> Vec<Step<'d>> {
        let node = part.node;
        let v3_0 = node.document().version() == Version::V3_0;
        // A chain of references is walked once, when the document is loaded, and not again by each schema in it.
        let target = node.document().core(node);
        if v3_0 && let Some(target) = target {
            return match target {
                Ok((node, count)) => vec![Step::Enter(Subschema {
                    node,
                    depth: part.depth + count,
                    ..part
                })],
                Err(error) => {
                    self.problem(SchemaProblem::Reference(error));
                    vec![Step::Own(part)]
                }
            };
        }
        let is_nullable = union::is_nullable(node);
        let null = part.null || is_nullable;
        let nullable = part.nullable || is_nullable;
        let enter_past = |(node, count): (Node<'d>, u32), null| {
            Step::Enter(Subschema {
                node,
                null,
                nullable,
                depth: part.depth + count,
            })
        };
        let enter = |node, null| enter_past((node, 1), null);
        let mut steps = Vec::new();
        let mut own = false;
        for (key, value) in node.entries() {
            match key {
                "allOf" => steps.extend(value.items().map(|item| enter(item, null))),
                "oneOf" | "anyOf" => match union::sole_branch(node, value) {
                    Some((branch, or_null)) => steps.push(enter(branch, null || or_null)),
                    None if !own => {
                        own = true;
                        steps.push(Step::Own(part));
                    }
                    None => {}
                },
                "nullable" => {}
                "$ref" if matches!(target, Some(Ok(_))) => {
                    steps.extend(
                        target
                            .and_then(Result::ok)
                            .map(|target| enter_past(target, null)),
                    );
                }
                "$dynamicRef" => {
                    let target = value.as_str().map(|reference| node.follow(reference));
                    match target {
                        Some(Ok(target)) => steps.push(enter(target, null)),
                        Some(Err(error)) => self.problem(SchemaProblem::Reference(error)),
                        None => {}
                    }
                }
                _ if !own => {
                    own = true;
                    steps.push(Step::Own(part));
                }
                _ => {}
            }
        }
        if let Some(Err(error)) = target {
            self.problem(SchemaProblem::Reference(error));
        }
        steps
    }

    fn problem(&mut self, problem: SchemaProblem<'d>) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}
