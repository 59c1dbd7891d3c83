//! Runs the threads that read, check and compare documents, so that typing never waits for them.

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

/// The stack of a worker: as large as that of a main thread, because documents can be deeply nested.
const STACK: usize = 16 << 20;

/// A revision of a document to check.
pub(super) struct Job {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    pub(super) open: HashMap<PathBuf, Arc<str>>,
    /// The snapshot that a request has read already.
    pub(super) known: Option<Arc<Snapshot>>,
}

/// A revision that was checked.
pub(super) struct Done {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    /// The snapshot, or the findings that make the revision invalid.
    pub(super) read: Result<Arc<Snapshot>, Vec<Diagnostic>>,
    /// All findings, before decisions.
    pub(super) found: Vec<Diagnostic>,
    /// Whether findings of the generator will follow.
    pub(super) is_partial: bool,
    /// Whether these findings follow a partial result.
    pub(super) is_follow_up: bool,
}

/// The slower part of the work, which runs while the next revision is checked.
pub(super) struct FollowUp {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    pub(super) snapshot: Arc<Snapshot>,
    /// The findings of the linter, if those of the generator will follow.
    pub(super) linted: Option<Vec<Diagnostic>>,
}

/// The result of a sequel.
pub(super) enum Later {
    /// The findings of a long document, including those of the generator.
    Checked(Done),
    /// The changes of a document since the default branch.
    Compared(PathBuf, Option<Box<Report>>),
}

/// Work on a document, which newer work on the same document replaces.
pub(super) trait Work: Send + 'static {
    fn document(&self) -> &Path;
}

impl Work for Job {
    fn document(&self) -> &Path {
        &self.document
    }
}

impl Work for FollowUp {
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
        run: impl Fn(W, &mut dyn FnMut(D)) + Send + 'static,
    ) -> io::Result<(Self, Receiver<D>)> {
        let (queue, waiting) = unbounded::<W>();
        let (done, results) = unbounded();
        let thread = thread::Builder::new().name(name.to_owned());
        thread.stack_size(STACK).spawn(move || {
            let mut pending: VecDeque<W> = VecDeque::new();
            loop {
                match pending.pop_front() {
                    // If the receiver of results is dropped, the queue is closed as well.
                    Some(work) => run(work, &mut |result| drop(done.send(result))),
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
        // The thread lives as long as the worker.
        let _ = self.queue.send(work);
    }
}

pub(super) fn check(job: Job, host: &dyn Host) -> Done {
    let read = match job.known {
        Some(snapshot) => Ok(snapshot),
        None => read(host, &job.document, &job.open),
    };
    let is_partial = read.as_ref().is_ok_and(|snapshot| snapshot.is_long());
    let found = match &read {
        Ok(snapshot) if is_partial => oas_document::lint(snapshot.document()),
        Ok(snapshot) => diagnostics::problems(snapshot),
        Err(found) => found.clone(),
    };
    Done {
        document: job.document,
        revision: job.revision,
        read,
        found,
        is_partial,
        is_follow_up: false,
    }
}

pub(super) fn go_on(work: FollowUp, host: &dyn Host, done: &mut dyn FnMut(Later)) {
    if let Some(mut found) = work.linted {
        found.extend(diagnostics::of_generator(&work.snapshot));
        oas_document::sort_and_dedup(&mut found);
        done(Later::Checked(Done {
            document: work.document.clone(),
            revision: work.revision,
            read: Ok(Arc::clone(&work.snapshot)),
            found,
            is_partial: false,
            is_follow_up: true,
        }));
    }
    let report = host.compare(&work.document, work.snapshot.document());
    done(Later::Compared(work.document, report.map(Box::new)));
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
