//! Implements `lsp`, a language server on standard input and output.

mod host;
mod pages;

use std::sync::Arc;

use anyhow::Context as _;

use self::host::Host;
use crate::verdict::Verdict;

/// Run the language server (LSP) for an editor: lint findings while typing, navigation, renaming, completion
///
/// The editor starts this command, and speaks the Language Server Protocol with it on standard input and output. docs/editors.md
/// shows what to write into the settings of VS Code, Neovim, Helix and Zed.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Use standard input and output, as is done without it: some editors insist on it
    #[arg(long = "stdio", hide = true)]
    _stdio: bool,
}

pub(super) fn run() -> anyhow::Result<Verdict> {
    // Not the host's, of which a thread that still works keeps a share when the server ends.
    let pages = tempfile::Builder::new().prefix("oas-rules-").tempdir();
    let pages = pages.context("cannot make a folder for explanations")?;
    oas_lsp::serve_stdio(Arc::new(Host::new(pages.path().to_owned())))?;
    Ok(Verdict::Success)
}
