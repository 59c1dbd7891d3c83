//! Matches the patterns that a loop over the text can decide: anchored at the beginning, a row of characters and
//! classes with counts, where what follows a class that leaves a choice cannot be mistaken for one more of it.
//!
//! Most patterns of real documents are such rows, `^[0-9a-f]{32}$` for one. A row is checked in a third of the time
//! that an automaton needs, and its counts take no memory, so that `^.{0,65536}$` is one as well.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// A pattern that is a row of parts.
#[derive(Debug)]
pub(super) struct Linear {
    parts: Vec<Part>,
    /// Whether the text has to end with the last part.
    to_end: bool,
}

#[derive(Debug)]
enum Part {
    Text(Box<str>),
    Repeated { set: Set, least: usize, most: usize },
}

/// A set of characters.
#[derive(Debug)]
struct Set {
    /// Whether an ASCII character is a member; the upper half is false, so that every byte is an index.
    ascii: Box<[bool; 256]>,
    /// The same as ranges, where they are few; else none.
    ranges: Box<[ByteRange]>,
    /// The other members, in ascending order.
    others: Box<[(char, char)]>,
}

/// The bytes from `first` to `first + width`, for each byte of a block: filling a vector with one byte takes longer than
/// comparing it.
#[derive(Debug, Clone, Copy)]
struct ByteRange {
    first: [u8; BLOCK],
    width: [u8; BLOCK],
}

/// Sets of more ranges are faster looked up byte by byte.
const FEW_RANGES: usize = 4;

/// The number of bytes in a vector register of every processor.
const BLOCK: usize = 16;

impl Linear {
    /// Converts a pattern to a row; returns `None` if it is anything else.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let HirKind::Concat(nodes) = hir.kind() else {
            return None;
        };
        let (first, nodes) = nodes.split_first()?;
        if *first.kind() != HirKind::Look(Look::Start) {
            return None;
        }
        let (nodes, to_end) = match nodes.split_last() {
            Some((last, nodes)) if *last.kind() == HirKind::Look(Look::End) => (nodes, true),
            _ => (nodes, false),
        };
        let mut parts = Vec::with_capacity(nodes.len());
        // The characters that the last parts may read beyond those that they need.
        let mut open: Vec<ClassUnicode> = Vec::new();
        for node in nodes {
            let (part, class, least, most) = match node.kind() {
                HirKind::Literal(literal) => {
                    let text = std::str::from_utf8(&literal.0).ok()?;
                    let class = one(text.chars().next()?);
                    (Part::Text(text.into()), class, 1, 1)
                }
                HirKind::Class(Class::Unicode(class)) => {
                    (Part::repeated(class, 1, 1), class.clone(), 1, 1)
                }
                HirKind::Repetition(repetition) => {
                    let class = match repetition.sub.kind() {
                        HirKind::Class(Class::Unicode(class)) => class.clone(),
                        HirKind::Literal(literal) => {
                            let text = std::str::from_utf8(&literal.0).ok()?;
                            let mut characters = text.chars();
                            let class = one(characters.next()?);
                            if characters.next().is_some() {
                                return None;
                            }
                            class
                        }
                        _ => return None,
                    };
                    let least = usize::try_from(repetition.min).ok()?;
                    let most = match repetition.max {
                        Some(most) => usize::try_from(most).ok()?,
                        None => usize::MAX,
                    };
                    (Part::repeated(&class, least, most), class, least, most)
                }
                _ => return None,
            };
            if open.iter().any(|before| overlap(before, &class)) {
                return None;
            }
            if least > 0 {
                open.clear();
            }
            if least < most {
                open.push(class);
            }
            parts.push(part);
        }
        Some(Self { parts, to_end })
    }

    /// Returns whether the text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut rest = text;
        for part in &self.parts {
            let after = match part {
                Part::Text(expected) => rest.strip_prefix(&**expected),
                Part::Repeated { set, least, most } => set.skip(rest, *least, *most),
            };
            match after {
                Some(after) => rest = after,
                None => return false,
            }
        }
        !self.to_end || rest.is_empty()
    }
}

impl Part {
    fn repeated(class: &ClassUnicode, least: usize, most: usize) -> Self {
        let mut ascii = Box::new([false; 256]);
        for range in class.iter() {
            for code in range.start()..=range.end().min('\x7f') {
                ascii[code as usize] = true;
            }
        }
        let others = class.iter().filter(|range| !range.end().is_ascii());
        let ranges = class.iter().filter(|range| range.start().is_ascii());
        let mut ranges: Vec<_> = ranges
            .map(|range| {
                // Both are ASCII, of one byte each.
                let (first, last) = (range.start() as u8, range.end().min('\x7f') as u8);
                ByteRange {
                    first: [first; BLOCK],
                    width: [last - first; BLOCK],
                }
            })
            .collect();
        if ranges.len() > FEW_RANGES {
            ranges.clear();
        }
        Self::Repeated {
            set: Set {
                ascii,
                ranges: ranges.into(),
                others: others.map(|range| (range.start(), range.end())).collect(),
            },
            least,
            most,
        }
    }
}

impl Set {
    /// Skips as many members as there are, but `most`. `None` where these are fewer than `least`.
    fn skip<'t>(&self, text: &'t str, least: usize, most: usize) -> Option<&'t str> {
        let bytes = text.as_bytes();
        let mut count = self.ascii_prefix(bytes.get(..most).unwrap_or(bytes));
        // All of these are ASCII, so that the rest begins with a character.
        let mut rest = text.get(count..)?;
        if !self.others.is_empty() {
            let mut characters = rest.chars();
            while count < most && characters.next().is_some_and(|next| self.contains(next)) {
                count += 1;
                rest = characters.as_str();
            }
        }
        (count >= least).then_some(rest)
    }

    /// Returns the number of bytes at the beginning that are ASCII members.
    fn ascii_prefix(&self, bytes: &[u8]) -> usize {
        let blocks = bytes.as_chunks::<BLOCK>().0.iter();
        let within = blocks.take_while(|block| is_within(block, &self.ranges));
        let whole = BLOCK * within.count();
        let rest = bytes.get(whole..).unwrap_or_default();
        let end = rest.iter().position(|byte| !self.ascii[usize::from(*byte)]);
        whole + end.unwrap_or(rest.len())
    }

    fn contains(&self, character: char) -> bool {
        if character.is_ascii() {
            return self.ascii[character as usize];
        }
        let after = self
            .others
            .partition_point(|(first, _)| *first <= character);
        after
            .checked_sub(1)
            .and_then(|index| self.others.get(index))
            .is_some_and(|(_, last)| character <= *last)
    }
}

/// Returns whether all bytes of a block are in one of the ranges. All are compared regardless of the first results, so
/// that the compiler emits vector instructions.
fn is_within(block: &[u8; BLOCK], ranges: &[ByteRange]) -> bool {
    let mut members = [false; BLOCK];
    for range in ranges {
        let bounds = range.first.iter().zip(&range.width);
        for ((member, byte), (first, width)) in members.iter_mut().zip(block).zip(bounds) {
            *member |= byte.wrapping_sub(*first) <= *width;
        }
    }
    members.into_iter().fold(true, |all, member| all & member)
}

fn one(character: char) -> ClassUnicode {
    ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(
        character, character,
    )])
}

fn overlap(a: &ClassUnicode, b: &ClassUnicode) -> bool {
    let mut both = a.clone();
    both.intersect(b);
    !both.ranges().is_empty()
}
