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
use oas_cli::{Exit, Failure, Fields, Format, Io, Language, during, parse, print, print_bytes};
use oas_wire::style::Value;

/// The parts that all commands share.
struct Context {
    language: Language,
    io: Io,
}

fn main() -> ExitCode {
    let mut io = Io::standard();
    let language = io.language().clone();
    let matches = match parse(grammar::grammar(&language), std::env::args_os(), &mut io) {
        Ok(matches) => matches,
        Err(exit) => return exit.into(),
    };
    let mut context = Context { language, io };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(&mut context, &matches)),
        Err(error) => Err(Failure::usage(error.to_string())),
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

impl Context {
    /// Prints a value in the requested format. On a terminal, a table has these columns unless others are requested.
    fn show(&mut self, matches: &ArgMatches, value: &Value, columns: &str) -> Result<(), Failure> {
        let format = Format::chosen(matches.get_one("output").copied(), &self.io);
        let asked = matches.get_one::<String>("fields").map(String::as_str);
        let fields = match (asked, format) {
            (Some(names), _) => Some(Fields::parse(names)),
            (None, Format::Table) if !columns.is_empty() => Some(Fields::parse(columns)),
            (None, _) => None,
        };
        let text = format.write(value, fields.as_ref(), self.io.width());
        print(&mut self.io, &text)
    }

    /// Waits for work on the node, and displays that it is under way.
    async fn wait<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        during(&self.io, what, work).await
    }
}
