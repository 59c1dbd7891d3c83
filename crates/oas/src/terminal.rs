//! Standard output and standard error.
//!
//! The reader of a pipe may go away before all is printed, as `head` does. That ends the printing and nothing else: the
//! exit status is still the answer of the command.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

use anyhow::Context as _;
use oas_document::Diagnostic;

/// Prints text that is the answer of a command.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot print the answer")
        }
        _ => Ok(()),
    }
}

/// Prints a line that is the answer of a command.
pub(crate) fn print_line(line: &str) -> anyhow::Result<()> {
    print(&format!("{line}\n"))
}

/// Prints a line beside the answer. Where it cannot be printed, there is nobody to read why.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints diagnostics beside the answer.
pub(crate) fn complain_of(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        complain(&format!("{diagnostic}\n"));
    }
}

/// Whether the answer goes to a terminal that shows colours.
pub(crate) fn has_colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Counts things in words: `1 error`, `2 errors`.
pub(crate) fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
