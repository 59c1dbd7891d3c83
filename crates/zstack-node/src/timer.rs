//! Computes the time that a call and its requests have left.

use std::time::Duration;

use tokio::time::Instant;

/// The time after which a client certainly learns that a node has given up an operation.
const GRACE: Duration = Duration::from_secs(30);
/// The default time limit of a call: the time that a node allows for an operation by default, and the grace.
const USUAL: Duration = Duration::from_secs(30 * 60 + 30);
/// A time that is as good as for ever, and that can be added to any point in time.
const MAX_DURATION: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Until when requests are sent, and how long each may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    request: Duration,
    deadline: Instant,
}

impl Limits {
    /// Limits that begin now: of each request, and of all of them together.
    pub(crate) fn new(request: Duration, all: Duration) -> Self {
        Self {
            request,
            deadline: Instant::now() + all.min(MAX_DURATION),
        }
    }

    pub(crate) fn deadline(self) -> Instant {
        self.deadline
    }

    /// Returns the time limit of the next request, or `None` if the time is over.
    pub(crate) fn next(self) -> Option<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        (!left.is_zero()).then(|| left.min(self.request))
    }
}

/// The time of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    began: Instant,
    limit: Duration,
    /// Whether the caller has set the limit.
    given: bool,
    request: Duration,
}

impl Timer {
    pub(crate) fn new(limit: Option<Duration>, request: Duration) -> Self {
        Self {
            began: Instant::now(),
            limit: limit.unwrap_or(USUAL).min(MAX_DURATION),
            given: limit.is_some(),
            request,
        }
    }

    /// Ends the call when the node gives up, if `timeout` is how long the node gives the operation from now on. A limit that the
    /// caller has set is never extended.
    pub(crate) fn bound(&mut self, timeout: Duration) {
        let limit = (self.began.elapsed() + GRACE)
            .saturating_add(timeout)
            .min(MAX_DURATION);
        self.limit = if self.given {
            self.limit.min(limit)
        } else {
            limit
        };
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            request: self.request,
            deadline: self.began + self.limit,
        }
    }

    /// Returns the time limit of the next request, or `None` if the time is over.
    pub(crate) fn request(&self) -> Option<Duration> {
        self.limits().next()
    }

    /// Waits, at most until the deadline of the call.
    pub(crate) async fn wait(&self, wait: Duration) {
        let until = (Instant::now() + wait.min(MAX_DURATION)).min(self.limits().deadline);
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the limit if the node reports its timeout ten seconds into the call.
    async fn bound(given: Option<u64>, timeout: u64) -> Duration {
        let mut timer = Timer::new(given.map(Duration::from_secs), Duration::from_secs(30));
        tokio::time::advance(Duration::from_secs(10)).await;
        timer.bound(Duration::from_secs(timeout));
        timer.limit()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_half_a_minute_after_the_node_gives_up() {
        assert_eq!(bound(None, 60).await, Duration::from_secs(100));
        // Three days, as for adding an image.
        assert_eq!(bound(None, 259_200).await, Duration::from_secs(259_240));
        assert_eq!(bound(None, u64::MAX).await, MAX_DURATION);
    }

    #[tokio::test(start_paused = true)]
    async fn the_callers_limit_is_never_extended() {
        assert_eq!(bound(Some(20), 60).await, Duration::from_secs(20));
        assert_eq!(bound(Some(3600), 60).await, Duration::from_secs(100));
    }

    #[tokio::test(start_paused = true)]
    async fn no_request_and_no_wait_goes_beyond_the_end() {
        let timer = Timer::new(Some(Duration::from_secs(40)), Duration::from_secs(30));
        assert_eq!(timer.request(), Some(Duration::from_secs(30)));
        timer.wait(Duration::from_secs(25)).await;
        assert_eq!(timer.request(), Some(Duration::from_secs(15)));
        timer.wait(Duration::from_secs(3600)).await;
        assert_eq!(timer.request(), None);
        assert_eq!(timer.began.elapsed(), Duration::from_secs(40));
    }
}
