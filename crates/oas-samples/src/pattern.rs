//! Generates texts that match a regular expression.

use oas_schema::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Longest text that is written, in bytes.
const MAX_LEN: usize = 4_096;

/// Generates candidates for strings that match a pattern, short ones first, and last one of at least `length` characters if the
/// pattern has one.
///
/// The pattern is an ECMA-262 regular expression (JSON Schema 2020-12 Core §6.4). Anchors, word boundaries and look-around
/// are ignored, and a backreference is treated as its group. So a candidate need not match:
/// [`Sampler`](crate::Sampler) validates them. The list is empty if the pattern is invalid.
///
/// ```
/// use oas_samples::candidate_texts;
///
/// assert_eq!(candidate_texts("^[0-9a-f]{4}$", 0), ["aaaa"]);
/// assert_eq!(candidate_texts("^v\\d+(-rc)?$", 0), ["v1", "v11-rc"]);
/// assert_eq!(candidate_texts("^x*$", 3), ["", "x", "xxx"]);
/// assert!(candidate_texts("(", 0).is_empty());
/// ```
#[must_use]
pub fn candidate_texts(pattern: &str, length: usize) -> Vec<String> {
    // How often to repeat beyond what is needed: each choice makes another text.
    texts(pattern, [0, 1, length], Choice::First)
}

/// Writes texts for a pattern with look-around, which asks for what the rest of the pattern only admits: `^(?=.*[A-Z])(?=.*\d).{8,}$`.
/// The characters of such a text take turns, and as many as there are turns are added. The list is empty for other patterns.
pub(crate) fn varied_texts(pattern: &str, length: usize) -> Vec<String> {
    let has_look_around = ["(?=", "(?!", "(?<=", "(?<!"];
    if !has_look_around.iter().any(|open| pattern.contains(open)) {
        return Vec::new();
    }
    texts(pattern, [0, CHARACTER_KINDS.len(), length], Choice::Turn(0))
}

fn texts(pattern: &str, more: [usize; 3], choice: Choice) -> Vec<String> {
    let superset = Pattern::from(pattern.to_owned()).regular_superset().ok();
    let Some(hir) = superset.and_then(|superset| regex_syntax::parse(&superset).ok()) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for more in more {
        let (mut text, mut choice) = (String::new(), choice);
        if write(&hir, more, &mut choice, &mut text).is_some() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Which character of a class is written.
#[derive(Clone, Copy)]
enum Choice {
    /// The one that reads best.
    First,
    /// One of each kind in [`CHARACTER_KINDS`], in turn.
    Turn(usize),
}

/// The kinds of characters that rules for passwords ask for, each in the order in which its characters are taken.
const CHARACTER_KINDS: [&str; 4] = [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "!@#$%^&*?_-+=.,:;/|~(){}[]<>'`\"\\",
];

/// Appends the shortest text of an expression, each repetition `more` times longer; `None` where it gets too long.
fn write(hir: &Hir, more: usize, choice: &mut Choice, out: &mut String) -> Option<()> {
    if out.len() > MAX_LEN {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(character(class, choice)?),
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).ok()?;
            let most = repetition.max.map_or(usize::MAX, |max| max as usize);
            for _ in 0..least.saturating_add(more).min(most) {
                let before = out.len();
                write(&repetition.sub, more, choice, out)?;
                if out.len() == before {
                    break;
                }
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, choice, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, more, choice, out)?;
            }
        }
        HirKind::Alternation(choices) => write(choices.first()?, more, choice, out)?,
    }
    Some(())
}

/// Picks a character of the class.
fn character(class: &Class, choice: &mut Choice) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .filter(|range| range.end().is_ascii())
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    let holds = |wanted: &char| {
        ranges
            .iter()
            .any(|(first, last)| (first..=last).contains(&wanted))
    };
    if let Choice::Turn(turn) = choice {
        let found = (0..CHARACTER_KINDS.len()).find_map(|_| {
            let (kind, round) = (
                CHARACTER_KINDS[*turn % CHARACTER_KINDS.len()],
                *turn / CHARACTER_KINDS.len(),
            );
            *turn += 1;
            let held: Vec<char> = kind.chars().filter(holds).collect();
            held.get(round % held.len().max(1)).copied()
        });
        return found.or(ranges.first().map(|(first, _)| *first));
    }
    let readable = ['a', '1', 'A', '-', '_', '.', ' '];
    let first = ranges.first().map(|(first, _)| *first);
    readable
        .into_iter()
        .find(holds)
        .or_else(|| ('!'..='~').find(holds))
        .or(first)
}
