//! Displays progress, on a terminal only.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The time before progress is displayed: shorter runs need no explanation.
const DISPLAY_DELAY: Duration = Duration::from_millis(700);

/// The interval between two frames of the animation.
const TICK: Duration = Duration::from_millis(120);

/// Shows on standard error that something is under way while it runs, if that is a terminal and it takes a while.
///
/// What runs prints nothing itself.
pub(crate) fn during<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let _line = Line::begin(what.to_owned());
    run()
}

/// A line that is there until it is dropped.
struct Line {
    /// Dropped, it ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    fn begin(what: String) -> Option<Self> {
        let bar = ProgressBar::new_spinner();
        if bar.is_hidden() {
            return None;
        }
        let (end, ended) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            if ended.recv_timeout(DISPLAY_DELAY) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_message(what);
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Some(Self {
            end: Some(end),
            thread: Some(thread),
        })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            // A line that cannot be drawn takes nothing else with it.
            let _ = thread.join();
        }
    }
}
