#![doc = include_str!("../README.md")]

mod actions;
mod answer;
mod builder;
mod clock;
mod credentials;
mod faults;
mod images;
mod jobs;
mod log;
mod login;
mod query;
mod sessions;
mod state;
mod transport;
mod work;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinHandle;
use zstack_server::types::ImageInventory;

use crate::state::State;

pub use crate::builder::Builder;
pub use crate::faults::{Answer, Effect, Fault, Faults, Kind};
pub use crate::log::{Acted, Event, Exchange, Log};
pub use crate::sessions::password_hash;
pub use oas_server;

/// The account that a node has out of the box.
pub const ACCOUNT: &str = "admin";

/// The password of [`ACCOUNT`].
pub const PASSWORD: &str = "password";

/// A node that runs until this is dropped.
pub struct SimulatedNode {
    address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<std::convert::Infallible>,
}

/// The address alone: the rest holds secrets.
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
    /// A node with what [`ACCOUNT`] and the example of the API page give it.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a node as it is out of the box, on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has seen and done so far.
    #[must_use]
    pub fn log(&self) -> Log {
        lock(&self.state.log).clone()
    }

    /// An image as it is now.
    #[must_use]
    pub fn image(&self, uuid: &str) -> Option<ImageInventory> {
        self.state.images.find(uuid)
    }

    /// The images as they are now.
    #[must_use]
    pub fn images(&self) -> Vec<ImageInventory> {
        lock(&self.state.images.list).clone()
    }

    /// Adds an image, or replaces the one of the same UUID: so it can be deleted again.
    pub fn put_image(&self, image: ImageInventory) {
        self.state.images.put(image);
    }

    /// Waits until nothing is under way: no request is held or being answered, and no job is running.
    pub async fn settled(&self) {
        let mut work = self.state.work.subscribe();
        // Never an error: the other end is in the node itself.
        let _ = work.wait_for(|count| *count == 0).await;
    }

    /// Ends all sessions, as their timeout would.
    pub fn expire_sessions(&self) {
        self.state.sessions.close_all();
    }
}

/// A lock that a panic elsewhere does not take away: nothing is left half done under it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
