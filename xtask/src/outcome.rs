//! How a command ends: fine, no, or not at all.

use std::fmt;
use std::process::ExitCode;

/// The answer of a command that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit status 0.
    Fine,
    /// Exit status 1: drift, a lint error.
    No,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::No => Self::from(1),
        }
    }
}

/// Why a command could not do its work: exit status 2.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A mistake on the command line, with the text that tells how to write it.
    pub(crate) fn usage(text: impl fmt::Display, help: &str) -> Self {
        let usage = help
            .lines()
            .find(|line| line.starts_with("Usage:"))
            .unwrap_or_default();
        Self(format!("{text}\n\n{usage}\n\nFor more, try `--help`."))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
