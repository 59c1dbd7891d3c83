//! Validates the `pattern` keyword: ECMA-262 regular expressions (JSON Schema 2020-12 §6.4).
//!
//! A pattern is parsed by the grammar of ECMA-262, with the constructs of other dialects that documents have, and translated for
//! the engine that runs it: a loop for rows of classes, `regex` for what is regular, and `fancy-regex` for look-around and
//! backreferences. The last one and not `regress`, which runs all of ECMA-262: the text is the caller's, and only the former bounds
//! how often it tracks back.

mod dialect;
mod ends;
mod error;
mod escape;
mod linear;
mod parser;
mod property;
mod syntax;
mod translate;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

pub use error::PatternError;
use regex::{Regex, RegexBuilder};

use crate::context::Fit;
use linear::Linear;

/// The number of times that a pattern with look-around or a backreference may backtrack before the text counts as one
/// that does not match. Each time, all of the text may be read again, so that the length of the text is bounded as
/// well.
const MAX_STEPS: usize = 20_000;
/// A text that is longer, in bytes, does not match such a pattern.
const MAX_TEXT_LEN: usize = 16 * 1024;
/// The largest size of a compiled pattern, in bytes.
const MAX_PROGRAM_SIZE: usize = 4 << 20;
/// The largest depth of the translation: a group of the pattern is several levels of it.
const MAX_TRANSLATION_DEPTH: u32 = 1_000;

/// A pattern of a document, compiled at its first use.
///
/// Constructs of other dialects, such as `\A`, `(?i)` and `[[:alpha:]]`, have the meaning that they have there, and
/// [`Pattern::deviation`] returns the first of them.
///
/// A pattern that cannot be compiled is **not enforced**: it matches every text, because the text that its author had in mind would be
/// rejected otherwise, and [`Pattern::error`] returns the reason. Under `not`, or in branches of a `oneOf`, it rejects nothing either: what
/// depends on it counts as unknown. These are patterns of no dialect or of dialects that contradict each
/// other, and the few that no engine here can run within bounds.
///
/// ```
/// use oas_schema::Pattern;
///
/// static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
/// assert!(UUID.matches("c019173f2b5742868058049be43033a1"));
/// assert!(!UUID.matches("c019173f"));
///
/// static PASSWORD: Pattern = Pattern::new("^(?=.*[0-9])(?=.*[a-z]).{8,}$");
/// assert!(PASSWORD.error().is_none() && !PASSWORD.matches("password"));
///
/// static INLINE_FLAG: Pattern = Pattern::new("(?i)yes");
/// assert!(INLINE_FLAG.matches("YES") && INLINE_FLAG.deviation().is_some());
///
/// static GLOB: Pattern = Pattern::new("*.png");
/// assert!(GLOB.matches("a.png") && GLOB.error().is_some_and(|error| error.is_invalid()));
/// ```
pub struct Pattern {
    source: Cow<'static, str>,
    matcher: OnceLock<Result<Matcher, PatternError>>,
}

enum Matcher {
    Linear(Linear),
    Regular(Regex),
    Backtracking(fancy_regex::Regex),
}

impl Pattern {
    /// Creates a pattern from the text of the document. It is compiled when it is used first.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self {
            source: Cow::Borrowed(source),
            matcher: OnceLock::new(),
        }
    }

    /// Returns the text of the pattern in the document.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the reason why the pattern cannot be compiled; `None` if it can.
    pub fn error(&self) -> Option<&PatternError> {
        self.matcher().as_ref().err()
    }

    /// Returns the first construct of the pattern that is not ECMA-262, and has the meaning of the dialects that have it; `None` if there
    /// is none, or the pattern has an [error](Self::error).
    #[must_use]
    pub fn deviation(&self) -> Option<PatternError> {
        let deviation = parser::parse(&self.source).ok()?.deviation?;
        Some(deviation.within(&self.source)).filter(|_| self.error().is_none())
    }

    /// Returns whether the pattern matches a part of `text`; always, if it cannot be compiled.
    ///
    /// A pattern with look-around or backreferences does not match if the search takes too many steps, or `text` has more than
    /// 16 KiB, so that an expensive text cannot evade validation.
    pub fn matches(&self, text: &str) -> bool {
        match self.matcher() {
            Ok(Matcher::Linear(linear)) => linear.matches(text),
            Ok(Matcher::Regular(regex)) => regex.is_match(text),
            Ok(Matcher::Backtracking(regex)) => {
                text.len() <= MAX_TEXT_LEN && regex.is_match(text).unwrap_or(false)
            }
            Err(_) => true,
        }
    }

    /// Returns whether the pattern matches a part of `text`, as far as that is known.
    pub(crate) fn fit(&self, text: &str) -> Fit {
        match self.matches(text) {
            false => Fit::No,
            true if self.error().is_some() => Fit::Unknown,
            true => Fit::Yes,
        }
    }

    /// Converts the pattern to a regular expression in the syntax of the `regex` crate that matches all texts which the pattern
    /// matches, and possibly more: look-around and word boundaries are removed, and each backreference is replaced by its group.
    ///
    /// Sample texts can be generated from it. They are candidates: check each with [`matches`](Self::matches).
    ///
    /// # Errors
    ///
    /// Returns an error if the pattern cannot be parsed, or has no equivalent in that syntax.
    ///
    /// # Examples
    ///
    /// ```
    /// use oas_schema::Pattern;
    ///
    /// let pattern = Pattern::new(r"^(?!0)(\d)\1$");
    /// assert_eq!(pattern.regular_superset()?, r"\A(?:)([0-9])([0-9])\z");
    /// # Ok::<(), oas_schema::PatternError>(())
    /// ```
    pub fn regular_superset(&self) -> Result<String, PatternError> {
        parser::parse(&self.source)
            .and_then(|syntax| translate::translate_superset(&syntax))
            .map_err(|error| error.within(&self.source))
    }

    /// Converts the pattern to an equivalent in the syntax of the `regex` crate; returns `None` if it contains look-around or
    /// backreferences, which this syntax does not have.
    ///
    /// # Errors
    ///
    /// Returns an error if the pattern cannot be parsed, or has no equivalent in that syntax.
    ///
    /// # Examples
    ///
    /// ```
    /// use oas_schema::Pattern;
    ///
    /// assert_eq!(Pattern::new(r"^\d$").regular()?.as_deref(), Some(r"\A[0-9]\z"));
    /// assert_eq!(Pattern::new(r"^(?!0)\d$").regular()?, None);
    /// # Ok::<(), oas_schema::PatternError>(())
    /// ```
    pub fn regular(&self) -> Result<Option<String>, PatternError> {
        let translation = parser::parse(&self.source)
            .and_then(|syntax| translate::translate(&syntax))
            .map_err(|error| error.within(&self.source))?;
        Ok((!translation.backtracks).then_some(translation.text))
    }

    fn matcher(&self) -> &Result<Matcher, PatternError> {
        self.matcher.get_or_init(|| {
            let matcher = compile(&self.source);
            if let Err(error) = &matcher {
                tracing::warn!(pattern = self.source(), %error, "a pattern is not enforced");
            }
            matcher
        })
    }
}

fn compile(source: &str) -> Result<Matcher, PatternError> {
    let translation = parser::parse(source)
        .and_then(|syntax| translate::translate(&syntax))
        .map_err(|error| error.within(source))?;
    let text = &translation.text;
    if translation.backtracks {
        return fancy_regex::RegexBuilder::new(text)
            .backtrack_limit(MAX_STEPS)
            .delegate_size_limit(MAX_PROGRAM_SIZE)
            .build()
            .map(Matcher::Backtracking)
            .map_err(|error| rejected(&error));
    }
    let hir = regex_syntax::ParserBuilder::new()
        .nest_limit(MAX_TRANSLATION_DEPTH)
        .build()
        .parse(text)
        .map_err(|error| rejected(&error))?;
    if let Some(linear) = Linear::new(&hir) {
        return Ok(Matcher::Linear(linear));
    }
    let cut = ends::cut(&hir);
    let text = match cut == hir {
        true => Cow::Borrowed(text.as_str()),
        false => Cow::Owned(cut.to_string()),
    };
    RegexBuilder::new(&text)
        .size_limit(MAX_PROGRAM_SIZE)
        .nest_limit(MAX_TRANSLATION_DEPTH)
        .build()
        .map(Matcher::Regular)
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                PatternError::beyond_engine("the pattern is too large when compiled")
            }
            other => rejected(&other),
        })
}

fn rejected(error: &dyn std::error::Error) -> PatternError {
    // The last line has the reason; the lines before it draw the translation.
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default();
    PatternError::beyond_engine(format!(
        "no engine here can run the pattern ({})",
        reason.trim_start_matches("error: ")
    ))
}

/// Returns whether a text is a pattern of ECMA-262, be there an engine for it or not.
pub(crate) fn is_ecma_262(text: &str) -> bool {
    match parser::parse(text) {
        Ok(syntax) => syntax.deviation.is_none(),
        Err(error) => !error.is_invalid(),
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
