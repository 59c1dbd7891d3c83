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
#[derive(Debug, Clone)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// An option that a verb does not have.
    pub(crate) fn unknown_option(name: &str, help: &str) -> Self {
        let dashes = if name.chars().count() == 1 { "-" } else { "--" };
        Self::usage(
            format!("there is no option `{dashes}{}`", name.escape_debug()),
            help,
        )
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

/// Prints the help of a verb, which is all that was asked for.
pub(crate) fn help(text: &str) -> Result<Outcome, Failure> {
    print!("{text}");
    Ok(Outcome::Fine)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
