//! Receives the web hooks of nodes: a node reports that a job has ended, and the call that waits for the job asks for it at once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use oas_client::Secret;
use oas_wire::form;
use sha2::Sha256;
use tokio::sync::watch;

use crate::error::Error;
use crate::text::Text;

/// The query parameter that proves that the URL of a job was created here.
const TOKEN: &str = "token";

/// A receiver of web hooks, with which nodes report that jobs have ended. [`Connect::hooks`](crate::Connect::hooks) makes a node send
/// them.
///
/// A call that waits for a job asks for it as soon as the job is reported. It also polls, for reports that do not arrive, so that
/// [`Polling::longest`](crate::Polling::longest) can be minutes. A report can arrive before the response to the request, late, or
/// several times, and also wakes a call that [resumes](crate::Node::resume) the job.
///
/// The result of a call never comes from a report, because nodes do not sign reports: the call asks the node for the job. Each job has a
/// URL of its own, which contains a token that is made with the key of the hooks; reports at other URLs are rejected with 403.
///
#[cfg_attr(
    feature = "hooks",
    doc = "
```no_run
# async fn example() -> Result<(), Box<dyn std::error::Error>> {
use zstack_node::zstack_node_protocol_webhooks_server::serve;
use zstack_node::{Hooks, Node};

// Where nodes reach this program.
let hooks = Hooks::at(\"http://10.0.0.9:8090/zstack\")?;
let listener = tokio::net::TcpListener::bind(\"0.0.0.0:8090\").await?;
tokio::spawn(serve(listener, hooks.server().build()).into_future());

let node = Node::connect(\"http://10.0.0.2:8080\")?.hooks(&hooks).login(\"admin\", \"password\").await?;
let image = node.recover_image(\"c019173f2b5742868058049be43033a1\").await?;
# Ok(())
# }
```
"
)]
///
/// With the feature `hooks`, `Hooks::server` is a server that receives the reports. A program with a server of its own passes them to
/// [`report`](Self::report).
#[derive(Clone)]
pub struct Hooks(Arc<Shared>);

struct Shared {
    url: String,
    key: Secret,
    /// The senders that wake the calls which wait for jobs, by the UUIDs of the jobs.
    waiting: Mutex<HashMap<String, watch::Sender<()>>>,
}

impl Hooks {
    /// Creates a receiver with a random key. `url` is the URL to which nodes send reports, such as `http://10.0.0.9:8090/zstack`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if `url` is not an HTTP URL, or has a query; or if the system has no random numbers.
    pub fn at(url: &str) -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| {
            Error::Setup(Text::new(
                format!("the system has no random numbers for the key of web hooks: {error}"),
                format!("系统无法为 web hook 的密钥生成随机数：{error}"),
            ))
        })?;
        Self::with_key(url, HEXLOWER.encode(&key))
    }

    /// Creates a receiver with a key that the program keeps, so that it also accepts the reports on jobs that were begun before a restart,
    /// or by another process with this key.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if `url` is not an HTTP URL, or has a query.
    pub fn with_key(url: &str, key: impl Into<Secret>) -> Result<Self, Error> {
        let parsed: Option<http::Uri> = url.parse().ok();
        let is_usable = parsed.is_some_and(|url| {
            matches!(url.scheme_str(), Some("http" | "https")) && url.query().is_none()
        });
        if !is_usable || url.contains('#') {
            return Err(Error::Setup(Text::new(
                "the URL of web hooks looks like `http://host:port/path`, and has no query",
                "web hook 的 URL 形如 `http://host:port/path`，且不含查询参数",
            )));
        }
        Ok(Self(Arc::new(Shared {
            url: url.to_owned(),
            key: key.into(),
            waiting: Mutex::default(),
        })))
    }

    /// Accepts a report, and wakes the calls that wait for the job. `job` is the header field `X-Job-UUID` of the report, and `query` the
    /// query of the URL to which it was sent.
    ///
    /// Returns `false` if the query is not that of the URL of the job: reject the request with 403. Otherwise respond with success, even
    /// if no call waits for the job, because a node repeats a report that is rejected.
    #[must_use]
    pub fn report(&self, job: &str, query: &str) -> bool {
        let is_of_job = self.is_of_job(job, query);
        if is_of_job {
            self.wake(job);
        }
        is_of_job
    }

    /// Returns whether a query is that of the URL of a job.
    fn is_of_job(&self, job: &str, query: &str) -> bool {
        let token = form::pairs(query).find(|(name, _)| *name == TOKEN);
        let token =
            token.and_then(|(_, digits)| HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok());
        token.is_some_and(|token| self.token(job).verify_slice(&token).is_ok())
    }

    /// Wakes the calls that wait for a job, which then ask for it.
    fn wake(&self, job: &str) {
        tracing::debug!(job, "the node has reported that the job has ended");
        if let Some(waiting) = self.waiting().get(&key(job)) {
            waiting.send_replace(());
        }
    }

    /// Returns the secret part of the URL of a job.
    pub(crate) fn secret(&self, job: &str) -> Secret {
        HEXLOWER
            .encode(&self.token(job).finalize().into_bytes())
            .into()
    }

    /// Returns the URL of a job, to which its end is reported.
    pub(crate) fn url(&self, secret: &Secret) -> String {
        format!("{}?{TOKEN}={}", self.0.url, secret.expose())
    }

    /// Waits for reports on a job from now on.
    pub(crate) fn reports(&self, job: &str) -> Reports {
        let mut waiting = self.waiting();
        let sender = waiting.entry(key(job)).or_default();
        Reports {
            job: key(job),
            received: sender.subscribe(),
            hooks: self.clone(),
        }
    }

    /// Begins the token of a job (HMAC, RFC 2104). The token of one job does not reveal that of another.
    fn token(&self, job: &str) -> Hmac<Sha256> {
        let secret = self.0.key.expose().as_bytes();
        let mut token = Hmac::new_from_slice(secret).expect("a key can have any length");
        token.update(key(job).as_bytes());
        token
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        // No code that can panic runs under this lock.
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Formats neither the URL nor the key, with which the end of jobs can be reported.
impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

/// Returns the form of a UUID in which nodes compare it: they ignore its case.
fn key(job: &str) -> String {
    job.to_ascii_lowercase()
}

/// The reports on one job, for a call that waits for it.
pub(crate) struct Reports {
    job: String,
    received: watch::Receiver<()>,
    hooks: Hooks,
}

impl Reports {
    /// Waits for the next report.
    pub(crate) async fn next(&mut self) {
        // The sender is there as long as the receiver is.
        if self.received.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        let mut waiting = self.hooks.waiting();
        let is_last = |sender: &watch::Sender<()>| sender.receiver_count() == 1;
        if waiting.get(&self.job).is_some_and(is_last) {
            waiting.remove(&self.job);
        }
    }
}

#[cfg(feature = "hooks")]
mod receiver {
    //! The server that receives reports.

    use http::StatusCode;
    use zstack_node_protocol_webhooks_server::oas_server::{Bytes, Parts, Signature};
    use zstack_node_protocol_webhooks_server::{
        Builder, ErrorResponse, JobEndedInput, JobEndedOutput, Jobs, Rejection, operations, server,
    };

    use super::Hooks;

    impl Hooks {
        /// Returns a builder of the server that receives reports. It serves the path of the URL; set another one with `mount` if a proxy
        /// changes the path.
        pub fn server(&self) -> Builder {
            let path = self.0.url.parse::<http::Uri>();
            let path = path.map_or_else(|_| "/".to_owned(), |url| url.path().to_owned());
            server(self.clone())
                .mount(&operations::JOB_ENDED, path)
                .signature(self.clone())
        }
    }

    impl Signature for Hooks {
        fn verify(&self, head: &Parts, _: &Bytes) -> Result<(), Rejection> {
            let job = head.headers.get("x-job-uuid");
            let job = job.and_then(|job| job.to_str().ok()).unwrap_or_default();
            match self.is_of_job(job, head.uri.query().unwrap_or_default()) {
                true => Ok(()),
                false => {
                    tracing::warn!("a web hook is rejected: its URL is not that of a job");
                    Err(Rejection::Forbidden)
                }
            }
        }
    }

    impl Jobs for Hooks {
        async fn job_ended(&self, request: JobEndedInput) -> Result<JobEndedOutput, ErrorResponse> {
            self.wake(&request.x_job_uuid);
            Ok(JobEndedOutput::Success(StatusCode::NO_CONTENT))
        }
    }
}
