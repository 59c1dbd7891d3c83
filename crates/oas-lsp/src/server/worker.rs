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
    /// Whether the findings of the generator are still to come.
    pub(super) is_partial: bool,
    /// Whether they are what was still to come.
    pub(super) is_sequel: bool,
}

/// From so many bytes on, the findings of the linter are shown before the generator has looked at a document.
const LONG: usize = 1 << 20;

/// What may take longer, and is done while the next revision is checked.
pub(super) struct Sequel {
    pub(super) document: PathBuf,
    pub(super) revision: u64,
    pub(super) snapshot: Arc<Snapshot>,
    /// The findings of the linter, where those of the generator are still to come.
    pub(super) linted: Option<Vec<Diagnostic>>,
}

/// What comes later.
pub(super) enum Later {
    /// The findings of a long document, with those of the generator.
    Checked(Done),
    /// What has changed in a document since the default branch.
    Compared(PathBuf, Option<Box<Report>>),
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

impl Work for Sequel {
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
                    // Where nobody waits for results, the queue is closed, too.
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
        // The thread is there as long as the worker.
        let _ = self.queue.send(work);
    }
}

pub(super) fn check(job: Job, host: &dyn Host) -> Done {
    let read = match job.known {
        Some(snapshot) => Ok(snapshot),
        None => read(host, &job.document, &job.open),
    };
    let is_partial = read.as_ref().is_ok_and(|snapshot| snapshot.length() > LONG);
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
        is_sequel: false,
    }
}

pub(super) fn go_on(work: Sequel, host: &dyn Host, done: &mut dyn FnMut(Later)) {
    if let Some(mut found) = work.linted {
        found.extend(diagnostics::of_generator(&work.snapshot));
        oas_document::sort_and_dedup(&mut found);
        done(Later::Checked(Done {
            document: work.document.clone(),
            revision: work.revision,
            read: Ok(Arc::clone(&work.snapshot)),
            found,
            is_partial: false,
            is_sequel: true,
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
