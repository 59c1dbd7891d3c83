//! Constructs of other dialects than ECMA-262 that documents have, and their translation.
//!
//! A construct is translated where all dialects that have it agree about it. The first one is noted as the
//! [deviation](super::Pattern::deviation) of the pattern, with a remedy. Where dialects contradict each other the pattern is an
//! error: `\h` is a blank in Java and Perl and a hexadecimal digit in Ruby, and `a{2}+` is possessive in Java and a
//! repetition in Ruby.

use super::PatternError;
use super::parser::{Parser, Result};
use super::syntax::{Class, ClassItem, Expression, Flags, Reference, Set};

/// The POSIX classes with their ASCII members, as Java, Go, PCRE and POSIX itself define them.
const POSIX: &[(&str, &str)] = &[
    ("alnum", "0-9A-Za-z"),
    ("alpha", "A-Za-z"),
    ("ascii", "\\x00-\\x7F"),
    ("blank", " \\t"),
    ("cntrl", "\\x00-\\x1F\\x7F"),
    ("digit", "0-9"),
    ("graph", "\\x21-\\x7E"),
    ("lower", "a-z"),
    ("print", "\\x20-\\x7E"),
    ("punct", "\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E"),
    ("space", " \\t-\\r"),
    ("upper", "A-Z"),
    ("word", "0-9A-Za-z_"),
    ("xdigit", "0-9A-Fa-f"),
];

/// The properties that Java adds to those of Unicode, and PCRE's `L&`.
const OTHERS: &[(&str, &str)] = &[
    ("L&", "\\p{LC}"),
    ("L1", "\\x00-\\xFF"),
    ("LD", "\\p{L}\\p{Nd}"),
    ("all", "\\s\\S"),
    ("javaAlphabetic", "\\p{Alphabetic}"),
    ("javaDigit", "\\p{Nd}"),
    ("javaISOControl", "\\x00-\\x1F\\x7F-\\x9F"),
    ("javaLetter", "\\p{L}"),
    ("javaLetterOrDigit", "\\p{L}\\p{Nd}"),
    ("javaLowerCase", "\\p{Lowercase}"),
    ("javaSpaceChar", "\\p{Z}"),
    ("javaTitleCase", "\\p{Lt}"),
    ("javaUpperCase", "\\p{Uppercase}"),
    (
        "javaWhitespace",
        "\\t-\\r\\x1C-\\x20\\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200A}\\x{2028}\\x{2029}\\x{205F}\\x{3000}",
    ),
];

/// Escaped letters that no dialect gives a meaning, so that each of them is the letter, as Annex B has it.
const MEANINGLESS: &[char] = &['F', 'J', 'O', 'T', 'j', 'q'];

/// Returns the set of a property that only other dialects name so, of which Unicode has none.
pub(super) fn property(name: &str) -> Option<Set> {
    let own = OTHERS.iter().find(|(known, _)| *known == name);
    own.map(|(_, members)| Set::Members(members))
        .or_else(|| posix(&name.to_ascii_lowercase()))
}

fn posix(name: &str) -> Option<Set> {
    let found = POSIX.iter().find(|(known, _)| *known == name);
    found.map(|(_, members)| Set::Members(members))
}

/// Returns the part of a pattern that is between the slashes of a literal of JavaScript, with the flags after it; `None` if the
/// slashes are characters. No text matches such a literal as it is, because it has a slash before `^` or after `$`.
pub(super) fn between_slashes(source: &str) -> Option<(&str, Flags)> {
    let (body, letters) = source.strip_prefix('/')?.rsplit_once('/')?;
    let is_escaped = |text: &str| (text.len() - text.trim_end_matches('\\').len()) % 2 == 1;
    let ends = body
        .strip_suffix('$')
        .is_some_and(|before| !is_escaped(before));
    if is_escaped(body) || !(ends || body.starts_with('^')) {
        return None;
    }
    let known = |letter| matches!(letter, 'g' | 'i' | 'm' | 's' | 'u' | 'y');
    letters
        .chars()
        .all(known)
        .then(|| (body, super::parser::flags(letters)))
}

/// The flags that inline flags have set and cleared, up to some place of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Inline {
    set: Flags,
    cleared: Flags,
}

impl Inline {
    /// Applies later flags, which win.
    pub(super) fn then(self, set: Flags, cleared: Flags) -> Self {
        let merged = |own: Flags, more: Flags, less: Flags| Flags {
            ignore_case: (own.ignore_case || more.ignore_case) && !less.ignore_case,
            multiline: (own.multiline || more.multiline) && !less.multiline,
            dot_all: (own.dot_all || more.dot_all) && !less.dot_all,
        };
        Self {
            set: merged(self.set, set, cleared),
            cleared: merged(self.cleared, cleared, set),
        }
    }

    /// Returns the nodes under these flags, as one.
    pub(super) fn over(self, nodes: Vec<Expression>) -> Expression {
        let node = super::parser::sequence(nodes);
        match self == Self::default() {
            true => node,
            false => Expression::Modified {
                set: self.set,
                cleared: self.cleared,
                node: Box::new(node),
            },
        }
    }
}

impl Parser<'_> {
    /// Notes a construct that is not ECMA-262, and is translated.
    pub(super) fn deviate(&mut self, start: usize, message: &str, help: &'static str) {
        if self.deviation.is_none() {
            self.deviation = Some(PatternError::invalid(start, message.to_owned(), help));
        }
    }

    /// Notes the text from `start` to the current place.
    fn deviate_here(&mut self, start: usize, help: &'static str) {
        let message = format!("`{}` is not ECMA-262", self.since(start));
        self.deviate(start, &message, help);
    }

    /// Parses `(?i)`, which applies to the rest of the group.
    pub(super) fn inline_flags(&mut self) -> Option<(Flags, Flags)> {
        let start = self.at;
        let found = self
            .eat("(?")
            .then(|| self.flag_letters())
            .flatten()
            .filter(|_| self.eat(")"));
        if found.is_none() {
            self.at = start;
        } else {
            self.deviate_here(start, "put what it applies to into a group: `(?i:…)`");
        }
        found
    }

    /// Parses the letters of `(?i-s)` and `(?i-s:…)`. Other dialects have more: `u` changes nothing, because texts are Unicode, and
    /// `x` can be cleared, which Ruby writes into every pattern.
    pub(super) fn flag_letters(&mut self) -> Option<(Flags, Flags)> {
        let set = self.take_while(|letter| matches!(letter, 'i' | 'm' | 's' | 'u'));
        let cleared = match self.eat("-") {
            true => self.take_while(|letter| matches!(letter, 'i' | 'm' | 's' | 'x')),
            false => "",
        };
        let all = [set, cleared].concat();
        let repeated = all
            .char_indices()
            .any(|(index, letter)| all.find(letter) != Some(index));
        let flags = super::parser::flags;
        (!all.is_empty() && !repeated).then(|| (flags(set), flags(cleared)))
    }

    /// Parses the text after `(` of a group that only other dialects have, up to what is in it. `None` if there is no such group,
    /// which leaves the place as it is.
    pub(super) fn foreign_group(&mut self, start: usize) -> Result<Option<Expression>> {
        const NAMED: &str = "write `(?<name>…)`, and `\\k<name>` to refer back";
        if self.eat("?P=") {
            let name = self.group_name(start, ')')?;
            // The parser of the group reads the parenthesis.
            self.at -= 1;
            self.deviate(start, "`(?P=` is not ECMA-262", "write `\\k<name>`");
            return Ok(Some(self.refer(Reference::Name(name), start)));
        }
        if self.eat("?P<") || self.eat("?'") {
            let (opening, end) = match self.since(start).ends_with('<') {
                true => ("`(?P<` is not ECMA-262", '>'),
                false => ("`(?'` is not ECMA-262", '\''),
            };
            self.deviate(start, opening, NAMED);
            return self.named(start, end).map(Some);
        }
        if self.eat("?>") {
            self.deviate(
                start,
                "`(?>` is not ECMA-262",
                "write `(?:…)`, if what it may match otherwise changes no result",
            );
            let node = self.disjunction()?;
            return Ok(Some(Expression::Atomic(Box::new(node))));
        }
        if self.eat("?#") {
            self.take_while(|character| character != ')');
            self.deviate(
                start,
                "`(?#` is not ECMA-262",
                "put comments into the description",
            );
            return Ok(Some(Expression::Empty));
        }
        Ok(None)
    }

    /// Parses the text after `\` outside of a class, for the escapes that only other dialects have there. `None` if it is none of
    /// these, which leaves the place as it is.
    pub(super) fn foreign_atom(&mut self, start: usize) -> Result<Option<Expression>> {
        let Some(letter) = self.peek() else {
            return Ok(None);
        };
        let after = self.rest().get(1..).unwrap_or_default();
        let close = match (letter, after.chars().next()) {
            ('k' | 'g', Some('{')) => '}',
            ('k', Some('\'')) => '\'',
            _ => '\0',
        };
        let (node, help) = match letter {
            'A' => (Expression::TextStart, "write `^`"),
            'z' | 'Z' => (Expression::TextEnd, "write `$`"),
            'R' => {
                let breaks = [
                    ClassItem::Range(0x0a, 0x0d),
                    ClassItem::Range(0x85, 0x85),
                    ClassItem::Range(0x2028, 0x2029),
                ];
                let both = [0x0d, 0x0a].map(Expression::Literal);
                let either = vec![
                    Expression::Sequence(both.into()),
                    Expression::Class(Class::of(breaks)),
                ];
                (
                    Expression::Alternatives(either),
                    "write `(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])`",
                )
            }
            'Q' => {
                self.next();
                let quoted = self.rest().split("\\E").next().unwrap_or_default();
                self.at += quoted.len();
                let nodes = quoted
                    .chars()
                    .map(|character| Expression::Literal(character.into()))
                    .collect();
                self.eat("\\E");
                self.deviate(
                    start,
                    "`\\Q` is not ECMA-262",
                    "escape each character with `\\`",
                );
                return Ok(Some(super::parser::sequence(nodes)));
            }
            'k' | 'g' if close != '\0' => {
                self.at += 2;
                let is_number = self.peek().is_some_and(|digit| digit.is_ascii_digit());
                let reference = match is_number {
                    true => {
                        let digits = self.take_while(|digit| digit.is_ascii_digit());
                        if !self.eat("}") {
                            self.at = start + 1;
                            return Ok(None);
                        }
                        Reference::Number(digits.parse().unwrap_or(usize::MAX))
                    }
                    false => Reference::Name(self.group_name(start, close)?),
                };
                self.deviate_here(start, "write `\\k<name>`, or the number as in `\\1`");
                return Ok(Some(self.refer(reference, start)));
            }
            _ => return Ok(None),
        };
        self.next();
        self.deviate_here(start, help);
        Ok(Some(node))
    }

    /// Parses the rest of an escape for one character that only other dialects have, after its first character, in classes and
    /// outside of them. `None` if it is none of these, which leaves the place as it is.
    pub(super) fn foreign_character(&mut self, escaped: char, start: usize) -> Option<u32> {
        let after = self.at;
        let (code, help) = match escaped {
            'a' => (0x07, "write `\\x07`"),
            'e' => (0x1b, "write `\\x1B`"),
            'x' if self.eat("{") => {
                let digits = self.take_while(|digit| digit.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16);
                let code = code.ok().filter(|code| *code <= 0x10_ffff && self.eat("}"));
                (code.unwrap_or(u32::MAX), "write `\\u{…}`")
            }
            // Outside of classes, a digit that is not zero begins a backreference.
            '0'..='7' => {
                let rest = self.rest();
                let most = if escaped <= '3' { 2 } else { 1 };
                let more = rest
                    .bytes()
                    .take(most)
                    .take_while(|digit| matches!(digit, b'0'..=b'7'))
                    .count();
                self.at += more;
                let digits = self.since(start).trim_start_matches('\\');
                let code = u32::from_str_radix(digits, 8).unwrap_or(u32::MAX);
                (code, "write `\\xHH`")
            }
            letter if MEANINGLESS.contains(&letter) => {
                (letter.into(), "remove the backslash for the character")
            }
            _ => return None,
        };
        if code == u32::MAX {
            self.at = after;
            return None;
        }
        self.deviate_here(start, help);
        Some(code)
    }

    /// Parses `[:name:]` within a class, after its bracket.
    pub(super) fn posix_class(&mut self, start: usize) -> Option<ClassItem> {
        let inside = self.rest().strip_prefix(':')?;
        let (name, _) = inside.split_once(":]")?;
        let (positive, negated) = match name.strip_prefix('^') {
            Some(positive) => (positive, true),
            None => (name, false),
        };
        let set = posix(positive)?;
        self.at += name.len() + 3;
        self.deviate(
            start,
            "ECMA-262 has no POSIX classes",
            "write the characters, as in `[A-Za-z]`, or a property, as in `\\p{L}`",
        );
        Some(ClassItem::Set { set, negated })
    }

    /// Parses `&&[…]` within a class: the intersection of Java and Ruby. `None` if the characters are members, or the class ends
    /// otherwise, which leaves the place as it is.
    pub(super) fn intersection(&mut self) -> Option<Class> {
        let (start, deviation) = (self.at, self.deviation.clone());
        if self.is_nested || !self.eat("&&[") {
            return None;
        }
        self.is_nested = true;
        let class = self.class(start).ok();
        self.is_nested = false;
        let class =
            class.filter(|_| self.rest().starts_with(']') || self.rest().starts_with("&&["));
        if class.is_none() {
            (self.at, self.deviation) = (start, deviation);
        } else {
            self.deviate(
                start,
                "`&&` in a class is not ECMA-262",
                "write the members that remain, or a look-ahead before the class",
            );
        }
        class
    }
}
