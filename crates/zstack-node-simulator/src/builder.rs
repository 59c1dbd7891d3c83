//! What a node is started with.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::net::{TcpListener, ToSocketAddrs};
use zstack_server::types::{ImageInventory, RecoverImageRequest};

use crate::actions::Action;
use crate::clock::Zone;
use crate::credentials::Accounts;
use crate::faults::{Fault, Faults, Script};
use crate::images::{self, Images};
use crate::jobs::Jobs;
use crate::log::Event;
use crate::sessions::Sessions;
use crate::state::{Observer, State};
use crate::{ACCOUNT, PASSWORD, SimulatedNode, transport};

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

    /// Calls `observer` with each event as it happens. [`SimulatedNode::log`] has it afterwards.
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
            script: Mutex::new(Script::new(self.faults)),
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
