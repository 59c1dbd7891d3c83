//! Escapes and character classes, which the parser of patterns reads.

use super::parser::{Parser, Result};
use super::syntax::{Class, ClassItem, Expression, Reference, Set};
use super::{PatternError, dialect, property};

/// The meaning of an escape, which a class and the text outside of it share.
enum Escape {
    Character(u32),
    Set { set: Set, negated: bool },
}

impl Parser<'_> {
    /// Parses the text after `\` outside of a class. `start` is the place of the backslash.
    pub(super) fn atom_escape(&mut self, start: usize) -> Result<Expression> {
        if let Some(foreign) = self.foreign_atom(start)? {
            return Ok(foreign);
        }
        match self.peek() {
            Some('b') => {
                self.next();
                Ok(Expression::WordBoundary { negated: false })
            }
            Some('B') => {
                self.next();
                Ok(Expression::WordBoundary { negated: true })
            }
            Some('1'..='9') => {
                let digits = self.take_while(|digit| digit.is_ascii_digit());
                // More than can be counted is more groups than a pattern has.
                let number = digits.parse().unwrap_or(usize::MAX);
                Ok(self.refer(Reference::Number(number), start))
            }
            Some('k') => {
                self.next();
                if !self.eat("<") {
                    return Err(PatternError::invalid(
                        start,
                        "`\\k` needs the name of a group",
                        "write `\\k<name>`",
                    ));
                }
                let name = self.group_name(start, '>')?;
                Ok(self.refer(Reference::Name(name), start))
            }
            _ => Ok(match self.escape(start)? {
                Escape::Character(code) => Expression::Literal(code),
                Escape::Set { set, negated } => {
                    Expression::Class(Class::of([ClassItem::Set { set, negated }]))
                }
            }),
        }
    }

    /// Parses the text after `[`, including `]`.
    pub(super) fn class(&mut self, start: usize) -> Result<Class> {
        let negated = self.eat("^");
        let mut items = Vec::new();
        let mut within = Vec::new();
        loop {
            if self.eat("]") {
                return Ok(Class {
                    negated,
                    items,
                    within,
                });
            }
            if !items.is_empty()
                && let Some(class) = self.intersection()
            {
                within.push(class);
                continue;
            }
            let first_at = self.at;
            let first = self.class_atom(start)?;
            let is_range = self.rest().starts_with('-') && !self.rest().starts_with("-]");
            if !is_range {
                items.push(first);
                continue;
            }
            self.next();
            let last = self.class_atom(start)?;
            match (first, last) {
                (ClassItem::Range(low, _), ClassItem::Range(high, _)) if low <= high => {
                    items.push(ClassItem::Range(low, high));
                }
                (ClassItem::Range(..), ClassItem::Range(..)) => {
                    return Err(PatternError::invalid(
                        first_at,
                        "the ends of this range are out of order",
                        "write the lower character first, or escape the hyphen",
                    ));
                }
                // A set is not an end of a range: the hyphen is itself.
                _ => items.extend([first, ClassItem::Range('-'.into(), '-'.into()), last]),
            }
        }
    }

    /// Parses one character of a class, or one set.
    fn class_atom(&mut self, class_start: usize) -> Result<ClassItem> {
        let start = self.at;
        let code = match self.next() {
            None => {
                return Err(PatternError::invalid(
                    class_start,
                    "this class is not closed",
                    "write `\\[` for the character",
                ));
            }
            Some('\\') if self.eat("b") => 8,
            Some('\\') => match self.escape(start)? {
                Escape::Character(code) => code,
                Escape::Set { set, negated } => return Ok(ClassItem::Set { set, negated }),
            },
            Some(character) => {
                if character == '['
                    && let Some(posix) = self.posix_class(start)
                {
                    return Ok(posix);
                }
                if character == '[' && self.rest().starts_with(':') {
                    self.posix.get_or_insert(start);
                }
                character.into()
            }
        };
        Ok(ClassItem::Range(code, code))
    }

    /// Parses the text after `\`, for the escapes that are valid in classes as well.
    fn escape(&mut self, start: usize) -> Result<Escape> {
        let Some(escaped) = self.next() else {
            return Err(PatternError::invalid(
                start,
                "the pattern ends with a backslash",
                "write `\\\\` for the character",
            ));
        };
        let set = |set, negated| Ok(Escape::Set { set, negated });
        let code = match escaped {
            'd' | 'D' => return set(Set::Digit, escaped == 'D'),
            'w' | 'W' => return set(Set::Word, escaped == 'W'),
            's' | 'S' => return set(Set::Space, escaped == 'S'),
            'p' | 'P' => {
                let (property, complement) = self.property(start)?;
                return set(property, (escaped == 'P') != complement);
            }
            't' => 0x09,
            'n' => 0x0a,
            'v' => 0x0b,
            'f' => 0x0c,
            'r' => 0x0d,
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => 0,
            'c' => match self.next() {
                Some(letter) if letter.is_ascii_alphabetic() => u32::from(letter) % 32,
                _ => {
                    return Err(PatternError::invalid(
                        start,
                        "`\\c` needs a letter",
                        "write `\\\\c` for the characters",
                    ));
                }
            },
            'x' if self.peek() != Some('{') => self.hexadecimal(2, start)?,
            'u' => self.unicode_escape(start)?,
            other if !other.is_ascii_alphanumeric() => other.into(),
            other => match self.foreign_character(other, start) {
                Some(code) => code,
                None if other == 'x' => return Err(not_hexadecimal(start)),
                None => {
                    return Err(PatternError::invalid(
                        start,
                        format!("`\\{other}` is not an escape of ECMA-262"),
                        match other {
                            'h' => "write `[ \\t]`, or `[0-9A-Fa-f]` for what Ruby means by it",
                            '0'..='9' => "write `\\xHH`",
                            'U' => "write `\\u{…}`",
                            _ => "remove the backslash for the character",
                        },
                    ));
                }
            },
        };
        Ok(Escape::Character(code))
    }

    /// Parses the text after `\u`: four digits, two times four for a surrogate pair, or a code point in braces.
    pub(super) fn unicode_escape(&mut self, start: usize) -> Result<u32> {
        if self.eat("{") {
            let digits = self.take_while(|digit| digit.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits.trim_start_matches('0'), 16);
            return match code {
                _ if !self.eat("}") || digits.is_empty() => Err(not_hexadecimal(start)),
                // The digits are all zero.
                Err(_) if digits.bytes().all(|digit| digit == b'0') => Ok(0),
                Ok(code) if code <= 0x10_ffff => Ok(code),
                _ => Err(PatternError::invalid(
                    start,
                    "this is not a code point",
                    "write at most `\\u{10FFFF}`",
                )),
            };
        }
        let high = self.hexadecimal(4, start)?;
        let before = self.at;
        if (0xd800..0xdc00).contains(&high)
            && self.eat("\\u")
            && let Ok(low) = self.hexadecimal(4, start)
            && (0xdc00..0xe000).contains(&low)
        {
            return Ok(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
        }
        self.at = before;
        Ok(high)
    }

    fn hexadecimal(&mut self, digits: usize, start: usize) -> Result<u32> {
        let mut code = 0;
        for _ in 0..digits {
            let digit = self.next().and_then(|digit| digit.to_digit(16));
            code = code * 16 + digit.ok_or_else(|| not_hexadecimal(start))?;
        }
        Ok(code)
    }

    /// Parses the text after `\p`. The second result is whether the complement is meant.
    fn property(&mut self, start: usize) -> Result<(Set, bool)> {
        let name = match self.eat("{") {
            true => self.take_while(|character| character != '}'),
            false => "",
        };
        if name.is_empty()
            && self
                .next()
                .is_some_and(|letter| letter.is_ascii_uppercase())
            && let Ok(property) = property::resolve(self.since(self.at - 1), start)
        {
            self.deviate(start, "a property needs braces", "write it as in `\\p{L}`");
            return Ok((Set::Property(property), false));
        }
        if name.is_empty() || !self.eat("}") {
            return Err(PatternError::invalid(
                start,
                "a property needs braces",
                "write it as in `\\p{L}`",
            ));
        }
        let error = match property::resolve(name, start) {
            Ok(property) => return Ok((Set::Property(property), false)),
            Err(error) => error,
        };
        let (positive, complement) = match name.strip_prefix('^') {
            Some(positive) => (positive, true),
            None => (name, false),
        };
        if !error.is_invalid() {
            return Err(error);
        }
        if let Some(property) = property::resolve_loosely(positive) {
            self.deviation.get_or_insert(error);
            return Ok((Set::Property(property), complement));
        }
        let set = dialect::property(positive).ok_or_else(|| error.clone())?;
        let help =
            "write the characters, as in `[0-9A-Za-z]`, or a property of Unicode, as in `\\p{L}`";
        self.deviate(start, &error.to_string(), help);
        Ok((set, complement))
    }
}

fn not_hexadecimal(start: usize) -> PatternError {
    PatternError::invalid(
        start,
        "this escape needs hexadecimal digits",
        "write `\\xHH`, `\\uHHHH` or `\\u{…}`",
    )
}
