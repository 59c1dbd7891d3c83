//! Defines the outcome of a command: its exit status, and the failure if there is one.

use std::fmt;

use oas_client::{Error, StatusCode, encode::EncodeError};
use oas_wire::style::Value;

use crate::language::{Language, Phrase};

/// The exit status of a command.
///
/// ```
/// use oas_cli::Exit;
///
/// assert_eq!(Exit::Rejected.code(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: the operation succeeded.
    Done = 0,
    /// 1: the server reported an error, by the status of its response or in the body of a success.
    Rejected = 1,
    /// 2: the command line is invalid, or a local file or setting is; nothing was sent.
    Usage = 2,
    /// 3: the request was sent, and the operation may or may not have been executed: no complete response was received, a
    /// gateway reported that it received none (502, 504, unless the method is safe), or the response could not be saved.
    Unknown = 3,
    /// 4: no connection was established, so that nothing was changed.
    NotConnected = 4,
}

impl Exit {
    /// All exit statuses, in ascending order.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Rejected,
        Self::Usage,
        Self::Unknown,
        Self::NotConnected,
    ];

    /// Returns the number with which a process exits, as it is listed at the variants.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns the meaning of the status, in a few words.
    #[must_use]
    pub fn meaning(self, language: &Language) -> &'static str {
        match self {
            Self::Done => language.text("done", "完成"),
            Self::Rejected => language.text("rejected by the server", "被服务器拒绝"),
            Self::Usage => language.text(
                "the command line, or something on this machine, is wrong; nothing was sent",
                "命令或本机有误；没有发送任何请求",
            ),
            Self::Unknown => language.text(
                "sent, but no whole response came back: the outcome is unknown",
                "已发送，但没有收到完整的响应：结果未知",
            ),
            Self::NotConnected => language.text(
                "could not connect; nothing was done",
                "无法连接；没有执行任何操作",
            ),
        }
    }
}

/// Returns the list of exit statuses with their meanings, for the end of a help text.
#[must_use]
pub fn exits(language: &Language) -> String {
    let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning(language)));
    let head = language.text("Exit status:", "退出状态：");
    format!("{head}\n{}", lines.join("\n"))
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The failure of a command: its exit status, a message and a remedy. `Display` formats the message in English.
///
/// The texts contain no secret. They can contain text of the server, whose control characters are escaped when it is
/// printed.
///
/// ```
/// use oas_cli::{Exit, CommandError, Phrase};
///
/// let failure = CommandError::usage(Phrase::new("no image is called `tiny`", "没有名为 `tiny` 的镜像"));
/// assert_eq!(failure.exit(), Exit::Usage);
/// assert_eq!(failure.to_string(), "no image is called `tiny`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    exit: Exit,
    message: Phrase,
    code: Option<String>,
    status: Option<u16>,
    help: Option<Phrase>,
    body: Option<Value>,
}

impl CommandError {
    /// Creates a failure with an exit status.
    #[must_use]
    pub fn new(exit: Exit, message: Phrase) -> Self {
        Self(Box::new(Parts {
            exit,
            message,
            code: None,
            status: None,
            help: None,
            body: None,
        }))
    }

    /// Creates a failure with [`Exit::Usage`]: of the command line or of this machine, before anything was sent.
    #[must_use]
    pub fn usage(message: Phrase) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Sets another exit status.
    #[must_use]
    pub fn with_exit(mut self, exit: Exit) -> Self {
        self.0.exit = exit;
        self
    }

    /// Sets the remedy, in the imperative.
    #[must_use]
    pub fn with_help(mut self, help: Phrase) -> Self {
        self.0.help = Some(help);
        self
    }

    /// Sets the error code that the server returned.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the status and the JSON body of the HTTP response that reports the failure. `body` is `None` if the response has no
    /// JSON body.
    ///
    /// Both appear only in the JSON form of the failure, as `httpStatus` and `body`; the exit status and the message remain the
    /// same.
    #[must_use]
    pub fn with_response(mut self, status: StatusCode, body: Option<Value>) -> Self {
        self.0.status = Some(status.as_u16());
        self.0.body = body;
        self
    }

    /// Returns the exit status.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Returns the message in `language`, preceded by the error code of the server and a colon if the failure has one:
    /// `SYS.1006: …`.
    #[must_use]
    pub fn message(&self, language: &Language) -> String {
        let message = self.0.message.in_language(language);
        match &self.0.code {
            Some(code) => format!("{code}: {message}"),
            None => message.to_owned(),
        }
    }

    /// Returns the message in both languages, without the error code.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        self.0.message.clone()
    }

    /// Returns the remedy in `language`, if the failure has one.
    #[must_use]
    pub fn help(&self, language: &Language) -> Option<&str> {
        let help = self.0.help.as_ref()?;
        Some(help.in_language(language))
    }

    /// Returns the error code that the server returned, if it returned one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Converts the failure to JSON, the form that programs parse.
    pub(crate) fn to_json(&self, language: &Language) -> Value {
        let text = |text: &str| Value::String(text.to_owned());
        let text_or_null = |found: Option<&str>| found.map_or(Value::Null, text);
        let number = |number: u16| Value::Number(number.to_string().into());
        let parts = &self.0;
        let mut entries = vec![
            ("status", number(parts.exit.code().into())),
            ("code", text_or_null(parts.code.as_deref())),
            ("message", text(parts.message.in_language(language))),
            ("remedy", text_or_null(self.help(language))),
        ];
        entries.extend(parts.status.map(|status| ("httpStatus", number(status))));
        entries.extend(parts.body.clone().map(|body| ("body", body)));
        let entries = entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(vec![("error".to_owned(), Value::Object(entries.collect()))])
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(&Language::default()))
    }
}

impl std::error::Error for CommandError {}

/// A value that cannot be encoded is a failure of usage.
impl From<EncodeError> for CommandError {
    fn from(error: EncodeError) -> Self {
        Self::usage(Phrase::new(error.to_string(), error.chinese()))
    }
}

/// Converts an error of the client. Documented failures of an operation are parsed from the response instead.
impl<E: fmt::Display> From<Error<E>> for CommandError {
    fn from(error: Error<E>) -> Self {
        let (exit, help) = match &error {
            Error::InvalidRequest(_) | Error::Hook(_) => (Exit::Usage, None),
            error if error.is_untrusted() => (
                Exit::NotConnected,
                Some(Phrase::new(
                    "nothing was done; if you trust the authority of the certificate, SSL_CERT_FILE can name a file with its own",
                    "没有执行任何操作；如果信任该证书的签发机构，可用 SSL_CERT_FILE 指定含有其证书的文件",
                )),
            ),
            error if error.is_connect() => (
                Exit::NotConnected,
                Some(Phrase::new(
                    "check the address and the network; nothing was done",
                    "请检查地址和网络；没有执行任何操作",
                )),
            ),
            Error::Communication(_) | Error::Timeout { .. } | Error::Transport(_) => {
                (Exit::Unknown, Some(may_have_acted()))
            }
            Error::ErrorResponse(_) | Error::UnexpectedResponse(_) => (Exit::Rejected, None),
            _ => (
                Exit::Unknown,
                Some(Phrase::new(
                    "the server has answered, and the response could not be read as a whole",
                    "服务器已经响应，但无法完整读取响应",
                )),
            ),
        };
        let message = match error.connect_reason() {
            Some(reason) => Phrase::new(
                format!("{error}: {reason}"),
                format!("{}：{reason}", error.chinese()),
            ),
            None => Phrase::new(error.to_string(), error.chinese()),
        };
        let failure = Self::new(exit, message);
        match help {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }
}

/// Returns the remedy where nobody knows whether the operation was executed.
pub(crate) fn may_have_acted() -> Phrase {
    Phrase::new(
        "the server may have acted: look at what is there before you repeat it",
        "服务器可能已经执行：重试之前请先查看现状",
    )
}
