//! Options of calls that wait for a job, and the progress that such calls report.

use std::{fmt, sync::Arc, time::Duration};

use crate::job::Job;

/// The waits between the requests with which a call asks for its job. The first request is sent at once, the second after the
/// [first](Self::first) wait; each further wait is 1.5 times as long, up to the [longest](Self::longest).
///
/// ```
/// use std::time::Duration;
/// use zstack_node::Polling;
///
/// let patient = Polling::default().longest(Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polling {
    first: Duration,
    longest: Duration,
}

impl Default for Polling {
    /// Returns intervals of 0 ms, 100 ms, 150 ms, 225 ms … and finally 5 s: most jobs take milliseconds, and
    /// some take hours.
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(5),
        }
    }
}

impl Polling {
    /// Sets the first wait; 100 ms by default.
    #[must_use]
    pub fn first(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// Sets the longest wait; 5 s by default.
    #[must_use]
    pub fn longest(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// Returns the wait after which much can have changed.
    pub(crate) fn rest(self) -> Duration {
        self.longest.max(self.first)
    }

    /// Returns the waits, one after another.
    pub(crate) fn waits(self) -> impl Iterator<Item = Duration> {
        // A wait of zero would be a busy loop, which blocks other tasks of the runtime.
        let first = self.first.max(Duration::from_millis(1));
        let longest = self.longest.max(first);
        std::iter::successors(Some(first), move |wait| {
            Some(
                wait.saturating_mul(3)
                    .checked_div(2)
                    .unwrap_or(longest)
                    .min(longest),
            )
        })
    }
}

/// The progress of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The request is about to be sent. A job that is stored now can be resumed after any failure.
    Sending(&'a Job),
    /// The node has received the request, and executes it.
    Received(&'a Job),
    /// The node is asked for the job after `wait`.
    Waiting {
        /// The job.
        job: &'a Job,
        /// The number of polls so far.
        asked: u32,
        /// The time until the next poll.
        wait: Duration,
    },
    /// It is unknown whether the node has received the request. The node is asked for the job.
    InDoubt(&'a Job),
    /// The session had expired, and another one was opened. The operation is sent again, as another job.
    LoggedIn,
}

pub(crate) type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// The options of a call.
#[derive(Clone)]
pub(crate) struct Options {
    /// The time limit of the whole call.
    pub(crate) limit: Option<Duration>,
    pub(crate) polling: Polling,
    pub(crate) observer: Option<Observer>,
    /// The time after which an operation that shows no effect counts as not executed.
    pub(crate) settled_after: Duration,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limit", &self.limit)
            .field("polling", &self.polling)
            .field("settled_after", &self.settled_after)
            .finish_non_exhaustive()
    }
}

impl Options {
    pub(crate) fn report(&self, progress: Progress<'_>) {
        match progress {
            Progress::Sending(job) => tracing::debug!(job = job.uuid(), "sending the request"),
            Progress::Received(job) => {
                tracing::debug!(job = job.uuid(), "the node has the request");
            }
            Progress::Waiting { job, asked, wait } => {
                tracing::trace!(job = job.uuid(), asked, ?wait, "the job goes on");
            }
            Progress::InDoubt(job) => {
                tracing::warn!(job = job.uuid(), "the reply is lost; asking for the job");
            }
            Progress::LoggedIn => tracing::debug!("logged in again"),
        }
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }
}
