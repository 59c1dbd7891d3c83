//! The simple patterns: anchored at both ends, a row of characters and classes, of which one at most has a count that
//! leaves a choice. They need no backtracking and no automaton.

use std::ops::RangeInclusive;
use std::str::Chars;

/// `^prefix class{m,n} suffix$`: all atoms but `open` match a fixed number of characters.
#[derive(Debug)]
pub(super) struct Row {
    before: Vec<Class>,
    open: Option<(Class, RangeInclusive<usize>)>,
    after: Vec<Class>,
}

/// One character's choices.
#[derive(Debug, Clone)]
struct Class {
    negated: bool,
    ranges: Vec<RangeInclusive<char>>,
}

/// More fixed characters than this are left to the `regex` crate.
const LONGEST: usize = 256;

impl Class {
    fn one(character: char) -> Self {
        Self {
            negated: false,
            ranges: vec![character..=character],
        }
    }

    fn contains(&self, character: char) -> bool {
        self.ranges.iter().any(|range| range.contains(&character)) != self.negated
    }
}

impl Row {
    /// Parses `source`; `None` where it is anything but a row.
    pub(super) fn parse(source: &str) -> Option<Self> {
        let mut rest = source.strip_prefix('^')?.strip_suffix('$')?.chars();
        let mut row = Self {
            before: Vec::new(),
            open: None,
            after: Vec::new(),
        };
        loop {
            let Some(class) = atom(&mut rest)? else {
                return Some(row);
            };
            let count = count(&mut rest)?;
            let fixed = if row.open.is_some() {
                &mut row.after
            } else {
                &mut row.before
            };
            if count.start() == count.end() {
                if fixed.len() + count.start() > LONGEST {
                    return None;
                }
                fixed.extend(std::iter::repeat_n(class, *count.start()));
            } else if row.open.is_none() {
                row.open = Some((class, count));
            } else {
                return None;
            }
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let mut characters = text.chars();
        let fits = |class: &Class, character: Option<char>| {
            character.is_some_and(|character| class.contains(character))
        };
        if !self
            .before
            .iter()
            .all(|class| fits(class, characters.next()))
        {
            return false;
        }
        if !self
            .after
            .iter()
            .rev()
            .all(|class| fits(class, characters.next_back()))
        {
            return false;
        }
        let Some((class, range)) = &self.open else {
            return characters.next().is_none();
        };
        let mut count = 0_usize;
        for character in characters {
            count += 1;
            if count > *range.end() || !class.contains(character) {
                return false;
            }
        }
        count >= *range.start()
    }
}

/// The next class: the outer `None` where it is more than that, the inner one at the end.
fn atom(rest: &mut Chars<'_>) -> Option<Option<Class>> {
    let class = match rest.next() {
        None => return Some(None),
        Some('[') => bracket(rest)?,
        Some('\\') => escape(rest)?,
        // A trailing `\$` leaves a lone backslash, which `escape` refuses.
        Some('(' | ')' | '|' | '.' | '*' | '+' | '?' | '{' | '}' | ']' | '^' | '$') => return None,
        Some(character) => Class::one(character),
    };
    Some(Some(class))
}

fn escape(rest: &mut Chars<'_>) -> Option<Class> {
    match rest.next()? {
        'd' => Some(Class {
            negated: false,
            ranges: vec!['0'..='9'],
        }),
        'w' => Some(Class {
            negated: false,
            ranges: vec!['0'..='9', 'A'..='Z', '_'..='_', 'a'..='z'],
        }),
        character if character.is_ascii_punctuation() => Some(Class::one(character)),
        _ => None,
    }
}

/// What follows `[`, up to and with `]`.
fn bracket(rest: &mut Chars<'_>) -> Option<Class> {
    let mut class = Class {
        negated: false,
        ranges: Vec::new(),
    };
    if rest.as_str().starts_with('^') {
        rest.next();
        class.negated = true;
    }
    loop {
        let first = match rest.next()? {
            ']' => return Some(class),
            '\\' => {
                let mut escaped = escape(rest)?;
                match escaped.ranges.as_slice() {
                    [only] if only.start() == only.end() => *only.start(),
                    _ => {
                        class.ranges.append(&mut escaped.ranges);
                        // `\d-x` is too odd to be read here.
                        if rest.as_str().starts_with('-') && !rest.as_str().starts_with("-]") {
                            return None;
                        }
                        continue;
                    }
                }
            }
            character => character,
        };
        let last = if rest.as_str().starts_with('-') && !rest.as_str().starts_with("-]") {
            rest.next();
            match rest.next()? {
                '\\' | '[' => return None,
                character => character,
            }
        } else {
            first
        };
        if first > last {
            return None;
        }
        class.ranges.push(first..=last);
    }
}

/// The count behind an atom, one where there is none.
fn count(rest: &mut Chars<'_>) -> Option<RangeInclusive<usize>> {
    let mut ahead = rest.clone();
    let range = match ahead.next() {
        Some('*') => 0..=usize::MAX,
        Some('+') => 1..=usize::MAX,
        Some('?') => 0..=1,
        Some('{') => {
            let (inside, after) = ahead.as_str().split_once('}')?;
            ahead = after.chars();
            match inside.split_once(',') {
                None => {
                    let exactly = number(inside)?;
                    exactly..=exactly
                }
                Some((least, "")) => number(least)?..=usize::MAX,
                Some((least, most)) => number(least)?..=number(most)?,
            }
        }
        _ => return Some(1..=1),
    };
    // A lazy count matches the same texts when anchored, but is rare enough to be left to the `regex` crate.
    if ahead.as_str().starts_with(['?', '+', '*', '{']) || range.start() > range.end() {
        return None;
    }
    *rest = ahead;
    Some(range)
}

fn number(text: &str) -> Option<usize> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Pattern;
    use super::Row;

    #[test]
    fn rows_and_regular_expressions_agree() {
        let patterns = [
            "^[0-9a-f]{32}$",
            "^[a-zA-Z_][\\w-]*$",
            "^abc$",
            "^$",
            "^a{2}-[^x]+$",
            "^\\d{4}-\\d{2}$",
            "^x?y$",
            "^[-a]$",
            "^[a-]$",
            "^\\$[.]$",
            "^ä+$",
            "^[\\d.]{1,3}z$",
        ];
        let texts = [
            "",
            "a",
            "aa",
            "aa-",
            "aa-b",
            "aaa-x",
            "aaaa-b",
            "abc",
            "abcd",
            "_x-9",
            "9x",
            "2017-11",
            "2017-1",
            "y",
            "xy",
            "xxy",
            "-",
            "$.",
            "ä",
            "ää",
            "0.1z",
            "....z",
            "z",
            "c019173f2b5742868058049be43033a1",
            "c019173f2b5742868058049be43033aX",
            "abc\n",
        ];
        for pattern in patterns {
            let row = Row::parse(pattern).unwrap_or_else(|| panic!("{pattern} is a row"));
            let regex = regex::Regex::new(&super::super::ecma::translate(pattern)).unwrap();
            for text in texts {
                assert_eq!(
                    row.matches(text),
                    regex.is_match(text),
                    "{pattern} on {text:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn random_rows_and_regular_expressions_agree(
            atoms in prop::collection::vec(
                (
                    prop::sample::select(&["a", "[ab]", "[^a]", "\\d", "[-0]", "[\\w.]", "\\.", "é"][..]),
                    prop::sample::select(&["", "", "", "{2}", "{0}", "{1,2}", "{2,}", "*", "+", "?"][..]),
                ),
                0..5,
            ),
            text in "[ab0é.-]{0,6}",
        ) {
            let atoms: String = atoms.into_iter().flat_map(|(class, count)| [class, count]).collect();
            let pattern = format!("^{atoms}$");
            if let Some(row) = Row::parse(&pattern) {
                let regex = regex::Regex::new(&super::super::ecma::translate(&pattern)).unwrap();
                prop_assert_eq!(row.matches(&text), regex.is_match(&text), "{} on {:?}", pattern, text);
            }
        }
    }

    #[test]
    fn other_patterns_are_left_to_the_regex_crate() {
        for pattern in [
            "abc",
            "^a|b$",
            "^(a)$",
            "^a.*b+$",
            "^a*b*$",
            "^.$",
            "^\\s$",
            "^a\\$",
            "^[a-\\d]$",
            "^{2}$",
        ] {
            assert!(Row::parse(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn ecma_syntax_keeps_its_meaning() {
        let table = [
            (r"^\d+|x$", "٣", false),
            (r"^[\w.]+@|z", "a.b@", true),
            (r"^(a|b)\/c$", "a/c", true),
            (r"^[[a]$|q", "[", true),
            (r"^(foo){bar}$", "foo{bar}", true),
            (r"^(\-)$", "-", true),
            (r"(?:^|,)[A-Z&&[]+$", "&", true),
            (r"^(\u0041)$", "A", true),
            (r"^.$|^..$", "\r", false),
            (r"^(a[^]c)$", "a\nc", true),
            (r"^([]|b)$", "b", true),
            (r"^([]b])$", "]", false),
            (r"^(\cJ)$", "\n", true),
            (r"^([\uD83D\uDE00-\uD83D\uDE4F]|x)$", "😀", true),
            (r"^([\uD83D\uDE00-\uD83D\uDE4F]|x)$", "🚀", false),
        ];
        for (pattern, text, expected) in table {
            let pattern = Pattern::new(pattern);
            assert!(pattern.is_enforced(), "{pattern:?}");
            assert_eq!(pattern.matches(text), expected, "{pattern:?} on {text:?}");
        }
        for pattern in [r"(?<=a*)b", r"(", r"[z-a]", r"^(?=a"] {
            assert!(!Pattern::new(pattern).is_enforced(), "{pattern}");
        }
    }

    #[test]
    fn look_around_and_back_references_are_enforced() {
        let table: [(&str, &[&str], &[&str]); 9] = [
            (r"^(?!no)", &["yes", ""], &["no", "nothing"]),
            (
                r"^(?=.*[A-Z])(?=.*\d).{8,}$",
                &["Passw0rd", "0ä-----Z"],
                &["password", "PASSW0R", "Passw0r\nd"],
            ),
            (r"^(?!.*--)[a-z-]+$", &["a-b", "-"], &["a--b", "", "A"]),
            (r"(?<!a)b", &["b", "cb"], &["ab", ""]),
            (r"(?<=^a)b$", &["ab"], &["b", "cab", "ab\n"]),
            (r"^(a|b)\1$", &["aa", "bb"], &["ab", "a"]),
            (r"^(?<q>['x])\w*\k<q>$", &["'a'", "xx"], &["'ax", "'ä'"]),
            (r"^(?!\bfoo\b)", &["food"], &["foo bar"]),
            (r"^(?!\d)[\w.]{1,3}$", &["a.b", "_"], &["1a", "٣a", "abcd"]),
        ];
        for (source, good, bad) in table {
            let pattern = Pattern::new(source);
            assert!(pattern.is_enforced(), "{source}");
            for text in good {
                assert!(pattern.matches(text), "{source} on {text:?}");
            }
            for text in bad {
                assert!(!pattern.matches(text), "{source} on {text:?}");
            }
        }
    }

    /// Without a bound, each of these would take longer than anybody waits.
    #[test]
    fn patterns_that_track_back_end() {
        let evil = "a".repeat(1_000);
        for source in [r"^(?=b|)(a+)+\1$b", r"^(?:(a|a)*\1)*$x", r"(?=(a+)+$b)c"] {
            assert!(!Pattern::new(source).matches(&evil), "{source}");
        }
        assert!(!Pattern::new("^(?!b)").matches(&"a".repeat(20_000)));
    }
}
