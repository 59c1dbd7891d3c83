//! The `pattern` keyword: ECMA-262 regular expressions (JSON Schema 2020-12 §6.4).
//!
//! Most patterns of real documents are a row of character classes with counts, such as `^[0-9a-f]{32}$`. Those run as a
//! loop over the characters; others are translated for the `regex` crate and compiled once, when first needed.
//!
//! Look-around and back-references are not regular. They are run by `fancy-regex`, and not by `regress`, which knows all
//! of ECMA-262: the text is the caller's, and only the former bounds how often it tracks back.

mod ecma;
mod row;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use row::Row;

/// How often a pattern with look-around or a back-reference may track back before the text counts as one that does not
/// match. Each time, all of the text may be read again, so that the length of the text is bounded as well.
const MOST_STEPS: usize = 20_000;
/// A text that is longer, in bytes, does not match such a pattern.
const LONGEST_TEXT: usize = 16 * 1024;

/// A pattern of the document, compiled at its first use.
///
/// A pattern that cannot be compiled is **not enforced**: it matches everything, and says so in [`Pattern::is_enforced`].
/// These are patterns that are no ECMA-262 and those that look behind by an unknown number of characters.
///
/// ```
/// use oas_schema::Pattern;
///
/// static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
/// assert!(UUID.matches("c019173f2b5742868058049be43033a1"));
/// assert!(!UUID.matches("c019173f"));
///
/// static PASSWORD: Pattern = Pattern::new("^(?=.*[0-9])(?=.*[a-z]).{8,}$");
/// assert!(PASSWORD.is_enforced() && !PASSWORD.matches("password"));
/// assert!(!Pattern::new("(?<=a*)b").is_enforced());
/// ```
pub struct Pattern {
    source: Cow<'static, str>,
    matcher: OnceLock<Matcher>,
}

enum Matcher {
    Row(Row),
    Regex(Regex),
    Backtracking(fancy_regex::Regex),
    Unenforced,
}

impl Pattern {
    /// The pattern `source`, as the document has it. It need not match the whole string unless it is anchored.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source: Cow::Borrowed(source),
            matcher: OnceLock::new(),
        }
    }

    /// The document's text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the pattern can be checked at all.
    pub fn is_enforced(&self) -> bool {
        !matches!(self.matcher(), Matcher::Unenforced)
    }

    /// Whether it matches somewhere in `text`.
    pub fn matches(&self, text: &str) -> bool {
        match self.matcher() {
            Matcher::Row(row) => row.matches(text),
            Matcher::Regex(regex) => regex.is_match(text),
            // One that takes too long to tell is refused: nobody gets around a check by making it expensive.
            Matcher::Backtracking(regex) => {
                text.len() <= LONGEST_TEXT && regex.is_match(text).unwrap_or(false)
            }
            Matcher::Unenforced => true,
        }
    }

    fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| {
            if let Some(row) = Row::parse(&self.source) {
                return Matcher::Row(row);
            }
            if let Ok(regex) = Regex::new(&ecma::translate(&self.source)) {
                return Matcher::Regex(regex);
            }
            let translated = ecma::translate_for_backtracking(&self.source);
            let backtracking = fancy_regex::RegexBuilder::new(&translated)
                .backtrack_limit(MOST_STEPS)
                .build();
            match backtracking {
                Ok(regex) => Matcher::Backtracking(regex),
                Err(_) => {
                    tracing::warn!(pattern = &*self.source, "a pattern cannot be enforced");
                    Matcher::Unenforced
                }
            }
        })
    }
}

/// A pattern that is known at run time only.
impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self {
            source: Cow::Owned(source),
            matcher: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.source)
    }
}
