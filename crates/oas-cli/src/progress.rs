//! Displays on a terminal that something is under way.

use std::pin::pin;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::CommandError;
use crate::io::Io;
use crate::language::Phrase;

/// The time before progress is displayed: shorter waits need no explanation.
const DISPLAY_DELAY: Duration = Duration::from_secs(1);

/// The interval between two frames of the animation.
const TICK: Duration = Duration::from_millis(120);

/// Returns the failure of a program whose asynchronous runtime could not be created.
#[must_use]
pub fn runtime_failure(error: &std::io::Error) -> CommandError {
    CommandError::usage(Phrase::new(
        format!("the program cannot be set up: {error}"),
        format!("无法初始化程序：{error}"),
    ))
}

/// Waits for `work`, and returns its result. If standard error is a terminal, it shows after a second that the program waits: a
/// spinner, `what` (such as `waiting for http://localhost:8080`) and the time. They are removed when `work` is done, which must
/// not write to standard error meanwhile.
///
/// # Panics
///
/// Panics if standard error is a terminal, and there is no Tokio runtime with timers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (io, written) = oas_cli::Io::captured("");
/// assert_eq!(oas_cli::with_progress(&io, "adding", async { 1 + 1 }).await, 2);
/// assert_eq!(written.err(), "");
/// # }
/// ```
pub async fn with_progress<T>(io: &Io, what: &str, work: impl Future<Output = T>) -> T {
    if !io.shows_progress() {
        return work.await;
    }
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return done,
        () = tokio::time::sleep(DISPLAY_DELAY) => {}
    }
    let bar = ProgressBar::new_spinner().with_elapsed(DISPLAY_DELAY);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(TICK);
    let done = work.await;
    bar.finish_and_clear();
    done
}
