//! Texts that match a regular expression.

use oas_schema::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A few texts that the pattern should match, of which one has at least `length` characters if that is possible. None
/// where the pattern looks around, refers back, or is not understood.
pub(super) fn examples(pattern: &str, length: usize) -> Vec<String> {
    let shape = Pattern::from(pattern.to_owned()).shape().ok();
    let Some(hir) = shape.and_then(|shape| regex_syntax::parse(&shape).ok()) else {
        return Vec::new();
    };
    // How often to repeat, beyond what is needed: each choice makes another text.
    let mut texts: Vec<String> = [0, 1, length]
        .into_iter()
        .filter_map(|more| {
            let mut text = String::new();
            write(&hir, more, &mut text)?;
            Some(text)
        })
        .collect();
    texts.dedup();
    texts
}

/// Longest text that is written, in bytes.
const LONGEST: usize = 4_096;

fn write(hir: &Hir, more: usize, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(character(class)?),
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).ok()?;
            let most = repetition.max.map_or(usize::MAX, |max| max as usize);
            for _ in 0..least.saturating_add(more).min(most) {
                write(&repetition.sub, more, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, more, out)?;
            }
        }
        HirKind::Alternation(choices) => write(choices.first()?, more, out)?,
    }
    Some(())
}

/// A character of the class that reads well.
fn character(class: &Class) -> Option<char> {
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
    let readable = ['a', '1', 'A', '-', '_', '.', ' '];
    let first = ranges.first().map(|(first, _)| *first);
    readable
        .into_iter()
        .find(holds)
        .or_else(|| ('!'..='~').find(holds))
        .or(first)
}
