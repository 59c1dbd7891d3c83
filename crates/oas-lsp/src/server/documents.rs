//! Tracks the documents that the server has read: their files, and the revisions of their findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use oas_diff::Report;
use oas_document::Diagnostic;

use crate::{Host, analysis::Snapshot};

/// The time without typing after which a document is checked.
const PAUSE: Duration = Duration::from_millis(50);

/// A document.
#[derive(Default)]
pub(super) struct Entry {
    /// The number of changes of its texts.
    pub(super) revision: u64,
    /// The revision that was read last.
    pub(super) read: Option<u64>,
    /// The last valid revision.
    pub(super) good: Option<Arc<Snapshot>>,
    /// The findings that make the revision that was read last invalid.
    pub(super) rejection: Option<Vec<Diagnostic>>,
    /// The revision that was checked last.
    pub(super) checked: Option<u64>,
    /// The findings, before decisions.
    pub(super) found: Vec<Diagnostic>,
    /// The findings, after decisions.
    pub(super) findings: Vec<Diagnostic>,
    /// The changes since the default branch.
    pub(super) report: Option<Report>,
    /// The files of the document, as far as they are known.
    pub(super) files: BTreeSet<PathBuf>,
    /// The time at which the document is due to be checked.
    due: Option<Instant>,
    /// Whether the document is outside of a workspace, and was added because it was opened.
    pub(super) is_loose: bool,
}

impl Entry {
    /// Records a revision that was read.
    pub(super) fn take(
        &mut self,
        document: &Path,
        host: &dyn Host,
        revision: u64,
        read: Result<Arc<Snapshot>, Vec<Diagnostic>>,
    ) {
        if self.read.is_some_and(|known| known > revision) {
            // A newer revision was read meanwhile; if that one is invalid, this is better than none.
            if self.good.is_none() {
                self.good = read.ok();
            }
            return;
        }
        self.read = Some(revision);
        match read {
            Ok(snapshot) => {
                let files = snapshot.document().files();
                self.files = files.map(|file| host.path(document, file)).collect();
                self.rejection = None;
                self.good = Some(snapshot);
            }
            Err(found) => {
                let files = found.iter().map(|finding| &finding.place.file);
                self.files
                    .extend(files.map(|file| host.path(document, file)));
                self.rejection = Some(found);
            }
        }
        self.files.insert(document.to_owned());
    }
}

/// All documents, by the paths of their root files.
#[derive(Default)]
pub(super) struct Documents {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Documents {
    /// Adds a document, due to be checked at once; does nothing if it exists.
    pub(super) fn add(&mut self, path: PathBuf, is_loose: bool) {
        self.entries.entry(path.clone()).or_insert_with(|| Entry {
            files: BTreeSet::from([path]),
            due: Some(Instant::now()),
            is_loose,
            ..Entry::default()
        });
    }

    pub(super) fn remove(&mut self, path: &Path) {
        self.entries.remove(path);
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Entry> {
        self.entries.get(path)
    }

    pub(super) fn get_mut(&mut self, path: &Path) -> Option<&mut Entry> {
        self.entries.get_mut(path)
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.entries.keys().cloned().collect()
    }

    /// Returns the documents that contain a file.
    pub(super) fn with(&self, file: &Path) -> Vec<PathBuf> {
        let entries = self.entries.iter();
        let with = entries.filter(|(_, entry)| entry.files.contains(file));
        with.map(|(path, _)| path.clone()).collect()
    }

    /// Records that a file has changed.
    pub(super) fn touch(&mut self, file: &Path) {
        for entry in self.entries.values_mut() {
            // The files of an invalid document are not known for certain.
            if entry.files.contains(file) || entry.rejection.is_some() {
                entry.revision += 1;
                entry.due = Some(Instant::now() + PAUSE);
            }
        }
    }

    /// Records that any file may have changed.
    pub(super) fn touch_all(&mut self) {
        for entry in self.entries.values_mut() {
            entry.revision += 1;
            entry.due = Some(Instant::now() + PAUSE);
        }
    }

    /// Returns the time at which the next document is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.entries.values().filter_map(|entry| entry.due).min()
    }

    /// Takes the documents that are due.
    pub(super) fn take_due(&mut self) -> Vec<PathBuf> {
        let now = Instant::now();
        let mut due = Vec::new();
        for (path, entry) in &mut self.entries {
            if entry.due.is_some_and(|at| at <= now) {
                entry.due = None;
                due.push(path.clone());
            }
        }
        due
    }
}
