//! A simulated management node, for tests and for trying things out.
//!
//! It answers on a socket of its own as a live node does, which differs from what the API page says: the action is chosen
//! by a key of the body, the answer to it is 202 and a job, most refusals are plain text, and nothing has a
//! `Content-Type`. What an action does is done by the generated server stub behind it.
//!
//! Out of the box it knows the account [`ACCOUNT`] with the password [`PASSWORD`], and the example image of the API page,
//! deleted on its backup storage: recovering it succeeds once.
//!
//! ```
//! use zstack_node::Node;
//! use zstack_node::simulated::{ACCOUNT, Effect, Fault, Kind, PASSWORD, SimulatedNode};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The image is recovered, and the reply is lost.
//! let fault = Fault::new(Kind::Action, Effect::DropReply);
//! let simulated = SimulatedNode::builder().fault(fault).start().await?;
//!
//! let node = Node::connect(&simulated.url())?.no_proxy().login(ACCOUNT, PASSWORD).await?;
//! let image = node.recover_image("c019173f2b5742868058049be43033a1").await?;
//! assert_eq!(image.status.as_deref(), Some("Ready"));
//! assert_eq!(simulated.log().actions.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What it does not simulate
//!
//! Other APIs than logging in to an account, sessions, jobs, RecoverImage, looking at images and the time zone; users below
//! accounts, second factors, permissions and quotas; web hooks; query conditions other than `q=name=value`.

mod actions;
mod answer;
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
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinHandle;
use zstack_server::types::{ImageInventory, RecoverImageRequest};

use actions::Action;
use clock::Zone;
use credentials::Accounts;
use images::Images;
use jobs::Jobs;
use sessions::Sessions;
use state::{Observer, State};

pub use faults::{Answer, Effect, Fault, Faults, Kind};
pub use log::{Acted, Event, Exchange, Log};
pub use oas_server;
pub use sessions::password_hash;

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

/// What a node is started with.
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    accounts: Accounts,
    images: Vec<ImageInventory>,
    actions: Vec<Action>,
    zone: Zone,
    session_timeout: Duration,
    job_delay: Duration,
    api_timeout: Duration,
    location_host: Option<String>,
    faults: Faults,
    observer: Option<Observer>,
}

/// Nothing: it holds secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Self {
        let mut accounts = Accounts::default();
        accounts.put(ACCOUNT.to_owned(), PASSWORD);
        Self {
            accounts,
            images: Vec::new(),
            actions: Vec::new(),
            zone: Zone::new("Asia/Shanghai".to_owned(), 8 * 3600),
            session_timeout: Duration::from_secs(7200),
            job_delay: Duration::ZERO,
            api_timeout: Duration::from_secs(30 * 60),
            location_host: None,
            faults: Faults::default(),
            observer: None,
        }
    }
}

impl Builder {
    /// Adds an account, or gives one another password.
    pub fn account(mut self, name: impl Into<String>, password: &str) -> Self {
        self.accounts.put(name.into(), password);
        self
    }

    /// Adds an access key, with which requests can be signed.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.accounts.put_key(id.into(), secret.into());
        self
    }

    /// Adds an image as it is, or replaces the one of the same UUID.
    pub fn image(mut self, image: ImageInventory) -> Self {
        self.images.push(image);
        self
    }

    /// Adds an action that is not one of this API: requests to the path of `operation` whose body has the member `key` go
    /// to `server`, as a job, with that member as `params`. `T` is what the server reads from a body.
    pub fn action<T: DeserializeOwned>(
        mut self,
        key: &'static str,
        operation: &'static oas_server::Operation,
        server: oas_server::Server,
    ) -> Self {
        self.actions.push(Action::new::<T>(key, operation, server));
        self
    }

    /// How long a session stays open without being used; two hours unless set.
    pub fn session_timeout(mut self, timeout: Duration) -> Self {
        self.session_timeout = timeout;
        self
    }

    /// How long a job takes; unless set, no time that one could name.
    pub fn job_delay(mut self, delay: Duration) -> Self {
        self.job_delay = delay;
        self
    }

    /// The `apiTimeout` of jobs; 30 minutes unless set.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.api_timeout = timeout;
        self
    }

    /// The host in the `location` of jobs, such as `10.0.0.2:8080`. A live node writes its own address there, which is
    /// often out of reach; unless set it is the one that the node listens on.
    pub fn location_host(mut self, host: impl Into<String>) -> Self {
        self.location_host = Some(host.into());
        self
    }

    /// The time zone of the node, in which its timestamps are: its name, and how many seconds its clocks are ahead of UTC.
    /// `Asia/Shanghai` unless set.
    pub fn time_zone(mut self, name: impl Into<String>, offset: i32) -> Self {
        self.zone = Zone::new(name.into(), offset);
        self
    }

    /// Adds the faults of a script.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults.faults.extend(faults.faults);
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.faults.push(fault);
        self
    }

    /// Tells `observer` what happens, as it happens. [`SimulatedNode::log`] tells it afterwards.
    pub fn observe(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts the node on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub async fn start(self) -> io::Result<SimulatedNode> {
        self.listen("127.0.0.1:0").await
    }

    /// Starts the node on an address such as `127.0.0.1:8080`.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on.
    pub async fn listen(self, address: impl ToSocketAddrs) -> io::Result<SimulatedNode> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let sessions = Arc::new(Sessions::new(self.session_timeout));
        let images = Images {
            sessions: Arc::clone(&sessions),
            zone: self.zone.clone(),
            list: Arc::default(),
        };
        let example = images::example(&self.zone).await;
        for image in example.into_iter().chain(self.images) {
            images.put(image);
        }
        let mut actions = self.actions;
        actions.push(Action::new::<RecoverImageRequest>(
            "recoverImage",
            &zstack_server::operations::RECOVER_IMAGE,
            zstack_server::server(images.clone()).build(),
        ));
        let state = Arc::new(State {
            accounts: self.accounts,
            sessions,
            jobs: Jobs::default(),
            images,
            actions,
            zone: self.zone,
            job_delay: self.job_delay,
            api_timeout: self.api_timeout,
            location_host: self.location_host.unwrap_or_else(|| address.to_string()),
            script: Mutex::new(faults::Script::new(self.faults)),
            log: Mutex::default(),
            observer: self.observer,
            work: tokio::sync::watch::Sender::new(0),
        });
        let serving = tokio::spawn(transport::serve(listener, Arc::clone(&state)));
        Ok(SimulatedNode {
            address,
            state,
            serving,
        })
    }
}

/// A lock that a panic elsewhere does not take away: nothing is left half done under it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
