//! Renders a request as a curl command, for `--dry-run`. In place of secrets, the command contains environment variables, which
//! have to be set in the shell that runs it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oas_client::{
    Hook, HookFuture, Operation, OutgoingRequest, Transport, TransportFuture, reqwest,
};
use oas_wire::curl::{Command, FormPart, Word};
use oas_wire::style::Value;
use tokio::sync::Notify;

/// Delimits the name of a variable in a placeholder. Percent-encoding leaves these characters unchanged, and no
/// document contains them.
const MARKS: (&str, &str) = ("oas-cli-secret-", "-terces-ilc-sao");

/// Returns the placeholder for a secret, or for another unknown value of a request: [`Recorder::curl`] replaces it by the
/// environment variable `variable`.
#[must_use]
pub fn placeholder(variable: &str) -> String {
    format!("{}{variable}{}", MARKS.0, MARKS.1)
}

/// Records the requests of a client in place of sending them, so that [`curl`](Self::curl) can print them as commands. Clones share
/// the recorded requests.
///
/// As a transport, the recorder fails every call after recording its request. As a hook, it holds the call for ever: wait for the
/// call and for [`Recorder::recorded`] at the same time, and drop the call when the request is recorded.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Recorded>);

#[derive(Default)]
struct Recorded {
    heads: Mutex<Vec<RequestHead>>,
    arrived: Notify,
}

/// A request without its body.
pub(crate) struct RequestHead {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Recorder {
    /// Takes the first of the recorded requests, if there is one.
    pub(crate) fn head(&self) -> Option<RequestHead> {
        let mut heads = self.heads();
        (!heads.is_empty()).then(|| heads.remove(0))
    }

    /// Waits until a request is recorded. Returns at once if one was recorded since the last call.
    pub async fn recorded(&self) {
        self.0.arrived.notified().await;
    }

    /// Removes the recorded requests and returns each as a curl command. `secrets` are pairs of the name of a property in JSON
    /// bodies, and the environment variable by which its value is replaced.
    #[must_use]
    pub fn curl(&self, secrets: &[(&str, &str)]) -> Vec<String> {
        let heads = std::mem::take(&mut *self.heads());
        let lines = heads.into_iter().map(|mut head| {
            head.body = head.body.map(|body| hidden(body, secrets));
            command(&head, &Sent::Recorded)
        });
        lines.collect()
    }

    fn record(&self, request: &reqwest::Request) {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        let head = RequestHead {
            method: request.method().to_string(),
            url: request.url().to_string(),
            headers: headers.collect(),
            body: request
                .body()
                .and_then(|body| body.as_bytes())
                .map(<[u8]>::to_vec),
        };
        self.heads().push(head);
        self.0.arrived.notify_one();
    }

    fn heads(&self) -> MutexGuard<'_, Vec<RequestHead>> {
        self.0.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Recorder {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        self.record(&outgoing.request);
        Box::pin(std::future::ready(Err("nothing is sent".into())))
    }
}

impl Hook for Recorder {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        _: &'static Operation,
    ) -> HookFuture<'a> {
        self.record(request);
        Box::pin(std::future::pending())
    }
}

/// Shows no request, because it can contain what others must not see.
impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

/// Replaces the secrets of a JSON body by placeholders.
fn hidden(body: Vec<u8>, secrets: &[(&str, &str)]) -> Vec<u8> {
    fn hide(value: &mut Value, secrets: &[(&str, &str)]) {
        match value {
            Value::Object(entries) => {
                for (name, value) in entries {
                    match secrets.iter().find(|(secret, _)| secret == name) {
                        Some((_, variable)) => *value = Value::String(placeholder(variable)),
                        None => hide(value, secrets),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
            _ => {}
        }
    }

    let text = std::str::from_utf8(&body).ok();
    match text.and_then(|text| Value::parse(text).ok()) {
        Some(mut value) if !secrets.is_empty() => {
            hide(&mut value, secrets);
            value.to_json().into_bytes()
        }
        _ => body,
    }
}

/// The body of a request, in the form that curl accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// No body, or the recorded bytes of the request.
    Recorded,
    /// The content of a file; `-` is standard input.
    File(String),
    /// The parts of a multipart body.
    Parts(Vec<FormPart>),
}

/// Renders the command, on several lines.
pub(crate) fn command(head: &RequestHead, sent: &Sent) -> String {
    let mut command = Command::new(&head.method, word(&head.url));
    let is_multipart = matches!(sent, Sent::Parts(_));
    for (name, value) in &head.headers {
        if is_multipart && name == "content-type" {
            // curl generates a boundary of its own.
            continue;
        }
        let basic = value
            .strip_prefix("Basic ")
            .filter(|_| name == "authorization");
        let basic = basic.and_then(|encoded| oas_wire::base64::decode(encoded).ok());
        command = match basic.and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(account) => command.user(word(account.trim_end_matches(':'))),
            None => command.header(name, word(value)),
        };
    }
    let mut comment = String::new();
    command = match (sent, &head.body) {
        (Sent::Recorded, None) => command,
        (Sent::Recorded, Some(body)) => match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => command.body(word(text)),
            _ => {
                comment = format!(" # {} bytes", body.len());
                command.file("-")
            }
        },
        (Sent::File(name), _) => command.file(name),
        (Sent::Parts(parts), _) => parts.iter().fold(command, Command::part),
    };
    format!("{command:#}{comment}\n")
}

/// Returns the word of a shell command for a text, in which variables replace the secrets.
fn word(text: &str) -> Word {
    let mut word = Word::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARKS.0) {
        let Some((variable, after)) = after.split_once(MARKS.1) else {
            break;
        };
        word = word.and(Word::text(before)).and(Word::variable(variable));
        rest = after;
    }
    word.and(Word::text(rest))
}
