//! Runs a command line, from the arguments of a process to its exit status.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::ArgMatches;
use oas_client::{CallOptions, ClientCore, Config, Operation, Transport};
use oas_wire::style::Value;

use crate::arguments::{Arguments, arguments};
use crate::body::{self, Body};
use crate::completion::{COMPLETION, MAN, run_tool};
use crate::credentials::{self, Finder, variable};
use crate::curl::{self, Recorder};
use crate::describe::{describe, described};
use crate::description::{Command, Description};
use crate::exit::{CommandError, Exit};
use crate::flags::{Flag, flags};
use crate::grammar::{CREDENTIALS, grammar};
use crate::io::Io;
use crate::language::Phrase;
use crate::localized::parse;
use crate::output::{Fields, Format, Known, json, print, print_value};
use crate::progress::{runtime_failure, with_progress};
use crate::request::{parameters, request};
use crate::response::Rendering;
use crate::secret::MASK;
use crate::settings::Settings;
use crate::template::template;

/// The largest response body, in bytes, that is read into memory before it is rendered.
const MAX_ANSWER: usize = 256 << 20;

/// A command line, constructed from a generated description and the operations of the generated client.
///
/// ```
/// use oas_cli::{Cli, Exit, Io};
/// use oas_client::{Method, Operation};
///
/// static PING: Operation = Operation::new("ping", Method::GET, "/ping/{name}");
/// static OPERATIONS: [&Operation; 1] = [&PING];
///
/// let cli = Cli::new(
///     r#"{
///         "program": "pinger", "title": "Ping", "version": "1.0.0",
///         "commands": [{
///             "name": "ping", "operation": "ping",
///             "parameters": [{"name": "name", "in": "path", "type": "string", "required": true}]
///         }]
///     }"#,
///     &OPERATIONS,
/// );
/// let (mut io, written) = Io::captured("");
/// let exit = cli.run(["ping", "--name", "a b", "--url", "http://localhost", "--dry-run"], &mut io);
/// assert_eq!(written.out(), "curl -X GET 'http://localhost/ping/a%20b'\n");
/// assert_eq!(exit, Exit::Done);
/// ```
pub struct Cli {
    description: Result<&'static Description, String>,
    operations: &'static [&'static Operation],
    transport: Option<Arc<dyn Transport>>,
}

impl Cli {
    /// Creates a command line from `description`, the JSON text that the generator wrote, and `operations`, the operations of
    /// its commands in the order of the description.
    ///
    /// It does not fail: if the JSON is invalid or the operations do not match, [`run`](Self::run) reports that and returns
    /// [`Exit::Usage`]. The parsed description is never freed, so create one command line per process.
    #[must_use]
    pub fn new(description: &str, operations: &'static [&'static Operation]) -> Self {
        let description = Description::parse(description)
            .map_err(|error| error.to_string())
            .and_then(|description| match fits(&description, operations) {
                // A process has one command line, and clap's grammar borrows from the description for `'static`.
                true => Ok(&*Box::leak(Box::new(description))),
                false => Err("its commands are not those of the client".to_owned()),
            });
        Self {
            description,
            operations,
            transport: None,
        }
    }

    /// Sends requests by `transport`, such as one of a test, in place of a connection.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Runs the command that the arguments of the process select, with the standard streams and the environment of the process.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        self.run(std::env::args_os().skip(1), &mut Io::standard())
            .into()
    }

    /// Runs the command that `arguments` select, which do not contain the name of the program. A failure is written to the
    /// standard error of `io`.
    pub fn run(
        &self,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
        io: &mut Io,
    ) -> Exit {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        io.speak(&words);
        let failure = match self.description {
            Ok(description) => {
                let run = Run {
                    cli: self,
                    description,
                };
                match run.run(&arguments, io) {
                    Ok(exit) => return exit,
                    Err(failure) => failure,
                }
            }
            Err(ref why) => not_understood(why),
        };
        io.report(&failure);
        failure.exit()
    }
}

impl Cli {
    /// Converts values to the arguments of the command that calls `operation`, an `operationId`.
    ///
    /// `inputs` is a JSON object such as `{"path": {"id": 7}, "query": {"limit": 20}, "body": {…}, "contentType": "…",
    /// "credentials": {"apiKey": "…"}}`, with the names of the document as keys. Unknown names are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if the description of the command line is invalid, there is no such operation, `inputs` is not JSON, or
    /// two values would have to be read from standard input.
    pub fn arguments(&self, operation: &str, inputs: &str) -> Result<Arguments, CommandError> {
        let description = self.description.as_ref();
        let description = description.map_err(|why| not_understood(why))?;
        let command = description
            .commands
            .iter()
            .find(|command| command.operation == operation);
        let command = command.ok_or_else(|| {
            CommandError::usage(Phrase::new(
                format!("there is no operation `{operation}`"),
                format!("没有操作 `{operation}`"),
            ))
        })?;
        let inputs = Value::parse(inputs).map_err(|error| {
            CommandError::usage(Phrase::new(
                format!("the inputs are not JSON: {error}"),
                format!("输入不是 JSON：{error}"),
            ))
        })?;
        arguments(description, command, &inputs)
    }
}

impl fmt::Debug for Cli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self
            .description
            .as_ref()
            .map(|description| &description.program);
        f.debug_struct("Cli")
            .field("program", &program)
            .finish_non_exhaustive()
    }
}

/// Returns the failure of a program whose description is invalid.
fn not_understood(why: &str) -> CommandError {
    CommandError::usage(Phrase::new(
        format!("the description of this program is not understood: {why}"),
        format!("无法理解本程序的描述：{why}"),
    ))
}

/// Returns whether the operations are those of the commands, in the same order.
fn fits(description: &Description, operations: &[&Operation]) -> bool {
    let ids = description
        .commands
        .iter()
        .map(|command| command.operation.as_str());
    ids.eq(operations.iter().map(|operation| operation.id()))
}

/// The state of one run of a command.
struct Run<'r> {
    cli: &'r Cli,
    description: &'static Description,
}

impl Run<'_> {
    fn run(&self, arguments: &[OsString], io: &mut Io) -> Result<Exit, CommandError> {
        let description = self.description;
        let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        let is_named = |command: &Command| words.contains(&command.name.as_str());
        if let Some(words) = described(&words) {
            let root = grammar(description, io.language(), |_| false);
            let path = path(&root, &words);
            let operations = self.cli.operations;
            let value = describe(description, operations, &root, io.language(), &path);
            print(io, &json(&value))?;
            return Ok(Exit::Done);
        }
        let is_for_all = words.iter().any(|word| [COMPLETION, MAN].contains(word));
        let is_wanted = |command: &Command| is_for_all || is_named(command);
        let grammar = grammar(description, io.language(), is_wanted);
        let grammar = match words.contains(&"--body-template") {
            true => without_requirements(grammar),
            false => grammar,
        };
        let program = OsString::from(&description.program);
        let all = std::iter::once(&program).chain(arguments).cloned();
        let matches = match parse(grammar.clone(), all, io) {
            Ok(matches) => matches,
            Err(exit) => return Ok(exit),
        };
        match matches.subcommand() {
            Some((COMPLETION | MAN, _)) => {
                return run_tool(&matches, grammar, io)
                    .unwrap_or(Ok(()))
                    .map(|()| Exit::Done);
            }
            Some((CREDENTIALS, matches)) => self.credentials(matches, io)?,
            Some((name, matches)) => {
                let (group, name, matches) = match matches.subcommand() {
                    Some((inner, matches)) => (Some(name), inner, matches),
                    None => (None, name, matches),
                };
                self.command(group, name, matches, io)?;
            }
            None => return Ok(Exit::Usage),
        }
        Ok(Exit::Done)
    }

    fn command(
        &self,
        group: Option<&str>,
        name: &str,
        matches: &ArgMatches,
        io: &mut Io,
    ) -> Result<(), CommandError> {
        let commands = self.description.commands.iter().zip(self.cli.operations);
        let mut commands = commands
            .filter(|(command, _)| command.group.as_deref() == group && command.name == name);
        let Some((command, operation)) = commands.next() else {
            return Err(CommandError::usage(Phrase::new(
                format!("there is no command `{name}`"),
                format!("没有命令 `{name}`"),
            )));
        };
        if matches.try_contains_id("body-template").unwrap_or(false)
            && matches.get_flag("body-template")
        {
            let asked = matches.try_get_one::<String>("content-type").ok().flatten();
            let asked = asked.map(String::as_str);
            return match body::media(self.description, command, asked) {
                Some(media) => {
                    let text = template(self.description, io.language(), media);
                    print(io, &text)
                }
                None => Err(CommandError::usage(Phrase::new(
                    "the command has no such body",
                    "该命令没有这样的请求体",
                ))),
            };
        }
        if command.deprecated {
            io.note(Phrase::new(
                format!("`{name}` is deprecated"),
                format!("`{name}` 已弃用"),
            ));
        }
        let flags = flags(self.description, command);
        let call = Call {
            run: self,
            command,
            operation,
            matches,
            flags: &flags,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| runtime_failure(&error))?;
        runtime.block_on(call.perform(io))
    }

    fn settings(&self, matches: &ArgMatches, io: &Io) -> Result<Settings, CommandError> {
        let asked = matches.get_one::<String>("profile").cloned();
        let asked = asked.or_else(|| io.variable(&variable(self.description, "profile")));
        let settings = Settings::read(io, &self.description.program, asked.clone())?;
        match asked {
            Some(_) if !settings.has_profile() => Err(settings.no_profile()),
            _ => Ok(settings),
        }
    }

    fn credentials(&self, matches: &ArgMatches, io: &mut Io) -> Result<(), CommandError> {
        let description = self.description;
        let asked = matches.get_one::<String>("profile").cloned();
        let asked = asked.or_else(|| io.variable(&variable(description, "profile")));
        // A new profile begins with the settings that are saved in it.
        let mut settings = Settings::read(io, &description.program, asked)?;
        let finder = |settings| Finder {
            description,
            matches,
            settings,
        };
        match matches.subcommand() {
            Some(("save", matches)) => {
                let name = matches
                    .get_one::<String>("scheme")
                    .map(String::as_str)
                    .unwrap_or_default();
                let scheme = description
                    .credentials
                    .iter()
                    .find(|scheme| scheme.name == name);
                let secret = match (scheme, matches.get_flag("stdin")) {
                    (_, true) => io.read_secret("-")?,
                    (Some(scheme), false) => credentials::ask(scheme, io)?,
                    (None, false) => return Ok(()),
                };
                settings.set(&[(name, Some(secret.expose()))])
            }
            Some(("forget", matches)) => {
                let name = matches
                    .get_one::<String>("scheme")
                    .map(String::as_str)
                    .unwrap_or_default();
                settings.set(&[(name, None)])
            }
            _ => {
                let format = Format::chosen(matches.get_one("output").copied(), io);
                let fields = matches.get_one::<String>("fields");
                let known = Known::names(["credential", "from"]);
                let fields = fields
                    .map(|names| Fields::parse(names).check(&known))
                    .transpose()?;
                let list = finder(&settings).list(io);
                print_value(io, &list, format, fields.as_ref())
            }
        }
    }
}

/// A call of an operation, with its parsed arguments.
struct Call<'c> {
    run: &'c Run<'c>,
    command: &'static Command,
    operation: &'static Operation,
    matches: &'c ArgMatches,
    flags: &'c [Flag<'static>],
}

impl Call<'_> {
    async fn perform(&self, io: &mut Io) -> Result<(), CommandError> {
        let (description, matches) = (self.run.description, self.matches);
        let text = |name: &str| matches.get_one::<String>(name);
        let fields = text("fields").map(|names| {
            let fields = Fields::parse(names);
            fields.check_at(&description.response_type(self.command))
        });
        let fields = fields.transpose()?;
        let settings = self.run.settings(matches, io)?;
        let url = self.url(&settings, io)?;
        let is_dry = matches.get_flag("dry-run");
        let finder = Finder {
            description,
            matches,
            settings: &settings,
        };
        // Credentials come last, so that nobody types a secret for a request that is invalid anyway.
        let given = parameters(description, matches, self.flags, io)?;
        let mut body = Body::read(description, self.command, matches, self.flags, io)?;
        if is_dry && let Some(body) = &mut body {
            let asked = matches.try_get_one::<String>("content-type").ok().flatten();
            let media = body::media(description, self.command, asked.map(String::as_str));
            body.redact(description, media, MASK);
        }
        let recorder = Recorder::default();
        let config = Config::default().max_body_bytes(MAX_ANSWER);
        let config = match &self.run.cli.transport {
            _ if is_dry => config.transport(recorder.clone()),
            Some(transport) => config.transport(transport.clone()),
            None => config,
        };
        let core = ClientCore::new(&url, config).map_err(|error| {
            // A user and a password, or a token in the query, are reasons why a URL is rejected.
            let url = if url.contains(['@', '?']) { MASK } else { &url };
            CommandError::usage(Phrase::new(
                format!("--url {url}: {error}"),
                format!("--url {url}：{}", error.chinese()),
            ))
        })?;
        let credentials = match is_dry {
            true => finder.placeholders(self.operation, io),
            false => finder.find(self.operation, io)?,
        };
        let core = credentials
            .into_iter()
            .fold(core, |core, (scheme, credential)| {
                core.with_credential(scheme, credential)
            });
        let request = request(&core, self.operation, &given)?;
        let sent = body.as_ref().map_or(curl::Sent::Recorded, Body::sent);
        let request = match body {
            Some(body) => body.put_on(request),
            None => request,
        };
        let options = match matches.get_one::<u64>("timeout") {
            Some(timeout) => CallOptions::default().timeout(Duration::from_secs(*timeout)),
            None => CallOptions::default(),
        };
        let work = core.send_streaming::<Infallible>(request, options);
        let waiting = io.language().text("waiting for", "正在等待");
        let response = with_progress(io, &format!("{waiting} {url}"), work).await;
        if is_dry && let Some(head) = recorder.head() {
            return print(io, &curl::command(&head, &sent));
        }
        let rendering = Rendering {
            program: &description.program,
            format: Format::chosen(matches.get_one("output").copied(), io),
            fields,
            save: text("save"),
            failure: self.command.failure.as_deref(),
            method: self.operation.method(),
        };
        rendering.deliver(response?, io).await
    }

    /// Returns the URL of the server: from the flag, the environment, the settings or the document, in this order.
    fn url(&self, settings: &Settings, io: &Io) -> Result<String, CommandError> {
        let description = self.run.description;
        let name = variable(description, "url");
        let url = self.matches.get_one::<String>("url").cloned();
        let url = url.or_else(|| io.variable(&name));
        let url = url.or_else(|| settings.get("url").map(str::to_owned));
        url.or_else(|| description.server.clone()).ok_or_else(|| {
            CommandError::usage(Phrase::new("the server is not known", "不知道服务器的地址"))
                .with_help(Phrase::new(
                    format!("name it with --url, or set {name}"),
                    format!("用 --url 或 {name} 指定"),
                ))
        })
    }
}

/// Makes all flags optional: a template is printed for a command whose inputs nobody knows yet.
fn without_requirements(grammar: clap::Command) -> clap::Command {
    let grammar = grammar.mut_args(|arg| arg.required(false));
    grammar.mut_subcommands(without_requirements)
}

/// Returns the names of the subcommands that the words lead to, outermost first.
fn path(root: &clap::Command, words: &[&str]) -> Vec<String> {
    let mut here = root;
    let mut path = Vec::new();
    for word in words {
        if let Some(inner) = here.find_subcommand(word) {
            path.push((*word).to_owned());
            here = inner;
        }
    }
    path
}
