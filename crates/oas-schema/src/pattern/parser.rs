//! Parses patterns (ECMA-262 2025 §22.2.1, with the flag `u`, as JSON Schema 2020-12 §6.4 recommends).
//!
//! Without the flag, Annex B.1.2 gives a meaning to almost every text. Documents rely on three of its rules, which are
//! accepted here because no common dialect parses them differently: an escaped character that is neither an ASCII
//! letter nor a digit is itself (`\-`, `\@`), a brace or a closing bracket that is part of nothing is itself (`{id}`),
//! and a hyphen beside a set within a class is itself (`[\w-.]`). Syntax that other dialects parse differently is an
//! error with a remedy: `(?i)a`, `(?P<x>a)`, `a++`, `\A`, `\p{IsGreek}`, `a{,5}`, `[[:alpha:]]`.

use std::collections::HashMap;

use super::PatternError;
use super::syntax::{Expression, Flags, Reference, Syntax};

/// Groups nested deeper than this are refused, which bounds the recursion.
const DEEPEST: usize = 100;
/// The longest pattern that is read, in bytes: documents are untrusted.
const LONGEST: usize = 16 * 1024;

pub(super) type Result<T> = std::result::Result<T, PatternError>;

/// Parses a pattern.
///
/// # Errors
///
/// Returns an error where the pattern is not ECMA-262, or names a property that the engines do not have.
pub(super) fn parse(source: &str) -> Result<Syntax> {
    if source.len() > LONGEST {
        return Err(PatternError::beyond_engine(format!(
            "the pattern is longer than {LONGEST} bytes"
        )));
    }
    let mut parser = Parser {
        source,
        at: 0,
        depth: 0,
        groups: 0,
        names: HashMap::new(),
        references: Vec::new(),
        choices: Vec::new(),
        disjunctions: 0,
        posix: None,
    };
    let node = parser.disjunction()?;
    if parser.at < source.len() {
        return Err(PatternError::invalid(
            parser.at,
            "this `)` closes no group",
            "write `\\)` for the character",
        ));
    }
    parser.check_references()?;
    let names = parser.names.into_iter();
    Ok(Syntax {
        node,
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

    fn disjunction(&mut self) -> Result<Expression> {
        let id = self.disjunctions;
        self.disjunctions += 1;
        let mut alternatives = Vec::new();
        loop {
            self.choices.push((id, alternatives.len()));
            alternatives.push(self.alternative()?);
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

    fn alternative(&mut self) -> Result<Expression> {
        let mut nodes = Vec::new();
        while let Some(character) = self.peek()
            && !matches!(character, '|' | ')')
        {
            let start = self.at;
            self.next();
            let node = self.term(character, start)?;
            nodes.push(self.quantified(node)?);
        }
        Ok(match nodes.len() {
            0 => Expression::Empty,
            1 => nodes.remove(0),
            _ => Expression::Sequence(nodes),
        })
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
        } = match self.peek() {
            Some('*') => Count {
                least: 0,
                most: None,
                length: 1,
            },
            Some('+') => Count {
                least: 1,
                most: None,
                length: 1,
            },
            Some('?') => Count {
                least: 0,
                most: Some(1),
                length: 1,
            },
            Some('{') => match count(self.source, start)? {
                Some(count) => count,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        if let Expression::Start
        | Expression::End
        | Expression::WordBoundary { .. }
        | Expression::Look { .. } = node
        {
            return Err(PatternError::invalid(
                start,
                "an assertion cannot be repeated",
                "remove the quantifier",
            ));
        }
        self.at += length;
        let lazy = self.eat("?");
        match self.peek() {
            Some('+') if !lazy => Err(PatternError::invalid(
                self.at,
                "possessive quantifiers are not ECMA-262",
                "remove this `+`",
            )),
            Some('*' | '+' | '?') => Err(nothing_to_repeat(self.at)),
            Some('{') if count(self.source, self.at)?.is_some() => Err(nothing_to_repeat(self.at)),
            _ => Ok(Expression::Repeat {
                node: Box::new(node),
                least,
                most,
                lazy,
            }),
        }
    }

    /// Parses the text after `(`, including `)`.
    fn group(&mut self, start: usize) -> Result<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PatternError::unsupported(
                start,
                format!("groups are nested deeper than {DEEPEST} levels"),
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
            let name = self.group_name(start)?;
            self.groups += 1;
            let index = self.groups;
            self.declare(name, index, start)?;
            Expression::Capture(index, Box::new(self.disjunction()?))
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
        let set = self.take_while(|letter| matches!(letter, 'i' | 'm' | 's'));
        let cleared = match self.eat("-") {
            true => Some(self.take_while(|letter| matches!(letter, 'i' | 'm' | 's'))),
            false => None,
        };
        let all = [set, cleared.unwrap_or_default()].concat();
        let repeated = all
            .char_indices()
            .any(|(index, letter)| all.find(letter) != Some(index));
        if all.is_empty() || repeated || !self.eat(":") {
            let to = self
                .peek()
                .map_or(self.at, |next| self.at + next.len_utf8());
            let found = self.source.get(start..to).unwrap_or_default();
            let help = match found {
                _ if found.ends_with(')') => "put what it applies to into a group: `(?i:…)`",
                "(?P" => "write `(?<name>…)`, and `\\k<name>` to refer back",
                "(?>" => "write `(?:…)`",
                "(?#" => "put comments into the description",
                _ => {
                    "use a group that ECMA-262 has: `(…)`, `(?:…)`, `(?=…)`, `(?<name>…)`, `(?i:…)`"
                }
            };
            return Err(PatternError::invalid(
                start,
                format!("`{found}` is not ECMA-262"),
                help,
            ));
        }
        Ok(Expression::Modified {
            set: flags(set),
            cleared: flags(cleared.unwrap_or_default()),
            node: Box::new(self.disjunction()?),
        })
    }

    /// Parses a name and `>`.
    pub(super) fn group_name(&mut self, start: usize) -> Result<String> {
        let mut name = String::new();
        loop {
            let is_first = name.is_empty();
            let character = match self.next() {
                Some('>') if !is_first => return Ok(name),
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
                        "this name of a group is no identifier",
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

fn flags(letters: &str) -> Flags {
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
        Some((least, most)) => (least, Some(most)),
        None => (inside, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // More than can be counted is more than any text has.
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    if least.is_empty() || !digits(least) || !most.is_none_or(digits) {
        let looks_like_a_count = inside
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '))
            && inside.bytes().any(|byte| byte.is_ascii_digit());
        if looks_like_a_count {
            return Err(PatternError::invalid(
                start,
                format!("`{{{inside}}}` is no quantifier of ECMA-262"),
                "write `{n}`, `{n,}` or `{n,m}` without blanks, `{0,m}` for at most m",
            ));
        }
        return Ok(None);
    }
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
    }))
}
