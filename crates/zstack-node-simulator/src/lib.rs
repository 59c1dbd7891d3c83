#![doc = include_str!("../README.md")]

mod actions;
mod builder;
mod clock;
mod condition;
mod container;
mod credentials;
mod exchange;
mod faults;
mod gson;
mod hook;
mod images;
mod jobs;
mod log;
mod login;
mod query;
mod response;
mod schema;
mod sessions;
mod state;
mod work;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zstack_server::types::ImageInventory;

use crate::state::State;

pub use crate::builder::Builder;
pub use crate::faults::{Effect, Fault, Faults, Kind, ScriptedResponse};
pub use crate::images::DeletionPolicy;
pub use crate::log::{ActionRecord, Event, Exchange, Log};
pub use crate::sessions::password_hash;
pub use oas_server;

/// The account that every node has by default.
pub const ACCOUNT: &str = "admin";

/// The password of [`ACCOUNT`].
pub const PASSWORD: &str = "password";

/// A simulated node that listens on a socket of this computer. It runs until it is dropped, or [ended](Self::end).
pub struct SimulatedNode {
    address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<()>,
    end: Option<oneshot::Sender<()>>,
}

/// Shows the address alone, because the rest includes secrets.
impl fmt::Debug for SimulatedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedNode")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Drop for SimulatedNode {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl SimulatedNode {
    /// Returns the default settings: the account [`ACCOUNT`], and the example image of the API page.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a node with the default settings, on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns the address that the node listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL of the node, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests and the actions up to now.
    #[must_use]
    pub fn log(&self) -> Log {
        lock(&self.state.log).clone()
    }

    /// Returns the current state of an image; `None` if it does not exist.
    #[must_use]
    pub fn image(&self, uuid: &str) -> Option<ImageInventory> {
        self.state.images.find(uuid)
    }

    /// Returns the current state of all images, those in the recycle bin included.
    #[must_use]
    pub fn images(&self) -> Vec<ImageInventory> {
        self.state.images.all()
    }

    /// Adds an image, or replaces the one with the same UUID.
    pub fn put_image(&self, image: ImageInventory) {
        self.state.images.put(image);
    }

    /// Waits until all requests have been responded to, those that a fault holds included, and no job is running.
    pub async fn settled(&self) {
        let mut work = self.state.work.subscribe();
        // Never an error: the other end is in the node itself.
        let _ = work.wait_for(|count| *count == 0).await;
    }

    /// Ends the node: rejects new connections, and waits until the current requests and jobs have ended. After `grace`, those that
    /// are left are dropped.
    pub async fn end(mut self, grace: Duration) {
        if let Some(end) = self.end.take() {
            // An error means that the node has ended already.
            let _ = end.send(());
        }
        let ended = async {
            let _ = (&mut self.serving).await;
            self.settled().await;
        };
        // What takes longer is dropped.
        let _ = tokio::time::timeout(grace, ended).await;
    }

    /// Ends all sessions, as if their timeout had passed.
    pub fn expire_sessions(&self) {
        self.state.sessions.close_all();
    }
}

/// Locks a mutex, even a poisoned one: no code that can panic leaves its value half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
