//! Defines the reasons why a pattern cannot be enforced, or is not ECMA-262.

use std::borrow::Cow;
use std::fmt;

/// The reason why a pattern is not enforced, or ([`Pattern::deviation`](crate::Pattern::deviation)) the construct of an enforced pattern
/// that is not ECMA-262.
///
/// ```
/// use oas_schema::Pattern;
///
/// static NAME: Pattern = Pattern::new("^[a-z]+**");
/// let error = NAME.error().expect("no dialect repeats a repetition so");
/// assert!(error.is_invalid());
/// assert_eq!(error.offset(), Some(7));
/// assert_eq!(error.to_string(), "there is nothing to repeat before this quantifier, at character 8");
/// assert_eq!(error.help(), Some("escape it with `\\` for the character"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    invalid: bool,
    offset: Option<usize>,
    /// The number of the character at the offset, from 1.
    character: Option<usize>,
    message: Cow<'static, str>,
    help: Option<&'static str>,
}

impl PatternError {
    pub(super) fn invalid(
        offset: usize,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) -> Self {
        Self {
            invalid: true,
            offset: Some(offset),
            character: None,
            message: message.into(),
            help: Some(help),
        }
    }

    pub(super) fn unsupported(offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            offset: Some(offset),
            ..Self::beyond_engine(message)
        }
    }

    /// Constructs the error of a pattern that no engine can run as a whole.
    pub(super) fn beyond_engine(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            invalid: false,
            offset: None,
            character: None,
            message: message.into(),
            help: None,
        }
    }

    /// Adds the number of the character, which messages show.
    pub(super) fn within(mut self, source: &str) -> Self {
        let before = self.offset.and_then(|offset| source.get(..offset));
        self.character = before.map(|before| before.chars().count() + 1);
        self
    }

    /// Returns whether the pattern is known not to be ECMA-262. If not, it exceeds a limit of this crate (length, nesting, compiled
    /// size) or needs what its engines lack, and is not enforced.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.invalid
    }

    /// Returns the place of the error in the pattern, in bytes from its beginning, if it has one.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Returns a remedy, as an imperative clause, if there is one.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.character {
            Some(character) => write!(f, ", at character {character}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PatternError {}
