//! Parses patterns (ECMA-262 2025 §22.2.1, with the flag `u`, as JSON Schema 2020-12 §6.4 recommends).
//!
//! Without the flag, Annex B.1.2 gives a meaning to almost every text. Documents rely on three of its rules, which are
//! accepted here because no common dialect parses them differently: an escaped character that is neither an ASCII
//! letter nor a digit is itself (`\-`, `\@`), a brace or a closing bracket that is part of nothing is itself (`{id}`),
//! and a hyphen beside a set within a class is itself (`[\w-.]`). Where Annex B gives a construct of another dialect a meaning that
//! nobody had in mind, such as the letter A for `\A`, the construct is translated ([`dialect`](super::dialect)), or an error with a remedy.

use std::collections::HashMap;

use super::PatternError;
use super::dialect::{Inline, between_slashes};
use super::syntax::{Expression, Flags, Reference, Syntax};

/// Groups nested deeper than this are rejected, which bounds the recursion.
const MAX_DEPTH: usize = 100;
/// The longest pattern that is read, in bytes: documents are untrusted.
const MAX_LEN: usize = 16 * 1024;

pub(super) type Result<T> = std::result::Result<T, PatternError>;

/// Parses a pattern.
///
/// # Errors
///
/// Returns an error where the pattern is neither ECMA-262 nor of a dialect that is translated, or names a property that the engines do not have.
pub(super) fn parse(source: &str) -> Result<Syntax> {
    if source.len() > MAX_LEN {
        return Err(PatternError::beyond_engine(format!(
            "the pattern is longer than {MAX_LEN} bytes"
        )));
    }
    let literal = between_slashes(source);
    let mut parser = Parser {
        // Places are counted from the beginning of the document's text.
        source: source
            .get(..literal.map_or(source.len(), |(body, _)| body.len() + 1))
            .unwrap_or_default(),
        at: usize::from(literal.is_some()),
        depth: 0,
        groups: 0,
        names: HashMap::new(),
        references: Vec::new(),
        choices: Vec::new(),
        disjunctions: 0,
        posix: None,
        is_nested: false,
        deviation: None,
    };
    if literal.is_some() {
        parser.deviate(
            0,
            "the slashes around the expression are part of the pattern",
            "remove the slashes, and put flags into a group: `(?i:…)`",
        );
    }
    let node = parser.disjunction()?;
    if parser.at < parser.source.len() {
        return Err(PatternError::invalid(
            parser.at,
            "this `)` closes no group",
            "write `\\)` for the character",
        ));
    }
    parser.check_references()?;
    let (_, flags) = literal.unwrap_or_default();
    let node = Inline::default()
        .then(flags, Flags::default())
        .over(vec![node]);
    let names = parser.names.into_iter();
    Ok(Syntax {
        node,
        deviation: parser.deviation,
        names: names
            .map(|(name, groups)| (name, groups.into_iter().map(|group| group.index).collect()))
            .collect(),
    })
}

pub(super) struct Parser<'s> {
    source: &'s str,
    /// The place in bytes, always at the beginning of a character.
    pub(super) at: usize,
    depth: usize,
    /// The number of capturing groups that were opened.
    groups: usize,
    names: HashMap<String, Vec<NamedGroup>>,
    /// The backreferences, which may refer to groups that come later.
    references: Vec<(Reference, usize)>,
    /// The disjunctions around the current place, each with the number of the alternative.
    choices: Vec<(usize, usize)>,
    disjunctions: usize,
    /// The position at which a class contains `[:`, which other dialects parse as a POSIX class.
    pub(super) posix: Option<usize>,
    /// Whether the class is within another.
    pub(super) is_nested: bool,
    /// The first construct of another dialect.
    pub(super) deviation: Option<PatternError>,
}

struct NamedGroup {
    index: usize,
    choices: Vec<(usize, usize)>,
}

/// A quantifier in braces.
struct Count {
    least: u64,
    most: Option<u64>,
    length: usize,
    /// Whether it is written as ECMA-262 has it.
    is_exact: bool,
}

impl Count {
    fn sign(least: u64, most: Option<u64>) -> Self {
        Self {
            least,
            most,
            length: 1,
            is_exact: true,
        }
    }
}

impl<'s> Parser<'s> {
    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn take_while(&mut self, accepted: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let end = rest
            .find(|character| !accepted(character))
            .unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    pub(super) fn refer(&mut self, reference: Reference, offset: usize) -> Expression {
        self.references.push((reference.clone(), offset));
        Expression::Backreference(reference, offset)
    }

    /// Returns the text of the pattern from `start` to the current place.
    pub(super) fn since(&self, start: usize) -> &'s str {
        self.source.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn disjunction(&mut self) -> Result<Expression> {
        let id = self.disjunctions;
        self.disjunctions += 1;
        let mut alternatives = Vec::new();
        let mut inline = Inline::default();
        loop {
            self.choices.push((id, alternatives.len()));
            alternatives.push(self.alternative(&mut inline)?);
            self.choices.pop();
            if !self.eat("|") {
                break;
            }
        }
        Ok(match alternatives.len() {
            1 => alternatives.remove(0),
            _ => Expression::Alternatives(alternatives),
        })
    }

    /// Parses an alternative of a group. `inline` are the flags that were set in the group before.
    fn alternative(&mut self, inline: &mut Inline) -> Result<Expression> {
        let mut before = Vec::new();
        let mut nodes = Vec::new();
        while let Some(character) = self.peek()
            && !matches!(character, '|' | ')')
        {
            if let Some((set, cleared)) = self.inline_flags() {
                if !nodes.is_empty() {
                    before.push(inline.over(std::mem::take(&mut nodes)));
                }
                *inline = inline.then(set, cleared);
                continue;
            }
            let start = self.at;
            self.next();
            let node = self.term(character, start)?;
            nodes.push(self.quantified(node)?);
        }
        let rest = inline.over(nodes);
        if before.is_empty() {
            return Ok(rest);
        }
        before.push(rest);
        Ok(sequence(before))
    }

    /// Parses an assertion or an atom that begins with `first`, which was read.
    fn term(&mut self, first: char, start: usize) -> Result<Expression> {
        Ok(match first {
            '^' => Expression::Start,
            '$' => Expression::End,
            '.' => Expression::Any,
            '(' => self.group(start)?,
            '[' => Expression::Class(self.class(start)?),
            '\\' => self.atom_escape(start)?,
            '*' | '+' | '?' => return Err(nothing_to_repeat(start)),
            '{' if count(self.source, start)?.is_some() => return Err(nothing_to_repeat(start)),
            ']' if self.posix.is_some() => {
                return Err(PatternError::invalid(
                    self.posix.unwrap_or(start),
                    "ECMA-262 has no POSIX classes",
                    "write the characters, as in `[A-Za-z]`, or a property, as in `\\p{L}`",
                ));
            }
            literal => Expression::Literal(literal.into()),
        })
    }

    /// Parses the quantifier after `node`, if there is one.
    fn quantified(&mut self, node: Expression) -> Result<Expression> {
        let start = self.at;
        let Count {
            least,
            most,
            length,
            is_exact,
        } = match self.peek() {
            Some('*') => Count::sign(0, None),
            Some('+') => Count::sign(1, None),
            Some('?') => Count::sign(0, Some(1)),
            Some('{') => match count(self.source, start)? {
                Some(count) => count,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        if let Expression::Look { .. } = node {
            self.at += length;
            self.eat("?");
            self.deviate(
                start,
                "an assertion cannot be repeated",
                "remove the quantifier",
            );
            // An assertion reads nothing: once is as good as often.
            return Ok(if least > 0 { node } else { Expression::Empty });
        }
        if let Expression::Start
        | Expression::End
        | Expression::TextStart
        | Expression::TextEnd
        | Expression::WordBoundary { .. } = node
        {
            return Err(PatternError::invalid(
                start,
                "an assertion cannot be repeated",
                "remove the quantifier",
            ));
        }
        self.at += length;
        if !is_exact {
            self.deviate(
                start,
                &format!("`{}` is not a quantifier of ECMA-262", self.since(start)),
                "write `{n}`, `{n,}` or `{n,m}` without blanks, `{0,m}` for at most m",
            );
        }
        let lazy = self.eat("?");
        let mut node = Expression::Repeat {
            node: Box::new(node),
            least,
            most,
            lazy,
        };
        let possessive = self.at;
        if !lazy && length == 1 && self.eat("+") {
            self.deviate(
                possessive,
                "possessive quantifiers are not ECMA-262",
                "remove this `+`, if fewer repetitions change no result",
            );
            node = Expression::Atomic(Box::new(node));
        }
        match self.peek() {
            Some('+') if !lazy && length > 1 => Err(PatternError::invalid(
                self.at,
                "a `+` after braces is possessive in some dialects, and a repetition in others",
                "remove this `+`, or repeat a group: `(?:a{2})+`",
            )),
            Some('*' | '+' | '?') => Err(nothing_to_repeat(self.at)),
            Some('{') if count(self.source, self.at)?.is_some() => Err(nothing_to_repeat(self.at)),
            _ => Ok(node),
        }
    }

    /// Parses the text after `(`, including `)`.
    fn group(&mut self, start: usize) -> Result<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(PatternError::unsupported(
                start,
                format!("groups are nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let node = if self.eat("?:") {
            self.disjunction()?
        } else if self.eat("?=") {
            self.look(false, false)?
        } else if self.eat("?!") {
            self.look(false, true)?
        } else if self.eat("?<=") {
            self.look(true, false)?
        } else if self.eat("?<!") {
            self.look(true, true)?
        } else if self.eat("?<") {
            self.named(start, '>')?
        } else if let Some(foreign) = self.foreign_group(start)? {
            foreign
        } else if self.eat("?") {
            self.modified(start)?
        } else {
            self.groups += 1;
            let index = self.groups;
            Expression::Capture(index, Box::new(self.disjunction()?))
        };
        self.depth -= 1;
        if !self.eat(")") {
            return Err(PatternError::invalid(
                start,
                "this group is not closed",
                "write `\\(` for the character",
            ));
        }
        Ok(node)
    }

    fn look(&mut self, behind: bool, negated: bool) -> Result<Expression> {
        Ok(Expression::Look {
            behind,
            negated,
            node: Box::new(self.disjunction()?),
        })
    }

    /// Parses the text after `(?` that is neither a look-around nor a name: `i:`, `-s:`, `im-s:`.
    fn modified(&mut self, start: usize) -> Result<Expression> {
        let from = self.at;
        let letters = self.flag_letters();
        let Some((set, cleared)) = letters.filter(|_| self.eat(":")) else {
            let to = self
                .peek()
                .map_or(self.at, |next| self.at + next.len_utf8());
            let found = self.source.get(start..to).unwrap_or_default();
            return Err(PatternError::invalid(
                start,
                format!("`{found}` is not ECMA-262"),
                "use a group that ECMA-262 has: `(…)`, `(?:…)`, `(?=…)`, `(?<name>…)`, `(?i:…)`",
            ));
        };
        if self.since(from).contains(['u', 'x']) {
            let message = format!("`{}` is not ECMA-262", self.since(start));
            self.deviate(start, &message, "remove the flags `u` and `x`");
        }
        Ok(Expression::Modified {
            set,
            cleared,
            node: Box::new(self.disjunction()?),
        })
    }

    /// Parses a name, the character that ends it, and what is in the group.
    pub(super) fn named(&mut self, start: usize, end: char) -> Result<Expression> {
        let name = self.group_name(start, end)?;
        self.groups += 1;
        let index = self.groups;
        self.declare(name, index, start)?;
        Ok(Expression::Capture(index, Box::new(self.disjunction()?)))
    }

    /// Parses a name and the character that ends it.
    pub(super) fn group_name(&mut self, start: usize, end: char) -> Result<String> {
        let mut name = String::new();
        loop {
            let is_first = name.is_empty();
            let character = match self.next() {
                Some(character) if character == end && !is_first => return Ok(name),
                Some('\\') if self.eat("u") => char::from_u32(self.unicode_escape(start)?),
                other => other,
            };
            // ECMA-262 2025 §12.7: identifiers, of which only the first character may not be a mark or a joiner.
            match character {
                Some(character)
                    if matches!(character, '$' | '_')
                        || if is_first {
                            unicode_ident::is_xid_start(character)
                        } else {
                            unicode_ident::is_xid_continue(character)
                                || matches!(character, '\u{200c}' | '\u{200d}')
                        } =>
                {
                    name.push(character);
                }
                _ => {
                    return Err(PatternError::invalid(
                        start,
                        "this name of a group is not an identifier",
                        "write letters, digits and `_` between `<` and `>`",
                    ));
                }
            }
        }
    }

    fn declare(&mut self, name: String, index: usize, start: usize) -> Result<()> {
        let choices = self.choices.clone();
        let groups = self.names.entry(name).or_default();
        // Groups of the same name are allowed in different alternatives of a disjunction.
        let excludes = |other: &NamedGroup| {
            let both = other.choices.iter().zip(&choices);
            both.clone()
                .find(|(a, b)| a != b)
                .is_some_and(|((a, _), (b, _))| a == b)
        };
        if !groups.iter().all(excludes) {
            return Err(PatternError::invalid(
                start,
                "two groups have this name",
                "rename one of them",
            ));
        }
        groups.push(NamedGroup { index, choices });
        Ok(())
    }

    fn check_references(&self) -> Result<()> {
        for (reference, offset) in &self.references {
            let exists = match reference {
                Reference::Number(number) => *number <= self.groups,
                Reference::Name(name) => self.names.contains_key(name),
            };
            if !exists {
                return Err(PatternError::invalid(
                    *offset,
                    "this backreference has no group",
                    "refer to a group of the pattern, or write `\\xHH` for a character",
                ));
            }
        }
        Ok(())
    }
}

/// Returns one expression for several in a row.
pub(super) fn sequence(mut nodes: Vec<Expression>) -> Expression {
    match nodes.len() {
        0 => Expression::Empty,
        1 => nodes.remove(0),
        _ => Expression::Sequence(nodes),
    }
}

pub(super) fn flags(letters: &str) -> Flags {
    Flags {
        ignore_case: letters.contains('i'),
        multiline: letters.contains('m'),
        dot_all: letters.contains('s'),
    }
}

fn nothing_to_repeat(offset: usize) -> PatternError {
    PatternError::invalid(
        offset,
        "there is nothing to repeat before this quantifier",
        "escape it with `\\` for the character",
    )
}

/// Parses the quantifier that the brace at `start` begins: `{n}`, `{n,}` or `{n,m}`. Returns `None` if the brace is a
/// literal.
fn count(source: &str, start: usize) -> Result<Option<Count>> {
    let inside = source.get(start + 1..).unwrap_or_default();
    let Some((inside, _)) = inside.split_once('}') else {
        return Ok(None);
    };
    let (least, most) = match inside.split_once(',') {
        Some((least, most)) => (least.trim(), Some(most.trim())),
        None => (inside.trim(), None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // More than can be counted is more than any text has.
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    // Without a number it is a literal in every dialect.
    if !digits(least)
        || !most.is_none_or(digits)
        || least.is_empty() && most.is_none_or(str::is_empty)
    {
        return Ok(None);
    }
    let is_exact = !least.is_empty() && !inside.contains(' ');
    let least = match least {
        "" => "0",
        least => least,
    };
    let least = number(least);
    let most = match most {
        None => Some(least),
        Some("") => None,
        Some(most) => Some(number(most)),
    };
    if most.is_some_and(|most| most < least) {
        return Err(PatternError::invalid(
            start,
            "the numbers of this quantifier are out of order",
            "write the smaller one first",
        ));
    }
    Ok(Some(Count {
        least,
        most,
        length: inside.len() + 2,
        is_exact,
    }))
}
