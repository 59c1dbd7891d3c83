//! Implements `zstack`, the command line of a live management node. It is written by hand on the runtime of generated command lines, because
//! names, jobs and sessions are no part of a document.

mod address;
mod failure;
mod grammar;
mod images;
mod jobs;
mod session;

use std::process::ExitCode;

use clap::ArgMatches;
use oas_cli::{
    CommandError, Exit, Fields, Format, Io, Known, Language, describe_grammar, parse, print_value,
    run_tool, runtime_failure, with_progress,
};
use oas_wire::style::Value;

use crate::session::Connected;

/// The parts that all commands share.
struct Context {
    language: Language,
    io: Io,
    /// The fields of the output that are requested.
    fields: Option<Fields>,
}

fn main() -> ExitCode {
    let mut io = Io::standard();
    let language = io.language().clone();
    let grammar = grammar::grammar(&language);
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .filter_map(|argument| argument.into_string().ok())
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Some(described) = describe_grammar(&grammar, &words, &mut io) {
        return exit(described, &mut io);
    }
    let matches = match parse(grammar.clone(), std::env::args_os(), &mut io) {
        Ok(matches) => matches,
        Err(exit) => return exit.into(),
    };
    if let Some(done) = run_tool(&matches, grammar, &mut io) {
        return exit(done, &mut io);
    }
    let mut context = Context {
        language,
        io,
        fields: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(&mut context, &matches)),
        Err(error) => Err(runtime_failure(&error)),
    };
    exit(done, &mut context.io)
}

/// Reports the failure of a command, and returns its exit status.
fn exit(done: Result<(), CommandError>, io: &mut Io) -> ExitCode {
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            io.report(&failure);
            failure.exit().into()
        }
    }
}

async fn run(context: &mut Context, matches: &ArgMatches) -> Result<(), CommandError> {
    // A slip is reported before anything is sent.
    context.fields = fields(matches)?;
    match matches.subcommand() {
        Some(("login", matches)) => session::log_in(context, matches).await,
        Some(("logout", matches)) => session::log_out(context, matches).await,
        Some(("image", matches)) => match matches.subcommand() {
            Some((name, matches)) => {
                let mut connected = session::connected(context, matches).await?;
                let done = image(context, &mut connected, name, matches).await;
                connected.end(matches, &done).await;
                done
            }
            None => Ok(()),
        },
        Some(("job", matches)) => match matches.subcommand() {
            Some(("list", matches)) => jobs::list(context, matches),
            Some(("resume", matches)) => jobs::resume(context, matches).await,
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Runs a command below `zstack image`.
async fn image(
    context: &mut Context,
    connected: &mut Connected,
    name: &str,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    match name {
        "list" => images::list(context, connected, matches).await,
        "show" => images::show(context, connected, matches).await,
        "delete" => images::delete(context, connected, matches).await,
        "recover" => images::recover(context, connected, matches).await,
        "expunge" => images::expunge(context, connected, matches).await,
        _ => Ok(()),
    }
}

/// Returns the fields that the command line selects of its output.
///
/// # Errors
///
/// Returns a usage failure if the output of the command has no such field.
fn fields(mut matches: &ArgMatches) -> Result<Option<Fields>, CommandError> {
    let mut path = Vec::new();
    while let Some((name, inner)) = matches.subcommand() {
        path.push(name);
        matches = inner;
    }
    let Some(names) = matches.get_one::<String>("fields") else {
        return Ok(None);
    };
    let is_submitted = matches!(matches.try_get_one("no-wait"), Ok(Some(true)));
    let known = match path[..] {
        ["image", "list" | "show"] => images::known(),
        ["image", _] if is_submitted => Known::names(["job"]),
        ["image", "recover"] => images::known(),
        ["job", "list"] => jobs::known(),
        // The result is that of the operation.
        ["job", "resume"] => Known::ANY,
        _ => Known::NONE,
    };
    Fields::parse(names).check(&known).map(Some)
}

impl Context {
    /// Prints a value in the requested format. On a terminal, a table has these columns unless others are requested.
    fn show(
        &mut self,
        matches: &ArgMatches,
        value: &Value,
        columns: &str,
    ) -> Result<(), CommandError> {
        let format = Format::chosen(matches.get_one("output").copied(), &self.io);
        let usual = matches!(format, Format::Table).then(|| Fields::parse(columns));
        let usual = usual.filter(|_| !columns.is_empty());
        let fields = self.fields.clone().or(usual);
        let printed = print_value(&mut self.io, value, format, fields.as_ref());
        // The node has responded by now.
        printed.map_err(|failure| failure.with_exit(Exit::Unknown))
    }

    /// Waits for work on the node, and displays that it is under way.
    async fn wait<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        with_progress(&self.io, what, work).await
    }
}
