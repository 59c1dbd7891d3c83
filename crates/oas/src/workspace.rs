//! Where things are: the root of the workspace, and documents on the disk.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, anyhow};
use oas_document::{Diagnostic, Document, Loader};

/// The file that tells which documents become which crates; it also marks the root.
pub(crate) const CONFIG: &str = "openapi/codegen.toml";

/// The nearest folder, from the current one upwards, that holds `openapi/codegen.toml`.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("no current folder")?;
    let found = here
        .ancestors()
        .find(|folder| folder.join(CONFIG).is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        anyhow!("no {CONFIG} in this folder or above it\nRun the command inside the workspace.")
    })
}

/// What came of reading a document.
pub(crate) enum Read {
    Document(Box<Document>),
    /// It was read, and it cannot be used.
    Refused(Vec<Diagnostic>),
}

/// Reads a document and all files that it refers to. Places in diagnostics begin with `shown`.
pub(crate) fn read(path: &Path, shown: &str) -> anyhow::Result<Read> {
    // Told apart from a bad document: a path that leads nowhere is the caller's mistake.
    if !path.is_file() {
        return Err(anyhow!("cannot read {shown}: no such file"));
    }
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let (prefix, name) = shown
        .rsplit_once('/')
        .map_or(("", shown), |(prefix, name)| (prefix, name));
    let files = Files {
        folder,
        prefix: if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}/")
        },
    };
    Ok(
        match Document::load(&format!("{}{name}", files.prefix), &files) {
            Ok(document) => Read::Document(Box::new(document)),
            Err(diagnostics) => Read::Refused(diagnostics),
        },
    )
}

/// Files beside a document. References may not climb out of the folder of the document: it is untrusted input.
struct Files {
    folder: PathBuf,
    prefix: String,
}

impl Loader for Files {
    fn load(&self, path: &str) -> Result<String, String> {
        let relative = path.strip_prefix(&self.prefix).unwrap_or(path);
        let relative = Path::new(relative);
        if !relative
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        {
            return Err("it lies outside the folder of the document".to_owned());
        }
        std::fs::read_to_string(self.folder.join(relative)).map_err(|error| error.to_string())
    }
}

/// A path as messages show it: relative to the root where it lies below it, with `/` between its parts.
pub(crate) fn shown(path: &Path, root: Option<&Path>) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = root
        .and_then(|root| absolute.strip_prefix(root).ok())
        .unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
