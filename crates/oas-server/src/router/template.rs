//! Parses path templates into segments (OpenAPI 3.0.4, Path Templating Matching, the grammar of 3.2).

use oas_wire::percent::normalize_path;

use super::Ranges;

/// One segment of a path template.
#[derive(Debug)]
pub(super) enum Segment {
    /// Text that has to be there, in canonical form.
    Literal(Box<str>),
    /// `{name}` and nothing else.
    Parameter,
    /// Parameters and literals: `x-{id}:cancel`, `{name}.{extension}`.
    Mixed(Mixed),
}

/// A literal before the first parameter, and one behind each (mostly empty behind the last).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mixed {
    before: Box<str>,
    behind: Vec<Box<str>>,
}

/// Returns the segments of `template`, without query and fragment.
pub(super) fn segments(template: &str) -> impl Iterator<Item = &str> {
    let path = template.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix('/').unwrap_or(path).split('/')
}

impl Segment {
    pub(super) fn literal(text: &str) -> Self {
        Self::Literal(normalize_path(text).into())
    }

    /// Parses `text` and adds the names of its parameters to `names`.
    pub(super) fn parse(text: &str, names: &mut Vec<Box<str>>) -> Self {
        let mut before: Option<Box<str>> = None;
        let mut behind = Vec::new();
        let mut rest = text;
        while let Some((literal, name, after)) = parameter(rest) {
            names.push(name.into());
            let literal = normalize_path(literal).into();
            match before {
                None => before = Some(literal),
                Some(_) => behind.push(literal),
            }
            rest = after;
        }
        let Some(before) = before else {
            return Self::literal(text);
        };
        behind.push(normalize_path(rest).into());
        if before.is_empty() && matches!(behind.as_slice(), [only] if only.is_empty()) {
            Self::Parameter
        } else {
            Self::Mixed(Mixed { before, behind })
        }
    }
}

/// Parses the literal before the first parameter, the name of the parameter, and the rest.
fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (literal, rest) = text.split_once('{')?;
    let (name, rest) = rest.split_once('}')?;
    Some((literal, name, rest))
}

impl Mixed {
    /// Returns how concrete the segment is: the length of all its literal text, and of that before its first parameter.
    pub(super) fn concreteness(&self) -> (usize, usize) {
        let behind: usize = self.behind.iter().map(|literal| literal.len()).sum();
        (self.before.len() + behind, self.before.len())
    }

    /// Matches a whole segment that starts at byte `at` of its path, and adds the ranges of its parameters.
    ///
    /// From the left, each parameter matches as little as possible, but at least one character; the last one matches
    /// the rest. If any match exists, this one does: it leaves the most to the parameters that follow.
    pub(super) fn matches(&self, segment: &str, at: usize, ranges: &mut Ranges) -> bool {
        let Some((last, inner)) = self.behind.split_last() else {
            return false;
        };
        let Some(mut rest) = segment
            .strip_prefix(&*self.before)
            .and_then(|rest| rest.strip_suffix(&**last))
        else {
            return false;
        };
        let mut start = at + self.before.len();
        for literal in inner {
            // The canonical form is ASCII, so byte 1 is a boundary.
            let Some(length) = rest.get(1..).and_then(|tail| tail.find(&**literal)) else {
                return false;
            };
            let length = length + 1;
            ranges.push(start..start + length);
            start += length + literal.len();
            rest = rest.get(length + literal.len()..).unwrap_or_default();
        }
        ranges.push(start..start + rest.len());
        !rest.is_empty()
    }
}
