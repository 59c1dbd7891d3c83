//! `serve`: the generated server stub, answering with the documented examples.
//!
//! It runs as a process of its own, because this command has to build when the generated crates do not.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::job::{Generated, Job};
use crate::outcome::Outcome;
use crate::sync::Drift;
use crate::terminal;
use crate::workspace;

/// Serve the documented examples: the server stub, with every request checked against the document
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Listen on this address; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    addr: String,
    /// Serve this document instead of the first in openapi/codegen.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Outcome> {
    let root = workspace::root()?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--example", "serve", "--manifest-path"]);
    match &arguments.spec {
        None => {
            let config = Config::read(&root)?;
            let first = config.document.first();
            let entry =
                first.with_context(|| format!("{} names no document", workspace::CONFIG))?;
            let package = format!("{}-server", entry.name);
            command.arg(root.join(&entry.out).join(package).join("Cargo.toml"));
        }
        Some(spec) => {
            let Some(folder) = generate(&root, spec, program)? else {
                bail!("the document cannot be served");
            };
            command
                .arg(folder.join("served-server/Cargo.toml"))
                .env("CARGO_TARGET_DIR", root.join("target"));
        }
    }
    let status = command.args(["--", &arguments.addr]).status();
    if !status.context("cannot run cargo")?.success() {
        bail!("the server ended with an error");
    }
    Ok(Outcome::Success)
}

/// Generates the crates of a document in a folder of their own below `target`.
fn generate(root: &Path, spec: &Path, program: &str) -> anyhow::Result<Option<PathBuf>> {
    let stem = spec
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let out = root.join("target/xtask-serve").join(stem);
    let mut job = Job::given(Some(root), spec, &out, "served", None, program)?;
    // The folder is below this workspace, and must not belong to it.
    job.settings = job.settings.workspace(true);
    let files = match job.generate(Some(root), false)? {
        Generated::Crates { files, .. } => files,
        Generated::Refused(found) => {
            terminal::complain_of(&found);
            return Ok(None);
        }
    };
    Drift::find(&out, &files)?.stage()?.commit()?;
    Ok(Some(out))
}
