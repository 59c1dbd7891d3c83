//! Compares `oneOf`, `anyOf` and discriminators: matches the branches of both sides, and reports which were added or removed.

use oas_document::{
    Node,
    object_model::{Keyword, Object},
    schema::{Discriminator, MappingEntry, Schema, Types},
};

use super::{
    Side, Variance,
    choice::{self, Alternative, Choice},
    compare_pair::{Comparison, appearance},
};
use crate::{
    change::{Effects, changed, matched, quoted},
    docs, place,
    rule::table,
    severity::{Effect, Mitigations},
};

/// Branches of one side that are compared with each of the other; beyond, only names and tags count.
const MAX_BRANCHES: usize = 24;

/// Returns whether a schema has keywords beside `type` and a choice that restrict its values.
fn has_more_keywords(schema: &Schema<'_>) -> bool {
    let keys = schema.nodes().iter().flat_map(|node| node.entries());
    keys.map(|(key, _)| key).any(|key| {
        let kind = Object::Schema.field(key).and_then(|field| field.kind);
        kind.is_some_and(Keyword::restricts)
            && !["type", "oneOf", "anyOf", "discriminator"].contains(&key)
    })
}

impl<'d> Comparison<'_, '_, 'd> {
    fn choices(&mut self, side: Side) -> Vec<Choice<'d>> {
        let (schema, set) = match side {
            Side::Base => (self.base, &self.base_set),
            Side::Head => (self.head, &self.head_set),
        };
        choice::choices(self.pairs, side, schema, set)
    }

    /// Returns the effect of the step from one schema to another, if the first is that of the given side.
    fn step(&mut self, side: Side, own: &Schema<'d>, other: &Schema<'d>) -> Effect {
        let effects = match side {
            Side::Base => self.pairs.relation(own, other, self.serialization),
            Side::Head => self
                .pairs
                .relation(other, own, self.serialization)
                .map(Effect::reversed),
        };
        effects.request.and(effects.response)
    }

    /// Compares sides of which only one is a choice without other keywords. Returns whether that was compared, so that
    /// nothing is left.
    pub(super) fn wrapped(&mut self) -> bool {
        let side = match (self.base_set.has_choices(), self.head_set.has_choices()) {
            (false, true) => Side::Base,
            (true, false) => Side::Head,
            _ => return false,
        };
        // The side of the plain schema, and the other.
        let (mut plain, schema, other) = match side {
            Side::Base => (self.base.clone(), self.head, Side::Head),
            Side::Head => (self.head.clone(), self.base, Side::Base),
        };
        if has_more_keywords(schema) {
            // The choice is beside other keywords, which are compared as ever.
            return false;
        }
        let mut choices = self.choices(other);
        let [choice] = choices.as_mut_slice() else {
            return false;
        };
        // Whether null is admitted is a question about the whole, which is compared as such: no branch has to.
        let branches = choice.branches.iter_mut().map(|branch| &mut branch.schema);
        let mut schemas: Vec<&mut Schema<'d>> = branches.chain([&mut plain]).collect();
        if schemas.iter().any(|schema| schema.types().has_null()) {
            for schema in &mut schemas {
                if !schema.types().has_null() {
                    **schema = schema.with_wrapped_null();
                }
            }
        }
        let choice = &*choice;
        let (effect, home) = self.wrapping(side, &plain, choice);
        let names = choice.names();
        let (rule, sides, mut message, effect) = match side {
            Side::Base => {
                let message = format!("became a choice of {names}");
                (
                    &table::UNION_WRAPPED,
                    (None, Some(choice.node)),
                    message,
                    effect,
                )
            }
            Side::Head => {
                let message = format!("is no longer a choice of {names}");
                let sides = (Some(choice.node), None);
                (&table::UNION_UNWRAPPED, sides, message, effect.reversed())
            }
        };
        let home = home.and_then(|at| choice.branches.get(at));
        if let (Side::Head, Some(home)) = (side, home) {
            message.push_str(&format!(": {} is left", home.name(choice.property)));
        }
        self.push(rule, effect, sides, message);
        if let Some(home) = home {
            let name = home.name(choice.property);
            // Annotations of the whole schema are compared with the whole.
            let plain = plain.assertions();
            match side {
                Side::Base => self.branch_edge(&plain, &home.schema, &name),
                Side::Head => self.branch_edge(&home.schema, &plain, &name),
            }
        }
        self.discriminators(&[], &[]);
        true
    }

    /// Returns the effect of wrapping a schema in a choice, beyond the change of the branch that it became.
    fn wrapping(
        &mut self,
        side: Side,
        plain: &Schema<'d>,
        choice: &Choice<'d>,
    ) -> (Effect, Option<usize>) {
        if plain.is_any() {
            return (Effect::Narrows, None);
        }
        let branches = &choice.branches;
        let home = self.home(side, plain, choice);
        let Some(home) = home else {
            // All values that the branches admit were admitted before, or each type has a branch of its own.
            let within = branches.len() <= MAX_BRANCHES
                && branches.iter().all(|branch| {
                    let step = self.step(side, plain, &branch.schema);
                    matches!(step, Effect::None | Effect::Narrows)
                });
            let bare = |schema: &Schema<'d>| {
                let has_choice =
                    |node: &Node<'d>| node.get("oneOf").or(node.get("anyOf")).is_some();
                !has_more_keywords(schema) && !schema.nodes().iter().any(has_choice)
            };
            let covered = branches
                .iter()
                .filter(|branch| bare(&branch.schema))
                .fold(Types::NONE, |all, branch| all | branch.schema.types());
            let types = plain.types().without_null();
            let effect = match (bare(plain) && covered.is_superset(types), within) {
                (true, _) => Effect::Widens,
                (_, true) => Effect::Narrows,
                _ => Effect::Incomparable,
            };
            return (effect, None);
        };
        let mut effect = Effect::None;
        for (_, other) in branches.iter().enumerate().filter(|(at, _)| *at != home.at) {
            let (Some(at_home), false) = (branches.get(home.at), effect == Effect::Incomparable)
            else {
                break;
            };
            // Values that match both are rejected.
            if choice.exclusive && !choice::are_disjoint(&at_home.schema, &other.schema) {
                effect = effect.and(Effect::Narrows);
            }
            if !matches!(
                self.step(side, plain, &other.schema),
                Effect::None | Effect::Narrows
            ) {
                effect = effect.and(Effect::Widens);
            }
        }
        match home.is_same {
            // Changes of the branch itself are reported with it.
            true => (effect, Some(home.at)),
            false => (effect.and(Effect::Widens), None),
        }
    }

    /// Returns the branch that a schema became: by name, by tag, by its set of values, or the first that admits all of it.
    fn home(
        &mut self,
        side: Side,
        plain: &Schema<'d>,
        choice: &Choice<'d>,
    ) -> Option<MatchingBranch> {
        let named = plain
            .written()
            .first()
            .and_then(|node| choice::component(*node));
        let tags = choice
            .property
            .map(|property| choice::constants(plain, property))
            .unwrap_or_default();
        let branches = &choice.branches;
        let same = branches
            .iter()
            .position(|branch| named.is_some() && branch.component() == named)
            .or_else(|| {
                branches.iter().position(|branch| {
                    !tags.is_empty() && tags.iter().all(|tag| branch.tags.contains(tag))
                })
            });
        if let Some(at) = same {
            return Some(MatchingBranch { at, is_same: true });
        }
        let mut wider = None;
        for (at, branch) in branches.iter().take(MAX_BRANCHES).enumerate() {
            match self.step(side, plain, &branch.schema) {
                Effect::None => return Some(MatchingBranch { at, is_same: true }),
                Effect::Widens => {
                    wider.get_or_insert(MatchingBranch { at, is_same: false });
                }
                _ => {}
            }
        }
        wider
    }

    pub(super) fn unions(&mut self) {
        let (base, head) = (self.choices(Side::Base), self.choices(Side::Head));
        self.discriminators(&base, &head);
        if let ([one], [other]) = (base.as_slice(), head.as_slice()) {
            self.kind(one, other);
            self.union(one, other);
            return;
        }
        for at in 0..base.len().max(head.len()) {
            match (base.get(at), head.get(at)) {
                (Some(one), Some(other)) => self.union(one, other),
                // The first schemas that are built on this one, or the last that were.
                (None, Some(choice)) if choice.is_of_subtypes() => {
                    for branch in &choice.branches {
                        self.branch_added(branch, choice, Effect::Widens);
                    }
                }
                (Some(choice), None) if choice.is_of_subtypes() => {
                    for branch in &choice.branches {
                        self.branch_removed(branch, choice, Effect::Narrows);
                    }
                }
                // A choice beside other keywords is one condition more.
                (None, Some(choice)) => self.push(
                    &table::UNION_WRAPPED,
                    Effect::Narrows,
                    (None, Some(choice.node)),
                    format!("must also be one of {}", choice.names()),
                ),
                (Some(choice), None) => self.push(
                    &table::UNION_UNWRAPPED,
                    Effect::Widens,
                    (Some(choice.node), None),
                    format!("need not be one of {} any more", choice.names()),
                ),
                (None, None) => {}
            }
        }
    }

    /// Compares whether exactly one branch must match, and whether it makes a difference.
    fn kind(&mut self, base: &Choice<'d>, head: &Choice<'d>) {
        let key = |choice: &Choice<'d>| choice.node.key().unwrap_or_default();
        let same_keyword = key(base) == key(head) || base.exclusive == head.exclusive;
        if same_keyword && !(base.exclusive && head.exclusive) {
            return;
        }
        let (before, after) = (is_disjoint(base), is_disjoint(head));
        let sides = (Some(base.node), Some(head.node));
        if same_keyword {
            // Values that match several branches are rejected.
            if before && !after {
                let message = "values can match several branches now".to_owned();
                self.push(&table::UNION_KIND, Effect::Narrows, sides, message);
            }
            return;
        }
        let effect = match (before && after, head.exclusive) {
            (true, _) => Effect::None,
            (false, true) => Effect::Narrows,
            (false, false) => Effect::Widens,
        };
        let message = format!("{} became {}", key(base), key(head));
        self.push(&table::UNION_KIND, effect, sides, message);
    }

    fn union(&mut self, base: &Choice<'d>, head: &Choice<'d>) {
        let tagged = base.property.is_some() && head.property.is_some();
        let mut gone: Vec<&Alternative<'d>> = base.branches.iter().collect();
        let mut new: Vec<&Alternative<'d>> = head.branches.iter().collect();
        // Branches are matched by name first, then by tag, then by text, then by meaning.
        self.match_branches(head, (&mut gone, &mut new), |_, one, other| {
            one.component().is_some() && one.component() == other.component()
        });
        self.match_branches(head, (&mut gone, &mut new), |_, one, other| {
            tagged && one.tags.iter().any(|tag| other.tags.contains(tag))
        });
        self.match_branches(head, (&mut gone, &mut new), |this, one, other| {
            let (before, after) = (one.schema.nodes(), other.schema.nodes());
            !is_renamed(one, other)
                && before.len() == after.len()
                && before
                    .iter()
                    .zip(after)
                    .all(|(a, b)| this.pairs.equivalence.is_unchanged(*a, *b))
        });
        if gone.len().max(new.len()) <= MAX_BRANCHES {
            self.match_branches(head, (&mut gone, &mut new), |this, one, other| {
                let effects = this
                    .pairs
                    .relation(&one.schema, &other.schema, this.serialization);
                !is_renamed(one, other) && effects == Effects::NONE
            });
            self.renamed_branches((&mut gone, &mut new));
        }
        // An inline branch that was edited stays the branch that it was.
        self.match_branches(head, (&mut gone, &mut new), |_, one, other| {
            one.component().is_none()
                && other.component().is_none()
                && !tagged
                && one.node.index() == other.node.index()
                && !(one.schema.types() & other.schema.types())
                    .without_null()
                    .is_empty()
        });
        if let ([one], [other]) = (gone.as_slice(), new.as_slice())
            && one.component().is_none()
            && other.component().is_none()
        {
            let name = other.name(head.property);
            return self.branch_edge(&one.schema, &other.schema, &name);
        }
        for one in gone {
            let effect = match self.is_covered(one, head, Side::Base) {
                true => Effect::None,
                false => Effect::Narrows,
            };
            self.branch_removed(one, base, effect);
        }
        for other in new {
            let effect = match self.is_covered(other, base, Side::Head) {
                true => Effect::None,
                false => Effect::Widens,
            };
            self.branch_added(other, head, effect);
        }
    }

    fn branch_removed(&mut self, branch: &Alternative<'d>, choice: &Choice<'d>, effect: Effect) {
        let name = branch.name(choice.property);
        let sides = (Some(branch.node), None);
        let message = format!("{name} removed from the choice");
        self.push(&table::BRANCH_REMOVED, effect, sides, message);
        let message = format!("variant {name} removed");
        self.push(&table::VARIANT_REMOVED, Effect::None, sides, message);
    }

    fn branch_added(&mut self, branch: &Alternative<'d>, choice: &Choice<'d>, effect: Effect) {
        let message = format!("{} added to the choice", branch.name(choice.property));
        self.push(
            &table::BRANCH_ADDED,
            effect,
            (None, Some(branch.node)),
            message,
        );
    }

    /// Matches branches of which nothing but the name changed, if the name distinguishes them on the wire.
    fn renamed_branches(
        &mut self,
        (gone, new): (&mut Vec<&Alternative<'d>>, &mut Vec<&Alternative<'d>>),
    ) {
        let mut at = 0;
        while let Some(one) = gone.get(at).copied() {
            let position = new.iter().position(|other| {
                is_renamed(one, other)
                    && self
                        .pairs
                        .relation(&one.schema, &other.schema, self.serialization)
                        == Effects::NONE
            });
            let Some(position) = position else {
                at += 1;
                continue;
            };
            gone.remove(at);
            let other = new.remove(position);
            let name = |branch: &Alternative<'d>| branch.tags.first().cloned().unwrap_or_default();
            let message = format!(
                "values that were called `{}` are called `{}`",
                name(one),
                name(other)
            );
            let sides = (Some(one.node), Some(other.node));
            self.push(
                &table::MAPPING_CHANGED,
                Effect::Incomparable,
                sides,
                message,
            );
        }
    }

    /// Returns whether the other side admits all values of a branch. A branch with a name or a tag is one that consumers
    /// distinguish, so that another of the same shape does not replace it.
    fn is_covered(&mut self, branch: &Alternative<'d>, others: &Choice<'d>, side: Side) -> bool {
        if branch.component().is_some() || !branch.tags.is_empty() {
            return false;
        }
        let listed = super::set::Set::of(&branch.schema).values;
        if let Some(values) = listed {
            let (other, schema) = match side {
                Side::Base => (Side::Head, self.head),
                Side::Head => (Side::Base, self.base),
            };
            let judge = &mut self.pairs.judge;
            return values
                .iter()
                .all(|value| judge.admits(other, schema, &value.to_json()));
        }
        others.branches.len() <= MAX_BRANCHES
            && others.branches.iter().any(|other| {
                let step = self.step(side, &branch.schema, &other.schema);
                matches!(step, Effect::None | Effect::Widens)
            })
    }

    /// Takes out of both lists the branches that belong together, each with the first that fits, and compares them.
    fn match_branches<'b>(
        &mut self,
        head: &Choice<'d>,
        (gone, new): (&mut Vec<&'b Alternative<'d>>, &mut Vec<&'b Alternative<'d>>),
        mut fits: impl FnMut(&mut Self, &Alternative<'d>, &Alternative<'d>) -> bool,
    ) {
        let mut at = 0;
        while let Some(one) = gone.get(at).copied() {
            match new.iter().position(|other| fits(self, one, other)) {
                Some(position) => {
                    gone.remove(at);
                    let other = new.remove(position);
                    let name = other.name(head.property);
                    self.branch_edge(&one.schema, &other.schema, &name);
                }
                None => at += 1,
            }
        }
    }

    /// Compares two branches, or a branch and the schema that it was before or is now.
    fn branch_edge(&mut self, base: &Schema<'d>, head: &Schema<'d>, name: &str) {
        // Branches are written where the choice is, not inside its values.
        if let Some(to) = self.pairs.pair(base, head, self.serialization) {
            self.compared.edges.push(super::Edge {
                to,
                variance: Variance::Same,
                mitigations: Mitigations::default(),
                label: format!("|{name}").into(),
            });
        }
    }

    /// Returns whether two schemas admit the same values, as far as can be decided.
    fn is_equal(&mut self, base: Node<'d>, head: Node<'d>) -> bool {
        let (base, head) = (Schema::of(base), Schema::of(head));
        self.pairs.relation(&base, &head, self.serialization) == Effects::NONE
    }

    /// Compares discriminators; changes of branches that exist on both sides are reported with them.
    fn discriminators(&mut self, before: &[Choice<'d>], after: &[Choice<'d>]) {
        let (base, head) = (
            self.base_set.discriminator.clone(),
            self.head_set.discriminator.clone(),
        );
        let (one, other) = match (&base, &head) {
            (Some(one), Some(other)) => (one, other),
            (None, None) => return,
            (one, other) => {
                let node = |declared: &Option<Discriminator<'d>>| {
                    declared.as_ref().map(|declared| declared.node)
                };
                let property = one
                    .as_ref()
                    .or(other.as_ref())
                    .map_or("", |declared| declared.property);
                let message = format!("discriminator `{property}` {}", appearance(other.is_some()));
                let rule = match other {
                    Some(_) => &table::DISCRIMINATOR_ADDED,
                    None => &table::DISCRIMINATOR_REMOVED,
                };
                return self.push(rule, Effect::None, (node(one), node(other)), message);
            }
        };
        for change in docs::fields((one.node, other.node), Object::Discriminator) {
            self.compared.changes.push(change);
        }
        if one.property != other.property {
            let sides = (one.node.get("propertyName"), other.node.get("propertyName"));
            let message = format!(
                "discriminator changed from `{}` to `{}`",
                one.property, other.property
            );
            self.push(
                &table::DISCRIMINATOR_PROPERTY,
                Effect::Incomparable,
                sides,
                message,
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
        // The name of a component maps to it without being listed.
        let listed = |declared: &'_ Discriminator<'d>| {
            let entries = declared.mapping().into_iter();
            let explicit = entries.filter(|entry| match &entry.target {
                Ok(target) => place::component(*target) != Some(("schemas", entry.value)),
                Err(_) => true,
            });
            explicit.collect::<Vec<_>>()
        };
        let (one, other) = (listed(one), listed(other));
        let entries = matched(
            one.iter().map(|entry| (entry.value, entry)),
            other.iter().map(|entry| (entry.value, entry)),
        );
        // Branches that came or went, and those that took the name of another that went, are reported as branches.
        let has = |choices: &[Choice<'d>], entry: &MappingEntry<'d>| {
            let name = entry.target.ok().and_then(Node::key);
            let mut branches = choices.iter().flat_map(|choice| &choice.branches);
            name.is_none()
                || branches.any(|branch| branch.component().or(branch.node.key()) == name)
        };
        for (value, one, other) in entries {
            let sides = (one.map(|entry| entry.node), other.map(|entry| entry.node));
            match (one, other) {
                (Some(one), Some(other)) => {
                    let same = match (&one.target, &other.target) {
                        (Ok(from), Ok(to)) => from.key() == to.key() || self.is_equal(*from, *to),
                        _ => one.node.as_str() == other.node.as_str(),
                    };
                    if same || !has(after, one) || !has(before, other) {
                        continue;
                    }
                    let message = format!(
                        "name `{value}` stands for {} instead of {}",
                        quoted(other.node),
                        quoted(one.node)
                    );
                    self.push(
                        &table::MAPPING_CHANGED,
                        Effect::Incomparable,
                        sides,
                        message,
                    );
                }
                (Some(one), None) if !has(after, one) => {}
                (None, Some(other)) if !has(before, other) => {}
                (Some(_), None) => {
                    let message = format!("name `{value}` removed from the discriminator");
                    self.push(
                        &table::MAPPING_REMOVED,
                        Effect::Incomparable,
                        sides,
                        message,
                    );
                }
                (None, _) => {
                    let message = format!("name `{value}` added to the discriminator");
                    self.push(&table::MAPPING_ADDED, Effect::Widens, sides, message);
                }
            }
        }
    }
}

/// Returns whether no value matches two branches, as far as tags, types and constants show.
fn is_disjoint(choice: &Choice<'_>) -> bool {
    let branches = &choice.branches;
    if branches.len() > MAX_BRANCHES {
        return choice.property.is_some();
    }
    branches.iter().enumerate().all(|(at, one)| {
        let mut rest = branches.iter().skip(at + 1);
        rest.all(|other| choice::are_disjoint(&one.schema, &other.schema))
    })
}

/// The branch of a choice that a plain schema of the other side is.
struct MatchingBranch {
    at: usize,
    /// Whether it is the same branch, even if it changed, rather than one that admits more.
    is_same: bool,
}

/// Returns whether branches are distinguished by the names of their components, and these differ.
fn is_renamed(one: &Alternative<'_>, other: &Alternative<'_>) -> bool {
    one.named && other.named && one.tags != other.tags
}
