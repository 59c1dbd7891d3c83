//! Implements `completions`, which prints scripts for the completion of shells.

use clap_complete::Shell;

use crate::terminal;
use crate::verdict::Verdict;

/// Print a shell completion script
#[derive(Debug, clap::Args)]
#[command(
    after_help = "For bash: oas completions bash > ~/.local/share/bash-completion/completions/oas"
)]
pub(crate) struct Arguments {
    /// The shell to print it for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    // A shell completes programs, and `cargo xtask` is an alias that cargo resolves.
    anyhow::ensure!(
        !program.contains(' '),
        "shells complete programs, and `{program}` is an alias of cargo\nInstall the program and complete that: cargo install --path crates/oas"
    );
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut crate::command("oas"),
        "oas",
        &mut script,
    );
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Success)
}
