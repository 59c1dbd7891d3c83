//! Reads the document that is served, and detects changes of its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use oas_document::{Diagnostic, Document};
use oas_mock::Mock;

use crate::config::Config;
use crate::workspace::{self, Read};

/// A document on the disk.
pub(super) struct Source {
    spec: PathBuf,
    /// The path as messages show it.
    pub(super) shown: String,
    /// The name of the document in the workspace, which its change history has.
    pub(super) name: Option<String>,
    task: Task,
    /// The files that it was read from, as they were then.
    files: Vec<(PathBuf, Stamp)>,
}

/// The conversion of a document to a mock.
pub(super) type Task = fn(Document) -> Result<Mock, Vec<Diagnostic>>;

/// The state by which a change of a file is detected: its time of modification and its length.
type Stamp = Option<(SystemTime, u64)>;

impl Source {
    /// Finds the named document, or the first of the workspace.
    pub(super) fn new(spec: Option<&Path>, task: Task) -> anyhow::Result<Self> {
        let root = workspace::root();
        let (spec, name) = match spec {
            Some(spec) => (spec.to_owned(), None),
            None => {
                let root = root.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
                let entry = Config::first(root)?;
                (root.join(entry.spec), Some(entry.name))
            }
        };
        Ok(Self {
            shown: workspace::display_path(&spec, root.ok().as_deref()),
            spec,
            name,
            task,
            files: Vec::new(),
        })
    }

    /// Reads the document, and converts it to a mock.
    ///
    /// # Errors
    ///
    /// Returns an error if the document does not exist. The inner error contains the findings about a document that
    /// cannot be served.
    pub(super) fn read(&mut self) -> anyhow::Result<Result<Mock, Vec<Diagnostic>>> {
        // Before they are read, so that a change while they are read is one.
        let known: Vec<PathBuf> = self.files.iter().map(|(file, _)| file.clone()).collect();
        self.files = known
            .into_iter()
            .chain([self.spec.clone()])
            .map(stamped)
            .collect();
        let document = match workspace::read(&self.spec, &self.shown)? {
            Read::Document(document) => document,
            Read::Rejected(found) => return Ok(Err(found)),
        };
        let folder = self.spec.parent().unwrap_or(Path::new(""));
        let prefix = self.shown.rsplit_once('/').map_or("", |(prefix, _)| prefix);
        let files = document.files().map(|file| {
            let relative = file.strip_prefix(prefix).unwrap_or(file);
            folder.join(relative.trim_start_matches('/'))
        });
        self.files = files.map(stamped).collect();
        Ok((self.task)(*document))
    }

    /// Returns whether a file has changed since it was read.
    pub(super) fn has_changed(&self) -> bool {
        self.files
            .iter()
            .any(|(file, stamp)| self::stamp(file) != *stamp)
    }
}

fn stamped(file: PathBuf) -> (PathBuf, Stamp) {
    let stamp = stamp(&file);
    (file, stamp)
}

fn stamp(file: &Path) -> Stamp {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
