//! What becomes of a command: its exit status, and what is wrong where something is.

use std::fmt;

use oas_client::{Error, StatusCode};
use oas_wire::style::Value;

/// The exit status of a command.
///
/// ```
/// use oas_cli::Exit;
///
/// assert_eq!(Exit::Refused.code(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: it is done.
    Done,
    /// 1: the server refused it, so that it is not done.
    Refused,
    /// 2: the command line is wrong, or something on this machine is; nothing was sent.
    Usage,
    /// 3: the request was sent, and no whole answer came back. Nobody knows whether it is done.
    Unknown,
    /// 4: there was no connection, so that it is not done.
    NotConnected,
}

impl Exit {
    /// All of them, by status.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Refused,
        Self::Usage,
        Self::Unknown,
        Self::NotConnected,
    ];

    /// Returns the status.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns what it means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused by the server",
            Self::Usage => {
                "the command line, or something on this machine, is wrong; nothing was sent"
            }
            Self::Unknown => "sent, but no whole answer came back: the outcome is unknown",
            Self::NotConnected => "could not connect; nothing was done",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// A command that failed: its exit status, what happened, and what helps.
///
/// The texts show no secret. They can show what the server wrote: control characters of it are replaced when it is printed.
///
/// ```
/// use oas_cli::{Exit, Failure};
///
/// let failure = Failure::usage("no image is called `tiny`").help("list them with `image list`");
/// assert_eq!(failure.exit(), Exit::Usage);
/// assert_eq!(failure.to_string(), "no image is called `tiny`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    exit: Exit,
    message: String,
    code: Option<String>,
    status: Option<u16>,
    help: Option<String>,
    body: Option<Value>,
}

impl Failure {
    /// Creates a failure with an exit status.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            exit,
            message: message.into(),
            code: None,
            status: None,
            help: None,
            body: None,
        }))
    }

    /// Creates a failure of the command line or of this machine; nothing was sent.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Adds the code by which the server knows the failure.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Adds the answer of the server.
    #[must_use]
    pub fn answer(mut self, status: StatusCode, body: Option<Value>) -> Self {
        self.0.status = Some(status.as_u16());
        self.0.body = body;
        self
    }

    /// Returns the exit status.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns the code by which the server knows the failure.
    #[must_use]
    pub fn server_code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the failure as JSON, as programs read it.
    pub(crate) fn to_json(&self) -> Value {
        let text = |text: &str| Value::String(text.to_owned());
        let number = |number: u16| Value::Number(number.to_string().into());
        let parts = &self.0;
        let mut entries = vec![("exit", number(parts.exit.code().into()))];
        entries.extend(parts.status.map(|status| ("status", number(status))));
        entries.extend(parts.code.as_deref().map(|code| ("code", text(code))));
        entries.push(("message", text(&parts.message)));
        entries.extend(parts.help.as_deref().map(|help| ("help", text(help))));
        entries.extend(parts.body.clone().map(|body| ("body", body)));
        let entries = entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(vec![("error".to_owned(), Value::Object(entries.collect()))])
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.code {
            Some(code) => write!(f, "{code}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl std::error::Error for Failure {}

/// What no answer means. The documented failures of an operation are read from the answer instead.
impl<E: fmt::Display> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        let (exit, help) = match &error {
            Error::InvalidRequest(_) | Error::Hook(_) => (Exit::Usage, None),
            error if error.is_connect() => (
                Exit::NotConnected,
                Some("check the address and the network; nothing was done"),
            ),
            Error::Communication(_) | Error::Timeout { .. } | Error::Transport(_) => (
                Exit::Unknown,
                Some("the server may have acted: look at what is there before you repeat it"),
            ),
            Error::ErrorResponse(_) | Error::UnexpectedResponse(_) => (Exit::Refused, None),
            _ => (
                Exit::Unknown,
                Some("the server has answered, and the answer could not be read as a whole"),
            ),
        };
        let failure = Self::new(exit, error.to_string());
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
