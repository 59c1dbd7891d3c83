//! Runs each command of a generated command line, as a process, against the mock of its document.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use http::Request;
use oas_document::openapi::{self, MediaKind, MediaType, Operation};
use oas_document::{Direction, Document};
use oas_mock::{Account, Draft, Mock};
use oas_samples::Sampler;
use oas_wire::items::Framing;
use oas_wire::sse::Decoder;
use serde_json::Value;
use tower_service::Service as _;

use crate::json;

/// What became of the commands of a document.
#[derive(Debug, Default)]
pub struct Commands {
    /// The number of commands that were run.
    pub run: usize,
    /// The operations without a command line for their samples, and the commands that did not do what they should, with the
    /// reasons.
    pub failures: Vec<String>,
}

/// A response of the mock, and what the mock made of the request.
struct Served {
    account: Account,
    status: u16,
    media_type: String,
    body: Bytes,
}

/// Runs the commands of all operations, with the required inputs and with all of them, and compares what they print with the
/// responses of the mock. `program` is the generated command line of the document.
///
/// # Panics
///
/// Panics if the document cannot be served, or the program cannot be started.
#[must_use]
pub fn run_all(program: &Path, document: Document) -> Commands {
    let mock = Mock::new(document).unwrap_or_else(|found| panic!("{found:?}"));
    let served: Arc<Mutex<Vec<Served>>> = Arc::default();
    let address = serve(&mock, Arc::clone(&served));
    let url = format!("http://{address}{}", mock.base_path());
    let described = run(program, &["--describe=json".to_owned()], &[], &[]);
    let described = json::parse(&String::from_utf8_lossy(&described.stdout));
    let mut commands = Commands::default();
    let operations = openapi::operations(mock.document());
    for command in list(&described, "commands") {
        let id = text(command, "operation");
        let mut operations = operations.iter().copied();
        let place = (text(command, "method"), text(command, "path"));
        let operation = operations.find(|operation| match operation.id() {
            Some(found) => found == id,
            // Its name is made of its method and its path.
            None => (operation.method.as_str(), operation.path) == place,
        });
        let Some(operation) = operation else {
            commands.failures.push(format!("{id}: no such operation"));
            continue;
        };
        let mut last = None;
        for all in [false, true] {
            let arguments = draft(operation, command, all)
                .ok_or_else(|| "it has no sample".to_owned())
                .and_then(|draft| Arguments::of(&described, command, &draft));
            let arguments = match arguments {
                Ok(arguments) if last.as_ref() == Some(&arguments) => continue,
                Ok(arguments) => arguments,
                Err(why) => {
                    commands.failures.push(format!("{id}: {why}"));
                    continue;
                }
            };
            let mut words = arguments.words.clone();
            words.extend([format!("--url={url}"), "--output=json".to_owned()]);
            let output = run(program, &words, &arguments.variables, &arguments.inputs);
            let served =
                std::mem::take(&mut *served.lock().unwrap_or_else(PoisonError::into_inner));
            commands.run += 1;
            if let Some(why) = fault(id, operation.method.as_str(), &output, &served) {
                let said = String::from_utf8_lossy(&output.stderr);
                commands.failures.push(format!("{words:?}: {why}\n{said}"));
            }
            last = Some(arguments);
        }
    }
    commands
}

/// Chooses values for a request, with a body in the first media type that the command takes.
fn draft<'d>(operation: Operation<'d>, command: &Value, all: bool) -> Option<Draft<'d>> {
    let mut sampler = Sampler::default();
    let mut draft = Draft::new(&mut sampler, operation, all)?;
    if draft.body.is_some() {
        let first = list(&command["body"], "media").first();
        let content = operation.request_body().map(|body| body.content());
        let mut content = content.into_iter().flatten();
        let media = content.find(|media| first.is_some_and(|first| first == media.name));
        if let Some(media) = media {
            draft.body = Some(Draft::body_of(&mut sampler, media, all)?);
        }
    }
    Some(draft)
}

/// Serves a mock for the rest of the process, and returns its address. `served` receives the responses.
fn serve(mock: &Mock, served: Arc<Mutex<Vec<Served>>>) -> SocketAddr {
    let server = mock.server();
    let router = axum::Router::new().fallback(move |request: Request<Body>| {
        let (mut server, served) = (server.clone(), Arc::clone(&served));
        async move {
            let answered = server.call(request).await;
            let (mut parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("the body ends");
            let media_type = parts.headers.get(http::header::CONTENT_TYPE);
            let media_type = media_type.and_then(|value| value.to_str().ok());
            let response = Served {
                account: parts.extensions.remove().unwrap_or_default(),
                status: parts.status.as_u16(),
                media_type: media_type.unwrap_or_default().to_owned(),
                body: body.clone(),
            };
            let mut served = served.lock().unwrap_or_else(PoisonError::into_inner);
            served.push(response);
            http::Response::from_parts(parts, Body::from(body))
        }
    });
    let (sender, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a free port");
            let address = listener.local_addr().expect("it has an address");
            sender.send(address).expect("the test waits for it");
            let served = oas_server::serve(listener, router).await;
            served.expect("the listener works");
        });
    });
    address.recv().expect("the server starts")
}

/// A command line.
#[derive(Debug, Default, Clone, PartialEq)]
struct Arguments {
    words: Vec<String>,
    variables: Vec<(String, String)>,
    /// The contents that the command reads: from standard input the first, from files in its folder the others.
    inputs: Vec<Vec<u8>>,
}

impl Arguments {
    /// Writes a request as a command line, or returns the reason why there is none.
    fn of(described: &Value, command: &Value, draft: &Draft<'_>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let words = text(command, "command").split(' ').skip(1);
        arguments.words.extend(words.map(str::to_owned));
        for (parameter, value) in &draft.parameters {
            let flag = flag(command, parameter.location.name(), parameter.name)
                .ok_or_else(|| format!("no flag sets {}", parameter.name))?;
            arguments.flag(flag, value);
        }
        if let Some((media, value)) = &draft.body {
            let known = list(&command["body"], "media");
            if known.len() > 1 || known.iter().any(|name| plain(name).contains('*')) {
                arguments
                    .words
                    .push(format!("--content-type={}", media.content_type()));
            }
            match media.kind() {
                MediaKind::Multipart => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        match flag(command, "part", name) {
                            Some(flag) => arguments.flag(flag, value),
                            None => arguments
                                .words
                                .push(format!("--part={name}={}", plain(value))),
                        }
                        arguments.part_headers(command, media, name)?;
                    }
                }
                MediaKind::Parts => return Err("its parts are in a file".to_owned()),
                _ => {
                    let sample = draft.write().ok_or("the sample cannot be sent")?;
                    let body = match media.kind() {
                        MediaKind::Form => value.to_string().into_bytes(),
                        _ => sample.body.unwrap_or_default().to_vec(),
                    };
                    let source = arguments.source(body);
                    arguments.words.push(format!("--body={source}"));
                }
            }
        }
        for scheme in &draft.schemes {
            let mut known = list(described, "credentials").iter();
            let known = known.find(|known| text(known, "name") == scheme.name);
            let known = known.ok_or_else(|| format!("no flag sets {}", scheme.name))?;
            let variable = text(known, "variable").to_owned();
            // The part before the colon is the name of a user, where the scheme has users.
            arguments
                .variables
                .push((variable, "user:secret".to_owned()));
        }
        Ok(arguments)
    }

    /// Sets the required header fields of a part.
    fn part_headers(
        &mut self,
        command: &Value,
        media: &MediaType<'_>,
        part: &str,
    ) -> Result<(), String> {
        let headers = media.encoding(part).map(|encoding| encoding.own_headers());
        let headers = headers.into_iter().flatten();
        let mut sampler = Sampler::default();
        for header in headers.filter(|header| header.is_required()) {
            let name = format!("{part}.{}", header.name);
            let flag = flag(command, "part-header", &name)
                .ok_or_else(|| format!("no flag sets {name}"))?;
            let text = sampler
                .header_text(&header, Direction::Request)
                .ok_or_else(|| format!("there is no sample of {name}"))?;
            self.flag(flag, &Value::String(text));
        }
        Ok(())
    }

    fn flag(&mut self, flag: &Value, value: &Value) {
        let name = text(flag, "flag");
        let items = match value {
            Value::Array(items) if flag["repeated"] == true => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for item in items {
            let is_file = text(flag, "type").trim_matches(['[', ']', '?']) == "file";
            let is_secret = flag["secret"] == true;
            let word = match is_secret || is_file {
                true => self.source(plain(item).into_bytes()),
                false => plain(item),
            };
            let at = if is_secret && word != "-" { "@" } else { "" };
            self.words.push(format!("{name}={at}{word}"));
        }
    }

    /// Adds a content that the command reads, and returns the name of its source.
    fn source(&mut self, content: Vec<u8>) -> String {
        self.inputs.push(content);
        match self.inputs.len() {
            1 => "-".to_owned(),
            number => file_name(number),
        }
    }
}

/// Returns the name of the file that has an input, the first of which is numbered 1.
fn file_name(number: usize) -> String {
    format!("input-{number}")
}

/// Formats a value as an argument.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Finds the flag of an input by its place and its name on the wire.
fn flag<'v>(command: &'v Value, place: &str, name: &str) -> Option<&'v Value> {
    let mut flags = list(command, "flags").iter();
    flags.find(|flag| text(flag, "in") == place && text(flag, "name") == name)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn run(
    program: &Path,
    words: &[String],
    variables: &[(String, String)],
    inputs: &[Vec<u8>],
) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    for (place, content) in inputs.iter().enumerate().skip(1) {
        // A temporary file is for its owner alone, as one that has a secret has to be.
        let mut file = tempfile::NamedTempFile::new_in(&home).expect("a file");
        file.write_all(content).expect("room on the disk");
        let name = home.path().join(file_name(place + 1));
        file.persist(name).expect("a file of this name");
    }
    let mut command = Command::new(program);
    command
        .args(words)
        .current_dir(home.path())
        .env_clear()
        .env("XDG_CONFIG_HOME", home.path())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was compiled");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that reads no input may have ended.
    let _ = stdin.write_all(inputs.first().map_or(&[], Vec::as_slice));
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// Returns what is wrong with a command that was served; `None` if nothing is.
fn fault(operation: &str, method: &str, output: &Output, served: &[Served]) -> Option<String> {
    let [served] = served else {
        return Some(format!("{} requests arrived", served.len()));
    };
    let account = &served.account;
    let arrived = account.operation.as_ref().map(|(id, _)| id.as_str());
    if arrived != Some(operation) {
        return Some(format!("the request of {arrived:?} arrived"));
    }
    if !account.violations.is_empty() || account.source.is_none() {
        return Some(format!("it was rejected: {:?}", account.violations));
    }
    if served.status >= 400 || output.status.code() != Some(0) {
        return Some(format!("{} after {}", output.status, served.status));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let expected = String::from_utf8_lossy(&served.body);
    let is_alike = match Framing::of(&served.media_type) {
        // The output of HEAD are the header fields.
        _ if method == "HEAD" => value(&printed).is_object(),
        Some(Framing::Events | Framing::JsonEvents) => {
            let printed = printed.lines().map(|line| value(line)["data"].take());
            printed.eq(events(&served.body))
        }
        Some(_) => {
            let items = expected
                .lines()
                .map(|line| line.trim_start_matches('\u{1e}'));
            let items = items.filter(|item| !item.is_empty());
            printed.lines().map(value).eq(items.map(value))
        }
        None if served.media_type.contains("json") => {
            json::same(&value(&printed), &value(&expected))
        }
        None => output.stdout == served.body,
    };
    (!is_alike).then(|| format!("printed {printed:?} for {expected:?}"))
}

/// Returns the data of server-sent events.
fn events(body: &[u8]) -> Vec<Value> {
    let mut decoder = Decoder::new(body.len());
    decoder
        .push(body)
        .expect("no event is longer than the body");
    let events = std::iter::from_fn(|| decoder.pop());
    events
        .map(|event| value(&event.into_fields().data))
        .collect()
}

/// Parses JSON; text that is none is a string.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}
