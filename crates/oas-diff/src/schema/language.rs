//! Decides by automata whether every text that some patterns match is matched by another one.
//!
//! The product of the automata is searched for a text that leads to acceptance in all of the first and not in the last. The
//! shortest one is kept: it shows a reader what an expression does not.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use oas_schema::{Format, Pattern};
use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson::{self, WhichCaptures},
    util::{primitives::StateID, start},
};

/// Bytes that an automaton may take.
const MAX_AUTOMATON_SIZE: usize = 1 << 20;
/// Bytes that may be used to make an automaton, and its nondeterministic one.
const MAX_CONSTRUCTION_SIZE: usize = 8 << 20;
/// States of a product that are looked at before the question counts as undecided.
const MAX_STATES: usize = 20_000;
/// The same for all questions of a comparison, so that the time that it takes has a bound.
const MAX_STATES_IN_ALL: usize = 2_000_000;
/// Lengths up to this one are counted by an automaton.
const MAX_LEN: u64 = 100;

/// Whether texts of one language are texts of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inclusion {
    Within,
    /// There is a text, this one, that only the first language has.
    Beyond(String),
    /// An expression looks around or refers back, or the automata are too large.
    Undecided,
}

/// A constraint of a text: an expression of ECMA-262, a length, or a format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Demand {
    Pattern(String),
    Length { least: u64, most: Option<u64> },
    Format(Format),
}

impl Demand {
    /// Converts the constraint to the syntax of the automata, or to a weaker one; returns `None` if they cannot express it.
    fn expression(&self) -> Option<String> {
        match self {
            Self::Pattern(source) => Pattern::from(source.clone()).regular().ok().flatten(),
            Self::Length { least, most } => {
                let least = Some(*least).filter(is_counted).unwrap_or_default();
                let most = most.filter(is_counted).map(|most| most.to_string());
                Some(format!(
                    "(?s)\\A.{{{least},{}}}\\z",
                    most.unwrap_or_default()
                ))
            }
            Self::Format(format) => shape(*format).map(|shape| format!("\\A(?:{shape})\\z")),
        }
    }

    /// Returns whether the expression is equivalent to the constraint.
    fn is_exact(&self) -> bool {
        match self {
            Self::Pattern(_) => true,
            Self::Length { least, most } => {
                is_counted(least) && most.as_ref().is_none_or(is_counted)
            }
            Self::Format(_) => false,
        }
    }

    /// Returns whether a text meets the constraint. `is_checked` is whether an automaton has checked this before.
    fn is_met_by(&self, text: &str, is_checked: bool) -> bool {
        match self {
            Self::Pattern(_) => is_checked,
            Self::Length { least, most } => {
                let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                (*least..=most.unwrap_or(u64::MAX)).contains(&length)
            }
            Self::Format(format) => format.matches(text),
        }
    }
}

/// Returns an expression that matches all texts of a format, and possibly others, in the syntax of the automata; `None` if it would not
/// be worth its automaton.
fn shape(format: Format) -> Option<&'static str> {
    Some(match format {
        Format::Date => "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        Format::DateTime => {
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
        }
        Format::Uuid => {
            "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
        }
        Format::Ipv4 => "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        _ => return None,
    })
}

fn is_counted(length: &u64) -> bool {
    *length <= MAX_LEN
}

/// A cache of decisions, because documents repeat their patterns.
#[derive(Debug, Default)]
pub(crate) struct Languages {
    decided: HashMap<(Vec<Demand>, Demand), Inclusion>,
    automata: HashMap<Demand, Option<Automata>>,
    states: usize,
}

type Automata = Rc<dense::DFA<Vec<u32>>>;

impl Languages {
    /// Returns whether every text that satisfies all of some constraints satisfies another one.
    pub(super) fn inclusion(&mut self, all: &[Demand], one: &Demand) -> Inclusion {
        if all.contains(one) {
            return Inclusion::Within;
        }
        let mut inner = all.to_vec();
        inner.sort_unstable();
        inner.dedup();
        let question = (inner, one.clone());
        if let Some(known) = self.decided.get(&question) {
            return known.clone();
        }
        let answer = self.decide(&question.0, one);
        self.decided.insert(question, answer.clone());
        answer
    }

    fn decide(&mut self, all: &[Demand], one: &Demand) -> Inclusion {
        let Some(outer) = self.automaton(one).filter(|_| one.is_exact()) else {
            return Inclusion::Undecided;
        };
        // A constraint that cannot be expressed is omitted: if the larger language is included, so is the smaller one.
        let known: Vec<_> = all.iter().map(|demand| self.automaton(demand)).collect();
        let checked: Vec<bool> = known.iter().map(Option::is_some).collect();
        let is_met = |text: &str| {
            let mut each = all.iter().zip(&checked);
            each.all(|(demand, checked)| demand.is_met_by(text, *checked))
        };
        // Texts are UTF-8.
        let text = self.automaton(&Demand::Length {
            least: 0,
            most: None,
        });
        let inner: Vec<_> = known.into_iter().chain([text]).flatten().collect();
        let limit = MAX_STATES.min(MAX_STATES_IN_ALL.saturating_sub(self.states));
        let (answer, states) = Product::new(&inner, &outer).search(limit);
        self.states += states;
        match answer {
            Inclusion::Beyond(text) if !is_met(&text) => Inclusion::Undecided,
            answer => answer,
        }
    }

    fn automaton(&mut self, demand: &Demand) -> Option<Automata> {
        let entry = self.automata.entry(demand.clone());
        entry
            .or_insert_with(|| demand.expression().and_then(|text| automaton(&text)))
            .clone()
    }
}

fn automaton(expression: &str) -> Option<Automata> {
    let automaton = dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Unanchored)
                .dfa_size_limit(Some(MAX_AUTOMATON_SIZE))
                .determinize_size_limit(Some(MAX_CONSTRUCTION_SIZE)),
        )
        .thompson(
            thompson::Config::new()
                .which_captures(WhichCaptures::None)
                .nfa_size_limit(Some(MAX_CONSTRUCTION_SIZE)),
        )
        .build(expression);
    automaton.ok().map(Into::into)
}

/// The state of an automaton after a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum AutomatonState {
    State(StateID),
    /// The automaton has matched, so that the rest of the text does not matter.
    Matched,
    /// No continuation matches.
    Dead,
}

/// Automata side by side; the last one is the outer language.
struct Product<'a> {
    automata: Vec<&'a dense::DFA<Vec<u32>>>,
    /// One byte of each class that no automaton tells apart, those first that are read most easily.
    bytes: Vec<u8>,
}

/// A state of the product, with the way to it.
struct Visited {
    at: Box<[AutomatonState]>,
    from: Option<(usize, u8)>,
}

impl<'a> Product<'a> {
    fn new(inner: &'a [Automata], outer: &'a Automata) -> Self {
        let automata: Vec<_> = inner.iter().chain([outer]).map(|one| &**one).collect();
        let mut seen = HashSet::new();
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(|byte| match byte {
            b'a'..=b'z' => 0,
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            b'!'..=b'~' => 3,
            b' ' => 4,
            _ => 5,
        });
        bytes.retain(|byte| {
            let classes: Vec<u8> = automata
                .iter()
                .map(|one| one.byte_classes().get(*byte))
                .collect();
            seen.insert(classes)
        });
        Product { automata, bytes }
    }

    /// Returns the result, and the number of states that the search took.
    fn search(&self, limit: usize) -> (Inclusion, usize) {
        let Some(start) = self.start() else {
            return (Inclusion::Undecided, 0);
        };
        let mut known = HashSet::from([start.clone()]);
        let mut visited = vec![Visited {
            at: start,
            from: None,
        }];
        let mut next = 0;
        while let Some(Visited { at, .. }) = visited.get(next) {
            let at = at.clone();
            if self.is_beyond(&at) {
                return (Inclusion::Beyond(text(&visited, next)), next);
            }
            for byte in &self.bytes {
                let Some(to) = self.step(&at, *byte) else {
                    return (Inclusion::Undecided, next);
                };
                let (outer, inner) = to
                    .split_last()
                    .map_or((AutomatonState::Dead, &[][..]), |(outer, inner)| {
                        (*outer, inner)
                    });
                // Whatever follows is in the outer language, or in no inner one.
                if outer == AutomatonState::Matched
                    || inner.contains(&AutomatonState::Dead)
                    || known.contains(&to)
                {
                    continue;
                }
                if visited.len() >= limit {
                    return (Inclusion::Undecided, visited.len());
                }
                known.insert(to.clone());
                visited.push(Visited {
                    at: to,
                    from: Some((next, *byte)),
                });
            }
            next += 1;
        }
        (Inclusion::Within, visited.len())
    }

    fn start(&self) -> Option<Box<[AutomatonState]>> {
        let config = start::Config::new().anchored(Anchored::No);
        let automata = self.automata.iter();
        automata
            .map(|one| Some(self::at(one, one.start_state(&config).ok()?)))
            .collect()
    }

    /// Returns the states after another byte; `None` if one of the automata gives up.
    fn step(&self, from: &[AutomatonState], byte: u8) -> Option<Box<[AutomatonState]>> {
        let both = self.automata.iter().zip(from);
        both.map(|(one, from)| match from {
            AutomatonState::State(state) => {
                let next = one.next_state(*state, byte);
                (!one.is_quit_state(next)).then(|| at(one, next))
            }
            settled => Some(*settled),
        })
        .collect()
    }

    /// Returns whether a text that ends here is in all inner languages and not in the outer one.
    fn is_beyond(&self, at: &[AutomatonState]) -> bool {
        let ends = |(one, at): (&&dense::DFA<Vec<u32>>, &AutomatonState)| match at {
            AutomatonState::State(state) => one.is_match_state(one.next_eoi_state(*state)),
            AutomatonState::Matched => true,
            AutomatonState::Dead => false,
        };
        let mut accepted = self.automata.iter().zip(at).map(ends);
        let outer = accepted.next_back();
        outer == Some(false) && accepted.all(|accepted| accepted)
    }
}

fn at(automaton: &dense::DFA<Vec<u32>>, state: StateID) -> AutomatonState {
    if automaton.is_match_state(state) {
        AutomatonState::Matched
    } else if automaton.is_dead_state(state) {
        AutomatonState::Dead
    } else {
        AutomatonState::State(state)
    }
}

/// Returns the text that leads to a state.
fn text(visited: &[Visited], end: usize) -> String {
    let mut bytes = Vec::new();
    let mut at = visited.get(end).and_then(|state| state.from);
    while let Some((before, byte)) = at {
        bytes.push(byte);
        at = visited.get(before).and_then(|state| state.from);
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}
