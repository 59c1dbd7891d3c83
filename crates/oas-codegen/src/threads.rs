//! Threads for work that recurses as deep as schemas nest.

use std::thread::{Builder, Scope, ScopedJoinHandle};

/// The stack of a thread. Code nests as deep as the schemas that it is made of, which the reader of documents bounds, and the parser
/// of code recurses.
const STACK: usize = 128 << 20;

/// Begins some work on a thread of its own.
pub(crate) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, String> {
    let thread = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
    thread.map_err(|error| format!("there is no thread to be had: {error}"))
}

/// Returns the result of a thread, or panics as it did.
pub(crate) fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
