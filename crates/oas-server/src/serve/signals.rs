//! Waits for the signals that ask a process to end.

use std::io;

/// Ctrl-C, and SIGTERM where there is such a thing. From the making of this on they no longer end the process by themselves.
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
    /// Registers the handlers of the signals. This has to be called within a runtime of tokio whose IO is enabled.
    ///
    /// # Errors
    ///
    /// Returns an error if the system does not let the process handle signals.
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

    /// Returns at the next signal.
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
