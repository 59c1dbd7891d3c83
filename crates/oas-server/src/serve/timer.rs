//! Measures the time that the headers of requests take, with one timer of the runtime for a connection.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// The timer of a connection.
///
/// hyper waits for the headers of one request at a time, and makes a timer for each, which the runtime would add to all others
/// and remove again. Here only the deadline is new; the runtime's timer is set again once it has run out before the deadline.
#[derive(Clone)]
pub(super) struct ConnectionTimer(Arc<Mutex<Pin<Box<tokio::time::Sleep>>>>);

impl ConnectionTimer {
    /// Creates a timer that first runs out after `duration`.
    pub(super) fn new(duration: Duration) -> Self {
        let sleep = tokio::time::sleep(duration);
        Self(Arc::new(Mutex::new(Box::pin(sleep))))
    }
}

impl Timer for ConnectionTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Deadline {
            deadline: deadline.into(),
            timer: self.clone(),
        })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

struct Deadline {
    deadline: tokio::time::Instant,
    timer: ConnectionTimer,
}

impl Sleep for Deadline {}

impl Future for Deadline {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // The mutex is there because the two must be `Sync`; the task of the connection alone uses them.
        let mut sleep = self.timer.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sleep.deadline() > self.deadline {
            sleep.as_mut().reset(self.deadline);
        }
        ready!(sleep.as_mut().poll(context));
        if sleep.deadline() < self.deadline {
            sleep.as_mut().reset(self.deadline);
            ready!(sleep.as_mut().poll(context));
        }
        Poll::Ready(())
    }
}
