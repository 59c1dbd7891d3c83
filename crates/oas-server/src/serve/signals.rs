//! Receives the signals that request the end of a process.

use std::io;

/// A receiver of Ctrl-C and, on Unix, SIGTERM. From its creation on, these signals do not end the process by
/// themselves.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// let mut signals = oas_server::serve::Signals::new()?;
/// signals.next().await;
/// println!("ending when the requests at hand are answered");
/// signals.next().await;
/// println!("ending now");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// Registers handlers of the signals. It must be called within a Tokio runtime with I/O enabled.
    ///
    /// # Errors
    ///
    /// Returns an error if the handlers cannot be registered.
    pub fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};

            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(windows)]
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}
