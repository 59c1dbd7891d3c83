//! The command line of the workspace: it parses arguments, reads and writes files, and prints.
//!
//! What a verb means is decided in the crates; nothing here generates or judges.

mod arguments;
mod code;
mod config;
mod corpus;
mod diff;
mod disk;
mod generate;
mod git;
mod history;
mod lint;
mod outcome;
mod rustfmt;
mod serve;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use outcome::{Failure, Outcome};

const HELP: &str = "\
Generates, checks and serves what the OpenAPI documents of this workspace say.

Usage: cargo xtask <VERB> [OPTIONS]

Verbs:
  generate   Regenerate the crates named in openapi/codegen.toml, or those of any document
  lint       Show the problems of documents
  serve      Serve the documented examples, or simulate a live node
  diff       Say what a change of a document means for those who use the API
  history    Write the change history of the operations
  corpus     Generate and compile the crates of every document in a folder
  help       Show this text, or that of a verb

`cargo xtask <VERB> --help` tells more.

Exit status: 0 fine, 1 the answer is no (drift, a lint error, a breaking change), 2 the command could not do its work.
";

fn main() -> ExitCode {
    match run() {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Outcome, Failure> {
    let mut arguments = Arguments::from_env();
    let verb = arguments.word()?;
    match verb.as_deref() {
        Some("generate") => generate::run(arguments),
        Some("lint") => lint::run(arguments),
        Some("serve") => serve::run(arguments),
        Some("diff") => diff::run(arguments),
        Some("history") => history::run(arguments),
        Some("corpus") => corpus::run(arguments),
        Some("help") => {
            let help = match arguments.word()?.as_deref() {
                Some("generate") => generate::HELP,
                Some("lint") => lint::HELP,
                Some("serve") => serve::HELP,
                Some("diff") => diff::HELP,
                Some("history") => history::HELP,
                Some("corpus") => corpus::HELP,
                _ => HELP,
            };
            print!("{help}");
            Ok(Outcome::Fine)
        }
        None if arguments.wants_help() => {
            print!("{HELP}");
            Ok(Outcome::Fine)
        }
        None => Err(Failure::usage("which verb?", HELP)),
        Some(other) => Err(Failure::usage(
            format!("there is no verb `{}`", other.escape_debug()),
            HELP,
        )),
    }
}
