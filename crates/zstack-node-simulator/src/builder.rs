//! Settings of a simulated node.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use zstack_node_protocol_types::BackupStorageInventory;
use zstack_server::types::{ImageInventory, RecoverImageRequest};

use crate::actions::Action;
use crate::clock::Zone;
use crate::credentials::Accounts;
use crate::faults::{Fault, Faults, Script};
use crate::images::{self, DeletionPolicy, Images};
use crate::jobs::Jobs;
use crate::log::Event;
use crate::sessions::Sessions;
use crate::state::{Observer, State};
use crate::{ACCOUNT, PASSWORD, SimulatedNode, exchange};

/// Settings of a simulated node; [`SimulatedNode::builder`] creates the default ones.
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    accounts: Accounts,
    images: Vec<ImageInventory>,
    storages: Vec<BackupStorageInventory>,
    actions: Vec<Action>,
    zone: Zone,
    deletion_policy: DeletionPolicy,
    expunge_period: Duration,
    session_timeout: Duration,
    job_delay: Duration,
    api_timeout: Duration,
    location_host: Option<String>,
    version: String,
    faults: Faults,
    observer: Option<Observer>,
}

/// Shows nothing, because the settings include secrets.
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
            storages: vec![storage("609d29fb59ee414f90cedbc3a71038c6", "bs-1")],
            actions: Vec::new(),
            zone: Zone::new("Asia/Shanghai".to_owned(), 8 * 3600),
            deletion_policy: DeletionPolicy::default(),
            expunge_period: Duration::from_secs(3 * 24 * 3600),
            session_timeout: Duration::from_secs(7200),
            job_delay: Duration::ZERO,
            api_timeout: Duration::from_secs(30 * 60),
            location_host: None,
            version: "4.7.0".to_owned(),
            faults: Faults::default(),
            observer: None,
        }
    }
}

impl Builder {
    /// Adds an account, or changes its password if it exists.
    pub fn account(mut self, name: impl Into<String>, password: &str) -> Self {
        self.accounts.put(name.into(), password);
        self
    }

    /// Adds the user `name` below `account`, who can log in with `logInByUser`, or replaces the one of the same name. The account
    /// does not have to be [added](Self::account); it has a password of its own.
    pub fn user(
        mut self,
        account: impl Into<String>,
        name: impl Into<String>,
        password: &str,
    ) -> Self {
        self.accounts
            .put_user(account.into(), name.into(), password);
        self
    }

    /// Adds an AccessKey, with which requests can be signed.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.accounts.put_key(id.into(), secret.into());
        self
    }

    /// Adds an image, or replaces the one with the same UUID. The example image of the API page always exists.
    pub fn image(mut self, image: ImageInventory) -> Self {
        self.images.push(image);
        self
    }

    /// Adds a backup storage. The one of the example image is there already, and is called `bs-1`.
    pub fn backup_storage(mut self, uuid: impl Into<String>, name: impl Into<String>) -> Self {
        self.storages.push(storage(uuid, name));
        self
    }

    /// Adds an action of another document, which `server` executes.
    ///
    /// A request to the path of `operation` whose body has the member `key` becomes a job. The server receives the request with
    /// this member renamed to `params`. `T` is the type that the server decodes the body into.
    pub fn action<T: DeserializeOwned>(
        mut self,
        key: &'static str,
        operation: &'static oas_server::Operation,
        server: oas_server::Server,
    ) -> Self {
        self.actions.push(Action::new::<T>(key, operation, server));
        self
    }

    /// Sets the policy for deleted images; [`DeletionPolicy::Delay`] by default.
    pub fn deletion_policy(mut self, policy: DeletionPolicy) -> Self {
        self.deletion_policy = policy;
        self
    }

    /// Sets the time for which a deleted image can be recovered with [`DeletionPolicy::Delay`]; three days by default.
    pub fn expunge_period(mut self, period: Duration) -> Self {
        self.expunge_period = period;
        self
    }

    /// Sets the time after which an unused session expires; two hours by default.
    pub fn session_timeout(mut self, timeout: Duration) -> Self {
        self.session_timeout = timeout;
        self
    }

    /// Sets the time that each job takes in addition to its work; none by default.
    pub fn job_delay(mut self, delay: Duration) -> Self {
        self.job_delay = delay;
        self
    }

    /// Sets the time after which a job that is still running fails (`apiTimeout`); 30 minutes by default.
    pub fn api_timeout(mut self, timeout: Duration) -> Self {
        self.api_timeout = timeout;
        self
    }

    /// Sets the host in the `location` of jobs, such as `10.0.0.2:8080`; by default the address that the node listens on. A live
    /// node puts its own address there, which is often out of reach.
    pub fn location_host(mut self, host: impl Into<String>) -> Self {
        self.location_host = Some(host.into());
        self
    }

    /// Sets the version of the node; `4.7.0` by default. A node before 4.5.0 executes every request, even if it has executed one with
    /// the same UUID of a job.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets the time zone of the node: its name, and `offset`, the seconds that its clocks are ahead of UTC, at most 26 hours.
    /// By default it is `Asia/Shanghai`. The name is not validated.
    pub fn time_zone(mut self, name: impl Into<String>, offset: i32) -> Self {
        self.zone = Zone::new(name.into(), offset);
        self
    }

    /// Adds the faults of a script to those that were added before.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults.faults.extend(faults.faults);
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.faults.push(fault);
        self
    }

    /// Calls `observer` with each event as it happens, in place of the observer that was set before. [`SimulatedNode::log`] returns
    /// the requests and actions afterwards.
    pub fn observe(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts the node on a free port of the loopback address.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no free port.
    pub async fn start(self) -> io::Result<SimulatedNode> {
        self.listen("127.0.0.1:0").await
    }

    /// Starts the node on an address such as `127.0.0.1:8080`.
    ///
    /// # Errors
    ///
    /// Returns an error if the address cannot be listened on.
    pub async fn listen(self, address: impl ToSocketAddrs) -> io::Result<SimulatedNode> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let sessions = Arc::new(Sessions::new(self.session_timeout));
        let images = Images::new(self.zone.clone(), self.deletion_policy, self.expunge_period);
        let example = images::example(&self.zone).await;
        for image in example.into_iter().chain(self.images) {
            images.put(image);
        }
        let mut actions = self.actions;
        let recovery = Action::new::<RecoverImageRequest>(
            "recoverImage",
            &zstack_server::operations::RECOVER_IMAGE,
            zstack_server::server(images.clone()).build(),
        );
        actions.push(recovery.checked(images.clone(), Images::check));
        let expunction = Action::own(
            "expungeImage",
            zstack_server::operations::RECOVER_IMAGE.path,
            images.clone(),
            Images::expunge,
        );
        actions.push(expunction.checked(images.clone(), Images::check_expunction));
        let deletion = Action::own(
            "deleteImage",
            "/zstack/v1/images/{uuid}",
            images.clone(),
            Images::delete,
        );
        let deletion = deletion.checked(images.clone(), Images::check_deletion);
        let state = Arc::new(State {
            accounts: self.accounts,
            sessions,
            jobs: Jobs::new(takes_jobs_once(&self.version)),
            images,
            storages: self.storages,
            actions,
            deletion,
            zone: self.zone,
            job_delay: self.job_delay,
            api_timeout: self.api_timeout,
            location_host: self.location_host.unwrap_or_else(|| address.to_string()),
            version: self.version,
            script: Mutex::new(Script::new(self.faults)),
            log: Mutex::default(),
            observer: self.observer,
            work: tokio::sync::watch::Sender::new(0),
        });
        let (end, ended) = oneshot::channel();
        let end_of_node = async move {
            // Also where the node is dropped, which ends the task as well.
            let _ = ended.await;
        };
        let serving = exchange::serve(listener, Arc::clone(&state), end_of_node);
        Ok(SimulatedNode {
            address,
            state,
            serving: tokio::spawn(serving),
            end: Some(end),
        })
    }
}

fn storage(uuid: impl Into<String>, name: impl Into<String>) -> BackupStorageInventory {
    BackupStorageInventory::new(uuid, name)
        .r#type("SimulatorBackupStorage")
        .state("Enabled")
        .status("Connected")
}

/// Returns whether nodes of a version compare the UUIDs of jobs.
fn takes_jobs_once(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(4), Some(5))
}
