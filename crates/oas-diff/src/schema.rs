//! Compares the values that schemas admit.
//!
//! A pair of schemas is compared once, no matter how many operations reach it, and independently of direction: changes at the
//! pair itself are stored in it, and subschemas are edges to further pairs. A walk through the graph of pairs from an
//! operation returns the changes that affect it, and in which sense. Cycles of schemas are cycles of the graph; nothing here
//! recurses along references without a bound.

mod annotations;
mod arrays;
mod choice;
mod compare_pair;
mod language;
mod names;
mod objects;
mod redirect;
mod scalars;
mod set;
mod unions;
mod values;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
};

use oas_document::{
    Node, Validator,
    schema::{self, Schema},
};
use serde_json::Value;

use crate::{
    change::{Change, Effects},
    equivalence::Equivalence,
    lifecycle::Date,
    severity::{Direction, Effect, Mitigations},
};
pub(crate) use compare_pair::appearance;
pub(crate) use names::{is_similar, summary};
use redirect::Redirection;

/// The encoding of values, as far as it decides which types count as the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Serialization {
    /// JSON and what is like it: numbers and texts are distinct.
    Json,
    /// XML: everything is text, and `xml` describes how it is written.
    Xml,
    /// Forms, plain text and header fields: everything is text.
    Text,
    /// The value of a parameter, and its parts.
    Parameter,
}

impl Serialization {
    /// Returns whether numbers and booleans are encoded as text.
    pub(crate) fn is_text(self) -> bool {
        self != Self::Json
    }
}

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Base,
    Head,
}

/// Decides whether values are admitted, by the same check that servers make.
#[derive(Debug, Default)]
pub(crate) struct Judge<'d> {
    base: Validator<'d>,
    head: Validator<'d>,
}

impl<'d> Judge<'d> {
    fn admits(&mut self, side: Side, schema: &Schema<'d>, value: &Value) -> bool {
        let validator = match side {
            Side::Base => &mut self.base,
            Side::Head => &mut self.head,
        };
        validator
            .validate(schema, value, oas_document::Direction::Strict)
            .is_empty()
    }
}

/// The relation between the sense of a change and its sense one level up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variance {
    Same,
    /// Below `not`.
    Reversed,
    /// Below `if`: any change goes both ways.
    Any,
}

impl Variance {
    fn then(self, inner: Self) -> Self {
        match (self, inner) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Reversed, Self::Reversed) => Self::Same,
            (Self::Same, other) | (other, Self::Same) => other,
        }
    }

    fn apply(self, effect: Effect) -> Effect {
        match (self, effect) {
            (Self::Same, effect) => effect,
            (Self::Reversed, effect) => effect.reversed(),
            (Self::Any, Effect::Widens | Effect::Narrows) => Effect::Incomparable,
            (Self::Any, effect) => effect,
        }
    }
}

/// The components that are built on a schema by `allOf`, by that schema.
pub(crate) type Descendants<'d> = HashMap<Node<'d>, Vec<Node<'d>>>;

/// Position of a pair in the graph.
pub(crate) type PairId = usize;

#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) to: PairId,
    pub(crate) variance: Variance,
    pub(crate) mitigations: Mitigations,
    /// The label of the edge, such as `.name` or `[]`.
    pub(crate) label: Rc<str>,
}

/// The changes of a pair itself.
#[derive(Debug, Default)]
pub(crate) struct ComparedPair<'d> {
    pub(crate) changes: Vec<Change<'d>>,
    pub(crate) edges: Vec<Edge>,
}

#[derive(Debug)]
struct Pair<'d> {
    base: Schema<'d>,
    head: Schema<'d>,
    serialization: Serialization,
    /// The reference that leads to another component than before, whose changes are those of the place.
    redirected: Option<Redirection<'d>>,
    compared: Option<Rc<ComparedPair<'d>>>,
}

/// A change as a walk meets it.
#[derive(Debug)]
pub(crate) struct Encounter<'a, 'd> {
    pub(crate) change: &'a Change<'d>,
    pub(crate) effects: Effects,
    pub(crate) mitigations: Mitigations,
    pub(crate) route: Route<'a>,
}

impl Encounter<'_, '_> {
    /// Returns the effect of the change in each direction. There is no effect in a direction in which the value is not sent.
    pub(crate) fn mitigated_effects(&self) -> Effects {
        let mitigations = self.mitigations.and(self.change.mitigations);
        let mitigated = |effect, direction| match mitigations.nullify(direction) {
            true => Effect::None,
            false => effect,
        };
        Effects {
            request: mitigated(self.effects.request, Direction::Request),
            response: mitigated(self.effects.response, Direction::Response),
        }
    }
}

/// The way of a walk from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<'a> {
    steps: &'a [Step],
    at: usize,
}

impl std::fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut labels = Vec::new();
        let mut at = Some(self.at);
        while let Some(step) = at.and_then(|at| self.steps.get(at)) {
            labels.push(&*step.label);
            at = step.from;
        }
        labels.iter().rev().try_for_each(|label| f.write_str(label))
    }
}

#[derive(Debug)]
struct Step {
    pair: PairId,
    variance: Variance,
    mitigations: Mitigations,
    from: Option<usize>,
    label: Rc<str>,
}

/// The nodes that walks have visited.
pub(crate) type Seen = HashSet<(PairId, Variance, Mitigations)>;

/// Returns whether the values of a schema are raw bytes.
pub(crate) fn is_binary(schema: &Schema<'_>) -> bool {
    set::Set::of(schema).binary.is_some()
}

/// The graph of pairs.
#[derive(Debug)]
pub(crate) struct Pairs<'a, 'd> {
    pub(crate) equivalence: &'a Equivalence<'d>,
    pub(crate) today: Date,
    pairs: Vec<Pair<'d>>,
    index: HashMap<
        (
            Schema<'d>,
            Schema<'d>,
            Serialization,
            Option<Redirection<'d>>,
        ),
        PairId,
    >,
    relations: HashMap<PairId, Effects>,
    pub(crate) judge: Judge<'d>,
    pub(crate) languages: language::Languages,
    /// The schemas that are built on others, in both documents.
    descendants: [Option<Rc<Descendants<'d>>>; 2],
    /// Pairs that are being compared right now.
    open: HashSet<PairId>,
    /// The current depth of nested comparisons of branches.
    depth: u32,
    /// Pairs that all such comparisons together may still look at.
    budget: usize,
    /// Whether the last such question came to an end before everything was looked at.
    exhausted: bool,
}

/// Nesting of "which branch is like which" questions; deeper ones are answered by name alone.
const MAX_NESTING: u32 = 12;
/// The number of pairs that one such comparison may visit.
const MAX_PAIRS: usize = 4_000;
/// The number of pairs that all of them together may visit; no ordinary document comes near.
const BUDGET: usize = 50_000;

impl<'a, 'd> Pairs<'a, 'd> {
    pub(crate) fn new(equivalence: &'a Equivalence<'d>, today: Date) -> Self {
        Pairs {
            equivalence,
            today,
            pairs: Vec::new(),
            index: HashMap::new(),
            relations: HashMap::new(),
            judge: Judge::default(),
            languages: language::Languages::default(),
            descendants: [None, None],
            open: HashSet::new(),
            depth: 0,
            budget: BUDGET,
            exhausted: false,
        }
    }

    /// Returns the pair of two schemas; `None` if they are equal, so that there is nothing to compare.
    pub(crate) fn pair(
        &mut self,
        base: &Schema<'d>,
        head: &Schema<'d>,
        serialization: Serialization,
    ) -> Option<PairId> {
        self.pair_at(base, head, serialization, redirect::of(base, head))
    }

    /// Returns the pair as [`Self::pair`] does. The caller decides whether a redirected reference is reported as one.
    fn pair_at(
        &mut self,
        base: &Schema<'d>,
        head: &Schema<'d>,
        serialization: Serialization,
        redirected: Option<Redirection<'d>>,
    ) -> Option<PairId> {
        if self.written_the_same(base, head) {
            return None;
        }
        let key = (base.clone(), head.clone(), serialization, redirected);
        if let Some(id) = self.index.get(&key) {
            return Some(*id);
        }
        let id = self.pairs.len();
        self.pairs.push(Pair {
            base: base.clone(),
            head: head.clone(),
            serialization,
            redirected,
            compared: None,
        });
        self.index.insert(key, id);
        Some(id)
    }

    /// Returns the schemas in a document that are derived from another one.
    fn descendants(&mut self, side: Side, of: Node<'d>) -> Rc<Descendants<'d>> {
        let [base, head] = &mut self.descendants;
        let slot = match side {
            Side::Base => base,
            Side::Head => head,
        };
        Rc::clone(slot.get_or_insert_with(|| Rc::new(schema::descendants(of.document()))))
    }

    fn written_the_same(&self, base: &Schema<'d>, head: &Schema<'d>) -> bool {
        let (one, other) = (base.nodes(), head.nodes());
        one.len() == other.len()
            && one
                .iter()
                .zip(other)
                .all(|(one, other)| self.equivalence.is_unchanged(*one, *other))
            && base.types().has_null() == head.types().has_null()
    }

    /// Returns the changes of a pair itself; they are empty while the pair is being compared.
    pub(crate) fn compared(&mut self, id: PairId) -> Rc<ComparedPair<'d>> {
        let Some(pair) = self.pairs.get(id) else {
            return Rc::default();
        };
        if let Some(compared) = &pair.compared {
            return Rc::clone(compared);
        }
        if !self.open.insert(id) {
            return Rc::default();
        }
        let (base, head, serialization) =
            (pair.base.clone(), pair.head.clone(), pair.serialization);
        let mut compared = match pair.redirected {
            Some(redirected) => redirect::compare(self, (&base, &head), serialization, redirected),
            None => compare_pair::compare(self, &base, &head, serialization),
        };
        // There can be very many pairs, most of which have one change or none.
        compared.changes.shrink_to_fit();
        let compared = Rc::new(compared);
        self.open.remove(&id);
        if let Some(pair) = self.pairs.get_mut(id) {
            pair.compared = Some(Rc::clone(&compared));
        }
        compared
    }

    /// Frees the changes of a pair; they are computed again should anybody ask for them.
    pub(crate) fn forget(&mut self, id: PairId) {
        if let Some(pair) = self.pairs.get_mut(id) {
            pair.compared = None;
        }
    }

    /// Returns the effect of the step from one schema to the other on the admitted values as a whole.
    pub(crate) fn relation(
        &mut self,
        base: &Schema<'d>,
        head: &Schema<'d>,
        serialization: Serialization,
    ) -> Effects {
        match self.pair(base, head, serialization) {
            Some(id) => self.relation_of(id),
            None => Effects::NONE,
        }
    }

    fn relation_of(&mut self, id: PairId) -> Effects {
        if let Some(known) = self.relations.get(&id) {
            return *known;
        }
        if self.depth >= MAX_NESTING || self.budget == 0 {
            return Effect::Unknown.into();
        }
        self.depth += 1;
        let mut effects = Effects::NONE;
        let incomparable = Effects::from(Effect::Incomparable);
        self.exhausted = false;
        self.walk(id, &mut |meeting| {
            effects = effects.and(meeting.mitigated_effects());
            effects != incomparable
        });
        self.depth -= 1;
        if std::mem::take(&mut self.exhausted) {
            effects = effects.and(Effect::Unknown.into());
        }
        if self.depth == 0 || self.open.is_empty() {
            self.relations.insert(id, effects);
        }
        effects
    }

    /// Visits every change below a pair, until the visitor has seen enough; nearest first.
    pub(crate) fn walk(&mut self, start: PairId, visit: &mut dyn FnMut(Encounter<'_, 'd>) -> bool) {
        self.walk_new(start, &mut Seen::default(), visit);
    }

    /// Walks as [`Self::walk`] does, except for what an earlier walk has visited.
    pub(crate) fn walk_new(
        &mut self,
        start: PairId,
        seen: &mut Seen,
        visit: &mut dyn FnMut(Encounter<'_, 'd>) -> bool,
    ) {
        let bounded = self.depth > 0;
        let mut steps = vec![Step {
            pair: start,
            variance: Variance::Same,
            mitigations: Mitigations::default(),
            from: None,
            label: Rc::from(""),
        }];
        let mut pending = VecDeque::from([0]);
        while let Some(at) = pending.pop_front() {
            let Some(step) = steps.get(at) else { continue };
            let (pair, variance, mitigations) = (step.pair, step.variance, step.mitigations);
            if !seen.insert((pair, variance, mitigations)) {
                continue;
            }
            if bounded {
                if seen.len() > MAX_PAIRS || self.budget == 0 {
                    // A pair beyond the limit was not compared, so that its effect is unknown.
                    self.exhausted = true;
                    return;
                }
                self.budget -= 1;
            }
            let compared = self.compared(pair);
            for change in &compared.changes {
                let meeting = Encounter {
                    change,
                    effects: change.effects.map(|effect| variance.apply(effect)),
                    mitigations,
                    route: Route { steps: &steps, at },
                };
                if !visit(meeting) {
                    return;
                }
            }
            for edge in &compared.edges {
                let next = (
                    edge.to,
                    variance.then(edge.variance),
                    mitigations.and(edge.mitigations),
                );
                if seen.contains(&next) {
                    continue;
                }
                steps.push(Step {
                    pair: next.0,
                    variance: next.1,
                    mitigations: next.2,
                    from: Some(at),
                    label: Rc::clone(&edge.label),
                });
                pending.push_back(steps.len() - 1);
            }
        }
    }
}
