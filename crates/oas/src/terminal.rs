//! Writes to standard output and standard error.
//!
//! The reader of a pipe may close it early, as `head` does. That ends the output and nothing else: the exit status is
//! still that of the command.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use anyhow::Context as _;
use clap::ColorChoice;
use oas_document::Diagnostic;

use crate::settings::InvalidSettings;
use crate::system;

/// The reason for which a command fails where its output cannot be written.
pub(crate) const NOT_PRINTED: &str = "cannot print the answer";

/// The value of `--color`.
static CHOICE: OnceLock<ColorChoice> = OnceLock::new();

/// Stores the value of `--color`; to be called once, before anything is printed.
pub(crate) fn choose_color(choice: ColorChoice) {
    // A library may run two commands in one process; the first decides.
    let _ = CHOICE.set(choice);
}

/// Prints text that is the answer of a command.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context(NOT_PRINTED),
        _ => Ok(()),
    }
}

/// Prints a line that is the answer of a command.
pub(crate) fn print_line(line: &str) -> anyhow::Result<()> {
    print(&format!("{line}\n"))
}

/// Prints a line to standard error. If that fails, there is no stream left to report it on.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints diagnostics beside the answer.
pub(crate) fn complain_of(diagnostics: &[Diagnostic]) {
    let color = complaints_have_color();
    for diagnostic in diagnostics {
        complain(&format!("{}\n", diagnostic.styled(color)));
    }
}

/// Prints why the command could not do its work. What is wrong with settings is shown at its place, and then named in one line.
pub(crate) fn complain_of_failure(error: &anyhow::Error) {
    let label = match complaints_have_color() {
        true => "\u{1b}[1;31merror\u{1b}[0m",
        false => "error",
    };
    match error.downcast_ref::<InvalidSettings>() {
        Some(invalid) => {
            complain_of(invalid.findings());
            complain(&format!("{label}: {error}"));
        }
        None => {
            let error = system::without_numbers(&format!("{error:#}"));
            complain(&format!("{label}: {error}"));
        }
    }
}

/// Returns whether standard output is rendered with colors: it is a terminal, or `--color` enables them.
pub(crate) fn has_color() -> bool {
    color(&io::stdout())
}

/// Returns whether standard error is rendered with colors.
pub(crate) fn complaints_have_color() -> bool {
    color(&io::stderr())
}

fn color(stream: &impl IsTerminal) -> bool {
    match CHOICE.get().copied().unwrap_or_default() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            // https://no-color.org: set, and not empty.
            let rejected = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            stream.is_terminal() && !rejected && !dumb
        }
    }
}

/// Counts things in words: `1 error`, `2 errors`.
pub(crate) fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
