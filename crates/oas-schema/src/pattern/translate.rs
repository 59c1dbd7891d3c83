//! Translates the syntax tree of ECMA-262 to the syntax of `regex` and `fancy-regex`.

use std::fmt::Write as _;
use std::ops::Range;

use super::PatternError;
use super::parser::Result;
use super::property::Property;
use super::syntax::{Class, ClassItem, Expression, Flags, Reference, Set, Syntax};

/// A pattern in the syntax of the engines.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) text: String,
    /// Whether only `fancy-regex` runs it: it looks around, refers back, or asks for lines.
    pub(super) backtracks: bool,
}

/// Translates a pattern.
///
/// # Errors
///
/// Returns an error where the engines would give the pattern another meaning.
pub(super) fn translate(syntax: &Syntax) -> Result<Translation> {
    let regular = Translator::run(syntax, Target::Regex)?;
    if regular.backtracks {
        Translator::run(syntax, Target::FancyRegex)
    } else {
        Ok(regular)
    }
}

/// Translates a pattern without its conditions on the text around, to an expression that matches more, for generating samples.
pub(super) fn translate_superset(syntax: &Syntax) -> Result<String> {
    Ok(Translator::run(syntax, Target::Superset)?.text)
}

/// The consumer of a translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Regex,
    FancyRegex,
    /// `regex`, without look-around, and with the group in place of a backreference to it.
    Superset,
}

/// The characters that match `\w` (ECMA-262 2025 §22.2.2.9.3).
const WORD: &str = "0-9A-Za-z_";
/// The characters that match `\s`: `WhiteSpace` and `LineTerminator`.
const SPACE: &str = "\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}";
/// The characters that end a line.
const LINE_TERMINATORS: &str = "\\n\\r\\x{2028}\\x{2029}";
/// The longest superset, in bytes.
const MAX_SUPERSET_LEN: usize = 1 << 20;
/// A class without members.
const NOTHING: &str = "[^\\s\\S]";

struct Translator<'s> {
    syntax: &'s Syntax,
    out: String,
    target: Target,
    backtracks: bool,
    flags: Flags,
    /// The groups that backreferences name.
    referenced: Vec<usize>,
    /// The groups of the output so far, by their number in the pattern.
    emitted: Vec<Emitted>,
    /// The quantifiers and alternatives that can repeat or omit the current place.
    frames: Vec<Frame>,
    behind: usize,
}

struct Emitted {
    index: usize,
    /// The range of the group in the output, once it is closed.
    closed: Option<Range<usize>>,
    /// ECMA-262 forgets the group at each iteration of a repetition around it, and the engine does not (§22.2.2.3.1).
    forgotten: bool,
    behind: bool,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Frame {
    Loop,
    Choice,
}

impl<'s> Translator<'s> {
    fn run(syntax: &'s Syntax, target: Target) -> Result<Translation> {
        let mut translator = Self {
            syntax,
            out: String::new(),
            target,
            backtracks: false,
            flags: Flags::default(),
            referenced: Vec::new(),
            emitted: Vec::new(),
            frames: Vec::new(),
            behind: 0,
        };
        translator.find_references(&syntax.node);
        translator.node(&syntax.node)?;
        Ok(Translation {
            text: translator.out,
            backtracks: translator.backtracks,
        })
    }

    fn find_references(&mut self, node: &Expression) {
        if let Expression::Backreference(reference, _) = node {
            let groups = self.groups(reference);
            self.referenced.extend(groups);
        }
        for part in node.parts() {
            self.find_references(part);
        }
    }

    fn groups(&self, reference: &Reference) -> Vec<usize> {
        match reference {
            Reference::Number(number) => vec![*number],
            Reference::Name(name) => self.syntax.names.get(name).cloned().unwrap_or_default(),
        }
    }

    fn node(&mut self, node: &Expression) -> Result<()> {
        match node {
            Expression::Empty => self.out.push_str("(?:)"),
            Expression::Literal(code) => match char::from_u32(*code) {
                Some(character) => character_into(character, &mut self.out),
                None => self.out.push_str(NOTHING),
            },
            Expression::Any if self.flags.dot_all => self.out.push_str("[\\s\\S]"),
            Expression::Any => self.push(&["[^", LINE_TERMINATORS, "]"]),
            Expression::Class(class) => self.class(class)?,
            Expression::Start if self.flags.multiline && self.target != Target::Superset => {
                self.backtracks = true;
                self.push(&["(?:\\A|(?<=[", LINE_TERMINATORS, "]))"]);
            }
            Expression::Start | Expression::TextStart => self.out.push_str("\\A"),
            Expression::End if self.flags.multiline && self.target != Target::Superset => {
                self.backtracks = true;
                self.push(&["(?:\\z|(?=[", LINE_TERMINATORS, "]))"]);
            }
            Expression::End | Expression::TextEnd => self.out.push_str("\\z"),
            Expression::WordBoundary { .. } | Expression::Look { .. }
                if self.target == Target::Superset =>
            {
                self.out.push_str("(?:)");
            }
            Expression::WordBoundary { negated } => self.word_boundary(*negated),
            Expression::Look {
                behind,
                negated,
                node,
            } => {
                self.backtracks = true;
                self.out.push_str(match (behind, negated) {
                    (false, false) => "(?=",
                    (false, true) => "(?!",
                    (true, false) => "(?<=",
                    (true, true) => "(?<!",
                });
                self.behind += usize::from(*behind);
                self.node(node)?;
                self.behind -= usize::from(*behind);
                self.out.push(')');
            }
            Expression::Capture(index, node) => self.capture(*index, node)?,
            Expression::Atomic(node) => {
                // A sample has no other match to try.
                self.backtracks |= self.target != Target::Superset;
                self.out.push_str(match self.target {
                    Target::Superset => "(?:",
                    Target::Regex | Target::FancyRegex => "(?>",
                });
                self.node(node)?;
                self.out.push(')');
            }
            Expression::Modified { set, cleared, node } => {
                let outer = self.flags;
                self.flags = Flags {
                    ignore_case: (outer.ignore_case || set.ignore_case) && !cleared.ignore_case,
                    multiline: (outer.multiline || set.multiline) && !cleared.multiline,
                    dot_all: (outer.dot_all || set.dot_all) && !cleared.dot_all,
                };
                // The other flags affect the translation of `^`, `$` and `.`.
                self.out.push_str(match self.flags.ignore_case {
                    true => "(?i:",
                    false => "(?-i:",
                });
                self.node(node)?;
                self.out.push(')');
                self.flags = outer;
            }
            Expression::Backreference(reference, offset) => {
                self.backreference(reference, *offset)?
            }
            Expression::Repeat {
                node,
                least,
                most,
                lazy,
            } => self.repeat(node, *least, *most, *lazy)?,
            Expression::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Expression::Alternatives(nodes) => {
                self.frames.push(Frame::Choice);
                self.out.push_str("(?:");
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.node(node)?;
                }
                self.out.push(')');
                self.frames.pop();
            }
        }
        Ok(())
    }

    fn push(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    fn class(&mut self, class: &Class) -> Result<()> {
        let mut out = std::mem::take(&mut self.out);
        self.class_into(class, &mut out)?;
        self.out = out;
        Ok(())
    }

    fn class_into(&self, class: &Class, out: &mut String) -> Result<()> {
        let mut members = String::new();
        for item in &class.items {
            self.class_item(item, &mut members)?;
        }
        for class in &class.within {
            members.push_str("&&");
            self.class_into(class, &mut members)?;
        }
        match (members.is_empty(), class.negated) {
            (true, false) => out.push_str(NOTHING),
            (true, true) => out.push_str("[\\s\\S]"),
            (false, negated) => out.extend([if negated { "[^" } else { "[" }, &members, "]"]),
        }
        Ok(())
    }

    fn class_item(&self, item: &ClassItem, out: &mut String) -> Result<()> {
        match item {
            ClassItem::Range(first, last) => {
                // Text has no surrogates, and a range of the engines may neither begin nor end with one.
                for (first, last) in [(*first, (*last).min(0xd7ff)), ((*first).max(0xe000), *last)]
                {
                    let ends = (char::from_u32(first), char::from_u32(last));
                    if let (Some(first), Some(last)) = ends
                        && first <= last
                    {
                        character_into(first, out);
                        if first < last {
                            out.push('-');
                            character_into(last, out);
                        }
                    }
                }
            }
            ClassItem::Set { set, negated } => {
                let members = match set {
                    Set::Digit => "0-9",
                    Set::Word => WORD,
                    Set::Space => SPACE,
                    Set::Members(members) => members,
                    Set::Property(property) => return self.property(*property, *negated, out),
                };
                match negated {
                    true => out.extend(["[^", members, "]"]),
                    false => out.push_str(members),
                }
            }
        }
        Ok(())
    }

    fn property(&self, property: Property, negated: bool, out: &mut String) -> Result<()> {
        // ECMA-262 takes the complement and then folds case, the engines the other way around (§22.2.2.9).
        if negated && self.flags.ignore_case {
            return Err(PatternError::beyond_engine(
                "`\\P{…}` cannot be checked without regard to case",
            ));
        }
        let (name, value) = match property {
            // No character of a text is one.
            Property::GeneralCategory("Surrogate") => {
                if negated {
                    out.push_str("\\s\\S");
                }
                return Ok(());
            }
            Property::GeneralCategory(value) => ("gc=", value),
            Property::Script(value) => ("sc=", value),
            Property::ScriptExtensions(value) => ("scx=", value),
            Property::Binary(name) => ("", name),
        };
        out.extend([if negated { "\\P{" } else { "\\p{" }, name, value, "}"]);
        Ok(())
    }

    fn word_boundary(&mut self, negated: bool) {
        // Without regard to case, `\w` has two characters more, which are not ASCII.
        if self.target == Target::Regex && !negated && !self.flags.ignore_case {
            self.out.push_str("(?-u:\\b)");
            return;
        }
        self.backtracks = true;
        let (same, other) = if negated { ("=", "!") } else { ("!", "=") };
        self.push(&["(?:(?<=[", WORD, "])(?", same, "[", WORD, "])|"]);
        self.push(&["(?<![", WORD, "])(?", other, "[", WORD, "]))"]);
    }

    fn capture(&mut self, index: usize, node: &Expression) -> Result<()> {
        if !self.referenced.contains(&index) {
            self.out.push_str("(?:");
            self.node(node)?;
            self.out.push(')');
            return Ok(());
        }
        let outermost_loop = self.frames.iter().position(|frame| *frame == Frame::Loop);
        let place = self.emitted.len();
        self.emitted.push(Emitted {
            index,
            closed: None,
            forgotten: outermost_loop
                .and_then(|at| self.frames.get(at..))
                .is_some_and(|inner| inner.contains(&Frame::Choice)),
            behind: self.behind > 0,
        });
        let start = self.out.len();
        self.out.push('(');
        self.node(node)?;
        self.out.push(')');
        if let Some(group) = self.emitted.get_mut(place) {
            group.closed = Some(start..self.out.len());
        }
        Ok(())
    }

    /// Translates a backreference. A reference to a group that did not participate matches the empty text in ECMA-262,
    /// but fails in the engine. One to a group that is still open or comes later always matches the empty text.
    fn backreference(&mut self, reference: &Reference, offset: usize) -> Result<()> {
        self.backtracks = true;
        let groups = self.groups(reference);
        let mut closed = 0;
        for (position, group) in self.emitted.iter().enumerate() {
            let Some(range) = group
                .closed
                .clone()
                .filter(|_| groups.contains(&group.index))
            else {
                continue;
            };
            if self.target == Target::Superset {
                let group = self.out.get(range).unwrap_or_default().to_owned();
                // Groups that repeat groups double the text each time.
                if self.out.len() + group.len() > MAX_SUPERSET_LEN {
                    return Err(PatternError::unsupported(
                        offset,
                        "the groups that this backreference repeats are too long",
                    ));
                }
                self.out.push_str(&group);
                return Ok(());
            }
            if group.forgotten {
                return Err(PatternError::unsupported(
                    offset,
                    "this backreference is to a group that some iterations leave out",
                ));
            }
            if group.behind {
                return Err(PatternError::unsupported(
                    offset,
                    "this backreference is to a group within a look-behind",
                ));
            }
            let number = position + 1;
            // Writing to a string does not fail.
            let _ = write!(self.out, "(?({number})\\{number}|");
            closed += 1;
        }
        if self.behind > 0 && closed < groups.len() {
            return Err(PatternError::unsupported(
                offset,
                "this backreference within a look-behind is to a group that comes later",
            ));
        }
        self.out.push_str(match closed {
            0 => "(?:)",
            _ => "",
        });
        self.out.extend(std::iter::repeat_n(')', closed));
        Ok(())
    }

    fn repeat(
        &mut self,
        node: &Expression,
        least: u64,
        most: Option<u64>,
        lazy: bool,
    ) -> Result<()> {
        let Ok(least) = u32::try_from(least) else {
            return Err(PatternError::beyond_engine(
                "a quantifier asks for more characters than a text has",
            ));
        };
        // A text of 4 GiB is not checked: more than that is as good as no upper limit.
        let most = most.and_then(|most| u32::try_from(most).ok());
        let frames = self.frames.len();
        if least == 0 {
            self.frames.push(Frame::Choice);
        }
        if most != Some(1) {
            self.frames.push(Frame::Loop);
        }
        let start = self.out.len();
        self.out.push_str("(?:");
        self.node(node)?;
        self.out.push(')');
        self.frames.truncate(frames);
        // The engines do not repeat nothing, which a backreference can be.
        if self.out.get(start..) == Some("(?:(?:))") {
            return Ok(());
        }
        // Writing to a string does not fail.
        let _ = match (least, most) {
            (0, None) => self.out.write_str("*"),
            (1, None) => self.out.write_str("+"),
            (0, Some(1)) => self.out.write_str("?"),
            (least, None) => write!(self.out, "{{{least},}}"),
            (least, Some(most)) if least == most => write!(self.out, "{{{least}}}"),
            (least, Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
        if lazy {
            self.out.push('?');
        }
        Ok(())
    }
}

/// Writes a character so that it is itself, in a class and outside of it.
fn character_into(character: char, out: &mut String) {
    if character.is_ascii_alphanumeric() {
        out.push(character);
    } else {
        // Writing to a string does not fail.
        let _ = write!(out, "\\x{{{:X}}}", u32::from(character));
    }
}
