//! What two schemas say themselves, keyword by keyword; what they contain becomes edges.

use oas_document::{
    Node,
    schema::{Effective, Schema, Type, Types},
};

use super::{Edge, Local, Medium, Pairs, Variance};
use crate::{
    change::{Change, Effects},
    rule::{
        Rule,
        table::{self, Constraint},
    },
    severity::{Effect, Guards},
};

pub(super) fn compare<'d>(
    pairs: &mut Pairs<'_, 'd>,
    base: &Schema<'d>,
    head: &Schema<'d>,
    medium: Medium,
) -> Local<'d> {
    let (Some(base_node), Some(head_node)) = (subject(base), subject(head)) else {
        return Local::default();
    };
    let (b, h) = (base.effective(), head.effective());
    let mut comparison = Comparison {
        declared: (declared(&b), declared(&h)),
        b,
        h,
        pairs,
        base,
        head,
        base_node,
        head_node,
        medium,
        local: Local::default(),
    };
    comparison.run();
    comparison.local
}

/// The schema object that gives a schema its place.
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
    pub(super) b: Effective<'d>,
    pub(super) h: Effective<'d>,
    /// The types that are said as types, on both sides; what other keywords leave of them is told with those.
    pub(super) declared: (Types, Types),
    pub(super) medium: Medium,
    pub(super) local: Local<'d>,
}

impl<'d> Comparison<'_, '_, 'd> {
    fn run(&mut self) {
        self.annotations();
        if self.never() {
            return;
        }
        self.drop_bare_unions();
        if self.wrapped() {
            return;
        }
        if !self.types() {
            return;
        }
        self.values();
        self.limits();
        self.strings();
        self.numbers();
        self.objects();
        self.arrays();
        self.unions();
        self.logic();
    }

    /// `false` on one side: nothing else counts.
    fn never(&mut self) -> bool {
        let (base, head) = (self.b.false_schema, self.h.false_schema);
        let effect = match (base, head) {
            (None, None) => return false,
            (Some(_), Some(_)) => Effect::None,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
        };
        if effect != Effect::None {
            let what = match head {
                Some(_) => "nothing is admitted any more",
                None => "something is admitted now",
            };
            self.constraint(&table::SCHEMA, effect, (base, head), what.to_owned());
        }
        true
    }

    /// Whether anything is left to compare: without a common type, no keyword means the same on both sides.
    fn types(&mut self) -> bool {
        let (b, h) = (self.b.types, self.h.types);
        let (plain_base, plain_head) = (b.without_null(), h.without_null());
        // Where everything is written as text, every number and boolean is one, so that a type that is another becomes
        // comparable; lists of types of which one holds the other are so already.
        let nested = plain_base.is_superset(plain_head) || plain_head.is_superset(plain_base);
        let written = |types: Types| match self.medium.is_text()
            && !nested
            && types.contains(Type::String)
        {
            true => (types | Types::from(Type::Number) | Types::from(Type::Boolean)).without_null(),
            false => types.without_null(),
        };
        let (base, head) = (written(b), written(h));
        let (said_base, said_head) = (
            self.declared.0.without_null(),
            self.declared.1.without_null(),
        );
        let told = b.without_null() != h.without_null() && said_base != said_head;
        if told {
            let effect = match (head.is_superset(base), base.is_superset(head)) {
                _ if self.medium == super::Medium::Part && self.medium_decides(b, h) => {
                    Effect::Unknown
                }
                (true, true) => Effect::None,
                (true, _) => Effect::Widens,
                (_, true) => Effect::Narrows,
                _ => Effect::Incomparable,
            };
            let sides = (self.type_node(true), self.type_node(false));
            let what = format!("type changed from {} to {}", name(b), name(h));
            self.constraint(&table::TYPE, effect, sides, what);
            let what = format!("generated type changed from {} to {}", name(b), name(h));
            self.push(&table::FIELD_TYPE, Effect::None, sides, what);
        }
        self.null(b, h);
        let common = base & head;
        !told || !common.without_null().is_empty()
    }

    /// Whether the types differ, but one of them is text, and text is how the value is sent.
    fn medium_decides(&self, b: Types, h: Types) -> bool {
        b.contains(Type::String) || h.contains(Type::String)
    }

    fn null(&mut self, b: Types, h: Types) {
        let any = |types: Types| types.is_any();
        if b.has_null() == h.has_null()
            || ((any(b) || any(h)) && self.declared.0 != self.declared.1)
        {
            return;
        }
        let sides = (self.null_node(true), self.null_node(false));
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

    fn null_node(&self, base: bool) -> Option<Node<'d>> {
        let (schema, effective) = match base {
            true => (self.base, &self.b),
            false => (self.head, &self.h),
        };
        let said = schema.keyword("nullable").into_iter().next();
        let listed = effective.value_nodes.first().copied();
        said.or(self
            .type_node(base)
            .filter(|_| !effective.type_nodes.is_empty()))
            .or(listed)
    }

    fn type_node(&self, base: bool) -> Option<Node<'d>> {
        let effective = if base { &self.b } else { &self.h };
        effective.type_nodes.first().copied()
    }

    /// `not`, `if`, and what a property brings with it.
    fn logic(&mut self) {
        let (base, head) = (self.b.not.clone(), self.h.not.clone());
        for at in 0..base.len().max(head.len()) {
            self.optional(
                &table::NOT,
                (base.get(at), head.get(at)),
                Variance::Reversed,
                " not",
            );
        }
        let (base, head) = (self.b.conditionals.clone(), self.h.conditionals.clone());
        for at in 0..base.len().max(head.len()) {
            match (base.get(at), head.get(at)) {
                (Some(one), Some(other)) => {
                    self.edge(
                        &one.condition,
                        &other.condition,
                        Variance::Any,
                        Guards::default(),
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
                    let what = format!("condition `if` {}", fate(other.is_some()));
                    self.constraint(&table::CONDITIONAL, effect, sides, what);
                }
            }
        }
    }

    /// A schema that restricts where it stands: added narrows, removed widens, and on both sides it is compared.
    pub(super) fn optional(
        &mut self,
        constraint: &'static Constraint,
        (base, head): (Option<&Schema<'d>>, Option<&Schema<'d>>),
        variance: Variance,
        label: &str,
    ) {
        // A schema that admits everything is no schema, and `not` that admits nothing is none either.
        let says = |schema: &&Schema<'d>| match variance {
            Variance::Reversed => schema.effective().false_schema.is_none(),
            _ => !schema.is_any(),
        };
        let effect = match (base.filter(says), head.filter(says)) {
            (None, None) => return,
            (Some(_), Some(_)) => {
                if let (Some(base), Some(head)) = (base, head) {
                    self.edge(base, head, variance, Guards::default(), label);
                }
                return;
            }
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
        };
        let sides = (base.and_then(subject), head.and_then(subject));
        let what = format!(
            "`{}` {}",
            label.trim_start_matches(['.', ' ']),
            fate(effect == Effect::Narrows)
        );
        self.constraint(constraint, effect, sides, what);
    }

    /// Adds a pair below this one.
    pub(super) fn edge(
        &mut self,
        base: &Schema<'d>,
        head: &Schema<'d>,
        variance: Variance,
        guards: Guards,
        label: &str,
    ) {
        if let Some(to) = self.pairs.pair(base, head, self.medium.inside()) {
            self.local.edges.push(Edge {
                to,
                variance,
                guards,
                label: label.into(),
            });
        }
    }

    pub(super) fn constraint(
        &mut self,
        constraint: &'static Constraint,
        effect: Effect,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
        what: String,
    ) {
        self.push(constraint.rule(effect), effect, sides, what);
    }

    pub(super) fn push(
        &mut self,
        rule: &'static Rule,
        effects: impl Into<Effects>,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
        what: String,
    ) {
        // Of schemas that hold at once the one that says it: a component, for instance, beside a description.
        let says = |schema: &Schema<'d>, side: Option<Node<'d>>| {
            let mut around = std::iter::successors(side, |node| node.parent());
            around.find(|node| schema.nodes().contains(node))
        };
        let (old, new) = (says(self.base, sides.0), says(self.head, sides.1));
        let near = new.or_else(|| {
            let pointer = old?.pointer();
            let mut parts = self.head.nodes().iter().copied();
            parts.find(|node| node.pointer() == pointer)
        });
        let near = near.unwrap_or(self.head_node);
        let subject = match sides {
            // What is gone is called by its old name.
            (Some(_), None) => old.unwrap_or(self.base_node),
            _ => new.unwrap_or(self.head_node),
        };
        let change = Change::new(rule, effects, sides, (subject, near), what);
        self.local.changes.push(change);
    }
}

/// The types that `type` itself names, or that branches of nothing but null leave.
fn declared(effective: &Effective<'_>) -> Types {
    if effective.types == Types::from(Type::Null) && effective.values.is_none() {
        return effective.types;
    }
    let of = |node: &Node<'_>| {
        let names = node.items().chain([*node]).filter_map(Node::as_str);
        let types: Types = names.filter_map(Type::from_name).collect();
        if types.is_empty() { Types::ANY } else { types }
    };
    effective
        .type_nodes
        .iter()
        .map(of)
        .fold(Types::ANY, |all, one| all & one)
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

pub(crate) fn fate(added: bool) -> &'static str {
    if added { "added" } else { "removed" }
}
