//! Defines jobs: operations in progress on a node, with everything that is needed to ask for them later.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The time for which a node keeps a job, less an hour for differences of clocks and for cleaning.
const KEPT: Duration = Duration::from_secs(2 * 60 * 60);

/// The longest time for which a request may be under way, in the queues of proxies and of the node. All of
/// them wait for less by default.
const ON_ITS_WAY: Duration = Duration::from_secs(5 * 60);

/// An operation that was sent to a node. A job can be stored, and resumed after a restart with
/// [`Node::resume`](crate::Node::resume).
///
/// It contains no credentials, but it is confidential: its UUID is a random number of the client, and everyone who knows the UUID
/// can read the result from the node.
///
/// ```
/// # fn example(node: &zstack_node::Node, job: zstack_node::Job) -> Result<(), serde_json::Error> {
/// let stored = serde_json::to_string(&job)?;
/// let job: zstack_node::Job = serde_json::from_str(&stored)?;
/// let image = node.resume(job); // `.await` it
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    uuid: String,
    operation: String,
    /// The base URL of the node.
    node: String,
    /// The time at which the job was begun, in milliseconds since 1970.
    begun: u64,
    /// The time at which the request was last sent, in milliseconds since 1970.
    sent: u64,
    /// Whether the node is known to have received it.
    pub(crate) received: bool,
    /// Whether an earlier request was sent whose outcome is unknown.
    pub(crate) doubtful: bool,
    /// Whether the node only validates the request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) validates: bool,
    /// The time that the node allows for the operation, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_timeout: Option<u64>,
    /// The resource whose state shows whether the operation was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<Subject>,
    /// The result, from a server that gave it at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<String>,
}

/// The resource that shows whether an operation was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Subject {
    /// An image that is to be recovered.
    #[serde(rename_all = "camelCase")]
    RecoveredImage {
        uuid: String,
        /// The backup storages of the recovery; all of them, if empty.
        #[serde(default)]
        backup_storage_uuids: Vec<String>,
    },
}

impl Job {
    pub(crate) fn begin(
        operation: &str,
        node: &str,
        subject: Option<Subject>,
    ) -> Result<Self, getrandom::Error> {
        Ok(Self::new(draw()?, operation, node, subject))
    }

    fn new(uuid: String, operation: &str, node: &str, subject: Option<Subject>) -> Self {
        let begun = now();
        Self {
            uuid,
            operation: operation.to_owned(),
            node: node.to_owned(),
            begun,
            sent: begun,
            received: false,
            doubtful: false,
            validates: false,
            api_timeout: None,
            subject,
            result: None,
        }
    }

    /// Parses the job that a node has created for a request, if the body of its response names one.
    pub(crate) fn accepted(operation: &str, node: &str, body: &[u8]) -> Option<Self> {
        let Accepted { job, timeout } = Accepted::of(body);
        let timeout = timeout.and_then(|timeout| u64::try_from(timeout.as_millis()).ok());
        Some(Self {
            received: true,
            api_timeout: timeout,
            ..Self::new(job?, operation, node, None)
        })
    }

    /// Returns the UUID of the job, 32 hexadecimal digits.
    #[must_use]
    pub fn uuid(&self) -> &str {
        &self.uuid
    }

    /// Returns the `operationId` of the operation, such as `RecoverImage`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the base URL of the node to which the job was sent.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Returns when the job was begun, by the clock of this computer.
    #[must_use]
    pub fn begun(&self) -> SystemTime {
        let since = Duration::from_millis(self.begun);
        UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
    }

    /// Follows the node if it drew a UUID of its own, as one would that does not know the header.
    pub(crate) fn rename(&mut self, uuid: &str) {
        uuid.clone_into(&mut self.uuid);
    }

    /// Notes that the request is about to be sent.
    pub(crate) fn sending(&mut self) {
        self.sent = now();
    }

    /// Returns whether the request may still be under way to the node.
    pub(crate) fn may_be_on_its_way(&self) -> bool {
        now().saturating_sub(self.sent) < ON_ITS_WAY.as_millis() as u64
    }

    /// Returns whether the node would still know the job if it had received it.
    pub(crate) fn is_kept(&self) -> bool {
        now().saturating_sub(self.begun) < KEPT.as_millis() as u64
    }
}

/// What a node has about a job that it has created.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    /// The UUID of the job, where the body names it.
    pub(crate) job: Option<String>,
    /// The time that the node allows for the operation.
    pub(crate) timeout: Option<Duration>,
}

impl Accepted {
    /// Parses a body such as `{"location": "http://…/api-jobs/5f0a…", "apiTimeout": 1800000}`. Only the UUID at
    /// the end of the location is used: the host is chosen by the node, and no session may be sent there.
    pub(crate) fn of(body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            location: Option<String>,
            api_timeout: Option<f64>,
        }

        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        let job = body.location.as_deref().and_then(|location| {
            let path = location.split(['?', '#']).next()?;
            let end = path.trim_end_matches('/').rsplit('/').next()?;
            is_uuid(end).then(|| end.to_ascii_lowercase())
        });
        let timeout = body
            .api_timeout
            .filter(|milliseconds| *milliseconds >= 1.0)
            .and_then(|milliseconds| Duration::try_from_secs_f64(milliseconds / 1000.0).ok());
        Self { job, timeout }
    }
}

/// Returns whether `text` is a UUID in the format of nodes: 32 hexadecimal digits.
///
/// ```
/// assert!(zstack_node::is_uuid("f04ab3aa7a5f47e4a8e2d64d7d1d1d44"));
/// assert!(!zstack_node::is_uuid("f04ab3aa-7a5f-47e4-a8e2-d64d7d1d1d44"));
/// ```
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Generates a random UUID (RFC 9562 §5.4), formatted without hyphens.
pub(crate) fn draw() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    let bits = u128::from_be_bytes(bytes);
    let version = (bits & !(0xf << 76)) | (0x4 << 76);
    let variant = (version & !(0x3 << 62)) | (0x2 << 62);
    Ok(format!("{variant:032x}"))
}
