//! Defines errors, and whether the operation was executed in spite of them.

mod chinese;
mod code;
mod failure;

use std::{fmt, sync::Arc, time::Duration};

use oas_client::encode::EncodeError;

pub use self::code::Kind;
pub(crate) use self::failure::shortened;
pub use self::failure::{Failure, Rejection};
use crate::job::Job;
use crate::text::{Bilingual, Text};

/// Whether an operation that returned an error was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The operation was not executed, and no request under way can cause it to be executed.
    NotDone,
    /// The operation was executed; only its result could not be decoded.
    Done,
    /// The node has validated the request and done nothing, as the system tag `validationOnly` asks it to.
    Validated,
    /// The operation may have been executed, or may still be.
    Unknown,
}

/// The error of a call. [`outcome`](Self::outcome) returns whether the operation was executed in spite of it.
///
/// `Display` includes a remedy. No variant contains a password, a session or a key.
///
/// ```
/// use zstack_node::{Error, Job, Kind, Outcome};
///
/// fn judge(error: Error, keep: impl Fn(&Job)) {
///     match error.outcome() {
///         Outcome::NotDone if error.kind() == Some(Kind::NotFound) => println!("it was expunged"),
///         Outcome::NotDone => println!("try again: {error}"),
///         Outcome::Done => println!("it is done: {error}"),
///         // To be resumed when the node is back.
///         _ => error.job().map(keep).unwrap_or_default(),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the connection is invalid: the base URL, a certificate, a proxy, a time zone.
    Setup(Text),
    /// Nothing was sent, because a value of the request is invalid.
    InvalidRequest(Text),
    /// No connection was established, or a request that changes nothing got no usable response.
    Unavailable(ExchangeError),
    /// The servlet container in which the node runs, or a proxy before it, rejected the request.
    Rejected(Rejection),
    /// The node reports that the operation failed.
    Failed(Box<Failure>),
    /// The deadline passed before the node had taken the request.
    TimedOut {
        /// The time that was allowed.
        limit: Duration,
    },
    /// A resumed job never reached the node: the operation has to be called again.
    NotReceived(Box<Job>),
    /// It is unknown whether the operation was executed. [`Node::resume`](crate::Node::resume) asks the node
    /// again.
    Unknown(Box<UnknownOutcome>),
    /// The operation succeeded, but its result cannot be decoded as the document describes it.
    Unreadable(Text),
    /// The node found the request valid and did nothing, as the system tag `validationOnly` asks it to: there is no result.
    NoResult,
}

impl Error {
    /// Returns whether the operation was executed.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Unknown(_) => Outcome::Unknown,
            Self::Unreadable(_) => Outcome::Done,
            Self::NoResult => Outcome::Validated,
            _ => Outcome::NotDone,
        }
    }

    /// Wraps the error of a value that cannot be a part of a request.
    pub(crate) fn unencodable(error: EncodeError) -> Self {
        Self::InvalidRequest(Text::new(error.to_string(), error.chinese()))
    }

    /// Wraps the error of a body that cannot be JSON.
    pub(crate) fn no_json(error: serde_json::Error) -> Self {
        Self::InvalidRequest(Text::new(
            format!("the body cannot be JSON: {error}"),
            format!("请求体无法写成 JSON：{error}"),
        ))
    }

    /// Returns the error code of the node, such as `SYS.1006`; `None` unless the error is [`Failed`](Self::Failed).
    pub fn code(&self) -> Option<&str> {
        self.failure().map(Failure::code)
    }

    /// Returns the kind of failure that the node reported; `None` unless the error is [`Failed`](Self::Failed).
    pub fn kind(&self) -> Option<Kind> {
        self.failure().map(Failure::kind)
    }

    /// Returns the failure that the node reported; `None` unless the error is [`Failed`](Self::Failed).
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the job whose outcome is [unknown](Self::Unknown) and that can be resumed, or that the node
    /// [never received](Self::NotReceived); `None` for other errors.
    #[must_use]
    pub fn job(&self) -> Option<&Job> {
        match self {
            Self::Unknown(unknown) => Some(&unknown.job),
            Self::NotReceived(job) => Some(job),
            _ => None,
        }
    }

    /// Returns the message in Chinese; `Display` formats the English one. Texts of the node and the operating system are not
    /// translated.
    ///
    /// ```
    /// let error = zstack_node::Node::connect("nowhere").unwrap_err();
    /// assert!(error.to_string().starts_with("cannot connect to the node"));
    /// assert!(error.chinese().starts_with("无法连接节点"));
    /// ```
    #[must_use]
    pub fn chinese(&self) -> String {
        self.in_chinese()
    }

    /// Returns the error of a [`NodeTransport`](crate::NodeTransport) that the error of a generated client wraps; `None` if it
    /// wraps none.
    ///
    /// ```
    /// fn job<E>(error: &oas_client::Error<E>) -> Option<&zstack_node::Job> {
    ///     zstack_node::Error::of(error)?.job()
    /// }
    /// ```
    #[must_use]
    pub fn of<E>(error: &oas_client::Error<E>) -> Option<&Self> {
        match error {
            oas_client::Error::Transport(error) => error.downcast_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setup(reason) => write!(f, "cannot connect to the node: {reason}"),
            Self::InvalidRequest(reason) => write!(f, "nothing was sent: {reason}"),
            Self::Unavailable(cause) => write!(f, "the node is not available: {cause}"),
            Self::Rejected(rejection) => {
                write!(f, "the node rejected the request with {rejection}")
            }
            Self::Failed(failure) => write!(f, "the operation failed with {failure}"),
            Self::TimedOut { limit } => write!(
                f,
                "the node did not take the request within {limit:?}; nothing has happened"
            ),
            Self::NotReceived(job) => write!(
                f,
                "the node has never received job {}; call the operation again",
                job.uuid()
            ),
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Unreadable(reason) => write!(
                f,
                "the operation succeeded, but its result cannot be read: {reason}"
            ),
            Self::NoResult => f.write_str(
                "the node found the request valid and did nothing, as `validationOnly` asks it to",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(cause) => cause.source(),
            Self::Unknown(unknown) => unknown.cause.as_ref()?.source(),
            Self::Failed(failure) => Some(failure.error()),
            _ => None,
        }
    }
}

/// The job of an operation whose outcome is unknown, and the reason why it is.
#[derive(Clone, Debug)]
pub struct UnknownOutcome {
    pub(crate) job: Job,
    pub(crate) reason: Text,
    pub(crate) cause: Option<ExchangeError>,
    pub(crate) needs_session: bool,
}

impl UnknownOutcome {
    /// Returns the job, which [`Node::resume`](crate::Node::resume) continues to wait for.
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Returns the reason why the outcome is unknown.
    #[must_use]
    pub fn reason(&self) -> &Text {
        &self.reason
    }

    /// Returns whether the poll of the job was rejected because its session is invalid, so that the job has to be resumed with
    /// another session.
    #[must_use]
    pub fn needs_session(&self) -> bool {
        self.needs_session
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            job, reason, cause, ..
        } = self;
        write!(f, "unknown outcome of {}: {reason}", job.operation())?;
        if let Some(cause) = cause {
            write!(f, " (last: {cause})")?;
        }
        write!(
            f,
            "; resume job {} to ask again, or look at the resource before you call the operation anew",
            job.uuid()
        )
    }
}

/// The reason why a request got no usable response: the connection failed, time ran out, or the response is not one of a node.
#[derive(Clone)]
pub struct ExchangeError {
    message: Text,
    connect: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl ExchangeError {
    pub(crate) fn new(message: Text) -> Self {
        Self {
            message,
            connect: false,
            source: None,
        }
    }

    pub(crate) fn from_client<E>(error: oas_client::Error<E>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let mut message = error.in_both();
        if let Some(cause) = error.connect_reason() {
            let (remedy, chinese) = match error.is_untrusted() {
                true => (
                    "; give the authority of its certificate to `root_certificates_pem`",
                    "；请用 `root_certificates_pem` 指定其证书的签发机构",
                ),
                false => ("", ""),
            };
            message = Text::new(
                format!("{message}: {cause}{remedy}"),
                format!("{}：{cause}{chinese}", message.chinese()),
            );
        }
        Self {
            message,
            connect: error.is_connect(),
            source: Some(Arc::new(error)),
        }
    }

    /// Returns whether no connection was established, so that the node cannot have received the request.
    pub(crate) fn is_connect(&self) -> bool {
        self.connect
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // `Display` covers the error itself, so that the chain goes on with its source.
        self.source.as_deref()?.source()
    }
}

impl From<UnknownOutcome> for ExchangeError {
    fn from(UnknownOutcome { reason, cause, .. }: UnknownOutcome) -> Self {
        let Some(cause) = cause else {
            return Self::new(reason);
        };
        let message = Text::new(
            format!("{reason} (last: {})", cause.message),
            format!("{}（最后：{}）", reason.chinese(), cause.message.chinese()),
        );
        Self { message, ..cause }
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl fmt::Debug for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeError")
            .field("message", &self.message)
            .field("source", &self.source)
            .finish()
    }
}
