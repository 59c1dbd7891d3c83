//! `oneOf`, `anyOf` and discriminators.

use oas_document::{
    Node,
    object_model::Object,
    schema::{Branch, Discriminator, Schema, Union},
};

use super::{
    Variance,
    local::{Comparison, fate},
};
use crate::{
    change::{Effects, changed, matched, quoted},
    docs, label,
    rule::table,
    severity::{Effect, Guards},
};

/// Branches of one side that are compared with each of the other; beyond, only names count.
const MAX_BRANCHES: usize = 24;

/// Keywords that do not restrict the values of a branch beyond its type.
fn is_bare_keyword(key: &str) -> bool {
    matches!(
        key,
        "type"
            | "title"
            | "description"
            | "example"
            | "examples"
            | "deprecated"
            | "$comment"
            | "default"
    ) || key.starts_with("x-")
}

/// Whether the branches say nothing but types, so that the union is a longer way to write a list of types.
fn is_bare(union: &Union<'_>) -> bool {
    let nodes = union
        .branches
        .iter()
        .flat_map(|branch| branch.schema.nodes());
    let mut bare = nodes.map(|node| {
        node.entries().all(|(key, _)| is_bare_keyword(key)) && node.get("type").is_some()
    });
    bare.all(|bare| bare)
}

impl<'d> Comparison<'_, '_, 'd> {
    /// Drops unions that only list types where the other side has none, and says what the types are instead.
    pub(super) fn drop_bare_unions(&mut self) {
        let has_union = |effective: &oas_document::schema::Effective<'d>| {
            !effective.one_of.is_empty() || !effective.any_of.is_empty()
        };
        let (base, head) = (has_union(&self.b), has_union(&self.h));
        if base == head {
            return;
        }
        let effective = if base { &mut self.b } else { &mut self.h };
        let before = effective.one_of.len() + effective.any_of.len();
        effective.one_of.retain(|union| !is_bare(union));
        effective.any_of.retain(|union| !is_bare(union));
        if effective.one_of.len() + effective.any_of.len() < before {
            let types = effective.types;
            let declared = if base {
                &mut self.declared.0
            } else {
                &mut self.declared.1
            };
            *declared = types;
        }
    }

    /// Where only one side is a union and nothing else: whether that was compared, so that nothing is left.
    pub(super) fn wrapped(&mut self) -> bool {
        let (base, head) = (all_unions(&self.b), all_unions(&self.h));
        let (plain, effective, schema, union, wrapping) = match (base.as_slice(), head.as_slice()) {
            ([], [(union, _)]) => (self.base, &self.h, self.head, *union, true),
            ([(union, _)], []) => (self.head, &self.b, self.base, *union, false),
            _ => return false,
        };
        let own = schema
            .nodes()
            .iter()
            .flat_map(|node| node.entries())
            .any(|(key, _)| {
                !is_bare_keyword(key)
                    && !matches!(
                        key,
                        "oneOf" | "anyOf" | "discriminator" | "nullable" | "externalDocs"
                    )
            });
        if own {
            // The union stands beside other keywords, which are compared as ever.
            return false;
        }
        let exclusive = effective.discriminator.is_none() && !effective.one_of.is_empty();
        let (plain, union) = (plain.clone(), union.clone());
        let effect = if plain.is_any() {
            Effect::Narrows
        } else {
            // The value that was admitted before should be one that a branch admits.
            let home = union.branches.iter().take(MAX_BRANCHES).position(|branch| {
                let effects = self.pairs.relation(&plain, &branch.schema, self.medium);
                matches!(
                    effects.request.and(effects.response),
                    Effect::None | Effect::Widens
                )
            });
            let overlaps = home.is_some_and(|home| {
                let others = union
                    .branches
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != home);
                let types = plain.types().without_null();
                others
                    .map(|(_, branch)| branch.schema.types())
                    .any(|other| !(other & types).is_empty())
            });
            match home {
                Some(_) if !(exclusive && overlaps) => Effect::Widens,
                _ => Effect::Incomparable,
            }
        };
        let names: Vec<String> = union.branches.iter().take(6).map(branch_name).collect();
        let names = names.join(", ");
        match wrapping {
            true => {
                let sides = (None, Some(union.node));
                self.push(
                    &table::UNION_WRAPPED,
                    effect,
                    sides,
                    format!("became a choice of {names}"),
                );
            }
            false => {
                let sides = (Some(union.node), None);
                let what = format!("is no longer a choice of {names}");
                self.push(&table::UNION_UNWRAPPED, effect.reversed(), sides, what);
            }
        }
        self.discriminators();
        true
    }

    pub(super) fn unions(&mut self) {
        self.discriminators();
        let (base, head) = (all_unions(&self.b), all_unions(&self.h));
        let clone = |unions: &[(&Union<'d>, bool)]| -> Vec<(Union<'d>, bool)> {
            unions
                .iter()
                .map(|(union, exclusive)| ((*union).clone(), *exclusive))
                .collect()
        };
        let (base, head) = (clone(&base), clone(&head));
        if let ([(one, exclusive)], [(other, exclusive_)]) = (base.as_slice(), head.as_slice()) {
            self.kind((one, *exclusive), (other, *exclusive_));
            self.union(one, other);
            return;
        }
        for at in 0..base.len().max(head.len()) {
            match (base.get(at), head.get(at)) {
                (Some((one, _)), Some((other, _))) => self.union(one, other),
                (None, Some((union, exclusive))) => {
                    let sides = (None, Some(union.node));
                    let effect = if *exclusive && has_shapes(union) {
                        Effect::Incomparable
                    } else {
                        Effect::Narrows
                    };
                    self.push(
                        &table::UNION_WRAPPED,
                        effect,
                        sides,
                        "must be one of several too".to_owned(),
                    );
                }
                (Some((union, exclusive)), None) => {
                    let sides = (Some(union.node), None);
                    let effect = if *exclusive && has_shapes(union) {
                        Effect::Incomparable
                    } else {
                        Effect::Widens
                    };
                    let what = "need not be one of several any more".to_owned();
                    self.push(&table::UNION_UNWRAPPED, effect, sides, what);
                }
                (None, None) => {}
            }
        }
    }

    fn kind(
        &mut self,
        (base, was_exclusive): (&Union<'d>, bool),
        (head, is_exclusive): (&Union<'d>, bool),
    ) {
        if was_exclusive == is_exclusive {
            return;
        }
        let disjoint = are_disjoint(&head.branches) && are_disjoint(&base.branches);
        let effect = match (disjoint, is_exclusive) {
            (true, _) => Effect::None,
            (false, true) => Effect::Narrows,
            (false, false) => Effect::Widens,
        };
        let kind = |exclusive| if exclusive { "oneOf" } else { "anyOf" };
        let what = format!("{} became {}", kind(was_exclusive), kind(is_exclusive));
        self.push(
            &table::UNION_KIND,
            effect,
            (Some(base.node), Some(head.node)),
            what,
        );
    }

    fn union(&mut self, base: &Union<'d>, head: &Union<'d>) {
        let mut gone: Vec<&Branch<'d>> = base.branches.iter().collect();
        let mut new: Vec<&Branch<'d>> = head.branches.iter().collect();
        // By name first, then by what is written, then by what is meant.
        self.match_branches(&mut gone, &mut new, |_, one, other| {
            component(one).is_some() && component(one) == component(other)
        });
        self.match_branches(&mut gone, &mut new, |this, one, other| {
            one.schema.nodes().len() == other.schema.nodes().len()
                && one
                    .schema
                    .nodes()
                    .iter()
                    .zip(other.schema.nodes())
                    .all(|(a, b)| this.pairs.same.holds(*a, *b))
        });
        if gone.len().max(new.len()) <= MAX_BRANCHES {
            self.match_branches(&mut gone, &mut new, |this, one, other| {
                let effects = this.pairs.relation(&one.schema, &other.schema, this.medium);
                effects.request == Effect::None && effects.response == Effect::None
            });
        }
        // An inline branch that was edited stays the branch that it was.
        self.match_branches(&mut gone, &mut new, |_, one, other| {
            component(one).is_none()
                && component(other).is_none()
                && one.node.index() == other.node.index()
                && !(one.schema.types() & other.schema.types())
                    .without_null()
                    .is_empty()
        });
        if let ([one], [other]) = (gone.as_slice(), new.as_slice())
            && component(one).is_none()
            && component(other).is_none()
        {
            self.branch(one, other);
            return;
        }
        for one in gone {
            let covered = self.is_covered(one, &head.branches, true);
            let effect = if covered {
                Effect::None
            } else {
                Effect::Narrows
            };
            let what = format!("{} removed from the choice", branch_name(one));
            self.push(&table::BRANCH_REMOVED, effect, (Some(one.node), None), what);
            let what = format!("variant {} removed", branch_name(one));
            self.push(
                &table::VARIANT_REMOVED,
                Effect::None,
                (Some(one.node), None),
                what,
            );
        }
        for other in new {
            let covered = self.is_covered(other, &base.branches, false);
            let effect = if covered {
                Effect::None
            } else {
                Effect::Widens
            };
            let what = format!("{} added to the choice", branch_name(other));
            self.push(&table::BRANCH_ADDED, effect, (None, Some(other.node)), what);
        }
    }

    /// Whether one of the other side's branches admits all that this one admits. A branch with a name is one that
    /// consumers tell apart, so that another of the same shape does not stand for it.
    fn is_covered(&mut self, branch: &Branch<'d>, others: &[Branch<'d>], is_base: bool) -> bool {
        let schema = &branch.schema;
        component(branch).is_none()
            && others.len() <= MAX_BRANCHES
            && others.iter().any(|other| {
                let (effects, covering) = match is_base {
                    true => (
                        self.pairs.relation(schema, &other.schema, self.medium),
                        Effect::Widens,
                    ),
                    false => (
                        self.pairs.relation(&other.schema, schema, self.medium),
                        Effect::Narrows,
                    ),
                };
                let effect = effects.request.and(effects.response);
                effect == Effect::None || effect == covering
            })
    }

    /// Takes out of both lists the branches that belong together, each with the first that fits, and compares them.
    fn match_branches<'b>(
        &mut self,
        gone: &mut Vec<&'b Branch<'d>>,
        new: &mut Vec<&'b Branch<'d>>,
        mut fits: impl FnMut(&mut Self, &Branch<'d>, &Branch<'d>) -> bool,
    ) {
        let mut at = 0;
        while let Some(one) = gone.get(at).copied() {
            match new.iter().position(|other| fits(self, one, other)) {
                Some(position) => {
                    gone.remove(at);
                    let other = new.remove(position);
                    self.branch(one, other);
                }
                None => at += 1,
            }
        }
    }

    fn branch(&mut self, one: &Branch<'d>, other: &Branch<'d>) {
        // Branches are written where the union is, not inside its values.
        if let Some(to) = self.pairs.pair(&one.schema, &other.schema, self.medium) {
            self.local.edges.push(super::Edge {
                to,
                variance: Variance::Same,
                guards: Guards::default(),
                label: format!("|{}", branch_name(other)).into(),
            });
        }
    }

    /// Whether two schemas admit the same, as far as can be told.
    fn is_equal(&mut self, base: Node<'d>, head: Node<'d>) -> bool {
        let (base, head) = (Schema::of(base), Schema::of(head));
        self.pairs.relation(&base, &head, self.medium) == Effects::NONE
    }

    fn discriminators(&mut self) {
        let (base, head) = (self.b.discriminator.clone(), self.h.discriminator.clone());
        let (one, other) = match (&base, &head) {
            (Some(one), Some(other)) => (one, other),
            (None, None) => return,
            (one, other) => {
                let node = |said: &Option<Discriminator<'d>>| said.as_ref().map(|said| said.node);
                let property = one
                    .as_ref()
                    .or(other.as_ref())
                    .map_or("", |said| said.property);
                let what = format!("discriminator `{property}` {}", fate(other.is_some()));
                let rule = match other {
                    Some(_) => &table::DISCRIMINATOR_ADDED,
                    None => &table::DISCRIMINATOR_REMOVED,
                };
                return self.push(rule, Effect::None, (node(one), node(other)), what);
            }
        };
        for change in docs::fields((one.node, other.node), Object::Discriminator) {
            self.local.changes.push(change);
        }
        if one.property != other.property {
            let sides = (one.node.get("propertyName"), other.node.get("propertyName"));
            let what = format!(
                "discriminator changed from `{}` to `{}`",
                one.property, other.property
            );
            self.push(
                &table::DISCRIMINATOR_PROPERTY,
                Effect::Incomparable,
                sides,
                what,
            );
        }
        let default = (
            one.node.get("defaultMapping"),
            other.node.get("defaultMapping"),
        );
        if docs::differ(default.0, default.1) {
            let (rule, effect) = match default {
                (None, _) => (&table::MAPPING_ADDED, Effect::None),
                (_, None) => (&table::MAPPING_REMOVED, Effect::Incomparable),
                _ => (&table::MAPPING_CHANGED, Effect::Incomparable),
            };
            self.push(
                rule,
                effect,
                default,
                changed("defaultMapping", default.0, default.1),
            );
        }
        // The name of a component stands for it without being listed.
        let listed = |said: &'_ Discriminator<'d>| {
            let entries = said.mapping.iter();
            let explicit = entries.filter(|entry| match &entry.target {
                Ok(target) => label::component(*target) != Some(("schemas", entry.value)),
                Err(_) => true,
            });
            explicit.cloned().collect::<Vec<_>>()
        };
        let (one, other) = (listed(one), listed(other));
        let entries = matched(
            one.iter().map(|entry| (entry.value, entry)),
            other.iter().map(|entry| (entry.value, entry)),
        );
        for (value, one, other) in entries {
            let sides = (one.map(|entry| entry.node), other.map(|entry| entry.node));
            match (one, other) {
                (Some(one), Some(other)) => {
                    let same = match (&one.target, &other.target) {
                        (Ok(from), Ok(to)) => from.key() == to.key() || self.is_equal(*from, *to),
                        _ => one.node.as_str() == other.node.as_str(),
                    };
                    if same {
                        continue;
                    }
                    let what = format!(
                        "name `{value}` stands for {} instead of {}",
                        quoted(other.node),
                        quoted(one.node)
                    );
                    self.push(&table::MAPPING_CHANGED, Effect::Incomparable, sides, what);
                }
                (Some(_), None) => {
                    let what = format!("name `{value}` removed from the discriminator");
                    self.push(&table::MAPPING_REMOVED, Effect::Incomparable, sides, what);
                }
                (None, _) => {
                    let what = format!("name `{value}` added to the discriminator");
                    self.push(&table::MAPPING_ADDED, Effect::None, sides, what);
                }
            }
        }
    }
}

/// Whether the branches describe values of their own, so that readers have to choose between them, rather than adding a
/// condition to what stands beside them.
fn has_shapes(union: &Union<'_>) -> bool {
    union
        .branches
        .iter()
        .any(|branch| !branch.schema.effective().properties.is_empty())
}

/// All unions of a schema, and whether exactly one branch must match.
fn all_unions<'e, 'd>(
    effective: &'e oas_document::schema::Effective<'d>,
) -> Vec<(&'e Union<'d>, bool)> {
    let one_of = effective.one_of.iter().map(|union| (union, true));
    one_of
        .chain(effective.any_of.iter().map(|union| (union, false)))
        .collect()
}

fn component<'d>(branch: &Branch<'d>) -> Option<&'d str> {
    branch
        .node
        .reference()
        .and_then(|reference| reference.rsplit('/').next())
}

fn branch_name(branch: &Branch<'_>) -> String {
    let title = || {
        branch
            .node
            .get("title")
            .and_then(Node::as_str)
            .map(str::to_owned)
    };
    component(branch)
        .map(str::to_owned)
        .or_else(title)
        .unwrap_or_else(|| branch.schema.types().without_null().to_string())
}

/// Whether no value can match two branches, as far as types tell.
fn are_disjoint(branches: &[Branch<'_>]) -> bool {
    let types: Vec<_> = branches
        .iter()
        .map(|branch| branch.schema.types().without_null())
        .collect();
    let mut seen = oas_document::schema::Types::NONE;
    types.iter().all(|types| {
        let disjoint = (seen & *types).is_empty();
        seen = seen | *types;
        disjoint
    })
}
