//! The threads that read, check and compare documents, so that typing never waits for them.

use std::{
    collections::{HashMap, VecDeque},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use oas_diff::Report;
use oas_document::Diagnostic;

use crate::{
    Host,
    analysis::{Snapshot, diagnostics},
};

/// As for the main thread of a process: documents may be nested.
const STACK: usize = 16 << 20;

/// A revision of a document to check.
pub(super) struct Job {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    pub(super) open: HashMap<PathBuf, Arc<str>>,
    /// What a request has read already.
    pub(super) known: Option<Arc<Snapshot>>,
}

/// A revision that was checked.
pub(super) struct Done {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    /// What was read, or why it cannot be.
    pub(super) read: Result<Arc<Snapshot>, Vec<Diagnostic>>,
    /// All findings, before decisions.
    pub(super) found: Vec<Diagnostic>,
}

/// A document to compare with what it was.
pub(super) struct Comparison {
    pub(super) document: PathBuf,
    pub(super) snapshot: Arc<Snapshot>,
}

/// What has changed in a document.
pub(super) struct Compared {
    pub(super) document: PathBuf,
    pub(super) report: Option<Report>,
}

/// Work on a document: what is newer makes the older useless.
pub(super) trait Work: Send + 'static {
    fn document(&self) -> &Path;
}

impl Work for Job {
    fn document(&self) -> &Path {
        &self.document
    }
}

impl Work for Comparison {
    fn document(&self) -> &Path {
        &self.document
    }
}

/// A thread for work of one kind.
pub(super) struct Worker<W> {
    queue: Sender<W>,
}

impl<W: Work> Worker<W> {
    /// Starts the thread, which ends when the worker is dropped.
    pub(super) fn start<D: Send + 'static>(
        name: &str,
        run: impl Fn(W) -> D + Send + 'static,
    ) -> io::Result<(Self, Receiver<D>)> {
        let (queue, waiting) = unbounded::<W>();
        let (done, results) = unbounded();
        let thread = thread::Builder::new().name(name.to_owned());
        thread.stack_size(STACK).spawn(move || {
            let mut pending: VecDeque<W> = VecDeque::new();
            loop {
                match pending.pop_front() {
                    Some(work) => {
                        if done.send(run(work)).is_err() {
                            return;
                        }
                    }
                    None => match waiting.recv() {
                        Ok(work) => pending.push_back(work),
                        Err(_) => return,
                    },
                }
                for work in waiting.try_iter() {
                    pending.retain(|older| older.document() != work.document());
                    pending.push_back(work);
                }
            }
        })?;
        Ok((Self { queue }, results))
    }

    pub(super) fn send(&self, work: W) {
        // The thread is there as long as the worker.
        let _ = self.queue.send(work);
    }
}

pub(super) fn compare(work: Comparison, host: &dyn Host) -> Compared {
    let report = host.compare(&work.document, work.snapshot.document());
    Compared {
        document: work.document,
        report,
    }
}

pub(super) fn check(job: Job, host: &dyn Host) -> Done {
    let read = match job.known {
        Some(snapshot) => Ok(snapshot),
        None => read(host, &job.document, &job.open),
    };
    let found = match &read {
        Ok(snapshot) => diagnostics::problems(snapshot),
        Err(found) => found.clone(),
    };
    Done {
        document: job.document,
        revision: job.revision,
        read,
        found,
    }
}

/// Reads a document with the texts that are open.
pub(super) fn read(
    host: &dyn Host,
    document: &Path,
    open: &HashMap<PathBuf, Arc<str>>,
) -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
    let text = |path: &Path| open.get(path).map(|text| text.to_string());
    let read = host.load(document, &text)?;
    Ok(Arc::new(Snapshot::new(read)))
}
