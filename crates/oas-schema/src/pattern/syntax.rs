//! Defines the syntax tree of a pattern (ECMA-262 2025 §22.2.1), with what the translated constructs of other dialects add.

use std::collections::HashMap;

use super::PatternError;
use super::property::Property;

/// A pattern.
#[derive(Debug)]
pub(super) struct Syntax {
    pub(super) node: Expression,
    /// The groups of each name: several where they are in different alternatives.
    pub(super) names: HashMap<String, Vec<usize>>,
    /// The first construct of another dialect.
    pub(super) deviation: Option<PatternError>,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// Matches without reading anything.
    Empty,
    /// One code point. A lone surrogate matches nothing, because text has none.
    Literal(u32),
    /// `.`
    Any,
    /// A character class, or an escape for one.
    Class(Class),
    /// `^`
    Start,
    /// `$`
    End,
    /// `\A` of other dialects: the beginning of the text, whatever the flags.
    TextStart,
    /// `\z` of other dialects.
    TextEnd,
    /// `\b`, and `\B` where it is negated.
    WordBoundary { negated: bool },
    /// Look-ahead and look-behind.
    Look {
        behind: bool,
        negated: bool,
        node: Box<Self>,
    },
    /// A capturing group with its number.
    Capture(usize, Box<Self>),
    /// `(?>…)` of other dialects: the first match of the group is the only one that is tried.
    Atomic(Box<Self>),
    /// `(?i-s:…)`: the flags that it sets and clears.
    Modified {
        set: Flags,
        cleared: Flags,
        node: Box<Self>,
    },
    /// `\1` and `\k<name>`, and where it is.
    Backreference(Reference, usize),
    /// An atom with a quantifier.
    Repeat {
        node: Box<Self>,
        least: u64,
        most: Option<u64>,
        lazy: bool,
    },
    /// One after the other.
    Sequence(Vec<Self>),
    /// One of these, the first that leads to a match.
    Alternatives(Vec<Self>),
}

/// The group that a backreference refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reference {
    Number(usize),
    Name(String),
}

/// Modifiers (ECMA-262 2025 §22.2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) dot_all: bool,
}

/// A character class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) negated: bool,
    pub(super) items: Vec<ClassItem>,
    /// The classes after `&&` of other dialects: a member of the class is a member of each.
    pub(super) within: Vec<Self>,
}

/// A member of a character class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClassItem {
    /// The code points from the first to the last.
    Range(u32, u32),
    /// `\d`, `\w`, `\s`, `\p{…}` and their complements.
    Set { set: Set, negated: bool },
}

/// A set of code points that has an escape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// `\d`: ASCII digits.
    Digit,
    /// `\w`: ASCII letters, digits and `_`.
    Word,
    /// `\s`: white space and line terminators (ECMA-262 2025 §12.2 and §12.3).
    Space,
    /// `\p{…}`
    Property(Property),
    /// The members of a class that other dialects name, in the syntax of the engines.
    Members(&'static str),
}

impl Class {
    /// Returns the class of these members.
    pub(super) fn of(items: impl Into<Vec<ClassItem>>) -> Self {
        Self {
            negated: false,
            items: items.into(),
            within: Vec::new(),
        }
    }
}

impl Expression {
    /// Returns the parts of a node, in the order of the pattern.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Look { node, .. }
            | Self::Capture(_, node)
            | Self::Atomic(node)
            | Self::Modified { node, .. }
            | Self::Repeat { node, .. } => std::slice::from_ref(node),
            Self::Sequence(nodes) | Self::Alternatives(nodes) => nodes,
            Self::Empty
            | Self::Literal(_)
            | Self::Any
            | Self::Class(_)
            | Self::Start
            | Self::End
            | Self::TextStart
            | Self::TextEnd
            | Self::WordBoundary { .. }
            | Self::Backreference(..) => &[],
        }
    }
}
