//! Defines the verdict of a command that completed its work.

use std::process::ExitCode;

/// The answer of a command that did its work. One that could not is an error, and exit status 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Exit status 0.
    Success,
    /// Exit status 1: generated files are out of date, a document has errors, a change breaks users.
    Negative,
}

impl Verdict {
    /// Returns the verdict of a question: is everything as it should be?
    pub(crate) fn of(success: bool) -> Self {
        if success {
            Self::Success
        } else {
            Self::Negative
        }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Success => Self::SUCCESS,
            Verdict::Negative => Self::from(1),
        }
    }
}
