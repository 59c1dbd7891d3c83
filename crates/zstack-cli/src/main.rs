//! `zstack`: the command line of a live management node. It is written by hand on the runtime of generated command lines, because
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
    Exit, Failure, Fields, Format, Io, Known, Language, during, no_runtime, parse, print_bytes,
    print_value,
};
use oas_wire::style::Value;

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
    let matches = match parse(grammar::grammar(&language), std::env::args_os(), &mut io) {
        Ok(matches) => matches,
        Err(exit) => return exit.into(),
    };
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
        Err(error) => Err(no_runtime(&error)),
    };
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            context.io.report(&failure);
            failure.exit().into()
        }
    }
}

async fn run(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    // A slip is reported before anything is sent.
    context.fields = fields(matches)?;
    match matches.subcommand() {
        Some(("login", matches)) => session::log_in(context, matches).await,
        Some(("logout", matches)) => session::log_out(context, matches).await,
        Some(("image", matches)) => match matches.subcommand() {
            Some(("list", matches)) => images::list(context, matches).await,
            Some(("show", matches)) => images::show(context, matches).await,
            Some(("delete", matches)) => images::delete(context, matches).await,
            Some(("recover", matches)) => images::recover(context, matches).await,
            Some(("expunge", matches)) => images::expunge(context, matches).await,
            _ => Ok(()),
        },
        Some(("job", matches)) => match matches.subcommand() {
            Some(("list", matches)) => jobs::list(context, matches),
            Some(("resume", matches)) => jobs::resume(context, matches).await,
            _ => Ok(()),
        },
        Some(("completion", matches)) => {
            let mut script = Vec::new();
            if let Some(shell) = matches.get_one::<clap_complete::Shell>("shell") {
                let mut grammar = grammar::grammar(&context.language);
                clap_complete::generate(*shell, &mut grammar, "zstack", &mut script);
            }
            print_bytes(&mut context.io, &script)
        }
        _ => Ok(()),
    }
}

/// Returns the fields that the command line selects of its output.
///
/// # Errors
///
/// Returns a usage failure if the output of the command has no such field.
fn fields(mut matches: &ArgMatches) -> Result<Option<Fields>, Failure> {
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
    fn show(&mut self, matches: &ArgMatches, value: &Value, columns: &str) -> Result<(), Failure> {
        let format = Format::chosen(matches.get_one("output").copied(), &self.io);
        let usual = matches!(format, Format::Table).then(|| Fields::parse(columns));
        let usual = usual.filter(|_| !columns.is_empty());
        let fields = self.fields.clone().or(usual);
        print_value(&mut self.io, value, format, fields.as_ref())
    }

    /// Waits for work on the node, and displays that it is under way.
    async fn wait<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        during(&self.io, what, work).await
    }
}
