//! The `pattern` keyword: ECMA-262 regular expressions, as far as they are regular.
//!
//! Most patterns of real documents are a row of character classes with counts, such as `^[0-9a-f]{32}$`. Those run as a
//! loop over the characters; others are translated for the `regex` crate and compiled once, when first needed.

mod ecma;
mod row;

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use row::Row;

/// A pattern of the document, compiled at its first use.
///
/// Lookaround and backreferences have no equivalent that runs in linear time. A pattern with one of them is **not
/// enforced**: it matches everything, and says so in [`Pattern::is_enforced`].
///
/// ```
/// use oas_server::schema::Pattern;
///
/// static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
/// assert!(UUID.matches("c019173f2b5742868058049be43033a1"));
/// assert!(!UUID.matches("c019173f"));
/// assert!(!Pattern::new("^(?!a)").is_enforced());
/// ```
pub struct Pattern {
    source: &'static str,
    matcher: OnceLock<Matcher>,
}

enum Matcher {
    Row(Row),
    Regex(Regex),
    Unenforced,
}

impl Pattern {
    /// The pattern `source`, as the document has it. It need not match the whole string unless it is anchored.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            matcher: OnceLock::new(),
        }
    }

    /// The document's text.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
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
            Matcher::Unenforced => true,
        }
    }

    fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| {
            if let Some(row) = Row::parse(self.source) {
                return Matcher::Row(row);
            }
            match Regex::new(&ecma::translate(self.source)) {
                Ok(regex) => Matcher::Regex(regex),
                Err(_) => {
                    tracing::warn!(pattern = self.source, "a pattern cannot be enforced");
                    Matcher::Unenforced
                }
            }
        })
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.source)
    }
}
