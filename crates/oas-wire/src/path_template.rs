//! Path templates, such as `/pets/{id}`: literals, parameters, and which text of a path each parameter matches
//! (OpenAPI 3.0.4, Paths Object, Path Templating Matching; the grammar is that of 3.2).
//!
//! The URLs of servers and the expressions of callbacks are templates of the same form.

use std::ops::Range;

use crate::percent::{self, normalize_path};

/// The length of a character of four bytes, each of which is an escape.
const MAX_CHARACTER_LEN: usize = 12;

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Text as it is, which is not empty.
    Literal(&'t str),
    /// The name of a parameter, which has braces around it.
    Parameter(&'t str),
}

/// Splits a template into its parts, in order. A brace without its counterpart is literal text.
///
/// ```
/// use oas_wire::path_template::{Part, parts};
///
/// let all: Vec<Part<'_>> = parts("/pets/{id}.{format}").collect();
/// let [slash, id, dot, format] = [
///     Part::Literal("/pets/"), Part::Parameter("id"), Part::Literal("."), Part::Parameter("format"),
/// ];
/// assert_eq!(all, [slash, id, dot, format]);
/// ```
pub fn parts(template: &str) -> impl Iterator<Item = Part<'_>> + Clone {
    let (mut rest, mut name) = (template, None);
    std::iter::from_fn(move || {
        if let Some(name) = name.take() {
            return Some(Part::Parameter(name));
        }
        let literal = match parameter(rest) {
            Some((literal, found, after)) => {
                (name, rest) = (Some(found), after);
                literal
            }
            None => std::mem::take(&mut rest),
        };
        match literal {
            "" => name.take().map(Part::Parameter),
            text => Some(Part::Literal(text)),
        }
    })
}

/// Returns the names of the parameters of a template, in order and with repetitions.
///
/// ```
/// let names = oas_wire::path_template::names("/a/{b}/{c}.{d}");
/// assert_eq!(names.collect::<Vec<_>>(), ["b", "c", "d"]);
/// ```
pub fn names(template: &str) -> impl Iterator<Item = &str> + Clone {
    parts(template).filter_map(|part| match part {
        Part::Parameter(name) => Some(name),
        Part::Literal(_) => None,
    })
}

/// Returns a template without the names of its parameters, and with the literals in [normal form](normalize_path), so that
/// it is the same for all templates that match the same paths.
///
/// ```
/// use oas_wire::path_template::shape;
///
/// assert_eq!(shape("/pets/{id}.{format}"), "/pets/{}.{}");
/// assert_eq!(shape("/caf%c3%a9/{id}"), shape("/café/{name}"));
/// ```
#[must_use]
pub fn shape(template: &str) -> String {
    let parts = parts(template).map(|part| match part {
        Part::Literal(text) => normalize_path(text),
        Part::Parameter(_) => "{}".into(),
    });
    parts.collect()
}

/// Returns whether a server gets the value of a path parameter back, if a request has `text` in its place.
///
/// `text` is the encoded value. A template such as `/{owner}-{repository}` does not show where `owner` ends if `text` is
/// `my-team`, see [`MixedSegment::matches`].
///
/// ```
/// use oas_wire::path_template::is_delimited;
///
/// assert!(is_delimited("/{owner}-{repository}", "owner", "team"));
/// assert!(!is_delimited("/{owner}-{repository}", "owner", "my-team"));
/// assert!(is_delimited("/{owner}-{repository}", "repository", "my-team"));
/// assert!(!is_delimited("/{owner}{repository}", "owner", "team"));
/// ```
#[must_use]
pub fn is_delimited(template: &str, name: &str, text: &str) -> bool {
    let mut segments = template.split('/');
    segments.all(|segment| {
        let mut parts = parts(segment);
        if !parts.any(|part| part == Part::Parameter(name)) {
            return true;
        }
        let mut behind = parts.peekable();
        let literal = match behind.next_if(|part| matches!(part, Part::Literal(_))) {
            Some(Part::Literal(literal)) => normalize_path(literal),
            _ => "".into(),
        };
        let is_last = behind.next().is_none();
        let text = normalize_path(text);
        is_last || end_of_value(&format!("{text}{literal}"), &literal) == Some(text.len())
    })
}

/// Returns whether a request of `template` that has `text` in the place of the parameter `name` may be one of `other`, which is
/// more concrete there. `text` is the encoded value.
///
/// The parameter is a segment of its own. The other parameters of both can have any value.
///
/// ```
/// use oas_wire::path_template::is_shadowed;
///
/// assert!(is_shadowed("/pets/{id}", "id", "latest", "/pets/latest"));
/// assert!(is_shadowed("/{kind}/{id}", "id", "a.json", "/pets/{name}.json"));
/// assert!(!is_shadowed("/pets/{id}", "id", "7", "/pets/latest"));
/// assert!(!is_shadowed("/pets/{id}", "id", "latest", "/pets/latest/photos"));
/// ```
#[must_use]
pub fn is_shadowed(template: &str, name: &str, text: &str, other: &str) -> bool {
    let (mut own, mut others) = (template.split('/'), other.split('/'));
    let mut is_taken = false;
    loop {
        let (own, other) = match (own.next(), others.next()) {
            (Some(own), Some(other)) => (own, other),
            (None, None) => return is_taken,
            _ => return false,
        };
        // Most templates differ in an early literal, which costs nothing to see.
        let is_literal = |segment| parameter(segment).is_none();
        let is_it = own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) == Some(name);
        let can_be_equal = match is_it {
            true if is_literal(other) => {
                is_taken = normalize_path(other) == normalize_path(text);
                is_taken
            }
            true => MixedSegment::parse(other).is_none_or(|other| {
                is_taken |= !other.is_parameter();
                other.matches(&normalize_path(text), 0, |_| ())
            }),
            false if is_literal(own) && is_literal(other) => {
                normalize_path(own) == normalize_path(other)
            }
            false => true,
        };
        if !can_be_equal {
            return false;
        }
    }
}

/// Splits a template at its first parameter: the literal before it, its name, and the rest.
fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (literal, rest) = text.split_once('{')?;
    let (name, rest) = rest.split_once('}')?;
    Some((literal, name, rest))
}

/// Returns the length of the shortest value, of one character at least, that is followed by `literal` in `text`, which is in
/// normal form.
fn end_of_value(text: &str, literal: &str) -> Option<usize> {
    let is_whole = |length: &usize| {
        text.get(..*length)
            .is_some_and(|it| percent::decode(it).is_ok())
    };
    let first = (1..=MAX_CHARACTER_LEN).find(is_whole).unwrap_or(1);
    let found = text.get(first..)?.find(literal)?;
    Some(first + found)
}

/// A segment of a template that has parameters, mostly beside literals, such as `x-{id}:cancel` or `{name}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixedSegment {
    before: Box<str>,
    /// The literal behind each parameter, mostly empty behind the last.
    behind: Vec<Box<str>>,
}

impl MixedSegment {
    /// Parses a segment, whose literals are brought into normal form. Returns `None` if the segment has no parameter.
    ///
    /// ```
    /// use oas_wire::path_template::MixedSegment;
    ///
    /// let segment = MixedSegment::parse("{name}.{extension}").unwrap();
    /// let mut ranges = Vec::new();
    /// assert!(segment.matches("logo.tar.gz", 0, |range| ranges.push(range)));
    /// assert_eq!(ranges, [0..4, 5..11]);
    /// assert!(!segment.matches("logo", 0, |_| ()));
    /// ```
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        let (before, _, mut rest) = parameter(segment)?;
        let mut behind = Vec::new();
        while let Some((literal, _, after)) = parameter(rest) {
            behind.push(normalize_path(literal).into());
            rest = after;
        }
        behind.push(normalize_path(rest).into());
        let before = normalize_path(before).into();
        Some(Self { before, behind })
    }

    /// Returns whether the segment is one parameter and nothing else.
    #[must_use]
    pub fn is_parameter(&self) -> bool {
        self.before.is_empty() && matches!(self.behind.as_slice(), [only] if only.is_empty())
    }

    /// Returns how concrete the segment is, which decides between templates that match one path: the length of all literals,
    /// and of that before the first parameter, in bytes.
    #[must_use]
    pub fn concreteness(&self) -> (usize, usize) {
        let behind: usize = self.behind.iter().map(|literal| literal.len()).sum();
        (self.before.len() + behind, self.before.len())
    }

    /// Matches a segment of a path in normal form that begins at byte `at` of the path, and hands the place of each
    /// parameter to `found`, in order.
    ///
    /// From the left, each parameter matches as little as possible, but at least one character; the last one matches
    /// the rest. If any match exists, this one does: it leaves the most to the parameters that follow. `found` can be
    /// called even if the segment does not match.
    pub fn matches(&self, segment: &str, at: usize, mut found: impl FnMut(Range<usize>)) -> bool {
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
            let Some(length) = end_of_value(rest, literal) else {
                return false;
            };
            found(start..start + length);
            start += length + literal.len();
            rest = rest.get(length + literal.len()..).unwrap_or_default();
        }
        found(start..start + rest.len());
        !rest.is_empty()
    }
}
