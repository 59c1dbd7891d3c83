//! The documents that the server has read: what their files are, and how far behind the texts their findings are.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use oas_diff::Report;
use oas_document::Diagnostic;

use crate::{Host, analysis::Snapshot};

/// How long nothing is typed before a document is checked.
const PAUSE: Duration = Duration::from_millis(50);

/// A document.
#[derive(Default)]
pub(super) struct Entry {
    /// How often its texts have changed.
    pub(super) revision: u64,
    /// The revision that was read last.
    pub(super) read: Option<u64>,
    /// The last revision that could be read.
    pub(super) good: Option<Arc<Snapshot>>,
    /// What keeps the revision that was read last from being one.
    pub(super) refusal: Option<Vec<Diagnostic>>,
    /// The revision that was checked last.
    pub(super) checked: Option<u64>,
    /// Its findings, before decisions.
    pub(super) found: Vec<Diagnostic>,
    /// Its findings, after decisions.
    pub(super) findings: Vec<Diagnostic>,
    /// What has changed in it since the default branch.
    pub(super) report: Option<Report>,
    /// Its files, as far as they are known.
    pub(super) files: BTreeSet<PathBuf>,
    /// When it is to be checked.
    due: Option<Instant>,
    /// Whether it is in no workspace and was added because it was opened.
    pub(super) is_loose: bool,
}

impl Entry {
    /// Notes what was read.
    pub(super) fn take(
        &mut self,
        document: &Path,
        host: &dyn Host,
        revision: u64,
        read: Result<Arc<Snapshot>, Vec<Diagnostic>>,
    ) {
        if self.read.is_some_and(|known| known > revision) {
            // Something newer was read meanwhile; if it cannot be used, this is better than nothing.
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
                self.refusal = None;
                self.good = Some(snapshot);
            }
            Err(found) => {
                let files = found.iter().map(|finding| &finding.place.file);
                self.files
                    .extend(files.map(|file| host.path(document, file)));
                self.refusal = Some(found);
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
    /// Adds a document, to be checked at once; does nothing where it is there.
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

    /// The documents that a file is one of.
    pub(super) fn with(&self, file: &Path) -> Vec<PathBuf> {
        let entries = self.entries.iter();
        let with = entries.filter(|(_, entry)| entry.files.contains(file));
        with.map(|(path, _)| path.clone()).collect()
    }

    /// Notes that a file has changed.
    pub(super) fn touch(&mut self, file: &Path) {
        for entry in self.entries.values_mut() {
            // What belongs to a document that cannot be read is not known for sure.
            if entry.files.contains(file) || entry.refusal.is_some() {
                entry.revision += 1;
                entry.due = Some(Instant::now() + PAUSE);
            }
        }
    }

    /// Notes that anything may have changed.
    pub(super) fn touch_all(&mut self) {
        for entry in self.entries.values_mut() {
            entry.revision += 1;
            entry.due = Some(Instant::now() + PAUSE);
        }
    }

    /// When the next document is to be checked.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.entries.values().filter_map(|entry| entry.due).min()
    }

    /// Takes the documents that are to be checked by now.
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
