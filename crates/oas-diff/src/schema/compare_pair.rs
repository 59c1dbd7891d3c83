//! Compares what two schemas declare themselves, keyword by keyword; subschemas become edges.

use oas_document::{
    Node,
    schema::{self, Schema, Type, Types},
};

use super::{ComparedPair, Edge, Pairs, Serialization, Side, Variance, set::Set, values::Listed};
use crate::{
    change::{Change, Effects},
    rule::{
        Rule,
        table::{self, Constraint},
    },
    severity::{Effect, Mitigations},
};

pub(super) fn compare<'d>(
    pairs: &mut Pairs<'_, 'd>,
    base: &Schema<'d>,
    head: &Schema<'d>,
    serialization: Serialization,
) -> ComparedPair<'d> {
    let (Some(base_node), Some(head_node)) = (subject(base), subject(head)) else {
        return ComparedPair::default();
    };
    let mut comparison = Comparison {
        base_set: Set::of(base),
        head_set: Set::of(head),
        pairs,
        base,
        head,
        base_node,
        head_node,
        serialization,
        is_settled: false,
        is_unchanged: false,
        compared: ComparedPair::default(),
    };
    comparison.run();
    comparison.compared
}

/// The number of schemas that hold at once among which the place of something removed is looked for.
const MAX_PARTS: usize = 1_000;

/// Returns the schema object that represents a schema's place.
pub(super) fn subject<'d>(schema: &Schema<'d>) -> Option<Node<'d>> {
    schema.nodes().first().copied()
}

/// The comparison of one pair.
pub(super) struct Comparison<'p, 'a, 'd> {
    pub(super) pairs: &'p mut Pairs<'a, 'd>,
    pub(super) base: &'p Schema<'d>,
    pub(super) head: &'p Schema<'d>,
    pub(super) base_node: Node<'d>,
    pub(super) head_node: Node<'d>,
    pub(super) base_set: Set<'d>,
    pub(super) head_set: Set<'d>,
    pub(super) serialization: Serialization,
    /// Whether what is admitted is known already, so that keywords that changed do nothing to it.
    pub(super) is_settled: bool,
    /// Whether it is known to be what it was.
    pub(super) is_unchanged: bool,
    pub(super) compared: ComparedPair<'d>,
}

impl<'d> Comparison<'_, '_, 'd> {
    fn run(&mut self) {
        self.annotations();
        if self.never() {
            return;
        }
        // A choice is compared with a choice, however short the other one is written.
        match (self.base_set.has_choices(), self.head_set.has_choices()) {
            (true, false) => self.head_set.restore_choices(),
            (false, true) => self.base_set.restore_choices(),
            _ => {}
        }
        if self.is_any_content() {
            return;
        }
        let before = self.compared.changes.len();
        match self.values() {
            Listed::Nowhere => {}
            Listed::Once => return self.null(),
            Listed::Twice => {
                // What other keywords leave of the lists is reported with them; where that is what it was, they do nothing.
                self.is_settled = true;
                self.is_unchanged = self.compared.changes.len() == before;
                self.limits();
                self.strings();
                self.numbers();
                (self.is_settled, self.is_unchanged) = (false, false);
                return self.null();
            }
        }
        if self.wrapped() {
            return self.null();
        }
        if !self.types() {
            return;
        }
        self.limits();
        self.strings();
        self.numbers();
        self.objects();
        self.arrays();
        self.unions();
        self.logic();
    }

    /// Returns whether a part of a form is any content: 3.0 describes it as `format: binary`, and from 3.1 on the schema is
    /// empty.
    fn is_any_content(&self) -> bool {
        let any = |schema: &Schema<'d>| schema.is_any();
        self.serialization == Serialization::Text
            && ((any(self.base) && self.head_set.binary.is_some())
                || (any(self.head) && self.base_set.binary.is_some()))
    }

    /// Compares a side that admits no value, by `false` or by contradictory types; the other keywords are irrelevant then.
    /// Returns whether there was one.
    fn never(&mut self) -> bool {
        let never = |set: &Set<'d>| set.false_schema.is_some() || set.types.is_empty();
        let (effect, message) = match (never(&self.base_set), never(&self.head_set)) {
            (false, false) => return false,
            (true, true) => return true,
            (false, true) => (Effect::Narrows, "nothing is admitted any more"),
            (true, false) => (Effect::Widens, "something is admitted now"),
        };
        let place = |set: &Set<'d>| set.false_schema.or(set.type_nodes.first().copied());
        let sides = match (place(&self.base_set), place(&self.head_set)) {
            (None, None) => (Some(self.base_node), Some(self.head_node)),
            sides => sides,
        };
        self.constraint(&table::SCHEMA, effect, sides, message.to_owned());
        true
    }

    /// Compares the types. Returns whether anything is left to compare: without a common type, no keyword has the same
    /// meaning on both sides.
    fn types(&mut self) -> bool {
        let (b, h) = (self.base_set.types, self.head_set.types);
        let (plain_base, plain_head) = (b.without_null(), h.without_null());
        // Where every value is encoded as text, numbers and booleans are texts as well, so that different types become
        // comparable; of two lists of types that include each other, this holds already.
        let nested = plain_base.is_superset(plain_head) || plain_head.is_superset(plain_base);
        let written = |types: Types| match self.serialization.is_text()
            && !nested
            && types.contains(Type::String)
        {
            true => (types | Types::from(Type::Number) | Types::from(Type::Boolean)).without_null(),
            false => types.without_null(),
        };
        let (base, head) = (written(b), written(h));
        let (declared_base, declared_head) = (
            self.base_set.declared.without_null(),
            self.head_set.declared.without_null(),
        );
        let differ = b.without_null() != h.without_null() && declared_base != declared_head;
        if differ {
            let effect = match (head.is_superset(base), base.is_superset(head)) {
                (true, true) => Effect::None,
                (true, _) => Effect::Widens,
                (_, true) => Effect::Narrows,
                _ => Effect::Incomparable,
            };
            // An author who describes properties means an object.
            let is_implied = |set: &Set<'d>, types: Types| {
                set.implied
                    .is_some_and(|implied| types == Types::from(implied))
            };
            let effects = match (
                is_implied(&self.base_set, plain_head),
                is_implied(&self.head_set, plain_base),
            ) {
                (true, _) => Effects {
                    request: Effect::Unknown,
                    response: Effect::None,
                },
                (_, true) => Effects {
                    request: Effect::None,
                    response: Effect::Unknown,
                },
                _ => effect.into(),
            };
            let sides = (self.type_node(Side::Base), self.type_node(Side::Head));
            let message = match (self.base_set.implied, self.head_set.implied) {
                (Some(_), _) if effects != effect.into() => format!("type {} added", name(h)),
                (_, Some(_)) if effects != effect.into() => format!("type {} removed", name(b)),
                _ => format!("type changed from {} to {}", name(b), name(h)),
            };
            self.push(table::TYPE.rule(effect), effects, sides, message);
            let message = format!("generated type changed from {} to {}", name(b), name(h));
            self.push(&table::FIELD_TYPE, Effect::None, sides, message);
        }
        self.null();
        let common = base & head;
        !differ || !common.without_null().is_empty()
    }

    fn null(&mut self) {
        let (b, h) = (self.base_set.types, self.head_set.types);
        let any = |types: Types| types.is_any();
        if b.has_null() == h.has_null()
            || ((any(b) || any(h)) && self.base_set.declared != self.head_set.declared)
            || self.is_declared_null()
        {
            return;
        }
        let sides = (self.null_node(Side::Base), self.null_node(Side::Head));
        match h.has_null() {
            true => self.constraint(
                &table::NULLABLE,
                Effect::Widens,
                sides,
                "became nullable".to_owned(),
            ),
            false => self.constraint(
                &table::NULLABLE,
                Effect::Narrows,
                sides,
                "is no longer nullable".to_owned(),
            ),
        }
    }

    /// Returns whether both sides declare null beside an enumeration without it. 3.0 and 3.1 differ in whether null is valid
    /// then, but authors mean the same.
    fn is_declared_null(&self) -> bool {
        let declares = |schema: &Schema<'d>| {
            let mut nodes = schema.nodes().iter().chain(schema.written());
            nodes.any(|node| schema::declares_null(*node))
        };
        self.base_set.values.is_some()
            && self.head_set.values.is_some()
            && declares(self.base)
            && declares(self.head)
    }

    /// Returns the node by which a side admits null, or could.
    fn null_node(&self, side: Side) -> Option<Node<'d>> {
        let (schema, set) = match side {
            Side::Base => (self.base, &self.base_set),
            Side::Head => (self.head, &self.head_set),
        };
        let nodes = schema.nodes().iter().chain(schema.written());
        let declared = nodes.clone().find_map(|node| node.get("nullable"));
        let branches = nodes.flat_map(|node| ["oneOf", "anyOf"].map(|key| node.get(key)));
        let mut branches = branches.flatten().flat_map(Node::items);
        let branch = branches.find(|branch| {
            let types = Schema::of(*branch).types();
            types == Types::from(Type::Null)
        });
        let listed = set
            .list
            .and_then(|list| list.items().find(|item| item.is_null()));
        let place = declared.or(branch).or(listed);
        place
            .or(self.type_node(side).filter(|_| !set.type_nodes.is_empty()))
            .or(set.list)
    }

    pub(super) fn type_node(&self, side: Side) -> Option<Node<'d>> {
        let set = match side {
            Side::Base => &self.base_set,
            Side::Head => &self.head_set,
        };
        set.type_nodes.first().copied()
    }

    /// Compares `not`, `if`, and the dependent keywords.
    fn logic(&mut self) {
        let (base, head) = (self.base_set.not.clone(), self.head_set.not.clone());
        for at in 0..base.len().max(head.len()) {
            self.optional(
                &table::NOT,
                (base.get(at), head.get(at)),
                Variance::Reversed,
                " not",
            );
        }
        let (base, head) = (
            self.base_set.conditionals.clone(),
            self.head_set.conditionals.clone(),
        );
        for at in 0..base.len().max(head.len()) {
            match (base.get(at), head.get(at)) {
                (Some(one), Some(other)) => {
                    self.edge(
                        &one.condition,
                        &other.condition,
                        Variance::Any,
                        Mitigations::default(),
                        " if",
                    );
                    let then = (one.then.as_ref(), other.then.as_ref());
                    self.optional(&table::CONDITIONAL, then, Variance::Same, " then");
                    let otherwise = (one.otherwise.as_ref(), other.otherwise.as_ref());
                    self.optional(&table::CONDITIONAL, otherwise, Variance::Same, " else");
                }
                (one, other) => {
                    let effect = if other.is_some() {
                        Effect::Narrows
                    } else {
                        Effect::Widens
                    };
                    let sides = (one.map(|c| c.node), other.map(|c| c.node));
                    let message = format!("condition `if` {}", appearance(other.is_some()));
                    self.constraint(&table::CONDITIONAL, effect, sides, message);
                }
            }
        }
    }

    /// Compares an optional schema that restricts its surroundings: added, it narrows; removed, it widens; on both sides, the
    /// two are compared.
    pub(super) fn optional(
        &mut self,
        constraint: &'static Constraint,
        (base, head): (Option<&Schema<'d>>, Option<&Schema<'d>>),
        variance: Variance,
        label: &str,
    ) {
        // A schema that admits everything is not a schema, and `not` that admits nothing is none either.
        let declares = |schema: &&Schema<'d>| match variance {
            Variance::Reversed => schema.effective().false_schema.is_none(),
            _ => !schema.is_any(),
        };
        let effect = match (base.filter(declares), head.filter(declares)) {
            (None, None) => return,
            (Some(_), Some(_)) => {
                if let (Some(base), Some(head)) = (base, head) {
                    self.edge(base, head, variance, Mitigations::default(), label);
                }
                return;
            }
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
        };
        let sides = (base.and_then(subject), head.and_then(subject));
        let message = format!(
            "`{}` {}",
            label.trim_start_matches(['.', ' ']),
            appearance(effect == Effect::Narrows)
        );
        self.constraint(constraint, effect, sides, message);
    }

    /// Adds a pair below this one.
    pub(super) fn edge(
        &mut self,
        base: &Schema<'d>,
        head: &Schema<'d>,
        variance: Variance,
        mitigations: Mitigations,
        label: &str,
    ) {
        if let Some(to) = self.pairs.pair(base, head, self.serialization) {
            self.compared.edges.push(Edge {
                to,
                variance,
                mitigations,
                label: label.into(),
            });
        }
    }

    pub(super) fn constraint(
        &mut self,
        constraint: &'static Constraint,
        effect: Effect,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
        message: String,
    ) {
        if self.is_unchanged {
            return;
        }
        let rule = constraint.rule(effect);
        let effect = if self.is_settled {
            Effect::None
        } else {
            effect
        };
        self.push(rule, effect, sides, message);
    }

    pub(super) fn push(
        &mut self,
        rule: &'static Rule,
        effects: impl Into<Effects>,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
        message: String,
    ) {
        // Of schemas that hold at once the one that has it: a component, for instance, beside a description.
        let declares = |schema: &Schema<'d>, side: Option<Node<'d>>| {
            let mut around = std::iter::successors(side, |node| node.parent());
            around.find(|node| schema.has_node(*node))
        };
        let (old, new) = (declares(self.base, sides.0), declares(self.head, sides.1));
        let anchor = new.or_else(|| {
            let pointer = old?.pointer();
            let mut parts = self.head.nodes().iter().copied().take(MAX_PARTS);
            parts.find(|node| node.pointer() == pointer)
        });
        let anchor = anchor.unwrap_or(self.head_node);
        let subject = match sides {
            // A removed element has its old name.
            (Some(_), None) => old.unwrap_or(self.base_node),
            _ => new.unwrap_or(self.head_node),
        };
        let change = Change::new(rule, effects, sides, (subject, anchor), message);
        self.compared.changes.push(change);
    }
}

fn name(types: Types) -> String {
    let shown = if types.is_any() {
        types
    } else {
        types.without_null()
    };
    if shown.is_empty() {
        types.to_string()
    } else {
        shown.to_string()
    }
}

pub(crate) fn appearance(added: bool) -> &'static str {
    if added { "added" } else { "removed" }
}
