//! rustfmt over generated Rust, with a pinned style edition: the bytes do not depend on the machine.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, anyhow};

/// What the names of temporary folders begin with.
const PREFIX: &str = "oas-rustfmt-";

/// A folder of this age belongs to a run that was killed: no run of rustfmt takes as long.
const AGE: Duration = Duration::from_secs(60 * 60);

/// Formats every Rust file among these, which are whole crates: rustfmt finds modules from the roots.
pub(crate) fn format(files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let parent = std::env::temp_dir();
    remove_leftovers(&parent);
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
    let folder = folder.context("no temporary folder")?;
    let failed = |error: std::io::Error| anyhow!("cannot use {}: {error}", folder.path().display());
    let rust: Vec<String> = files
        .keys()
        .filter(|path| path.ends_with(".rs"))
        .cloned()
        .collect();
    for path in &rust {
        let place = folder.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap_or(folder.path())).map_err(failed)?;
        std::fs::write(place, &files[path]).map_err(failed)?;
    }
    let roots: Vec<&String> = rust.iter().filter(|path| is_root(path)).collect();
    if !roots.is_empty() {
        run(folder.path(), &roots)?;
    }
    for path in rust {
        let text = std::fs::read_to_string(folder.path().join(&path)).map_err(failed)?;
        files.insert(path, text);
    }
    Ok(())
}

/// Removes what runs that were killed have left in a folder. What cannot be removed is another person's.
fn remove_leftovers(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    let now = SystemTime::now();
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = || entry.metadata().ok()?.modified().ok();
        let is_old = |time: SystemTime| now.duration_since(time).is_ok_and(|age| age > AGE);
        if is_ours && modified().is_some_and(is_old) {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

fn is_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs") || path.contains("/examples/") || path.contains("/tests/")
}

fn run(folder: &Path, roots: &[&String]) -> anyhow::Result<()> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .args(["--edition", "2024", "--style-edition", "2024", "--quiet"])
        .args(roots);
    let output = command.output().map_err(|error| {
        anyhow!("cannot run rustfmt: {error}\nInstall it with `rustup component add rustfmt`.")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(anyhow!(
        "rustfmt does not take what was generated, which is a defect of the generator\n{text}"
    ))
}
